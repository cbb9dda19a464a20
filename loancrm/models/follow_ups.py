"""Next steps that an officer set by hand."""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, plain, sensitive


class FollowUp(Fact, table=True):
    """A next step that an officer set by hand, for a day; it may come again once it is done."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index(None, "customer_id", "due_on"),
        Index(None, "officer_id", "due_on"),
        Index(None, "due_on"),
        Index(None, "contact_id"),
    )

    number: int = plain(unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    contact_id: int | None = plain(BIG_ID, None, foreign_key="contact.id")
    due_on: date = plain()
    what: str = sensitive()
    repeats: str | None = plain(None, None)  # fixed, after_done; None: once
    every: str | None = plain(None, None)  # 7d, 2w, 3m, 1y
    first_on: date | None = plain(None, None)  # the day from which fixed ones are counted


class FollowUpEvent(Fact, table=True):
    """A follow-up was done, put off until a day, or given to another officer."""

    __tablename__ = "follow_up_event"
    __table_args__ = (Index(None, "follow_up_id", "action"), Index(None, "officer_id", "follow_up_id"))

    follow_up_id: int = plain(BIG_ID, foreign_key="follow_up.id")
    action: str = plain()  # done, snoozed, assigned
    until_on: date | None = plain(None, None)
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    note: str | None = sensitive(None, None)
