"""What tables share: a key, who wrote the row and when, and how a fact is voided.

Annotations are written as types in this package, not as text: evaluating them again costs a tenth of
the start. For the same reason no validator is built and no class is mapped: both happen for every
table at import, and rows are never objects here (queries run over ``__table__``).
"""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlalchemy.ext.declarative import DeferredReflection
from sqlmodel import SQLModel

from loancrm.models.columns import BIG_ID, UtcInstant, plain


class TableModel(DeferredReflection, SQLModel):
    """A table that is declared, and neither mapped nor validated: see above."""

    model_config = {"defer_build": True}


class Row(TableModel):
    """A row with an integer key."""

    id: int | None = plain(BIG_ID, None, primary_key=True)


class Recorded(Row):
    """A row that says by which command it was written, when, and when the bank knew."""

    known_on: date = plain()
    recorded_at: datetime = plain(UtcInstant)
    command_id: int = plain(BIG_ID, foreign_key="command.id")


class Record(Recorded):
    """A row that can be voided: it stays, and is no longer seen."""

    voided_at: datetime | None = plain(UtcInstant, None)
    voided_by: int | None = plain(BIG_ID, None, foreign_key="command.id")


class Fact(Record):
    """A thing that took effect on a day. It is never changed; a mistake is voided."""

    effective_on: date = plain()


def unique_while_standing(column: str) -> Index:
    """Return the index that lets a value stand once: a voided row does not keep it from others."""
    standing = text("voided_at IS NULL")
    return Index(None, column, unique=True, sqlite_where=standing, postgresql_where=standing)
