"""The book under a scenario: balance by class and losses, before and after.

Before: as of the day. After: of what performs, the part that the scenario makes default within a year beyond
what is expected anyway, PD after − PD, is substandard; a non-performing loan is as bad as what is lost of it
makes it by the policy (``standing.expected_loss_percent``) where the scenario is why. Losses as in
``reports.provision``, by the class of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, String, and_, case, func, literal, null, select

from loancrm.dialect import MILLION, greatest, total
from loancrm.indicators.contribution import portion
from loancrm.indicators.exposures import Shock
from loancrm.lending.standing import CLASSES, NON_PERFORMING, RANK, Rules
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping, named
from loancrm.reports.losses import Book, Sums
from loancrm.reports.provided import provided
from loancrm.view import View

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StressLine:
    """A class, or with ``key`` a group; amounts in minor units.

    ``npl_before`` and ``npl_after``: what of it is non-performing. ``balance_earlier`` and
    ``expected_loss_after_earlier``: before and after the same scenario on the day that is compared with; None
    without one, or where it had no such line.
    """

    key: str | None
    name: str | None
    five_tier: str | None
    loans: int
    balance_before: int
    balance_after: int
    npl_before: int
    npl_after: int
    expected_loss_before: int
    expected_loss_after: int
    provision_before: int
    provision_after: int
    balance_earlier: int | None = None
    expected_loss_after_earlier: int | None = None


@dataclass(frozen=True, slots=True)
class Stress:
    """The report: a line a class or group, the sums, and what more interest a year floating rates bring.

    Provisions of the whole are with the general one, of a line by its class or classes alone.
    ``earlier``: the same scenario, on the day that is compared with.
    """

    lines: tuple[StressLine, ...]
    loans: int
    outstanding_principal: int
    npl_before: int
    npl_after: int
    npl_ratio_before: int | None
    npl_ratio_after: int | None
    expected_loss_before: int
    expected_loss_after: int
    provision_before: int
    provision_after: int
    floating_balance: int
    interest_more: int
    largest: tuple[dict[str, Any], ...]
    basis: Basis
    earlier: Stress | None = None


@dataclass(frozen=True, slots=True)
class _Moved:
    """Rows of balances: by key, class before and after, and what of them defaults beyond what is expected."""

    rows: list[Row[Any]]

    def where(self, key: Any) -> _Moved:
        return _Moved([row for row in self.rows if row.key == key])

    def before(self, names: Iterable[str | None]) -> int:
        wanted = tuple(names)
        return sum(row.owed or 0 for row in self.rows if row.five_tier in wanted)

    @property
    def after(self) -> Mapping[str | None, int]:
        """Return the balance of each class after the scenario."""
        found: dict[str | None, int] = dict.fromkeys(CLASSES, 0)
        for row in self.rows:
            moved = row.moved or 0
            found[row.class_after] = found.get(row.class_after, 0) + (row.owed or 0) - moved
            found[NON_PERFORMING[0]] += moved
        return found


def stress(
    view: View,
    policy: Policy,
    shock: Shock,
    *,
    rate_change: int = 0,
    grouping: Grouping | None = None,
    officer_id: int | None = None,
    with_largest: bool = False,
) -> Stress:
    """Return the book before and after the shock; ``rate_change`` of published rates in millionths.

    ``with_largest``: with the loans of which most more is lost in a year.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if grouping is not None:
        grouping.check()
    book = Book.of(view, policy, shock, officer_id)
    then, now = book.sums(grouping), book.sums(grouping, after=True)
    moved = _Moved(view.rows(_balances(book, policy.standing, grouping)))
    after = moved.after
    npl = (moved.before(NON_PERFORMING), sum(after[name] for name in NON_PERFORMING))
    whole = moved.before(CLASSES)
    floating = sum(row.floating or 0 for row in moved.rows)
    return Stress(
        lines=tuple(_lines(view, moved, then, now, grouping)),
        loans=then.loans,
        outstanding_principal=then.owed,
        npl_before=npl[0],
        npl_after=npl[1],
        npl_ratio_before=ratio(npl[0], whole),
        npl_ratio_after=ratio(npl[1], whole),
        expected_loss_before=then.expected,
        expected_loss_after=now.expected,
        provision_before=provided(policy, {name: moved.before([name]) for name in CLASSES}).whole,
        provision_after=provided(policy, _of_classes(after)).whole,
        floating_balance=floating,
        interest_more=floating * rate_change // MILLION,
        largest=tuple(book.hit_hardest()) if with_largest else (),
        basis=basis(view, policy),
    )


def beside(found: Stress, earlier: Stress) -> Stress:
    """Return the report compared with the same scenario on an earlier day."""
    then = {(line.key, line.five_tier): line for line in earlier.lines}
    lines = (
        line
        if (was := then.get((line.key, line.five_tier))) is None
        else replace(
            line,
            balance_earlier=was.balance_before,
            expected_loss_after_earlier=was.expected_loss_after,
        )
        for line in found.lines
    )
    return replace(found, lines=tuple(lines), earlier=earlier)


def _balances(book: Book, rules: Rules, grouping: Grouping | None) -> Any:
    f = book.found.c
    relation, key = book.found, null().cast(String()).label("key")
    if grouping is not None:
        relation, key = grouping.keyed(book.view, book.found, book.scope)  # type: ignore[assignment]
    more = f.default_after - f.default_rate
    performs = and_(f.five_tier.not_in(NON_PERFORMING), more > 0)
    inner = select(
        key, f.five_tier, _class_after(rules, f).label("class_after"), f.owed,
        case((performs, portion(f.owed, more, MILLION)), else_=0).label("moved"),
        case((f.is_floating == 1, f.owed)).label("floating"),
    ).select_from(relation)  # fmt: skip
    g = inner.subquery("shaken").c
    names = (g.key, g.five_tier, g.class_after)
    sums = (total(g.owed).label("owed"), total(g.moved).label("moved"), total(g.floating).label("floating"))
    return select(*names, func.count().label("loans"), *sums).group_by(*names)


def _class_after(rules: Rules, f: Any) -> ColumnElement[Any]:
    """Return the class of a non-performing loan by what is lost of it where that is worse than before."""
    was, now = _rank_of_loss(rules, f.lost_rate), _rank_of_loss(rules, f.lost_after)
    rank = case(RANK, value=f.five_tier, else_=0)
    worse = and_(f.five_tier.in_(NON_PERFORMING), now > was)
    names = {place: name for name, place in RANK.items()}
    return case((worse, case(names, value=greatest(rank, now))), else_=f.five_tier)


def _rank_of_loss(rules: Rules, share: ColumnElement[Any]) -> ColumnElement[Any]:
    steps = [(share >= first, literal(RANK[name], Integer())) for name, first in reversed(rules.loss_shares)]
    return case(*steps, else_=0) if steps else literal(0, Integer())


def _lines(
    view: View, moved: _Moved, then: Sums, now: Sums, grouping: Grouping | None
) -> Iterable[StressLine]:
    policy, after = then.policy, moved.after
    if grouping is None:
        for name in (*CLASSES, None):
            was = then.where(five_tier=name)
            if not moved.rows or (name is None and not was.rows):
                continue
            owed, left = moved.before([name]), after.get(name, 0)
            is_bad = name in NON_PERFORMING
            yield StressLine(
                key=None,
                name=None,
                five_tier=name or UNKNOWN,
                loans=was.loans,
                balance_before=owed,
                balance_after=left,
                npl_before=owed if is_bad else 0,
                npl_after=left if is_bad else 0,
                expected_loss_before=was.expected,
                expected_loss_after=now.where(five_tier=name).expected,
                provision_before=policy.provisions.provision(name, owed),
                provision_after=policy.provisions.provision(name, left),
            )
        return
    names = grouping.names(view)
    lines = [
        _group(key, named(key, names), moved, then, now)
        for key in dict.fromkeys(row.key for row in then.rows)
    ]
    yield from sorted(
        lines,
        key=lambda one: (one.expected_loss_before - one.expected_loss_after, one.key is None, one.key or ""),
    )


def _group(
    key: Any, shown: tuple[str | None, str | None], moved: _Moved, then: Sums, now: Sums
) -> StressLine:
    mine, policy = moved.where(key), then.policy
    after, was = mine.after, then.where(key=key)
    return StressLine(
        key=shown[0],
        name=shown[1],
        five_tier=None,
        loans=was.loans,
        balance_before=was.owed,
        balance_after=was.owed,
        npl_before=mine.before(NON_PERFORMING),
        npl_after=sum(after[name] for name in NON_PERFORMING),
        expected_loss_before=was.expected,
        expected_loss_after=now.where(key=key).expected,
        provision_before=provided(policy, {name: mine.before([name]) for name in CLASSES}).by_class,
        provision_after=provided(policy, _of_classes(after)).by_class,
    )


def _of_classes(balances: Mapping[str | None, int]) -> dict[str, int]:
    return {name: balances[name] for name in CLASSES}
