"""Column types as the revisions write them. They change no more once a release has shipped them."""

from __future__ import annotations

import sqlalchemy as sa

from loancrm.models.columns import BIG_ID, ExactInteger, JsonText, UtcInstant

__all__ = ["BIG_ID", "ExactInteger", "JsonText", "UtcInstant", "exact"]


def exact(table: str, *columns: str) -> list[sa.CheckConstraint]:
    """Return the checks that keep exact integers exact on SQLite."""
    return [
        sa.CheckConstraint(
            f"typeof({column}) in ('integer', 'null')", name=f"ck_{table}_{column}_exact"
        ).ddl_if(dialect="sqlite")
        for column in columns
    ]
