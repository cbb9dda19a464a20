"""How a student gets on.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, Millionths, plain


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
