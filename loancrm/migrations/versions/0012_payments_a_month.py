"""Whom a next step was given to is dated; what a loan and other banks' loans take of a month's income."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact

revision = "0012"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; what was recorded before says nothing in them."""
    with op.batch_alter_table("follow_up_event") as events:
        events.add_column(sa.Column("officer_id", BIG_ID, nullable=True))
        events.create_foreign_key(op.f("fk_follow_up_event_officer_id"), "officer", ["officer_id"], ["id"])
    op.create_index(op.f("ix_follow_up_event_officer_id"), "follow_up_event", ["officer_id"])
    _amount("loan_terms", "monthly_payment")
    _amount("bureau_report", "payments_elsewhere")


def _amount(name: str, column: str) -> None:
    with op.batch_alter_table(name) as rows:
        rows.add_column(sa.Column(column, ExactInteger(), nullable=True))
        if op.get_bind().dialect.name == "sqlite":
            for check in exact(name, column):
                rows.create_check_constraint(op.f(str(check.name)), check.sqltext)
