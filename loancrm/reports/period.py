"""A stretch of days that a report is about, and those that it is compared with. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from loancrm.calendars import add_months
from loancrm.errors import InvalidInput
from loancrm.i18n import _

YEAR = 12
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both of them included."""

    first: date
    last: date

    @property
    def eve(self) -> date:
        """The day before: how things stood when the period began."""
        return self.first - DAY

    @property
    def before(self) -> Period:
        """The period before it: as many months where it is whole months, else as many days."""
        months = self._months()
        if months:
            return Period(add_months(self.first, -months), self.eve)
        return Period(self.first - (self.last - self.first) - DAY, self.eve)

    @property
    def year_ago(self) -> Period:
        """The same days a year before."""
        return Period(add_months(self.first, -YEAR), add_months(self.last + DAY, -YEAR) - DAY)

    def _months(self) -> int:
        """Return how many whole months the period has; 0 where it is none."""
        end = self.last + DAY
        months = (end.year - self.first.year) * YEAR + end.month - self.first.month
        return months if months > 0 and add_months(self.first, months) == end else 0


def period_to(day: date, first: date | None, last: date | None, *, months: int) -> Period:
    """Return the period that was asked for: up to ``day`` and so many months long unless said.

    Raises:
        InvalidInput: it begins after its end, or ends after the day that is looked at.
    """
    end = last or day
    if end > day:
        raise InvalidInput(_("--to is after the day that is looked at"), field="--to")
    begin = first or add_months(end + DAY, -months)
    if begin > end:
        raise InvalidInput(_("--from is after --to"), field="--from")
    return Period(begin, end)
