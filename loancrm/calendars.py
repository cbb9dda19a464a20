"""Working days of mainland China, month arithmetic, lunar days, birthdays and festivals. Pure.

Days off and make-up working weekends are decreed year by year. Beyond the decreed years Monday to
Friday is the best that can be said: ``is_known`` tells, so that nobody claims more.

The lunar calendar (GB/T 33661) is borax's table of the lunar years 1900 to 2100, which is from 31 January
1900 to 28 January 2101. Outside it nothing is known and None is returned.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cache
from typing import Literal

LeapDay = Literal["feb_28", "mar_1"]
"""On which day a birthday of 29 February is kept in a common year."""

SHORTEST_MONTH = 28  # days
LONGEST_STUDY = 20  # years
_LUNAR_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar; ``is_leap`` in the second of two months of the same number."""

    year: int
    month: int
    day: int
    is_leap: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Festival:
    """The day of a festival; ``code`` has its label in the vocabulary ``festival``."""

    on: date
    code: str


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
    # By hand: with dateutil a schedule took half as long again to build.
    years, month = divmod(anchor.year * 12 + anchor.month - 1 + n, 12)
    if not MINYEAR <= years <= MAXYEAR:
        raise ValueError(f"year {years} is out of range")
    day = anchor.day
    if day > SHORTEST_MONTH:
        day = min(day, calendar.monthrange(years, month + 1)[1])
    return date(years, month + 1, day)


def year_of_study(enrolled_on: date | None, graduates_on: date | None, on: date) -> int | None:
    """Return in which year of study a student is, 1 in the first; None before, after, or if nobody knows."""
    if enrolled_on is None or on < enrolled_on or (graduates_on is not None and on >= graduates_on):
        return None
    years = range(1, LONGEST_STUDY + 1)
    return next((n for n in years if enrolled_on > add_months(on, -12 * n)), None)


def end_of_month(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def lunar_of(day: date) -> LunarDay | None:
    """Return the lunar day that ``day`` is; None outside the lunar years 1900 to 2100."""
    from borax.calendars.lunardate import MAX_SOLAR_DATE, MIN_SOLAR_DATE, LunarDate

    if not MIN_SOLAR_DATE <= day <= MAX_SOLAR_DATE:
        return None
    found = LunarDate.from_solar_date(day.year, day.month, day.day)
    return LunarDay(found.year, found.month, found.day, bool(found.leap))


def next_lunar_birthday(month: int, day: int, on_or_after: date, *, is_leap: bool = False) -> date | None:
    """Return the first day on or after ``on_or_after`` on which the lunar birthday is kept.

    The 30th is kept on the 29th of a month that has no 30th. A birthday in a leap month is kept in the leap
    month where the year has the same one, and in the ordinary month of that number otherwise: the same leap
    month comes back after 8 to 57 years, so the custom is to keep the month. A birthday in an
    ordinary month is kept in the ordinary month, never again in the leap month after it.

    Returns:
        None outside the lunar years 1900 to 2100.

    Raises:
        ValueError: there is no such lunar month or day in any year.
    """
    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError(f"no lunar day: {month}/{day}")
    now = lunar_of(on_or_after)
    kept = [] if now is None else [_lunar_birthday(now.year + n, month, day, is_leap) for n in (0, 1)]
    return next((on for on in kept if on is not None and on >= on_or_after), None)


def lunar_birthdays_on(day: date) -> tuple[LunarDay, ...]:
    """Return the lunar birthdays that are kept on ``day``, each in the lunar year of ``day``.

    ``next_lunar_birthday`` the other way round: for the birthdays of a few days among many people.
    """
    from borax.calendars.lunardate import LCalendars

    now = lunar_of(day)
    if now is None:
        return ()
    leap_month = LCalendars.leap_month(now.year)
    is_last = now.day == LCalendars.ndays(now.year, now.month, now.is_leap)
    days = (29, 30) if is_last and now.day == 29 else (now.day,)
    born = (True,) if now.is_leap else (False,) if leap_month == now.month else (False, True)
    return tuple(LunarDay(now.year, now.month, n, is_leap) for is_leap in born for n in days)


def next_birthday(month: int, day: int, on_or_after: date, leap_day: LeapDay = "feb_28") -> date:
    """Return the first day on or after ``on_or_after`` on which a birthday or another yearly day is kept.

    Raises:
        ValueError: there is no such day in any year; or it is beyond year 9999.
    """
    date(2000, month, day)  # a leap year: 29 February is a day
    on = _birthday(on_or_after.year, month, day, leap_day)
    return on if on >= on_or_after else _birthday(on_or_after.year + 1, month, day, leap_day)


def birthdays_on(day: date, leap_day: LeapDay = "feb_28") -> tuple[tuple[int, int], ...]:
    """Return the birthdays, as (month, day), that are kept on ``day``: its own, and 29 February's."""
    own = (day.month, day.day)
    is_kept = not calendar.isleap(day.year) and day == _birthday(day.year, 2, 29, leap_day)
    return (own, (2, 29)) if is_kept else (own,)


def festivals(start: date, end: date) -> list[Festival]:
    """Return the festivals from ``start`` to before ``end``, in order.

    Those of the lunar calendar, and Qingming of the solar terms, only in the lunar years 1900 to 2100.
    """
    years = range(start.year - 1, end.year + 1)  # a lunar year ends in the next one
    found = (one for year in years for one in (*_solar_festivals(year), *_lunar_festivals(year)))
    return sorted(one for one in found if start <= one.on < end)


_SOLAR_FESTIVALS = (("new_year", 1, 1), ("labour_day", 5, 1), ("national_day", 10, 1))
_LUNAR_FESTIVALS = (
    ("spring_festival", 1, 1),
    ("lantern_festival", 1, 15),
    ("dragon_boat", 5, 5),
    ("qixi", 7, 7),
    ("mid_autumn", 8, 15),
    ("double_ninth", 9, 9),
)


def _solar_festivals(year: int) -> Iterator[Festival]:
    if 1 <= year <= 9999:
        yield from (Festival(date(year, month, day), code) for code, month, day in _SOLAR_FESTIVALS)


def _lunar_festivals(year: int) -> Iterator[Festival]:
    from borax.calendars.lunardate import LCalendars, LunarDate, TermUtils

    if year in _LUNAR_YEARS:
        for code, month, day in _LUNAR_FESTIVALS:
            yield Festival(LunarDate(year, month, day).to_solar_date(), code)
        yield Festival(TermUtils.nth_term_day(year, term_name="清明"), "qingming")
        new_year = LunarDate(year, 1, 1).to_solar_date()
        yield Festival(new_year + timedelta(days=LCalendars.ndays(year) - 1), "new_years_eve")


def _lunar_birthday(year: int, month: int, day: int, is_leap: bool) -> date | None:
    from borax.calendars.lunardate import LCalendars, LunarDate

    if year not in _LUNAR_YEARS:
        return None
    leap = int(is_leap and LCalendars.leap_month(year) == month)
    kept: date = LunarDate(year, month, min(day, LCalendars.ndays(year, month, leap)), leap).to_solar_date()
    return kept


def _birthday(year: int, month: int, day: int, leap_day: LeapDay) -> date:
    if (month, day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28) if leap_day == "feb_28" else date(year, 3, 1)
    return date(year, month, day)


def birthday_key(born_on: date, by: str) -> str | None:
    """Return when the birthday of somebody born on a (solar) day is kept: ``solar:02-29``, ``lunar:08-15``.

    ``lunar:L06-01`` is the first of a leap sixth month. None where the lunar calendar is not tabled.
    """
    if by != "lunar":
        return f"solar:{born_on:%m-%d}"
    lunar = lunar_of(born_on)
    return None if lunar is None else _lunar_key(lunar)


def birthday_keys(day: date) -> tuple[str, ...]:
    """Return the keys of all birthdays that are kept on ``day``, by either calendar."""
    solar = (f"solar:{month:02d}-{n:02d}" for month, n in birthdays_on(day))
    return (*solar, *map(_lunar_key, lunar_birthdays_on(day)))


def _lunar_key(lunar: LunarDay) -> str:
    return f"lunar:{'L' if lunar.is_leap else ''}{lunar.month:02d}-{lunar.day:02d}"


@cache
def _known_years() -> tuple[int, int]:
    from chinese_calendar.constants import holidays

    # New Year's Day is decreed in every year, so a year without holidays is a year without a decree.
    return min(holidays).year, max(holidays).year
