"""A report that was saved as a page or a workbook, read back: what it shows, and what it says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import Any

from loancrm.errors import InvalidInput
from loancrm.exchange.html_file import is_html
from loancrm.exchange.opening import refuse_unreadable
from loancrm.exchange.sheet_file import is_workbook, read_sheets
from loancrm.i18n import _

ATTRIBUTE, RECORD = (
    "data-loancrm",
    "loancrm",
)  # of a page's footer; of the last line of a workbook's last sheet
MOST_BYTES = 512 << 20
KEYS = ("loancrm", "command", "as_of", "known_at", "me", "lang", "format", "basis", "digest")
Place = tuple[str, str, str]  # section, row, column


@dataclass(frozen=True, slots=True)
class Saved:
    """What a file says of itself, and the text at each place of it; ``content`` is the file."""

    record: dict[str, Any]
    cells: dict[Place, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """A place at which two reports say something else; None: only the other has it."""

    section: str
    row: str
    column: str
    saved: str | None
    now: str | None


def read_saved(path: Path) -> Saved:
    """Read a page or workbook that a report was saved as.

    Raises:
        NotFound: no such file.
        Refused: it cannot be read, or holds macros.
        InvalidInput: it is no such file, or says nothing of itself.
    """
    head = refuse_unreadable(path)
    if path.stat().st_size > MOST_BYTES:
        raise not_ours()
    content = path.read_bytes()
    if is_workbook(head):
        text, cells = _of_workbook(path)
    elif is_html(head):
        text, cells = _of_page(content)
    else:
        raise not_ours()
    record = _record(text)
    if record["format"] != ("xlsx" if is_workbook(head) else "html"):
        raise not_ours()
    return Saved(record, cells, content.replace(b"\r\n", b"\n") if is_html(head) else content)


def differences(saved: Saved, now: Saved) -> Iterator[Difference]:
    """Yield the places at which two reports differ, in the order of the first."""
    for place in dict.fromkeys(chain(saved.cells, now.cells)):
        before, after = saved.cells.get(place), now.cells.get(place)
        if before != after:
            yield Difference(*place, before, after)


def not_ours() -> InvalidInput:
    """Return the fault of a file that no report was saved as."""
    return InvalidInput(
        _("this is not a report that loancrm saved as html or xlsx"),
        field="FILE",
        hint=_("save one: loancrm report portfolio --output portfolio.html"),
        code="not_a_report",
    )


def _record(text: str | None) -> dict[str, Any]:
    try:
        record = json.loads(text or "")
    except (ValueError, RecursionError):
        raise not_ours() from None
    if not isinstance(record, dict) or any(key not in record for key in KEYS):
        raise not_ours()
    if not isinstance(record["basis"], dict):
        raise not_ours()
    return record


def _of_workbook(path: Path) -> tuple[str | None, dict[Place, str]]:
    """Return the record, and each cell by its sheet, its row (the first cell's text) and its heading."""
    cells: dict[Place, str] = {}
    text = None
    for name, rows in read_sheets(path):
        if rows and str(rows[-1][0]) == RECORD:
            text = str(rows[-1][1]).removeprefix("'")
            continue
        headings = [str(cell) for cell in rows[0]] if rows else []
        names = _Names()
        for row in rows[1:]:
            called = names.of(str(row[0]))
            for heading, cell in zip(headings, row, strict=False):
                cells[name, called, heading] = str(cell)
    return text, cells


class _Names:
    """Names of rows, each once: what comes again is numbered."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, name: str) -> str:
        n = self._seen[name] = self._seen.get(name, 0) + 1
        return name if n == 1 else f"{name} ({n})"


def _of_page(content: bytes) -> tuple[str | None, dict[Place, str]]:
    reader = _Page()
    try:
        reader.feed(content.decode("utf-8"))
        reader.close()
    except UnicodeDecodeError:
        raise not_ours() from None
    return reader.record, reader.cells


@dataclass
class _Row:
    """The cells of a row that is being read."""

    cells: list[tuple[str, str]] = field(default_factory=list)


class _Page(HTMLParser):
    """Collects the record and every text of a page, also what stands where no report writes anything."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.record: str | None = None
        self.cells: dict[Place, str] = {}
        self._section, self._label, self._lines = "", "", 0
        self._names, self._row = _Names(), _Row()
        self._text: list[str] = []
        self._tag: str | None = None
        self._is_over = False  # in the footer, which is the record's

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a text of its own at every tag."""
        self._flush()
        values = dict(attrs)
        self._tag = tag
        if tag == "footer" and ATTRIBUTE in values:
            self.record, self._is_over = values[ATTRIBUTE], True
        elif tag == "tr":
            self._row = _Row()
        elif tag in ("td", "svg"):
            self._label = values.get("data-label") or self._label
            if drawn := values.get("aria-label"):
                self._text.append(drawn)

    def handle_endtag(self, tag: str) -> None:
        """End the text; a row is whole when its tag ends."""
        self._flush()
        if tag == "footer":
            self._is_over = False
        elif tag == "tr" and self._row.cells:
            called = self._names.of(self._row.cells[0][1])
            self.cells |= {(self._section, called, label): text for label, text in self._row.cells}
            self._row = _Row()
        self._tag = None

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self._text.append(data)

    def _flush(self) -> None:
        text, self._text = "".join(self._text).strip(), []
        if self._is_over or not text or self._tag == "style":
            return
        if self._tag in ("td", "a", "svg") and self._label:
            self._row.cells.append((self._label, text))
        elif self._tag == "dd":
            self.cells[self._section, self._label, ""] = text
        elif self._tag == "dt":
            self._label = self._names.of(text)
        else:
            self._lines += 1
            self.cells["", f"{self._tag} {self._lines}", ""] = text
            if self._tag == "h2":
                self._section, self._names = text, _Names()
