"""A clock that runs in working hours, and stands still while somebody else has the next word. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from loancrm.desk.hours import Hours


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes of work that have passed: ``used`` before ``since``; it runs unless ``since`` is None."""

    used: int = 0
    since: datetime | None = None

    def started(self, at: datetime) -> Clock:
        """Return the clock running; one that runs already runs on."""
        return self if self.since is not None else replace(self, since=at)

    def stopped(self, at: datetime, hours: Hours) -> Clock:
        """Return the clock standing still; one that stands stays as it is, so that twice is once."""
        return Clock(self.spent(at, hours))

    def spent(self, at: datetime, hours: Hours) -> int:
        """Return the minutes of work by ``at``, never fewer than before."""
        return self.used if self.since is None else self.used + hours.between(self.since, at)

    def due(self, target: int, hours: Hours) -> datetime | None:
        """Return when ``target`` minutes will have passed if it runs on; None while it stands.

        A target that has passed already was due by ``since`` at the latest: that moment is returned.
        """
        return None if self.since is None else hours.after(self.since, target - self.used)
