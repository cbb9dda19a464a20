"""A customer's file: statements, studies, people, needs, collateral, clocks, series; scores and classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from loancrm.identity import company_key
from loancrm.migrations.columns import BIG_ID, ExactInteger, JsonText, exact, fact

revision = "0008"
down_revision = "0007"

CHUNK = 5_000
_NEXT_COMPANIES = (
    "SELECT id, name FROM customer WHERE id > :last AND kind <> 'student' ORDER BY id LIMIT :chunk"
)
_SET_COMPANY_KEY = "UPDATE customer SET company_key = :key WHERE id = :id"
TEXT, DAY, COUNT, FLAG, EXACT, KEY = sa.String, sa.Date, sa.Integer, sa.Boolean, ExactInteger, BIG_ID
Columns = Mapping[str, Any]


def upgrade() -> None:
    """Make the tables, and widen the customer."""
    _customer()
    _finance()
    _people()
    _wishes()
    _assets()
    _views()
    _scores()
    _further_indexes()


def _further_indexes() -> None:
    """Index what the steps of a plan and the members of a group are found by."""
    for table, columns in (
        ("service_plan_step", ["plan_id", "effective_on"]),
        ("connection", ["kind", "name"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _file_fact(
    table: str, needed: Columns, optional: Columns, index: tuple[str, ...] | None, **references: str
) -> None:
    """Make the table of a kind of dated fact: numbered, with a natural key and the key of a file's row."""
    columns = {**needed, **optional}
    exactly = [name for name, type_ in columns.items() if type_ is EXACT]
    keys = [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in references.items()
    ]
    unique = [
        sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}"))
        for name in ("number", "live_key", "source_key")
    ]
    op.create_table(
        table,
        *fact(table),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("source_key", sa.String(), nullable=True),
        *(sa.Column(name, type_, nullable=name in optional) for name, type_ in columns.items()),
        *keys,
        *unique,
        *exact(table, *exactly),
    )
    if index is not None:
        op.create_index(op.f(f"ix_{table}_{'_'.join(index)}"), table, list(index))


def _customer() -> None:
    texts = ("credit_standing", "life_cycle", "registration_number", "development_stage", "policy_tags")
    for name in (*texts, "preferred_channel", "family_income", "employment"):
        op.add_column("customer", sa.Column(name, sa.String(), nullable=True))
    for name in ("graduated_on", "archived_on"):
        op.add_column("customer", sa.Column(name, sa.Date(), nullable=True))
    _company_keys(op.get_bind())


def _company_keys(connection: sa.Connection) -> None:
    """Derive the key of companies' names anew: it leaves out regions now, and more legal forms."""
    last = 0
    while rows := connection.execute(sa.text(_NEXT_COMPANIES), {"last": last, "chunk": CHUNK}).all():
        keys = [{"id": row.id, "key": company_key(row.name)} for row in rows]
        connection.execute(sa.text(_SET_COMPANY_KEY), keys)
        last = rows[-1].id


def _finance() -> None:
    _file_fact(
        "statement",
        {"customer_id": KEY, "months": COUNT, "currency": TEXT},
        {
            "is_audited": FLAG,
            "is_consolidated": FLAG,
            "auditor": TEXT,
            "cash": EXACT,
            "receivables": EXACT,
            "inventory": EXACT,
            "current_assets": EXACT,
            "fixed_assets": EXACT,
            "total_assets": EXACT,
            "short_term_debt": EXACT,
            "current_liabilities": EXACT,
            "long_term_debt": EXACT,
            "total_liabilities": EXACT,
            "retained_earnings": EXACT,
            "equity": EXACT,
            "revenue": EXACT,
            "cost_of_sales": EXACT,
            "depreciation": EXACT,
            "ebit": EXACT,
            "interest_expense": EXACT,
            "tax": EXACT,
            "net_profit": EXACT,
            "operating_cash_flow": EXACT,
            "investing_cash_flow": EXACT,
            "financing_cash_flow": EXACT,
            "capital_expenditure": EXACT,
            "distributions": EXACT,
        },
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "turnover",
        {"customer_id": KEY, "months": COUNT, "currency": TEXT},
        {"inflow": EXACT, "outflow": EXACT, "sales_inflow": EXACT, "average_deposits": EXACT},
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "holding",
        {"customer_id": KEY, "product": TEXT, "currency": TEXT},
        {"closed_on": DAY, "amount": EXACT, "note": TEXT},
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "consent",
        {"customer_id": KEY, "person": TEXT, "purpose": TEXT},
        {"channel": TEXT, "expires_on": DAY, "is_withdrawn": FLAG, "evidence": TEXT},
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "bureau_report",
        {"customer_id": KEY, "consent_id": KEY, "currency": TEXT},
        {
            "outstanding_bad": EXACT,
            "outstanding_watch": EXACT,
            "outstanding_elsewhere": EXACT,
            "lenders": COUNT,
            "guarantees_given": EXACT,
            "queries": COUNT,
            "repayment_string": TEXT,
            "overdue_elsewhere": EXACT,
        },
        ("customer_id", "effective_on"),
        customer_id="customer",
        consent_id="consent",
    )
    _file_fact(
        "academic_record",
        {"customer_id": KEY, "gpa_scale": EXACT},
        {
            "term": TEXT,
            "gpa": EXACT,
            "credits_earned": EXACT,
            "credits_expected": EXACT,
            "failed_courses": COUNT,
            "standing": TEXT,
        },
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "income",
        {"customer_id": KEY, "earner": TEXT, "basis": TEXT, "monthly_amount": EXACT, "currency": TEXT},
        {"origin": TEXT},
        ("customer_id", "effective_on"),
        customer_id="customer",
    )


def _people() -> None:
    _file_fact(
        "person",
        {"customer_id": KEY, "name": TEXT, "role": TEXT, "calendar": TEXT},
        {
            "position": TEXT,
            "phone": TEXT,
            "email": TEXT,
            "resident_id": TEXT,
            "share": EXACT,
            "birthday": DAY,
            "preferred_channel": TEXT,
            "note": TEXT,
        },
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "connection",
        {"customer_id": KEY, "kind": TEXT, "name": TEXT},
        {"role": TEXT, "share": EXACT},
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "partner",
        {"name": TEXT, "kind": TEXT},
        {"region": TEXT, "person": TEXT, "phone": TEXT, "note": TEXT},
        None,
    )
    _file_fact(
        "referral",
        {"customer_id": KEY},
        {"referrer_id": KEY, "partner_id": KEY, "note": TEXT},
        ("customer_id", "effective_on"),
        customer_id="customer",
        referrer_id="customer",
        partner_id="partner",
    )
    op.create_index(op.f("ix_referral_referrer_id"), "referral", ["referrer_id"])
    _file_fact(
        "training",
        {"officer_id": KEY, "what": TEXT, "kind": TEXT, "due_on": DAY},
        {"done_on": DAY, "result": TEXT},
        ("officer_id", "effective_on"),
        officer_id="officer",
    )


def _wishes() -> None:
    _file_fact(
        "need",
        {"customer_id": KEY, "kind": TEXT, "currency": TEXT},
        {
            "amount": EXACT,
            "from_on": DAY,
            "months": COUNT,
            "annual_rate": EXACT,
            "repayment": TEXT,
            "channel": TEXT,
            "risk_appetite": TEXT,
            "school_year": TEXT,
            "note": TEXT,
        },
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "service_plan",
        {"customer_id": KEY, "offer": TEXT, "currency": TEXT},
        {"need_id": KEY, "product": TEXT, "amount": EXACT},
        ("customer_id", "effective_on"),
        customer_id="customer",
        need_id="need",
    )
    _file_fact(
        "service_plan_step",
        {"customer_id": KEY, "plan_id": KEY, "step": TEXT},
        {"note": TEXT},
        ("customer_id", "effective_on"),
        customer_id="customer",
        plan_id="service_plan",
    )


def _assets() -> None:
    _file_fact(
        "collateral",
        {"customer_id": KEY, "kind": TEXT, "description": TEXT},
        {"owned_by": TEXT, "loan_id": KEY, "released_on": DAY},
        ("customer_id", "effective_on"),
        customer_id="customer",
        loan_id="loan",
    )
    _file_fact(
        "appraisal",
        {"customer_id": KEY, "collateral_id": KEY, "value": EXACT, "prior_claims": EXACT, "currency": TEXT},
        {"appraiser": TEXT, "valid_until": DAY},
        ("customer_id", "effective_on"),
        customer_id="customer",
        collateral_id="collateral",
    )
    _file_fact(
        "guarantor",
        {"customer_id": KEY, "name": TEXT, "kind": TEXT, "currency": TEXT},
        {"other_id": KEY, "amount": EXACT, "loan_id": KEY, "expires_on": DAY},
        ("customer_id", "effective_on"),
        customer_id="customer",
        other_id="customer",
        loan_id="loan",
    )
    _file_fact(
        "legal_clock",
        {"customer_id": KEY, "kind": TEXT},
        {"expires_on": DAY, "loan_id": KEY, "collateral_id": KEY, "restarts_id": KEY, "what": TEXT},
        ("customer_id", "effective_on"),
        customer_id="customer",
        loan_id="loan",
        collateral_id="collateral",
        restarts_id="legal_clock",
    )


def _views() -> None:
    _file_fact(
        "rating",
        {"customer_id": KEY, "criterion": TEXT, "value": COUNT},
        {"note": TEXT},
        ("customer_id", "effective_on"),
        customer_id="customer",
    )
    _file_fact(
        "series_value", {"name": TEXT, "key": TEXT, "value": EXACT}, {}, ("name", "key", "effective_on")
    )
    _file_fact(
        "imported_figure",
        {"customer_id": KEY, "name": TEXT, "value": EXACT},
        {},
        ("customer_id", "name", "effective_on"),
        customer_id="customer",
    )
    op.create_index(
        op.f("ix_imported_figure_name_customer_id_effective_on"),
        "imported_figure",
        ["name", "customer_id", "effective_on"],
    )


def _scores() -> None:
    amounts = ("score", "low", "high", "probability")
    op.create_table(
        "assessment",
        *fact("assessment"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_judged("assessment"),
        sa.Column("card", sa.String(), nullable=False),
        *(sa.Column(name, ExactInteger(), nullable=True) for name in amounts),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("items", JsonText(), nullable=True),
        sa.Column("has_event", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.UniqueConstraint("number", name=op.f("uq_assessment_number")),
        *exact("assessment", *amounts),
    )
    for columns in (["customer_id", "card", "effective_on"], ["card", "effective_on"]):
        op.create_index(op.f(f"ix_assessment_{'_'.join(columns)}"), "assessment", columns)
    op.create_table(
        "customer_class",
        *fact("customer_class"),
        *_judged("customer_class"),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("scheme", "value", "rule")),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("figures", JsonText(), nullable=True),
    )
    for columns in (["customer_id", "scheme", "effective_on"], ["effective_on"]):
        op.create_index(op.f(f"ix_customer_class_{'_'.join(columns)}"), "customer_class", columns)
    op.create_table(
        "customer_alias",
        *fact("customer_alias"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_alias_customer_id")),
        sa.UniqueConstraint("live_key", name=op.f("uq_customer_alias_live_key")),
    )
    for column in ("customer_id", "number"):
        op.create_index(op.f(f"ix_customer_alias_{column}"), "customer_alias", [column])


def _judged(table: str) -> list[SchemaItem]:
    """Return the columns of what a policy said of a customer."""
    references = (("customer_id", "customer.id"), ("policy_version_id", "policy_version.id"))
    return [
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("policy_version_id", BIG_ID, nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [other], name=op.f(f"fk_{table}_{name}"))
            for name, other in references
        ),
    ]
