"""Complaints, suggestions, enquiries and praise."""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, plain, sensitive


class Feedback(Fact, table=True):
    """A complaint, suggestion, enquiry or praise, with the deadlines that the policy of its day set."""

    __table_args__ = (
        Index(None, "customer_id"),
        Index(None, "effective_on"),
        Index(None, "kind", "resolve_due_on"),
    )

    uid: str = plain(unique=True)
    number: int = plain(unique=True)
    source_key: str | None = plain(None, None, unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    channel: str = plain()
    business_line: str = plain()
    product: str | None = plain(None, None)
    service_stage: str | None = plain(None, None)
    department: str | None = plain(None, None)
    kind: str = plain()
    importance: str = plain()
    urgency: str = plain()
    text: str = sensitive()
    about_officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    service_level: str | None = plain(None, None)  # the policy's rule that set the deadlines
    answer_due_on: date | None = plain(None, None)
    resolve_due_on: date | None = plain(None, None)


class FeedbackEvent(Fact, table=True):
    """A ticket was assigned, answered or resolved."""

    __tablename__ = "feedback_event"
    __table_args__ = (Index(None, "feedback_id", "action"), Index(None, "officer_id"))

    feedback_id: int = plain(BIG_ID, foreign_key="feedback.id")
    action: str = plain()  # assigned, answered, resolved
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    text: str | None = sensitive(None, None)
