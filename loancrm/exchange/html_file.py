"""A web page with a table in it, as some core systems hand out under the name of .xls."""

from __future__ import annotations

import re
from html.parser import HTMLParser
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

    Raises:
        InvalidInput: no table, or bytes that do not fit the encoding that the page names.
    """
    data = path.read_bytes()
    named = _CHARSET.search(data[:4096])
    used = encoding or (named[1].decode("ascii") if named else detect_encoding(path))
    reader = _Tables()
    try:
        reader.feed(data.decode("gb18030" if used.lower() in ("gb2312", "gbk") else used))
        reader.close()
    except (UnicodeDecodeError, LookupError):
        raise InvalidInput(_("the page does not fit its encoding"), code="wrong_encoding") from None
    if not reader.rows:
        raise InvalidInput(_("there is no table in this file"), code="no_table")
    return rows_of(
        list(reader.rows), {"encoding": used, "encoding_by": "profile" if encoding else "detected"}
    )


class _Tables(HTMLParser):
    """Collects the cells of every row; a cell over several columns leaves the others empty."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in _CELLS and self.rows:
            self._end_cell()
            span = dict(attrs).get("colspan") or "1"
            self._cell, self._span = [], min(int(span), MOST_SPAN) if span.isascii() and span.isdigit() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in (*_CELLS, "tr", "table"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            self.rows[-1] += [" ".join("".join(self._cell).split()), *[""] * (self._span - 1)]
        self._cell = None
