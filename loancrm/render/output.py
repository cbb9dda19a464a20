"""The one way out: rows or one thing, written in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import BinaryIO, Protocol, cast

from loancrm.render.columns import Column
from loancrm.render.selection import arrange, check, choose
from loancrm.render.sheet import FORMATS, Options, Sheet

__all__ = ["FORMATS", "Options", "write", "write_one"]

_MODULES = {
    "table": "table",
    "tsv": "tsv",
    "json": "json_list",
    "jsonl": "json_lines",
    "csv": "csv_file",
    "xlsx": "workbook",
    "html": "page",
}


class _Format(Protocol):
    """What each format module offers."""

    def write_rows(self, rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None: ...

    def write_item(self, item: object, sheet: Sheet, out: BinaryIO) -> None: ...


def write(
    rows: Iterable[object],
    columns: Sequence[Column],
    out: BinaryIO,
    options: Options,
    *,
    totals: Mapping[str, object] | None = None,
    totals_columns: Sequence[Column] = (),
    header: Sequence[str] = (),
    footer: Sequence[str] = (),
) -> None:
    """Write ``rows`` to ``out``; TSV, CSV, JSON and JSONL as they come, without holding them.

    Args:
        rows: mappings or objects whose attributes are the column keys.
        columns: all columns there are; the options choose among them.
        out: binary stream; its errors are the caller's.
        options: format, selection and how to show.
        totals: values by key, shown where ``options.totals`` asks for them.
        totals_columns: the columns of ``totals``.
        header: translated lines before the rows, in table and HTML only.
        footer: translated lines after the rows, likewise.

    Raises:
        UsageFault: the options name an unknown format or column; nothing was written.
    """
    check(options, columns)
    sheet = Sheet(
        columns=choose(columns, options),
        options=options,
        header=tuple(header),
        footer=tuple(footer),
        totals=(totals or {}) if options.totals else None,
        totals_columns=tuple(c for c in totals_columns if totals and c.by_default(options.format)),
    )
    _module(options.format).write_rows(arrange(rows, columns, options), sheet, out)


def write_one(
    item: object,
    columns: Sequence[Column],
    out: BinaryIO,
    options: Options,
    *,
    header: Sequence[str] = (),
    footer: Sequence[str] = (),
) -> None:
    """Write one thing to ``out``: an object in JSON, a line per value elsewhere.

    What is empty is left out where people read (table, HTML, xlsx) and kept where scripts do.

    Raises:
        UsageFault: the options name an unknown format or column; nothing was written.
    """
    check(options, columns)
    sheet = Sheet(choose(columns, options), options, tuple(header), tuple(footer))
    _module(options.format).write_item(item, sheet, out)


def _module(name: str) -> _Format:
    return cast(_Format, import_module(f"loancrm.render.{_MODULES[name]}"))
