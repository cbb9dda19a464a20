"""Complaints, suggestions, enquiries and praise, what was done about each, and how each stands since."""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, plain, sensitive


class Feedback(Fact, table=True):
    """A complaint, suggestion, enquiry or praise as it came, with the deadlines of the policy of its day."""

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
    minute: int | None = plain(None, None)  # after midnight when it came; unknown: from when the day opens
    cause: str | None = plain(None, None)


class FeedbackEvent(Fact, table=True):
    """What was done about a ticket: it was assigned, triaged, answered, planned, resolved, reopened."""

    __tablename__ = "feedback_event"
    __table_args__ = (Index(None, "feedback_id", "action"), Index(None, "officer_id"))

    feedback_id: int = plain(BIG_ID, foreign_key="feedback.id")
    action: str = plain()
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    text: str | None = sensitive(None, None)
    minute: int | None = plain(None, None)
    business_line: str | None = plain(None, None)  # from here on: what a triage changed
    product: str | None = plain(None, None)
    service_stage: str | None = plain(None, None)
    department: str | None = plain(None, None)
    cause: str | None = plain(None, None)
    importance: str | None = plain(None, None)
    urgency: str | None = plain(None, None)
    level: int | None = plain(None, None)  # of an escalation
    days: int | None = plain(None, None)  # of the calendar, to which the limit was put off
    step: int | None = plain(None, None)  # of the plan of action
    due_on: date | None = plain(None, None)  # of a step of the plan
    rating: int | None = plain(None, None)  # of the customer: 1 to 5


class FeedbackState(Fact, table=True):
    """How a ticket stands from a day on; derived by replaying what was done, written anew when that changes.

    Minutes ending in ``_minute`` are after midnight; ``answer_minutes`` and ``resolve_minutes`` are of work.
    The newest row that is seen holds (the highest key).
    """

    __tablename__ = "feedback_state"
    __table_args__ = (Index(None, "feedback_id"), Index(None, "officer_id"))

    feedback_id: int = plain(BIG_ID, foreign_key="feedback.id")
    minute: int = plain()
    status: str = plain()
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    business_line: str = plain()
    product: str | None = plain(None, None)
    service_stage: str | None = plain(None, None)
    department: str | None = plain(None, None)
    cause: str | None = plain(None, None)
    importance: str = plain()
    urgency: str = plain()
    priority: str = plain()
    service_level: str | None = plain(None, None)
    answer_target: int | None = plain(None, None)  # minutes of work, as the next two
    progress_target: int | None = plain(None, None)
    resolve_target: int | None = plain(None, None)
    limit_on: date | None = plain(None, None)
    answer_due_on: date | None = plain(None, None)
    answer_due_minute: int | None = plain(None, None)
    progress_due_on: date | None = plain(None, None)
    progress_due_minute: int | None = plain(None, None)
    target_on: date | None = plain(None, None)
    target_minute: int | None = plain(None, None)
    escalate_on: date | None = plain(None, None)
    escalate_minute: int | None = plain(None, None)
    level: int = plain(None, 0)
    answered_on: date | None = plain(None, None)
    answer_minutes: int | None = plain(None, None)
    is_answer_kept: bool | None = plain(None, None)
    progressed: int = plain(None, 0)
    progressed_kept: int = plain(None, 0)
    resolved_on: date | None = plain(None, None)
    resolve_minutes: int | None = plain(None, None)
    is_resolve_kept: bool | None = plain(None, None)
    reopened: int = plain(None, 0)
    rating: int | None = plain(None, None)


class FeedbackLink(Fact, table=True):
    """Two tickets belong together: the first repeats the other (``duplicate``), or has to do with it."""

    __tablename__ = "feedback_link"
    __table_args__ = (Index(None, "feedback_id"), Index(None, "other_id"))

    feedback_id: int = plain(BIG_ID, foreign_key="feedback.id")
    other_id: int = plain(BIG_ID, foreign_key="feedback.id")
    relation: str = plain()
