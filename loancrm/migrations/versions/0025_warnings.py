"""Warnings of customers, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, JsonText, fact

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Make the tables."""
    _make(
        "warning",
        sa.Column("rule", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("signal", sa.String),
        sa.Column("source", sa.String),
        sa.Column("expected_by", sa.Date),
        sa.Column("playbook", sa.String),
        sa.Column("note", sa.String),
        sa.Column("evidence", JsonText),
        sa.Column("policy_version_id", BIG_ID),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_version.id"], name=op.f("fk_warning_policy_version_id")
        ),
    )
    op.create_index(op.f("ix_warning_rule_customer_id"), "warning", ["rule", "customer_id"])
    step = "warning_step"
    _make(
        step,
        sa.Column("warning_id", BIG_ID, nullable=False),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("verdict", sa.String),
        sa.Column("note", sa.String),
        sa.Column("evidence", JsonText),
        sa.ForeignKeyConstraint(["warning_id"], ["warning.id"], name=op.f(f"fk_{step}_warning_id")),
    )
    op.create_index(op.f(f"ix_{step}_warning_id_effective_on"), step, ["warning_id", "effective_on"])


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
