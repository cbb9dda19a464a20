"""What secures a customer's loans.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, personal, plain


class Collateral(FileFact, table=True):
    """What secures a customer's loans."""

    __tablename__ = "collateral"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    kind: str = plain()
    description: str = personal()
    owned_by: str | None = personal(None, None)
    loan_id: int | None = plain(BIG_ID, None, foreign_key="loan.id")
    released_on: date | None = plain(None, None)


class Appraisal(FileFact, table=True):
    """What a piece of collateral is worth, after the claims of others."""

    __tablename__ = "appraisal"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    collateral_id: int = plain(BIG_ID, foreign_key="collateral.id")
    value: int = plain(ExactInteger)
    prior_claims: int = plain(ExactInteger)
    appraiser: str | None = personal(None, None)
    valid_until: date | None = plain(None, None)
    currency: str = plain()


class UseOfProceeds(FileFact, table=True):
    """What a loan was used for: who was paid, with which evidence, and what was found to be otherwise."""

    __tablename__ = "use_of_proceeds"
    __table_args__ = (Index(None, "customer_id", "effective_on"), Index(None, "loan_id"))

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    loan_id: int = plain(BIG_ID, foreign_key="loan.id")
    reference: str = personal()
    method: str = plain()
    amount: int = plain(ExactInteger)
    payee: str | None = personal(None, None)
    purpose: str | None = personal(None, None)
    evidence: str | None = personal(None, None)
    deviation: str | None = plain(None, None)
    found_on: date | None = plain(None, None)
    settled_on: date | None = plain(None, None)
    note: str | None = personal(None, None)
    currency: str = plain()


class Guarantor(FileFact, table=True):
    """Who answers for a customer's loans."""

    __tablename__ = "guarantor"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    name: str = personal()
    other_id: int | None = plain(BIG_ID, None, foreign_key="customer.id")
    kind: str = plain()
    amount: int | None = plain(ExactInteger, None)
    loan_id: int | None = plain(BIG_ID, None, foreign_key="loan.id")
    expires_on: date | None = plain(None, None)
    currency: str = plain()
