"""Feedback of the simulation, written as the desk would have."""

from __future__ import annotations

from loancrm.demo import events as happened
from loancrm.services import feedback, tickets
from loancrm.services.dossier import FactIn, add_fact
from loancrm.unitofwork import UnitOfWork

VERBS = {
    "assigned": tickets.assign,
    "answered": tickets.answer,
    "progressed": tickets.progress,
    "waiting": tickets.wait,
    "resumed": tickets.resume,
    "escalated": tickets.escalate,
    "resolved": tickets.resolve,
    "closed": tickets.close,
}


def hear(uow: UnitOfWork, event: happened.Heard, customer: str, *, is_student: bool) -> str:
    """File what a customer said and return the ticket's code."""
    request = feedback.FeedbackIn(
        customer=customer,
        channel=event.channel,
        business_line="student" if is_student else "corporate",
        product=event.product,
        service_stage=event.service_stage,
        department=event.department,
        kind=event.kind,
        importance=event.importance,
        urgency=event.urgency,
        text=event.text,
        about_officer=event.about,
        cause=event.cause,
        minute=event.minute,
    )
    return feedback.record(uow, request).feedback


def handle(uow: UnitOfWork, event: happened.Handled, ticket: str) -> None:
    """Do what was done about a ticket."""
    if event.action == "planned":
        assert event.due_on is not None
        plan = tickets.PlanIn(feedback=ticket, what=event.text or "", officer=event.to, due_on=event.due_on)
        tickets.plan_add(uow, plan)
    elif event.action == "step_done":
        tickets.plan_done(uow, tickets.PlanDone(feedback=ticket, step=1))
    else:
        step = tickets.FeedbackStep(
            feedback=ticket, to=event.to, text=event.text, minute=event.minute, rating=event.rating
        )
        VERBS[event.action](uow, step)


def measure(uow: UnitOfWork, event: happened.Measured) -> None:
    """Write down what is done against a cause."""
    values = {"title": event.title, "cause": event.cause, "officer": event.officer}
    add_fact(uow, FactIn(kind="measure", owner=None, on=None, values=values))
