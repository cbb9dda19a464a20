"""The one way out: rows or one thing, written in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import chain, groupby
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from loancrm.render.cells import on_screen
from loancrm.render.columns import Column, reader
from loancrm.render.selection import arrange, check, choose
from loancrm.render.sheet import FORMATS, PARTED_FORMATS, SECTION_FORMATS, Options, Section, Sheet

if TYPE_CHECKING:
    from loancrm.render.chart import Chart
    from loancrm.render.proof import Proof

__all__ = ["FORMATS", "Options", "write", "write_one", "write_sections"]

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


class _Sectioned(_Format, Protocol):
    """What those offer beside that can hold several sections."""

    def write_sections(self, sections: Iterable[Section], sheet: Sheet, out: BinaryIO) -> None: ...


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
    charts: Sequence[Chart] = (),
    parts: str | None = None,
    proof: Proof | None = None,
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
        charts: pictures of the figures, on a page only.
        parts: key of the column by which a page and a workbook part rows into sections, as they come.
        proof: takes in what is shown, and stands in the file.

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
        charts=tuple(charts),
        proof=proof,
    )
    arranged = arrange(rows, columns, options)
    _prove_texts(sheet)
    column = next((one for one in sheet.columns if one.key == parts), None)
    if column is not None and options.format in PARTED_FORMATS:
        write_parts(_parted(arranged, sheet, sheet.columns, column), sheet, out)
    else:
        page = _on_page(columns, options)
        _module(options.format).write_rows(_proven(arranged, sheet, page, parts), sheet, out)


def _on_page(columns: Sequence[Column], options: Options) -> tuple[Column, ...]:
    """Return the columns that are proven: a table's digest is that of the page which says the same."""
    return choose(columns, replace(options, format="html") if options.format == "table" else options)


def _parted(
    rows: Iterable[object], sheet: Sheet, every: Sequence[Column], column: Column
) -> Iterator[Section]:
    """Yield a section for each value of a column, titled by it."""
    columns = tuple(one for one in every if one is not column)
    read = reader((column,), unmask=sheet.options.unmask)
    show = on_screen(column, sheet.options.zone)
    for value, some in groupby(rows, key=lambda row: read(row)[0]):
        yield Section(show(value), columns, some)


def write_parts(sections: Iterable[Section], sheet: Sheet, out: BinaryIO) -> None:
    """Write sections one after the other; each is read when the one before it is written."""
    unmask = sheet.options.unmask
    if sheet.proof is not None:
        rows = sheet.proof.rows
        sections = (
            replace(one, rows=rows(one.title, one.rows, one.columns, unmask=unmask)) for one in sections
        )
    cast(_Sectioned, _module(sheet.options.format)).write_sections(sections, sheet, out)


def write_sections(
    sections: Sequence[Section],
    out: BinaryIO,
    options: Options,
    *,
    header: Sequence[str] = (),
    footer: Sequence[str] = (),
    charts: Sequence[Chart] = (),
    proof: Proof | None = None,
) -> None:
    """Write an answer of several sections, in one of ``SECTION_FORMATS``.

    Raises:
        UsageFault: the format is unknown; nothing was written.
    """
    check(options, ())
    if options.format not in SECTION_FORMATS:
        raise ValueError(f"{options.format} holds no sections")
    columns = tuple(column for one in sections for column in one.columns)
    sheet = Sheet(columns, options, tuple(header), tuple(footer), charts=tuple(charts), proof=proof)
    _prove_texts(sheet)
    write_parts(sections, sheet, out)


def _prove_texts(sheet: Sheet) -> None:
    """Take in what stands around the rows: a workbook holds rows only."""
    if sheet.proof is None or sheet.options.format == "xlsx":
        return
    sheet.proof.texts([sheet.options.title, *sheet.header, *sheet.footer])
    if sheet.totals:
        sheet.proof.item(sheet.totals, sheet.totals_columns, unmask=sheet.options.unmask)


def _proven(
    rows: Iterable[object], sheet: Sheet, page: Sequence[Column], parts: str | None
) -> Iterable[object]:
    """Take rows in as they pass; of a table in the sections that a page has."""
    proof, unmask = sheet.proof, sheet.options.unmask
    if proof is None:
        return rows
    column = next((one for one in page if one.key == parts), None)
    if column is None or sheet.options.format != "table":
        return proof.rows("", rows, page, unmask=unmask)
    return chain.from_iterable(
        proof.rows(one.title, one.rows, one.columns, unmask=unmask)
        for one in _parted(rows, sheet, page, column)
    )


def write_one(
    item: object,
    columns: Sequence[Column],
    out: BinaryIO,
    options: Options,
    *,
    header: Sequence[str] = (),
    footer: Sequence[str] = (),
    proof: Proof | None = None,
) -> None:
    """Write one thing to ``out``: an object in JSON, a line per value elsewhere.

    What is empty is left out where people read (table, HTML, xlsx) and kept where scripts do.

    Raises:
        UsageFault: the options name an unknown format or column; nothing was written.
    """
    check(options, columns)
    sheet = Sheet(choose(columns, options), options, tuple(header), tuple(footer), proof=proof)
    _prove_texts(sheet)
    if proof is not None:
        proof.item(item, _on_page(columns, options), unmask=options.unmask)
    _module(options.format).write_item(item, sheet, out)


def _module(name: str) -> _Format:
    return cast(_Format, import_module(f"loancrm.render.{_MODULES[name]}"))
