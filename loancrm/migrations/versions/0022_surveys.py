"""Surveys, who was invited, and what was answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, JsonText, fact

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the tables."""
    survey, invitation, response, answer = (
        "survey",
        "survey_invitation",
        "survey_response",
        "survey_answer",
    )
    op.create_table(
        survey,
        *fact(survey),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("live_key", sa.String, nullable=True),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("closes_on", sa.Date, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("data", JsonText, nullable=False),
        _unique(survey, "live_key"),
    )
    _index(survey, "opens_on")
    op.create_table(
        invitation,
        *fact(invitation),
        *_of_customer(invitation),
        sa.Column("segment", sa.String, nullable=True),
    )
    op.create_table(
        response,
        *fact(response),
        *_of_customer(response),
        sa.Column("channel", sa.String, nullable=True),
        sa.Column("comment", sa.String, nullable=True),
    )
    for table in (invitation, response):
        _index(table, "customer_id", "effective_on")
        _index(table, "survey_id")
    op.create_table(
        answer,
        *fact(answer),
        sa.Column("response_id", BIG_ID, nullable=False),
        sa.Column("question", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("rival", sa.String, nullable=True),
        sa.Column("value", sa.Integer, nullable=True),
        sa.Column("choice", sa.String, nullable=True),
        sa.Column("text", sa.String, nullable=True),
        _key(answer, "response_id", response),
    )
    _index(answer, "response_id")


def _of_customer(table: str) -> list[sa.schema.SchemaItem]:
    """Return what an invitation and a response share."""
    return [
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("live_key", sa.String, nullable=True),
        sa.Column("survey_id", BIG_ID, nullable=False),
        sa.Column("customer_id", BIG_ID, nullable=False),
        _unique(table, "number"),
        _unique(table, "live_key"),
        _key(table, "survey_id", "survey"),
        _key(table, "customer_id", "customer"),
    ]


def _unique(table: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{table}_{column}"))


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
