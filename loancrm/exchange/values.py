"""From a cell to a value: what a profile allows a text to look like, and the exact value it stands for.

A reader takes a cell that is not empty and returns the value, or raises ``InvalidInput`` whose code names
the problem. The plain forms are those of ``parsing``; a profile may allow more, and says so column by column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NoReturn

from loancrm import identity, parsing
from loancrm.errors import InvalidInput
from loancrm.exchange.days import day_reader
from loancrm.exchange.profile import UNITS, ColumnSpec
from loancrm.exchange.source import Percent, text_of
from loancrm.i18n import _
from loancrm.services.customer_fields import Reading, policy_tags
from loancrm.vocabulary import code_of

Reader = Callable[[Any], Any]
LONGEST_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number, and makes zeros of the rest
_DAMAGED = r"[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+"
_ANY_AMOUNT = r"(?P<sign>-?)(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<rest>\.[0-9]+)?(?P<unit>[万亿]?)"
_CURRENCIES = r"(?:CNY|RMB|USD|EUR|HKD|[¥￥$€£])"
_FIGURE = r"-?[0-9]{1,9}(\.[0-9]{1,30})?"
_TIME = re.compile(
    r"(?:[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?[T ]+)?([0-9]{1,2})"
    r"(?:[:：][0-5][0-9](?:[:：][0-5][0-9](?:\.[0-9]+)?)?|[时点](?:[0-5]?[0-9]分)?)?"
)
HOURS = 24
_RATE_POWERS = {"fraction": 6, "percent": 4, "bp": 2}
_RATE_MARKS = {"%": "percent", "‰": "permille_month", "bp": "bp"}
_STATUSES = ("live", "unknown")


def reader_of(reading: str, spec: ColumnSpec, field: str, about: Reading) -> Reader:
    """Return how the cells of a column are read. ``field`` is what faults call the column.

    Raises:
        KeyError: there is no such reading.
    """
    if reading.startswith("code:"):
        return _code(reading.removeprefix("code:"), field)
    return _READERS[reading](spec, field, about)


def refuse(field: str, code: str, problem: str, hint: str | None = None) -> NoReturn:
    """Raise the fault of a cell; its value is not repeated."""
    raise InvalidInput(problem, field=field, code=code, hint=hint)


def _code(vocabulary: str, field: str) -> Reader:
    return lambda cell: code_of(vocabulary, text_of(cell), field)


def _status(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    def read(cell: Any) -> str:
        text = text_of(cell).strip()
        return text if text in _STATUSES else code_of("loan_status", text, field)

    return read


def _text(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    return lambda cell: identity.clean_text(text_of(cell), field)


def _note(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    return lambda cell: identity.clean_note(text_of(cell).strip(), field)


def _time(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    """Read a time of day: as text, or as a spreadsheet keeps it."""

    def read(cell: Any) -> int:
        if isinstance(cell, datetime | time):
            return cell.hour * 60 + cell.minute
        return parsing.minute(":".join(text_of(cell).strip().split(":")[:2]), field)

    return read


def _extra(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    """Read a column that has no name here: as it stands, perhaps in several lines."""

    def read(cell: Any) -> str:
        text = cell.isoformat() if isinstance(cell, date) else text_of(cell)
        return identity.clean_note(text.strip(), field)

    return read


def _identifier(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    def read(cell: Any) -> str:
        if isinstance(cell, float) and (abs(cell) >= LONGEST_EXACT or not cell.is_integer()):
            _refuse_damaged(field)
        text = identity.clean_text(text_of(cell), field)
        if "0" <= text[0] <= "9" and _is_damaged(text, cell):
            _refuse_damaged(field)
        if spec.digits is not None and len(text) != spec.digits:
            _refuse_damaged(field)
        return text

    return read


def _is_damaged(text: str, cell: Any) -> bool:
    if re.fullmatch(_DAMAGED, text):
        return True
    return text.isdigit() and len(text) > 15 and isinstance(cell, float | int)


def _refuse_damaged(field: str) -> NoReturn:
    refuse(
        field,
        "damaged_number",
        _("a spreadsheet turned this number into another (with an E, or without its leading zeros)"),
        _("export the column as text"),
    )


def _checked(check: Callable[[str, str, Reading], str]) -> Callable[[ColumnSpec, str, Reading], Reader]:
    def make(spec: ColumnSpec, field: str, about: Reading) -> Reader:
        clean = _identifier(spec, field, about)
        return lambda cell: check(clean(cell), field, about)

    return make


def _phone(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    return lambda cell: identity.check_phone(text_of(cell), field, about.phone_region)


def _email(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    return lambda cell: identity.check_email(text_of(cell), field)


def _count(most: int) -> Callable[[ColumnSpec, str, Reading], Reader]:
    def make(spec: ColumnSpec, field: str, about: Reading) -> Reader:
        def read(cell: Any) -> int:
            text = text_of(cell).strip()
            return parsing.count(text.replace(spec.thousands, "") if spec.thousands else text, field, 0, most)

        return read

    return make


def _flag(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    words = dict.fromkeys(("yes", "true", "y", "1", "是"), True) | dict.fromkeys(
        ("no", "false", "n", "0", "否"), False
    )

    def read(cell: Any) -> bool:
        found = cell if isinstance(cell, bool) else words.get(text_of(cell).strip().lower())
        if found is None:
            refuse(field, "not_yes_no", _("is neither yes nor no"))
        return found

    return read


def _amount(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    power = UNITS[spec.unit] if spec.unit else 0

    def read(cell: Any) -> int:
        if isinstance(cell, float):
            return _not_negative(_scaled(_rounded(cell, power), power + 2, field), field)
        text = text_of(cell).strip()
        if spec.amount == "any":
            return _not_negative(any_amount(text, power, field), field)
        text = _without_thousands(text, spec.thousands)
        if power == 0:
            return parsing.amount(text, field, signed=False)
        if not re.fullmatch(r"[0-9]{1,13}(\.[0-9]{1,12})?", text):
            parsing.amount("", field)
        return _scaled(Decimal(text), power + 2, field)

    return read


def _signed_amount(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    """Read an amount that may be below zero: ``-12.34``; ``(12.34)`` where any spelling is allowed."""
    read_positive = _amount(spec, field, about)
    power = UNITS[spec.unit] if spec.unit else 0

    def read(cell: Any) -> int:
        if isinstance(cell, float):
            return _scaled(_rounded(cell, power), power + 2, field)
        text = text_of(cell).strip()
        if spec.amount == "any":
            return any_amount(text, power, field)
        amount: int = read_positive(text.removeprefix("-"))
        return -amount if text.startswith("-") else amount

    return read


def _ratio(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    return lambda cell: parsing.ratio(_number(cell), field)


def _signed_ratio(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    def read(cell: Any) -> int:
        text = _number(cell)
        return parsing.ratio(text.removeprefix("-"), field) * (-1 if text.startswith("-") else 1)

    return read


def _figure(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    """Read a ready-made figure: any decimal number, kept in millionths, the nearest (ties to even)."""

    def read(cell: Any) -> int:
        text = _number(cell)
        if not re.fullmatch(_FIGURE, text):
            refuse(field, "not_a_number", _("is not a number"))
        return int(Decimal(text).scaleb(6).to_integral_value(ROUND_HALF_EVEN))

    return read


def _number(cell: Any) -> str:
    """Return a number of a cell as text; a sheet's binary number in its shortest form."""
    return f"{Decimal(repr(float(cell))):f}" if isinstance(cell, float) else text_of(cell).strip()


def _tags(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    return lambda cell: policy_tags(text_of(cell), field)


def _without_thousands(text: str, mark: str | None) -> str:
    """Take out the marks between thousands, where they stand between thousands."""
    if mark is None or mark not in text:
        return text
    whole, point, rest = text.partition("," if mark == "." else ".")
    if not re.fullmatch(rf"[+-]?[0-9]{{1,3}}({re.escape(mark)}[0-9]{{3}})+", whole):
        return text
    return whole.replace(mark, "") + ("." if point else "") + rest


def _not_negative(minor: int, field: str) -> int:
    """A file may write a negative amount; nothing here is one."""
    if minor < 0:
        refuse(field, "negative", _("is negative"))
    return minor


def any_amount(text: str, power: int, field: str) -> int:
    """Return an amount in any spelling that means one: ``¥1,234.56``, ``12.5万``, ``(1,234.56)``.

    ``power`` is the column's unit, for a cell that says none: 12.5万 in a column of 万元 is 125,000.00.

    Raises:
        InvalidInput: none of them.
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace(" ", "")
    if plain.endswith("元"):
        plain, power = plain.removesuffix("元"), 0
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    plain = re.sub(rf"^(-?){_CURRENCIES}", r"\1", plain, flags=re.IGNORECASE)
    found = re.fullmatch(_ANY_AMOUNT, plain)
    if found is None:
        parsing.amount("", field)
    assert found is not None
    number = Decimal(found["sign"] + found["digits"].replace(",", "") + (found["rest"] or ""))
    return _scaled(number, 2 + {"": power, "万": 4, "亿": 8}[found["unit"]], field)


def _rounded(number: float, power: int) -> Decimal:
    """Return what a spreadsheet's binary number stands for: its shortest form, without the noise of sums."""
    exact = Decimal(repr(float(number)))
    near = round(exact, 2 + power)
    return near if abs(near - exact) < Decimal("1e-6") else exact


def _scaled(number: Decimal, power: int, field: str) -> int:
    scaled = number.scaleb(power)
    if scaled != scaled.to_integral_value():
        refuse(field, "not_exact", _("has more decimals than an amount or a rate may have"))
    if abs(scaled) >= 10**15:
        refuse(field, "too_large", _("is too large; at most 13 digits before the point"))
    return int(scaled)


def _rate(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    def read(cell: Any) -> int:
        text = unicodedata.normalize("NFKC", text_of(cell)).strip()
        if spec.rate is None and (isinstance(cell, Percent) or not isinstance(cell, float | int)):
            return parsing.rate(text, field)
        form: str = spec.rate or "fraction"
        found = re.fullmatch(r"([0-9]{1,4}(?:\.[0-9]{1,12})?)(%|‰|bp)?", text)
        if found is None:
            parsing.rate("", field)
        assert found is not None
        mark = _RATE_MARKS.get(found[2], form)
        if mark != form and "permille_month" in (mark, form):
            refuse(field, "other_rate", _("has the mark of another form of rate than the profile gives"))
        form = mark  # of the forms that are a year's, a mark in the cell goes before the column's
        number = round(Decimal(found[1]), 10)
        if form == "permille_month":  # itself rounded, 3.9583 for 4.75 % a year: the nearest millionth
            return _below_one(int((number * 12_000).to_integral_value(ROUND_HALF_EVEN)), field)
        return _below_one(_scaled(number, _RATE_POWERS[form], field), field)

    return read


def _below_one(millionths: int, field: str) -> int:
    if not 0 <= millionths < parsing.MILLION:
        parsing.rate("", field)
    return millionths


def _date(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    read_text = day_reader(spec.date or ("iso",))

    def read(cell: Any) -> date:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        found = read_text(text_of(cell).strip())
        if found is None or not parsing.FIRST_YEAR <= found.year <= parsing.LAST_YEAR:
            refuse(field, "not_a_date", _("is not a date in the form that the profile gives"))
        return found

    return read


def _hour(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    """Read the hour of a day, 0 to 23: ``14``, ``14:30``, ``14时``, or of a day with its time."""

    def read(cell: Any) -> int:
        if isinstance(cell, datetime | time):
            return cell.hour
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else text_of(cell).strip()
        found = _TIME.fullmatch(text)
        if found is None or int(found[1]) >= HOURS:
            refuse(field, "not_an_hour", _("is no hour of the day, such as 14, 14:30 or 14时"))
        return int(found[1])

    return read


def _past_date(spec: ColumnSpec, field: str, about: Reading) -> Reader:
    read_day = _date(spec, field, about)

    def read(cell: Any) -> date:
        found: date = read_day(cell)
        if found > about.today:
            refuse(field, "future_date", _("is still to come"))
        return found

    return read


_READERS: dict[str, Callable[[ColumnSpec, str, Reading], Reader]] = {
    "text": _text,
    "name": _text,
    "note": _note,
    "extra": _extra,
    "identifier": _identifier,
    "time": _time,
    "uscc": _checked(lambda text, field, about: identity.check_uscc(text, field)),
    "resident_id": _checked(lambda text, field, about: identity.check_resident_id(text, field, about.today)),
    "phone": _phone,
    "email": _email,
    "count": _count(10_000_000),
    "days": _count(99_999),
    "months": _count(1_200),
    "flag": _flag,
    "amount": _amount,
    "rate": _rate,
    "signed_amount": _signed_amount,
    "ratio": _ratio,
    "signed_ratio": _signed_ratio,
    "figure": _figure,
    "tags": _tags,
    "date": _date,
    "past_date": _past_date,
    "hour": _hour,
    "status": _status,
}
