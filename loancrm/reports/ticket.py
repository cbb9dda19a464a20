"""One ticket: how it stands, its clocks, its plan of action, what it is linked to, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, or_, select

from loancrm.desk.hours import clock_text
from loancrm.desk.ticket import FILED
from loancrm.errors import NotFound
from loancrm.i18n import _
from loancrm.indicators.tickets import ENDED, FEEDBACK
from loancrm.models import Command, FeedbackEvent, FeedbackLink, table
from loancrm.reports.feedback import FeedbackLine, line, tickets
from loancrm.reports.lookup import feedback as find_feedback
from loancrm.reports.lookup import feedback_code, officers
from loancrm.view import View

EVENTS, LINKS, COMMANDS = table(FeedbackEvent), table(FeedbackLink), table(Command)


@dataclass(frozen=True, slots=True)
class FeedbackStepLine:
    """What was done about a ticket, and who wrote it down (``by``); ``filed`` is what a triage changed."""

    on: str
    at: str | None
    action: str
    officer: str | None
    by: str | None
    filed: dict[str, str]
    level: int | None
    days: int | None
    step: int | None
    rating: int | None
    text: str | None


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock: minutes of work that are allowed and, once it has stopped, that it took; when it is due."""

    clock: str
    state: str
    target_minutes: int | None
    minutes: int | None
    due_on: date | None
    due_at: str | None


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A step of a plan of action."""

    step: int
    what: str
    officer: str | None
    due_on: date
    status: str
    done_on: date | None
    days_late: int


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A ticket that this one repeats (duplicate), is repeated by, or has to do with (related)."""

    feedback: str
    relation: str


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """A ticket with its steps, clocks, plan and links."""

    ticket: FeedbackLine
    service_level: str | None
    about: str | None
    clocks: tuple[ClockLine, ...]
    plan: tuple[PlanLine, ...]
    links: tuple[LinkLine, ...]
    steps: tuple[FeedbackStepLine, ...]


def ticket(view: View, code: str) -> FeedbackPage:
    """Return one ticket.

    Raises:
        NotFound: there is none.
    """
    found = find_feedback(view, code)
    row = next(iter(tickets(view, [FEEDBACK.c.id == found.id], None)), None)
    if row is None:  # it came later than the view's day
        raise NotFound(_("there is no feedback {code}").format(code=code.strip()[:40]), field="FEEDBACK")
    codes = officers(view)
    query = (
        select(EVENTS, COMMANDS.c.actor)
        .join(COMMANDS, COMMANDS.c.id == EVENTS.c.command_id)
        .where(EVENTS.c.feedback_id == found.id, view.sees(EVENTS))
    )
    events = view.rows(query.order_by(EVENTS.c.effective_on, EVENTS.c.id))
    return FeedbackPage(
        ticket=line(view, row),
        service_level=row.service_level,
        about=codes.get(row.about_officer_id),
        clocks=tuple(_clocks(view, row)),
        plan=tuple(_plan(view, events, codes)),
        links=tuple(_links(view, found.id)),
        steps=tuple(_step(event, codes) for event in events),
    )


def _step(event: Row[Any], codes: dict[int, str]) -> FeedbackStepLine:
    return FeedbackStepLine(
        on=event.effective_on.isoformat(),
        at=clock_text(event.minute),
        action=event.action,
        officer=codes.get(event.officer_id),
        by=event.actor,
        filed={name: event._mapping[name] for name in FILED if event._mapping[name] is not None},
        level=event.level,
        days=event.days,
        step=event.step,
        rating=event.rating,
        text=event.text,
    )


def _clocks(view: View, row: Row[Any]) -> Iterator[ClockLine]:
    """Yield the clocks that the policy has for the ticket, and its limit."""
    is_over = row.status in ENDED
    parts = (
        (
            "answer",
            row.answer_target,
            row.answer_minutes,
            row.is_answer_kept,
            row.answer_due_on,
            row.answer_due_minute,
        ),
        ("progress", row.progress_target, None, None, row.progress_due_on, row.progress_due_minute),
        (
            "resolution",
            row.resolve_target,
            row.resolve_minutes,
            row.is_resolve_kept,
            row.target_on,
            row.target_minute,
        ),
    )
    for name, target, minutes, is_kept, due_on, minute in parts:
        if target is None or (name == "progress" and (is_over or row.answered_on is None)):
            continue
        state = "stopped" if due_on is None else "late" if due_on < view.as_of else "running"
        if is_kept is not None:
            state = "kept" if is_kept else "missed"
        yield ClockLine(name, state, target, minutes, due_on, clock_text(minute))
    if row.limit_on is not None:
        day = row.resolved_on or view.as_of
        ended, running = ("kept", "missed"), ("running", "late")
        state = (ended if row.resolved_on else running)[day > row.limit_on]
        yield ClockLine("limit", state, None, None, row.limit_on, None)


def _plan(view: View, events: list[Row[Any]], codes: dict[int, str]) -> Iterator[PlanLine]:
    over = {event.step: event for event in events if event.action in ("step_done", "step_dropped")}
    for event in events:
        if event.action != "planned":
            continue
        end = over.get(event.step)
        status = "open" if end is None else end.action.removeprefix("step_")
        yield PlanLine(
            step=event.step,
            what=event.text,
            officer=codes.get(event.officer_id),
            due_on=event.due_on,
            status=status,
            done_on=end.effective_on if status == "done" and end is not None else None,
            days_late=max(0, (view.as_of - event.due_on).days) if end is None else 0,
        )


def _links(view: View, ticket_id: int) -> Iterator[LinkLine]:
    ends = or_(LINKS.c.feedback_id == ticket_id, LINKS.c.other_id == ticket_id)
    other = FEEDBACK.alias("other")
    is_other = or_(
        (LINKS.c.feedback_id == ticket_id) & (other.c.id == LINKS.c.other_id),
        (LINKS.c.other_id == ticket_id) & (other.c.id == LINKS.c.feedback_id),
    )
    query = select(LINKS, other.c.number).join(other, is_other).where(ends, view.sees(LINKS))
    for row in view.rows(query.order_by(LINKS.c.id)):
        is_repeated = row.relation == "duplicate" and row.other_id == ticket_id
        yield LinkLine(feedback_code(row.number), "repeated_by" if is_repeated else row.relation)
