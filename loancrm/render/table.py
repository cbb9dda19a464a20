"""The table on a terminal: quiet, aligned, Chinese counted as two columns wide. Loads rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from io import StringIO
from itertools import islice
from typing import BinaryIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loancrm.i18n import n_
from loancrm.numerals import bar
from loancrm.render.cells import on_screen
from loancrm.render.columns import Column, reader
from loancrm.render.safe import one_line, safe
from loancrm.render.sheet import DEFAULT_WIDTH, Options, Section, Sheet
from loancrm.render.widths import GAP, NARROWEST_BAR, WIDEST_BAR, Natural, fit
from loancrm.typeset import display_width, wrapped

HEADING = "dim"
TOTALS_GAP = "   "
BELOW_FROM = 2  # what stands below a row begins under its third column


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write the header lines, the rows as a table, what was left out, totals and footer lines."""
    options = sheet.options
    coming = iter(rows)
    shown = list(coming if options.limit is not None else islice(coming, options.table_rows))
    _lines(sheet.header, options, out)
    if shown and sheet.columns:
        _write_table(shown, sheet, out)
    more = sum(1 for _row in coming)
    if more:
        text = n_("{count} more: --limit {total}", "{count} more: --limit {total}", more)
        _lines([text.format(count=more, total=len(shown) + more)], options, out)
    if sheet.totals:
        _lines(_totals(sheet), options, out)
    _end(sheet, out)


def write_sections(sections: Iterable[Section], sheet: Sheet, out: BinaryIO) -> None:
    """Write the header lines, each section under its title, and footer lines.

    Sections of the same columns are one table, with one heading: columns stand below each other.
    """
    _lines(sheet.header, sheet.options, out)
    found = [(section, list(section.rows)) for section in sections]
    found = [(section, rows) for section, rows in found if rows]
    columns = {section.columns for section, _rows in found}
    if len(columns) == 1:
        every = [row for _section, rows in found for row in rows]
        lines = _printed(_table(every, replace(sheet, columns=columns.pop())), sheet.options)
        out.writelines(lines[: -len(every)])
        lines = lines[-len(every) :]
        for section, rows in found:
            _lines([section.title], sheet.options, out)
            out.writelines(lines[: len(rows)])
            lines = lines[len(rows) :]
    else:
        for section, rows in found:
            _lines([section.title], sheet.options, out)
            _write_table(rows, replace(sheet, columns=section.columns), out)
    _end(sheet, out)


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write one thing as labels and values, without what is empty; long texts are folded."""
    options, grid = sheet.options, _grid()
    grid.add_column(no_wrap=True, style=HEADING)
    grid.add_column(overflow="fold")
    values = reader(sheet.columns, unmask=options.unmask)(item)
    for column, value in zip(sheet.columns, values, strict=True):
        text = _cell(column, value, options, WIDEST_BAR)
        if text:
            grid.add_row(Text(safe(column.title)), Text(text))
    _lines(sheet.header, options, out)
    if grid.row_count:
        _print(grid, options, out)
    _end(sheet, out)


def _grid(*, heading: bool = False) -> Table:
    return Table(box=None, show_header=heading, header_style=HEADING, padding=(0, GAP, 0, 0), pad_edge=False)


def _write_table(rows: Sequence[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write the table; the texts of columns that stand below follow their row, in full."""
    below = tuple(column for column in sheet.columns if column.below)
    across = replace(sheet, columns=tuple(column for column in sheet.columns if not column.below))
    table = _table(rows, across)
    lines = _printed(table, sheet.options)
    if not below:
        out.writelines(lines)
        return
    indent = sum((column.width or 0) + GAP for column in table.columns[:BELOW_FROM])
    read = reader(below, unmask=sheet.options.unmask)
    out.writelines(lines[: -len(rows)])
    for row, line in zip(rows, lines[-len(rows) :], strict=True):
        out.write(line)
        for column, value in zip(below, read(row), strict=True):
            text = one_line(_cell(column, value, sheet.options, 0))
            width = sheet.options.width or DEFAULT_WIDTH
            out.writelines(f"{part}\n".encode() for part in wrapped(text, indent, width))


def _table(rows: Sequence[object], sheet: Sheet) -> Table:
    read = reader(sheet.columns, unmask=sheet.options.unmask)
    by_column = list(zip(*(read(row) for row in rows), strict=True))
    widths = _widths(sheet, by_column)
    table = _grid(heading=True)
    cells: list[list[Text]] = []
    for column, values, width in zip(sheet.columns, by_column, widths, strict=True):
        table.add_column(
            Text(safe(column.title)),
            justify=column.align,
            vertical="top" if any(one.fold for one in sheet.columns) else "bottom",
            width=width,
            # headings of numbers break into lines; the cells of such columns always fit
            no_wrap=_is_elastic(column) and not column.fold,
            overflow="ellipsis" if _is_elastic(column) and not column.fold else "fold",
        )
        texts = (_cell(column, value, sheet.options, width) for value in values)
        cells.append([Text(text if column.fold else _cut(text, width)) for text in texts])
    for line in zip(*cells, strict=True):
        table.add_row(*line)
    return table


def _widths(sheet: Sheet, by_column: Sequence[Sequence[object]]) -> list[int]:
    """Return the width of each column; bars share what the others leave."""
    naturals = [
        _natural(column, values, sheet.options)
        for column, values in zip(sheet.columns, by_column, strict=True)
    ]
    room = sheet.options.width or DEFAULT_WIDTH
    widths = fit(naturals, room)
    bars = [place for place, column in enumerate(sheet.columns) if column.kind == "bar"]
    spare = room - sum(widths) - GAP * (len(widths) - 1)
    for place in bars:
        widths[place] = min(widths[place] + max(spare, 0) // len(bars), WIDEST_BAR)
    return widths


def _natural(column: Column, values: Sequence[object], options: Options) -> Natural:
    title = safe(column.title)
    if column.kind == "bar":
        cells = NARROWEST_BAR
    else:
        cells = max(cell_len(_cell(column, value, options, 0)) for value in values)
    word = max((cell_len(word) for word in title.split()), default=0)
    return Natural(cells, cell_len(title), word, elastic=_is_elastic(column))


def _is_elastic(column: Column) -> bool:
    """Whether cells may be cut: texts, but not masked numbers, which would be useless."""
    return column.kind == "text" and column.mask is None


def _cut(text: str, width: int) -> str:
    """Return ``text`` cut to ``width``; rich alone leaves a gap where half a Chinese character was."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _cell(column: Column, value: object, options: Options, width: int) -> str:
    if column.kind == "bar":
        return bar(value, width) if isinstance(value, int) else ""
    return on_screen(column, options.zone)(value)


def _totals(sheet: Sheet) -> list[str]:
    """Return « label value   label value », in as many lines as the width needs."""
    values = reader(sheet.totals_columns, unmask=sheet.options.unmask)(sheet.totals)
    lines = [""]
    for column, value in zip(sheet.totals_columns, values, strict=True):
        text = _cell(column, value, sheet.options, WIDEST_BAR)
        if not text:
            continue
        pair = f"{safe(column.title)} {text}"
        longer = lines[-1] + TOTALS_GAP + pair if lines[-1] else pair
        if lines[-1] and cell_len(longer) > (sheet.options.width or DEFAULT_WIDTH):
            lines.append(pair)
        else:
            lines[-1] = longer
    return [line for line in lines if line]


def _print(table: Table, options: Options, out: BinaryIO) -> None:
    out.writelines(_printed(table, options))


def _printed(table: Table, options: Options) -> list[bytes]:
    """Return the lines that rich prints, no matter what the environment says of terminals and colour."""
    text = StringIO()
    console = Console(
        file=text,
        width=_printed_width(table, options),
        height=100,
        force_terminal=options.color,
        color_system="standard" if options.color else None,
        no_color=not options.color,
        force_jupyter=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    console.print(table)
    return [(line.rstrip() + "\n").encode() for line in text.getvalue().splitlines()]


def _printed_width(table: Table, options: Options) -> int:
    """Return the terminal's width, or the table's where numbers would have to be cut otherwise."""
    table_width = sum((column.width or 0) + GAP for column in table.columns) - GAP
    return max(options.width or DEFAULT_WIDTH, table_width)


def _end(sheet: Sheet, out: BinaryIO) -> None:
    """Write the footer lines, and below a report what it rests on and its digest: all rows have passed."""
    _lines(sheet.footer, sheet.options, out)
    if sheet.proof is not None:
        _lines([sheet.proof.line], sheet.options, out)


def _lines(lines: Iterable[str], options: Options, out: BinaryIO) -> None:
    width = options.width or DEFAULT_WIDTH
    out.writelines(f"{part}\n".encode() for line in lines for part in _fitted(one_line(line), width))


def _fitted(line: str, width: int) -> Iterable[str]:
    """Return a line broken where it is too wide; one with a command stays whole, to be copied."""
    if display_width(line) <= width or "loancrm " in line:
        return (line,)
    return wrapped(line.lstrip(), len(line) - len(line.lstrip()), width)
