"""Complaints are found by the day on which they must be resolved."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the index."""
    name = op.f("ix_feedback_kind_resolve_due_on")
    op.create_index(name, "feedback", ["kind", "resolve_due_on"], unique=False)
