"""Many rows for one condition, written by one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Integer, Table, func, insert, literal, select

from loancrm import models
from loancrm.models import table
from loancrm.models.columns import BIG_ID, UtcInstant
from loancrm.unitofwork import UnitOfWork


def stamps(uow: UnitOfWork) -> dict[str, ColumnElement[Any]]:
    """Return the columns that every recorded row carries, as literals of a select."""
    return {
        "known_on": literal(uow.today, Date()),
        "recorded_at": literal(uow.clock.now, UtcInstant()),
        "command_id": literal(uow.command_id, BIG_ID),
    }


def insert_selected(
    uow: UnitOfWork,
    target: Table,
    columns: Mapping[str, ColumnElement[Any]],
    source: FromClause,
    *conditions: ColumnElement[bool],
) -> None:
    """Write a stamped row for each row of ``source``."""
    values = {**stamps(uow), **columns}
    query = select(*(value.label(name) for name, value in values.items())).select_from(source)
    selected = query.where(*conditions)
    uow.connection.execute(insert(target).from_select(list(values), selected, include_defaults=False))


def insert_numbered(
    uow: UnitOfWork,
    target: Table,
    columns: Mapping[str, ColumnElement[Any]],
    source: FromClause,
    *conditions: ColumnElement[bool],
) -> range:
    """Write what ``insert_selected`` does, numbered by ``number`` of the source; return the numbers given.

    The database says no count of rows of a statement that begins with a common table expression.
    """
    first = _next_number(uow, target.name)
    number = literal(first - 1, Integer()) + func.row_number().over(order_by=source.c.number)
    insert_selected(uow, target, {**columns, "number": number}, source, *conditions)
    last = uow.connection.scalar(select(func.max(target.c.number))) or 0
    given = range(first, max(last + 1, first))
    if given:
        uow.next_numbers(target.name, len(given))
    return given


def _next_number(uow: UnitOfWork, name: str) -> int:
    rows = table(models.Sequence)
    found = uow.connection.scalar(select(rows.c.next_value).where(rows.c.name == name).with_for_update())
    return 1 if found is None else int(found)
