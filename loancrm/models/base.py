"""What tables share: a key, who wrote the row and when, and how a fact is voided."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import SQLModel

from loancrm.models.columns import BIG_ID, UtcInstant, plain


class Row(SQLModel):
    """A row with an integer key."""

    id: int | None = plain(BIG_ID, None, primary_key=True)


class Recorded(Row):
    """A row that says by which command it was written, when, and when the bank knew."""

    known_on: date = plain()
    recorded_at: datetime = plain(UtcInstant)
    command_id: int = plain(BIG_ID, foreign_key="command.id")


class Fact(Recorded):
    """A thing that took effect on a day. It is never changed; a mistake is voided."""

    effective_on: date = plain()
    voided_at: datetime | None = plain(UtcInstant, None)
    voided_by: int | None = plain(BIG_ID, None, foreign_key="command.id")
