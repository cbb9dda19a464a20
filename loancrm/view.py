"""The moment of a command, and what is seen of the facts: as of a day, with what was known at a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Table,
    and_,
    func,
    literal,
    or_,
    select,
    text,
)

from loancrm.models import CustomerAttribute, CustomerClass, CustomerSegment, table

BEGINNING = date(1900, 1, 1)  # from when a value holds that was never changed
FETCHED = 500  # rows at a time


@dataclass(frozen=True)
class Clock:
    """The moment of a command: the instant, the business day in the book's zone, and whether it was set."""

    now: datetime
    today: date
    is_fixed: bool = False


@dataclass(frozen=True)
class View:
    """One snapshot of the store, seen as of a day.

    Attributes:
        connection: the transaction that everything is read in.
        as_of: facts that took effect later are not seen.
        known_at: facts that the bank learned later are not seen, and what was voided later still
            stands; None sees all that is known.
        zone: the book's zone, in which days begin.
        currency: the book's currency.
    """

    connection: Connection
    as_of: date
    known_at: date | None
    zone: str
    currency: str

    @cached_property
    def memo(self) -> dict[str, Any]:
        """Return what was asked of this view once and need not be asked again, by name."""
        return {}

    def at(self, as_of: date) -> View:
        """Return the same snapshot as of another day."""
        return replace(self, as_of=as_of)

    def rows(self, statement: Executable) -> list[Row[Any]]:
        """Return all rows of ``statement``."""
        return list(self.connection.execute(statement))

    def stream(self, statement: Executable) -> Iterator[Row[Any]]:
        """Yield the rows of ``statement`` without holding them, here or in the driver."""
        found = self.connection.execute(statement, execution_options={"stream_results": True})
        try:
            for part in found.partitions(FETCHED):
                yield from part
        finally:
            found.close()

    def one(self, statement: Executable) -> Row[Any] | None:
        """Return the first row of ``statement``, or None."""
        return self.connection.execute(statement).first()

    @cached_property
    def known_until(self) -> datetime | None:
        """Return the instant at which ``known_at`` ends, in UTC."""
        if self.known_at is None:
            return None
        midnight = datetime.combine(self.known_at + timedelta(days=1), time(), ZoneInfo(self.zone))
        return midnight.astimezone(UTC)

    def sees(self, fact: Table | Any, *, on: str = "effective_on") -> ColumnElement[bool]:
        """Return the condition that a row of ``fact`` (a table or alias) is seen."""
        c = fact.c
        return and_(c[on] <= self.as_of, self.knows(fact))

    def knows(self, fact: Table | Any) -> ColumnElement[bool]:
        """Return the condition that a row of ``fact`` is known and stands, whenever it takes effect."""
        if self.known_at is None:
            return self.stands(fact)
        return and_(fact.c.known_on <= self.known_at, self.stands(fact))

    def stands(self, record: Table | Any) -> ColumnElement[bool]:
        """Return the condition that a row was not voided: by now, or by the end of ``known_at``."""
        c = record.c
        if "voided_at" not in c:
            return literal(True)
        if self.known_until is None:
            return c.voided_at.is_(None)
        return or_(c.voided_at.is_(None), c.voided_at >= self.known_until)

    @cached_property
    def has_applications(self) -> bool:
        """Say whether the book has loans that were applied for here: without, no ledger need be asked."""
        return self.connection.execute(text("SELECT 1 FROM loan_stage LIMIT 1")).first() is not None

    @cached_property
    def is_current(self) -> bool:
        """Say whether today's copies on the records are what this view would find in the dated rows."""
        if self.known_at is not None:
            return False
        newest = [
            select(func.max(t.c.effective_on)).where(t.c.voided_at.is_(None)).scalar_subquery()
            for t in (table(CustomerAttribute), table(CustomerSegment), table(CustomerClass))
        ]
        found = self.connection.execute(select(*newest)).one()
        return all(day is None or day <= self.as_of for day in found)
