"""Rates that follow a published one, what early repayment becomes, and loans in another's place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact

revision = "0013"
down_revision = "0010"


def upgrade() -> None:
    """Widen the tables."""
    _terms()
    _loan()


def _terms() -> None:
    with op.batch_alter_table("loan_terms") as terms:
        terms.add_column(sa.Column("reference", sa.String(), nullable=True))
        terms.add_column(sa.Column("spread", ExactInteger(), nullable=True))
        terms.add_column(sa.Column("repricing", sa.String(), nullable=True))
        terms.add_column(sa.Column("reprices_on", sa.Date(), nullable=True))
        terms.add_column(sa.Column("prepayment", sa.String(), nullable=True))
        if op.get_bind().dialect.name == "sqlite":
            for check in exact("loan_terms", "spread"):
                terms.create_check_constraint(op.f(str(check.name)), check.sqltext)
    op.create_index(op.f("ix_loan_terms_reprices_on"), "loan_terms", ["reprices_on"])


def _loan() -> None:
    with op.batch_alter_table("loan") as loan:
        loan.add_column(sa.Column("replaces_id", BIG_ID, nullable=True))
        loan.add_column(sa.Column("replacement", sa.String(), nullable=True))
        loan.create_foreign_key(op.f("fk_loan_replaces_id"), "loan", ["replaces_id"], ["id"])
    op.create_index(op.f("ix_loan_replaces_id"), "loan", ["replaces_id"])
