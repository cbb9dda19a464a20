"""JSON: a list with one object per line, or that list and its totals; one thing is one object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from loancrm.render.json_objects import encoder, pieces
from loancrm.render.sheet import Sheet


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write the rows as they come; with totals as ``{"rows": […], "totals": {…}}``."""
    if sheet.totals is None:
        _list(rows, sheet, out)
    else:
        out.write(b'{"rows": ')
        _list(rows, sheet, out)
        totals = encoder(sheet.totals_columns, unmask=sheet.options.unmask)(sheet.totals)
        out.write(b', "totals": ' + totals + b"}")
    out.write(b"\n")


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write one object, indented."""
    out.writelines(pieces(item, sheet.columns, unmask=sheet.options.unmask, indent=2))
    out.write(b"\n")


def _list(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    encode = encoder(sheet.columns, unmask=sheet.options.unmask)
    before, end = b"[\n  ", b"[]"
    for row in rows:
        out.write(before + encode(row))
        before, end = b",\n  ", b"\n]"
    out.write(end)
