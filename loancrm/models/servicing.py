"""Loans that are serviced here: their stages, what is agreed, their schedules, payments and positions."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, ExactInteger, JsonText, Millionths, personal, plain


class LoanStage(Fact, table=True):
    """A step of a loan from application to disbursement, or that it was declined or withdrawn.

    ``amount`` is what was asked for, approved or paid out; ``expires_on`` until when an approval holds.
    """

    __tablename__ = "loan_stage"
    __table_args__ = (Index(None, "loan_id", "effective_on"), Index(None, "stage", "effective_on"))

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    stage: str = plain()
    decided_by: str = plain()
    amount: int | None = plain(ExactInteger, None)
    currency: str = plain()
    expires_on: date | None = plain(None, None)
    note: str | None = personal(None, None)


class LoanRequirement(Fact, table=True):
    """A document or a condition of a loan: that it was asked for, met or waived; the newest counts."""

    __tablename__ = "loan_requirement"
    __table_args__ = (Index(None, "loan_id", "name", "effective_on"),)

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    kind: str = plain()  # document or condition
    name: str = plain()
    action: str = plain()  # required, met or waived
    due_on: date | None = plain(None, None)
    decided_by: str = plain()
    note: str | None = personal(None, None)


class LoanTerms(Fact, table=True):
    """What is agreed of a loan from a day on: one row a version; the newest in force counts.

    Version 0 is what was applied for and approved; it has no schedule. ``drawn`` is what is paid out with
    the version, and ``principal`` what is then outstanding and not yet due; the first ``after``
    instalments are those of the versions before it, and ``interest_before`` is the borrower's interest of
    these. ``annual_rate`` is the one in force from the version's day on. The rest are the fields of
    ``lending.terms.Terms``, of ``lending.ledger.Arrears`` and of ``lending.repricing.Floating``.
    """

    __tablename__ = "loan_terms"
    __table_args__ = (
        CheckConstraint("principal > 0", name="principal_above_zero"),
        CheckConstraint("instalments >= 1", name="has_instalments"),
        Index(None, "loan_id", "effective_on"),
        Index(None, "reprices_on"),
    )

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    version: int = plain()
    reason: str = plain()
    principal: int = plain(ExactInteger)
    drawn: int = plain(ExactInteger, 0)
    currency: str = plain()
    annual_rate: int = plain(Millionths)
    start_on: date = plain()
    after: int = plain(None, 0)
    interest_before: int = plain(ExactInteger, 0)
    takes_over: str | None = plain(None, None)  # arrears that the version spreads anew: principal, or all
    instalments: int = plain()
    repayment: str = plain()
    frequency: str = plain()
    day_count: str = plain()
    rounding: str = plain()
    round_to: int = plain(ExactInteger, 1)
    principal_grace: int = plain(None, 0)
    interest_grace: int = plain(None, 0)
    recurring_grace: int = plain(None, 0)
    balloon: int = plain(ExactInteger, 0)
    settlement_day: int | None = plain(None, None)
    holiday_shift: str = plain(None, "none")
    due_dates: Any = plain(JsonText, None, nullable=True)  # own due days
    custom_table: Any = plain(JsonText, None, nullable=True)
    subsidy_until: date | None = plain(None, None)
    rates: Any = plain(JsonText, None, nullable=True)  # each from its day on: [[day, millionths], …]
    reference: str | None = plain(None, None)  # series that the rate follows; none: the rate is fixed
    spread: int | None = plain(Millionths, None)  # over it, may be below zero
    repricing: str | None = plain(None, None)
    reprices_on: date | None = plain(None, None)  # the next day on which the rate is looked up
    prepayment: str | None = plain(None, None)  # what the rest becomes when money comes early
    monthly_payment: int | None = plain(ExactInteger, None)
    grace_days: int = plain(None, 0)
    penalty_rate: int = plain(Millionths, 0)
    has_compound: bool = plain(None, False)
    misuse_rate: int | None = plain(Millionths, None)  # none: the contract's
    allocation_order: Any = plain(JsonText, None, nullable=True)
    contact_id: int | None = plain(BIG_ID, None, foreign_key="contact.id")
    note: str | None = personal(None, None)


class InstalmentRow(Fact, table=True):
    """An instalment of a version. ``effective_on`` is the version's.

    ``interest_to_date`` is the borrower's interest of the loan's life, up to and with this instalment.
    """

    __tablename__ = "instalment"
    __table_args__ = (
        CheckConstraint("balance >= 0", name="balance_positive"),
        CheckConstraint("principal_due >= 0", name="principal_positive"),
        Index(None, "terms_id", "due_on"),
        Index(None, "loan_id", "due_on"),
        Index(None, "due_on"),
    )

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    terms_id: int = plain(BIG_ID, foreign_key="loan_terms.id")
    number: int = plain()
    starts_on: date = plain()
    due_on: date = plain()
    principal_due: int = plain(ExactInteger)
    interest_due: int = plain(ExactInteger)
    subsidised_interest: int = plain(ExactInteger, 0)
    balance: int = plain(ExactInteger)
    interest_to_date: int = plain(ExactInteger)
    currency: str = plain()


class PaymentRow(Fact, table=True):
    """Money that came for a loan; ``effective_on`` is the day of value. A reversal voids it."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_above_zero"),
        Index(None, "loan_id", "effective_on"),
        Index(None, "effective_on"),
    )

    number: int = plain(unique=True)
    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    kind: str = plain(None, "repayment")
    amount: int = plain(ExactInteger)
    currency: str = plain()
    reference: str | None = personal(None, None)
    payer: str | None = personal(None, None)
    source_key: str | None = plain(None, None, unique=True)


class AllocationRow(Fact, table=True):
    """What a part of a payment paid, of which instalment (None: penalty and compound interest).

    Derived by replaying the payments; written anew where a replay gives something else.
    """

    __tablename__ = "allocation"
    __table_args__ = (Index(None, "loan_id", "effective_on"), Index(None, "payment_id"))

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    payment_id: int = plain(BIG_ID, foreign_key="payment.id")
    what: str = plain()  # principal, interest or penalty
    instalment: int | None = plain(None, None)
    amount: int = plain(ExactInteger)
    currency: str = plain()


class LoanPosition(Fact, table=True):
    """What a loan that is serviced here owes from the end of a day on, until the next row.

    One row for the disbursement, each payment's day and each new version. ``principal_unsettled_on`` and
    ``interest_unsettled_on`` are the due days of the oldest instalments with something unpaid, also of
    those still to come, so that days past due follow for every later day. ``days_before`` is how many
    days were past due on that day before anything was paid. Derived, as allocations are.
    """

    __tablename__ = "loan_position"
    __table_args__ = (
        CheckConstraint("outstanding_principal >= 0", name="outstanding_positive"),
        Index(None, "loan_id", "effective_on"),
    )

    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    terms_id: int = plain(BIG_ID, foreign_key="loan_terms.id")
    outstanding_principal: int = plain(ExactInteger)
    interest_paid: int = plain(ExactInteger)
    penalty_paid: int = plain(ExactInteger)
    currency: str = plain()
    principal_unsettled_on: date | None = plain(None, None)
    interest_unsettled_on: date | None = plain(None, None)
    days_before: int = plain(None, 0)


class Promise(Fact, table=True):
    """A promise to pay an amount by a day; ``effective_on`` is the day on which it was made."""

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_above_zero"),
        Index(None, "loan_id", "due_on"),
        Index(None, "due_on"),
    )

    number: int = plain(unique=True)
    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    amount: int = plain(ExactInteger)
    currency: str = plain()
    due_on: date = plain()
    contact_id: int | None = plain(BIG_ID, None, foreign_key="contact.id")
    note: str | None = personal(None, None)
