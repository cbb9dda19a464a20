"""Loyalty points and offers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact, fact

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make the tables."""
    _points("loyalty_entry")
    _offers("offer", "offer_event")


def _points(name: str) -> None:
    op.create_table(
        name,
        *fact(name),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("points", ExactInteger, nullable=False),
        sa.Column("rule", sa.String, nullable=True),
        sa.Column("fact", sa.String, nullable=True),
        sa.Column("reward", sa.String, nullable=True),
        sa.Column("cost", ExactInteger, nullable=True),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=True),
        sa.Column("live_key", sa.String, nullable=True),
        sa.Column("note", sa.String, nullable=True),
        sa.UniqueConstraint("number", name=op.f(f"uq_{name}_number")),
        sa.UniqueConstraint("live_key", name=op.f(f"uq_{name}_live_key")),
        sa.CheckConstraint("points <> 0", name=op.f(f"ck_{name}_points_not_zero")),
        *exact(name, "points", "cost"),
        _key(name, "customer_id", "customer"),
    )
    _index(name, "customer_id", "effective_on")
    _index(name, "rule", "effective_on")
    _index(name, "effective_on")


def _offers(offer: str, event: str) -> None:
    op.create_table(
        offer,
        *fact(offer),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("cost", ExactInteger, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.UniqueConstraint("number", name=op.f(f"uq_{offer}_number")),
        sa.CheckConstraint("cost >= 0", name=op.f(f"ck_{offer}_cost_positive")),
        *exact(offer, "cost"),
        _key(offer, "customer_id", "customer"),
    )
    _index(offer, "customer_id", "effective_on")
    _index(offer, "valid_until")
    op.create_table(
        event,
        *fact(event),
        sa.Column("offer_id", BIG_ID, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        _key(event, "offer_id", "offer"),
    )
    _index(event, "offer_id", "action")


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
