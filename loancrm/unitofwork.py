"""One command's writes: rows stamped with who, when and since when known; audit with a digest chain."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

from loancrm import models
from loancrm.bulk import insert_columns, insert_rows
from loancrm.models import table
from loancrm.models.columns import canonical_json
from loancrm.view import Clock, View

__all__ = ["CHAINED", "Change", "Clock", "UnitOfWork", "chain_digest", "new_uid", "start_command"]

CHAINED = ("command_id", "action", "subject", "subject_id", "customer_id", "payload_digest")
KEYS_WHILE_LIVE = {"live_key", "source_key"}  # unique, and empty once the row is void


@dataclass(frozen=True)
class Change:
    """What was done to one record, for the audit trail.

    ``before`` and ``after`` hold the columns that changed; ``before`` is empty for a new record.
    """

    action: str
    subject: type[SQLModel] | Table
    subject_id: int
    customer_id: int | None
    before: Mapping[str, object]
    after: Mapping[str, object]


class UnitOfWork:
    """A transaction that one command writes in."""

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Clock,
        actor: str,
        zone: str,
        currency: str,
        command_id: int,
        is_named: bool = True,
    ) -> None:
        self.connection = connection
        self.clock = clock
        self.actor = actor
        self.is_named = is_named  # somebody said who acts; else it is the account's name
        self.zone = zone
        self.currency = currency
        self.command_id = command_id
        self._chain: str | None = None

    @property
    def today(self) -> date:
        """Return the business day of the command."""
        return self.clock.today

    def view(self, as_of: date | None = None) -> View:
        """Return what is seen inside this transaction, as of ``as_of`` or today."""
        return View(self.connection, as_of or self.today, None, self.zone, self.currency)

    def stamps(self, known_on: date | None = None) -> dict[str, Any]:
        """Return the columns that every recorded row carries."""
        return {
            "known_on": known_on or self.today,
            "recorded_at": self.clock.now,
            "command_id": self.command_id,
        }

    def insert(self, model: type[SQLModel], **values: Any) -> int:
        """Write a new row of ``model``, stamped, and return its key."""
        target = table(model)
        if "known_on" in target.c:
            values = {**self.stamps(), **values}
        if "uid" in target.c:
            values.setdefault("uid", new_uid(self.clock.now))
        key = self.connection.execute(insert(target), _filled(model, values)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def insert_many(self, model: type[SQLModel], rows: Sequence[Mapping[str, Any]], **shared: Any) -> None:
        """Write many new rows of ``model`` at once, stamped; all rows have the same columns.

        A table's ``uid`` is filled unless the rows bring it. ``shared``: what all of them say alike.
        """
        if not rows:
            return
        target = table(model)
        if "uid" in target.c and "uid" not in rows[0]:
            uids = new_uids(self.clock.now, len(rows))
            rows = [{**row, "uid": uid} for row, uid in zip(rows, uids, strict=True)]
        insert_rows(self.connection, target, rows, {**_defaults(target), **self.stamps(), **shared})

    def insert_columns(self, model: type[SQLModel], columns: Mapping[str, Sequence[Any]]) -> None:
        """Write many new rows of ``model`` at once, stamped, that are given column by column; no ``uid``."""
        target = table(model)
        insert_columns(self.connection, target, columns, {**_defaults(target), **self.stamps()})

    def update(self, model: type[SQLModel], key: int, **values: Any) -> None:
        """Change today's copy on a record."""
        target = table(model)
        self.connection.execute(update(target).where(target.c.id == key).values(values))

    def void(self, model: type[SQLModel], key: int) -> None:
        """Void a fact: it stays, and is no longer seen."""
        target = table(model)
        values: dict[str, Any] = {"voided_at": self.clock.now, "voided_by": self.command_id}
        values |= dict.fromkeys(KEYS_WHILE_LIVE & set(target.c.keys()))
        self.connection.execute(update(target).where(target.c.id == key).values(values))

    def void_where(self, model: type[SQLModel], column: str, key: int) -> None:
        """Void all rows whose ``column`` leads to ``key``."""
        target = table(model)
        values: dict[str, Any] = {"voided_at": self.clock.now, "voided_by": self.command_id}
        values |= dict.fromkeys(KEYS_WHILE_LIVE & set(target.c.keys()))
        standing = (target.c[column] == key) & target.c.voided_at.is_(None)
        self.connection.execute(update(target).where(standing).values(values))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Do a part that can fail by itself: what it wrote is taken back when it raises."""
        chain = self._chain
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self._chain = chain
            raise

    def next_number(self, name: str) -> int:
        """Return the next number of the sequence ``name``, from 1."""
        rows = table(models.Sequence)
        query = select(rows.c.next_value).where(rows.c.name == name).with_for_update()
        number = self.connection.scalar(query)
        if number is None:
            self.connection.execute(insert(rows).values(name=name, next_value=2))
            return 1
        self.connection.execute(update(rows).where(rows.c.name == name).values(next_value=number + 1))
        return int(number)

    def next_numbers(self, name: str, count: int) -> int:
        """Take ``count`` numbers of the sequence ``name`` at once and return the first."""
        first = self.next_number(name)
        rows = table(models.Sequence)
        self.connection.execute(update(rows).where(rows.c.name == name).values(next_value=first + count))
        return first

    def ids_from(self, model: type[SQLModel], first: int) -> list[int]:
        """Return the keys of the rows of ``model`` with the number ``first`` and later ones, in order."""
        target = table(model)
        query = select(target.c.id).where(target.c.number >= first).order_by(target.c.number)
        return list(self.connection.scalars(query))

    def record(self, *changes: Change) -> None:
        """Append ``changes`` to the audit trail."""
        rows = [self._chained(change) for change in changes]
        if rows:
            insert_rows(self.connection, table(models.Audit), rows)

    def _chained(self, change: Change) -> dict[str, Any]:
        payload = {"before": _jsonable(change.before), "after": _jsonable(change.after)}
        row = {
            "command_id": self.command_id,
            "action": change.action,
            "subject": _table(change.subject).name,
            "subject_id": change.subject_id,
            "customer_id": change.customer_id,
            "payload_digest": hashlib.sha256(canonical_json(payload).encode()).hexdigest(),
        }
        self._chain = chain_digest(self._last_chain(), row)
        return {**row, "payload": payload, "chain_digest": self._chain}

    def _last_chain(self) -> str:
        if self._chain is None:
            audit = table(models.Audit)
            newest = select(func.max(audit.c.id)).scalar_subquery()
            found = self.connection.scalar(select(audit.c.chain_digest).where(audit.c.id == newest))
            self._chain = found or ""
        return self._chain


def chain_digest(previous: str, row: Mapping[str, Any]) -> str:
    """Return the digest that binds an audit row to all before it.

    It runs over the payload's digest, not the payload, so that erasing a person leaves the chain whole.
    """
    text = canonical_json([previous, *[row[name] for name in CHAINED]])
    return hashlib.sha256(text.encode()).hexdigest()


def start_command(connection: Connection, name: str, actor: str, clock: Clock, **more: Any) -> int:
    """Write the row of the command that is beginning and return its key."""
    values = {
        "uid": new_uid(clock.now),
        "name": name,
        "actor": actor,
        "recorded_at": clock.now,
        "clock": "fixed" if clock.is_fixed else "system",
        **more,
    }
    key = connection.execute(insert(table(models.Command)).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def new_uid(now: datetime) -> str:
    """Return a UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then random; sorts by time."""
    return next(new_uids(now, 1))


def new_uids(now: datetime, count: int) -> Iterator[str]:
    """Yield UUIDv7s of one moment."""
    since = f"{int(now.timestamp() * 1000) & (1 << 48) - 1:012x}"
    start, noise = f"{since[:8]}-{since[8:]}-7", secrets.token_hex(10 * count)
    for at in range(0, 20 * count, 20):  # of 80 random bits four give way to the version, two to the variant
        variant = "89ab"[int(noise[at + 4], 16) & 3]
        yield f"{start}{noise[at : at + 3]}-{variant}{noise[at + 5 : at + 8]}-{noise[at + 8 : at + 20]}"


def _table(subject: type[SQLModel] | Table) -> Table:
    return subject if isinstance(subject, Table) else table(subject)


def _filled(model: type[SQLModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Add what a row has unless it is said: one statement then serves all rows of a table."""
    return {**_defaults(table(model)), **values}


@cache
def _defaults(target: Table) -> dict[str, Any]:
    return {
        column.name: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        for column in target.columns
        if not column.primary_key and (column.nullable or column.default is not None)
    }


def _jsonable(values: Mapping[str, object]) -> dict[str, object]:
    return {
        key: value.isoformat() if isinstance(value, date | datetime) else value
        for key, value in values.items()
    }
