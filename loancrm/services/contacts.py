"""Conversations and the next steps they leave."""

from __future__ import annotations

from datetime import date

from loancrm.agenda.cadence import next_contact
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.models import Contact, FollowUp
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.reports.follow_ups import follow_ups
from loancrm.services.follow_ups import add_follow_up
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork


class ContactIn(Input):
    """A conversation; ``next_on`` and ``next_what`` leave a follow-up."""

    customer: str
    on: date | None = None
    channel: str
    direction: str = "out"
    purpose: str
    outcome: str
    note: str | None = None
    officer: str | None = None
    next_on: date | None = None
    next_what: str | None = None
    hour: int | None = None


class ContactVoid(Input):
    """Which contact was logged by mistake, and why."""

    contact: str
    why: str | None = None


class ContactReceipt(Receipt):
    """The contact as written, and when the customer is due next and by which rule."""

    contact: str
    customer: str
    on: date
    follow_up: str | None = None
    next_due_on: date | None = None
    next_due_rule: str | None = None


def log(uow: UnitOfWork, request: ContactIn) -> ContactReceipt:
    """Log a conversation.

    Raises:
        InvalidInput: a day to come, or a next step without a day.
    """
    owner = lookup.customer(uow.view(), request.customer)
    on = happened_on(uow, request.on)
    _check_next(request, on)
    officer = lookup.officer(uow.view(), request.officer) if request.officer else None
    number = uow.next_number("contact")
    values = {
        **request.model_dump(include={"channel", "direction", "purpose", "outcome", "note"}),
        **({} if request.hour is None else {"hour": request.hour}),
        "effective_on": on,
    }
    key = uow.insert(
        Contact,
        number=number,
        customer_id=owner.id,
        officer_id=officer.id if officer is not None else owner.officer_id,
        **values,
    )
    uow.record(Change("create", Contact, key, owner.id, {}, values))
    follow_up = None
    if request.next_on is not None:
        what = request.next_what or request.note or ""
        follow_up = add_follow_up(uow, owner, request.next_on, what, contact_id=key)
    return _receipt(uow, number, owner, on, follow_up)


def _check_next(request: ContactIn, on: date) -> None:
    if request.next_on is None:
        if request.next_what is not None:
            raise InvalidInput(_("--next-what needs a day: --next YYYY-MM-DD"), field="--next")
        return
    if request.next_on < on:
        raise InvalidInput(_("--next is before the conversation"), field="--next")
    if not (request.next_what or request.note):
        raise InvalidInput(_("--next needs --next-what: what is to be done"), field="--next-what")


def _receipt(uow: UnitOfWork, number: int, owner: object, on: date, follow_up: str | None) -> ContactReceipt:
    """Say when the customer is due next: by the first open step to come, whoever set it, or the cadence.

    A step of today or before is what was talked about, as likely as not; it stays listed until it is done.
    """
    view = uow.view()
    customer_id, code = owner.id, lookup.customer_code(owner.number)  # type: ignore[attr-defined]
    cadence = next_contact(view, policies.in_force(view), customer_id)
    due_on, rule = cadence.due_on, f"cadence.{cadence.rule}" if cadence.due_on else None
    steps = [
        step.due_on
        for step in follow_ups(view, customer=code)
        if step.due_on > uow.today or step.follow_up == follow_up
    ]
    if steps and (due_on is None or steps[0] <= due_on):
        due_on, rule = steps[0], "follow_up"
    return ContactReceipt(
        contact=lookup.contact_code(number),
        customer=code,
        on=on,
        follow_up=follow_up,
        next_due_on=due_on,
        next_due_rule=rule,
    )


def void(uow: UnitOfWork, request: ContactVoid) -> ContactReceipt:
    """Void a contact and the next step that it left, if that is not done yet.

    Raises:
        NotFound: no such contact.
        Conflict: the step it left was done already.
    """
    from sqlalchemy import select

    from loancrm.indicators.facts import CUSTOMER
    from loancrm.models import FollowUpEvent, table

    row = lookup.contact(uow.view(), request.contact)
    steps, events = table(FollowUp), table(FollowUpEvent)
    left = uow.connection.execute(
        select(steps.c.id).where(steps.c.contact_id == row.id, steps.c.voided_at.is_(None))
    ).all()
    for step in left:
        done = select(events.c.id).where(events.c.follow_up_id == step.id, events.c.voided_at.is_(None))
        if uow.connection.scalar(done) is not None:
            raise Conflict(_("the next step that it left was acted on already"), code="in_use")
        uow.void(FollowUp, step.id)
    uow.void(Contact, row.id)
    before = {name: row._mapping[name] for name in ("effective_on", "channel", "purpose", "outcome", "note")}
    if row.source_key is not None:
        before["source_key"] = row.source_key
    uow.record(Change("void", Contact, row.id, row.customer_id, before, {"why": request.why}))
    owner = uow.connection.execute(select(CUSTOMER).where(CUSTOMER.c.id == row.customer_id)).one()
    return _receipt(uow, row.number, owner, row.effective_on, None)
