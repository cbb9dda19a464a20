"""JSONL: one JSON object per line, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from loancrm.render.json_objects import encoder, pieces
from loancrm.render.sheet import Sheet


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write a line per row."""
    encode = encoder(sheet.columns, unmask=sheet.options.unmask)
    out.writelines(encode(row) + b"\n" for row in rows)


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write one line."""
    out.writelines(pieces(item, sheet.columns, unmask=sheet.options.unmask))
    out.write(b"\n")
