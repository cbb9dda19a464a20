"""Post-loan checks.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, personal, plain, sensitive


class PostLoanCheck(FileFact, table=True):
    """Post-loan checks: the first after the draw, regular and special ones, and what they found."""

    __tablename__ = "post_loan_check"
    __table_args__ = (Index(None, "customer_id", "effective_on"), Index(None, "effective_on"))

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    loan_id: int | None = plain(BIG_ID, None, foreign_key="loan.id")
    kind: str = plain()
    is_on_site: bool = plain()
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    second_officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    result: str | None = plain(None, None)
    finding: str | None = sensitive(None, None)
    evidence: str | None = personal(None, None)
    next_on: date | None = plain(None, None)
