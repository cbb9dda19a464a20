"""HTML: one self-contained page to send, print or read on a phone. Loads jinja2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from loancrm.i18n import _, language
from loancrm.numerals import MILLION, format_ratio
from loancrm.render.cells import on_screen
from loancrm.render.chart import svg
from loancrm.render.columns import ON_PAGES, Column, reader
from loancrm.render.safe import one_line, safe
from loancrm.render.sheet import Section, Sheet

TEMPLATE = "page.html.j2"
CHUNK = 200


class Cell(NamedTuple):
    """One cell: its heading, its text, its CSS classes; a bar's length in millionths; a number to call."""

    label: str
    text: str
    style: str
    bar: int | None = None
    tel: str | None = None


class Part(NamedTuple):
    """A table: its title, its headings, its rows as they come."""

    title: str
    headings: list[Cell]
    rows: Iterable[list[Cell]]


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write a page with the rows as a table, as they come, and the totals under it."""
    totals = _splitter(sheet.totals_columns, sheet)(sheet.totals) if sheet.totals else []
    _write(sheet, out, [_part(Section("", sheet.columns, rows), sheet)], _filled(totals))


def write_sections(sections: Iterable[Section], sheet: Sheet, out: BinaryIO) -> None:
    """Write a page with a table and its title for each section, as they come."""
    totals = _splitter(sheet.totals_columns, sheet)(sheet.totals) if sheet.totals else []
    _write(sheet, out, (_part(section, sheet) for section in sections), _filled(totals))


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write a page with labels and values, without what is empty."""
    _write(sheet, out, (), _filled(_splitter(sheet.columns, sheet)(item)))


def _part(section: Section, sheet: Sheet) -> Part:
    headings = [_heading(column) for column in section.columns]
    return Part(one_line(section.title), headings, map(_splitter(section.columns, sheet), section.rows))


def _write(sheet: Sheet, out: BinaryIO, parts: Iterable[Part], pairs: list[Cell]) -> None:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    stream = environment.get_template(TEMPLATE).stream(
        lang=language().replace("_", "-"),
        title=one_line(sheet.options.title),
        header=[one_line(line) for line in sheet.header],
        charts=[Markup(drawn) for drawn in map(svg, sheet.charts) if drawn],  # noqa: S704 - it escapes
        parts=parts,
        pairs=pairs,
        currency=_currency(sheet),
        footer=[one_line(line) for line in sheet.footer],
        proof=sheet.proof,  # asked at the end, when all rows have passed through it
        digest=_("digest"),
        check=_("to check this page against the book: loancrm report verify FILE"),
    )
    stream.enable_buffering(CHUNK)
    out.writelines(chunk.encode() for chunk in stream)


def _currency(sheet: Sheet) -> str:
    if any(column.kind in ("money", "figure") for column in sheet.columns + sheet.totals_columns):
        return _("amounts in {currency}").format(currency=safe(sheet.options.currency))
    return ""


def _splitter(columns: Sequence[Column], sheet: Sheet) -> Callable[[object], list[Cell]]:
    """Return a function that takes a row apart into cells."""
    read = reader(columns, unmask=sheet.options.unmask)
    makers = [_maker(column, sheet) for column in columns]
    return lambda row: [make(value) for make, value in zip(makers, read(row), strict=True)]


def _maker(column: Column, sheet: Sheet) -> Callable[[object], Cell]:
    empty = _heading(column)
    if column.kind == "bar":
        return lambda value: _bar(empty, value)
    show = on_screen(column, sheet.options.zone)
    if column.mask == "phone" and sheet.options.unmask:  # a masked number calls nobody
        return lambda value: empty._replace(text=show(value), tel=_number(value))
    return lambda value: empty._replace(text=show(value))


def _number(value: object) -> str | None:
    return "".join(char for char in str(value or "") if char in "+0123456789") or None


def _bar(empty: Cell, value: object) -> Cell:
    if not isinstance(value, int):
        return empty
    length = min(max(value, 0), MILLION)
    return empty._replace(text=format_ratio(length), bar=length)


def _heading(column: Column) -> Cell:
    place = "below" if column.below else "command" if column.key in ON_PAGES else ""
    return Cell(safe(column.title), "", f"{column.kind} {column.align} {place}".rstrip())


def _filled(cells: list[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.text]
