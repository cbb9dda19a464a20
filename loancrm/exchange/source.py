"""A table from outside, whatever it was kept in: a header, rows with their line, and what was noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple


class Record(NamedTuple):
    """One row: the line of the file (or row of the sheet) it starts in, and its cells.

    A cell of a text file is a text; a sheet's may be a number, a day or a truth too.
    """

    line: int
    cells: list[Any]


class BadRecord(NamedTuple):
    """A row that cannot be read at all, and why."""

    line: int
    code: str
    reason: str
    cells: tuple[Any, ...] = ()


Row = Record | BadRecord


@dataclass(slots=True)
class Rows:
    """The rows of an opened file before anyone knows which of them is the header.

    Attributes:
        rows: every row, in order.
        how: how the file was read, as (name, value): encoding, delimiter, sheet, and which was guessed.
        progress: how much of the file was read, as (done, of).
        close: lets go of the file.
    """

    rows: Iterator[Row]
    how: dict[str, str]
    progress: Callable[[], tuple[int, int]]
    close: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Source:
    """A table that is ready to be read: ``skipped`` counts title, blank and total rows as they pass."""

    header: tuple[str, ...]
    header_line: int
    rows: Iterator[Row]
    how: dict[str, str]
    progress: Callable[[], tuple[int, int]]
    close: Callable[[], None]
    skipped: dict[str, int] = field(default_factory=dict)


class Percent(float):
    """A number of a sheet that is shown as a percentage: 0.0435 stands there as 4.35%."""

    __slots__ = ()


def text_of(cell: Any) -> str:
    """Return a cell as text: nothing is empty, a whole number has no point, a percentage has its sign."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Percent):
        return f"{round(Decimal(repr(float(cell))) * 100, 10).normalize():f}%"
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def is_blank(cells: Sequence[Any]) -> bool:
    """Say whether nothing stands in a row."""
    return all(_is_empty(cell) for cell in cells) if not cells or _is_empty(cells[0]) else False


def _is_empty(cell: Any) -> bool:
    text = cell if type(cell) is str else text_of(cell)
    return not text or text.isspace()
