"""Which columns and rows are shown: ``--columns``, ``--sort`` and ``--limit``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from loancrm.errors import UsageFault, did_you_mean
from loancrm.i18n import _, listed
from loancrm.render.columns import Column, reader
from loancrm.render.sheet import FORMATS, TOTALS_FORMATS, Options
from loancrm.vocabulary import codes_of

_DIGITS = re.compile(r"([0-9]+)")


def check(options: Options, columns: Sequence[Column]) -> None:
    """Raise UsageFault where the options do not fit together or name what is not there."""
    if options.format not in FORMATS:
        raise _unknown(_("unknown format '{word}'; known are {known}"), options.format, FORMATS, "--format")
    if options.limit is not None and options.limit < 0:
        raise UsageFault(_("a limit is 0 or more"), field="--limit")
    if options.totals and options.format not in TOTALS_FORMATS:
        raise UsageFault(
            _("{format} holds rows only, no totals").format(format=options.format),
            field="--totals",
            hint=_("use --format {formats}").format(formats=" | ".join(TOTALS_FORMATS)),
        )
    if options.sort is not None:
        _sort_column(options.sort, columns)


def choose(columns: Sequence[Column], options: Options) -> tuple[Column, ...]:
    """Return the columns to show: those named in the options, or the default ones of the format.

    Raises:
        UsageFault: a key is unknown, or its column cannot stand in this format.
    """
    if options.columns is None:
        return tuple(column for column in columns if column.by_default(options.format))
    chosen = tuple(_find(key, columns, "--columns") for key in dict.fromkeys(options.columns))
    for column in chosen:
        if not column.fits(options.format):
            message = _("column '{word}' cannot be shown as {format}")
            raise UsageFault(message.format(word=column.key, format=options.format), field="--columns")
    return chosen


def arrange(rows: Iterable[object], columns: Sequence[Column], options: Options) -> Iterable[object]:
    """Return the rows in the order and number asked for; only a sort holds them all."""
    if options.sort is not None:
        column = _sort_column(options.sort, columns)
        rows = _sorted(rows, column, unmask=options.unmask, down=options.sort.startswith("-"))
    return rows if options.limit is None else islice(rows, options.limit)


def _sorted(rows: Iterable[object], column: Column, *, unmask: bool, down: bool) -> list[object]:
    read = reader((column,), unmask=unmask)  # masked too: an order must not give away what is hidden
    order = _order(column)
    filled: list[tuple[Any, object]] = []
    missing: list[object] = []
    for row in rows:
        value = read(row)[0]
        if value is None:
            missing.append(row)
        else:
            filled.append((order(value), row))
    filled.sort(key=lambda pair: pair[0], reverse=down)
    return [row for _key, row in filled] + missing


def _order(column: Column) -> Callable[[Any], Any]:
    """Return the sort key of a column: a vocabulary in its own order, codes by their numbers."""
    if column.vocabulary is not None:
        places = {code: place for place, code in enumerate(codes_of(column.vocabulary))}
        return lambda value: (places.get(value, len(places)), str(value))
    return _by_number if column.kind == "code" else lambda value: value


def _by_number(code: object) -> list[object]:
    """Return a key that puts C-9 before C-10: texts at even places, numbers (by length) at odd ones."""
    parts = _DIGITS.split(str(code))
    return [_length_first(part) if place % 2 else part for place, part in enumerate(parts)]


def _length_first(digits: str) -> tuple[int, str]:
    significant = digits.lstrip("0")
    return len(significant), significant


def _sort_column(sort: str, columns: Sequence[Column]) -> Column:
    sortable = [column for column in columns if column.kind != "nested"]
    return _find(sort.removeprefix("-"), sortable, "--sort")


def _find(key: str, columns: Sequence[Column], option: str) -> Column:
    for column in columns:
        if column.key == key:
            return column
    known = [column.key for column in columns]
    raise _unknown(_("unknown column '{word}'; known are {known}"), key, known, option)


def _unknown(message: str, word: str, known: Sequence[str], option: str) -> UsageFault:
    return UsageFault(
        message.format(word=word[:40], known=listed(known)), field=option, hint=did_you_mean(word, known)
    )
