"""The only place where text typed by people becomes an amount, a rate, a day or a count. Pure.

Each function takes the text and the field it stands in, matches the whole text in ASCII, and refuses
anything else with ``InvalidInput`` that names the plain form and never repeats the value.
Python's own readers are not used for the shape: they take ``1_000``, ``1e5``, ``NaN`` and ``٣``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NoReturn

from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled

MILLION = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2200

# Patterns are text: re compiles one when it is first used, and keeps it. Compiling all cost 20 ms a start.
_AMOUNT = r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,13})(?:\.(?P<cents>[0-9]{1,2}))?"
_DAY = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_COUNT = r"-?[0-9]{1,9}"
_INTERVAL = r"[1-9][0-9]{0,3}[dwmy]"
_DURATION_SAID = r"\+?([0-9]{1,4})([dw])"
_AHEAD = {"today": 0, "tomorrow": 1, "今天": 0, "明天": 1, "后天": 2}
_WEEKDAYS = tuple(
    (name[:3], name)
    for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
_CHINESE_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_DURATION = r"([0-9]{1,5})([dw]?)"
_TOO_LONG = r"[0-9]{6,}[dw]?"
# unit -> its pattern, and how many decimals shift it to millionths
_PARTS = (
    (r"([0-9]{1,8})(?:\.([0-9]{1,4}))?%", 4),
    (r"([0-9]{1,10})(?:\.([0-9]{1,2}))?bp", 2),
    (r"([0-9]{1,6})(?:\.([0-9]{1,6}))?", 6),
)


def amount(text: str, field: str, *, signed: bool = False) -> int:
    """Return an amount in minor units: ``1234.5`` is 123450.

    Args:
        text: up to 13 digits, then at most two decimals.
        field: what the message names.
        signed: whether a leading ``+`` or ``-`` is taken.

    Raises:
        InvalidInput: any other form.
    """
    found = re.fullmatch(_AMOUNT, text)
    if found is None or (found["sign"] and not signed):
        _refuse(field, _("not an amount; write 1234.56 (plain digits, at most two decimals)"))
    minor = int(found["whole"]) * 100 + int((found["cents"] or "0").ljust(2, "0"))
    return -minor if found["sign"] == "-" else minor


def positive_amount(text: str, field: str) -> int:
    """Return an amount above zero, in minor units.

    Raises:
        InvalidInput: zero, signed, or not an amount.
    """
    minor = amount(text, field)
    if minor == 0:
        _refuse(field, _("must be above zero; write 1234.56"))
    return minor


def rate(text: str, field: str) -> int:
    """Return a rate in millionths, 0 up to but not 1: ``3.45%``, ``345bp`` and ``0.0345`` are 34500.

    Raises:
        InvalidInput: any other form, more than six decimals of the fraction, or 1 and above; a bare
            ``4.35`` is refused because it may mean 4.35% or 435%.
    """
    millionths = _millionths(text)
    if millionths is None or millionths >= MILLION:
        _refuse(field, _("not a rate; write 3.45%, 345bp or 0.0345 (below 1, at most six decimals)"))
    return millionths


def spread(text: str, field: str) -> int:
    """Return basis points over or under another rate, in millionths: ``+50bp`` is 5000, ``-0.3%`` is -3000.

    Raises:
        InvalidInput: any other form, more than six decimals of the fraction, or 1 and above.
    """
    sign = -1 if text[:1] == "-" else 1
    millionths = _millionths(text[1:] if text[:1] in ("+", "-") else text)
    if millionths is None or millionths >= MILLION:
        _refuse(field, _("not a spread; write +50bp, -30bp or 0.5% (below 1, at most six decimals)"))
    return sign * millionths


def ratio(text: str, field: str) -> int:
    """Return a ratio in millionths, 0 or more: ``150%`` and ``1.5`` are 1500000.

    Unlike a rate it may reach 1 and more (coverage, loan to value), so a bare number is the ratio itself.

    Raises:
        InvalidInput: any other form, more than six decimals, or a million and above.
    """
    millionths = _millionths(text)
    if millionths is None or millionths >= MILLION * MILLION:
        _refuse(field, _("not a ratio; write 45% or 0.45 (at most six decimals)"))
    return millionths


def day(text: str, field: str) -> date:
    """Return a day written YYYY-MM-DD, from 1900 to 2200.

    Raises:
        InvalidInput: another form, a day that does not exist, or a year outside.
    """
    found = re.fullmatch(_DAY, text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        _refuse(field, _("not a date; write YYYY-MM-DD, from 1900 to 2200"))
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        _refuse(field, _("no such day; write YYYY-MM-DD, from 1900 to 2200"))


def count(text: str, field: str, minimum: int = 0, maximum: int | None = None) -> int:
    """Return a whole number of at most nine digits, from ``minimum`` to ``maximum``, both included.

    Raises:
        InvalidInput: another form, or outside.
    """
    value = int(text) if re.fullmatch(_COUNT, text) else None
    if value is None or value < minimum or (maximum is not None and value > maximum):
        plain = _("write a whole number of at least {minimum}")
        if maximum is not None:
            plain = _("write a whole number from {minimum} to {maximum}").format(
                minimum=minimum, maximum=maximum
            )
        _refuse(field, plain.format(minimum=minimum, maximum=maximum))
    return value


def minute(text: str, field: str) -> int:
    """Return a time of day such as ``14:30`` as minutes after midnight.

    Raises:
        InvalidInput: another form, or no such time.
    """
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])", text.strip())
    if found is None:
        _refuse(field, _("write a time such as 14:30"))
    return int(found[1]) * 60 + int(found[2])


def duration_days(text: str, field: str) -> int:
    """Return a number of days: ``7d`` and ``7`` are 7, ``2w`` is 14.

    Raises:
        InvalidInput: another form, or more than five digits.
    """
    found = re.fullmatch(_DURATION, text)
    if found is None and re.fullmatch(_TOO_LONG, text):
        _refuse(field, _("too many days; the most is 99999d"))
    if found is None:
        _refuse(field, _("not a number of days; write 7d or 2w"))
    return int(found[1]) * (7 if found[2] == "w" else 1)


def interval(text: str, field: str) -> str:
    """Return an interval as it is kept: ``30d``, ``2w``, ``3m`` or ``1y``.

    Raises:
        InvalidInput: another form.
    """
    if re.fullmatch(_INTERVAL, text) is None:
        _refuse(field, _("not an interval; write 30d, 2w, 3m or 1y"))
    return text


def day_ahead(text: str, field: str, today: date) -> date:
    """Return a day as people say it: ``2026-12-04``, ``today``, ``tomorrow``, ``fri``, ``3d``, ``2w``.

    明天 and 周五 too. A weekday is the next one after today; 下周五 is that of the next week.

    Raises:
        InvalidInput: another form.
    """
    word = text.strip().lower()
    if re.fullmatch(_DAY, word):
        return day(word, field)
    if word in _AHEAD:
        return today + timedelta(days=_AHEAD[word])
    if found := re.fullmatch(_DURATION_SAID, word):
        return today + timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))
    weekday = _weekday(word.removeprefix("下"))
    if weekday is None:
        _refuse(field, _("not a day; write YYYY-MM-DD, tomorrow, fri, 3d or 2w"))
    if word.startswith("下"):
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _weekday(word: str) -> int | None:
    for prefix in ("周", "星期", "礼拜"):
        if word.startswith(prefix) and word[len(prefix) :] in _CHINESE_WEEKDAYS:
            return _CHINESE_WEEKDAYS[word[len(prefix) :]]
    return next((place for place, names in enumerate(_WEEKDAYS) if word in names), None)


def _millionths(text: str) -> int | None:
    for pattern, places in _PARTS:
        if found := re.fullmatch(pattern, text):
            scale: int = 10**places
            return int(found[1]) * scale + int((found[2] or "0").ljust(places, "0"))
    return None


def _refuse(field: str, problem: str) -> NoReturn:
    raise InvalidInput(titled(field, problem), field=field)
