"""Incentives and recognition of the staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact, fact

revision = "0028"
down_revision = "0027"
TABLE = "recognition"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        TABLE,
        *fact(TABLE),
        sa.Column("number", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String) for name in ("live_key", "source_key")),
        sa.Column("officer_id", BIG_ID, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("what", "kind", "currency")),
        sa.Column("amount", ExactInteger),
        sa.Column("reason", sa.String),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f(f"fk_{TABLE}_officer_id")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_{TABLE}_{name}"))
            for name in ("number", "live_key", "source_key")
        ),
        *exact(TABLE, "amount"),
    )
    op.create_index(op.f(f"ix_{TABLE}_officer_id_effective_on"), TABLE, ["officer_id", "effective_on"])
