"""Concentration: the book by industry, region, customer, … with shares, default and loss rates."""

from __future__ import annotations

from dataclasses import dataclass
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
    """A group of loans; ``key`` is None where it is unknown. Shares and rates in millionths."""

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


@dataclass(frozen=True, slots=True)
class Concentration:
    """The report: lines by share downwards; ``hhi`` and ``effective_names`` in tenths."""

    by: str
    measure: str
    lines: tuple[ConcentrationLine, ...]
    hhi: int | None
    effective_names: int | None
    loans: int
    total: int
    basis: Basis


def concentration(
    view: View,
    policy: Policy,
    *,
    by: str,
    measure: str = "outstanding",
    digits: int | None = None,
    officer_id: int | None = None,
) -> Concentration:
    """Return the loans granted by the view's day in groups; cancelled ones are left out.

    default_rate = written off ÷ (settled + written off); loss_rate = amount written off ÷ disbursed.
    Outcomes count whenever they are known by the day. ``digits`` cuts the key: C34 by 1 is C.

    Raises:
        UsageFault: no such key or measure.
    """
    grouping = Grouping(by, digits)
    grouping.check()
    check_known("--measure", measure, MEASURES)
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    rows = view.rows(_statement(view, policy, grouping, scope))
    amounts = [getattr(row, _SHARED_BY[measure]) or 0 for row in rows]
    whole = sum(amounts)
    names = grouping.names(view)
    lines = [_line(row, amount, whole, names) for row, amount in zip(rows, amounts, strict=True)]
    lines.sort(key=lambda line: (-(line.share or 0), line.key is None, line.key or ""))
    index = hhi(amounts)
    return Concentration(
        by=by,
        measure=measure,
        lines=tuple(lines),
        hhi=index[0] if index else None,
        effective_names=index[1] if index else None,
        loans=sum(line.loans for line in lines),
        total=whole,
        basis=basis(view, policy),
    )


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


def _line(row: Row[Any], amount: int, whole: int, names: dict[Any, Any]) -> ConcentrationLine:
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
        share=ratio(amount, whole),
        settled=row.settled,
        written_off=row.written_off,
        default_rate=ratio(row.written_off, ended),
        loss_rate=ratio(row.lost or 0, row.disbursed),
    )
