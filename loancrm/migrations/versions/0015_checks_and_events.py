"""Post-loan checks; events with their guests, and campaigns with their members."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, exact, fact

revision = "0015"
down_revision = "0014"
Columns = dict[str, Any]  # name -> type
EXACT = ExactInteger


def upgrade() -> None:
    """Make the tables."""
    number, text = sa.Integer, sa.String
    customer, officer = ("customer", False), ("officer", True)
    _make(
        "post_loan_check",
        {"kind": text, "is_on_site": sa.Boolean},
        {"result": text, "finding": text, "evidence": text, "next_on": sa.Date},
        {
            "customer_id": customer,
            "loan_id": ("loan", True),
            "officer_id": officer,
            "second_officer_id": officer,
        },
        [["customer_id", "effective_on"]],
    )
    _make(
        "event",
        {"title": text, "kind": text, "held_on": sa.Date, "currency": text},
        {"place": text, "cost": EXACT, "note": text},
        {"organiser_id": officer},
        [["held_on"]],
    )
    _make(
        "event_guest",
        {"step": text},
        {"reason": text, "note": text},
        {"customer_id": customer, "event_id": ("event", False)},
        [["customer_id", "effective_on"], ["event_id", "customer_id", "effective_on"]],
    )
    _make(
        "campaign",
        {"title": text, "condition": text, "hold_out": EXACT, "seed": number, "currency": text},
        {"channel": text, "message": text, "cost": EXACT, "most": number},
        {"organiser_id": officer},
        [["effective_on"]],
    )
    _make(
        "campaign_member",
        {"arm": text},
        {"reason": text},
        {"campaign_id": ("campaign", False), "customer_id": customer},
        [["campaign_id", "arm"], ["customer_id", "effective_on"]],
        is_numbered=False,
    )


def _make(
    table: str,
    needed: Columns,
    optional: Columns,
    references: dict[str, tuple[str, bool]],
    indexes: list[list[str]],
    *,
    is_numbered: bool = True,
) -> None:
    """Make a table; ``references`` say to which table, and whether they may be empty."""
    columns = {**needed, **optional}
    numbered = [sa.Column("number", sa.Integer, nullable=False)] if is_numbered else []
    keys = ("live_key", "source_key") if is_numbered else ()
    unique = ("number", *keys) if is_numbered else ()
    op.create_table(
        table,
        *fact(table),
        *numbered,
        *(sa.Column(key, sa.String, nullable=True) for key in keys),
        *(sa.Column(name, BIG_ID, nullable=may) for name, (_other, may) in references.items()),
        *(sa.Column(name, type_, nullable=name in optional) for name, type_ in columns.items()),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, (other, _may) in references.items()
        ),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in unique),
        *exact(table, *(name for name, type_ in columns.items() if type_ is EXACT)),
    )
    for index in indexes:
        op.create_index(op.f(f"ix_{table}_{'_'.join(index)}"), table, index)
