"""Many rows at once: as SQLite takes them, with COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.types import TypeDecorator

ROWS_TO_COPY = 20  # below that many rows COPY costs more than it saves


def insert_rows(connection: Connection, target: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows with the same columns, in their order: with COPY on PostgreSQL."""
    if connection.dialect.name == "sqlite" and len(rows) >= ROWS_TO_COPY:
        _insert_quickly(connection, target, rows)
    elif connection.dialect.name == "sqlite" or (len(rows) < ROWS_TO_COPY and "id" not in rows[0]):
        connection.execute(insert(target), rows)
    else:
        from loancrm.postgres import copy_rows

        copy_rows(connection, target, rows)


def _insert_quickly(connection: Connection, target: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Hand SQLite the rows as it takes them: SQLAlchemy's own way looks at every value of every row anew."""
    dialect = connection.dialect
    compiled: Any = insert(target).compile(dialect=dialect, column_keys=list(rows[0]))
    columns = []
    for name in compiled.positiontup:
        values = [row[name] for row in rows]
        bind = _binder(target.c[name].type, dialect)
        columns.append(values if bind is None else _bound(values, bind))
    connection.exec_driver_sql(str(compiled), list(zip(*columns, strict=True)))


def _binder(type_: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    own = type_ if isinstance(type_, TypeDecorator) else type_.dialect_impl(dialect)
    found: Callable[[Any], Any] | None = own.bind_processor(dialect)
    return found


def _bound(values: list[Any], bind: Callable[[Any], Any]) -> list[Any]:
    """Return the values as they are stored; the same day or instant is written only once."""
    seen: dict[Any, Any] = {}
    found = []
    for value in values:
        if isinstance(value, dict | list):
            found.append(bind(value))
            continue
        if value not in seen:
            seen[value] = bind(value)
        found.append(seen[value])
    return found
