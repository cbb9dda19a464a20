"""One value in one cell: as data (TSV, CSV), on screen (table, HTML), in JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from loancrm.i18n import _
from loancrm.numerals import (
    format_decimal,
    format_money,
    format_points,
    format_rate,
    format_ratio,
    plain_millionths,
    plain_money,
    plain_points,
)
from loancrm.render.columns import Column, Figure, Kind
from loancrm.render.safe import one_line, safe
from loancrm.vocabulary import label

Text = Callable[[Any], str]


def as_data(column: Column) -> Text:
    """Return how a value of ``column`` is written in TSV and CSV; None is empty."""
    write = _DATA[column.kind]
    return lambda value: "" if value is None else write(value)


def data_text(kind: Kind, value: Any) -> str:
    """Return a value of a kind as TSV and CSV have it."""
    return "" if value is None else _DATA[kind](value)


def on_screen(column: Column, zone: str) -> Text:
    """Return how a value of ``column`` is shown to people, instants in ``zone``; None is empty."""
    show = _shown(column, zone)
    return lambda value: "" if value is None else show(value)


def in_json(column: Column, *, late: bool = False) -> Callable[[Any], object]:
    """Return how a value of ``column`` stands in JSON; None is null.

    ``late``: of what is nested, a sequence that makes its members when they are read stays one (``Late``).
    """
    convert = _late_structure if late and column.kind == "nested" else _JSON[column.kind]
    return lambda value: None if value is None else convert(value)


def instant_text(value: datetime) -> str:
    """Return an aware instant as ``2026-11-21T01:02:03Z``."""
    return _aware(value).astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value


def _plain_text(value: object) -> str:
    return safe(str(value))


def _as_integer(value: int) -> str:
    return str(int(value))


def _bit(value: object) -> str:
    return "1" if value else "0"


def _shown(column: Column, zone: str) -> Text:
    vocabulary = column.vocabulary
    if vocabulary is not None:
        return lambda value: safe(label(vocabulary, str(value)))
    if column.kind == "instant":
        place = ZoneInfo(zone)
        return lambda value: _aware(value).astimezone(place).strftime("%Y-%m-%d %H:%M")
    return _SCREEN[column.kind]


def _yes_no(value: object) -> str:
    return _("yes") if value else _("no")


class Late(list[Any]):
    """A list to the encoder of JSON that walks over it, whose members are made one by one."""

    def __init__(self, members: Sequence[object]) -> None:
        super().__init__()
        self._members = members

    def __iter__(self) -> Iterator[Any]:
        return map(_structure, self._members)

    def __len__(self) -> int:
        return len(self._members)


def _late_structure(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _late_structure(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | list | tuple):
        return Late(value)
    return _structure(value)


def _structure(value: object) -> object:
    """Return dataclasses as objects and sequences as lists, all the way down."""
    if value is None or isinstance(value, str | int):  # nearly all; asking the abstract classes is slow
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _structure(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _structure(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_structure(item) for item in value]
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _figure(figure: Figure) -> str:
    return "" if figure.value is None else _DATA[figure.kind](figure.value)


def _shown_figure(figure: Figure) -> str:
    return "" if figure.value is None else _SCREEN[figure.kind](figure.value)


_DATA: Mapping[Kind, Text] = {
    "text": _plain_text,
    "code": _plain_text,
    "money": plain_money,
    "ratio": plain_millionths,
    "rate": plain_millionths,
    "points": plain_points,
    "int": _as_integer,
    "number": str,
    "date": date.isoformat,
    "instant": instant_text,
    "bool": _bit,
    "figure": _figure,
}
_SCREEN: Mapping[Kind, Text] = {
    **_DATA,
    "text": lambda value: one_line(str(value)),
    "money": format_money,
    "ratio": format_ratio,
    "rate": format_rate,
    "points": format_points,
    "number": format_decimal,
    "bool": _yes_no,
    "figure": _shown_figure,
}
_JSON: Mapping[Kind, Callable[[Any], object]] = {
    **_DATA,
    "text": str,
    "code": str,
    "int": int,
    "bool": bool,
    "nested": _structure,
}
