"""Legal clocks.

What the fields mean is said once, in ``loancrm.dossier``.
"""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, personal, plain


class LegalClock(FileFact, table=True):
    """Legal clocks: limitation and guarantee periods, seizures, registrations, insurance, approvals."""

    __tablename__ = "legal_clock"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "expires_on"),
        Index(None, "restarts_id"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    kind: str = plain()
    expires_on: date | None = plain(None, None)
    loan_id: int | None = plain(BIG_ID, None, foreign_key="loan.id")
    collateral_id: int | None = plain(BIG_ID, None, foreign_key="collateral.id")
    restarts_id: int | None = plain(BIG_ID, None, foreign_key="legal_clock.id")
    what: str | None = personal(None, None)
