"""Complaints, suggestions, enquiries and praise: recorded, assigned, answered, resolved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select

from loancrm.calendars import add_working_days
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER
from loancrm.models import Feedback, FeedbackEvent, table
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork


class FeedbackIn(Input):
    """What a customer said, and where it belongs."""

    customer: str
    on: date | None = None
    channel: str
    business_line: str
    product: str | None = None
    service_stage: str | None = None
    department: str | None = None
    kind: str
    importance: str = "medium"
    urgency: str = "medium"
    text: str
    about_officer: str | None = None


class FeedbackStep(Input):
    """A step on a ticket: ``to`` for assigning, ``text`` for answering and resolving."""

    feedback: str
    on: date | None = None
    to: str | None = None
    text: str | None = None


class FeedbackReceipt(Receipt):
    """The ticket as it stands, with its deadlines and the policy's level that set them."""

    feedback: str
    customer: str
    kind: str
    status: str
    officer: str | None
    answer_due_on: date | None
    resolve_due_on: date | None
    service_level: str | None


def record(uow: UnitOfWork, request: FeedbackIn) -> FeedbackReceipt:
    """File a piece of feedback; the policy of its day sets the deadlines."""
    view = uow.view()
    owner = lookup.customer(view, request.customer)
    about = lookup.officer(view, request.about_officer, "--about") if request.about_officer else None
    on = happened_on(uow, request.on)
    fields = request.model_dump(exclude={"customer", "on", "about_officer"})
    values = {
        **fields,
        "effective_on": on,
        **deadlines(uow, request.kind, request.importance, request.urgency, on),
    }
    number = uow.next_number("feedback")
    about_id = about.id if about is not None else None
    key = uow.insert(Feedback, number=number, customer_id=owner.id, about_officer_id=about_id, **values)
    uow.record(Change("create", Feedback, key, owner.id, {}, values))
    return _receipt(uow, number)


def deadlines(uow: UnitOfWork, kind: str, importance: str, urgency: str, on: date) -> dict[str, Any]:
    """Return the deadlines that the policy of its day sets for a piece of feedback."""
    policy = policies.in_force(uow.view(on))
    level = policy.service_level(kind, importance, urgency)
    if level is None:
        return {"service_level": None, "answer_due_on": None, "resolve_due_on": None}
    answer, resolve = level.answer_working_days, level.resolve_days
    return {
        "service_level": level.rule,
        "answer_due_on": None if answer is None else add_working_days(on, answer),
        "resolve_due_on": None if resolve is None else on + timedelta(days=resolve),
    }


def assign(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Give a ticket to an officer, never to the one it is about.

    Raises:
        InvalidInput: the officer is the one complained of.
        Conflict: it is resolved.
    """
    row = _open(uow, request.feedback)
    officer = lookup.officer(uow.view(), request.to or "", "--to")
    if officer.id == row.about_officer_id:
        message = _("--to: a ticket is never given to the officer it is about")
        raise InvalidInput(message, field="--to", code="about_owner")
    return _step(uow, row, "assigned", request, officer.id)


def answer(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Record the first answer to the customer.

    Raises:
        Conflict: it is resolved, or was answered.
    """
    row = _open(uow, request.feedback)
    if "answered" in _actions(uow, row.id):
        raise Conflict(_("this ticket was answered already"), code="answered")
    return _step(uow, row, "answered", request)


def resolve(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Record how a ticket was resolved.

    Raises:
        Conflict: it is resolved already.
    """
    return _step(uow, _open(uow, request.feedback), "resolved", request)


def _open(uow: UnitOfWork, code: str) -> Row[Any]:
    row = lookup.feedback(uow.view(), code)
    if "resolved" in _actions(uow, row.id):
        raise Conflict(_("this ticket is resolved"), code="resolved")
    return row


def _actions(uow: UnitOfWork, key: int) -> dict[str, int | None]:
    """Return what was done to a ticket, and the newest officer it was given to."""
    events = table(FeedbackEvent)
    rows = uow.connection.execute(
        select(events.c.action, events.c.officer_id)
        .where(events.c.feedback_id == key, events.c.voided_at.is_(None))
        .order_by(events.c.id)
    )
    return {row.action: row.officer_id for row in rows}


def _step(
    uow: UnitOfWork, row: Row[Any], action: str, request: FeedbackStep, officer_id: int | None = None
) -> FeedbackReceipt:
    on = happened_on(uow, request.on)
    if on < row.effective_on:
        raise InvalidInput(_("--on is before the feedback came"), field="--on")
    values = {"action": action, "text": request.text}
    uow.insert(FeedbackEvent, feedback_id=row.id, officer_id=officer_id, effective_on=on, **values)
    after = {"feedback": lookup.feedback_code(row.number), **values, "to": request.to, "effective_on": on}
    uow.record(Change("change", Feedback, row.id, row.customer_id, {}, after))
    return _receipt(uow, row.number)


def _receipt(uow: UnitOfWork, number: int) -> FeedbackReceipt:
    code = lookup.feedback_code(number)
    row = lookup.feedback(uow.view(), code)
    done = _actions(uow, row.id)
    status = "resolved" if "resolved" in done else "answered" if "answered" in done else "open"
    owner = uow.connection.execute(
        select(CUSTOMER.c.number, CUSTOMER.c.officer_id).where(CUSTOMER.c.id == row.customer_id)
    ).one()
    lead = owner.officer_id if owner.officer_id != row.about_officer_id else None
    officer_id = done.get("assigned") or lead
    return FeedbackReceipt(
        feedback=code,
        customer=lookup.customer_code(owner.number),
        kind=row.kind,
        status=status,
        officer=lookup.officers(uow.view()).get(officer_id) if officer_id else None,
        answer_due_on=row.answer_due_on,
        resolve_due_on=row.resolve_due_on,
        service_level=row.service_level,
    )
