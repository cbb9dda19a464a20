"""The table on a terminal: quiet, aligned, Chinese counted as two columns wide. Loads rich."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from loancrm.render.sheet import DEFAULT_WIDTH, Options, Sheet
from loancrm.render.widths import GAP, NARROWEST_BAR, WIDEST_BAR, Natural, fit

HEADING = "dim"
TOTALS_GAP = "   "


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write the header lines, the rows as a table, what was left out, totals and footer lines."""
    options = sheet.options
    coming = iter(rows)
    shown = list(coming if options.limit is not None else islice(coming, options.table_rows))
    _lines(sheet.header, out)
    if shown and sheet.columns:
        _print(_table(shown, sheet), options, out)
    more = sum(1 for _row in coming)
    if more:
        text = n_("{count} more: --limit {total}", "{count} more: --limit {total}", more)
        _lines([text.format(count=more, total=len(shown) + more)], out)
    if sheet.totals:
        _lines(_totals(sheet), out)
    _lines(sheet.footer, out)


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write one thing as labels and values, without what is empty; long texts are folded."""
    grid = _grid()
    grid.add_column(no_wrap=True, style=HEADING)
    grid.add_column(overflow="fold")
    values = reader(sheet.columns, unmask=sheet.options.unmask)(item)
    for column, value in zip(sheet.columns, values, strict=True):
        text = _cell(column, value, sheet.options, WIDEST_BAR)
        if text:
            grid.add_row(Text(safe(column.title)), Text(text))
    _lines(sheet.header, out)
    if grid.row_count:
        _print(grid, sheet.options, out)
    _lines(sheet.footer, out)


def _grid(*, heading: bool = False) -> Table:
    return Table(box=None, show_header=heading, header_style=HEADING, padding=(0, GAP, 0, 0), pad_edge=False)


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
            vertical="bottom",
            width=width,
            # headings of numbers break into lines; the cells of such columns always fit
            no_wrap=_is_elastic(column),
            overflow="ellipsis" if _is_elastic(column) else "fold",
        )
        cells.append([Text(_cut(_cell(column, value, sheet.options, width), width)) for value in values])
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
    """Print with rich, no matter what the environment says about terminals and colour."""
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
    out.write("".join(line.rstrip() + "\n" for line in text.getvalue().splitlines()).encode())


def _printed_width(table: Table, options: Options) -> int:
    """Return the terminal's width, or the table's where numbers would have to be cut otherwise."""
    table_width = sum((column.width or 0) + GAP for column in table.columns) - GAP
    return max(options.width or DEFAULT_WIDTH, table_width)


def _lines(lines: Iterable[str], out: BinaryIO) -> None:
    out.writelines((one_line(line) + "\n").encode() for line in lines)
