"""What a loan remembers: floors under its class after relief and arrears."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, fact

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table."""
    name = "loan_standing"
    op.create_table(
        name,
        *fact(name),
        sa.Column("loan_id", BIG_ID, nullable=False),
        sa.Column("track", sa.String, nullable=False),
        sa.Column("floor_class", sa.String, nullable=False),
        sa.Column("floor_stage", sa.Integer, nullable=False),
        sa.Column("until", sa.Date, nullable=True),
        sa.Column("trigger", sa.String, nullable=False),
        sa.Column("policy_version_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f(f"fk_{name}_loan_id")),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_version.id"], name=op.f(f"fk_{name}_policy_version_id")
        ),
        sa.CheckConstraint("floor_stage between 1 and 3", name=op.f(f"ck_{name}_stage_known")),
    )
    op.create_index(op.f(f"ix_{name}_loan_id_effective_on"), name, ["loan_id", "effective_on"])
