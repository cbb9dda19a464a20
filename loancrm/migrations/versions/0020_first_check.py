"""The earliest post-loan check of a book is found by an index: from then on checks are kept."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_post_loan_check_effective_on"), "post_loan_check", ["effective_on"])
