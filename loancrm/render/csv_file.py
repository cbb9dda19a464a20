"""CSV for spreadsheets: UTF-8 with BOM, and no text that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import BinaryIO

from loancrm.render.cells import Text, as_data
from loancrm.render.columns import Column, reader
from loancrm.render.safe import safe, spreadsheet_safe
from loancrm.render.sheet import Sheet


class _Encoded:
    """The text end of a binary stream; unlike TextIOWrapper it never closes or holds anything."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode())


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write a line of keys, always, and a line per row."""
    out.write(BOM_UTF8)
    writer = csv.writer(_Encoded(out))
    writer.writerow([column.key for column in sheet.columns])
    read = reader(sheet.columns, unmask=sheet.options.unmask)
    texts = [_cell(column) for column in sheet.columns]
    for row in rows:
        writer.writerow([text(value) for text, value in zip(texts, read(row), strict=True)])


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write the line ``key,value`` and such a line per column."""
    out.write(BOM_UTF8)
    writer = csv.writer(_Encoded(out))
    writer.writerow(["key", "value"])
    values = reader(sheet.columns, unmask=sheet.options.unmask)(item)
    for column, value in zip(sheet.columns, values, strict=True):
        writer.writerow([column.key, _cell(column)(value)])


def _cell(column: Column) -> Text:
    if column.kind not in ("text", "code"):
        return as_data(column)
    return lambda value: "" if value is None else safe(spreadsheet_safe(str(value)))
