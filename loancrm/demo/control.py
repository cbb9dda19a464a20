"""Trouble answered by playbooks, and internal control: checks of the work, findings, incidents, limits.

Who is in trouble is read from the book as it stands on the day, so this is drawn when the day is written. No
conversation is added: a step that needs one is done in the next that the simulation brings, if it brings one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, select

from loancrm.demo.dice import stream
from loancrm.demo.events import Marketed, Talked
from loancrm.demo.span import working
from loancrm.demo.world import World
from loancrm.dossier import KINDS
from loancrm.indicators.figures import Figures
from loancrm.models import (
    Contact,
    ControlFinding,
    FollowUp,
    FollowUpEvent,
    PlaybookRun,
    PlaybookStep,
    RiskWarning,
    table,
)
from loancrm.policy.control import BREACH
from loancrm.policy.policy import Policy, in_force
from loancrm.reports.limits import limits
from loancrm.reports.lookup import contact_code, customer_code, follow_up_code
from loancrm.reports.warnings import warning_code
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.limits import LimitActIn, act
from loancrm.services.playbook_requests import BranchIn, EndIn, PlaybookIn, StepIn
from loancrm.services.playbooks import begin, do_step, end, is_ended, take_branch
from loancrm.unitofwork import UnitOfWork
from loancrm.view import View

BEGUN_AGO, TURNED_AFTER, DECIDED_AFTER = (280, 190, 100, 12), 20, 80  # days
TAKEN, PAST_DUE, STUCK = 6, 10, 90  # customers at a time, days past due
CHECKED_AGO = {"disbursement": 60, "contract": 130, "post_loan": 220}  # days
ACTED_AGO, RECTIFIED_AFTER = 45, 21


def prepare(world: World) -> None:
    """Plan when playbooks begin, turn and end, when the work is checked, and when a limit is acted on."""
    today = world.span.today
    for number, ago in enumerate(BEGUN_AGO, 1):
        for what, after in (("troubled", 0), ("turned", TURNED_AFTER), ("recovered", DECIDED_AFTER)):
            _tell(world, working(today - timedelta(days=ago - after)), what, number)
    for number, ago in enumerate(CHECKED_AGO.values(), 1):
        day = working(today - timedelta(days=ago))
        _tell(world, day, "work_checked", number)
        _tell(world, working(day + timedelta(days=RECTIFIED_AFTER)), "work_put_right", number)
    _tell(world, working(today - timedelta(days=ACTED_AGO)), "limit_acted_on", 1)


def _tell(world: World, day: Any, what: str, number: int) -> None:
    if day <= world.span.last_day:
        world.tell(day, Marketed(what, number, world.seed, {}))


def _policy(uow: UnitOfWork) -> Policy:
    return in_force(uow.view())


def troubled(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Begin the playbook of payment trouble for the firms that are furthest past due."""
    del event, clients
    view, rows = uow.view(), table(PlaybookRun)
    figures = Figures(view, _policy(uow).terms, ("days_past_due",))
    people, days = figures.customers.c, figures.columns["days_past_due"]
    query = figures.select(people.number, _warned_of(view, people.id).label("warning")).where(
        people.kind != "student",
        days.between(PAST_DUE, STUCK),
        ~exists().where(rows.c.customer_id == people.id),
    )
    for row in view.rows(query.order_by(days.desc(), people.number).limit(TAKEN)):
        asked = PlaybookIn(
            customer=customer_code(row.number),
            playbook="payment_trouble",
            warning=None if row.warning is None else warning_code(row.warning),
            reason="逾期",
            language="zh_CN",
        )
        begin(uow, asked)
    yield from ()


def _warned_of(view: View, customer_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the number of a customer's newest warning whose rule names the playbook of payment trouble."""
    rows = table(RiskWarning)
    query = select(rows.c.number).where(
        rows.c.customer_id == customer_id, rows.c.playbook == "payment_trouble", view.sees(rows)
    )
    last_first = rows.c.effective_on.desc(), rows.c.id.desc()
    return query.order_by(*last_first).limit(1).correlate_except(rows).scalar_subquery()


def _runs(uow: UnitOfWork, after_days: int) -> list[tuple[Row[Any], int]]:
    """Return the runs that are open and at least so many days old, with days past due now."""
    view, rows = uow.view(), table(PlaybookRun)
    figures = Figures(view, _policy(uow).terms, ("days_past_due",))
    days = figures.columns["days_past_due"].label("days")
    old = rows.c.effective_on <= uow.today - timedelta(days=after_days)
    mine = rows.c.customer_id == figures.customers.c.id
    query = figures.select(*rows.c, days).where(mine, old, view.stands(rows), ~is_ended(view, rows))
    return [(row, row.days or 0) for row in view.rows(query.order_by(rows.c.number))]


def turned(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Write down the steps that were done in a conversation, and the branch that was taken."""
    del clients, event
    for run, days in _runs(uow, TURNED_AFTER // 2):
        _explain(uow, run)
        if days:
            branch = "lasting" if days > STUCK else "temporary"
            code = KINDS["playbook"].code(run.number)
            if not _has_branch(uow, run):
                take_branch(uow, BranchIn(number=code, branch=branch, language="zh_CN"))
    yield from ()


def _has_branch(uow: UnitOfWork, run: Row[Any]) -> bool:
    rows = table(PlaybookStep)
    query = select(exists().where(rows.c.run_id == run.id, rows.c.branch.is_not(None)))
    return bool(uow.connection.scalar(query))


def _explain(uow: UnitOfWork, run: Row[Any]) -> None:
    """Say of the steps that need a conversation and had one that they are done."""
    steps, rows, done, talks = table(PlaybookStep), table(FollowUp), table(FollowUpEvent), table(Contact)
    is_done = exists().where(done.c.follow_up_id == rows.c.id, done.c.action == "done")
    real = _policy(uow).terms.real_outcomes
    query = select(talks.c.number, talks.c.effective_on).where(
        talks.c.customer_id == run.customer_id, talks.c.effective_on >= run.effective_on,
        talks.c.outcome.in_(real), talks.c.voided_at.is_(None),
    )  # fmt: skip
    talk = uow.connection.execute(query.order_by(talks.c.effective_on, talks.c.id).limit(1)).first()
    if talk is None:
        return
    open_ = select(rows.c.number).join_from(steps, rows, rows.c.id == steps.c.follow_up_id)
    open_ = open_.where(steps.c.run_id == run.id, steps.c.needs_contact, steps.c.branch.is_(None), ~is_done)
    for number in list(uow.connection.scalars(open_)):
        code = contact_code(talk.number)
        do_step(uow, StepIn(follow_up=follow_up_code(number), contact=code))


def recovered(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Write down how the playbooks ended: cured where nothing is past due any more."""
    del clients
    dice = stream(event.seed, "recovered", event.number)
    for run, days in _runs(uow, DECIDED_AFTER - 10):
        code = KINDS["playbook"].code(run.number)
        if not days:
            end(uow, EndIn(number=code, outcome="cured", loss=0))
        elif days > STUCK:
            end(uow, EndIn(number=code, outcome="legal", loss=dice.randint(10, 60) * 1_000_00))
        else:
            end(uow, EndIn(number=code, outcome="restructured", loss=dice.randint(1, 9) * 1_000_00))
    yield from ()


def work_checked(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Record a check of the work with what it found; the first brings an incident to light too."""
    customer = customer_code(min(int(code.removeprefix("C-")) for code in clients))
    step, (cases, wrong) = list(CHECKED_AGO)[event.number - 1], ((10, 2), (10, 1), (20, 0))[event.number - 1]
    number = _fact(uow, "control_check", step=step, cases=cases, exceptions=wrong, officer="wang.fang")
    about = {"found_by": number, "officer": "li.wei", "customer": customer}
    if wrong:
        _fact(uow, "control_finding", severity="medium", what="资金用途凭证不齐", **about)
    if wrong > 1:
        _fact(uow, "control_finding", severity="high", what="受托支付未按约定对象划转", **about)
        loss = {"loss": 260_000, "recovered": 180_000}
        _fact(uow, "control_incident", kind="execution", severity="medium", what="放款重复划转", **loss)
    yield from ()


def work_put_right(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Put the milder finding of a check right, and say what was learnt; the graver one stays open."""
    del clients
    kind = KINDS["control_finding"]
    rows = table(ControlFinding)
    query = select(rows.c.number).where(rows.c.severity == "medium", rows.c.effective_on < uow.today)
    number = uow.connection.scalar(query.order_by(rows.c.number.desc()).limit(1))
    if number is not None and event.number in (1, 2):
        code = kind.code(number)
        _fact(uow, "control_rectification", finding=code, state="done", note="凭证已补齐")
        _fact(uow, "control_lesson", what="放款后五日内核对用途凭证", finding=code, step="disbursement")
    yield from ()


def limit_acted_on(uow: UnitOfWork, event: Marketed, clients: Mapping[str, int]) -> Iterator[Talked]:
    """Say what is done about the limit that is broken worst, if one is."""
    del clients, event
    lines = limits(uow.view(), _policy(uow)).lines
    if lines and lines[0].state == BREACH:
        due_on = uow.today + timedelta(days=90)
        asked = LimitActIn(
            limit=lines[0].limit, key=lines[0].key, action="no_new_loans", officer="wang.fang", due_on=due_on
        )
        act(uow, asked)
    yield from ()


def _fact(uow: UnitOfWork, kind: str, /, **values: Any) -> str:
    return add_fact(uow, FactIn(kind=kind, owner=None, on=None, values=values)).number


WORK = {
    "troubled": troubled,
    "turned": turned,
    "recovered": recovered,
    "work_checked": work_checked,
    "work_put_right": work_put_right,
    "limit_acted_on": limit_acted_on,
}
