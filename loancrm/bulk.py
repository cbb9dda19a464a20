"""Many rows at once: as SQLite takes them, with COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, Date, Dialect, Table, insert

from loancrm.models.columns import ExactInteger

_Bound = tuple[str, Any, Callable[[Any], Any] | None]
_EXACT = {int, type(None)}
ROWS_TO_COPY = 20  # below that many rows COPY costs more than it saves


def insert_rows(
    connection: Connection,
    target: Table,
    rows: Sequence[Mapping[str, Any]],
    shared: Mapping[str, Any] | None = None,
) -> None:
    """Write many rows with the same columns, in their order: with COPY on PostgreSQL.

    ``shared``: what a row has that does not say otherwise.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite and len(rows) >= ROWS_TO_COPY:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        _insert_quickly(connection, target, columns, shared or {})
        return
    whole = [{**shared, **row} for row in rows] if shared else rows
    if is_sqlite or (len(rows) < ROWS_TO_COPY and "id" not in whole[0]):
        connection.execute(insert(target), whole)
    else:
        from loancrm.postgres import copy_rows

        copy_rows(connection, target, whole)


def insert_columns(
    connection: Connection, target: Table, columns: Mapping[str, Sequence[Any]], shared: Mapping[str, Any]
) -> None:
    """Write many rows that are given column by column, in their order."""
    if connection.dialect.name == "sqlite":
        _insert_quickly(connection, target, columns, shared)
    else:
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        if rows:
            insert_rows(connection, target, rows, shared)


def _insert_quickly(
    connection: Connection, target: Table, given: Mapping[str, Sequence[Any]], shared: Mapping[str, Any]
) -> None:
    """Hand SQLite the rows as it takes them: SQLAlchemy's own way looks at every value of every row anew."""
    dialect = connection.dialect
    statement, binders = _compiled(target, tuple({**shared, **given}), dialect)
    n = len(next(iter(given.values())))
    columns: list[Iterable[Any]] = []
    for name, kind, bind in binders:
        if name in given:
            values = given[name]
            stand = bind is None or (isinstance(kind, ExactInteger) and _EXACT.issuperset(map(type, values)))
            columns.append(values if stand or bind is None else _bound(values, bind))
        else:
            columns.append(repeat(shared[name] if bind is None else bind(shared[name]), n))
    if n:
        connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


@lru_cache(maxsize=100)  # schedules are written loan by loan
def _compiled(target: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[_Bound, ...]]:
    """Return an INSERT, and of each of its columns the name, the type and how values are bound."""
    compiled: Any = insert(target).compile(dialect=dialect, column_keys=list(names))
    kinds = [(name, target.c[name].type) for name in compiled.positiontup]
    return str(compiled), tuple((name, kind, _binder(kind, dialect)) for name, kind in kinds)


def _binder(type_: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    if type(type_) is Date:
        return _iso_day
    found: Callable[[Any], Any] | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return found


def _iso_day(day: date | None) -> str | None:
    """Return a day as SQLite keeps it; SQLAlchemy's own way takes five times as long."""
    return None if day is None else day.isoformat()


def _bound(values: Sequence[Any], bind: Callable[[Any], Any]) -> list[Any]:
    """Return the values as they are stored; the same amount is written only once."""
    if bind is _iso_day:  # quicker than to look one up
        return [day and day.isoformat() for day in values]
    try:
        known = {value: bind(value) for value in set(values)}
    except TypeError:  # JSON has no hash; and an amount that is none is told as such
        return [bind(value) for value in values]
    return [known[value] for value in values]
