"""CSV for spreadsheets: UTF-8 with BOM, and no text that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import BinaryIO

from loancrm.render.cells import Text, as_data
from loancrm.render.columns import Column, reader
from loancrm.render.safe import safe, spreadsheet_safe
from loancrm.render.sheet import Sheet

AT_ONCE = 50  # rows: a screen
AT_A_TIME = 500  # rows, written column by column
REMEMBERED = 5_000  # values of one column
Texts = Callable[[Iterable[object]], list[str]]


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write a line of keys, always, and a line per row."""
    out.write(BOM_UTF8)
    _write_lines([[column.key for column in sheet.columns]], out)
    read = reader(sheet.columns, unmask=sheet.options.unmask)
    texts = [_texts(column) for column in sheet.columns]
    for some in _parts(iter(rows)):
        values = zip(*map(read, some), strict=True)
        cells = [write(column) for write, column in zip(texts, values, strict=True)]
        _write_lines(zip(*cells, strict=True), out)


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write the line ``key,value`` and such a line per column."""
    out.write(BOM_UTF8)
    values = reader(sheet.columns, unmask=sheet.options.unmask)(item)
    pairs = zip(sheet.columns, values, strict=True)
    lines = [[column.key, *_texts(column)([value])] for column, value in pairs]
    _write_lines([["key", "value"], *lines], out)


def _parts(rows: Iterator[object]) -> Iterator[list[object]]:
    """Yield the first rows one by one, so that whoever waits sees them at once, and then many at a time."""
    yield from ([row] for row in islice(rows, AT_ONCE))
    while some := list(islice(rows, AT_A_TIME)):
        yield some


def _write_lines(lines: Iterable[Iterable[str]], out: BinaryIO) -> None:
    text = StringIO(newline="")
    csv.writer(text).writerows(lines)
    out.write(text.getvalue().encode())


def _texts(column: Column) -> Texts:
    """Return how values of a column are written, some at a time."""
    if column.kind == "text":
        return _as_texts
    one = _code if column.kind == "code" else as_data(column)
    if column.kind == "money":  # no two are alike
        return lambda values: [one(value) for value in values]
    known = _Written(one)
    return known.texts


def _as_texts(values: Iterable[object]) -> list[str]:
    texts = ["" if value is None else spreadsheet_safe(str(value)) for value in values]
    return texts if "".join(texts).isprintable() else [safe(text) for text in texts]


def _code(value: object) -> str:
    return "" if value is None else safe(spreadsheet_safe(str(value)))


class _Written(dict[object, str]):
    """What values were written as; the same days, codes and counts come again and again."""

    def __init__(self, write: Text) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: object) -> str:
        text = self[value] = self._write(value)
        return text

    def texts(self, values: Iterable[object]) -> list[str]:
        if len(self) > REMEMBERED:
            self.clear()
        return [self[value] for value in values]
