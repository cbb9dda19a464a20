"""How loans moved between classes from one day to another, and the migration rate as banks report it.

Migration rate of a class: closing balance of what moved to a worse class ÷ (opening balance − what was repaid
or ended meanwhile). A roll rate has the whole opening balance below instead, and goes by days past due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select

from loancrm.dialect import total
from loancrm.lending.standing import CLASSES, RANK
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.two_days import TwoDays
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class MigrationLine:
    """A class on the earlier day and where its loans are on the later one; amounts in minor units.

    ``unknown``: loans that live and have no class then; they count in no amount.
    """

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
    """The report: a line a class of the earlier day, and what it rests on."""

    since: date
    lines: tuple[MigrationLine, ...]
    basis: Basis


def migration(view: View, policy: Policy, since: date, officer_id: int | None = None) -> Migration:
    """Return where the live loans of ``since`` are as of the view's day, by the class that counts."""
    both = TwoDays(view, policy, since, officer_id).pairs(lambda loan: loan.class_that_counts).c
    # Of one that does not live any more all is gone.
    place = case((both.lives == 0, "ended"), else_=func.coalesce(both.after, "unknown"))
    closing = case((place == "ended", 0), else_=both.owed)
    reduced = case((and_(place != "unknown", closing < both.was), both.was - closing), else_=0)
    query = (
        select(
            both.before,
            place.label("after"),
            func.count().label("loans"),
            total(both.was).label("opening"),
            total(closing).label("closing"),
            total(reduced).label("reduced"),
        )
        .where(both.before.is_not(None))
        .group_by(both.before, place)
    )
    rows = view.rows(query)
    lines = tuple(_line(name, [row for row in rows if row.before == name]) for name in CLASSES)
    return Migration(since=since, lines=lines if rows else (), basis=basis(view, policy))


def _line(five_tier: str, rows: list[Any]) -> MigrationLine:
    known = [row for row in rows if row.after != "unknown"]
    opening, reduced = sum(row.opening or 0 for row in known), sum(row.reduced or 0 for row in known)
    down = [row for row in known if row.after in RANK and RANK[row.after] > RANK[five_tier]]
    moved = sum(row.closing or 0 for row in down)
    return MigrationLine(
        five_tier=five_tier,
        loans=sum(row.loans for row in rows),
        opening_balance=opening,
        reduced=reduced,
        moved_down=moved,
        migration_rate=None if five_tier == CLASSES[-1] else ratio(moved, opening - reduced),
        **{name: sum(r.loans for r in rows if r.after == name) for name in (*CLASSES, "ended", "unknown")},
    )
