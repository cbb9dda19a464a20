"""How loans moved between classes from one day to another, and the migration rate as banks report it.

Migration rate of a class: closing balance of what moved to a worse class ÷ (opening balance − what was repaid
or ended meanwhile). A roll rate has the whole opening balance below instead, and goes by days past due.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select

from loancrm.dialect import total
from loancrm.lending.standing import CLASSES, RANK
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import UNMOVED, Grouping, named
from loancrm.reports.two_days import DayByDay, Moved, worsened
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class MigrationLine:
    """A class on the earlier day and where its loans are on the later one; amounts in minor units.

    ``key``: the group, and ``name``, where loans are put into groups, as they were on the earlier day.
    ``unknown``: loans that live and have no class then; they count in no amount.
    """

    key: str | None
    name: str | None
    five_tier: str
    loans: int
    normal: int
    special_mention: int
    substandard: int
    doubtful: int
    loss: int
    ended: int
    unknown: int
    opening_balance: int
    reduced: int
    moved_down: int
    migration_rate: int | None


@dataclass(frozen=True, slots=True)
class Migration:
    """The report: a line a class of the earlier day (and group), the largest that moved down, the basis."""

    since: date
    lines: tuple[MigrationLine, ...]
    largest: tuple[Moved, ...]
    basis: Basis


def migration(
    view: View,
    policy: Policy,
    since: date,
    officer_id: int | None = None,
    *,
    grouping: Grouping | None = None,
    with_largest: bool = False,
) -> Migration:
    """Return where the live loans of ``since`` are as of the view's day, by the class that counts.

    ``grouping``: as the loans were on ``since``; the groups of which most moved down come first.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if grouping is not None:
        grouping.check(UNMOVED)
    days = DayByDay(view, policy, (since, view.as_of), officer_id)
    both = days.pairs(lambda loan: loan.class_that_counts, grouping).c
    # Of one that does not live any more all is gone.
    place = case((both.lives == 0, "ended"), else_=func.coalesce(both.after, "unknown"))
    closing = case((place == "ended", 0), else_=both.owed)
    reduced = case((and_(place != "unknown", closing < both.was), both.was - closing), else_=0)
    query = (
        select(
            both.key,
            both.before,
            place.label("after"),
            func.count().label("loans"),
            total(both.was).label("opening"),
            total(closing).label("closing"),
            total(reduced).label("reduced"),
        )
        .where(both.before.is_not(None))
        .group_by(both.key, both.before, place)
    )
    return Migration(
        since=since,
        lines=tuple(_lines(view, view.rows(query), grouping)),
        largest=tuple(worsened(view, both, RANK)) if with_largest else (),
        basis=basis(view, policy),
    )


def _lines(view: View, rows: list[Any], grouping: Grouping | None) -> Iterator[MigrationLine]:
    """Yield a line a class; in groups, the classes of each group that had loans."""
    names = {} if grouping is None else grouping.names(view)
    groups: dict[Any, list[MigrationLine]] = {}
    for key in dict.fromkeys(row.key for row in rows):
        shown = named(key, names)
        lines = [
            _line(shown, name, [r for r in rows if r.key == key and r.before == name]) for name in CLASSES
        ]
        groups[key] = [line for line in lines if grouping is None or line.loans]
    order = sorted(groups, key=lambda key: (-_down(groups[key]), key is None, str(key)))
    return (line for key in order for line in groups[key])


def _down(lines: list[MigrationLine]) -> int:
    return sum(line.moved_down for line in lines)


def _line(shown: tuple[str | None, str | None], five_tier: str, rows: list[Any]) -> MigrationLine:
    known = [row for row in rows if row.after != "unknown"]
    opening, reduced = sum(row.opening or 0 for row in known), sum(row.reduced or 0 for row in known)
    down = [row for row in known if row.after in RANK and RANK[row.after] > RANK[five_tier]]
    moved = sum(row.closing or 0 for row in down)
    return MigrationLine(
        key=shown[0],
        name=shown[1],
        five_tier=five_tier,
        loans=sum(row.loans for row in rows),
        opening_balance=opening,
        reduced=reduced,
        moved_down=moved,
        migration_rate=None if five_tier == CLASSES[-1] else ratio(moved, opening - reduced),
        **{name: sum(r.loans for r in rows if r.after == name) for name in (*CLASSES, "ended", "unknown")},
    )
