"""What was said of the lists already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, UtcInstant

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reminder",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("line", sa.String, nullable=False),
        sa.Column("said_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("audience", "line", name=op.f("uq_reminder_audience_line")),
    )
