"""Feedback: the list, and one ticket with what was done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, null, or_, select

from loancrm.desk.hours import clock_text
from loancrm.dialect import unindexed
from loancrm.indicators.facts import customer_ids, customers_at, feedback_given, given_or_of
from loancrm.indicators.tickets import ENDED, FEEDBACK, STATE, is_newest
from loancrm.models import Officer, table
from loancrm.reports.lookup import customer as find_customer
from loancrm.reports.lookup import customer_code, feedback_code
from loancrm.view import View

DUES = (
    ("answer_due_on", "answer_due_minute"),
    ("progress_due_on", "progress_due_minute"),
    ("target_on", "target_minute"),
)
OF_STATE = (
    "priority",
    "cause",
    "business_line",
    "product",
    "service_stage",
    "department",
    "importance",
    "urgency",
)


@dataclass(frozen=True, slots=True)
class FeedbackLine:
    """A ticket: ``due_on`` is the deadline that comes next, None when it is over or without one.

    ``resolve_due_on`` is the limit in calendar days; ``target_on`` the day on which the working hours for its
    resolution are used up. ``level`` is how high it was escalated. Of one that waits for the customer only
    the limit runs.
    """

    feedback: str
    on: date
    at: str | None
    customer: str
    name: str
    officer: str | None
    kind: str
    business_line: str
    product: str | None
    service_stage: str | None
    department: str | None
    cause: str | None
    channel: str
    importance: str
    urgency: str
    priority: str
    status: str
    answer_due_on: date | None
    progress_due_on: date | None
    target_on: date | None
    resolve_due_on: date | None
    due_on: date | None
    due_at: str | None
    days_late: int
    level: int
    escalate_on: date | None
    answered_on: date | None
    resolved_on: date | None
    reopened: int
    rating: int | None
    text: str


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets are wanted: values of how they are filed, of the day they came, and only late ones."""

    filed: Mapping[str, str]
    kind: str | None = None
    channel: str | None = None
    status: str | None = None
    since: date | None = None
    until: date | None = None
    is_late: bool = False


def feedback(
    view: View,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    kind: str | None = None,
    status: str | None = None,
    scope: Select[Any] | None = None,
    wanted: TicketFilter | None = None,
) -> Iterator[FeedbackLine]:
    """Return tickets by number: of one customer or officer, or those in scope; as ``wanted``."""
    conditions: list[ColumnElement[bool]] = []
    if scope is not None:
        conditions.append(FEEDBACK.c.customer_id.in_(scope))
    if customer is not None:
        conditions.append(FEEDBACK.c.customer_id == find_customer(view, customer).id)
    if kind is not None:
        conditions.append(FEEDBACK.c.kind == kind)
    if status is not None:
        conditions.append(STATE.c.status == status)
    if wanted is not None:
        conditions += _wanted(view, wanted)
    for row in tickets(view, conditions, officer_id):
        yield line(view, row)


def _wanted(view: View, wanted: TicketFilter) -> Iterator[ColumnElement[bool]]:
    yield from (STATE.c[name] == value for name, value in wanted.filed.items())
    pairs = (
        (FEEDBACK.c.kind, wanted.kind),
        (FEEDBACK.c.channel, wanted.channel),
        (STATE.c.status, wanted.status),
    )
    yield from (column == value for column, value in pairs if value is not None)
    if wanted.since is not None:
        yield FEEDBACK.c.effective_on >= wanted.since
    if wanted.until is not None:
        yield FEEDBACK.c.effective_on < wanted.until
    if wanted.is_late:
        yield STATE.c.status.not_in(ENDED)
        yield or_(
            *(
                STATE.c[name] < view.as_of
                for name in ("answer_due_on", "progress_due_on", "target_on", "limit_on")
            )
        )


def responsible(lead: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return who has a ticket: the officer it was given to, else the customer's, but for who it is about."""
    is_about_lead = FEEDBACK.c.about_officer_id == lead
    return func.coalesce(STATE.c.officer_id, case((is_about_lead, null()), else_=lead))


def tickets(view: View, conditions: list[ColumnElement[bool]], officer_id: int | None) -> Any:
    """Return the rows of tickets with how they stand, whose they are and who has them."""
    people = customers_at(view, "name", "officer_id")
    officer = table(Officer)
    has_it = responsible(people.c.officer_id)
    columns = [
        column for column in STATE.c if column.name not in ("id", "minute", "effective_on", "known_on")
    ]
    own = [column for column in FEEDBACK.c if column.name not in {one.name for one in columns}]
    query = (
        select(*own, *columns, people.c.number.label("owner"), people.c.name, officer.c.code.label("officer"))
        .select_from(FEEDBACK.join(STATE, is_newest(view)))
        .join(people, people.c.id == FEEDBACK.c.customer_id)
        .outerjoin(officer, officer.c.id == has_it)
        .where(view.sees(FEEDBACK), *conditions)
        .order_by(FEEDBACK.c.number)
    )
    if officer_id is not None:
        found = given_or_of(
            FEEDBACK, feedback_given((officer_id,)), customer_ids(view, officer_id=officer_id)
        )
        query = query.where(and_(found, has_it == officer_id))
        query = query.order_by(None).order_by(unindexed(FEEDBACK.c.number))
    return view.connection.execute(query)


def line(view: View, row: Row[Any]) -> FeedbackLine:
    """Return a ticket's row as it is listed."""
    due_on, minute = next_due(row)
    return FeedbackLine(
        feedback=feedback_code(row.number),
        on=row.effective_on,
        at=clock_text(row.minute),
        customer=customer_code(row.owner),
        name=row.name,
        officer=row.officer,
        kind=row.kind,
        channel=row.channel,
        **{name: row._mapping[name] for name in OF_STATE},
        status=row.status,
        answer_due_on=row.answer_due_on,
        progress_due_on=row.progress_due_on,
        target_on=row.target_on,
        resolve_due_on=row.limit_on,
        due_on=due_on,
        due_at=clock_text(minute),
        days_late=max(0, (view.as_of - due_on).days) if due_on else 0,
        level=row.level,
        escalate_on=row.escalate_on,
        answered_on=row.answered_on,
        resolved_on=row.resolved_on,
        reopened=row.reopened,
        rating=row.rating,
        text=row.text,
    )


def next_due(row: Row[Any]) -> tuple[date | None, int | None]:
    """Return which deadline of an open ticket comes next: a clock's with its minute, or the limit."""
    if row.status in ENDED:
        return None, None
    clocks = [(row._mapping[on], row._mapping[minute]) for on, minute in DUES if row._mapping[on] is not None]
    found = min(clocks, default=(None, None))
    if row.limit_on is not None and (found[0] is None or row.limit_on < found[0]):
        return row.limit_on, None
    return found
