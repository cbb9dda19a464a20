"""A web page with a table in it, as some core systems hand out under the name of .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path

from loancrm.errors import InvalidInput
from loancrm.exchange.encodings import detect_encoding
from loancrm.exchange.sheet_file import rows_of
from loancrm.exchange.source import Rows
from loancrm.i18n import _

_CELLS = ("td", "th")
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)
MOST_SPAN = 1_000


def is_html(head: bytes) -> bool:
    """Say whether a file that begins like this is a web page."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<?xml"):
        return b"<html" in start or b"<table" in start
    return start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta"))


def open_html(path: Path, encoding: str | None) -> Rows:
    """Read the rows of all tables of a page.

    A second reader must see the same: browsers guess what a page without end tags means, and so do readers.

    Raises:
        InvalidInput: no table, bytes that do not fit the encoding that the page names, readers that differ.
    """
    data = path.read_bytes()
    named = _CHARSET.search(data[:4096])
    used = encoding or (named[1].decode("ascii") if named else detect_encoding(path))
    reader = _Tables()
    try:
        text = data.decode("gb18030" if used.lower() in ("gb2312", "gbk") else used)
    except (UnicodeDecodeError, LookupError):
        raise InvalidInput(_("the page does not fit its encoding"), code="wrong_encoding") from None
    reader.feed(text)
    reader.close()
    if not reader.rows:
        raise InvalidInput(_("there is no table in this file"), code="no_table")
    _compare(reader.rows, text)
    return rows_of(
        list(reader.rows), {"encoding": used, "encoding_by": "profile" if encoding else "detected"}
    )


def _compare(rows: list[list[str]], text: str) -> None:
    from loancrm.exchange.html_again import read_again

    nothing: list[str] = []
    for line, (one, two) in enumerate(zip_longest(rows, read_again(text), fillvalue=nothing), 1):
        for column, (first, second) in enumerate(zip_longest(one, two, fillvalue=""), 1):
            if first != second:
                raise InvalidInput(
                    _("row {line}, column {column} of this page is read differently by two readers").format(
                        line=line, column=column
                    ),
                    hint=_("open it in Excel and save it as .xlsx"),
                    code="readers_differ",
                )


class _Tables(HTMLParser):
    """Collects the cells of every row; a cell over several columns or rows leaves the others empty."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._span = self._height = 1
        self._taken_until: dict[int, int] = {}  # column -> the last row that a cell further up reaches

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_row()
            self._taken_until = {}
        elif tag == "tr":
            self._end_row()
            self.rows.append([])
        elif tag in _CELLS and self.rows:
            self._end_cell()
            given = dict(attrs)
            self._cell, self._span, self._height = [], span(given.get("colspan")), span(given.get("rowspan"))
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in (*_CELLS, "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        """End the last row too."""
        super().close()
        self._end_row()

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        self._pass_taken()
        row, last = self.rows[-1], len(self.rows) + self._height - 2
        for column in range(len(row), len(row) + self._span):
            self._taken_until[column] = last
        row += [" ".join("".join(self._cell).split()), *[""] * (self._span - 1)]
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.rows:
            self._pass_taken()

    def _pass_taken(self) -> None:
        row, number = self.rows[-1], len(self.rows) - 1
        while self._taken_until.get(len(row), -1) >= number:
            row.append("")


def span(written: str | None) -> int:
    """Return over how many columns or rows a cell goes."""
    return min(max(int(written), 1), MOST_SPAN) if written and written.isascii() and written.isdigit() else 1
