"""What the credit bureau says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal, or_

from loancrm.dialect import contains, days_between
from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import Indicator, Unit
from loancrm.indicators.newest import bureau
from loancrm.indicators.sources import Sources

# Of the signs of a month (services.dossier_checks says them all): how many months overdue, 7 being seven or
# more, and B, bad debt, of which the months are not said. What is covered, repaid by a guarantor or paid in
# kind is not late.
LATE = "1234567"
BAD = "B"
NOT_KNOWN = "/#"
PERSONS = ("sole_proprietor", "student")
_figure = partial(base.figure, group="bureau", facts=("bureau",))


def _line(name: str, unit: Unit, meaning: str, column: str | None = None) -> Indicator:
    """Return a line of the newest report."""
    key = column or name
    return _figure(
        name, unit, meaning, N_("credit bureau reports"), lambda s: bureau(s)[key],
        N_("no credit bureau report, or the newest does not say it"), formula=f"bureau.{key}",
    )  # fmt: skip


def _record(name: str, meaning: str, formula: str, column: Callable[[Any], ColumnElement[Any]]) -> Indicator:
    """Return a figure of the newest report's repayment record; missing where it says nothing of any month."""

    def sql(sources: Sources) -> ColumnElement[Any]:
        signs = bureau(sources).repayment_string
        return case((func.length(_without(signs, NOT_KNOWN)) > 0, column(signs)))

    return _figure(
        name, "count", meaning, N_("credit bureau reports"), sql,
        N_("no credit bureau report, or the newest has no repayment record, or one that knows of no month"),
        formula=formula, kinds=PERSONS,
    )  # fmt: skip


def _without(signs: ColumnElement[Any], away: str) -> ColumnElement[Any]:
    return reduce(lambda text, sign: func.replace(text, sign, ""), away, signs)


def _late_months(signs: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.length(signs) - func.length(_without(signs, LATE + BAD))


def _worst(signs: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the highest number of months; bad debt is as bad as the highest."""
    is_bad = or_(contains(signs, BAD), contains(signs, LATE[-1]))
    steps = [(contains(signs, sign), literal(int(sign), Integer())) for sign in reversed(LATE[:-1])]
    return case((is_bad, literal(int(LATE[-1]), Integer())), *steps, else_=0)


FIGURES = (
    _line("outstanding_bad", "money", N_("bad debt by the newest bureau report")),
    _line("outstanding_watch", "money", N_("debt under watch by the newest bureau report")),
    _line("outstanding_elsewhere", "money", N_("debt at other banks by the newest bureau report")),
    _line("overdue_elsewhere", "money", N_("overdue at other banks by the newest bureau report")),
    _line("lending_banks", "count", N_("lending banks by the newest bureau report"), "lenders"),
    _line("guarantees_given", "money", N_("guarantees given by the newest bureau report")),
    _line("bureau_queries", "count", N_("queries of six months by the newest bureau report"), "queries"),
    _figure(
        "days_since_bureau_report", "days", N_("days since the newest bureau report"),
        N_("credit bureau reports"), lambda s: days_between(s.day, bureau(s).effective_on),
        N_("no credit bureau report"), formula="as_of − max(bureau.on)",
    ),
    _record(
        "bureau_late_months", N_("months overdue or bad in the newest bureau report's repayment record"),
        "count(bureau.repayment_string: 1…7, B)", _late_months,
    ),
    _record(
        "bureau_worst_late",
        N_("most months overdue in the newest bureau report's repayment record, 7 at most"),
        "max(bureau.repayment_string: 1…7, B = 7; else 0)", _worst,
    ),
)  # fmt: skip
