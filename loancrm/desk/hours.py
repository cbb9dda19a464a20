"""Working hours: how many minutes of work lie between two moments, and the moment so many later. Pure.

Moments are naive: days and times of the book's zone. Which days are worked is ``calendars.is_working_day``:
days off and make-up weekends as they were decreed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from loancrm.calendars import is_working_day

DAY = 24 * 60  # minutes


def moment(day: date, minute: int) -> datetime:
    """Return the moment ``minute`` minutes after midnight."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def minute_of(at: datetime) -> int:
    """Return how many whole minutes after midnight ``at`` is."""
    return at.hour * 60 + at.minute


def clock_text(minute: int | None) -> str | None:
    """Return minutes after midnight as ``14:30``."""
    return None if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a working day: spans of minutes after midnight, in order and apart from each other."""

    spans: tuple[tuple[int, int], ...]

    @property
    def opening(self) -> int:
        """Return the first minute that is worked."""
        return self.spans[0][0]

    @property
    def closing(self) -> int:
        """Return the minute at which work ends."""
        return self.spans[-1][1]

    @property
    def per_day(self) -> int:
        """Return how many minutes of a working day are worked."""
        return sum(end - start for start, end in self.spans)

    def between(self, start: datetime, end: datetime) -> int:
        """Return the minutes of work from ``start`` to ``end``; 0 when ``end`` is not later."""
        if end <= start:
            return 0
        first, last = start.date(), end.date()
        if first == last:
            return self._worked(first, minute_of(start), minute_of(end))
        whole = sum(self.per_day for day in _days(first + timedelta(days=1), last) if is_working_day(day))
        return self._worked(first, minute_of(start), DAY) + whole + self._worked(last, 0, minute_of(end))

    def after(self, start: datetime, minutes: int) -> datetime:
        """Return the moment at which so many minutes of work have passed since ``start``.

        ``start`` itself when there are none to pass. Work that fills a day ends when that day closes, not
        when the next one opens.

        Raises:
            OverflowError: beyond year 9999.
        """
        if minutes <= 0:
            return start
        day, since, left = start.date(), minute_of(start), minutes
        while True:
            if is_working_day(day):
                for begins, ends in self.spans:
                    worked = max(0, ends - max(begins, since))
                    if worked >= left:
                        return moment(day, max(begins, since) + left)
                    left -= worked
            day, since = day + timedelta(days=1), 0

    def _worked(self, day: date, since: int, until: int) -> int:
        if not is_working_day(day):
            return 0
        return sum(max(0, min(end, until) - max(start, since)) for start, end in self.spans)


def _days(first: date, last: date) -> Iterator[date]:
    """Yield the days from ``first`` to before ``last``."""
    for n in range((last - first).days):
        yield first + timedelta(days=n)
