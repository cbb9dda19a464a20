"""What became of the rows of a file: counts, and every problem with its row, column and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import compress
from typing import Any

from sqlalchemy import Connection, Table, func, select

MOST_WARNINGS = 1_000  # listed one by one of each kind; all are counted


@dataclass(slots=True)
class Item:
    """One row on its way in: its line, its cells as they stood, and the values by target."""

    line: int
    cells: list[Any]
    values: dict[str, Any] = field(default_factory=dict)
    is_rejected: bool = False
    customer_id: int = 0

    _parts: dict[str, dict[str, Any]] | None = None

    def part(self, prefix: str) -> dict[str, Any]:
        """Return the values of the targets ``prefix.…``, by what follows the point; extras apart."""
        if self._parts is None:
            self._parts = {}
        found = self._parts.get(prefix)
        if found is None:
            names, values = _names(prefix, tuple(self.values)), self.values
            found = self._parts[prefix] = {name: values[target] for target, name in names}
        return found

    def put(self, target: str, value: Any) -> None:
        """Add a value that follows from others."""
        self.values[target] = value
        self._parts = None

    def extras(self, prefix: str) -> dict[str, Any]:
        """Return the columns that have no name here."""
        start = f"{prefix}.extra."
        return {name[len(start) :]: value for name, value in self.values.items() if name.startswith(start)}


@lru_cache(maxsize=1_024)
def _names(prefix: str, targets: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the targets ``prefix.…`` with what follows the point; rows mostly have the same ones."""
    start = len(prefix) + 1
    return [
        (target, target[start:])
        for target in targets
        if target.startswith(prefix) and "." not in target[start:]
    ]


class Chunk:
    """Some thousands of rows on their way in: each row's item, and the values column by column.

    What takes many plain rows works with the columns; what looks at each row asks for ``filled`` items.
    """

    def __init__(self, items: list[Item], columns: dict[str, list[Any]]) -> None:
        self.items = items
        self._columns = columns

    def column(self, target: str) -> Sequence[Any]:
        """Return the values of a target, one a row; None where it says nothing."""
        found = self._columns.get(target)
        return [None] * len(self.items) if found is None else found

    def standing(self) -> Chunk:
        """Return the rows that are not rejected."""
        if not any(item.is_rejected for item in self.items):
            return self
        stand = [not item.is_rejected for item in self.items]
        columns = {target: list(compress(values, stand)) for target, values in self._columns.items()}
        return Chunk(list(compress(self.items, stand)), columns)

    def filled(self) -> list[Item]:
        """Return the rows with their values by target: those that say something."""
        for target, values in self._columns.items():
            for item, value in zip(self.items, values, strict=True):
                if value is not None:
                    item.values[target] = value
        return self.items


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong or odd about a row. ``is_odd``: taken all the same. ``row`` None: about no row."""

    row: int | None
    column: str | None
    code: str
    reason: str
    is_odd: bool


@dataclass(slots=True)
class Tally:
    """The counts of one import. ``columns`` says which column of the file a target came from."""

    columns: Mapping[str, str]
    read: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    rejected: int = 0
    made: Counter[str] = field(default_factory=Counter)  # beside the rows' own: customers, contracts, steps
    warnings: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    data_on: date | None = None
    rejects: list[Item] = field(default_factory=list)
    keeps_rejects: bool = False

    def reject(self, item: Item, target: str | None, code: str, reason: str) -> None:
        """Leave a row out; the first reason counts once, further ones are listed."""
        self.problems.append(Problem(item.line, self._column(target), code, reason, is_odd=False))
        if item.is_rejected:
            return
        item.is_rejected = True
        self.rejected += 1
        if self.keeps_rejects:
            self.rejects.append(item)

    def warn(self, item: Item | None, target: str | None, check: str, reason: str) -> None:
        """Say that a row is odd; it is taken."""
        self.warnings[check] += 1
        if self.warnings[check] <= MOST_WARNINGS:
            line = item.line if item is not None else None
            self.problems.append(Problem(line, self._column(target), check, reason, is_odd=True))

    def spoke_of(self, day: date) -> None:
        """Remember the newest day that the rows speak of."""
        if self.data_on is None or day > self.data_on:
            self.data_on = day

    def _column(self, target: str | None) -> str | None:
        return None if target is None else self.columns.get(target, target)


def newest_key(connection: Connection, rows: Table) -> int:
    """Return the key of the newest row: what is above it afterwards, this file has written."""
    return connection.scalar(select(func.max(rows.c.id))) or 0


def standing(items: list[Item]) -> list[Item]:
    """Return the rows that are not rejected."""
    return [item for item in items if not item.is_rejected]
