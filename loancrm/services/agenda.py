"""Answers to lines of the day's list, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import case, or_, select

from loancrm.agenda.answers import FINAL
from loancrm.calendars import add_working_days
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.models import AgendaAnswer, StandIn, table
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.services import follow_ups
from loancrm.services.inputs import Input, Receipt
from loancrm.unitofwork import Change, UnitOfWork

Action = Literal["done", "snoozed", "skipped", "awaits_data"]


class LineKey(Input):
    """A line of the list: whose, by which rule, about which thing, due on which day."""

    customer: str
    kind: str
    rule: str
    ref: str | None
    own_ref: str
    due_on: date


class AnswerIn(Input):
    """What is said to some lines: done, snoozed until a day, skipped, or they wait for the next data."""

    lines: tuple[LineKey, ...]
    action: Action
    until_on: date | None = None
    why: str | None = None
    officer: str | None = None


class AnswerReceipt(Receipt):
    """How many lines were answered, the first customer's code, and when they come back."""

    lines: int
    customer: str
    action: Action
    until_on: date | None


class StandInFor(Input):
    """Who does whose work, from when until when, both days included."""

    officer: str
    stand_in: str
    from_on: date
    until_on: date


class StandInVoid(Input):
    """Which standing-in is taken back."""

    stand_in: str
    why: str | None = None


class StandInReceipt(Receipt):
    """Who stands in for whom, and when."""

    number: str
    officer: str
    stand_in: str
    from_on: date
    until_on: date


def answer(uow: UnitOfWork, request: AnswerIn) -> AnswerReceipt:
    """Answer lines of the list; a next step set by hand is done or put off itself.

    Raises:
        InvalidInput: a day that is not to come.
        NotFound: no such customer.
        Conflict: a line was done or passed over before.
    """
    if request.until_on is not None and request.until_on <= uow.today:
        raise InvalidInput(_("--until: a day after today"), field="--until")
    until_on = request.until_on
    if request.action == "awaits_data":
        until_on = add_working_days(uow.today, policies.in_force(uow.view()).due.wait_days or 1)
    officer = lookup.officer(uow.view(), request.officer).id if request.officer else None
    for line in request.lines:
        if line.kind == "follow_up" and request.action in ("done", "snoozed"):
            _answer_step(uow, line, request)
        else:
            _write(uow, line, request, until_on, officer)
    return AnswerReceipt(
        lines=len(request.lines),
        customer=request.lines[0].customer,
        action=request.action,
        until_on=until_on,
    )


def _answer_step(uow: UnitOfWork, line: LineKey, request: AnswerIn) -> None:
    step = line.ref or ""
    if request.action == "done":
        follow_ups.done(uow, follow_ups.FollowUpDone(follow_up=step, note=request.why))
    elif request.until_on is not None:
        asked = follow_ups.FollowUpSnooze(follow_up=step, until_on=request.until_on, note=request.why)
        follow_ups.snooze(uow, asked)


def _write(
    uow: UnitOfWork, line: LineKey, request: AnswerIn, until_on: date | None, officer_id: int | None
) -> None:
    owner = lookup.customer(uow.view(), line.customer)
    _refuse_answered(uow, owner.id, line)
    values = {
        "rule": line.rule,
        "ref": line.own_ref,
        "due_on": line.due_on,
        "action": request.action,
        "until_on": until_on,
        "why": request.why,
    }
    key = uow.insert(
        AgendaAnswer, customer_id=owner.id, officer_id=officer_id, effective_on=uow.today, **values
    )
    uow.record(Change("create", AgendaAnswer, key, owner.id, {}, values))


def _refuse_answered(uow: UnitOfWork, customer_id: int, line: LineKey) -> None:
    rows = table(AgendaAnswer)
    said = select(rows.c.action).where(
        rows.c.customer_id == customer_id,
        rows.c.rule == line.rule,
        rows.c.due_on == line.due_on,
        rows.c.ref == line.own_ref,
        rows.c.action.in_(FINAL),
        rows.c.voided_at.is_(None),
    )
    if uow.connection.scalar(said) is not None:
        raise Conflict(
            _("this line was answered already"),
            hint=_("look at the list anew: loancrm today"),
            code="answered",
        )


def hand_in(uow: UnitOfWork, request: StandInFor) -> StandInReceipt:
    """Let an officer do another's work for some days.

    Raises:
        InvalidInput: the days are reversed or over, or both are one officer.
        Conflict: on one of those days somebody stands in already, who is to stand in is away, or who goes
            away stands in for another, whose work nobody would do.
    """
    view = uow.view()
    away, present = lookup.officer(view, request.officer), lookup.officer(view, request.stand_in)
    if away.id == present.id:
        raise InvalidInput(_("--to: another officer than the one who is away"), field="--to")
    if request.until_on < max(request.from_on, uow.today):
        raise InvalidInput(_("--until: not before the first day, nor before today"), field="--until")
    _refuse_in_the_way(uow, request, away.id, present.id)
    number = uow.next_number("stand_in")
    values = {"stand_in_id": present.id, "until_on": request.until_on, "effective_on": request.from_on}
    key = uow.insert(StandIn, number=number, officer_id=away.id, **values)
    said = {"officer": away.code, "stand_in": present.code, **values}
    uow.record(Change("create", StandIn, key, None, {}, said))
    return StandInReceipt(
        number=lookup.stand_in_code(number),
        officer=away.code,
        stand_in=present.code,
        from_on=request.from_on,
        until_on=request.until_on,
    )


def _refuse_in_the_way(uow: UnitOfWork, request: StandInFor, away: int, present: int) -> None:
    """Refuse where another standing-in of those days would leave somebody's work with one who is away."""
    codes = lookup.officers(uow.view())
    for row in _overlapping(uow, request, away, present):
        names = {"number": lookup.stand_in_code(row.number), "officer": codes[row.officer_id]}
        if row.officer_id == away:
            text, code = _("somebody stands in on those days already: {number}"), "stood_in"
        elif row.officer_id == present:
            text, code = _("{officer} is away on some of those days: {number}"), "stand_in_away"
        else:
            text = _("the one who goes away stands in for {officer} on some of those days: {number}")
            code = "stands_in"
        hints = {
            "stood_in": _("take it back first: loancrm agenda take-back {number}"),
            "stand_in_away": _(
                "name somebody who is there, or take it back: loancrm agenda take-back {number}"
            ),
            "stands_in": _(
                "take it back, and hand {officer}'s work to somebody who is there: "
                "loancrm agenda take-back {number}"
            ),
        }
        raise Conflict(text.format(**names), hint=hints[code].format(**names), code=code)


def _overlapping(uow: UnitOfWork, request: StandInFor, away: int, present: int) -> Sequence[Any]:
    """Return the standing-ins of those days that are in the way, first those of the one who goes away."""
    rows = table(StandIn)
    is_own = rows.c.officer_id == away
    query = select(rows.c.number, rows.c.officer_id).where(
        or_(is_own, rows.c.officer_id == present, rows.c.stand_in_id == away),
        rows.c.voided_at.is_(None),
        rows.c.effective_on <= request.until_on,
        rows.c.until_on >= request.from_on,
    )
    order = case((is_own, 0), (rows.c.officer_id == present, 1), else_=2)
    return uow.connection.execute(query.order_by(order, rows.c.number)).all()


def take_back(uow: UnitOfWork, request: StandInVoid) -> StandInReceipt:
    """Take a standing-in back.

    Raises:
        NotFound: there is none of that number.
    """
    row = lookup.stand_in(uow.view(), request.stand_in)
    uow.void(StandIn, row.id)
    before = {"officer_id": row.officer_id, "stand_in_id": row.stand_in_id, "until_on": row.until_on}
    uow.record(Change("void", StandIn, row.id, None, before, {"why": request.why}))
    codes = lookup.officers(uow.view())
    return StandInReceipt(
        number=lookup.stand_in_code(row.number),
        officer=codes[row.officer_id],
        stand_in=codes[row.stand_in_id],
        from_on=row.effective_on,
        until_on=row.until_on,
    )
