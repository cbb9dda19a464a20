"""Rows that move from one customer to another, table by table, and back.

A row keeps everything but the key of its customer; the audit trail says which rows moved, in one entry a
table, so that an undo gives back exactly those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Table, func, select, update

from loancrm.dossier import KINDS
from loancrm.indicators.facts import CUSTOMER
from loancrm.models import (
    METADATA,
    Customer,
    ImportedFigure,
    LoyaltyEntry,
    SurveyInvitation,
    SurveyResponse,
    table,
)
from loancrm.reports import commands
from loancrm.reports.dossier import fact_table
from loancrm.reports.lookup import customer_code
from loancrm.services.images import trail
from loancrm.unitofwork import KEYS_WHILE_LIVE, Change, UnitOfWork

KeyOf = Mapping[str, Callable[[Any], ColumnElement[str]]]
MOVE = "move"
CHUNK = 1_000
OWNER = "customer_id"


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows of a table moved, and how many of them are void: the other customer has the same."""

    table: str
    rows: int
    voided: int


def references() -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every column that leads to a customer, with its table."""
    for rows in commands.records():
        for column in rows.c:
            if any(key.column.table is CUSTOMER for key in column.foreign_keys):
                yield rows, column


def _has_owners_key() -> set[str]:
    """Return the tables whose natural key begins with the customer's."""
    kinds = (kind for kind in KINDS.values() if kind.key and kind.owner == "customer")
    models = (ImportedFigure, LoyaltyEntry, SurveyInvitation, SurveyResponse)
    return {*(fact_table(kind).name for kind in kinds), *(table(model).name for model in models)}


def move(
    uow: UnitOfWork, rows: Table, column: Column[Any], source: Row[Any], target: Row[Any], keys: KeyOf
) -> Moved | None:
    """Give every row of ``source`` in a column to ``target``, voided ones too; None where there is none.

    Where both have a fact of one natural key, the target's stands and the other is void.
    """
    mine = column == source.id
    ids = list(uow.connection.scalars(select(rows.c.id).where(mine).order_by(rows.c.id)))
    if not ids:
        return None
    is_keyed = column.name == OWNER and rows.name in _has_owners_key()
    values: dict[str, Any] = {column.name: target.id, **({"live_key": None} if is_keyed else {})}
    uow.connection.execute(update(rows).where(mine).values(values))
    voided = _key_anew(uow, rows, keys[rows.name], target) if is_keyed else 0
    before = {"customer": customer_code(source.number), "column": column.name, "ids": ids}
    after = {"customer": customer_code(target.number), "moved": rows.name, "rows": len(ids)}
    uow.record(Change(MOVE, Customer, source.id, target.id, before, after))
    return Moved(rows.name, len(ids), voided)


def _key_anew(uow: UnitOfWork, rows: Table, key_of: Callable[[Any], Any], target: Row[Any]) -> int:
    """Give what moved its key, and void what the target has; what moved stands without a key till then."""
    other = rows.alias("other")
    moved = (rows.c[OWNER] == target.id) & rows.c.voided_at.is_(None) & rows.c.live_key.is_(None)
    taken = select(other.c.id).where(other.c.live_key == key_of(rows)).exists()
    void = update(rows).where(moved, taken).values(voided_at=uow.clock.now, voided_by=uow.command_id)
    voided = uow.connection.execute(void).rowcount
    uow.connection.execute(update(rows).where(moved).values(live_key=key_of(rows)))
    return voided


def void_of_itself(uow: UnitOfWork, customer_id: int) -> Counter[str]:
    """Void what a customer is to itself by now, such as its own guarantor; return how many, by table."""
    count: Counter[str] = Counter()
    for rows, column in references():
        if column.name == OWNER or OWNER not in rows.c:
            continue
        of_itself = (rows.c[OWNER] == customer_id) & (column == customer_id) & rows.c.voided_at.is_(None)
        values: dict[str, Any] = {"voided_at": uow.clock.now, "voided_by": uow.command_id}
        values |= dict.fromkeys(KEYS_WHILE_LIVE & set(rows.c.keys()))
        count[rows.name] += uow.connection.execute(update(rows).where(of_itself).values(values)).rowcount
    return count


# ── back again ──────────────────────────────────────────────────────────────────────────────


def take_back(uow: UnitOfWork, command_id: int, keys: KeyOf) -> Counter[str]:
    """Give what a command moved back to whose it was; return how many rows of which tables."""
    count: Counter[str] = Counter()
    for entry, rows, ids in _moved(uow, command_id):
        column = entry.payload["before"]["column"]
        is_keyed = column == OWNER and rows.name in _has_owners_key()
        for some in _pieces(ids):
            these = rows.c.id.in_(some)
            uow.connection.execute(update(rows).where(these).values({column: entry.subject_id}))
            if is_keyed:
                standing = these & rows.c.voided_at.is_(None)
                uow.connection.execute(update(rows).where(standing).values(live_key=keys[rows.name](rows)))
        count[rows.name] += len(ids)
    return count


def refuse_if_used(uow: UnitOfWork, command_id: int) -> None:
    """Refuse when something later of the customer rests on a row that would go back to another.

    Raises:
        Conflict: it names the newest command that wrote such a thing.
    """
    newest = 0
    for entry, parent, ids in _moved(uow, command_id):
        for rows in commands.records():
            for key in rows.c:
                if OWNER in rows.c and any(to.column.table is parent for to in key.foreign_keys):
                    newest = max(newest, _later_user(uow, rows, key, ids, entry))
    if newest:
        raise commands.in_the_way(uow.view(), newest)


def _later_user(uow: UnitOfWork, rows: Table, key: Column[Any], ids: Sequence[int], entry: Row[Any]) -> int:
    query = select(func.max(rows.c.command_id)).where(rows.c.command_id > entry.command_id)
    query = query.where(rows.c[OWNER] == entry.customer_id, rows.c.voided_at.is_(None))
    return max(uow.connection.scalar(query.where(key.in_(some))) or 0 for some in _pieces(ids))


def _moved(uow: UnitOfWork, command_id: int) -> Iterator[tuple[Row[Any], Table, list[int]]]:
    for entry in trail(uow, command_id, MOVE):
        yield entry, METADATA.tables[entry.payload["after"]["moved"]], entry.payload["before"]["ids"]


def _pieces(ids: Sequence[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while piece := list(islice(remaining, CHUNK)):
        yield piece
