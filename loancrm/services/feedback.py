"""Complaints, suggestions, enquiries and praise: filed, and how each stands after what was done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from loancrm.desk.hours import clock_text, minute_of
from loancrm.desk.ticket import State, begin
from loancrm.indicators.facts import CUSTOMER
from loancrm.models import Feedback, FeedbackEvent, FeedbackState, table
from loancrm.reports import lookup
from loancrm.reports.ticket_states import columns_of, filed_of, replayed, rules_by_day
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork

ROWS, EVENTS, STATES = table(Feedback), table(FeedbackEvent), table(FeedbackState)
CHUNK = 500  # tickets at a time


class FeedbackIn(Input):
    """What a customer said, and where it belongs; ``minute`` after midnight, in the book's zone."""

    customer: str
    on: date | None = None
    minute: int | None = None
    channel: str
    business_line: str
    product: str | None = None
    service_stage: str | None = None
    department: str | None = None
    cause: str | None = None
    kind: str
    importance: str = "medium"
    urgency: str = "medium"
    text: str
    about_officer: str | None = None


class FeedbackReceipt(Receipt):
    """The ticket as it stands, with its deadlines and the policy's level that set them.

    ``resolve_due_on`` is the limit in calendar days, ``target_on`` the day by which the working hours for its
    resolution are used up.
    """

    feedback: str
    customer: str
    kind: str
    status: str
    priority: str
    officer: str | None
    answer_due_on: date | None
    progress_due_on: date | None
    target_on: date | None
    resolve_due_on: date | None
    service_level: str | None


def record(uow: UnitOfWork, request: FeedbackIn) -> FeedbackReceipt:
    """File a piece of feedback; the policy of its day sets the deadlines."""
    view = uow.view()
    owner = lookup.customer(view, request.customer)
    about = lookup.officer(view, request.about_officer, "--about") if request.about_officer else None
    on = happened_on(uow, request.on)
    minute = now_minute(uow, request.on, request.minute)
    fields = request.model_dump(exclude={"customer", "on", "about_officer"})
    first = begin(request.kind, on, minute, filed_of(fields), rules_by_day(uow.view())(on))
    values = {**fields, "minute": minute, "effective_on": on, **deadlines(first)}
    number = uow.next_number("feedback")
    about_id = about.id if about is not None else None
    key = uow.insert(Feedback, number=number, customer_id=owner.id, about_officer_id=about_id, **values)
    uow.insert(FeedbackState, feedback_id=key, effective_on=on, **columns_of(first))
    said = {name: value for name, value in values.items() if name != "minute"} | {"at": clock_text(minute)}
    uow.record(Change("create", Feedback, key, owner.id, {}, said))
    return receipt(uow, number)


def now_minute(uow: UnitOfWork, on: date | None, minute: int | None) -> int | None:
    """Return the minute that was said; that of the clock where neither day nor minute was."""
    if on is not None or minute is not None:
        return minute
    return minute_of(uow.clock.now.astimezone(ZoneInfo(uow.zone)))


def deadlines(first: State) -> dict[str, Any]:
    """Return the deadlines that stand on a ticket's own row: those of the day it came."""
    return {
        "service_level": first.targets.rule,
        "answer_due_on": first.answer_due.date() if first.answer_due else None,
        "resolve_due_on": first.limit_on,
    }


def restate(uow: UnitOfWork, tickets: Sequence[int]) -> None:
    """Write anew how tickets stand where what was done about them says otherwise by now.

    Raises:
        StepRefused: a step does not follow from the one before.
    """
    news: list[Mapping[str, Any]] = []
    for one in replayed(uow.view(), tickets):
        for there in one.stored[one.agreeing :]:
            uow.void(FeedbackState, there.id)
        news += one.wanted[one.agreeing :]
    uow.insert_many(FeedbackState, news)


def standing_of(uow: UnitOfWork, ticket: int) -> Row[Any]:
    """Return how a ticket stands after all that was done about it."""
    query = select(STATES).where(STATES.c.feedback_id == ticket, STATES.c.voided_at.is_(None))
    return uow.connection.execute(query.order_by(STATES.c.id.desc()).limit(1)).one()


def receipt(uow: UnitOfWork, number: int) -> FeedbackReceipt:
    """Return a ticket as it stands."""
    code = lookup.feedback_code(number)
    row = lookup.feedback(uow.view(), code)
    state = standing_of(uow, row.id)
    owner = uow.connection.execute(
        select(CUSTOMER.c.number, CUSTOMER.c.officer_id).where(CUSTOMER.c.id == row.customer_id)
    ).one()
    lead = owner.officer_id if owner.officer_id != row.about_officer_id else None
    officer_id = state.officer_id or lead
    return FeedbackReceipt(
        feedback=code,
        customer=lookup.customer_code(owner.number),
        kind=row.kind,
        status=state.status,
        priority=state.priority,
        officer=lookup.officers(uow.view()).get(officer_id) if officer_id else None,
        answer_due_on=state.answer_due_on or row.answer_due_on,
        progress_due_on=state.progress_due_on,
        target_on=state.target_on,
        resolve_due_on=state.limit_on,
        service_level=state.service_level,
    )
