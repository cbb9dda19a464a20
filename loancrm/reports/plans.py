"""The steps of tickets' plans of action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from loancrm.indicators.tickets import ENDED, FEEDBACK, STATE, is_newest
from loancrm.models import FeedbackEvent, table
from loancrm.reports.lookup import feedback as find_feedback
from loancrm.reports.lookup import feedback_code, officers
from loancrm.view import View

PLANNED = table(FeedbackEvent)
OVER = ("step_done", "step_dropped")


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step of a ticket's plan; ``days_late`` of one that is open."""

    feedback: str
    step: int
    what: str
    officer: str | None
    due_on: date
    status: str
    done_on: date | None
    days_late: int


def end_of(view: View) -> Any:
    """Return what ended the steps of plans, as an alias, and the condition to join it by."""
    end = PLANNED.alias("ended")
    same = (end.c.feedback_id == PLANNED.c.feedback_id) & (end.c.step == PLANNED.c.step)
    return end, same & end.c.action.in_(OVER) & view.sees(end)


def plans(view: View, ticket: str | None = None, officer_id: int | None = None) -> Iterator[PlanStep]:
    """Yield the steps of a ticket's plan; without one those that are open, of open tickets, by their day.

    Raises:
        NotFound: there is no such ticket.
    """
    end, is_its_end = end_of(view)
    query = (
        select(PLANNED, FEEDBACK.c.number, end.c.action.label("end"), end.c.effective_on.label("ended_on"))
        .join(FEEDBACK, FEEDBACK.c.id == PLANNED.c.feedback_id)
        .outerjoin(end, is_its_end)
        .where(PLANNED.c.action == "planned", view.sees(PLANNED), view.sees(FEEDBACK))
    )
    if ticket is not None:
        query = query.where(FEEDBACK.c.id == find_feedback(view, ticket).id).order_by(PLANNED.c.step)
    else:
        query = query.join(STATE, is_newest(view)).where(end.c.id.is_(None), STATE.c.status.not_in(ENDED))
        query = query.order_by(PLANNED.c.due_on, FEEDBACK.c.number, PLANNED.c.step)
    if officer_id is not None:
        query = query.where(PLANNED.c.officer_id == officer_id)
    codes = officers(view)
    for row in view.rows(query):
        status = "open" if row.end is None else row.end.removeprefix("step_")
        yield PlanStep(
            feedback=feedback_code(row.number),
            step=row.step,
            what=row.text,
            officer=codes.get(row.officer_id),
            due_on=row.due_on,
            status=status,
            done_on=row.ended_on if status == "done" else None,
            days_late=max(0, (view.as_of - row.due_on).days) if status == "open" else 0,
        )
