"""How a student gets on, and what there is to repay from.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, Millionths, plain, sensitive


class AcademicRecord(FileFact, table=True):
    """How a student gets on: grades, credits, standing."""

    __tablename__ = "academic_record"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    term: str | None = plain(None, None)
    gpa: int | None = plain(Millionths, None)
    gpa_scale: int = plain(Millionths)
    credits_earned: int | None = plain(Millionths, None)
    credits_expected: int | None = plain(Millionths, None)
    failed_courses: int | None = plain(None, None)
    standing: str | None = plain(None, None)


class Income(FileFact, table=True):
    """What a student or the household earns a month, or will."""

    __tablename__ = "income"
    __table_args__ = (Index(None, "customer_id", "effective_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    earner: str = plain()
    basis: str = plain()
    monthly_amount: int = sensitive(ExactInteger)
    origin: str | None = sensitive(None, None)
    currency: str = plain()
