"""What the caller wants shown and how: the options, and all that a format module is handed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.render.chart import Chart
    from loancrm.render.proof import Proof

FORMATS = ("table", "tsv", "json", "jsonl", "csv", "xlsx", "html")
TOTALS_FORMATS = ("table", "json", "html")
SECTION_FORMATS = ("table", "html", "xlsx")
PROVEN_FORMATS = ("table", "html", "xlsx")  # they say the digest of what they show
PARTED_FORMATS = ("html", "xlsx")  # files: rows stand in sections by a column
DEFAULT_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Options:
    """How to show an answer.

    Attributes:
        format: one of ``FORMATS``.
        columns: keys to show, in this order; None is the default of the format.
        sort: ``key`` or ``-key``; stable, missing values last either way.
        limit: at most so many rows.
        totals: show the totals too (only in ``TOTALS_FORMATS``).
        unmask: show personal values in full; the caller audits it.
        currency: of every amount shown, named in HTML.
        zone: in which instants are shown on screen.
        title: of an HTML page or a workbook.
        width: of the terminal, in columns; None is 80.
        color: whether a table may use colour.
        table_rows: how many rows a table shows where no limit is given.
    """

    format: str
    columns: tuple[str, ...] | None = None
    sort: str | None = None
    limit: int | None = None
    totals: bool = False
    unmask: bool = False
    currency: str = "CNY"
    zone: str = "UTC"
    title: str = ""
    width: int | None = None
    color: bool = False
    table_rows: int = 50


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an answer that is read by itself: a table with a title; a workbook has a sheet for it."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a format module is handed beside the rows: chosen columns, options and the lines around.

    Attributes:
        columns: those to show, in order.
        options: as the caller gave them.
        header: lines before the rows, translated; only for table and HTML.
        footer: lines after the rows, likewise.
        totals: values by key, or None where none were asked for.
        totals_columns: the columns of ``totals``.
        charts: pictures of the figures, for a page.
        proof: what the answer says of itself, so that it can be checked.
    """

    columns: tuple[Column, ...]
    options: Options
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    totals: Mapping[str, object] | None = None
    totals_columns: tuple[Column, ...] = ()
    charts: Sequence[Chart] = ()
    proof: Proof | None = None
