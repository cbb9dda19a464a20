"""Vintages: of what was lent in a month, how much was ever so many days past due by its age.

Cohort: the loans disbursed in a month, quarter or year. By so many months on book: original principal of the
loans that were more than the policy's days past due, or written off, by then ÷ original principal of all.
It is cumulative and never falls. A renewal is no new loan: what becomes of it counts for the loan that it
renews, however often that was renewed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    Date,
    Integer,
    Row,
    Select,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    null,
    or_,
    select,
    union_all,
)

from loancrm import models
from loancrm.calendars import add_months
from loancrm.dialect import add_days, months_between, total
from loancrm.indicators.facts import LOAN, customer_ids
from loancrm.models import table
from loancrm.models.columns import BIG_ID
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import UNMOVED, Grouping, named
from loancrm.view import View

COHORTS = ("month", "quarter", "year")
EVERY = {"month": 3, "quarter": 3, "year": 12}  # months on book from one figure to the next
_CARRIED = ("id", "number", "customer_id", "product", "security", "principal", "industry", "region", "extra")
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class VintageLine:
    """A cohort at an age, or as of the day (``months_on_book`` None); of the book or of a group.

    Amounts in minor units, shares in millionths: of the original principal, and of the loans. An age that
    not every loan of the cohort has reached has no line. ``bad_principal_before`` and ``share_before``: of
    the same line on the day that is compared with; None without one, or where that had no such line.
    """

    key: str | None
    name: str | None
    cohort: str
    from_on: date
    loans: int
    original_principal: int
    months_on_book: int | None
    bad_loans: int
    bad_principal: int
    share: int | None
    share_of_loans: int | None
    bad_principal_before: int | None = None
    share_before: int | None = None

    @property
    def identity(self) -> tuple[str | None, str, int | None]:
        """What it is known by on another day: group, cohort and age."""
        return self.key, self.cohort, self.months_on_book


@dataclass(frozen=True, slots=True)
class Contribution:
    """A loan behind a figure: its number, the day on which it went bad, and the principal that counts."""

    loan: str
    cohort_on: date
    bad_on: date
    original_principal: int


@dataclass(frozen=True, slots=True)
class Vintage:
    """The report: a line for each cohort and age, what is left out, the largest loans that went bad.

    ``renewals``: loans that count with the one they renew. ``left_out``: granted, but without a day of
    disbursement, without principal, or cancelled. ``since``: the day that is compared with, of which
    ``bad_principal_before`` and ``share_before`` are what had gone bad by then of all that was lent by then.
    """

    of: str
    days_past_due: int
    lines: tuple[VintageLine, ...]
    loans: int
    original_principal: int
    bad_principal: int
    share: int | None
    renewals: int
    left_out: int
    largest: tuple[Contribution, ...]
    basis: Basis
    since: date | None = None
    bad_principal_before: int | None = None
    share_before: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the length of a cohort, months from one age to the next, days of disbursement, groups.

    ``since``: an earlier day, that is compared with.
    """

    of: str = "month"
    every: int | None = None
    first: date | None = None
    last: date | None = None
    grouping: Grouping | None = None
    since: date | None = None


def vintage(view: View, policy: Policy, asked: Asked = Asked(), officer_id: int | None = None) -> Vintage:
    """Return the vintages as of the view's day, the oldest cohort first.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if asked.grouping is not None:
        asked.grouping.check(UNMOVED)
    rules = policy.risk.vintage
    roots, scope = _begun(view, policy, officer_id)
    lines = tuple(_lines(view, roots, asked, scope))
    loans, principal, bad = _whole(lines)
    earlier = () if asked.since is None else _earlier(view.at(asked.since), policy, asked, officer_id)
    _loans, principal_before, bad_before = _whole(earlier)
    compared = asked.since is not None
    return Vintage(
        of=asked.of,
        days_past_due=rules.days_past_due,
        lines=_beside_earlier(lines, earlier) if compared else lines,
        loans=loans,
        original_principal=principal,
        bad_principal=bad,
        share=ratio(bad, principal),
        **_beside(view, tuple(rules.keeps_cohort), scope),
        largest=tuple(_largest(view, roots, asked)),
        basis=basis(view, policy),
        since=asked.since,
        bad_principal_before=bad_before if compared else None,
        share_before=ratio(bad_before, principal_before) if compared else None,
    )


def _begun(view: View, policy: Policy, officer_id: int | None) -> tuple[CTE, Select[Any] | None]:
    """Return the loans that begin a cohort, and whose customers they are."""
    rules = policy.risk.vintage
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    return _roots(view, rules.days_past_due, tuple(rules.keeps_cohort), scope), scope


def _earlier(view: View, policy: Policy, asked: Asked, officer_id: int | None) -> tuple[VintageLine, ...]:
    roots, scope = _begun(view, policy, officer_id)
    return tuple(_lines(view, roots, asked, scope))


def _whole(lines: tuple[VintageLine, ...]) -> tuple[int, int, int]:
    """Return the loans, their principal, and what of it went bad, over all cohorts."""
    sums = [line for line in lines if line.months_on_book is None]
    return (
        sum(one.loans for one in sums),
        sum(one.original_principal for one in sums),
        sum(one.bad_principal for one in sums),
    )


def _beside_earlier(
    lines: tuple[VintageLine, ...], earlier: tuple[VintageLine, ...]
) -> tuple[VintageLine, ...]:
    then = {line.identity: line for line in earlier}
    return tuple(
        line
        if (was := then.get(line.identity)) is None
        else replace(line, bad_principal_before=was.bad_principal, share_before=was.share)
        for line in lines
    )


def _disbursed(view: View, loan: Any) -> Any:
    if not view.has_applications:
        return loan.c.disbursed_on
    from loancrm.indicators.ledger import disbursed_at

    return disbursed_at(view, loan)


def _family(view: View, keeps: tuple[str, ...], scope: Select[Any] | None) -> CTE:
    """Return each loan with the first of those that it renews: root_id, loan_id."""
    prior = LOAN.alias("prior")
    known = exists().where(prior.c.id == LOAN.c.replaces_id, view.sees(prior))
    query = select(LOAN.c.id.label("root_id"), LOAN.c.id.label("loan_id")).where(view.sees(LOAN))
    query = query.where(or_(LOAN.c.replacement.is_(None), LOAN.c.replacement.not_in(keeps), ~known))
    if scope is not None:
        query = query.where(LOAN.c.customer_id.in_(scope))
    family = query.cte("family", recursive=True)
    child = LOAN.alias("renewal")
    return family.union_all(
        select(family.c.root_id, child.c.id)
        .join_from(family, child, child.c.replaces_id == family.c.loan_id)
        .where(view.sees(child), child.c.replacement.in_(keeps))
    )


def _roots(view: View, days: int, keeps: tuple[str, ...], scope: Select[Any] | None) -> CTE:
    """Return the loans that begin a cohort, with ``cohort_on`` and ``bad_on`` (NULL: never).

    Grouped, not joined: neither side has a key, so that PostgreSQL would pair every loan with every other.
    """
    from loancrm.indicators.worst import first_past_due

    family, bad = _family(view, keeps, scope).c, first_past_due(view, days, scope).subquery("bad").c
    no_root, no_day = null().cast(BIG_ID), null().cast(Date())
    both = (
        union_all(
            select(family.loan_id, family.root_id, no_day.label("on")), select(bad.loan_id, no_root, bad.on)
        )
        .subquery("members")
        .c
    )
    member = select(func.max(both.root_id).label("root_id"), func.min(both.on).label("bad_on"))
    of = member.group_by(both.loan_id).subquery("of_a_loan").c
    root = select(of.root_id, func.min(of.bad_on).label("bad_on")).where(of.root_id.is_not(None))
    found, disbursed = root.group_by(of.root_id).subquery("of_a_root").c, _disbursed(view, LOAN)
    return (
        select(*(LOAN.c[name] for name in _CARRIED), disbursed.label("cohort_on"), found.bad_on)
        .join_from(found.root_id.table, LOAN, LOAN.c.id == found.root_id)
        .where(disbursed <= view.as_of, LOAN.c.principal > 0, ~_cancelled(view))
        .cte("roots")
    )


def _cancelled(view: View) -> Any:
    ended = table(models.LoanStatus).alias("cancelled")
    return exists().where(ended.c.loan_id == LOAN.c.id, view.sees(ended), ended.c.status == "cancelled")


def _lines(view: View, roots: CTE, asked: Asked, scope: Select[Any] | None) -> Iterator[VintageLine]:
    r = roots.c
    relation, key = roots, null().label("key")
    if asked.grouping is not None:
        relation, key = asked.grouping.keyed(view, roots, scope)  # type: ignore[assignment]
    # The age by which it was bad: the first number of months that reaches the day.
    before = case((r.bad_on > r.cohort_on, add_days(r.bad_on, -1)), else_=r.cohort_on)
    age = case((r.bad_on.is_not(None), months_between(before, r.cohort_on) + 1)).label("age")
    parts = [cast(extract(part, r.cohort_on), Integer).label(part) for part in ("year", "month")]
    inner = (
        select(key, *parts, age, r.principal, r.cohort_on).select_from(relation).where(*_between(r, asked))
    )
    f = inner.subquery("found").c
    query = select(
        f.key, f.year, f.month, f.age,
        func.count().label("loans"), total(f.principal).label("principal"),
        func.max(f.cohort_on).label("youngest"),
    ).group_by(f.key, f.year, f.month, f.age)  # fmt: skip
    names = {} if asked.grouping is None else asked.grouping.names(view)
    cohorts: dict[tuple[Any, date], list[Row[Any]]] = defaultdict(list)
    for row in view.rows(query):
        cohorts[row.key, _start(row.year, row.month, asked.of)].append(row)
    order = sorted(cohorts, key=lambda one: (one[0] is None, str(one[0]), one[1]))
    for group, start in order:
        shown = (None, None) if asked.grouping is None else named(group, names)
        yield from _cohort(view.as_of, cohorts[group, start], start, asked, shown)


def _between(r: Any, asked: Asked) -> list[Any]:
    first = [] if asked.first is None else [r.cohort_on >= asked.first]
    return first + ([] if asked.last is None else [r.cohort_on <= asked.last])


def _start(year: int, month: int, of: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}[of]
    return date(year, (month - 1) // months * months + 1, 1)


def _cohort(
    as_of: date, rows: list[Row[Any]], start: date, asked: Asked, shown: tuple[str | None, str | None]
) -> Iterator[VintageLine]:
    youngest = max(row.youngest for row in rows)
    loans, principal = sum(row.loans for row in rows), sum(row.principal for row in rows)
    every = asked.every or EVERY[asked.of]
    ages = range(every, whole_months(youngest, as_of) + 1, every)
    for reached in (*ages, None):
        bad = [row for row in rows if row.age is not None and (reached is None or row.age <= reached)]
        bad_loans, bad_principal = sum(row.loans for row in bad), sum(row.principal for row in bad)
        yield VintageLine(
            key=shown[0],
            name=shown[1],
            cohort=_words(start, asked.of),
            from_on=start,
            loans=loans,
            original_principal=principal,
            months_on_book=reached,
            bad_loans=bad_loans,
            bad_principal=bad_principal,
            share=ratio(bad_principal, principal),
            share_of_loans=ratio(bad_loans, loans),
        )


def whole_months(start: date, day: date) -> int:
    """Return the whole months from ``start`` to ``day``, which is not before it."""
    months = (day.year - start.year) * 12 + day.month - start.month
    return months if add_months(start, months) <= day else months - 1


def _words(start: date, of: str) -> str:
    if of == "year":
        return str(start.year)
    return f"{start:%Y-%m}" if of == "month" else f"{start.year}-Q{(start.month + 2) // 3}"


def _beside(view: View, keeps: tuple[str, ...], scope: Select[Any] | None) -> dict[str, int]:
    """Return how many loans are renewals of another, and how many are in no cohort."""
    prior, day = LOAN.alias("prior"), _disbursed(view, LOAN)
    known = exists().where(prior.c.id == LOAN.c.replaces_id, view.sees(prior))
    renews = and_(LOAN.c.replacement.in_(keeps), known)
    outside = or_(day.is_(None), LOAN.c.principal == 0, _cancelled(view))
    count = [
        total(case((what, 1), else_=0)) for what in (renews, and_(~func.coalesce(renews, False), outside))
    ]
    query = select(*count).where(view.sees(LOAN))
    if scope is not None:
        query = query.where(LOAN.c.customer_id.in_(scope))
    found = view.connection.execute(query).one()
    return {"renewals": found[0] or 0, "left_out": found[1] or 0}


def _largest(view: View, roots: CTE, asked: Asked) -> Iterator[Contribution]:
    """Yield the largest loans that went bad."""
    r = roots.c
    query = select(r.number, r.cohort_on, r.bad_on, r.principal).where(
        r.bad_on.is_not(None), *_between(r, asked)
    )
    for row in view.rows(query.order_by(r.principal.desc(), r.number).limit(MOST_NAMED)):
        yield Contribution(row.number, row.cohort_on, row.bad_on, row.principal)
