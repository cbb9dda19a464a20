"""Excel workbooks, values only: .xlsx by one reader, old .xls by two that must agree."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from loancrm.errors import InvalidInput, Refused
from loancrm.exchange.percent_cells import mark_percentages
from loancrm.exchange.source import Record, Rows
from loancrm.i18n import _, listed

MAX_UNPACKED = 512 << 20
MAX_RATIO = 250
SMALL = 16 << 20  # below this a high ratio is harmless
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


def is_workbook(head: bytes) -> bool:
    """Say whether a file that begins like this is a workbook, whatever its name says."""
    return head.startswith((_OLE, _ZIP))


def open_workbook(path: Path, sheet: str | int | None) -> Rows:
    """Open one sheet of a workbook: the one that is named, else the first that is not empty.

    Raises:
        InvalidInput: not a workbook, no such sheet, too large when unpacked, readers that differ.
        Refused: a workbook with macros.
    """
    with path.open("rb") as file:
        is_old = file.read(4) == _OLE
    if not is_old:
        _refuse_dangerous(path)
    names, name, cells = _old(path, sheet) if is_old else _new(path, sheet)
    if name is None:
        message = _("there is no sheet {name}; there are {names}").format(name=sheet, names=listed(names))
        raise InvalidInput(message, field="sheet", code="no_sheet")
    if is_old:
        _compare(path, name, cells)
    else:
        mark_percentages(path, name, cells)
    how = {"sheet": name, "sheet_by": "profile" if sheet is not None else "first"}
    return rows_of([[_plain(cell) for cell in row] for row in cells], how)


def _new(path: Path, sheet: str | int | None) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            filled = [name for name in book.sheet_names if book.get_sheet_by_name(name).total_height > 0]
            name = chosen_of(book.sheet_names, filled, sheet)
            cells = [] if name is None else book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            return book.sheet_names, name, cells
    except (CalamineError, ValueError, OSError):
        raise _unreadable() from None


def read_sheets(path: Path) -> list[tuple[str, list[list[Any]]]]:
    """Return every sheet of an .xlsx workbook: its name and its cells.

    Raises:
        InvalidInput: not such a workbook, or too large when unpacked.
        Refused: a workbook with macros.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_dangerous(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False))
                for name in book.sheet_names
            ]
    except (CalamineError, ValueError, OSError):
        raise _unreadable() from None


def _old(path: Path, sheet: str | int | None) -> Any:
    from loancrm.exchange.old_sheet import read

    found = read(path, sheet)
    if found is None:
        raise _unreadable()
    return found


def _unreadable() -> InvalidInput:
    return InvalidInput(
        _("this workbook cannot be read"),
        hint=_("open it in Excel and save it as .xlsx"),
        code="not_workbook",
    )


def rows_of(cells: list[list[Any]], how: dict[str, str]) -> Rows:
    """Return rows that are in memory as they are read, from row 1."""
    done = 0

    def walk() -> Iterator[Record]:
        nonlocal done
        for done, row in enumerate(cells, 1):
            yield Record(done, row)

    return Rows(walk(), how, lambda: (done, len(cells)))


def _refuse_dangerous(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise _unreadable() from None
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise Refused(_("a workbook with macros is not read"), hint=_("save it as .xlsx"), code="macros")
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * max(packed, 1)):
        raise InvalidInput(
            _("this workbook is too large when unpacked"), hint=_("save the sheet as CSV"), code="too_large"
        )


def chosen_of(names: Sequence[str], filled: Sequence[str], wanted: str | int | None) -> str | None:
    """Return the sheet that is wanted, by name or number; the first that is not empty without one."""
    if isinstance(wanted, int):
        return names[wanted - 1] if 1 <= wanted <= len(names) else None
    if wanted is not None:
        return wanted if wanted in names else None
    return (*filled, *names, None)[0]


def _plain(cell: Any) -> Any:
    """Return a day as a date, a duration or time as text, an error as it is written."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else cell
    return str(cell) if isinstance(cell, time | timedelta) else cell


def _compare(path: Path, sheet: str, cells: Sequence[Sequence[Any]]) -> None:
    """Read an old workbook a second time: the format has traps, and readers fall into different ones."""
    import xlrd

    try:
        with xlrd.open_workbook(str(path), on_demand=True) as book:
            other = book.sheet_by_name(sheet)
            rows = [[_second(cell, book.datemode) for cell in other.row(n)] for n in range(other.nrows)]
    except Exception:  # whatever a damaged file makes the second reader stumble over
        raise InvalidInput(
            _("this old workbook is read differently by two readers"),
            hint=_("open it in Excel and save it as .xlsx"),
            code="readers_differ",
        ) from None
    for line, (one, two) in enumerate(zip(_trimmed(cells), _trimmed(rows), strict=False), 1):
        if [_comparable(cell) for cell in one] != [_comparable(cell) for cell in two]:
            raise _differ(line)
    if len(_trimmed(cells)) != len(_trimmed(rows)):
        raise _differ(min(len(_trimmed(cells)), len(_trimmed(rows))) + 1)


def _differ(line: int) -> InvalidInput:
    return InvalidInput(
        _("row {line} of this old workbook is read differently by two readers").format(line=line),
        hint=_("open it in Excel and save it as .xlsx"),
        code="readers_differ",
    )


def _second(cell: Any, datemode: int) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    return "" if cell.ctype == xlrd.XL_CELL_EMPTY else cell.value


def _comparable(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a sheet knows no zone
    if isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, int | float):
        return float(cell)
    return str(cell).strip()


def _trimmed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Return the rows without empty cells and rows at their ends, which readers may or may not report."""
    kept = []
    for row in rows:
        cells = list(row)
        while cells and cells[-1] in (None, ""):
            cells.pop()
        kept.append(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept
