"""Playbooks: begun for a customer, its steps set as next steps, done, turned into a branch, and ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, exists, select

from loancrm import identity
from loancrm.dossier import KINDS
from loancrm.errors import Conflict, InvalidInput, NotFound, did_you_mean
from loancrm.i18n import _
from loancrm.models import FollowUp, FollowUpEvent, PlaybookEvent, PlaybookRun, PlaybookStep, table
from loancrm.policy import policy as policies
from loancrm.policy.playbooks import SECOND, BranchShape, Playbooks, RunShape, RunStepShape
from loancrm.reports import dossier as facts
from loancrm.reports import lookup
from loancrm.services import follow_ups
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.follow_ups import FollowUpDone, add_follow_up
from loancrm.services.inputs import happened_on
from loancrm.services.playbook_requests import (
    BranchIn,
    BranchReceipt,
    EndIn,
    EndReceipt,
    PlaybookIn,
    PlaybookReceipt,
    StepDone,
    StepIn,
    StepReceipt,
)
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.vocabulary import label

KIND = KINDS["playbook"]


def begin(uow: UnitOfWork, request: PlaybookIn) -> PlaybookReceipt:
    """Begin a playbook for a customer: a next step for each of its steps.

    Raises:
        NotFound: there is no such customer, playbook or warning, or the book has no such officer of a role.
        Conflict: it runs for the customer already, or the warning is of another customer.
    """
    owner, on = lookup.customer(uow.view(), request.customer), happened_on(uow, request.on)
    rules = policies.in_force(uow.view()).playbooks
    book = named_book(rules, request.playbook)
    _refuse_running(uow, owner, book)
    code = lookup.customer_code(owner.number)
    warning = None if request.warning is None else _warning(uow, request.warning, owner)
    values = {"playbook": book.playbook, "warning": warning, "reason": request.reason}
    number = add_fact(uow, FactIn(kind=KIND.name, owner=code, on=on, values=values)).number
    run = facts.fact(uow.view(), KIND, number)
    steps = set_steps(uow, rules, run, owner, book.steps, on, request.language)
    return PlaybookReceipt(number=number, customer=code, playbook=book.playbook, on=on, steps=steps)


def _warning(uow: UnitOfWork, named: str, owner: Row[Any]) -> str:
    """Return the code of the warning that caused a playbook: one of this customer."""
    row = facts.fact(uow.view(), KINDS["warning"], named)
    if row.customer_id != owner.id:
        raise Conflict(_("{field}: that is another customer's").format(field="--warning"), field="--warning")
    return KINDS["warning"].code(row.number)


def named_book(rules: Playbooks, name: str) -> RunShape:
    """Return a playbook of the policy.

    Raises:
        NotFound: there is none of that name.
    """
    found = rules.book(name)
    if found is None:
        said = identity.clean_text(name, "--playbook")
        hint = did_you_mean(name, rules.names) or _("loancrm playbook rules lists them")
        raise NotFound(
            _("the policy has no playbook {name}").format(name=said), field="--playbook", hint=hint
        )
    return found


def words_of(rules: Playbooks, step: RunStepShape, lang: str) -> str:
    """Return what a step says; who is to see to it stands before where nobody of the book has the role."""
    role = rules.role(step.owner)
    text = step.said(lang)
    return text if role is None else _("{role}: {text}").format(role=role.said(lang), text=text)


def officer_of(uow: UnitOfWork, rules: Playbooks, step: RunStepShape) -> int | None:
    """Return the key of the officer who has the role of a step; None where that is the customer's own.

    Raises:
        NotFound: the policy names an officer whom the book does not have.
    """
    role = rules.role(step.owner)
    if role is None or role.officer is None:
        return None
    return int(lookup.officer(uow.view(), role.officer, f"playbooks.roles.{role.role}").id)


def set_steps(
    uow: UnitOfWork,
    rules: Playbooks,
    run: Row[Any],
    owner: Row[Any],
    steps: Iterable[RunStepShape],
    on: date,
    lang: str,
    branch: str | None = None,
) -> tuple[StepReceipt, ...]:
    """Set a next step for each step of a playbook or a branch that begins on a day."""
    codes, found, view = lookup.officers(uow.view()), [], uow.view()
    for step in steps:
        officer = owner.second_officer_id if step.owner == SECOND else officer_of(uow, rules, step)
        due_on = on + timedelta(days=step.after_days)
        code = add_follow_up(uow, owner, due_on, words_of(rules, step, lang), officer_id=officer)
        uow.insert(
            PlaybookStep,
            run_id=run.id,
            follow_up_id=lookup.follow_up(view, code).id,
            step=step.step,
            branch=branch,
            needs_contact=step.needs_contact,
            effective_on=on,
        )
        who = codes.get(officer or owner.officer_id)
        found.append(
            StepReceipt(
                step=step.step, follow_up=code, due_on=due_on, officer=who, needs_contact=step.needs_contact
            )
        )
    return tuple(found)


def _refuse_running(uow: UnitOfWork, owner: Row[Any], book: RunShape) -> None:
    rows, view = table(PlaybookRun), uow.view()
    query = select(rows.c.number).where(
        rows.c.customer_id == owner.id,
        rows.c.playbook == book.playbook,
        view.stands(rows),
        ~is_ended(view, rows),
    )
    number = uow.connection.scalar(query)
    if number is not None:
        code = KIND.code(number)
        raise Conflict(
            _("{number} is not over yet").format(number=code),
            field="CUSTOMER",
            hint=_("say how it ended: loancrm playbook end {number} cured").format(number=code),
            code="open",
        )


def is_ended(view: Any, rows: Any) -> Any:
    """Return the condition that a run has ended, whatever the day."""
    events = table(PlaybookEvent).alias("ended")
    return exists().where(events.c.run_id == rows.c.id, events.c.action == "ended", view.stands(events))


def _running(uow: UnitOfWork, number: str, on: date) -> tuple[Row[Any], Row[Any]]:
    """Return a run that has not ended, and whose it is."""
    view, rows = uow.view(), table(PlaybookRun)
    run = facts.fact(view, KIND, number)
    if uow.connection.scalar(select(is_ended(view, rows)).where(rows.c.id == run.id)):
        message = _("{number} is over already").format(number=KIND.code(run.number))
        raise Conflict(message, field="NUMBER", code="over")
    if on < run.effective_on:
        message = _("{field}: that day lies before the first one").format(field="--on")
        raise InvalidInput(message, field="--on", code="days_reversed")
    owner = facts.owner_of(view, KIND, run)
    assert owner is not None
    return run, owner


def do_step(uow: UnitOfWork, request: StepIn) -> StepDone:
    """Record that a step was done, and in which conversation.

    Raises:
        NotFound: it is no step of a playbook.
        InvalidInput: it is done only in a conversation, and none was named.
        Conflict: it was done before, the playbook is over, or the conversation does not count.
    """
    view, on = uow.view(), happened_on(uow, request.on)
    row = lookup.follow_up(view, request.follow_up)
    step = _step_of(uow, row)
    run = facts.fact(view, KIND, KIND.code(step.run_number))
    run, owner = _running(uow, KIND.code(run.number), on)
    contact = None if request.contact is None else _conversation(uow, request.contact, run, owner)
    if step.needs_contact and contact is None:
        raise _needs_contact(lookup.follow_up_code(row.number))
    done = FollowUpDone(follow_up=request.follow_up, on=on, note=request.note)
    follow_ups.done(uow, done, is_explained=True)
    key = None if contact is None else contact.id
    _write(uow, run, "done", on, step_id=step.id, contact_id=key, note=request.note)
    return StepDone(
        number=KIND.code(run.number),
        customer=lookup.customer_code(owner.number),
        step=step.step,
        follow_up=lookup.follow_up_code(row.number),
        contact=None if contact is None else lookup.contact_code(contact.number),
        on=on,
        steps_open=len(_open_steps(uow, run)),
    )


def _step_of(uow: UnitOfWork, follow_up: Row[Any]) -> Row[Any]:
    steps, runs, view = table(PlaybookStep), table(PlaybookRun), uow.view()
    query = select(steps, runs.c.number.label("run_number")).join_from(
        steps, runs, runs.c.id == steps.c.run_id
    )
    row = view.one(query.where(steps.c.follow_up_id == follow_up.id, view.stands(steps), view.stands(runs)))
    if row is None:
        raise NotFound(
            _("{code} is no step of a playbook").format(code=lookup.follow_up_code(follow_up.number)),
            field="STEP",
            hint=_("loancrm followup done records it"),
        )
    return row


def _needs_contact(code: str) -> InvalidInput:
    return InvalidInput(
        _("this step is done only in a conversation with the customer"),
        field="--contact",
        hint=_("log it, then: loancrm playbook done {code} --contact K-…").format(code=code),
        code="needs_contact",
    )


def _conversation(uow: UnitOfWork, named: str, run: Row[Any], owner: Row[Any]) -> Row[Any]:
    """Return a conversation with this customer since the playbook began in which they were reached."""
    contact = lookup.contact(uow.view(), named)
    if contact.customer_id != owner.id:
        raise Conflict(_("this conversation was with another customer"), field="--contact")
    if contact.effective_on < run.effective_on:
        message = _("{field}: this conversation was before the playbook began").format(field="--contact")
        raise Conflict(message, field="--contact", code="too_early")
    if contact.outcome not in policies.in_force(uow.view()).terms.real_outcomes:
        message = _("{field}: nobody was reached in this conversation").format(field="--contact")
        raise Conflict(message, field="--contact", code="not_reached")
    return contact


def _write(uow: UnitOfWork, run: Row[Any], action: str, on: date, **values: Any) -> None:
    row = {"action": action, **values}
    key = uow.insert(PlaybookEvent, run_id=run.id, effective_on=on, currency=uow.currency, **row)
    said = {name: value for name, value in row.items() if value is not None and not name.endswith("_id")}
    said = {"playbook": KIND.code(run.number), **said}
    uow.record(Change("create", PlaybookEvent, key, run.customer_id, {}, said))


def take_branch(uow: UnitOfWork, request: BranchIn) -> BranchReceipt:
    """Go on by a branch of the playbook: what was open is dropped where the policy says so.

    Raises:
        NotFound: there is no such run, or its playbook has no such branch.
        Conflict: it is over, or took this branch already.
    """
    on = happened_on(uow, request.on)
    run, owner = _running(uow, request.number, on)
    rules = policies.in_force(uow.view()).playbooks
    branch = _branch(rules, run, request.branch)
    _refuse_taken(uow, run, branch)
    label_ = branch.said(request.language)
    dropped = _drop(uow, run, on, label_) if branch.drops_rest else 0
    _write(uow, run, "branch", on, branch=branch.branch, note=request.note)
    steps = set_steps(uow, rules, run, owner, branch.steps, on, request.language, branch.branch)
    return BranchReceipt(
        number=KIND.code(run.number),
        customer=lookup.customer_code(owner.number),
        branch=branch.branch,
        on=on,
        leads_to=branch.leads_to,
        steps_dropped=dropped,
        steps=steps,
    )


def _branch(rules: Playbooks, run: Row[Any], named: str) -> BranchShape:
    book = named_book(rules, run.playbook)
    found = next((one for one in book.branches if one.branch == named), None)
    if found is None:
        names = tuple(one.branch for one in book.branches)
        message = _("the playbook {playbook} has no branch {name}").format(
            playbook=run.playbook, name=identity.clean_text(named, "BRANCH")
        )
        raise NotFound(message, field="BRANCH", hint=did_you_mean(named, names))
    return found


def _refuse_taken(uow: UnitOfWork, run: Row[Any], branch: BranchShape) -> None:
    events, view = table(PlaybookEvent), uow.view()
    taken = exists().where(
        events.c.run_id == run.id, events.c.action == "branch", events.c.branch == branch.branch,
        view.stands(events),
    )  # fmt: skip
    if uow.connection.scalar(select(taken)):
        raise Conflict(_("this branch was taken already"), field="BRANCH", code="taken")


def end(uow: UnitOfWork, request: EndIn) -> EndReceipt:
    """Record how a playbook ended; steps that are still open are closed with it.

    Raises:
        NotFound: there is no such run.
        InvalidInput: the day lies before it began.
        Conflict: it is over already.
    """
    on = happened_on(uow, request.on)
    run, owner = _running(uow, request.number, on)
    _write(uow, run, "ended", on, outcome=request.outcome, loss=request.loss, note=request.note)
    closed = _drop(uow, run, on, label("playbook_outcome", request.outcome))
    return EndReceipt(
        number=KIND.code(run.number),
        customer=lookup.customer_code(owner.number),
        outcome=request.outcome,
        on=on,
        steps_closed=closed,
    )


def _open_steps(uow: UnitOfWork, run: Row[Any]) -> Sequence[Row[Any]]:
    """Return the steps of a run that are not done: key of the step, number of its next step."""
    steps, rows, events, view = table(PlaybookStep), table(FollowUp), table(FollowUpEvent), uow.view()
    done = exists().where(events.c.follow_up_id == rows.c.id, events.c.action == "done", view.stands(events))
    query = select(steps.c.id, rows.c.number).join_from(steps, rows, rows.c.id == steps.c.follow_up_id)
    query = query.where(steps.c.run_id == run.id, view.stands(steps), view.stands(rows), ~done)
    return view.rows(query.order_by(rows.c.number))


def _drop(uow: UnitOfWork, run: Row[Any], on: date, note: str) -> int:
    """Say of the steps that are open that they are not done any more; their next steps end with it."""
    open_ = _open_steps(uow, run)
    for step in open_:
        done = FollowUpDone(follow_up=lookup.follow_up_code(step.number), on=on, note=note)
        follow_ups.done(uow, done, is_explained=True)
        _write(uow, run, "dropped", on, step_id=step.id)
    return len(open_)
