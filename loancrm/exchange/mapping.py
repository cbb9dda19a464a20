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
from loancrm.services.intake.tally import Chunk, Item, Tally

CHUNK = 5_000
ROW = "{row}"  # in a constant: the line of the row, for files that number nothing
UNFILLED = N_("unfilled")  # rows of a form that were left empty
REMEMBERED = 20_000  # values of one column that are not read twice
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'＝", "'＋", "'－", "'＠")
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


@dataclass(frozen=True, slots=True)
class _Fault:
    """What a cell holds instead of a value."""

    code: str
    reason: str


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

    def chunks(self, rows: Iterable[Row], tally: Tally) -> Iterator[Chunk]:
        """Yield the rows that could be read, some thousands at a time; the others are rejected."""
        stream = filter(self._is_filled_in, rows)
        while records := list(islice(stream, CHUNK)):
            tally.read += len(records)
            items = [self._item(row, tally) for row in records]
            whole = [item for item in items if not item.is_rejected]
            columns = {column.target: _read(column, whole, tally) for column in self._columns}
            yield Chunk(whole, self._fixed_columns(whole) | columns).standing()

    def _fixed_columns(self, items: list[Item]) -> dict[str, list[Any]]:
        fixed = {name: [value] * len(items) for name, value in self._fixed.items()}
        numbered = {
            name: [read(text.replace(ROW, str(item.line))) for item in items]
            for name, (text, read) in self._by_row.items()
        }
        return fixed | numbered

    def _is_filled_in(self, row: Row) -> bool:
        """Say whether a row holds what is to be filled in; count those that do not."""
        if not self._filled_in or not isinstance(row, Record):
            return True
        if is_blank([row.cells[place] for place in self._filled_in]):
            self._skipped[UNFILLED] = self._skipped.get(UNFILLED, 0) + 1
            return False
        return True

    def _item(self, row: Row, tally: Tally) -> Item:
        return Item(row.line, row.cells) if isinstance(row, Record) else self._unreadable(row, tally)

    def _unreadable(self, row: BadRecord, tally: Tally) -> Item:
        item = Item(row.line, list(row.cells))
        tally.reject(item, None, row.code, row.reason)
        return item


def _read(column: _Column, items: list[Item], tally: Tally) -> list[Any]:
    """Return what the cells of a column say; a row whose cell cannot be read is rejected."""
    place = column.place
    cells = [item.cells[place] for item in items]
    keys = cells if {str}.issuperset(map(type, cells)) else [_key(cell) for cell in cells]
    seen = _values(column, dict(zip(keys, cells, strict=True)))
    values = [seen[key] for key in keys]
    if _Fault in map(type, values) or (column.is_needed and None in values):
        return [_judged(column, item, value, tally) for item, value in zip(items, values, strict=True)]
    return values


def _key(cell: Any) -> Any:
    return cell if type(cell) is str else (type(cell), cell)  # to a dict 1, 1.0 and True are one


def _values(column: _Column, cells: dict[Any, Any]) -> dict[Any, Any]:
    """Return the values of different cells, by their keys; those of a column that repeats are kept."""
    if column.seen is None:
        return {key: _value(column, cell) for key, cell in cells.items()}
    if len(column.seen) + len(cells) > REMEMBERED:
        column.seen.clear()
    for key in cells.keys() - column.seen.keys():
        column.seen[key] = _value(column, cells[key])
    return column.seen


def _judged(column: _Column, item: Item, value: Any, tally: Tally) -> Any:
    if isinstance(value, _Fault):
        tally.reject(item, column.target, value.code, value.reason)
        return None
    if value is None and column.is_needed and not item.is_rejected:
        tally.reject(item, column.target, "required", _("is empty"))
    return value


def _value(column: _Column, cell: Any) -> Any:
    spec = column.spec
    if isinstance(cell, str):
        cell = cell.strip()
        if cell.startswith(_GUARDED):
            cell = cell[1:]
    elif type(cell) is float and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    if spec.map is not None and text_of(cell) in spec.map:
        cell = spec.map[text_of(cell)]
    if cell in (None, "") or (column.missing and text_of(cell) in column.missing):
        return None
    try:
        return column.read(cell)
    except LoanCrmError as fault:
        reason = fault.message if fault.hint is None else f"{fault.message}; {fault.hint}"
        return _Fault(fault.code, reason)


def _constant(read: Reader, spec: ColumnSpec, name: str) -> Any:
    try:
        return read(spec.constant)
    except LoanCrmError as fault:
        raise InvalidInput(
            f"{name}: {fault.message}", field=name, hint=fault.hint, code="invalid_file"
        ) from None
