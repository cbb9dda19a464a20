"""Working days of mainland China and month arithmetic. Pure.

Days off and make-up working weekends are decreed year by year. Beyond the decreed years Monday to
Friday is the best that can be said: ``is_known`` tells, so that nobody claims more.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache


def is_working_day(day: date) -> bool:
    """Return whether banks work on ``day``; Monday to Friday where ``is_known(day)`` is false."""
    if not is_known(day):
        return day.weekday() < 5
    from chinese_calendar import is_workday

    return bool(is_workday(day))


def is_known(day: date) -> bool:
    """Return whether the days off of that year were decreed and are in the table."""
    first, last = _known_years()
    return first <= day.year <= last


def known_until() -> date:
    """Return the last day whose calendar is known, a 31 December."""
    return date(_known_years()[1], 12, 31)


def add_working_days(day: date, n: int) -> date:
    """Return the ``n``-th working day after ``day``, before it when negative; 0 is ``day`` itself.

    ``day`` is never counted: one working day after a Friday is the next Monday that is worked.

    Raises:
        OverflowError: beyond year 9999 or before year 1.
    """
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def add_months(anchor: date, n: int) -> date:
    """Return the day ``n`` months from ``anchor``, cut to the month's length.

    Always count from the original anchor: 31 January + 1 + 1 drifts to 28 March, + 2 is 31 March.

    Raises:
        ValueError: beyond year 9999 or before year 1.
    """
    from dateutil.relativedelta import relativedelta

    return anchor + relativedelta(months=n)


def end_of_month(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def birthday_key(born_on: date, calendar: str) -> str | None:
    """Return when the birthday of somebody born on a (solar) day is kept: ``solar:02-29``, ``lunar:08-15``.

    A birthday in a leap month is kept in the ordinary month of that number, which every year has. None where
    the lunar calendar is not tabled (before 1900, after 2100).
    """
    if calendar != "lunar":
        return f"solar:{born_on:%m-%d}"
    lunar = _lunar(born_on)
    return None if lunar is None else f"lunar:{lunar[0]:02d}-{lunar[1]:02d}"


def birthday_keys(day: date) -> tuple[str, ...]:
    """Return the keys of the birthdays that are kept on ``day``.

    29 February is kept on the 28th in a common year, the 30th of a lunar month on the 29th of a short one.
    """
    keys = [f"solar:{day:%m-%d}"]
    if (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
        keys.append("solar:02-29")
    lunar = _lunar(day)
    if lunar is not None and not lunar[2]:
        month, n, _leap = lunar
        keys.append(f"lunar:{month:02d}-{n:02d}")
        following = _lunar(day + timedelta(days=1))
        if n == 29 and following is not None and following[1] == 1:
            keys.append(f"lunar:{month:02d}-30")
    return tuple(keys)


def _lunar(day: date) -> tuple[int, int, bool] | None:
    from borax.calendars.lunardate import LunarDate

    try:
        found = LunarDate.from_solar(day)
    except (ValueError, OverflowError):
        return None
    return found.month, found.day, bool(found.leap)


@cache
def _known_years() -> tuple[int, int]:
    from chinese_calendar.constants import holidays

    # New Year's Day is decreed in every year, so a year without holidays is a year without a decree.
    return min(holidays).year, max(holidays).year
