"""Customers, credit lines, contracts, loans and snapshots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import BIG_ID, ExactInteger, JsonText, exact, fact, recorded

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _customer()
    _customer_attribute()
    _customer_segment()
    _facility()
    _contract()
    _loan()
    _loan_status()
    _snapshot()


def _customer() -> None:
    op.create_table(
        "customer",
        *recorded("customer"),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(), nullable=True),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("company_key", sa.String(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("bank_number", sa.String(), nullable=True),
        sa.Column("uscc", sa.String(), nullable=True),
        sa.Column("resident_id", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("officer_id", BIG_ID, nullable=True),
        sa.Column("second_officer_id", BIG_ID, nullable=True),
        sa.Column("branch", sa.String(), nullable=True),
        sa.Column("service_tier", sa.String(), nullable=True),
        sa.Column("pipeline_stage", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("size_class", sa.String(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("legal_representative", sa.String(), nullable=True),
        sa.Column("actual_controller", sa.String(), nullable=True),
        sa.Column("school", sa.String(), nullable=True),
        sa.Column("study_level", sa.String(), nullable=True),
        sa.Column("major", sa.String(), nullable=True),
        sa.Column("enrolled_on", sa.Date(), nullable=True),
        sa.Column("graduates_on", sa.Date(), nullable=True),
        sa.Column("career_direction", sa.String(), nullable=True),
        sa.Column("is_hardship", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "kind in ('enterprise', 'sole_proprietor', 'student')", name=op.f("ck_customer_kind_known")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_customer_officer_id")),
        sa.ForeignKeyConstraint(
            ["second_officer_id"], ["officer.id"], name=op.f("fk_customer_second_officer_id")
        ),
        sa.UniqueConstraint("bank_number", name=op.f("uq_customer_bank_number")),
        sa.UniqueConstraint("number", name=op.f("uq_customer_number")),
        sa.UniqueConstraint("resident_id", name=op.f("uq_customer_resident_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_customer_uid")),
        sa.UniqueConstraint("uscc", name=op.f("uq_customer_uscc")),
    )
    op.create_index(op.f("ix_customer_company_key"), "customer", ["company_key"], unique=False)
    op.create_index(op.f("ix_customer_name_key"), "customer", ["name_key"], unique=False)
    op.create_index(op.f("ix_customer_officer_id_number"), "customer", ["officer_id", "number"], unique=False)
    op.create_index(op.f("ix_customer_phone"), "customer", ["phone"], unique=False)
    op.create_index(
        op.f("ix_customer_segment_service_tier"), "customer", ["segment", "service_tier"], unique=False
    )


def _customer_attribute() -> None:
    op.create_table(
        "customer_attribute",
        *fact("customer_attribute"),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_attribute_customer_id")
        ),
    )
    op.create_index(
        op.f("ix_customer_attribute_customer_id_name_effective_on"),
        "customer_attribute",
        ["customer_id", "name", "effective_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_customer_attribute_effective_on"), "customer_attribute", ["effective_on"], unique=False
    )


def _customer_segment() -> None:
    op.create_table(
        "customer_segment",
        *fact("customer_segment"),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("figures", JsonText(), nullable=True),
        sa.Column("policy_version_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_segment_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version_id"], ["policy_version.id"], name=op.f("fk_customer_segment_policy_version_id")
        ),
    )
    op.create_index(
        op.f("ix_customer_segment_customer_id_effective_on"),
        "customer_segment",
        ["customer_id", "effective_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_customer_segment_effective_on"), "customer_segment", ["effective_on"], unique=False
    )


def _facility() -> None:
    op.create_table(
        "facility",
        *fact("facility"),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("limit_amount", ExactInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("is_revolving", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("limit_amount >= 0", name=op.f("ck_facility_limit_positive")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_facility_customer_id")),
        sa.UniqueConstraint("live_key", name=op.f("uq_facility_live_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_facility_uid")),
        *exact("facility", "limit_amount"),
    )
    op.create_index(
        op.f("ix_facility_customer_id_expires_on"), "facility", ["customer_id", "expires_on"], unique=False
    )
    op.create_index(op.f("ix_facility_expires_on"), "facility", ["expires_on"], unique=False)


def _contract() -> None:
    op.create_table(
        "contract",
        *fact("contract"),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("facility_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_contract_customer_id")),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_contract_facility_id")),
        sa.UniqueConstraint("live_key", name=op.f("uq_contract_live_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_contract_uid")),
    )
    op.create_index(op.f("ix_contract_customer_id"), "contract", ["customer_id"], unique=False)
    op.create_index(op.f("ix_contract_facility_id"), "contract", ["facility_id"], unique=False)


def _loan() -> None:
    op.create_table(
        "loan",
        *fact("loan"),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("customer_id", BIG_ID, nullable=False),
        sa.Column("contract_id", BIG_ID, nullable=True),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("security", sa.String(), nullable=True),
        sa.Column("principal", ExactInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("annual_rate", ExactInteger(), nullable=True),
        sa.Column("disbursed_on", sa.Date(), nullable=True),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("written_off_amount", ExactInteger(), nullable=True),
        sa.CheckConstraint("annual_rate between 0 and 999999", name=op.f("ck_loan_rate_fraction")),
        sa.CheckConstraint("principal > 0", name=op.f("ck_loan_principal_positive")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_loan_contract_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_loan_customer_id")),
        sa.UniqueConstraint("live_key", name=op.f("uq_loan_live_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_loan_uid")),
        *exact("loan", "principal", "annual_rate", "written_off_amount"),
    )
    op.create_index(op.f("ix_loan_contract_id"), "loan", ["contract_id"], unique=False)
    op.create_index(
        op.f("ix_loan_customer_id_disbursed_on"), "loan", ["customer_id", "disbursed_on"], unique=False
    )
    op.create_index(op.f("ix_loan_disbursed_on"), "loan", ["disbursed_on"], unique=False)
    op.create_index(op.f("ix_loan_matures_on"), "loan", ["matures_on"], unique=False)


def _loan_status() -> None:
    op.create_table(
        "loan_status",
        *fact("loan_status"),
        sa.Column("loan_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount", ExactInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_status_loan_id")),
        *exact("loan_status", "amount"),
    )
    op.create_index(op.f("ix_loan_status_effective_on"), "loan_status", ["effective_on"], unique=False)
    op.create_index(
        op.f("ix_loan_status_loan_id_effective_on"), "loan_status", ["loan_id", "effective_on"], unique=False
    )


def _snapshot() -> None:
    op.create_table(
        "snapshot",
        *fact("snapshot"),
        sa.Column("loan_id", BIG_ID, nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("outstanding_principal", ExactInteger(), nullable=False),
        sa.Column("overdue_principal", ExactInteger(), nullable=True),
        sa.Column("unpaid_interest", ExactInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("days_past_due", sa.Integer(), nullable=True),
        sa.Column("interest_days_past_due", sa.Integer(), nullable=True),
        sa.Column("five_tier", sa.String(), nullable=True),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("next_due_amount", ExactInteger(), nullable=True),
        sa.CheckConstraint("days_past_due >= 0", name=op.f("ck_snapshot_days_positive")),
        sa.CheckConstraint("outstanding_principal >= 0", name=op.f("ck_snapshot_outstanding_positive")),
        sa.CheckConstraint(
            "overdue_principal <= outstanding_principal", name=op.f("ck_snapshot_overdue_within")
        ),
        sa.CheckConstraint("overdue_principal >= 0", name=op.f("ck_snapshot_overdue_positive")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_snapshot_loan_id")),
        sa.UniqueConstraint("live_key", name=op.f("uq_snapshot_live_key")),
        *exact(
            "snapshot", "outstanding_principal", "overdue_principal", "unpaid_interest", "next_due_amount"
        ),
    )
    op.create_index(op.f("ix_snapshot_effective_on"), "snapshot", ["effective_on"], unique=False)
    op.create_index(
        op.f("ix_snapshot_loan_id_effective_on"), "snapshot", ["loan_id", "effective_on"], unique=False
    )
