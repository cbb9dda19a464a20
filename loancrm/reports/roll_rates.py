"""Roll rates: how balances moved between buckets, classes or stages from month end to month end.

Over the months that are looked at: Σ opening balance that was in i and was in j a month later ÷ Σ opening
balance in i. Paid off and written off are states too, so that a row sums to one; loans that are new in a
month count from the next one on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from loancrm.numerals import whole_parts
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping
from loancrm.reports.month_ends import month_ends
from loancrm.reports.transitions import Transition, Transitions, day_by_day, ordered, states_of, worse
from loancrm.reports.two_days import Moved
from loancrm.view import View

MONTHS_AT_ONCE = 12  # of one statement, which grows with each, as what it sets aside does
Place = tuple[str | None, str]  # a group, and a state in it


@dataclass(frozen=True, slots=True)
class RollRate:
    """From one state to another: sums over the months, in minor units, and the share in millionths.

    ``lowest`` and ``highest``: the share in the month in which it was so, of the months in which anything was
    in the state before. ``key``: the group, where there are groups. ``share_before``: over as many months up
    to the day that is compared with; None without one, or where nothing was in the state in them.
    """

    key: str | None
    name: str | None
    before: str
    after: str
    direction: str
    loans: int
    opening_balance: int
    share: int | None
    lowest: int | None
    highest: int | None
    months: int
    share_before: int | None = None


@dataclass(frozen=True, slots=True)
class MonthOfRolls:
    """A month, from the end of the one before: the parts of its opening balance by direction, millionths."""

    since: date
    on: date
    opening_balance: int
    better: int | None
    same: int | None
    worse: int | None
    ended: int | None


@dataclass(frozen=True, slots=True)
class RollRates:
    """The report: a line for each pair of states, the months one by one, and what it rests on.

    ``worse``: the largest loans that the last month left in a worse state, where they were asked for.
    """

    of: str
    lines: tuple[RollRate, ...]
    months: tuple[MonthOfRolls, ...]
    worse: tuple[Moved, ...]
    basis: Basis
    since: date | None = None


def roll_rates(
    view: View,
    policy: Policy,
    months: int,
    of: str = "bucket",
    officer_id: int | None = None,
    *,
    grouping: Grouping | None = None,
    with_largest: bool = False,
    since: date | None = None,
) -> RollRates:
    """Return the roll rates of the last ``months`` months that are over, pooled by balance.

    ``grouping``: of each month as the loans were at its beginning; the months are those of the whole book.
    ``since``: an earlier day, and the shares over as many months up to it.

    Raises:
        UsageFault: loans cannot be grouped so.
    """

    def over(day: date) -> list[Transitions]:
        ends = month_ends(day, months + 1)
        return [
            month
            for first in range(0, months, MONTHS_AT_ONCE)
            for month in day_by_day(
                view, policy, ends[first : first + MONTHS_AT_ONCE + 1], of, officer_id, grouping
            )
        ]

    ends, found = month_ends(view.as_of, months + 1), over(view.as_of)
    lines = list(_pooled(found))
    if since is not None:
        lines = list(_beside(lines, _pooled(over(since))))
    return RollRates(
        of=of,
        since=since,
        lines=tuple(ordered(lines, states_of(policy, of))),
        months=tuple(
            MonthOfRolls(one.since, one.basis.as_of, one.opening_balance, **one.shares) for one in found
        ),
        worse=worse(view.at(ends[-1]), policy, ends[-2], of, officer_id) if with_largest else (),
        basis=basis(view, policy),
    )


def _beside(lines: Iterable[RollRate], then: Iterable[RollRate]) -> Iterator[RollRate]:
    """Yield the lines with the shares of the months up to the earlier day, and what moved in those alone.

    A state that had no balance in the earlier months has no share in them, not one of nothing.
    """
    before = {(line.key, line.before, line.after): line for line in then}
    had = {(line.key, line.before) for line in before.values()}
    found = {(line.key, line.before, line.after): line for line in lines}
    has = {(line.key, line.before) for line in found.values()}
    for place, line in before.items():
        if place not in found:
            share = 0 if place[:2] in has else None
            found[place] = replace(
                line, loans=0, opening_balance=0, share=share, lowest=share, highest=share, months=0
            )
    for place, line in found.items():
        was = before.get(place)
        nothing = 0 if place[:2] in had else None
        yield replace(line, share_before=nothing if was is None else was.share)


def _pooled(found: list[Transitions]) -> Iterator[RollRate]:
    moves: dict[Place, dict[str, list[Transition]]] = defaultdict(lambda: defaultdict(list))
    months: Counter[Place] = Counter()
    for month in found:
        months.update({(line.key, line.before) for line in month.lines})
        for line in month.lines:
            moves[line.key, line.before][line.after].append(line)
    return (line for place, by_after in moves.items() for line in _row(by_after, months[place]))


def _row(moves: dict[str, list[Transition]], months: int) -> list[RollRate]:
    """Return the line of each state in which what was in one state was a month later; they sum to one."""
    balances = {after: sum(line.opening_balance or 0 for line in lines) for after, lines in moves.items()}
    shares = whole_parts(balances)
    return [
        RollRate(
            key=lines[0].key,
            name=lines[0].name,
            before=lines[0].before,
            after=after,
            direction=lines[0].direction,
            loans=sum(line.loans for line in lines),
            opening_balance=balances[after],
            share=shares[after],
            lowest=_month(lines, months, min),
            highest=_month(lines, months, max),
            months=months,
        )
        for after, lines in moves.items()
    ]


def _month(lines: list[Transition], months: int, pick: Callable[[list[int]], int]) -> int | None:
    """Return the share of one of the months; in a month without a line none of the balance moved so."""
    shares = [line.share for line in lines if line.share is not None]
    return pick(shares + [0] * (months > len(lines))) if shares else None
