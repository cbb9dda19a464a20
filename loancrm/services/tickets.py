"""What is done about a ticket: assigned, triaged, answered, escalated, resolved, reopened, linked."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, or_, select

from loancrm.desk.hours import clock_text
from loancrm.desk.ticket import ENDED, FILED, StepRefused
from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.i18n import N_, _, listed
from loancrm.models import Feedback, FeedbackEvent, FeedbackLink, table
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.services.feedback import (
    EVENTS,
    FeedbackReceipt,
    now_minute,
    receipt,
    restate,
    standing_of,
)
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.officers import present
from loancrm.unitofwork import Change, UnitOfWork

LINKS = table(FeedbackLink)
_REFUSED = {
    "resolved": N_("this ticket is resolved"),
    "answered": N_("this ticket was answered already"),
    "unanswered": N_("this ticket has no first answer yet"),
    "not_waiting": N_("this ticket does not wait for the customer"),
    "not_resolved": N_("this ticket is not resolved"),
    "closed": N_("this ticket is closed"),
    "no_limit": N_("this ticket has no limit in calendar days"),
    "limit_not_later": N_("the limit is as late as that already"),
    "level_not_higher": N_("this ticket was escalated to that level already"),
}


class FeedbackStep(Input):
    """A step on a ticket: ``to`` is an officer, ``text`` what was said or done, ``minute`` after midnight."""

    feedback: str
    on: date | None = None
    minute: int | None = None
    to: str | None = None
    text: str | None = None
    rating: int | None = None
    days: int | None = None
    level: int | None = None


class TriageIn(Input):
    """How a ticket is filed from a day on; None: as before."""

    feedback: str
    on: date | None = None
    minute: int | None = None
    text: str | None = None
    importance: str | None = None
    urgency: str | None = None
    business_line: str | None = None
    product: str | None = None
    service_stage: str | None = None
    department: str | None = None
    cause: str | None = None


class PlanIn(Input):
    """A step of a ticket's plan of action: what, by whom, until when."""

    feedback: str
    what: str
    officer: str | None = None
    due_on: date
    on: date | None = None


class PlanDone(Input):
    """Which step of the plan is over: done, or dropped."""

    feedback: str
    step: int
    is_dropped: bool = False
    text: str | None = None
    on: date | None = None


class LinkIn(Input):
    """Two tickets: the first repeats the other (``duplicate``), or has to do with it (``related``)."""

    feedback: str
    other: str
    relation: str
    on: date | None = None


class PlanReceipt(Receipt):
    """A step of the plan as written."""

    feedback: str
    step: int
    officer: str | None
    due_on: date
    status: str


class LinkReceipt(Receipt):
    """The link as written."""

    feedback: str
    other: str
    relation: str


def assign(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Give a ticket to an officer, never to the one it is about.

    Raises:
        InvalidInput: the officer is the one complained of.
        Conflict: it is resolved.
    """
    return _step(uow, request, "assigned", officer=request.to or "")


def triage(uow: UnitOfWork, request: TriageIn) -> FeedbackReceipt:
    """File a ticket anew; the policy makes importance and urgency its priority, and sets its targets.

    Raises:
        InvalidInput: nothing is said.
        Conflict: it is resolved.
    """
    filed = {name: getattr(request, name) for name in FILED if getattr(request, name) is not None}
    if not filed:
        raise InvalidInput(_("say what to change, such as --importance high"), field="--importance")
    step = FeedbackStep(feedback=request.feedback, on=request.on, minute=request.minute, text=request.text)
    return _step(uow, step, "triaged", **filed)


def answer(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Record the first answer to the customer.

    Raises:
        Conflict: it is resolved, or was answered.
    """
    return _step(uow, request, "answered")


def progress(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Record a further word to the customer on how it goes.

    Raises:
        Conflict: it is resolved, or was not answered yet.
    """
    return _step(uow, request, "progressed")


def wait(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Stop the clocks: the customer has the next word.

    Raises:
        Conflict: it is resolved, or waits already.
    """
    row = lookup.feedback(uow.view(), request.feedback)
    if standing_of(uow, row.id).status == "waiting":
        raise Conflict(_("this ticket waits for the customer already"), code="waiting")
    return _step(uow, request, "waiting")


def resume(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Let the clocks run on: the customer has spoken.

    Raises:
        Conflict: it does not wait.
    """
    return _step(uow, request, "resumed")


def extend(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Put off the limit to as many calendar days as the policy allows.

    Raises:
        InvalidInput: the policy allows other days.
        Conflict: it is resolved, has no limit, or one that is as late.
    """
    allowed = [one.days for one in policies.in_force(uow.view()).feedback.extensions or ()]
    if request.days not in allowed:
        raise InvalidInput(
            _("--days: the policy allows {days}").format(days=listed(tuple(map(str, allowed)))),
            field="--days",
        )
    return _step(uow, request, "extended", days=request.days)


def escalate(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Tell somebody above of a ticket: the next level of the policy, or one that is named; who, where known.

    Raises:
        InvalidInput: there is no such level, or the officer is the one complained of.
        Conflict: it is resolved, or was escalated as high.
    """
    row = lookup.feedback(uow.view(), request.feedback)
    known = [one.level for one in policies.in_force(uow.view()).feedback.escalation or ()]
    above = [level for level in known if level > standing_of(uow, row.id).level]
    level = request.level if request.level is not None else next(iter(above), None)
    if level is None:
        raise Conflict(_("this ticket stands at the highest level"), code="level_not_higher")
    if level not in known:
        names = listed(tuple(map(str, known)))
        raise InvalidInput(_("--level: the policy has {levels}").format(levels=names), field="--level")
    return _step(uow, request, "escalated", officer=request.to, level=level)


def resolve(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Record how a ticket was resolved.

    Raises:
        Conflict: it is resolved already.
    """
    return _step(uow, request, "resolved", rating=request.rating)


def reopen(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Take a ticket up again: it was not resolved after all, and its clocks run on.

    Raises:
        Conflict: it is not resolved.
    """
    return _step(uow, request, "reopened")


def close(uow: UnitOfWork, request: FeedbackStep) -> FeedbackReceipt:
    """Close a resolved ticket after the customer was asked: what came of it, and the rating.

    Raises:
        Conflict: it is not resolved, or closed already.
    """
    return _step(uow, request, "closed", rating=request.rating)


def plan_add(uow: UnitOfWork, request: PlanIn) -> PlanReceipt:
    """Add a step to the plan of action: by default of the officer who has the ticket.

    Raises:
        InvalidInput: the officer is the one complained of, or nobody has the ticket.
        Conflict: it is resolved.
    """
    held = receipt(uow, lookup.feedback(uow.view(), request.feedback).number).officer
    officer = request.officer or held
    if officer is None:
        raise InvalidInput(_("nobody has this ticket: name --officer"), field="--officer")
    row = lookup.feedback(uow.view(), request.feedback)
    taken = [event.step for event in _events(uow, row.id, "planned")]
    number = max(taken, default=0) + 1
    step = FeedbackStep(feedback=request.feedback, on=request.on, text=request.what)
    _step(uow, step, "planned", officer=officer, field="--officer", step=number, due_on=request.due_on)
    return _plan_receipt(uow, row, number, "open")


def plan_done(uow: UnitOfWork, request: PlanDone) -> PlanReceipt:
    """Record that a step of the plan is done, or dropped.

    Raises:
        NotFound: there is no such step.
        Conflict: it is over already, or the ticket is resolved.
    """
    row = lookup.feedback(uow.view(), request.feedback)
    if not any(event.step == request.step for event in _events(uow, row.id, "planned")):
        message = _("the plan of this ticket has no step {step}").format(step=request.step)
        raise NotFound(message, field="STEP")
    if any(event.step == request.step for event in _events(uow, row.id, "step_done", "step_dropped")):
        raise Conflict(_("this step of the plan is over already"), code="step_over")
    action = "step_dropped" if request.is_dropped else "step_done"
    step = FeedbackStep(feedback=request.feedback, on=request.on, text=request.text)
    _step(uow, step, action, step=request.step)
    return _plan_receipt(uow, row, request.step, "dropped" if request.is_dropped else "done")


def link(uow: UnitOfWork, request: LinkIn) -> LinkReceipt:
    """Say that two tickets belong together. One that repeats another is counted with it.

    Raises:
        InvalidInput: it is the same ticket.
        Conflict: they are linked already, or the other one repeats this one or a third.
    """
    one, other = lookup.feedback(uow.view(), request.feedback), lookup.feedback(uow.view(), request.other)
    if one.id == other.id:
        raise InvalidInput(_("a ticket is not linked to itself"), field="OTHER")
    if _linked(uow, one.id, other.id):
        raise Conflict(_("these tickets are linked already"), code="linked")
    if request.relation == "duplicate" and _repeats(uow, one.id, other.id):
        raise Conflict(_("one of these tickets repeats another one already"), code="duplicate")
    on = happened_on(uow, request.on)
    values = {"feedback_id": one.id, "other_id": other.id, "relation": request.relation, "effective_on": on}
    uow.insert(FeedbackLink, **values)
    return _record_link(uow, one, other, request.relation, "linked", on)


def unlink(uow: UnitOfWork, request: LinkIn) -> LinkReceipt:
    """Take back that two tickets belong together.

    Raises:
        NotFound: they are not linked.
    """
    one, other = lookup.feedback(uow.view(), request.feedback), lookup.feedback(uow.view(), request.other)
    found = _linked(uow, one.id, other.id)
    if found is None:
        raise NotFound(_("these tickets are not linked"), field="OTHER")
    uow.void(FeedbackLink, found.id)
    return _record_link(uow, one, other, found.relation, "unlinked", found.effective_on)


def _record_link(
    uow: UnitOfWork, one: Row[Any], other: Row[Any], relation: str, action: str, on: date
) -> LinkReceipt:
    codes = [lookup.feedback_code(row.number) for row in (one, other)]
    after = {
        "feedback": codes[0],
        "action": action,
        "other": codes[1],
        "relation": relation,
        "effective_on": on,
    }
    for row in (one, other):
        uow.record(Change("change", Feedback, row.id, row.customer_id, {}, after))
    return LinkReceipt(feedback=codes[0], other=codes[1], relation=relation)


def _linked(uow: UnitOfWork, one: int, other: int) -> Row[Any] | None:
    pair = (LINKS.c.feedback_id.in_((one, other)), LINKS.c.other_id.in_((one, other)))
    query = select(LINKS).where(*pair, LINKS.c.voided_at.is_(None))
    return uow.connection.execute(query).first()


def _repeats(uow: UnitOfWork, one: int, other: int) -> bool:
    """Say whether the first would repeat two, or is repeated itself, or the other repeats a third."""
    ends = or_(LINKS.c.feedback_id.in_((one, other)), LINKS.c.other_id == one)
    query = select(LINKS.c.id).where(ends, LINKS.c.relation == "duplicate", LINKS.c.voided_at.is_(None))
    return uow.connection.execute(query).first() is not None


def _events(uow: UnitOfWork, ticket: int, *actions: str) -> list[Row[Any]]:
    query = select(EVENTS).where(EVENTS.c.feedback_id == ticket, EVENTS.c.action.in_(actions))
    return list(uow.connection.execute(query.where(EVENTS.c.voided_at.is_(None)).order_by(EVENTS.c.id)))


def _plan_receipt(uow: UnitOfWork, row: Row[Any], number: int, status: str) -> PlanReceipt:
    planned = next(event for event in _events(uow, row.id, "planned") if event.step == number)
    return PlanReceipt(
        feedback=lookup.feedback_code(row.number),
        step=number,
        officer=lookup.officers(uow.view()).get(planned.officer_id),
        due_on=planned.due_on,
        status=status,
    )


def _step(
    uow: UnitOfWork,
    request: FeedbackStep,
    action: str,
    *,
    officer: str | None = None,
    field: str = "--to",
    **more: Any,
) -> FeedbackReceipt:
    """Write what was done, and how the ticket stands since."""
    row = lookup.feedback(uow.view(), request.feedback)
    on = happened_on(uow, request.on)
    if on < row.effective_on:
        raise InvalidInput(_("--on is before the feedback came"), field="--on")
    if action not in ("reopened", "closed") and standing_of(uow, row.id).status in ENDED:
        raise Conflict(_(_REFUSED["resolved"]), code="resolved")
    to = None if officer is None else present(uow.view(), officer, field)
    if to is not None and to.id == row.about_officer_id:
        message = _("{field}: a ticket is never given to the officer it is about").format(field=field)
        raise InvalidInput(message, field=field, code="about_owner")
    minute = now_minute(uow, request.on, request.minute)
    values = {"action": action, "text": request.text, "minute": minute, **more}
    to_id = None if to is None else to.id
    uow.insert(FeedbackEvent, feedback_id=row.id, officer_id=to_id, effective_on=on, **values)
    try:
        restate(uow, [row.id])
    except StepRefused as fault:
        raise Conflict(_(_REFUSED[fault.code]), code=fault.code) from None
    said = {name: value for name, value in values.items() if value is not None or name == "text"}
    if (said.pop("minute", None)) is not None:
        said["at"] = clock_text(minute)
    after = {"feedback": lookup.feedback_code(row.number), **said, "to": officer, "effective_on": on}
    uow.record(Change("change", Feedback, row.id, row.customer_id, {}, after))
    return receipt(uow, row.number)
