"""Points that are earned, spent and expire. Pure.

What is spent counts first against what expires first. Of the points that expire by a day e, C(e), those spent
before it, S(e), are not lost; all that is lost by a day is the most that C(e) − S(e) was on any such day, for
what was lost once is lost, and cannot be spent any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Entry:
    """Points earned (above zero) or spent (below) on a day; ``expires_on`` is the first day without them."""

    on: date
    points: int
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What was earned, spent and lost by a day; ``balance`` is what is left."""

    earned: int
    spent: int
    expired: int

    @property
    def balance(self) -> int:
        """Return earned − spent − expired."""
        return self.earned - self.spent - self.expired


def standing(entries: Iterable[Entry], as_of: date, *, lost_by: date | None = None) -> Standing:
    """Return how points stand at the end of a day; ``lost_by``: counts what is lost by then, too."""
    seen = [one for one in entries if one.on <= as_of]
    until = as_of if lost_by is None else lost_by
    ends = {one.expires_on for one in seen if one.points > 0 and one.expires_on and one.expires_on <= until}
    lost = (_expiring_by(seen, end) - _spent(seen, end) for end in ends)
    return Standing(
        sum(one.points for one in seen if one.points > 0),
        -sum(one.points for one in seen if one.points < 0),
        max((0, *lost)),
    )


def _expiring_by(entries: list[Entry], end: date) -> int:
    return sum(one.points for one in entries if one.points > 0 and one.expires_on and one.expires_on <= end)


def _spent(entries: list[Entry], before: date) -> int:
    return -sum(one.points for one in entries if one.points < 0 and one.on < before)
