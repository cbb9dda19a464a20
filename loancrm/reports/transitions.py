"""How loans moved between buckets, classes or stages from one day to another: roll rates.

Roll rate i→j: opening balance in i that is in j at the end ÷ opening balance of i. The states at the end
include how a loan ended, so the rates of a row sum to one; loans that are new since are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Row, String, case, func, literal, select

from loancrm.dialect import total
from loancrm.lending.delinquency import buckets
from loancrm.lending.standing import CLASSES
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import UNMOVED, Grouping, named
from loancrm.reports.two_days import DayByDay, Moved, worsened
from loancrm.view import View

Names = Mapping[Any, tuple[str | None, str | None]]

UNKNOWN = "unknown"
STAGES = ("1", "2", "3")
ENDS = ("settled", "written_off", "transferred", "cancelled")
OF = ("bucket", "class", "stage")


@dataclass(frozen=True, slots=True)
class Transition:
    """Loans that were in one state and are in another; balances in minor units, shares in millionths.

    ``share`` is of the opening balance of the state that they were in, ``share_of_loans`` of its loans, in
    the group ``key`` where there are groups. ``direction``: better, same, worse, ended, or unknown where
    either state is.
    """

    key: str | None
    name: str | None
    before: str
    after: str
    direction: str
    loans: int
    opening_balance: int | None
    closing_balance: int | None
    share: int | None
    share_of_loans: int | None


class Moves(Protocol):
    """A pair of states of a group: what ``ordered`` goes by."""

    @property
    def key(self) -> str | None:
        """The group."""

    @property
    def before(self) -> str:
        """The state before."""

    @property
    def after(self) -> str:
        """The state after."""

    @property
    def direction(self) -> str:
        """Better, same, worse, ended or unknown."""

    @property
    def opening_balance(self) -> int | None:
        """What was outstanding before, in minor units."""


Line = TypeVar("Line", bound=Moves)


@dataclass(frozen=True, slots=True)
class Transitions:
    """The report: a line for each pair of states with loans in it; shares of the balance by direction."""

    of: str
    since: date
    lines: tuple[Transition, ...]
    loans: int
    opening_balance: int
    shares: dict[str, int | None]
    basis: Basis


def transitions(
    view: View,
    policy: Policy,
    since: date,
    of: str = "class",
    officer_id: int | None = None,
    grouping: Grouping | None = None,
) -> Transitions:
    """Return where the loans that lived on ``since`` are as of the view's day, by bucket, class or stage.

    ``grouping``: as the loans were on ``since``; the groups of which most became worse come first.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    return day_by_day(view, policy, (since, view.as_of), of, officer_id, grouping)[0]


def day_by_day(
    view: View,
    policy: Policy,
    days: tuple[date, ...],
    of: str = "class",
    officer_id: int | None = None,
    grouping: Grouping | None = None,
) -> list[Transitions]:
    """Return ``transitions`` from each of the days to the next, two days or more, each read once.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if grouping is not None:
        grouping.check(UNMOVED)
    both = _both(view, policy, days, of, officer_id, grouping)
    after = case((both.lives == 1, func.coalesce(both.after, UNKNOWN)), else_=_end(both.status))
    query = (
        select(
            both.n,
            both.key,
            both.before,
            after.label("after"),
            func.count().label("loans"),
            total(both.was).label("opening"),
            total(case((both.lives == 1, both.owed), else_=0)).label("closing"),
        )
        .where(both.before.is_not(None))
        .group_by(both.n, both.key, both.before, after)
    )
    rows: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in view.rows(query):
        rows[row.n].append(row)
    return [
        _moved(view.at(on), policy, of, since, rows[n], grouping)
        for n, (since, on) in enumerate(pairwise(days))
    ]


def _moved(
    view: View, policy: Policy, of: str, since: date, rows: list[Row[Any]], grouping: Grouping | None
) -> Transitions:
    states = states_of(policy, of)
    names = {} if grouping is None or not rows else grouping.names(view)
    lines = ordered(_lines(rows, states, names), states)
    opening = sum(line.opening_balance or 0 for line in lines)
    return Transitions(
        of=of,
        since=since,
        lines=tuple(lines),
        loans=sum(line.loans for line in lines),
        opening_balance=opening,
        shares={name: ratio(_sum(lines, name), opening) for name in ("better", "same", "worse", "ended")},
        basis=basis(view, policy),
    )


def worse(
    view: View, policy: Policy, since: date, of: str = "class", officer_id: int | None = None
) -> tuple[Moved, ...]:
    """Return the ten largest loans that stand worse than on ``since``, by bucket, class or stage."""
    rank = {state: n for n, state in enumerate(states_of(policy, of))}
    return tuple(worsened(view, _both(view, policy, (since, view.as_of), of, officer_id), rank))


def _both(
    view: View,
    policy: Policy,
    days: tuple[date, ...],
    of: str,
    officer_id: int | None,
    grouping: Grouping | None = None,
) -> Any:
    edges = policy.shape.delinquency.bucket_edges
    each = DayByDay(view, policy, days, officer_id, with_standing=of != "bucket")
    return each.pairs(lambda loan: _state(loan, of, edges), grouping).c


def _state(loan: Any, of: str, edges: tuple[int, ...]) -> ColumnElement[Any]:
    """Return the state of a live loan as a text."""
    found: ColumnElement[Any]
    if of == "stage":
        found = loan.ifrs9_stage.cast(String())
    elif of == "class":
        found = loan.class_that_counts
    else:
        found = case(
            (loan.days_past_due.is_(None), None),
            *((loan.days_past_due >= one.first, one.code) for one in reversed(buckets(edges))),
        )
    return func.coalesce(found, literal(UNKNOWN))


def _end(status: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return how a loan ended; one that matured with nothing outstanding was paid off."""
    return case((status.in_(ENDS), status), else_=ENDS[0])


def _lines(rows: list[Row[Any]], states: tuple[str, ...], names: Names) -> list[Transition]:
    opening: Counter[tuple[Any, str]] = Counter()
    loans: Counter[tuple[Any, str]] = Counter()
    for row in rows:
        opening[row.key, row.before] += row.opening or 0
        loans[row.key, row.before] += row.loans
    shown = {row.key: named(row.key, names) for row in rows}
    return [
        Transition(
            key=shown[row.key][0],
            name=shown[row.key][1],
            before=row.before,
            after=row.after,
            direction=_direction(row.before, row.after, states),
            loans=row.loans,
            opening_balance=row.opening,
            closing_balance=row.closing,
            share=ratio(row.opening or 0, opening[row.key, row.before]),
            share_of_loans=ratio(row.loans, loans[row.key, row.before]),
        )
        for row in rows
    ]


def _direction(before: str, after: str, states: tuple[str, ...]) -> str:
    if after in ENDS:
        return "ended"
    if UNKNOWN in (before, after):
        return UNKNOWN
    was, now = states.index(before), states.index(after)
    return "same" if was == now else "worse" if now > was else "better"


def states_of(policy: Policy, of: str) -> tuple[str, ...]:
    """Return the buckets, classes or stages, the best first."""
    edges = policy.shape.delinquency.bucket_edges
    return {"bucket": tuple(one.code for one in buckets(edges)), "class": CLASSES, "stage": STAGES}[of]


def ordered(lines: Iterable[Line], states: tuple[str, ...]) -> list[Line]:
    """Return the lines by group, that of which most became worse first, and in each by their states."""
    lines = list(lines)
    fallen = Counter({line.key: 0 for line in lines})
    for line in lines:
        fallen[line.key] += (line.opening_balance or 0) * (line.direction == "worse")
    return sorted(
        lines,
        key=lambda line: (
            -fallen[line.key],
            line.key is None,
            line.key or "",
            place(line.before, line.after, states),
        ),
    )


def place(before: str, after: str, states: tuple[str, ...]) -> tuple[int, int]:
    """Return where a pair of states stands among the pairs: the ends come after the states, unknown last."""
    order = (*states, *ENDS, UNKNOWN)
    return order.index(before), order.index(after)


def _sum(lines: list[Transition], direction: str) -> int:
    return sum(line.opening_balance or 0 for line in lines if line.direction == direction)
