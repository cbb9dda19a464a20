"""Loans, how they end, and what the bank's core system says of them day by day."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, ExactInteger, JsonText, Millionths, personal, plain, sensitive


class Loan(Fact, table=True):
    """One draw (借据). ``effective_on`` is the day of disbursement, or of recording without one.

    A file may bring a principal of nothing and no day of disbursement: such a loan never lives, its
    ``effective_on`` is ``BEGINNING``, and ``report quality`` counts it.

    ``status``, ``closed_on`` and ``written_off_amount`` keep the newest ``LoanStatus``.
    """

    __table_args__ = (
        CheckConstraint("principal >= 0", name="principal_positive"),
        CheckConstraint("annual_rate between 0 and 999999", name="rate_fraction"),
        Index(None, "customer_id", "disbursed_on"),
        Index(None, "contract_id"),
        Index(None, "matures_on"),
        Index(None, "disbursed_on"),
        Index(None, "replaces_id"),
    )

    uid: str = plain(unique=True)
    number: str = plain()
    live_key: str | None = plain(None, None, unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    contract_id: int | None = plain(BIG_ID, None, foreign_key="contract.id")
    product: str = plain()
    security: str | None = plain(None, None)
    principal: int = plain(ExactInteger)
    currency: str = plain()
    annual_rate: int | None = plain(Millionths, None)  # millionths
    disbursed_on: date | None = plain(None, None)
    matures_on: date | None = plain(None, None)
    term_months: int | None = plain(None, None)
    industry: str | None = plain(None, None)  # lent to; else the customer's
    region: str | None = plain(None, None)
    purpose: str | None = personal(None, None)
    status: str = plain(None, "live")
    closed_on: date | None = plain(None, None)
    written_off_amount: int | None = plain(ExactInteger, None)
    replaces_id: int | None = plain(BIG_ID, None, foreign_key="loan.id")  # the loan that it repaid
    replacement: str | None = plain(None, None)  # how: renewal or refinancing
    extra: Any = sensitive(JsonText, None, nullable=True)  # columns of a file that have no name here


class LoanStatus(Fact, table=True):
    """How a loan ended: settled, written off, transferred or cancelled.

    An end whose day nobody gave (``is_dated`` false) holds from ``BEGINNING`` on; the loan lives until it
    matures all the same. ``write_off_reported_on`` is the day of a write-off that contradicts the status.
    """

    __tablename__ = "loan_status"
    __table_args__ = (Index(None, "loan_id", "effective_on"), Index(None, "effective_on"))

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    status: str = plain()
    amount: int | None = plain(ExactInteger, None)  # written off
    currency: str = plain()
    is_dated: bool = plain(None, True)
    write_off_reported_on: date | None = plain(None, None)


class Snapshot(Fact, table=True):
    """What the bank's core system said of a loan at the end of ``effective_on``."""

    __table_args__ = (
        CheckConstraint("outstanding_principal >= 0", name="outstanding_positive"),
        CheckConstraint("overdue_principal >= 0", name="overdue_positive"),
        CheckConstraint("overdue_principal <= outstanding_principal", name="overdue_within"),
        CheckConstraint("days_past_due >= 0", name="days_positive"),
        Index(None, "loan_id", "effective_on"),
        Index(None, "effective_on"),
    )

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    live_key: str | None = plain(None, None, unique=True)
    outstanding_principal: int = plain(ExactInteger)
    overdue_principal: int | None = plain(ExactInteger, None)
    unpaid_interest: int | None = plain(ExactInteger, None)
    currency: str = plain()
    days_past_due: int | None = plain(None, None)  # of principal, or of whatever is oldest
    interest_days_past_due: int | None = plain(None, None)
    five_tier: str | None = plain(None, None)
    next_due_on: date | None = plain(None, None)
    next_due_amount: int | None = plain(ExactInteger, None)
    off_balance_interest: int | None = plain(ExactInteger, None)
    bank_grade: str | None = plain(None, None)
    annual_rate: int | None = plain(Millionths, None)  # millionths
    reprices_on: date | None = plain(None, None)
    matures_on: date | None = plain(None, None)  # as extended by then
