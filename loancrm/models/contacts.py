"""Conversations."""

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, plain, sensitive


class Contact(Fact, table=True):
    """A conversation, or an attempt at one."""

    __table_args__ = (
        Index(None, "customer_id", "effective_on", "outcome", "voided_at"),  # last real contact: index alone
        Index(None, "officer_id", "effective_on"),
    )

    uid: str = plain(unique=True)
    number: int = plain(unique=True)
    source_key: str | None = plain(None, None, unique=True)  # what an imported row is known by again
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    channel: str = plain()
    direction: str = plain()
    purpose: str = plain()
    outcome: str = plain()
    note: str | None = sensitive(None, None)
    hour: int | None = plain(None, None)  # of the day in the book's zone, 0 to 23
