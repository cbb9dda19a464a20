"""What somebody set or asked for: next steps, and feedback that waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select

from loancrm.agenda.base import Agenda
from loancrm.dialect import as_text
from loancrm.indicators.facts import feedback_given, follow_up_assignee, follow_ups_given
from loancrm.models import Feedback, FeedbackEvent, FollowUp, FollowUpEvent, table
from loancrm.view import View

FOLLOW_UP = table(FollowUp)
FEEDBACK = table(Feedback)


def follow_ups(agenda: Agenda) -> Select[Any]:
    """Return the next steps set by hand that are not done."""
    rows, events = FOLLOW_UP.c, table(FollowUpEvent)
    seen = agenda.view.sees(events)
    done = exists().where(events.c.follow_up_id == rows.id, events.c.action == "done", seen)
    put_off = (
        select(events.c.until_on)
        .where(events.c.follow_up_id == rows.id, events.c.action == "snoozed", seen)
        .order_by(events.c.id.desc())
        .limit(1)
        .correlate_except(events)
        .scalar_subquery()
    )
    due_on, given_to = func.coalesce(put_off, rows.due_on), follow_up_assignee(agenda.view, FOLLOW_UP)
    query = agenda.reason(
        "follow_up",
        agenda.due.follow_up,
        rows.customer_id,
        due_on=due_on,
        ref=as_text(rows.number),
        text=rows.what,
        officer=given_to,
    )
    query = query.where(agenda.view.sees(FOLLOW_UP), due_on <= agenda.horizon, ~done)
    return agenda.mine(query, FOLLOW_UP, given_to, follow_ups_given)


def feedback(agenda: Agenda) -> Select[Any]:
    """Return the tickets that wait for an answer or a resolution."""
    view, rows, settings = agenda.view, FEEDBACK.c, agenda.due.feedback
    answered = _event(view, "answered")
    to_resolve = or_(answered, rows.answer_due_on.is_(None))  # answered, or no first answer to give
    due_on = case((to_resolve, rows.resolve_due_on), else_=rows.answer_due_on)
    limit = view.as_of + timedelta(days=settings.limit_days)
    near = and_(rows.kind == "complaint", rows.resolve_due_on <= limit)
    assigned = _assigned_to(view)
    query = agenda.reason(
        "feedback",
        settings,
        rows.customer_id,
        due_on=due_on,
        band=case((near, settings.limit_band), else_=settings.band),
        code=case((to_resolve, "resolution_due"), else_="answer_due"),
        ref=as_text(rows.number),
        n=rows.about_officer_id,  # who will not get it
        text=rows.text,
        officer=assigned,
    )
    if agenda.scope.officers:
        is_about = rows.about_officer_id.in_(agenda.scope.officers)
        query = query.where(or_(assigned.is_not(None), func.coalesce(is_about, False).is_(False)))
    query = query.where(
        view.sees(FEEDBACK),
        ~_event(view, "resolved"),
        or_(due_on <= agenda.horizon + timedelta(days=settings.days_before), near),
    )
    if agenda.band == settings.limit_band != settings.band:  # few, and found by their limit
        query = query.where(near)
    return agenda.mine(query, FEEDBACK, assigned, feedback_given)


def _event(view: View, action: str) -> ColumnElement[bool]:
    events = table(FeedbackEvent)
    same = events.c.feedback_id == FEEDBACK.c.id
    return exists().where(same, events.c.action == action, view.sees(events))


def _assigned_to(view: View) -> ColumnElement[Any]:
    events = table(FeedbackEvent)
    return (
        select(events.c.officer_id)
        .where(events.c.feedback_id == FEEDBACK.c.id, events.c.action == "assigned", view.sees(events))
        .order_by(events.c.id.desc())
        .limit(1)
        .correlate_except(events)
        .scalar_subquery()
    )
