"""Tab-separated values: what a pipe gets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from loancrm.render.cells import as_data
from loancrm.render.columns import reader
from loancrm.render.sheet import Sheet


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write a line of keys and a line per row; without rows nothing at all."""
    read = reader(sheet.columns, unmask=sheet.options.unmask)
    texts = [as_data(column) for column in sheet.columns]
    for number, row in enumerate(rows):
        if number == 0:
            _line([column.key for column in sheet.columns], out)
        _line([text(value) for text, value in zip(texts, read(row), strict=True)], out)


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write a line ``key TAB value`` per column."""
    values = reader(sheet.columns, unmask=sheet.options.unmask)(item)
    for column, value in zip(sheet.columns, values, strict=True):
        _line([column.key, as_data(column)(value)], out)


def _line(cells: list[str], out: BinaryIO) -> None:
    out.write(("\t".join(cells) + "\n").encode())
