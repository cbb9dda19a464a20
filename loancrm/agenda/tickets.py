"""Feedback that waits: clocks and limits that run out, levels that are to hear of it, steps of its plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from loancrm.agenda.base import Agenda
from loancrm.dialect import as_text, found_first
from loancrm.indicators.facts import feedback_given
from loancrm.indicators.tickets import ENDED, FEEDBACK, STATE, is_newest
from loancrm.models import FeedbackEvent, table


def feedback(agenda: Agenda) -> Select[Any]:
    """Return the tickets that wait for an answer, a word on progress, or a resolution: what is due first.

    A complaint near its limit stands in a band of its own, whatever its clocks say.
    """
    view, settings, state = agenda.view, agenda.due.feedback, STATE.c
    limit, until = view.as_of + timedelta(days=settings.limit_days), agenda.horizon
    near = and_(FEEDBACK.c.kind == "complaint", state.limit_on <= limit)
    query: Select[Any] = select(
        FEEDBACK.c.customer_id, FEEDBACK.c.number, FEEDBACK.c.about_officer_id, FEEDBACK.c.text,
        state.officer_id, state.answer_due_minute, state.progress_due_minute, state.target_on,
        state.target_minute, case((near, 1), else_=0).label("near"),
        func.coalesce(state.answer_due_on, _far()).label("answer"),
        func.coalesce(state.progress_due_on, _far()).label("progress"),
        func.coalesce(_earlier(state.target_on, state.limit_on), _far()).label("resolve"),
    )  # fmt: skip
    if agenda.band == settings.limit_band != settings.band:  # few, and found by their first limit
        query = query.where(near, FEEDBACK.c.kind == "complaint", FEEDBACK.c.resolve_due_on <= limit)
    query = agenda.mine(_of_tickets(agenda, query), FEEDBACK, state.officer_id, feedback_given)
    c = found_first(query, "waiting").c
    is_answer, is_progress = and_(c.answer <= c.progress, c.answer <= c.resolve), c.progress <= c.resolve
    minute = case(
        (is_answer, c.answer_due_minute),
        (is_progress, c.progress_due_minute),
        (c.target_on == c.resolve, c.target_minute),  # a limit in calendar days has no hour
    )
    first = case((is_answer, c.answer), (is_progress, c.progress), else_=c.resolve)
    return agenda.reason(
        "feedback",
        settings,
        c.customer_id,
        due_on=first,
        band=case((c.near == 1, settings.limit_band), else_=settings.band),
        code=case((is_answer, "answer_due"), (is_progress, "progress_due"), else_="resolution_due"),
        ref=as_text(c.number),
        n=c.about_officer_id,  # who will not get it
        text=c.text,
        about=as_text(minute),
        officer=c.officer_id,
    ).where(first < _far(), or_(first <= until + timedelta(days=settings.days_before), c.near == 1))


def escalations(agenda: Agenda) -> Select[Any] | None:
    """Return the tickets of which somebody above is to hear: which level, the policy says."""
    settings, state = agenda.due.escalation, STATE.c
    levels = sorted(one.level for one in agenda.policy.feedback.escalation or ())
    if settings is None or not levels:
        return None
    following = case(*((state.level < level, level) for level in levels), else_=null().cast(Integer))
    query = agenda.reason(
        "escalation",
        settings,
        FEEDBACK.c.customer_id,
        due_on=state.escalate_on,
        ref=as_text(FEEDBACK.c.number),
        n=FEEDBACK.c.about_officer_id,
        text=FEEDBACK.c.text,
        about=as_text(following),
        officer=state.officer_id,
    )
    until = agenda.horizon + timedelta(days=settings.days_before)
    query = _of_tickets(agenda, query).where(state.escalate_on <= until)
    return agenda.mine(query, FEEDBACK, state.officer_id, feedback_given)


def plan_steps(agenda: Agenda) -> Select[Any] | None:
    """Return the steps of plans of action that fall due; each is of the officer who was named."""
    settings, planned = agenda.due.plan_step, table(FeedbackEvent)
    if settings is None:
        return None
    end = planned.alias("ended")
    same = (end.c.feedback_id == planned.c.feedback_id) & (end.c.step == planned.c.step)
    is_over = exists().where(same, end.c.action.in_(("step_done", "step_dropped")), agenda.view.sees(end))
    code = literal("F-").concat(as_text(FEEDBACK.c.number))
    query = agenda.reason(
        "plan_step",
        settings,
        FEEDBACK.c.customer_id,
        due_on=planned.c.due_on,
        ref=code.concat("/").concat(as_text(planned.c.step)),
        text=planned.c.text,
        about=code.concat(" ").concat(as_text(planned.c.step)),
        officer=planned.c.officer_id,
    )
    query = query.select_from(planned.join(FEEDBACK, FEEDBACK.c.id == planned.c.feedback_id))
    until = agenda.horizon + timedelta(days=settings.days_before)
    query = query.where(planned.c.action == "planned", agenda.view.sees(planned), ~is_over)
    query = query.where(planned.c.due_on <= until, agenda.view.sees(FEEDBACK))
    open_ = exists().where(is_newest(agenda.view), STATE.c.status.not_in(ENDED))
    return agenda.mine(query.where(open_), FEEDBACK, planned.c.officer_id, feedback_given)


def _of_tickets(agenda: Agenda, query: Select[Any]) -> Select[Any]:
    """Keep the open tickets that are seen; who is complained of does not get theirs."""
    view = agenda.view
    if agenda.scope.officers:
        is_about = FEEDBACK.c.about_officer_id.in_(agenda.scope.officers)
        query = query.where(or_(STATE.c.officer_id.is_not(None), func.coalesce(is_about, False).is_(False)))
    joined = FEEDBACK.join(STATE, is_newest(view))
    return query.select_from(joined).where(view.sees(FEEDBACK), STATE.c.status.not_in(ENDED))


def _far() -> ColumnElement[Any]:
    """Return a day after all others, for what is not due at all."""
    return literal(date.max, Date())


def _earlier(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the earlier of two days; the one that is there where the other is missing."""
    return case((func.coalesce(other, _far()) < func.coalesce(one, _far()), other), else_=one)
