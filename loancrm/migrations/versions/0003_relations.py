"""Contacts, follow-ups and feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, fact

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    _contact()
    _feedback()
    _feedback_event()
    _follow_up()
    _follow_up_event()


def _contact() -> None:
    op.create_table(
        "contact",
        *fact("contact"),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("officer_id", BIG_ID, nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_contact_customer_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_contact_officer_id")),
        sa.UniqueConstraint("number", name=op.f("uq_contact_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_contact_uid")),
    )
    op.create_index(
        op.f("ix_contact_customer_id_effective_on_outcome_voided_at"),
        "contact",
        ["customer_id", "effective_on", "outcome", "voided_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_contact_officer_id_effective_on"), "contact", ["officer_id", "effective_on"], unique=False
    )


def _feedback() -> None:
    op.create_table(
        "feedback",
        *fact("feedback"),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("business_line", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=True),
        sa.Column("service_stage", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("importance", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("about_officer_id", BIG_ID, nullable=True),
        sa.Column("service_level", sa.String(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("resolve_due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_officer_id"], ["officer.id"], name=op.f("fk_feedback_about_officer_id")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_feedback_customer_id")),
        sa.UniqueConstraint("number", name=op.f("uq_feedback_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_feedback_uid")),
    )
    op.create_index(op.f("ix_feedback_customer_id"), "feedback", ["customer_id"], unique=False)
    op.create_index(op.f("ix_feedback_effective_on"), "feedback", ["effective_on"], unique=False)


def _feedback_event() -> None:
    op.create_table(
        "feedback_event",
        *fact("feedback_event"),
        sa.Column("feedback_id", BIG_ID, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("officer_id", BIG_ID, nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_event_feedback_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_feedback_event_officer_id")),
    )
    op.create_index(
        op.f("ix_feedback_event_feedback_id_action"),
        "feedback_event",
        ["feedback_id", "action"],
        unique=False,
    )
    op.create_index(op.f("ix_feedback_event_officer_id"), "feedback_event", ["officer_id"], unique=False)


def _follow_up() -> None:
    op.create_table(
        "follow_up",
        *fact("follow_up"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("officer_id", BIG_ID, nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_follow_up_contact_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_follow_up_customer_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_follow_up_officer_id")),
        sa.UniqueConstraint("number", name=op.f("uq_follow_up_number")),
    )
    op.create_index(op.f("ix_follow_up_contact_id"), "follow_up", ["contact_id"], unique=False)
    op.create_index(
        op.f("ix_follow_up_customer_id_due_on"), "follow_up", ["customer_id", "due_on"], unique=False
    )
    op.create_index(op.f("ix_follow_up_due_on"), "follow_up", ["due_on"], unique=False)
    op.create_index(
        op.f("ix_follow_up_officer_id_due_on"), "follow_up", ["officer_id", "due_on"], unique=False
    )


def _follow_up_event() -> None:
    op.create_table(
        "follow_up_event",
        *fact("follow_up_event"),
        sa.Column("follow_up_id", BIG_ID, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_event_follow_up_id")
        ),
    )
    op.create_index(
        op.f("ix_follow_up_event_follow_up_id_action"),
        "follow_up_event",
        ["follow_up_id", "action"],
        unique=False,
    )
