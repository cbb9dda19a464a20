"""Feedback: the list, and one ticket with what was done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, null, select

from loancrm.dialect import unindexed
from loancrm.indicators.facts import customer_ids, customers_at, feedback_given, given_or_of
from loancrm.models import Feedback, FeedbackEvent, Officer, table
from loancrm.reports.lookup import customer as find_customer
from loancrm.reports.lookup import customer_code, feedback_code, officers
from loancrm.reports.lookup import feedback as find_feedback
from loancrm.view import View

_ROWS = table(Feedback)
_EVENTS = table(FeedbackEvent)


@dataclass(frozen=True, slots=True)
class FeedbackLine:
    """A ticket: ``due_on`` is the deadline that comes next, None when resolved or without one."""

    feedback: str
    on: date
    customer: str
    name: str
    officer: str | None
    kind: str
    business_line: str
    product: str | None
    service_stage: str | None
    department: str | None
    channel: str
    importance: str
    urgency: str
    status: str
    answer_due_on: date | None
    resolve_due_on: date | None
    due_on: date | None
    days_late: int
    text: str


@dataclass(frozen=True, slots=True)
class FeedbackStepLine:
    """What was done about a ticket."""

    on: str
    action: str
    officer: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """A ticket with its steps."""

    ticket: FeedbackLine
    service_level: str | None
    about: str | None
    steps: tuple[FeedbackStepLine, ...]


def feedback(
    view: View,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    kind: str | None = None,
    status: str | None = None,
    scope: Select[Any] | None = None,
) -> Iterator[FeedbackLine]:
    """Return tickets by number: of one customer or officer, or those in scope; of a kind, in a status."""
    conditions: list[ColumnElement[bool]] = []
    if scope is not None:
        conditions.append(_ROWS.c.customer_id.in_(scope))
    if customer is not None:
        conditions.append(_ROWS.c.customer_id == find_customer(view, customer).id)
    if kind is not None:
        conditions.append(_ROWS.c.kind == kind)
    for row in _tickets(view, conditions, officer_id, status):
        yield _line(view, row)


def _tickets(
    view: View, conditions: list[ColumnElement[bool]], officer_id: int | None, status: str | None
) -> Any:
    people = customers_at(view, "name", "officer_id")
    officer = table(Officer)
    given_to = _newest(view, "assigned")
    is_about_lead = _ROWS.c.about_officer_id == people.c.officer_id
    responsible = func.coalesce(given_to, case((is_about_lead, null()), else_=people.c.officer_id))
    state = case((_did(view, "resolved"), "resolved"), (_did(view, "answered"), "answered"), else_="open")
    query = (
        select(_ROWS, people.c.number.label("owner"), people.c.name, officer.c.code, state.label("status"))
        .join(people, people.c.id == _ROWS.c.customer_id)
        .outerjoin(officer, officer.c.id == responsible)
        .where(view.sees(_ROWS), *conditions)
        .order_by(_ROWS.c.number)
    )
    if officer_id is not None:
        found = given_or_of(_ROWS, feedback_given((officer_id,)), customer_ids(view, officer_id=officer_id))
        query = query.where(found, responsible == officer_id)
        query = query.order_by(None).order_by(unindexed(_ROWS.c.number))
    if status is not None:
        query = query.where(state == status)
    return view.connection.execute(query)


def _did(view: View, action: str) -> ColumnElement[bool]:
    same = and_(_EVENTS.c.feedback_id == _ROWS.c.id, _EVENTS.c.action == action)
    return exists().where(same, view.sees(_EVENTS))


def _newest(view: View, action: str) -> ColumnElement[Any]:
    same = and_(_EVENTS.c.feedback_id == _ROWS.c.id, _EVENTS.c.action == action)
    query = select(_EVENTS.c.officer_id).where(same, view.sees(_EVENTS)).order_by(_EVENTS.c.id.desc())
    return query.limit(1).correlate_except(_EVENTS).scalar_subquery()


def _line(view: View, row: Row[Any]) -> FeedbackLine:
    due_on = {"open": row.answer_due_on or row.resolve_due_on, "answered": row.resolve_due_on}.get(row.status)
    return FeedbackLine(
        feedback=feedback_code(row.number),
        on=row.effective_on,
        customer=customer_code(row.owner),
        name=row.name,
        officer=row.code,
        kind=row.kind,
        business_line=row.business_line,
        product=row.product,
        service_stage=row.service_stage,
        department=row.department,
        channel=row.channel,
        importance=row.importance,
        urgency=row.urgency,
        status=row.status,
        answer_due_on=row.answer_due_on,
        resolve_due_on=row.resolve_due_on,
        due_on=due_on,
        days_late=max(0, (view.as_of - due_on).days) if due_on else 0,
        text=row.text,
    )


def ticket(view: View, code: str) -> FeedbackPage:
    """Return one ticket with its steps.

    Raises:
        NotFound: there is none.
    """
    found = find_feedback(view, code)
    row = next(iter(_tickets(view, [_ROWS.c.id == found.id], None, None)))
    codes = officers(view)
    steps = (
        select(_EVENTS).where(_EVENTS.c.feedback_id == found.id, view.sees(_EVENTS)).order_by(_EVENTS.c.id)
    )
    return FeedbackPage(
        ticket=_line(view, row),
        service_level=row.service_level,
        about=codes.get(row.about_officer_id),
        steps=tuple(
            FeedbackStepLine(
                on=step.effective_on.isoformat(),
                action=step.action,
                officer=codes.get(step.officer_id),
                text=step.text,
            )
            for step in view.rows(steps.order_by(_EVENTS.c.id))
        ),
    )
