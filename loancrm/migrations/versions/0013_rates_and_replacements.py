"""Rates that follow a published one, loans in another's place, and what loans were used for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact, fact

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Widen the tables."""
    _terms()
    _loan()
    _use_of_proceeds()


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


def _use_of_proceeds() -> None:
    name = "use_of_proceeds"
    optional = ("payee", "purpose", "evidence", "deviation", "note")
    op.create_table(
        name,
        *fact(name),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("source_key", sa.String(), nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("loan_id", BIG_ID, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount", ExactInteger(), nullable=False),
        *(sa.Column(column, sa.String(), nullable=True) for column in optional),
        sa.Column("found_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f(f"fk_{name}_customer_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f(f"fk_{name}_loan_id")),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}"))
            for column in ("number", "live_key", "source_key")
        ),
        *exact(name, "amount"),
    )
    op.create_index(op.f(f"ix_{name}_customer_id_effective_on"), name, ["customer_id", "effective_on"])
    op.create_index(op.f(f"ix_{name}_loan_id"), name, ["loan_id"])
