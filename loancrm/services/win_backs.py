"""Winning customers back: begun by a playbook of the policy, whose steps become next steps, and ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, exists, select

from loancrm import identity, parsing
from loancrm.dossier import KINDS
from loancrm.errors import Conflict, InvalidInput, NotFound, did_you_mean
from loancrm.i18n import _, language
from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.models import FollowUp, FollowUpEvent, table
from loancrm.policy import policy as policies
from loancrm.policy.churn import Playbook
from loancrm.policy.policy import Policy
from loancrm.reports import dossier as facts
from loancrm.reports import lookup
from loancrm.services import follow_ups
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.follow_ups import FollowUpDone, add_follow_up
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import UnitOfWork
from loancrm.vocabulary import code_of, label


class WinBackIn(Input):
    """Whom to win back, by which playbook (None: the first that fits), from which day on."""

    customer: str
    playbook: str | None = None
    reason: str | None = None
    on: date | None = None
    language: str = "en"


class StepReceipt(Receipt):
    """A step of the playbook as a next step."""

    step: str
    follow_up: str
    due_on: date
    officer: str | None


class WinBackReceipt(Receipt):
    """The attempt with its steps."""

    win_back: str
    customer: str
    playbook: str
    on: date
    steps: tuple[StepReceipt, ...]


class WinBackEnd(Input):
    """What came of an attempt: by what, at which cost (minor units)."""

    win_back: str
    outcome: str
    means: str | None = None
    cost: int | None = None
    note: str | None = None
    on: date | None = None


class WinBackEnded(Receipt):
    """What was recorded; ``steps_closed``: next steps of the playbook that were still open."""

    win_back: str
    customer: str
    outcome: str
    on: date
    steps_closed: int


def win_back_in(customer: str, playbook: str | None, reason: str | None, on: str | None) -> WinBackIn:
    """Return what was typed to begin with."""
    return WinBackIn(
        customer=customer,
        playbook=playbook,
        reason=None if reason is None else identity.clean_text(reason, "--why"),
        on=None if on is None else parsing.day(on, "--on"),
        language=language(),
    )


def win_back_end(
    win_back: str, outcome: str, means: str | None, cost: str | None, note: str | None, on: str | None
) -> WinBackEnd:
    """Return what was typed of the result."""
    return WinBackEnd(
        win_back=win_back,
        outcome=code_of("win_back_outcome", outcome, "OUTCOME"),
        means=None if means is None else code_of("win_back_means", means, "--by"),
        cost=None if cost is None else parsing.amount(cost, "--cost"),
        note=None if note is None else identity.clean_text(note, "--note"),
        on=None if on is None else parsing.day(on, "--on"),
    )


def begin(uow: UnitOfWork, request: WinBackIn) -> WinBackReceipt:
    """Begin to win a customer back: the attempt, and a next step for each step of the playbook.

    Raises:
        NotFound: there is no such customer or playbook, or none fits.
        Conflict: the customer is being won back already.
    """
    owner, on = lookup.customer(uow.view(), request.customer), happened_on(uow, request.on)
    _refuse_open(uow, owner)
    book = _playbook(uow, owner, request.playbook)
    code = lookup.customer_code(owner.number)
    values = {"playbook": book.rule, "reason": request.reason}
    number = add_fact(uow, FactIn(kind="win_back", owner=code, on=on, values=values)).number
    return WinBackReceipt(
        win_back=number, customer=code, playbook=book.rule, on=on,
        steps=tuple(_steps(uow, owner, book, on, request.language)),
    )  # fmt: skip


def _steps(uow: UnitOfWork, owner: Row[Any], book: Playbook, on: date, lang: str) -> list[StepReceipt]:
    codes, found = lookup.officers(uow.view()), []
    for step in book.steps:
        officer = owner.second_officer_id if step.owner == "second" else None
        due_on = on + timedelta(days=step.after_days)
        code = add_follow_up(uow, owner, due_on, step.said(lang), officer_id=officer)
        who = codes.get(officer or owner.officer_id)
        found.append(StepReceipt(step=step.step, follow_up=code, due_on=due_on, officer=who))
    return found


def _refuse_open(uow: UnitOfWork, owner: Row[Any]) -> None:
    rows, results = facts.fact_table(KINDS["win_back"]), facts.fact_table(KINDS["win_back_result"])
    view = uow.view()
    ended = exists().where(results.c.win_back_id == rows.c.id, view.stands(results))
    query = select(rows.c.number).where(rows.c.customer_id == owner.id, view.stands(rows), ~ended)
    number = uow.connection.scalar(query)
    if number is not None:
        code = KINDS["win_back"].code(number)
        raise Conflict(
            _("{number} is not over yet").format(number=code),
            field="CUSTOMER",
            hint=_("say what came of it: loancrm churn result {number} won_back").format(number=code),
            code="open",
        )


def _playbook(uow: UnitOfWork, owner: Row[Any], named: str | None) -> Playbook:
    view = uow.view()
    policy = policies.in_force(view)
    books = policy.churn.win_back
    if named is not None:
        found = next((book for book in books if book.rule == named), None)
        if found is None:
            names = tuple(book.rule for book in books)
            message = _("the policy has no playbook {name}").format(
                name=identity.clean_text(named, "--playbook")
            )
            raise NotFound(message, field="--playbook", hint=did_you_mean(named, names))
        return found
    found = _fitting(view, policy, owner.id)
    if found is None:
        raise NotFound(
            _("no playbook of the policy fits this customer"),
            field="CUSTOMER",
            hint=_("a policy file says it under churn: win_back"),
        )
    return found


def _fitting(view: Any, policy: Policy, customer_id: int) -> Playbook | None:
    books = policy.churn.win_back
    names = sorted({name for book in books for name in book.when.indicators()})
    figures = Figures(view, policy.terms, names, scope=customer_ids(view, ids=[customer_id]))
    tests = [book.when.sql(figures.columns).label(f"book_{n}") for n, book in enumerate(books)]
    row = view.one(figures.select(figures.customers.c.id, *tests))
    if row is None:
        return None
    return next((book for n, book in enumerate(books) if row._mapping[f"book_{n}"]), None)


def end(uow: UnitOfWork, request: WinBackEnd) -> WinBackEnded:
    """Record what came of an attempt; what is left of the playbook's next steps is done with it.

    Raises:
        NotFound: there is no such attempt.
        InvalidInput: the day lies before it was begun.
        Conflict: it is over already.
    """
    kind, view = KINDS["win_back"], uow.view()
    row, on = facts.fact(view, kind, request.win_back), happened_on(uow, request.on)
    if on < row.effective_on:
        message = _("{field}: that day lies before the first one").format(field="--on")
        raise InvalidInput(message, field="--on")
    number, owner = kind.code(row.number), facts.owner_of(view, kind, row)
    code = facts.owner_code(kind, owner) or ""
    values = {name: getattr(request, name) for name in ("outcome", "means", "cost", "note")}
    fact = FactIn(kind="win_back_result", owner=code, on=on, values={**values, "win_back": number})
    add_fact(uow, fact)
    closed = _close_steps(uow, row, on, request.outcome)
    return WinBackEnded(win_back=number, customer=code, outcome=request.outcome, on=on, steps_closed=closed)


def _close_steps(uow: UnitOfWork, attempt: Row[Any], on: date, outcome: str) -> int:
    """Say of the next steps that were set with the attempt and are still open that they are done."""
    rows, events, view = table(FollowUp), table(FollowUpEvent), uow.view()
    done = exists().where(events.c.follow_up_id == rows.c.id, events.c.action == "done", view.stands(events))
    query = select(rows.c.number).where(
        rows.c.command_id == attempt.command_id, rows.c.customer_id == attempt.customer_id,
        view.stands(rows), ~done,
    )  # fmt: skip
    note = label("win_back_outcome", outcome)
    open_ = list(uow.connection.scalars(query.order_by(rows.c.number)))
    for number in open_:
        follow_ups.done(uow, FollowUpDone(follow_up=lookup.follow_up_code(number), on=on, note=note))
    return len(open_)
