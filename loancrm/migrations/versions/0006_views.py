"""The views: ``loancrm.migrations.upgrade`` makes them after every upgrade, this one too."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing else changes."""
