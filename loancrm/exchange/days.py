"""Days as files write them: a form has a name, or is a pattern of ``strptime``.

Nothing is guessed between day-month and month-day. An ISO day is read in every form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta

DayReader = Callable[[str], date | None]
_EXCEL_ZERO = date(
    1899, 12, 30
)  # serial 1 is 1900-01-01; right from March 1900 on, where the sheet's leap year ends
_SAS_ZERO = date(1960, 1, 1)
_YEAR_FIRST = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NAMED_MONTH = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3})[a-z]*[- ]([0-9]{4}|[0-9]{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PLAIN_SERIAL = re.compile(r"[0-9]{5}(\.0+)?")
_SERIAL = re.compile(r"[0-9]{1,6}(\.0+)?")


def day_reader(forms: tuple[str, ...]) -> DayReader:
    """Return a reader that tries ``forms`` in turn: iso, ymd, yyyymmdd, excel, sas, any, or a pattern."""
    readers = [FORMS.get(form) or _by_pattern(form) for form in dict.fromkeys((*forms, "iso"))]

    def read(text: str) -> date | None:
        return next((found for reader in readers if (found := reader(text)) is not None), None)

    return read


def day_in_name(name: str) -> date | None:
    """Return the day that a file's name speaks of: ``余额表20261119.xlsx``, ``loans-2026-11-19.csv``."""
    for found in re.finditer(r"(?<![0-9])([0-9]{4})[-_.年]?([0-9]{2})[-_.月]?([0-9]{2})(?![0-9])", name):
        day = _made(found[1], found[2], found[3])
        if day is not None and 1990 <= day.year <= 2200:
            return day
    return None


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _matching(pattern: re.Pattern[str]) -> DayReader:
    def read(text: str) -> date | None:
        found = pattern.fullmatch(text)
        return _made(*found.groups()) if found and text.isascii() else None

    return read


def _year_first(text: str) -> date | None:
    found = _YEAR_FIRST.fullmatch(_narrow(text))
    return _made(*found.groups()) if found else None


def _named_month(text: str) -> date | None:
    found = _NAMED_MONTH.fullmatch(text)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    year = found[3] if len(found[3]) == 4 else ("19" if int(found[3]) > 68 else "20") + found[3]
    return _made(year, str(_MONTHS.index(found[2].lower()) + 1), found[1])


def _serial(zero: date) -> DayReader:
    def read(text: str) -> date | None:
        return zero + timedelta(days=int(float(text))) if _SERIAL.fullmatch(text) else None

    return read


def _any(text: str) -> date | None:
    """Read every form that means one day only: the year first, a month by name, eight digits, a serial.

    A serial has five digits, of 1927 to 2173: 2026 may be a year, and 202601 a month.
    """
    plain = _narrow(text)
    if _COMPACT.fullmatch(plain):
        return _matching(_COMPACT)(plain)
    if _PLAIN_SERIAL.fullmatch(plain):
        return FORMS["excel"](plain)
    return _year_first(plain) or _named_month(plain)


def _narrow(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def _by_pattern(pattern: str) -> DayReader:
    if pattern == "%m/%d/%Y":  # strptime takes ten times as long, and this is the commonest of all
        shape = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")

        def quick(text: str) -> date | None:
            found = shape.fullmatch(text)
            return _made(found[3], found[1], found[2]) if found else None

        return quick

    def read(text: str) -> date | None:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return None

    return read


FORMS: dict[str, DayReader] = {
    "iso": _matching(_ISO),
    "ymd": _year_first,
    "yyyymmdd": _matching(_COMPACT),
    "excel": _serial(_EXCEL_ZERO),
    "sas": _serial(_SAS_ZERO),
    "any": _any,
}
