"""The book: commands, audit, officers, policies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, JsonText, UtcInstant, fact, recorded

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _book()
    _command()
    _sequence()
    _audit()
    _officer()
    _policy_version()


def _book() -> None:
    op.create_table(
        "book",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_book_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
    )


def _command() -> None:
    op.create_table(
        "command",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcInstant(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("request_digest", sa.String(), nullable=True),
        sa.Column("result", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_command_idempotency_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_command_uid")),
    )


def _sequence() -> None:
    op.create_table(
        "sequence",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sequence")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("command_id", BIG_ID, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", BIG_ID, nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=True),
        sa.Column("payload", JsonText(), nullable=True),
        sa.Column("payload_digest", sa.String(), nullable=False),
        sa.Column("chain_digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["command_id"], ["command.id"], name=op.f("fk_audit_command_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_command_id"), "audit", ["command_id"], unique=False)
    op.create_index(op.f("ix_audit_customer_id_id"), "audit", ["customer_id", "id"], unique=False)
    op.create_index(op.f("ix_audit_subject_subject_id"), "audit", ["subject", "subject_id"], unique=False)


def _officer() -> None:
    op.create_table(
        "officer",
        *recorded("officer"),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("code", name=op.f("uq_officer_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_officer_uid")),
    )


def _policy_version() -> None:
    op.create_table(
        "policy_version",
        *fact("policy_version"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
    )
    op.create_index(op.f("ix_policy_version_effective_on"), "policy_version", ["effective_on"], unique=False)
