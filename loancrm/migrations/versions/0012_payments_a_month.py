"""Whom a next step was given to is dated; what a loan and other banks' loans take of a month's income."""

from __future__ import annotations

from itertools import groupby, islice

import sqlalchemy as sa
from alembic import op

from loancrm.lending.schedule import Instalment, monthly_payment
from loancrm.migrations.columns import BIG_ID, ExactInteger, exact

revision = "0012"
down_revision = "0011"
CHUNK = 1_000


def upgrade() -> None:
    """Add the columns; what a loan takes of a month follows from the schedules that are there."""
    with op.batch_alter_table("follow_up_event") as events:
        events.add_column(sa.Column("officer_id", BIG_ID, nullable=True))
        events.create_foreign_key(op.f("fk_follow_up_event_officer_id"), "officer", ["officer_id"], ["id"])
    columns = ["officer_id", "follow_up_id"]  # all that a list asks of it: nearly every event has no officer
    op.create_index(op.f("ix_follow_up_event_officer_id_follow_up_id"), "follow_up_event", columns)
    with op.batch_alter_table("assessment") as scores:
        scores.add_column(sa.Column("loan_id", BIG_ID, nullable=True))
        scores.create_foreign_key(op.f("fk_assessment_loan_id"), "loan", ["loan_id"], ["id"])
    _amount("loan_terms", "monthly_payment")
    _amount("bureau_report", "payments_elsewhere")
    _fill(op.get_bind())


def _amount(name: str, column: str) -> None:
    with op.batch_alter_table(name) as rows:
        rows.add_column(sa.Column(column, ExactInteger(), nullable=True))
        if op.get_bind().dialect.name == "sqlite":
            for check in exact(name, column):
                rows.create_check_constraint(op.f(str(check.name)), check.sqltext)


def _fill(connection: sa.Connection) -> None:
    """Work out the payments of the versions that have a schedule; of what is applied for it stays unknown."""
    named = ("starts_on", "due_on", "principal_due", "interest_due", "subsidised_interest", "balance")
    row = sa.table("instalment", *(sa.column(name, sa.Date) for name in named[:2]), sa.column("number"),
                   sa.column("terms_id"), *(sa.column(name) for name in named[2:]))  # fmt: skip
    query = sa.select(row.c.terms_id, row.c.number, *(row.c[name] for name in named))
    found = connection.execute(query.order_by(row.c.terms_id, row.c.number)).all()
    paid = (
        {"key": key, "amount": monthly_payment([Instalment(*some[1:]) for some in rows])}
        for key, rows in groupby(found, lambda one: one.terms_id)
    )
    fill = sa.text("UPDATE loan_terms SET monthly_payment = :amount WHERE id = :key")
    while chunk := list(islice(paid, CHUNK)):
        connection.execute(fill, chunk)
