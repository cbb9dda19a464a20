"""The days at which a report over months looks: month ends, the newest last."""

from __future__ import annotations

from datetime import date, timedelta

from loancrm.calendars import add_months, end_of_month


def month_ends(as_of: date, months: int) -> tuple[date, ...]:
    """Return the ends of the last ``months`` months that are over at the end of ``as_of``, oldest first."""
    is_over = end_of_month(as_of) == as_of
    newest = as_of if is_over else as_of.replace(day=1) - timedelta(days=1)
    first = newest.replace(day=1)
    return tuple(end_of_month(add_months(first, -n)) for n in reversed(range(months)))


def month_ends_between(first: date, last: date) -> tuple[date, ...]:
    """Return the month ends from ``first`` to ``last``, both included, oldest first."""
    ends, on = [], end_of_month(first)
    while on <= last:
        ends.append(on)
        on = end_of_month(on + timedelta(days=1))
    return tuple(ends)
