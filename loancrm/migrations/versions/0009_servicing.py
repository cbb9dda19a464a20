"""Loans that are serviced here: stages, requirements, terms, schedules, payments, positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, JsonText, exact, fact

revision = "0009"
down_revision = "0008"

TEXT, DAY, COUNT, FLAG, EXACT, KEY = sa.String, sa.Date, sa.Integer, sa.Boolean, ExactInteger, BIG_ID
Columns = Mapping[str, Any]
Names = Sequence[str]


def upgrade() -> None:
    """Make the tables."""
    _pipeline()
    _terms()
    _payments()


def _table(
    table: str,
    needed: Columns,
    optional: Columns,
    *indexes: Names,
    checks: Mapping[str, str] | None = None,
    unique: Names = (),
    **references: str,
) -> None:
    """Make the table of a kind of fact about a loan."""
    columns = {"loan_id": KEY, **needed, **optional}
    exactly = [name for name, type_ in columns.items() if type_ is EXACT]
    keys = {"loan_id": "loan", **references}
    op.create_table(
        table,
        *fact(table),
        *(sa.Column(name, type_, nullable=name in optional) for name, type_ in columns.items()),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, other in keys.items()
        ),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in (checks or {}).items()),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in unique),
        *exact(table, *exactly),
    )
    for index in indexes:
        op.create_index(op.f(f"ix_{table}_{'_'.join(index)}"), table, list(index))


def _pipeline() -> None:
    _table(
        "loan_stage",
        {"stage": TEXT, "decided_by": TEXT, "currency": TEXT},
        {"amount": EXACT, "expires_on": DAY, "note": TEXT},
        ("loan_id", "effective_on"),
        ("stage", "effective_on"),
    )
    _table(
        "loan_requirement",
        {"kind": TEXT, "name": TEXT, "action": TEXT, "decided_by": TEXT},
        {"due_on": DAY, "note": TEXT},
        ("loan_id", "name", "effective_on"),
    )


def _terms() -> None:
    agreed = {"version": COUNT, "reason": TEXT, "principal": EXACT, "drawn": EXACT}
    money = {"currency": TEXT, "annual_rate": EXACT}
    when = {"start_on": DAY, "after": COUNT, "instalments": COUNT, "interest_before": EXACT}
    how = {"repayment": TEXT, "frequency": TEXT, "day_count": TEXT, "rounding": TEXT, "round_to": EXACT}
    grace = {"principal_grace": COUNT, "interest_grace": COUNT, "recurring_grace": COUNT}
    late = {"grace_days": COUNT, "penalty_rate": EXACT, "has_compound": FLAG}
    _table(
        "loan_terms",
        {**agreed, **money, **when, **how, **grace, **late, "balloon": EXACT, "holiday_shift": TEXT},
        {
            "settlement_day": COUNT,
            "due_dates": JsonText,
            "custom_table": JsonText,
            "takes_over": TEXT,
            "subsidy_until": DAY,
            "rates": JsonText,
            "allocation_order": JsonText,
            "contact_id": KEY,
            "note": TEXT,
        },
        ("loan_id", "effective_on"),
        checks={"principal_above_zero": "principal > 0", "has_instalments": "instalments >= 1"},
        contact_id="contact",
    )
    amounts = ("principal_due", "interest_due", "subsidised_interest", "balance", "interest_to_date")
    _table(
        "instalment",
        {
            "terms_id": KEY,
            "number": COUNT,
            "starts_on": DAY,
            "due_on": DAY,
            "currency": TEXT,
            **dict.fromkeys(amounts, EXACT),
        },
        {},
        ("terms_id", "due_on"),
        ("loan_id", "due_on"),
        ("due_on",),
        checks={"balance_positive": "balance >= 0", "principal_positive": "principal_due >= 0"},
        terms_id="loan_terms",
    )


def _payments() -> None:
    _table(
        "payment",
        {"number": COUNT, "kind": TEXT, "amount": EXACT, "currency": TEXT},
        {"reference": TEXT, "payer": TEXT, "source_key": TEXT},
        ("loan_id", "effective_on"),
        ("effective_on",),
        checks={"amount_above_zero": "amount > 0"},
        unique=("number", "source_key"),
    )
    _table(
        "allocation",
        {"payment_id": KEY, "what": TEXT, "amount": EXACT, "currency": TEXT},
        {"instalment": COUNT},
        ("loan_id", "effective_on"),
        ("payment_id",),
        payment_id="payment",
    )
    _table(
        "loan_position",
        {
            "terms_id": KEY,
            "outstanding_principal": EXACT,
            "interest_paid": EXACT,
            "penalty_paid": EXACT,
            "currency": TEXT,
            "days_before": COUNT,
        },
        {"principal_unsettled_on": DAY, "interest_unsettled_on": DAY},
        ("loan_id", "effective_on"),
        checks={"outstanding_positive": "outstanding_principal >= 0"},
        terms_id="loan_terms",
    )
    _table(
        "promise",
        {"number": COUNT, "amount": EXACT, "currency": TEXT, "due_on": DAY},
        {"contact_id": KEY, "note": TEXT},
        ("loan_id", "due_on"),
        ("due_on",),
        checks={"amount_above_zero": "amount > 0"},
        unique=("number",),
        contact_id="contact",
    )
