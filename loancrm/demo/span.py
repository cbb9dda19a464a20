"""The eighteen months: which days the bank delivers data on, and when the planted things happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property

from loancrm.calendars import add_months, end_of_month, is_working_day

MONTHS = 18
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """The days of the simulation; ``today`` is the morning after the last simulated day."""

    today: date

    @cached_property
    def last_day(self) -> date:
        """The last simulated day, and the day of the newest data."""
        return self.today - DAY

    @cached_property
    def month_ends(self) -> tuple[date, ...]:
        """The eighteen newest month ends, oldest first."""
        newest = self.today.replace(day=1) - DAY
        return tuple(end_of_month(add_months(newest.replace(day=1), -n)) for n in range(MONTHS - 1, -1, -1))

    @cached_property
    def start(self) -> date:
        """The day on which the bank began to keep the book."""
        return self.month_ends[0].replace(day=1)

    @cached_property
    def full_extracts(self) -> frozenset[date]:
        """The days with data of every live loan: month ends and the two newest days of data."""
        return frozenset((*self.month_ends, self.previous_data, self.last_day))

    @cached_property
    def previous_data(self) -> date:
        """The day of the data before the newest."""
        return self.last_day - 2 * DAY

    def is_overdue_list(self, day: date) -> bool:
        """Say whether the bank delivers the list of what is overdue on ``day``: mid-month."""
        return day.day == 15 and day not in self.full_extracts

    @cached_property
    def classification_days(self) -> tuple[date, ...]:
        """The first month end with data, every quarter end, and today."""
        quarters = (day for day in self.month_ends[1:] if day.month % 3 == 0)
        return (self.month_ends[0], *quarters, self.today)

    @cached_property
    def second_half(self) -> date:
        """From when approvals in one region are slow."""
        return self.month_ends[MONTHS // 2].replace(day=1)

    @cached_property
    def shock_on(self) -> date:
        """When building materials are hit."""
        return self.month_ends[MONTHS // 2 + 1].replace(day=1)

    @cached_property
    def measure_on(self) -> date:
        """When the bank adds people to the slow approval centre."""
        return add_months(self.today, -3)

    @cached_property
    def leaving_on(self) -> date:
        """When an officer leaves and hands over."""
        return working(self.month_ends[7].replace(day=10))

    @cached_property
    def reshuffle_on(self) -> date:
        """When one region goes to another officer."""
        return working(self.month_ends[12].replace(day=5))

    def days(self) -> Iterator[date]:
        """Yield the simulated days."""
        day = self.start
        while day <= self.last_day:
            yield day
            day += DAY


@cache
def working(day: date) -> date:
    """Return ``day`` or the first working day after it."""
    while not is_working_day(day):
        day += DAY
    return day
