"""Column types as the revisions write them. They change no more once a release has shipped them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from loancrm.models.columns import BIG_ID, ExactInteger, JsonText, UtcInstant

__all__ = ["BIG_ID", "ExactInteger", "JsonText", "UtcInstant", "exact", "fact", "recorded"]


def exact(table: str, *columns: str) -> list[sa.CheckConstraint]:
    """Return the checks that keep exact integers exact on SQLite."""
    return [
        sa.CheckConstraint(
            f"typeof({column}) in ('integer', 'null')", name=f"ck_{table}_{column}_exact"
        ).ddl_if(dialect="sqlite")
        for column in columns
    ]


def recorded(table: str) -> list[SchemaItem]:
    """Return the key of a table, and the columns that say by which command a row was written, and when."""
    return [
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcInstant(), nullable=False),
        sa.Column("command_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["command_id"], ["command.id"], name=f"fk_{table}_command_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def fact(table: str) -> list[SchemaItem]:
    """Return what ``recorded`` does, the day on which the fact took effect, and how it is voided."""
    return [
        *recorded(table),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("voided_at", UtcInstant(), nullable=True),
        sa.Column("voided_by", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["voided_by"], ["command.id"], name=f"fk_{table}_voided_by"),
    ]
