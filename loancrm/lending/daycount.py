"""Day counts: the part of a year between two days, as an exact fraction with one denominator a convention.

Sources: ISDA 2006 Definitions, section 4.16 (ACT/ACT, ACT/360, ACT/365 Fixed, 30E/360); ACT/364 counts a
year as 52 weeks. The values of QuantLib's own tests are reproduced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

ACT_ACT_YEAR = 365 * 366


def days_30_360(start: date, end: date) -> int:
    """Return the days of 30E/360 (Eurobond): every month has 30, the 31st counts as the 30th."""
    years, months = end.year - start.year, end.month - start.month
    return 360 * years + 30 * months + min(end.day, 30) - min(start.day, 30)


def _actual(start: date, end: date) -> int:
    return (end - start).days


def _act_act(start: date, end: date) -> int:
    """Return ACT/ACT ISDA in parts of ``ACT_ACT_YEAR``: days of leap years over 366, of others over 365."""
    parts = 0
    while start < end:
        until = min(end, date(start.year + 1, 1, 1))
        is_leap = date(start.year, 12, 31).timetuple().tm_yday == 366
        parts += (until - start).days * (365 if is_leap else 366)
        start = until
    return parts


# convention -> how many parts of a year lie between two days, and how many make a year
CONVENTIONS: Mapping[str, tuple[Callable[[date, date], int], int]] = {
    "30/360": (days_30_360, 360),
    "act/360": (_actual, 360),
    "act/365": (_actual, 365),
    "act/364": (_actual, 364),
    "act/act": (_act_act, ACT_ACT_YEAR),
}


def year_parts(convention: str, start: date, end: date, months: int | None = None) -> int:
    """Return the parts of a year between two days; ``parts_of_year`` of them make a year.

    Args:
        convention: a key of ``CONVENTIONS``.
        start: the first day, which counts.
        end: the day after the last that counts.
        months: how many whole months the period is, None for a stub or a period of days: under 30/360 a
            month is a twelfth of a year whatever its dates.
    """
    if months is not None and convention == "30/360":
        return 30 * months
    return CONVENTIONS[convention][0](start, end)


def parts_of_year(convention: str) -> int:
    """Return how many of the parts of ``year_parts`` make a year."""
    return CONVENTIONS[convention][1]
