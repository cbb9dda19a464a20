"""Many rows at once: as SQLite takes them, with COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.types import TypeDecorator

from loancrm.models.columns import ExactInteger

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
        _insert_quickly(connection, target, rows, shared or {})
        return
    whole = [{**shared, **row} for row in rows] if shared else rows
    if is_sqlite or (len(rows) < ROWS_TO_COPY and "id" not in whole[0]):
        connection.execute(insert(target), whole)
    else:
        from loancrm.postgres import copy_rows

        copy_rows(connection, target, whole)


def _insert_quickly(
    connection: Connection, target: Table, rows: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]
) -> None:
    """Hand SQLite the rows as it takes them: SQLAlchemy's own way looks at every value of every row anew."""
    dialect = connection.dialect
    compiled: Any = insert(target).compile(dialect=dialect, column_keys=list({**shared, **rows[0]}))
    columns: list[Iterable[Any]] = []
    for name in compiled.positiontup:
        kind = target.c[name].type
        bind = _binder(kind, dialect)
        if name in rows[0]:
            values = [row[name] for row in rows]
            stand = bind is None or (isinstance(kind, ExactInteger) and _EXACT.issuperset(map(type, values)))
            columns.append(values if stand or bind is None else _bound(values, bind))
        else:
            value = shared[name]
            columns.append(repeat(value if bind is None else bind(value), len(rows)))
    connection.exec_driver_sql(str(compiled), list(zip(*columns, strict=True)))


def _binder(type_: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    own = type_ if isinstance(type_, TypeDecorator) else type_.dialect_impl(dialect)
    found: Callable[[Any], Any] | None = own.bind_processor(dialect)
    return found


def _bound(values: list[Any], bind: Callable[[Any], Any]) -> list[Any]:
    """Return the values as they are stored; the same day or amount is written only once."""
    try:
        known = {value: bind(value) for value in set(values)}
    except TypeError:  # JSON has no hash; and an amount that is none is told as such
        return [bind(value) for value in values]
    return [known[value] for value in values]
