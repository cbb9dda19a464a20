"""A profile bound to a header: chunks of records become rows of values, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from loancrm.errors import InvalidInput, LoanCrmError
from loancrm.exchange import header
from loancrm.exchange.days import day_in_name
from loancrm.exchange.profile import ColumnSpec, Profile
from loancrm.exchange.source import BadRecord, Record, Row, Source, is_blank, text_of
from loancrm.exchange.targets import target
from loancrm.exchange.values import Reader, reader_of
from loancrm.i18n import N_, _
from loancrm.services.customer_fields import Reading
from loancrm.services.intake.tally import Item, Tally

CHUNK = 5_000
ROW = "{row}"  # in a constant: the line of the row, for files that number nothing
UNFILLED = N_("unfilled")  # rows of a form that were left empty
REMEMBERED = 20_000  # values of one column that are not read twice
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'＝", "'＋", "'－", "'＠")
_UNREAD = object()
_UNIQUE = ("identifier", "uscc", "resident_id", "name", "note", "phone", "email")


@dataclass(slots=True)
class _Column:
    """One target with where its cells stand and how they are read."""

    target: str
    place: int
    spec: ColumnSpec
    read: Reader
    is_needed: bool
    missing: frozenset[str]
    seen: dict[Any, Any] | None


class Mapping:
    """A profile bound to the header of one file.

    Attributes:
        columns: the column of the file that each target comes from, for messages.
    """

    def __init__(self, profile: Profile, source: Source, file: Path, about: Reading) -> None:
        self.columns: dict[str, str] = {}
        self._fixed: dict[str, Any] = {}
        self._by_row: dict[str, tuple[str, Reader]] = {}
        self._columns: list[_Column] = []
        for name, spec in profile.columns.items():
            one = target(profile.kind, name)
            assert one is not None, "the profile was checked"
            label = spec.column[0] if spec.column else name
            read = reader_of(one.reading, spec, label, about)
            if spec.constant is not None and ROW in spec.constant:
                self._by_row[name] = (spec.constant, read)
                continue
            if spec.column is None:
                self._fixed[name] = day_in_name(file.name) if spec.file_name else _constant(read, spec, name)
                continue
            place = header.place(source.header, spec.column)
            self.columns[name] = source.header[place]
            seen: dict[Any, Any] | None = None if one.reading in _UNIQUE else {}
            missing = frozenset(spec.missing)
            self._columns.append(_Column(name, place, spec, read, one.is_needed, missing, seen))
        self._filled_in = [one.place for one in self._columns if one.target in profile.filled_in]
        self._skipped = source.skipped

    def chunks(self, rows: Iterable[Row], tally: Tally) -> Iterator[list[Item]]:
        """Yield the rows that could be read, some thousands at a time; the others are rejected."""
        stream = filter(self._is_filled_in, rows)
        while chunk := list(islice(stream, CHUNK)):
            tally.read += len(chunk)
            items = [self._item(row, tally) for row in chunk]
            whole = [item for item in items if not item.is_rejected]
            for column in self._columns:
                self._fill(column, whole, tally)
            yield [item for item in whole if not item.is_rejected]

    def _is_filled_in(self, row: Row) -> bool:
        """Say whether a row holds what is to be filled in; count those that do not."""
        if not self._filled_in or not isinstance(row, Record):
            return True
        if is_blank([row.cells[place] for place in self._filled_in]):
            self._skipped[UNFILLED] = self._skipped.get(UNFILLED, 0) + 1
            return False
        return True

    def _item(self, row: Row, tally: Tally) -> Item:
        if isinstance(row, Record):
            if not self._by_row:
                return Item(row.line, row.cells, self._fixed.copy())
            numbered = {
                name: read(text.replace(ROW, str(row.line))) for name, (text, read) in self._by_row.items()
            }
            return Item(row.line, row.cells, self._fixed | numbered)
        return self._unreadable(row, tally)

    def _unreadable(self, row: BadRecord, tally: Tally) -> Item:
        item = Item(row.line, list(row.cells))
        tally.reject(item, None, row.code, row.reason)
        return item

    def _fill(self, column: _Column, items: list[Item], tally: Tally) -> None:
        place, name = column.place, column.target
        seen = {} if column.seen is None else column.seen
        for item in items:
            cell = item.cells[place]
            key = cell if type(cell) is str else (type(cell), cell)  # to a dict 1, 1.0 and True are one
            value = seen.get(key, _UNREAD)
            if value is _UNREAD:
                value = self._value(column, cell, item, tally)
                if column.seen is not None and not item.is_rejected:
                    if len(seen) >= REMEMBERED:
                        seen.clear()
                    seen[key] = value
            if value is not None:
                item.values[name] = value
            elif column.is_needed and not item.is_rejected:
                tally.reject(item, name, "required", _("is empty"))

    def _value(self, column: _Column, cell: Any, item: Item, tally: Tally) -> Any:
        spec = column.spec
        if isinstance(cell, str):
            cell = cell.strip()
            if cell.startswith(_GUARDED):
                cell = cell[1:]
        elif isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
            cell = int(cell)
        if spec.map is not None and text_of(cell) in spec.map:
            cell = spec.map[text_of(cell)]
        if cell in (None, "") or text_of(cell) in column.missing:
            return None
        try:
            return column.read(cell)
        except LoanCrmError as fault:
            reason = fault.message if fault.hint is None else f"{fault.message}; {fault.hint}"
            tally.reject(item, column.target, fault.code, reason)
            return None


def _constant(read: Reader, spec: ColumnSpec, name: str) -> Any:
    try:
        return read(spec.constant)
    except LoanCrmError as fault:
        raise InvalidInput(
            f"{name}: {fault.message}", field=name, hint=fault.hint, code="invalid_file"
        ) from None
