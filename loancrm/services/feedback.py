"""Complaints, suggestions, enquiries and praise: filed, and how each stands after what was done about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import accumulate, zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from loancrm.desk.hours import clock_text, minute_of
from loancrm.desk.ticket import FILED, Rules, State, Step, begin, replay
from loancrm.indicators.facts import CUSTOMER
from loancrm.models import Feedback, FeedbackEvent, FeedbackState, table
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork

ROWS, EVENTS, STATES = table(Feedback), table(FeedbackEvent), table(FeedbackState)
CHUNK = 500  # tickets at a time


class FeedbackIn(Input):
    """What a customer said, and where it belongs; ``minute`` after midnight, in the book's zone."""

    customer: str
    on: date | None = None
    minute: int | None = None
    channel: str
    business_line: str
    product: str | None = None
    service_stage: str | None = None
    department: str | None = None
    cause: str | None = None
    kind: str
    importance: str = "medium"
    urgency: str = "medium"
    text: str
    about_officer: str | None = None


class FeedbackReceipt(Receipt):
    """The ticket as it stands, with its deadlines and the policy's level that set them.

    ``resolve_due_on`` is the limit in calendar days, ``target_on`` the day by which the working hours for its
    resolution are used up.
    """

    feedback: str
    customer: str
    kind: str
    status: str
    priority: str
    officer: str | None
    answer_due_on: date | None
    progress_due_on: date | None
    target_on: date | None
    resolve_due_on: date | None
    service_level: str | None


def record(uow: UnitOfWork, request: FeedbackIn) -> FeedbackReceipt:
    """File a piece of feedback; the policy of its day sets the deadlines."""
    view = uow.view()
    owner = lookup.customer(view, request.customer)
    about = lookup.officer(view, request.about_officer, "--about") if request.about_officer else None
    on = happened_on(uow, request.on)
    minute = now_minute(uow, request.on, request.minute)
    fields = request.model_dump(exclude={"customer", "on", "about_officer"})
    first = begin(request.kind, on, minute, filed_of(fields), rules_by_day(uow)(on))
    values = {**fields, "minute": minute, "effective_on": on, **deadlines(first)}
    number = uow.next_number("feedback")
    about_id = about.id if about is not None else None
    key = uow.insert(Feedback, number=number, customer_id=owner.id, about_officer_id=about_id, **values)
    uow.insert(FeedbackState, feedback_id=key, effective_on=on, **columns_of(first))
    said = {name: value for name, value in values.items() if name != "minute"} | {"at": clock_text(minute)}
    uow.record(Change("create", Feedback, key, owner.id, {}, said))
    return receipt(uow, number)


def now_minute(uow: UnitOfWork, on: date | None, minute: int | None) -> int | None:
    """Return the minute that was said; that of the clock where neither day nor minute was."""
    if on is not None or minute is not None:
        return minute
    return minute_of(uow.clock.now.astimezone(ZoneInfo(uow.zone)))


def rules_by_day(uow: UnitOfWork) -> Callable[[date], Rules]:
    """Return what finds the rules of the policy in force on a day, each asked for once."""
    from loancrm.policy.feedback import rules_of

    @cache
    def rules(day: date) -> Rules:
        return rules_of(policies.in_force(uow.view(day)).feedback)

    return rules


def filed_of(given: Mapping[str, Any]) -> dict[str, str | None]:
    """Return how a ticket is filed."""
    return {name: given.get(name) for name in FILED}


def deadlines(first: State) -> dict[str, Any]:
    """Return the deadlines that stand on a ticket's own row: those of the day it came."""
    return {
        "service_level": first.targets.rule,
        "answer_due_on": first.answer_due.date() if first.answer_due else None,
        "resolve_due_on": first.limit_on,
    }


def columns_of(state: State) -> dict[str, Any]:
    """Return how a ticket stands as columns of its row."""
    targets = state.targets
    return {
        "minute": minute_of(state.at),
        "status": state.status,
        "officer_id": state.officer_id,
        **state.filed,
        "priority": state.priority,
        "service_level": targets.rule,
        "answer_target": targets.answer,
        "progress_target": targets.progress,
        "resolve_target": targets.resolve,
        "limit_on": state.limit_on,
        **_moment("answer_due", state.answer_due),
        **_moment("progress_due", state.progress_due),
        **_moment("target", state.resolve_due),
        **_moment("escalate", state.escalate_due),
        "level": state.level,
        "answered_on": state.answered_on,
        "answer_minutes": state.answered.minutes,
        "is_answer_kept": state.answered.is_kept,
        "progressed": state.progressed,
        "progressed_kept": state.progressed_kept,
        "resolved_on": state.resolved_on,
        "resolve_minutes": state.resolved.minutes,
        "is_resolve_kept": state.resolved.is_kept,
        "reopened": state.reopened,
        "rating": state.rating,
    }


def _moment(name: str, at: datetime | None) -> dict[str, Any]:
    return {f"{name}_on": at and at.date(), f"{name}_minute": None if at is None else minute_of(at)}


def restate(uow: UnitOfWork, tickets: Sequence[int]) -> None:
    """Write anew how tickets stand where what was done about them says otherwise by now.

    Raises:
        StepRefused: a step does not follow from the one before.
    """
    rules = rules_by_day(uow)
    for at in range(0, len(tickets), CHUNK):
        some = tickets[at : at + CHUNK]
        rows = uow.connection.execute(select(ROWS).where(ROWS.c.id.in_(some))).all()
        events, states = _of(uow, EVENTS, some), _of(uow, STATES, some)
        news: list[dict[str, Any]] = []
        for row in rows:
            news += _restated(uow, row, events[row.id], states[row.id], rules)
        uow.insert_many(FeedbackState, news)


def _of(uow: UnitOfWork, rows: Any, some: Sequence[int]) -> dict[int, list[Row[Any]]]:
    query = select(rows).where(rows.c.feedback_id.in_(some), rows.c.voided_at.is_(None))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in uow.connection.execute(query.order_by(rows.c.id)):
        found[row.feedback_id].append(row)
    return found


def _restated(
    uow: UnitOfWork,
    row: Row[Any],
    events: Iterable[Row[Any]],
    stored: Sequence[Row[Any]],
    rules: Callable[[date], Rules],
) -> list[dict[str, Any]]:
    """Void a ticket's rows from the first that is different by now, and return what takes their place."""
    events = sorted(events, key=lambda one: (one.effective_on, one.id))
    first = begin(
        row.kind, row.effective_on, row.minute, filed_of(dict(row._mapping)), rules(row.effective_on)
    )
    states = (first, *replay(first, map(step_of, events), rules))
    known = accumulate((row.known_on, *(event.known_on for event in events)), max)  # once all of it was known
    wanted = [
        {"feedback_id": row.id, "effective_on": state.at.date(), "known_on": known_on, **columns_of(state)}
        for state, known_on in zip(states, known, strict=True)
    ]
    same = 0
    for one, there in zip_longest(wanted, stored):
        if one is None or there is None or any(there._mapping[name] != one[name] for name in one):
            break
        same += 1
    for there in stored[same:]:
        uow.void(FeedbackState, there.id)
    return wanted[same:]


def step_of(event: Row[Any]) -> Step:
    """Return what an event says that changes how the ticket stands."""
    filed = tuple((name, event._mapping[name]) for name in FILED if event._mapping[name] is not None)
    return Step(
        action=event.action,
        on=event.effective_on,
        minute=event.minute,
        officer_id=event.officer_id,
        filed=filed,
        level=event.level,
        days=event.days,
        rating=event.rating,
    )


def standing_of(uow: UnitOfWork, ticket: int) -> Row[Any]:
    """Return how a ticket stands after all that was done about it."""
    query = select(STATES).where(STATES.c.feedback_id == ticket, STATES.c.voided_at.is_(None))
    return uow.connection.execute(query.order_by(STATES.c.id.desc()).limit(1)).one()


def receipt(uow: UnitOfWork, number: int) -> FeedbackReceipt:
    """Return a ticket as it stands."""
    code = lookup.feedback_code(number)
    row = lookup.feedback(uow.view(), code)
    state = standing_of(uow, row.id)
    owner = uow.connection.execute(
        select(CUSTOMER.c.number, CUSTOMER.c.officer_id).where(CUSTOMER.c.id == row.customer_id)
    ).one()
    lead = owner.officer_id if owner.officer_id != row.about_officer_id else None
    officer_id = state.officer_id or lead
    return FeedbackReceipt(
        feedback=code,
        customer=lookup.customer_code(owner.number),
        kind=row.kind,
        status=state.status,
        priority=state.priority,
        officer=lookup.officers(uow.view()).get(officer_id) if officer_id else None,
        answer_due_on=state.answer_due_on or row.answer_due_on,
        progress_due_on=state.progress_due_on,
        target_on=state.target_on,
        resolve_due_on=state.limit_on,
        service_level=state.service_level,
    )
