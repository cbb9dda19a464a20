"""Customers that go from one officer to another: in one command, dated, with what waits for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, select, union_all, update

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER, follow_up_assignee, follow_ups_given
from loancrm.indicators.tickets import ENDED, is_newest
from loancrm.models import (
    Customer,
    CustomerAttribute,
    Feedback,
    FeedbackEvent,
    FeedbackState,
    FollowUp,
    FollowUpEvent,
    table,
)
from loancrm.policy.conditions import Undecided
from loancrm.policy.parse import from_text
from loancrm.policy.policy import Policy, choose
from loancrm.reports import handover as questions
from loancrm.reports import lookup
from loancrm.reports.undecided import how_many, words
from loancrm.services.feedback import restate
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import BEGINNING

CHUNK = 1_000
OFFICERS = questions.OFFICERS
Moves = list[tuple[Row[Any], dict[str, int | None]]]


class HandoverIn(Input):
    """Whose customers go to whom, from which day on: all, some (codes), or those for whom ``where`` holds."""

    source: str
    target: str
    customers: tuple[str, ...] = ()
    on: date | None = None
    where: str | None = None
    policy: str | None = None


class PointReceipt(Receipt):
    """What waits for the customer's next officer."""

    code: str
    due_on: date | None
    what: str


class BriefReceipt(Receipt):
    """A customer that was handed over; ``part`` is what the new officer is: lead or second."""

    customer: str
    name: str
    kind: str
    part: str
    segment: str | None
    live_loans: int
    outstanding_principal: int | None
    days_past_due: int | None
    last_contact_on: date | None
    last_outcome: str | None
    last_note: str | None
    next_due_on: date | None
    matures_on: date | None
    open_points: tuple[PointReceipt, ...]


class HandoverReceipt(Receipt):
    """Who took over from whom, with a brief a customer, and how many steps and tickets went along.

    ``undecided``: of so many others a figure is missing that the condition reads.
    """

    source: str
    target: str
    on: date
    follow_ups: int
    feedback: int
    customers: tuple[BriefReceipt, ...]
    undecided: int = 0


def hand_over(uow: UnitOfWork, request: HandoverIn) -> HandoverReceipt:
    """Give an officer's customers, open next steps and tickets to another.

    A customer that the other one serves already as second has them as lead only. Tickets about the other one
    stay where they are.

    Raises:
        NotFound: no such officer or customer.
        InvalidInput: both are the same, or the day is to come.
        Conflict: the new officer is not active, nobody is handed over, or a customer changed officers later.
    """
    view, on = uow.view(), happened_on(uow, request.on)
    source, target = (
        lookup.officer(view, request.source, "--from"),
        lookup.officer(view, request.target, "--to"),
    )
    _refuse(source, target)
    policy = choose(view, request.policy)
    ids = [int(lookup.customer(view, named).id) for named in request.customers] or None
    where = from_text(request.where) if request.where else None
    people = view.rows(questions.customers_of(view, policy, source.id, ids=ids, where=where))
    unsure = 0
    if where is not None:
        asked = questions.customers_of(view, policy, source.id, ids=ids, where=Undecided(where))
        unsure = how_many(view, asked)
    moves = [(row, _officers(row, source.id, target.id)) for row in people]
    if not moves:
        message, hint = _("no customer is handed over"), words(unsure) if unsure else None
        raise Conflict(message, field="--from", hint=hint, code="nothing_to_do")
    for some in _pieces(moves):
        _write(uow, some, on)
    scope = None if ids is None and where is None else [row.id for row in people]
    return HandoverReceipt(
        source=source.code,
        target=target.code,
        on=on,
        follow_ups=_give_steps(uow, source, target, scope, on),
        feedback=_give_tickets(uow, source, target, scope, on),
        customers=tuple(_briefs(uow, policy, moves, target.id)),
        undecided=unsure,
    )


def _refuse(source: Row[Any], target: Row[Any]) -> None:
    if source.id == target.id:
        raise InvalidInput(_("--from and --to are the same officer"), field="--to")
    if not target.is_active:
        hint = _("if they are back: {command}").format(command=f"loancrm officer edit {target.code} --active")
        raise Conflict(_("the new officer is not active"), field="--to", hint=hint, code="inactive")


def _officers(row: Row[Any], source: int, target: int) -> dict[str, int | None]:
    """Return the columns that change; nobody is lead and second of one customer."""
    lead, second = row.officer_id, row.second_officer_id
    after = {"officer_id": target if lead == source else lead}
    after["second_officer_id"] = target if second == source else second
    if after["officer_id"] == after["second_officer_id"]:
        after["second_officer_id"] = None
    before = row._mapping
    return {name: value for name, value in after.items() if value != before[name]}


def _write(uow: UnitOfWork, moves: Moves, on: date) -> None:
    """Write dated rows, today's copies and images of some customers."""
    newest = _newest_changes(uow, [row.id for row, _changes in moves])
    changed = [(row, name, value) for row, changes in moves for name, value in changes.items()]
    late = [(row, name) for row, name, _value in changed if newest.get((row.id, name), on) > on]
    if late:
        names = [(lookup.customer_code(row.number), row.name) for row, _name in late]
        raise Conflict(
            _("these changed officers after that day"), names=names, field="--on", code="changed_since"
        )
    first = [
        _dated(row.id, name, row._mapping[name], BEGINNING, BEGINNING)
        for row, name, _value in changed
        if (row.id, name) not in newest
    ]
    later = [_dated(row.id, name, value, on, uow.today) for row, name, value in changed]
    uow.insert_many(CustomerAttribute, [*first, *later])
    _copy(uow, moves)


def _newest_changes(uow: UnitOfWork, ids: list[int]) -> dict[tuple[int, str], date]:
    rows = table(CustomerAttribute)
    query = select(rows.c.customer_id, rows.c.name, func.max(rows.c.effective_on))
    query = query.where(rows.c.customer_id.in_(ids), rows.c.name.in_(OFFICERS), rows.c.voided_at.is_(None))
    found = uow.connection.execute(query.group_by(rows.c.customer_id, rows.c.name))
    return {(customer, name): day for customer, name, day in map(tuple, found)}


def _dated(key: int, name: str, value: int | None, on: date, known_on: date) -> dict[str, Any]:
    text = None if value is None else str(value)
    return {"customer_id": key, "name": name, "value": text, "effective_on": on, "known_on": known_on}


def _copy(uow: UnitOfWork, moves: Moves) -> None:
    codes = lookup.officers(uow.view())
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in OFFICERS}
    statement = update(CUSTOMER).where(CUSTOMER.c.id == bindparam("key"))
    after = [
        {"key": row.id, **{f"new_{name}": changes.get(name, row._mapping[name]) for name in OFFICERS}}
        for row, changes in moves
    ]
    uow.connection.execute(statement.values(**values, version=CUSTOMER.c.version + 1), after)
    uow.record(
        *(
            Change("change", Customer, row.id, row.id, _readable(codes, row._mapping, changes), said)
            for row, changes in moves
            for said in (_readable(codes, changes, changes),)
        )
    )


def _readable(codes: dict[int, str], values: Any, names: Any) -> dict[str, str | None]:
    return {name.removesuffix("_id"): codes.get(values[name]) for name in names}


# ── what waits ──────────────────────────────────────────────────────────────────────────────


def _give_steps(
    uow: UnitOfWork, source: Row[Any], target: Row[Any], scope: list[int] | None, on: date
) -> int:
    """Give the open next steps that were given to the old officer to the new one, from the day on."""
    rows, events = table(FollowUp), table(FollowUpEvent)
    done = exists().where(
        events.c.follow_up_id == rows.c.id, events.c.action == "done", events.c.voided_at.is_(None)
    )
    is_theirs = follow_up_assignee(uow.view(), rows) == source.id
    was_given = rows.c.id.in_(union_all(*follow_ups_given((source.id,))))
    query = select(rows.c.id, rows.c.number, rows.c.customer_id, rows.c.effective_on)
    query = query.where(was_given, is_theirs, ~done, rows.c.voided_at.is_(None))
    found = list(_waiting(uow, query, rows.c.customer_id, scope))
    named = [("follow_up", lookup.follow_up_code(row.number), row) for row in found]
    _hand_on(uow, FollowUp, FollowUpEvent, named, target, on)
    return len(found)


def _give_tickets(
    uow: UnitOfWork, source: Row[Any], target: Row[Any], scope: list[int] | None, on: date
) -> int:
    """Assign the open tickets of the old officer to the new one, but for those about the new one."""
    rows, state = table(Feedback), table(FeedbackState)
    query = (
        select(rows.c.id, rows.c.number, rows.c.customer_id, rows.c.effective_on)
        .join_from(rows, state, is_newest(uow.view(), rows))
        .where(state.c.officer_id == source.id, state.c.status.not_in(ENDED))
        .where(rows.c.voided_at.is_(None), rows.c.about_officer_id.is_distinct_from(target.id))
    )
    found = list(_waiting(uow, query, rows.c.customer_id, scope))
    named = [("feedback", lookup.feedback_code(row.number), row) for row in found]
    _hand_on(uow, Feedback, FeedbackEvent, named, target, on)
    restate(uow, [row.id for row in found])
    return len(found)


def _hand_on(
    uow: UnitOfWork,
    model: Any,
    event: Any,
    named: Sequence[tuple[str, str, Row[Any]]],
    target: Row[Any],
    on: date,
) -> None:
    """Write that the target has these from the day on, or from the day on which they came up.

    ``named`` are the noun, the code and the row of each.
    """
    dated = [(max(on, row.effective_on), noun, code, row) for noun, code, row in named]
    given = {"action": "assigned", "officer_id": target.id}
    uow.insert_many(
        event, [{f"{noun}_id": row.id, "effective_on": day, **given} for day, noun, _code, row in dated]
    )
    uow.record(
        *(
            Change("change", model, row.id, row.customer_id, {}, said)
            for day, noun, code, row in dated
            for said in ({noun: code, "action": "assigned", "to": target.code, "effective_on": day},)
        )
    )


def _waiting(uow: UnitOfWork, query: Select[Any], owner: Any, scope: list[int] | None) -> Iterator[Row[Any]]:
    """Yield what waits, of the customers in scope."""
    if scope is None:
        yield from uow.connection.execute(query).all()
        return
    for some in _pieces(scope):
        yield from uow.connection.execute(query.where(owner.in_(some))).all()


def _briefs(uow: UnitOfWork, policy: Policy, moves: Moves, target: int) -> Iterator[BriefReceipt]:
    leads = {row.id for row, changes in moves if changes.get("officer_id", row.officer_id) == target}
    parts = {lookup.customer_code(row.number): "lead" if row.id in leads else "second" for row, _c in moves}
    for some in _pieces(moves):
        for brief in questions.briefs(uow.view(), policy, [row.id for row, _changes in some]):
            fields = {name: getattr(brief, name) for name in brief.__slots__ if name != "open_points"}
            points = (PointReceipt(code=p.code, due_on=p.due_on, what=p.what) for p in brief.open_points)
            yield BriefReceipt(**fields, part=parts[brief.customer], open_points=tuple(points))


def _pieces(items: Sequence[Any]) -> Iterator[list[Any]]:
    remaining = iter(items)
    while piece := list(islice(remaining, CHUNK)):
        yield piece
