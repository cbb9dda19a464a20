"""xlsx: values only, typed so that Excel sorts and adds them, never a formula or a link. Loads xlsxwriter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import xlsxwriter

from loancrm.errors import Refused
from loancrm.i18n import _
from loancrm.render.cells import data_text
from loancrm.render.columns import Column, Kind, reader
from loancrm.render.proof import Proof
from loancrm.render.safe import safe, spreadsheet_safe
from loancrm.render.sheet import Section, Sheet
from loancrm.typeset import display_width
from loancrm.vocabulary import codes_of, label

SHEET_NAME = "loancrm"
RECORD = "loancrm"  # beside it stands by what the workbook can be checked
MOST_NAME = 31  # characters in the name of a sheet
NOT_IN_NAMES = "[]:*?/\\"
MOST_ROWS = 1_048_576
MOST_UNITS = 32_767  # UTF-16 units in a cell
EXACT_DIGITS = 15  # Excel keeps no more
FIRST_YEAR = 1900
NARROWEST, WIDEST = 8, 60
CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - the same bytes at any time; xlsxwriter wants it naive
NUMBER_FORMATS = {
    "money": "#,##0.00",
    "ratio": "0.0%",
    "rate": "0.00##%",
    "points": "0.00",
    "int": "0",
    "date": "yyyy-mm-dd",
}
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
DAYS = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
FILLED = {"code": 12, "date": 12, "text": 36}  # how wide what is filled in by hand is
DECIMALS = {"money": 2, "ratio": 6, "rate": 6, "points": 6, "int": 0}


def write_rows(rows: Iterable[object], sheet: Sheet, out: BinaryIO) -> None:
    """Write a sheet with a frozen line of headings and a line per row.

    Raises:
        Refused: there are more rows than a sheet holds; nothing was written.
    """
    with _book(sheet, out) as book:
        _write_table(book.page(SHEET_NAME), Section("", sheet.columns, rows), sheet)


def write_sections(sections: Iterable[Section], sheet: Sheet, out: BinaryIO) -> None:
    """Write a sheet for each section, named by its title.

    Raises:
        Refused: there are more rows than a sheet holds; nothing was written.
    """
    with _book(sheet, out) as book:
        for section in sections:
            _write_table(book.page(section.title), section, sheet)


def write_item(item: object, sheet: Sheet, out: BinaryIO) -> None:
    """Write a sheet of labels and values, without what is empty."""
    values = reader(sheet.columns, unmask=sheet.options.unmask)(item)
    filled = [pair for pair in zip(sheet.columns, values, strict=True) if pair[1] not in (None, "")]
    with _book(sheet, out) as book:
        page = book.page(SHEET_NAME)
        page.titles([_("field"), _("value")])
        for number, (column, value) in enumerate(filled, start=1):
            page.text(number, 0, safe(column.title))
            page.put(number, 1, column.kind, value, column)


def _write_table(page: _Page, section: Section, sheet: Sheet) -> None:
    read = reader(section.columns, unmask=sheet.options.unmask)
    page.titles([column.title for column in section.columns])
    number = 0
    for number, row in enumerate(section.rows, start=1):
        if number == MOST_ROWS:
            raise Refused(
                _("more rows than an Excel sheet holds ({most})").format(most=f"{MOST_ROWS - 1:,}"),
                hint=_("use --format csv, or --limit"),
            )
        for place, (column, value) in enumerate(zip(section.columns, read(row), strict=True)):
            page.put(number, place, column.kind, value, column)
    page.guide(section.columns, number)


@contextmanager
def _book(sheet: Sheet, out: BinaryIO) -> Iterator[_Book]:
    """Open a workbook; it reaches ``out`` only when all went well."""
    with TemporaryDirectory(prefix="loancrm-") as folder:  # private, and gone whatever happens
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": folder,
        }
        made = xlsxwriter.Workbook(out, options)
        made.set_properties({"title": safe(sheet.options.title), "created": CREATED})
        book = _Book(made)
        try:
            yield book
            if sheet.proof is not None:
                _write_proof(book.page(_("basis")), sheet.proof)
        except BaseException:
            book.abandon()
            raise
        book.set_widths()
        made.close()


def _write_proof(page: _Page, proof: Proof) -> None:
    """Say on a sheet of its own what the figures rest on, last the record by which they can be checked."""
    page.titles([_("field"), _("value")])
    lines = [*proof.lines(), (_("digest"), proof.digest), (RECORD, proof.text())]
    for number, (name, value) in enumerate(lines, start=1):
        page.text(number, 0, name)
        page.text(number, 1, safe(spreadsheet_safe(value)))


class _Book:
    """A workbook and its pages, each with a name of its own."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats = {kind: book.add_format({"num_format": f}) for kind, f in NUMBER_FORMATS.items()}
        self._bold = book.add_format({"bold": True})
        self._pages: dict[str, _Page] = {}

    def page(self, title: str) -> _Page:
        """Add a sheet; a name that Excel would not take, or that is there, becomes one that it takes."""
        plain = "".join(" " if char in NOT_IN_NAMES else char for char in safe(title)).strip(" '")
        name, number = plain[:MOST_NAME] or SHEET_NAME, 1
        while name.casefold() in self._pages:
            number += 1
            name = f"{plain[: MOST_NAME - len(str(number)) - 1]} {number}"
        page = self._pages[name.casefold()] = _Page(self._book.add_worksheet(name), self._formats, self._bold)
        return page

    def set_widths(self) -> None:
        """Make each column as wide as what it holds."""
        for page in self._pages.values():
            page.set_widths()

    def abandon(self) -> None:
        """Let go of the files behind the sheets."""
        for page in self._pages.values():
            page.abandon()


class _Page:
    """One worksheet, and how wide its columns have become."""

    def __init__(self, sheet: Any, formats: dict[str, Any], bold: Any) -> None:
        self._sheet, self._formats, self._bold = sheet, formats, bold
        self._widths: dict[int, int] = {}
        self._formats_of: dict[int, Any] = {}

    def titles(self, titles: list[str]) -> None:
        """Write the frozen first line."""
        for place, title in enumerate(titles):
            self.text(0, place, safe(title), self._bold)
        self._sheet.freeze_panes(1, 0)

    def put(self, row: int, place: int, kind: Kind, value: Any, column: Column) -> None:
        """Write one value as what it is; a number that Excel would round stays text."""
        if value is None:
            return
        if kind == "figure":
            self.put(row, place, value.kind, value.value, column)
        elif kind in DECIMALS and len(str(abs(value))) <= EXACT_DIGITS:
            number = Decimal(value).scaleb(-DECIMALS[kind])
            self._sheet.write_number(row, place, number, self._formats[kind])
            self._widen(place, data_text(kind, value) + ",,")
        elif kind == "number":
            self._sheet.write_number(row, place, Decimal(value))
            self._widen(place, value)
        elif kind == "date" and isinstance(value, date) and value.year >= FIRST_YEAR:
            self._sheet.write_datetime(row, place, value, self._formats[kind])
            self._widen(place, value.isoformat())
        elif kind == "bool":
            self._sheet.write_boolean(row, place, bool(value))
        elif kind == "code" and column.fill and column.vocabulary:
            self.text(row, place, label(column.vocabulary, value))
        elif kind in ("text", "code"):
            self.text(row, place, safe(spreadsheet_safe(str(value))))
        else:
            self.text(row, place, data_text(kind, value))

    def text(self, row: int, place: int, text: str, style: Any = None) -> None:
        """Write text, marked with an ellipsis where a cell cannot hold all of it."""
        units = text.encode("utf-16-le")
        if len(units) > MOST_UNITS * 2:
            text = units[: (MOST_UNITS - 1) * 2].decode("utf-16-le", "ignore") + "…"
        self._sheet.write_string(row, place, text, style)
        self._widen(place, text)

    def guide(self, columns: Sequence[Column], last: int) -> None:
        """Offer choices below the columns that are filled in by hand, and take days only as days."""
        for place, column in enumerate(columns):
            if not column.fill or not last:
                continue
            if column.vocabulary:
                words = [label(column.vocabulary, code) for code in codes_of(column.vocabulary)]
                self._sheet.data_validation(1, place, last, place, {"validate": "list", "source": words})
            elif column.kind == "date":
                self._sheet.data_validation(1, place, last, place, DAYS)
            self._formats_of[place] = self._formats.get(column.kind)
            self._widen(place, " " * FILLED[column.kind])

    def set_widths(self) -> None:
        """Make each column as wide as what it holds, within reason."""
        for place, width in self._widths.items():
            self._sheet.set_column(place, place, width, self._formats_of.get(place))

    def abandon(self) -> None:
        """Let go of the file behind the sheet; xlsxwriter does so only when a book is written."""
        self._sheet.row_data_fh.close()

    def _widen(self, place: int, text: str) -> None:
        width = min(display_width(text) + 2, WIDEST)
        self._widths[place] = max(width, self._widths.get(place, NARROWEST))
