"""The book by five-tier class: ours, the bank's where it is there, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, and_, case, func, select

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customer_ids, customers_at, loans_at
from loancrm.indicators.standing import standing_at
from loancrm.lending.standing import CLASSES, NON_PERFORMING
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.basis import Basis, basis
from loancrm.view import View

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class: how many live loans are in it, and what is outstanding on them, in minor units.

    The first figures are by the class that counts, the bank's where it is there, else ours; then by ours
    alone. ``share`` of the outstanding principal, in millionths.
    """

    five_tier: str
    loans: int
    customers: int
    outstanding_principal: int
    share: int | None
    computed_loans: int
    computed_outstanding: int


@dataclass(frozen=True, slots=True)
class FiveTier:
    """The report: a line a class, NPL, how many loans the bank classes otherwise, and what it rests on."""

    lines: tuple[ClassLine, ...]
    loans: int
    outstanding_principal: int
    npl: int
    npl_ratio: int | None
    computed_npl: int
    computed_npl_ratio: int | None
    loans_without_class: int
    differences: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class Difference:
    """A loan that the bank classes otherwise than we do."""

    loan: str
    customer: str
    name: str
    officer: str | None
    five_tier: str
    computed_five_tier: str
    trigger: str
    ifrs9_stage: int
    days_past_due: int | None
    outstanding_principal: int | None


def _stands(view: View, policy: Policy, officer_id: int | None) -> CTE:
    """Return the loans and how they stand; of one officer all loans of the customers are looked at."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    return standing_at(view, policy.standing, loans)


def five_tier(view: View, policy: Policy, officer_id: int | None = None) -> FiveTier:
    """Return the live loans by class as of the view's day, of the book or of one officer's customers.

    NPL ratio: substandard, doubtful and loss ÷ all that has a class (Measures 2023).
    """
    stands = _stands(view, policy, officer_id)
    s = stands.c
    query = (
        select(
            s.class_that_counts.label("five_tier"),
            s.computed_five_tier,
            func.count().label("loans"),
            total(s.outstanding_principal).label("owed"),
            count_where(_differs(s)).label("differing"),
        )
        .where(s.is_live == 1)
        .group_by(s.class_that_counts, s.computed_five_tier)
    )
    rows = view.rows(query)
    people = _customers(view, stands)
    outstanding = sum(row.owed or 0 for row in rows if row.five_tier)
    lines = [_line(name, rows, people.get(name, 0), outstanding) for name in CLASSES]
    unknown = sum(row.loans for row in rows if row.five_tier is None)
    if unknown:
        lines.append(_line(None, rows, people.get(None, 0), None))
    bad = [line for line in lines if line.five_tier in NON_PERFORMING]
    npl, computed = (
        sum(one.outstanding_principal for one in bad),
        sum(one.computed_outstanding for one in bad),
    )
    ours = sum(line.computed_outstanding for line in lines if line.five_tier != UNKNOWN)
    return FiveTier(
        lines=tuple(lines) if rows else (),
        loans=sum(row.loans for row in rows),
        outstanding_principal=outstanding,
        npl=npl,
        npl_ratio=ratio(npl, outstanding),
        computed_npl=computed,
        computed_npl_ratio=ratio(computed, ours),
        loans_without_class=unknown,
        differences=sum(row.differing for row in rows),
        basis=basis(view, policy),
    )


def _differs(s: Any) -> Any:
    return and_(
        s.five_tier.is_not(None),
        s.computed_five_tier.is_not(None),
        s.five_tier != s.computed_five_tier,
    )


def _customers(view: View, stands: CTE) -> dict[str | None, int]:
    s = stands.c
    counted = func.count(s.customer_id.distinct()).label("n")
    query = select(s.class_that_counts, counted).where(s.is_live == 1).group_by(s.class_that_counts)
    return {row.class_that_counts: row.n for row in view.rows(query)}


def _line(name: str | None, rows: list[Any], customers: int, outstanding: int | None) -> ClassLine:
    counted = [row for row in rows if row.five_tier == name]
    computed = [row for row in rows if row.computed_five_tier == name]
    owed = sum(row.owed or 0 for row in counted)
    return ClassLine(
        five_tier=name or UNKNOWN,
        loans=sum(row.loans for row in counted),
        customers=customers,
        outstanding_principal=owed,
        share=None if outstanding is None else ratio(owed, outstanding),
        computed_loans=sum(row.loans for row in computed),
        computed_outstanding=sum(row.owed or 0 for row in computed),
    )


def differences(view: View, policy: Policy, officer_id: int | None = None) -> Iterator[Difference]:
    """Return the loans that the bank classes otherwise than we do, the largest first."""
    stands = _stands(view, policy, officer_id)
    s = stands.c
    people = customers_at(view, "name", "officer_id")
    query = (
        select(*s, people.c.number.label("owner"), people.c.name, people.c.officer_id)
        .join_from(stands, people, people.c.id == s.customer_id)
        .where(_differs(s), s.is_live == 1)
        .order_by(case((s.outstanding_principal.is_(None), 0), else_=s.outstanding_principal).desc())
        .order_by(s.number)
    )
    codes = lookup.officers(view)
    for row in view.connection.execute(query):
        yield Difference(
            loan=row.number,
            customer=lookup.customer_code(row.owner),
            name=row.name,
            officer=codes.get(row.officer_id),
            five_tier=row.five_tier,
            computed_five_tier=row.computed_five_tier,
            trigger=row.trigger,
            ifrs9_stage=row.ifrs9_stage,
            days_past_due=row.days_past_due,
            outstanding_principal=row.outstanding_principal,
        )
