"""The views: ``loancrm.migrations.upgrade`` makes them after every upgrade, this one too."""

from __future__ import annotations

revision = "0007"
down_revision = "0004"


def upgrade() -> None:
    """Nothing else changes."""
