"""Customers won back. What the fields mean is said once, in ``loancrm.dossier``."""

from sqlalchemy import Index

from loancrm.models.base import FileFact
from loancrm.models.columns import BIG_ID, ExactInteger, plain, sensitive


class WinBack(FileFact, table=True):
    """Attempts to win customers back; the next steps of the playbook are of the same command."""

    __tablename__ = "win_back"
    __table_args__ = (Index(None, "customer_id", "effective_on"), Index(None, "effective_on"))

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    playbook: str = plain()
    reason: str | None = sensitive(None, None)


class WinBackResult(FileFact, table=True):
    """What came of winning a customer back."""

    __tablename__ = "win_back_result"
    __table_args__ = (
        Index(None, "customer_id", "effective_on"),
        Index(None, "win_back_id", "effective_on"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    win_back_id: int = plain(BIG_ID, foreign_key="win_back.id")
    outcome: str = plain()
    means: str | None = plain(None, None)
    cost: int | None = plain(ExactInteger, None)
    note: str | None = sensitive(None, None)
    currency: str = plain()
