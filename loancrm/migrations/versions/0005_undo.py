"""Customers, officers and files taken in can be voided, and a command says which one it undoes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, UtcInstant

revision = "0005"
down_revision = "0004"

# What stands once: a voided row no longer keeps a number from others.
_STANDS_ONCE = {"customer": ("bank_number", "uscc", "resident_id"), "officer": ("code",), "import_batch": ()}


def upgrade() -> None:
    """Add the columns, and loosen what was unique among all rows to what is among the standing ones."""
    _command()
    for name, columns in _STANDS_ONCE.items():
        _make_voidable(name, columns)


def _command() -> None:
    with op.batch_alter_table("command") as command:
        command.add_column(sa.Column("undoes", BIG_ID, nullable=True))
        command.create_foreign_key(op.f("fk_command_undoes"), "command", ["undoes"], ["id"])
        command.create_unique_constraint(op.f("uq_command_undoes"), ["undoes"])


def _make_voidable(name: str, stands_once: tuple[str, ...]) -> None:
    with op.batch_alter_table(name) as rows:
        rows.add_column(sa.Column("voided_at", UtcInstant(), nullable=True))
        rows.add_column(sa.Column("voided_by", BIG_ID, nullable=True))
        rows.create_foreign_key(op.f(f"fk_{name}_voided_by"), "command", ["voided_by"], ["id"])
        for column in stands_once:
            rows.drop_constraint(op.f(f"uq_{name}_{column}"), type_="unique")
    standing = sa.text("voided_at IS NULL")
    for column in stands_once:
        op.create_index(
            op.f(f"ix_{name}_{column}"),
            name,
            [column],
            unique=True,
            sqlite_where=standing,
            postgresql_where=standing,
        )
