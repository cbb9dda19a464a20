"""Portfolio at risk: of the book or of its groups, on a day and at the month ends before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from loancrm import models
from loancrm.dialect import total
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.lending.delinquency import PAR_DAYS
from loancrm.models import table
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping, named
from loancrm.reports.month_ends import month_ends
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class ParLine:
    """Live loans whose balance is known, on a day, of the whole book or of a group.

    Amounts in minor units; PAR(x), in millionths: whole balance of the loans more than x days past due ÷ the
    gross outstanding principal (CGAP 2003), as in ``reports.portfolio`` and ``reports.delinquency``.
    ``renegotiated``: the balance of the loans whose terms a relief changed that the policy observes, however
    late they are: stated beside PAR, since what is renegotiated may be current for that reason alone.
    """

    on: date
    key: str | None
    name: str | None
    loans: int
    outstanding_principal: int
    par_1: int | None
    par_30: int | None
    par_60: int | None
    par_90: int | None
    renegotiated: int


@dataclass(frozen=True, slots=True)
class Par:
    """The report: a line a day and group, and what it rests on."""

    lines: tuple[ParLine, ...]
    basis: Basis


def par(
    view: View,
    policy: Policy,
    grouping: Grouping | None,
    months: int = 0,
    officer_id: int | None = None,
    since: date | None = None,
) -> Par:
    """Return portfolio at risk at the last ``months`` month ends and as of the view's day.

    ``since``: an earlier day, that stands among the month ends.
    In each day the group with the most at risk over 30 days comes first.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if grouping is not None:
        grouping.check()
    earlier = {*month_ends(view.as_of, months), *(() if since is None else (since,))}
    days = sorted(day for day in earlier if day < view.as_of)
    lines = [
        line for day in (*days, view.as_of) for line in _lines(view.at(day), policy, grouping, officer_id)
    ]
    return Par(tuple(lines), basis(view, policy))


def _lines(
    view: View, policy: Policy, grouping: Grouping | None, officer_id: int | None
) -> Iterator[ParLine]:
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    loan, owed = loans.c, loans.c.outstanding_principal
    at_risk = [total(case((loan.days_past_due > days, owed))).label(f"par_{days}") for days in PAR_DAYS]
    again = total(case((_renegotiated(view, policy, loan), owed))).label("renegotiated")
    sums = [func.count().label("loans"), total(owed).label("owed"), *at_risk, again]
    known = and_(loan.is_live == 1, owed.is_not(None))
    if grouping is None:
        rows, names = view.rows(select(*sums).select_from(loans).where(known)), {}
    else:
        relation, key = grouping.keyed(view, loans, scope)
        rows = view.rows(select(key, *sums).select_from(relation).where(known).group_by(key))
        rows.sort(key=lambda row: (-(row.par_30 or 0), -(row.owed or 0), row.key is None, str(row.key)))
        names = grouping.names(view)
    for row in rows:
        if row.loans:
            yield _line(view.as_of, row, *((None, None) if grouping is None else named(row.key, names)))


def _renegotiated(view: View, policy: Policy, loan: Any) -> ColumnElement[bool]:
    """Return the condition that an observed relief changed a loan's terms, or made it of another loan."""
    observed = policy.remembered.observed
    replaces = func.coalesce(loan.replacement.in_(observed), False)
    if not view.has_applications:
        return replaces
    terms = table(models.LoanTerms).alias("terms_of_relief")
    changed = exists().where(terms.c.loan_id == loan.id, terms.c.reason.in_(observed), view.sees(terms))
    return or_(replaces, changed)


def _line(on: date, row: Any, key: str | None, name: str | None) -> ParLine:
    shares: dict[str, Any] = {f"par_{n}": ratio(getattr(row, f"par_{n}") or 0, row.owed) for n in PAR_DAYS}
    return ParLine(
        on=on,
        key=key,
        name=name,
        loans=row.loans,
        outstanding_principal=row.owed or 0,
        renegotiated=row.renegotiated or 0,
        **shares,
    )
