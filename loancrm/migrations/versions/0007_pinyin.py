"""Names as they are typed in pinyin, for those that are there already too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.pinyin import search_key

revision = "0007"
down_revision = "0006"

CHUNK = 5_000
_NEXT = "SELECT id, kind, name FROM customer WHERE id > :last ORDER BY id LIMIT :chunk"
_FILL = "UPDATE customer SET pinyin_key = :key WHERE id = :id"


def upgrade() -> None:
    """Add the column, fill it, and then put the index over both keys."""
    op.add_column("customer", sa.Column("pinyin_key", sa.String(), nullable=True))
    _fill(op.get_bind())
    op.drop_index(op.f("ix_customer_name_key"), table_name="customer")
    op.create_index(op.f("ix_customer_name_key_pinyin_key"), "customer", ["name_key", "pinyin_key"])


def _fill(connection: sa.Connection) -> None:
    last = 0
    while rows := connection.execute(sa.text(_NEXT), {"last": last, "chunk": CHUNK}).all():
        keys = [{"id": row.id, "key": search_key(row.name, row.kind != "enterprise")} for row in rows]
        if known := [row for row in keys if row["key"]]:
            connection.execute(sa.text(_FILL), known)
        last = rows[-1].id
