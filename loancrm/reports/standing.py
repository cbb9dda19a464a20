"""The book by five-tier class: ours, the bank's where it is there, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, String, and_, case, func, null, select

from loancrm.dialect import total
from loancrm.indicators.facts import customer_ids, customers_at, loans_at
from loancrm.indicators.standing import standing_at
from loancrm.lending.standing import CLASSES, NON_PERFORMING
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import UNMOVED, Grouping, named
from loancrm.reports.losses import Book
from loancrm.reports.losses import Sums as Losses
from loancrm.reports.provided import Provided, provided
from loancrm.view import View

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class: how many live loans are in it, and what is outstanding on them, in minor units.

    The first figures are by the class that counts, the bank's where it is there, else ours; then by ours
    alone. ``share`` of the outstanding principal, in millionths. ``provision`` is by the policy's rate of
    the class alone, ``expected_loss`` by the stage of each loan. ``balance_before``: what was in the class
    on the day that is compared with.
    """

    five_tier: str
    loans: int
    customers: int
    outstanding_principal: int
    share: int | None
    computed_loans: int
    computed_outstanding: int
    provision: int | None
    expected_loss: int | None
    balance_before: int | None


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group of live loans by class; ``key`` is None where it is unknown. Amounts in minor units.

    The balances are by the class that counts; loans without one count in ``loans`` alone. ``npl_before``:
    on the day that is compared with, of the group as it was then.
    """

    key: str | None
    name: str | None
    loans: int
    outstanding_principal: int
    share: int | None
    normal: int
    special_mention: int
    substandard: int
    doubtful: int
    loss: int
    npl: int
    npl_ratio: int | None
    computed_npl: int
    computed_npl_ratio: int | None
    provision: int
    expected_loss: int
    npl_before: int | None


@dataclass(frozen=True, slots=True)
class FiveTier:
    """The report: a line a class or group, NPL, how many loans the bank classes otherwise, what it rests on.

    ``provision`` is with what the ``general`` one adds to that of the classes; ``coverage``: it ÷ NPL.
    ``expected_loss`` as in ``reports.provision``. ``npl_ratio_before``: on ``since``, the day that is
    compared with.
    """

    lines: tuple[ClassLine, ...] | tuple[GroupLine, ...]
    loans: int
    outstanding_principal: int
    npl: int
    npl_ratio: int | None
    computed_npl: int
    computed_npl_ratio: int | None
    loans_without_class: int
    differences: int
    provision: int
    general: int
    coverage: int | None
    expected_loss: int
    since: date | None
    npl_ratio_before: int | None
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


@dataclass(frozen=True, slots=True)
class _Sums:
    """What rows of ``_rows`` come to; a class of None is not known."""

    rows: Sequence[Row[Any]]
    policy: Policy

    @property
    def loans(self) -> int:
        return sum(row.loans for row in self.rows)

    @property
    def owed(self) -> int:
        return sum(row.owed or 0 for row in self.rows)

    def of(self, *classes: str | None) -> _Sums:
        return _Sums([row for row in self.rows if row.five_tier in classes], self.policy)

    def computed(self, *classes: str | None) -> _Sums:
        return _Sums([row for row in self.rows if row.computed_five_tier in classes], self.policy)

    @property
    def npl_ratio(self) -> int | None:
        return ratio(self.of(*NON_PERFORMING).owed, self.of(*CLASSES).owed)

    def by_key(self) -> dict[Any, _Sums]:
        groups: dict[Any, list[Row[Any]]] = {}
        for row in self.rows:
            groups.setdefault(row.key, []).append(row)
        return {key: _Sums(rows, self.policy) for key, rows in groups.items()}

    @property
    def provided(self) -> Provided:
        return provided(self.policy, {name: self.of(name).owed for name in CLASSES})


# What of a loan the groups and the list of differences ask for; the rest is not worked out.
_ASKED = ("number", "security", "industry", "region", "product", "status", "extra")


def _stands(view: View, policy: Policy, officer_id: int | None) -> CTE:
    """Return the loans and how they stand; of one officer all loans of the customers are looked at."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    return standing_at(view, policy.standing, loans, only=_ASKED)


def _rows(view: View, stands: CTE, relation: Any, key: ColumnElement[Any] | None = None) -> list[Row[Any]]:
    """Return counts and balances of live loans by class, the bank's and ours, and by ``key``."""
    s = stands.c
    groups = (
        null().cast(String()).label("key") if key is None else key,
        s.class_that_counts.label("five_tier"),
        s.computed_five_tier,
    )
    differs = case((_differs(s), 1), else_=0).label("differs")
    live = select(*groups, s.outstanding_principal, differs).select_from(relation).where(s.is_live == 1)
    found = live.subquery("live").c
    names = [found[column.name] for column in groups]
    sums = (
        func.count().label("loans"),
        total(found.outstanding_principal).label("owed"),
        total(found.differs).label("differing"),
    )
    return view.rows(select(*names, *sums).group_by(*names))


def _losses(view: View, policy: Policy, officer_id: int | None, grouping: Grouping | None = None) -> Losses:
    """Return what may be lost, as ``report provision`` has it: two pages of a day say the same."""
    return Book.of(view, policy, officer_id=officer_id).sums(grouping)


def five_tier(
    view: View, policy: Policy, officer_id: int | None = None, since: date | None = None
) -> FiveTier:
    """Return the live loans by class as of the view's day, of the book or of one officer's customers.

    NPL ratio: substandard, doubtful and loss ÷ all that has a class (Measures 2023). ``since``: an earlier
    day to compare with.
    """
    stands = _stands(view, policy, officer_id)
    found = _Sums(_rows(view, stands, stands), policy)
    people = _customers(view, stands)
    before = None
    if since is not None:
        stood = _stands(view.at(since), policy, officer_id)
        before = _Sums(_rows(view.at(since), stood, stood), policy)
    known = found.of(*CLASSES).owed
    losses = _losses(view, policy, officer_id)
    lines = [_line(name, found, people.get(name, 0), known, before, losses) for name in CLASSES]
    if found.of(None).rows or (before is not None and before.of(None).rows):
        lines.append(_line(None, found, people.get(None, 0), None, before, losses))
    is_empty = not found.rows and (before is None or not before.rows)
    return _report(view, found, () if is_empty else tuple(lines), (since, before), losses)


def by_group(
    view: View,
    policy: Policy,
    grouping: Grouping,
    officer_id: int | None = None,
    since: date | None = None,
) -> FiveTier:
    """Return the live loans by class in groups, the most non-performing balance first.

    ``since``: an earlier day to compare with, on which each loan is in the group that it was in then.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    grouping.check(UNMOVED)
    found = _grouped(view, policy, grouping, officer_id)
    before = None if since is None else _grouped(view.at(since), policy, grouping, officer_id)
    names, known = grouping.names(view), found.of(*CLASSES).owed
    was = {} if before is None else before.by_key()
    groups = found.by_key() | {key: _Sums([], policy) for key in was if key not in found.by_key()}
    nothing = None if before is None else _Sums([], policy)
    losses = _losses(view, policy, officer_id, grouping)
    lines = [
        _group(named(key, names), sums, known, was.get(key, nothing), losses.where(key=key))
        for key, sums in groups.items()
    ]
    lines.sort(key=lambda one: (-one.npl, -one.outstanding_principal, one.key is None, one.key or ""))
    return _report(view, found, tuple(lines), (since, before), losses)


def _grouped(view: View, policy: Policy, grouping: Grouping, officer_id: int | None) -> _Sums:
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    stands = _stands(view, policy, officer_id)
    relation, key = grouping.keyed(view, stands, scope)
    return _Sums(_rows(view, stands, relation, key), policy)


def _report(
    view: View, found: _Sums, lines: Any, earlier: tuple[date | None, _Sums | None], losses: Losses
) -> FiveTier:
    since, before = earlier
    npl, computed = found.of(*NON_PERFORMING).owed, found.computed(*NON_PERFORMING).owed
    known, needs = found.of(*CLASSES), found.provided
    return FiveTier(
        lines=lines,
        loans=found.loans,
        outstanding_principal=known.owed,
        npl=npl,
        npl_ratio=found.npl_ratio,
        computed_npl=computed,
        computed_npl_ratio=ratio(computed, found.computed(*CLASSES).owed),
        loans_without_class=found.of(None).loans,
        differences=sum(row.differing for row in found.rows),
        provision=needs.whole,
        general=needs.general,
        coverage=ratio(needs.whole, npl),
        expected_loss=losses.of_classes(CLASSES).expected,
        since=since,
        npl_ratio_before=None if before is None else before.npl_ratio,
        basis=basis(view, found.policy),
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


def _line(
    name: str | None,
    found: _Sums,
    customers: int,
    known: int | None,
    before: _Sums | None,
    losses: Losses,
) -> ClassLine:
    mine, computed = found.of(name), found.computed(name)
    is_known = name is not None
    return ClassLine(
        five_tier=name or UNKNOWN,
        loans=mine.loans,
        customers=customers,
        outstanding_principal=mine.owed,
        share=None if known is None else ratio(mine.owed, known),
        computed_loans=computed.loans,
        computed_outstanding=computed.owed,
        provision=mine.provided.by_class if is_known else None,
        expected_loss=losses.where(five_tier=name).expected if is_known else None,
        balance_before=None if before is None else before.of(name).owed,
    )


def _group(
    named_: tuple[str | None, str | None], found: _Sums, known: int, before: _Sums | None, losses: Losses
) -> GroupLine:
    by_class = {name: found.of(name).owed for name in CLASSES}
    owed, ours = sum(by_class.values()), found.computed(*CLASSES).owed
    npl, computed = found.of(*NON_PERFORMING).owed, found.computed(*NON_PERFORMING).owed
    return GroupLine(
        key=named_[0],
        name=named_[1],
        loans=found.loans,
        outstanding_principal=owed,
        share=ratio(owed, known),
        **by_class,
        npl=npl,
        npl_ratio=found.npl_ratio,
        computed_npl=computed,
        computed_npl_ratio=ratio(computed, ours),
        provision=found.provided.by_class,
        expected_loss=losses.of_classes(CLASSES).expected,
        npl_before=None if before is None else before.of(*NON_PERFORMING).owed,
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
