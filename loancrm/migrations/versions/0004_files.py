"""What files bring: columns without a name here, ends without a day, fuller snapshots, rates, batches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from loancrm.migrations.columns import ExactInteger, JsonText, exact, fact, recorded

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen the tables and make the new ones."""
    _customer()
    _loan()
    _loan_status()
    _snapshot()
    _relations()
    _import_batch()
    _reference_rate()


def _customer() -> None:
    op.add_column("customer", sa.Column("extra", JsonText(), nullable=True))


def _loan() -> None:
    with op.batch_alter_table("loan") as loan:
        loan.add_column(sa.Column("term_months", sa.Integer(), nullable=True))
        loan.add_column(sa.Column("extra", JsonText(), nullable=True))
        loan.drop_constraint(op.f("ck_loan_principal_positive"), type_="check")
        loan.create_check_constraint(op.f("ck_loan_principal_positive"), "principal >= 0")


def _loan_status() -> None:
    """The ends that are there already have a day: that is said once, and is no default."""
    with op.batch_alter_table("loan_status") as ends:
        ends.add_column(sa.Column("is_dated", sa.Boolean(), nullable=False, server_default=sa.true()))
        ends.add_column(sa.Column("write_off_reported_on", sa.Date(), nullable=True))
    with op.batch_alter_table("loan_status") as ends:
        ends.alter_column("is_dated", server_default=None)


def _snapshot() -> None:
    with op.batch_alter_table("snapshot") as snapshot:
        snapshot.add_column(sa.Column("off_balance_interest", ExactInteger(), nullable=True))
        snapshot.add_column(sa.Column("bank_grade", sa.String(), nullable=True))
        snapshot.add_column(sa.Column("annual_rate", ExactInteger(), nullable=True))
        snapshot.add_column(sa.Column("reprices_on", sa.Date(), nullable=True))
        snapshot.add_column(sa.Column("matures_on", sa.Date(), nullable=True))
        if op.get_bind().dialect.name == "sqlite":
            for check in exact("snapshot", "off_balance_interest", "annual_rate"):
                snapshot.create_check_constraint(op.f(str(check.name)), check.sqltext)


def _relations() -> None:
    for name in ("contact", "feedback"):
        with op.batch_alter_table(name) as rows:
            rows.add_column(sa.Column("source_key", sa.String(), nullable=True))
            rows.create_unique_constraint(op.f(f"uq_{name}_source_key"), ["source_key"])


def _import_batch() -> None:
    counts = ("rows_read", "rows_new", "rows_changed", "rows_known", "rows_rejected")
    op.create_table(
        "import_batch",
        *recorded("import_batch"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(), nullable=False),
        sa.Column("data_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
    )
    op.create_index(op.f("ix_import_batch_command_id"), "import_batch", ["command_id"])
    op.create_index(op.f("ix_import_batch_kind_data_on"), "import_batch", ["kind", "data_on"])


def _reference_rate() -> None:
    op.create_table(
        "reference_rate",
        *fact("reference_rate"),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("live_key", sa.String(), nullable=True),
        sa.Column("annual_rate", ExactInteger(), nullable=False),
        sa.UniqueConstraint("live_key", name=op.f("uq_reference_rate_live_key")),
        *exact("reference_rate", "annual_rate"),
    )
    op.create_index(
        op.f("ix_reference_rate_series_effective_on"), "reference_rate", ["series", "effective_on"]
    )
