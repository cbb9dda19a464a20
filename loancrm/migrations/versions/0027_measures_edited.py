"""A measure that is edited is a row more under its number; views of surveys, points, offers and measures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Let a number stand once: a void row does not keep it."""
    with op.batch_alter_table("measure") as rows:
        rows.drop_constraint(op.f("uq_measure_number"), type_="unique")
    standing = sa.text("voided_at IS NULL")
    op.create_index(
        op.f("ix_measure_number"),
        "measure",
        ["number"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
