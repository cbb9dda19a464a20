"""A playbook for many at once, in an emergency: begun by one statement a table, undone by one command."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Date, String, func, literal, null, select, update

from loancrm.dialect import as_text
from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.indicators.facts import customers_at
from loancrm.models import FollowUp, PlaybookRun, PlaybookStep, table
from loancrm.models.columns import BIG_ID
from loancrm.policy import policy as policies
from loancrm.policy.conditions import Undecided
from loancrm.policy.parse import from_text
from loancrm.policy.playbooks import SECOND, Playbooks, RunShape, RunStepShape
from loancrm.reports.emergency import concerned, unjudged
from loancrm.reports.undecided import how_many, words
from loancrm.services.audiences import insert_numbered, insert_selected
from loancrm.services.inputs import happened_on
from loancrm.services.playbook_requests import PlanIn, PlanReceipt
from loancrm.services.playbooks import named_book, officer_of, words_of
from loancrm.unitofwork import Change, UnitOfWork

RUN, STEP, NEXT = table(PlaybookRun), table(PlaybookStep), table(FollowUp)


def begin_for_all(uow: UnitOfWork, request: PlanIn) -> PlanReceipt:
    """Begin a playbook for each customer of a condition who has a live loan and for whom it does not run.

    Raises:
        NotFound: the policy has no such playbook.
        InvalidInput: the condition cannot be read.
        Conflict: nobody is concerned for whom it does not run already.
    """
    on = happened_on(uow, request.on)
    view = uow.view(on)
    policy = policies.in_force(uow.view())
    book = named_book(policy.playbooks, request.playbook)
    condition = from_text(request.condition)
    found = concerned(view, policy, condition, book.playbook).subquery("concerned")
    counts = _counts(uow, found)
    counts["undecided"] = how_many(view, concerned(view, policy, Undecided(condition), book.playbook))
    if not counts["begun"]:
        shows = _("loancrm playbook concerned shows them")
        raise Conflict(
            _("nobody is concerned for whom this playbook does not run already"),
            hint=words(counts["undecided"]) if counts["undecided"] else shows,
            code="nobody",
        )
    open_offers = unjudged(view, policy, condition, book.playbook)
    _begin(uow, request, book, found, on)
    for step in book.steps:
        _set_step(uow, policy.playbooks, step, on, request.language)
    return _receipt(uow, request, book, counts, on, open_offers)


def _counts(uow: UnitOfWork, found: Any) -> dict[str, int]:
    query = select(
        func.count().label("concerned"), func.coalesce(func.sum(found.c.is_running), 0).label("running")
    )
    row = uow.connection.execute(query.select_from(found)).one()
    return {"concerned": row.concerned, "running": row.running, "begun": row.concerned - row.running}


def _begin(uow: UnitOfWork, request: PlanIn, book: RunShape, found: Any, on: date) -> None:
    """Write the runs; each is its own fact, as if it had been begun by hand."""
    columns: dict[str, ColumnElement[Any]] = {
        "customer_id": found.c.customer_id,
        "effective_on": literal(on, Date()),
        "playbook": literal(book.playbook, String()),
        "plan": literal(request.plan, String()),
        "reason": literal(request.reason, String()),
        "relief": found.c.relief,
        "months": found.c.months,
    }
    insert_numbered(uow, RUN, columns, found, found.c.is_running == 0)
    mine = RUN.c.command_id == uow.command_id
    uow.connection.execute(update(RUN).where(mine).values(live_key=as_text(RUN.c.number)))


def _set_step(uow: UnitOfWork, rules: Playbooks, step: RunStepShape, on: date, lang: str) -> None:
    """Set a step's next step for every run of this command, and say which run it is of."""
    people = customers_at(uow.view(), "second_officer_id")
    runs = (
        select(RUN.c.id.label("run_id"), RUN.c.customer_id, RUN.c.number, people.c.second_officer_id)
        .join_from(RUN, people, people.c.id == RUN.c.customer_id)
        .where(RUN.c.command_id == uow.command_id)
        .subquery("runs")
    )
    officer: ColumnElement[Any] = literal(officer_of(uow, rules, step), BIG_ID)
    if step.owner == SECOND:
        officer = runs.c.second_officer_id
    given = insert_numbered(
        uow,
        NEXT,
        {
            "customer_id": runs.c.customer_id,
            "officer_id": officer,
            "due_on": literal(on + timedelta(days=step.after_days), Date()),
            "what": literal(words_of(rules, step, lang), String()),
            "effective_on": literal(uow.today, Date()),
        },
        runs,
    )
    joined = RUN.join(NEXT, NEXT.c.customer_id == RUN.c.customer_id)
    columns: dict[str, ColumnElement[Any]] = {
        "run_id": RUN.c.id,
        "follow_up_id": NEXT.c.id,
        "step": literal(step.step, String()),
        "branch": null().cast(String),
        "needs_contact": literal(step.needs_contact, Boolean()),
        "effective_on": literal(on, Date()),
    }
    of_it = NEXT.c.number >= given.start, NEXT.c.number < given.stop, RUN.c.command_id == uow.command_id
    insert_selected(uow, STEP, columns, joined, *of_it)


def _receipt(
    uow: UnitOfWork,
    request: PlanIn,
    book: RunShape,
    counts: dict[str, int],
    on: date,
    open_offers: dict[str, int],
) -> PlanReceipt:
    mine = RUN.c.command_id == uow.command_id
    grouped = select(RUN.c.relief, func.count().label("n")).where(mine).group_by(RUN.c.relief)
    offers = {row.relief or "none": row.n for row in uow.connection.execute(grouped.order_by(RUN.c.relief))}
    first = uow.connection.scalar(select(func.min(RUN.c.id)).where(mine))
    said = {"plan": request.plan, "playbook": book.playbook, "condition": request.condition, **counts}
    uow.record(Change("create", PlaybookRun, first or 0, None, {}, said))
    return PlanReceipt(
        plan=request.plan,
        playbook=book.playbook,
        on=on,
        concerned=counts["concerned"],
        begun=counts["begun"],
        running_already=counts["running"],
        offers=offers,
        steps=counts["begun"] * len(book.steps),
        undecided=counts["undecided"],
        undecided_offers=open_offers,
    )
