"""Invitations to events: to whom, what they answered, who came, and what is done about it then."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field
from sqlalchemy import Date, Row, case, exists, func, literal, or_, select

from loancrm.dialect import as_text
from loancrm.dossier import KINDS
from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.indicators.facts import customer_ids
from loancrm.models import Contact, Customer, EventGuest, FollowUp, table
from loancrm.models.columns import BIG_ID
from loancrm.policy import policy as policies
from loancrm.policy.conditions import Undecided
from loancrm.policy.parse import from_text
from loancrm.reports import dossier, events, lookup
from loancrm.reports.audience import audience, counts_of, unjudged
from loancrm.reports.undecided import how_many
from loancrm.services.audiences import insert_numbered
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.inputs import ByName, Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork

GUEST = table(EventGuest)
KIND = KINDS["event"]
CHANNELS = {"seminar": "seminar", "training": "seminar", "visit": "visit", "open_day": "branch"}


class InviteIn(Input):
    """Whom to invite: customers by name, and all for whom ``where`` holds."""

    event: str
    customers: tuple[str, ...] = ()
    where: str | None = None
    on: date | None = None


class StepIn(Input):
    """What became of invitations: the step of some customers, or with ``rest`` of all who wait."""

    event: str
    customers: tuple[str, ...] = ()
    step: str
    on: date | None = None
    note: str | None = None
    rest: bool = False


class FollowIn(Input):
    """What is written down of those who came: a conversation each, and a next step where a day is named."""

    event: str
    note: str | None = None
    next_on: date | None = None
    next_what: str | None = None


class InviteReceipt(Receipt):
    """How many were invited and how many held back, by reason; ``known`` had an invitation before.

    ``undecided``: of so many a figure is missing that the condition reads,
    ``undecided_rules``: that a rule reads which holds back, of so many whom nothing holds back.
    """

    event: str
    invited: int
    held_back: int
    held_back_by: ByName
    known: int
    undecided: int = 0
    undecided_rules: ByName = Field(default_factory=dict)


class StepReceipt(Receipt):
    """How many stand at the step now; ``uninvited`` came without an invitation."""

    event: str
    step: str
    customers: int
    uninvited: int


class FollowReceipt(Receipt):
    """How many conversations and next steps were written."""

    event: str
    contacts: int
    follow_ups: int


def invite(uow: UnitOfWork, request: InviteIn) -> InviteReceipt:
    """Invite customers; who is held back is written down with the reason.

    Raises:
        NotFound: there is no such event or customer.
        InvalidInput: the condition cannot be read, or nobody is named.
    """
    view = uow.view(happened_on(uow, request.on))
    event = dossier.fact(view, KIND, request.event)
    if not request.customers and request.where is None:
        raise InvalidInput(_("name customers, or a condition with --where"), field="CUSTOMER")
    scope = None
    if request.customers:
        scope = customer_ids(view, ids=[lookup.customer(view, one).id for one in request.customers])
    condition = None if request.where is None else from_text(request.where)
    policy, unsure = policies.in_force(view), 0
    if condition is not None:
        unsure = how_many(view, audience(view, policy, Undecided(condition), scope))
    rules = unjudged(view, policy, condition, scope)
    people = audience(view, policy, condition, scope).subquery("audience")
    step = case((people.c.reason.is_(None), "invited"), else_="held_back")
    of_it = GUEST.c.customer_id == people.c.customer_id, GUEST.c.event_id == event.id
    invited = exists().where(*of_it, GUEST.c.voided_at.is_(None), GUEST.c.step != "held_back")
    held_back = exists().where(*of_it, GUEST.c.voided_at.is_(None), GUEST.c.step == "held_back")
    columns: dict[str, Any] = {
        "customer_id": people.c.customer_id,
        "event_id": literal(event.id, BIG_ID),
        "step": step,
        "reason": people.c.reason,
        "effective_on": literal(view.as_of, Date()),
        "live_key": as_text(people.c.customer_id).concat(f":{event.id}:").concat(step),
    }
    before = uow.connection.scalar(select(func.count()).select_from(people).where(invited)) or 0
    new = or_(people.c.reason.is_(None), ~held_back)
    given = insert_numbered(uow, GUEST, columns, people, ~invited, new)
    return _invited(uow, event, request, given, known=before, undecided=unsure, undecided_rules=rules)


def _invited(
    uow: UnitOfWork, event: Row[Any], request: InviteIn, given: range, **counts: Any
) -> InviteReceipt:
    """Count what was written, and say it once in the audit trail."""
    n, mine = len(given), GUEST.c.number >= given.start
    reasons = counts_of(uow.view(), GUEST, mine)
    held_back = sum(reasons.values())
    code = KIND.code(event.number)
    said = {"event": code, "condition": request.where, "invited": n - held_back, "held_back": held_back}
    if given:
        after = {name: value for name, value in said.items() if value is not None}
        uow.record(Change("create", EventGuest, _key_of(uow, given.start), None, {}, after))
    return InviteReceipt(
        event=code, invited=n - held_back, held_back=held_back, held_back_by=reasons, **counts
    )


def _key_of(uow: UnitOfWork, number: int) -> int:
    query = select(GUEST.c.id).where(GUEST.c.number == number)
    return int(uow.connection.execute(query).scalar_one())


def take_step(uow: UnitOfWork, request: StepIn) -> StepReceipt:
    """Write what became of invitations; the newest word of a customer counts.

    Raises:
        NotFound: there is no such event or customer.
        InvalidInput: nobody is named, or the event is still to come.
    """
    event = dossier.fact(uow.view(), KIND, request.event)
    if bool(request.customers) == request.rest:
        raise InvalidInput(_("name customers, or --rest for all who have not answered"), field="CUSTOMER")
    default = min(event.held_on, uow.today) if request.step in ("attended", "no_show") else None
    on = happened_on(uow, request.on or default)
    code = KIND.code(event.number)
    if request.rest:
        count = _take_step_of_rest(uow, event, request.step, on)
        return StepReceipt(event=code, step=request.step, customers=count, uninvited=0)
    for named in dict.fromkeys(request.customers):
        values = {"event": code, "step": request.step, "on": on, "note": request.note}
        add_fact(uow, FactIn(kind="guest", owner=named, on=on, values=values, replaces=True))
    uninvited = _uninvited(uow, event) if request.step == "attended" else 0
    return StepReceipt(
        event=code, step=request.step, customers=len(dict.fromkeys(request.customers)), uninvited=uninvited
    )


def _take_step_of_rest(uow: UnitOfWork, event: Row[Any], step: str, on: date) -> int:
    """Write a step for all who were invited and stand at the invitation or at yes."""
    if step in ("attended", "no_show") and event.held_on > on:
        raise _not_yet(event.held_on)
    state = events.states(uow.view(), event.id).subquery("state")
    rows = table(Customer)
    waiting = (
        select(state.c.customer_id, rows.c.number)
        .join(rows, rows.c.id == state.c.customer_id)
        .where(state.c.step.in_(("invited", "accepted")), state.c.step != step)
        .subquery("waiting")
    )
    live_key = as_text(waiting.c.customer_id).concat(f":{event.id}:{step}")
    taken = exists().where(GUEST.c.live_key == live_key)
    columns = {
        "customer_id": waiting.c.customer_id,
        "event_id": literal(event.id, BIG_ID),
        "step": literal(step),
        "effective_on": literal(on, Date()),
        "live_key": live_key,
    }
    given = insert_numbered(uow, GUEST, columns, waiting, ~taken)
    if given:
        said = {"event": KIND.code(event.number), "step": step, "rows": len(given)}
        uow.record(Change("create", EventGuest, _key_of(uow, given.start), None, {}, said))
    return len(given)


def _not_yet(held_on: date) -> InvalidInput:
    message = _("the event is on {day}: nobody came yet").format(day=held_on)
    return InvalidInput(message, field="--on", code="future_date")


def _uninvited(uow: UnitOfWork, event: Row[Any]) -> int:
    """Return how many of those that this command wrote down had no invitation."""
    mine, other = GUEST.alias("mine"), GUEST.alias("other")
    has_one = exists().where(
        other.c.event_id == event.id,
        other.c.customer_id == mine.c.customer_id,
        other.c.step == "invited",
        other.c.voided_at.is_(None),
    )
    query = select(func.count()).select_from(mine).where(mine.c.command_id == uow.command_id, ~has_one)
    return uow.connection.scalar(query) or 0


def follow(uow: UnitOfWork, request: FollowIn) -> FollowReceipt:
    """Log a conversation with each customer who came and was not followed up yet, and set their next step.

    Raises:
        NotFound: there is no such event.
        InvalidInput: a next step without a day or without what is to be done.
    """
    if (request.next_on is None) != (request.next_what is None):
        raise InvalidInput(_("--next and --next-what go together"), field="--next")
    event = dossier.fact(uow.view(), KIND, request.event)
    state, people = events.states(uow.view(), event.id).subquery("state"), table(Customer)
    query = (
        select(people.c.id, people.c.officer_id)
        .join(state, state.c.customer_id == people.c.id)
        .where(state.c.step == events.CAME, state.c.followed_on.is_(None))
        .order_by(people.c.number)
    )
    came = uow.view().rows(query)
    contacts = _log(uow, event, request.note or event.title, came)
    steps = _set_next(uow, request, came, contacts) if request.next_on is not None else 0
    _mark_followed(uow, event, came)
    return FollowReceipt(event=KIND.code(event.number), contacts=len(contacts), follow_ups=steps)


def _log(uow: UnitOfWork, event: Row[Any], note: str, came: list[Row[Any]]) -> list[int]:
    """Write a conversation for each; return their keys, in the order of the customers."""
    if not came:
        return []
    first = uow.next_numbers("contact", len(came))
    said = {
        "channel": CHANNELS.get(event.kind, "industry_event"),
        "direction": "out",
        "purpose": "marketing",
        "outcome": "met",
        "note": note,
        "effective_on": event.held_on,
    }
    who = [
        {"customer_id": row.id, "officer_id": event.organiser_id or row.officer_id, "number": number}
        for number, row in enumerate(came, first)
    ]
    uow.insert_many(Contact, [{**said, **one} for one in who])
    keys = uow.ids_from(Contact, first)
    uow.record(
        *(Change("create", Contact, key, row.id, {}, said) for key, row in zip(keys, came, strict=True))
    )
    return keys


def _set_next(uow: UnitOfWork, request: FollowIn, came: list[Row[Any]], contacts: list[int]) -> int:
    if not came:
        return 0
    first = uow.next_numbers("follow_up", len(came))
    said = {"due_on": request.next_on, "what": request.next_what}
    rows = [
        {**said, "customer_id": row.id, "contact_id": key, "number": number, "effective_on": uow.today}
        for number, (row, key) in enumerate(zip(came, contacts, strict=True), first)
    ]
    uow.insert_many(FollowUp, rows)
    keys = uow.ids_from(FollowUp, first)
    uow.record(
        *(Change("create", FollowUp, key, row.id, {}, said) for key, row in zip(keys, came, strict=True))
    )
    return len(rows)


def _mark_followed(uow: UnitOfWork, event: Row[Any], came: list[Row[Any]]) -> None:
    if not came:
        return
    first = uow.next_numbers(GUEST.name, len(came))
    said = {"event_id": event.id, "step": events.FOLLOWED, "effective_on": uow.today}
    rows = [
        {
            **said,
            "customer_id": row.id,
            "number": number,
            "live_key": f"{row.id}:{event.id}:{events.FOLLOWED}",
        }
        for number, row in enumerate(came, first)
    ]
    uow.insert_many(EventGuest, rows)
