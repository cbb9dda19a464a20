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
) -> int:
    """Write a row for each row of ``source`` and return how many; stamped, and numbered by ``number`` of it."""
    values = {**stamps(uow), **columns}
    if "number" in target.c:
        before = literal(_next_number(uow, target.name) - 1, Integer())
        values["number"] = before + func.row_number().over(order_by=source.c.number)
    query = select(*(value.label(name) for name, value in values.items())).select_from(source)
    statement = insert(target).from_select(list(values), query.where(*conditions), include_defaults=False)
    count = uow.connection.execute(statement).rowcount
    if "number" in target.c and count:
        uow.next_numbers(target.name, count)
    return count


def _next_number(uow: UnitOfWork, name: str) -> int:
    rows = table(models.Sequence)
    found = uow.connection.scalar(select(rows.c.next_value).where(rows.c.name == name).with_for_update())
    return 1 if found is None else int(found)
