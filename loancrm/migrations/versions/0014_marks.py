"""Marks on which the class of loans depends."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact, fact

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table."""
    name = "class_mark"
    optional: dict[str, Any] = {
        "live_key": sa.String,
        "source_key": sa.String,
        "loan_id": BIG_ID,
        "expected_loss": ExactInteger,
        "is_lifted": sa.Boolean,
        "evidence": sa.String,
        "note": sa.String,
    }
    op.create_table(
        name,
        *fact(name),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        *(sa.Column(column, type_, nullable=True) for column, type_ in optional.items()),
        *(
            sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{name}_{other}_id"))
            for other in ("customer", "loan")
        ),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}"))
            for column in ("number", "live_key", "source_key")
        ),
        *exact(name, "expected_loss"),
    )
    op.create_index(op.f(f"ix_{name}_customer_id_effective_on"), name, ["customer_id", "effective_on"])
