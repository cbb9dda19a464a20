"""Customers won back: attempts, and what came of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact, fact

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Make the tables."""
    _make("win_back", sa.Column("playbook", sa.String, nullable=False), sa.Column("reason", sa.String))
    op.create_index(op.f("ix_win_back_effective_on"), "win_back", ["effective_on"])
    result = "win_back_result"
    _make(
        result,
        sa.Column("win_back_id", BIG_ID, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("means", sa.String),
        sa.Column("cost", ExactInteger),
        sa.Column("note", sa.String),
        sa.Column("currency", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["win_back_id"], ["win_back.id"], name=op.f(f"fk_{result}_win_back_id")),
        *exact(result, "cost"),
    )
    op.create_index(op.f(f"ix_{result}_win_back_id_effective_on"), result, ["win_back_id", "effective_on"])


def _make(table: str, *columns: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        table,
        *fact(table),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("live_key", sa.String),
        sa.Column("source_key", sa.String),
        sa.Column("customer_id", BIG_ID, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f(f"fk_{table}_customer_id")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}"))
            for name in ("number", "live_key", "source_key")
        ),
    )
    op.create_index(op.f(f"ix_{table}_customer_id_effective_on"), table, ["customer_id", "effective_on"])
