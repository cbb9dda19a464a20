"""Next steps set by hand: added, done, put off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Row, select

from loancrm.calendars import add_months
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER
from loancrm.models import FollowUp, FollowUpEvent, PlaybookRun, PlaybookStep, table
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.officers import present
from loancrm.unitofwork import Change, UnitOfWork

MONTHS_OF_YEAR = 12


class FollowUpIn(Input):
    """A next step for a day; ``officer`` when it is not the customer's own."""

    customer: str
    due_on: date
    what: str
    officer: str | None = None
    repeats: Literal["fixed", "after_done"] | None = None
    every: str | None = None


class FollowUpDone(Input):
    """Which step was done, when, and what came of it."""

    follow_up: str
    on: date | None = None
    note: str | None = None


class FollowUpSnooze(Input):
    """Which step is put off, until when, and why."""

    follow_up: str
    until_on: date
    note: str | None = None


class FollowUpReceipt(Receipt):
    """The step as it stands."""

    follow_up: str
    customer: str
    due_on: date
    status: str
    next_follow_up: str | None = None
    next_due_on: date | None = None


def add(uow: UnitOfWork, request: FollowUpIn) -> FollowUpReceipt:
    """Set a next step.

    Raises:
        NotFound, Conflict: see ``officers.present``.
    """
    owner = lookup.customer(uow.view(), request.customer)
    officer = present(uow.view(), request.officer).id if request.officer else None
    again = {}
    if request.repeats is not None:
        again = {"repeats": request.repeats, "every": request.every, "first_on": request.due_on}
    code = add_follow_up(uow, owner, request.due_on, request.what, officer_id=officer, **again)
    return FollowUpReceipt(
        follow_up=code, customer=lookup.customer_code(owner.number), due_on=request.due_on, status="open"
    )


def add_follow_up(uow: UnitOfWork, owner: Row[Any], due_on: date, what: str, **more: Any) -> str:
    """Write a next step of a customer and return its code."""
    number = uow.next_number("follow_up")
    values = {"due_on": due_on, "what": what}
    key = uow.insert(FollowUp, number=number, customer_id=owner.id, effective_on=uow.today, **values, **more)
    uow.record(Change("create", FollowUp, key, owner.id, {}, values))
    return lookup.follow_up_code(number)


def done(uow: UnitOfWork, request: FollowUpDone, *, is_explained: bool = False) -> FollowUpReceipt:
    """Record that a step was done; one that repeats is set again.

    ``is_explained``: a step of a playbook that needs a conversation has had it, or needs it no more.

    Raises:
        Conflict: it was done before, or a playbook's step needs a conversation.
    """
    row = _open(uow, request.follow_up)
    if not is_explained:
        _refuse_unexplained(uow, row)
    on = happened_on(uow, request.on)
    receipt = _event(uow, row, "done", on, None, request.note)
    if row.repeats is None:
        return receipt
    due_on = next_day(row.repeats, row.every, row.first_on, row.due_on, on)
    owner = uow.connection.execute(select(CUSTOMER).where(CUSTOMER.c.id == row.customer_id)).one()
    same = {name: row._mapping[name] for name in ("officer_id", "repeats", "every", "first_on")}
    code = add_follow_up(uow, owner, due_on, row.what, **same)
    return receipt.model_copy(update={"next_follow_up": code, "next_due_on": due_on})


def _refuse_unexplained(uow: UnitOfWork, row: Row[Any]) -> None:
    """Refuse a step of a playbook that is done only in a conversation: the playbook is told of it."""
    steps, runs, view = table(PlaybookStep), table(PlaybookRun), uow.view()
    needs = (
        select(steps.c.id)
        .join(runs, runs.c.id == steps.c.run_id)
        .where(steps.c.follow_up_id == row.id, steps.c.needs_contact, view.stands(steps), view.stands(runs))
    )
    if uow.connection.execute(needs.limit(1)).first():
        code = lookup.follow_up_code(row.number)
        raise Conflict(
            _("this step is done only in a conversation with the customer"),
            hint=_("log it, then: loancrm playbook done {code} --contact K-…").format(code=code),
            code="needs_contact",
        )


def next_day(repeats: str, every: str, first_on: date, due_on: date, done_on: date) -> date:
    """Return when a step that repeats is due again.

    ``fixed``: the first day of the series after both the day on which it was due and the one on which it was
    done, counted from ``first_on`` so that it never drifts. ``after_done``: so long after it was done.
    """
    n, unit = int(every[:-1]), every[-1]
    if repeats == "after_done":
        return _later(done_on, n, unit)
    times = 1
    while (day := _later(first_on, n * times, unit)) <= max(due_on, done_on):
        times += 1
    return day


def _later(day: date, n: int, unit: str) -> date:
    match unit:
        case "d":
            return day + timedelta(days=n)
        case "w":
            return day + timedelta(weeks=n)
        case "m":
            return add_months(day, n)
        case _:
            return add_months(day, n * MONTHS_OF_YEAR)


def snooze(uow: UnitOfWork, request: FollowUpSnooze) -> FollowUpReceipt:
    """Put a step off until a day.

    Raises:
        InvalidInput: the day is not to come.
        Conflict: it was done before.
    """
    row = _open(uow, request.follow_up)
    if request.until_on <= uow.today:
        raise InvalidInput(_("--until: a day after today"), field="--until")
    return _event(uow, row, "snoozed", uow.today, request.until_on, request.note)


def _open(uow: UnitOfWork, code: str) -> Row[Any]:
    row = lookup.follow_up(uow.view(), code)
    events = table(FollowUpEvent)
    ended = select(events.c.effective_on).where(
        events.c.follow_up_id == row.id, events.c.action == "done", events.c.voided_at.is_(None)
    )
    day = uow.connection.scalar(ended)
    if day is not None:
        raise Conflict(_("this follow-up was done on {day}").format(day=day), code="done")
    return row


def _event(
    uow: UnitOfWork, row: Row[Any], action: str, on: date, until_on: date | None, note: str | None
) -> FollowUpReceipt:
    values = {"action": action, "until_on": until_on, "note": note}
    uow.insert(FollowUpEvent, follow_up_id=row.id, effective_on=on, **values)
    code = lookup.follow_up_code(row.number)
    change = Change("change", FollowUp, row.id, row.customer_id, {}, {"follow_up": code, **values})
    uow.record(change)
    number = uow.connection.scalar(select(CUSTOMER.c.number).where(CUSTOMER.c.id == row.customer_id))
    return FollowUpReceipt(
        follow_up=code,
        customer=lookup.customer_code(number or 0),
        due_on=until_on or row.due_on,
        status="done" if action == "done" else "open",
    )
