"""Post-loan checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, fact

revision = "0015"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    name = "post_loan_check"
    op.create_table(
        name,
        *fact(name),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("live_key", sa.String, nullable=True),
        sa.Column("source_key", sa.String, nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("loan_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("is_on_site", sa.Boolean, nullable=False),
        sa.Column("officer_id", BIG_ID, nullable=True),
        sa.Column("second_officer_id", BIG_ID, nullable=True),
        sa.Column("result", sa.String, nullable=True),
        sa.Column("finding", sa.String, nullable=True),
        sa.Column("evidence", sa.String, nullable=True),
        sa.Column("next_on", sa.Date, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, other in (
                ("customer_id", "customer"),
                ("loan_id", "loan"),
                ("officer_id", "officer"),
                ("second_officer_id", "officer"),
            )
        ),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}"))
            for column in ("number", "live_key", "source_key")
        ),
    )
    op.create_index(op.f(f"ix_{name}_customer_id_effective_on"), name, ["customer_id", "effective_on"])
