"""Concentration: the book by industry, region, customer, … with shares, default and loss rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, case, func, select

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.lending.delinquency import hhi
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping, check_known, named
from loancrm.view import View

MEASURES = ("outstanding", "disbursed", "overdue", "loans")
_SHARED_BY = {
    "outstanding": "outstanding_principal",
    "disbursed": "disbursed",
    "overdue": "overdue_principal",
    "loans": "loans",
}


@dataclass(frozen=True, slots=True)
class ConcentrationLine:
    """A group of loans; ``key`` is None where it is unknown. Shares and rates in millionths.

    ``share_before``: on the day that is compared with, of the group as it was then.
    """

    key: str | None
    name: str | None
    loans: int
    live_loans: int
    customers: int
    disbursed: int
    outstanding_principal: int | None
    overdue_principal: int | None
    share: int | None
    settled: int
    written_off: int
    default_rate: int | None
    loss_rate: int | None
    share_before: int | None


@dataclass(frozen=True, slots=True)
class Concentration:
    """The report: lines by share downwards; ``hhi`` and ``effective_names`` in tenths.

    ``hhi_before``: on ``since``, the day that is compared with; None without one.
    """

    by: str
    measure: str
    lines: tuple[ConcentrationLine, ...]
    hhi: int | None
    effective_names: int | None
    loans: int
    total: int
    since: date | None
    hhi_before: int | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class _Groups:
    """The groups of a day: a row each with its amount of the measure, and what all of them come to."""

    rows: dict[Any, tuple[Row[Any], int]]

    @property
    def total(self) -> int:
        return sum(amount for _row, amount in self.rows.values())

    @property
    def index(self) -> tuple[int, int] | tuple[None, None]:
        return hhi([amount for _row, amount in self.rows.values()]) or (None, None)


def concentration(
    view: View,
    policy: Policy,
    *,
    by: str,
    measure: str = "outstanding",
    digits: int | None = None,
    since: date | None = None,
    officer_id: int | None = None,
) -> Concentration:
    """Return the loans granted by the view's day in groups; cancelled ones are left out.

    default_rate = written off ÷ (settled + written off); loss_rate = amount written off ÷ disbursed.
    Outcomes count whenever they are known by the day. ``digits`` cuts the key: C34 by 1 is C. ``since``: an
    earlier day to compare with; a group of that day alone has no line.

    Raises:
        UsageFault: no such key or measure.
    """
    grouping = Grouping(by, digits)
    grouping.check()
    check_known("--measure", measure, MEASURES)
    now = _groups(view, policy, grouping, measure, officer_id)
    then = None if since is None else _groups(view.at(since), policy, grouping, measure, officer_id)
    names, whole = grouping.names(view), now.total
    was = {} if then is None else _shares(then)
    lines = [
        _line(row, ratio(amount, whole), names, None if then is None else was.get(key, 0))
        for key, (row, amount) in now.rows.items()
    ]
    lines.sort(key=lambda line: (-(line.share or 0), line.key is None, line.key or ""))
    index, effective = now.index
    return Concentration(
        by=by,
        measure=measure,
        lines=tuple(lines),
        hhi=index,
        effective_names=effective,
        loans=sum(line.loans for line in lines),
        total=whole,
        since=since,
        hhi_before=None if then is None else then.index[0],
        basis=basis(view, policy),
    )


def _groups(view: View, policy: Policy, grouping: Grouping, measure: str, officer_id: int | None) -> _Groups:
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    rows = view.rows(_statement(view, policy, grouping, scope))
    return _Groups({row.key: (row, getattr(row, _SHARED_BY[measure]) or 0) for row in rows})


def _shares(groups: _Groups) -> dict[Any, int | None]:
    whole = groups.total
    return {key: ratio(amount, whole) for key, (_row, amount) in groups.rows.items()}


def _statement(view: View, policy: Policy, grouping: Grouping, scope: Any) -> Any:
    relation = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    joined, key = grouping.keyed(view, relation, scope)
    loan = relation.c
    return (
        select(
            key,
            func.count().label("loans"),
            count_where(loan.is_live == 1).label("live_loans"),
            func.count(loan.customer_id.distinct()).label("customers"),
            total(case((loan.disbursed_on.is_not(None), loan.principal))).label("disbursed"),
            total(loan.outstanding_principal).label("outstanding_principal"),
            total(loan.overdue_principal).label("overdue_principal"),
            count_where(loan.status == "settled").label("settled"),
            count_where(loan.status == "written_off").label("written_off"),
            total(case((loan.status == "written_off", loan.written_off_amount))).label("lost"),
        )
        .select_from(joined)
        .where(loan.status != "cancelled")
        .group_by(key)
    )


def _line(
    row: Row[Any], share: int | None, names: dict[Any, Any], share_before: int | None
) -> ConcentrationLine:
    key, name = named(row.key, names)
    ended = row.settled + row.written_off
    return ConcentrationLine(
        key=key,
        name=name,
        loans=row.loans,
        live_loans=row.live_loans,
        customers=row.customers,
        disbursed=row.disbursed or 0,
        outstanding_principal=row.outstanding_principal,
        overdue_principal=row.overdue_principal,
        share=share,
        settled=row.settled,
        written_off=row.written_off,
        default_rate=ratio(row.written_off, ended),
        loss_rate=ratio(row.lost or 0, row.disbursed),
        share_before=share_before,
    )
