"""The agenda: answers to lines, who stands in for whom, steps that come again, hours, birthdays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.calendars import birthday_key
from loancrm.migrations.columns import BIG_ID, fact

revision = "0018"
down_revision = "0016"

CHUNK = 5_000
_NEXT = (
    "SELECT id, birthday, calendar FROM person WHERE id > :last AND birthday IS NOT NULL"
    " ORDER BY id LIMIT :chunk"
)
_FILL = "UPDATE person SET birthday_key = :key WHERE id = :id"


def upgrade() -> None:
    """Make the tables and widen what is there."""
    _tables()
    op.add_column("follow_up", sa.Column("repeats", sa.String(), nullable=True))
    op.add_column("follow_up", sa.Column("every", sa.String(), nullable=True))
    op.add_column("follow_up", sa.Column("first_on", sa.Date(), nullable=True))
    op.add_column("contact", sa.Column("hour", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("birthday_key", sa.String(), nullable=True))
    op.create_index(op.f("ix_person_birthday_key"), "person", ["birthday_key"])
    op.create_index(op.f("ix_legal_clock_expires_on"), "legal_clock", ["expires_on"])
    op.create_index(op.f("ix_legal_clock_restarts_id"), "legal_clock", ["restarts_id"])
    _fill(op.get_bind())


def _tables() -> None:
    answer, stand_in = "agenda_answer", "stand_in"
    op.create_table(
        answer,
        *fact(answer),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("ref", sa.String, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("until_on", sa.Date, nullable=True),
        sa.Column("officer_id", BIG_ID, nullable=True),
        sa.Column("why", sa.String, nullable=True),
        _key(answer, "customer_id", "customer"),
        _key(answer, "officer_id", "officer"),
    )
    _index(answer, "customer_id", "rule", "due_on")
    op.create_table(
        stand_in,
        *fact(stand_in),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("officer_id", BIG_ID, nullable=False),
        sa.Column("stand_in_id", BIG_ID, nullable=False),
        sa.Column("until_on", sa.Date, nullable=False),
        sa.UniqueConstraint("number", name=op.f(f"uq_{stand_in}_number")),
        _key(stand_in, "officer_id", "officer"),
        _key(stand_in, "stand_in_id", "officer"),
    )
    _index(stand_in, "stand_in_id", "effective_on")
    _index(stand_in, "officer_id", "effective_on")


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _fill(connection: sa.Connection) -> None:
    """Say of those who are there already when their birthdays are kept."""
    last = 0
    query = sa.text(_NEXT).columns(birthday=sa.Date())
    while rows := connection.execute(query, {"last": last, "chunk": CHUNK}).all():
        keys = [{"id": row.id, "key": birthday_key(row.birthday, row.calendar)} for row in rows]
        connection.execute(sa.text(_FILL), [one for one in keys if one["key"]])
        last = rows[-1].id
