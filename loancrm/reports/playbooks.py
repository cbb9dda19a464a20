"""Playbooks: the steps of one that was begun, and what came of all of them, with how many that rests on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, case, exists, func, literal, null, or_, select

from loancrm.dialect import add_days, count_where, days_between, total
from loancrm.dossier import KINDS
from loancrm.indicators.assigned import officer_on
from loancrm.indicators.facts import LOAN, customers_at, follow_up_assignee
from loancrm.lending.proportions import wilson
from loancrm.models import (
    Contact,
    Feedback,
    FollowUp,
    FollowUpEvent,
    LoanPosition,
    LoanStatus,
    Officer,
    PlaybookEvent,
    PlaybookRun,
    PlaybookStep,
    Snapshot,
    table,
)
from loancrm.numerals import MILLION, ratio
from loancrm.policy.policy import Policy
from loancrm.reports.dossier import fact
from loancrm.reports.grouping import Grouping, check_known, named
from loancrm.reports.lookup import contact_code, follow_up_code
from loancrm.reports.period import Period
from loancrm.view import View

GROUPS = ("playbook", "officer", "plan", "branch")


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a playbook that was begun: ``state`` is open, late, done or dropped."""

    follow_up: str
    step: str
    branch: str | None
    due_on: date
    officer: str | None
    needs_contact: bool
    state: str
    done_on: date | None
    contact: str | None
    what: str


def steps(view: View, number: str) -> list[StepLine]:
    """Return the steps of a playbook that was begun, in the order in which they are due.

    Raises:
        NotFound: there is none with that number.
    """
    run = fact(view, KINDS["playbook"], number)
    rows, next_, officer = table(PlaybookStep), table(FollowUp), table(Officer)
    done, told, talk = table(FollowUpEvent), table(PlaybookEvent), table(Contact)
    people = customers_at(view, "officer_id")
    done_on = (
        select(func.max(done.c.effective_on))
        .where(done.c.follow_up_id == next_.c.id, done.c.action == "done", view.sees(done))
        .correlate(next_)
        .scalar_subquery()
    )
    responsible = func.coalesce(follow_up_assignee(view, next_), people.c.officer_id)
    said = and_(told.c.step_id == rows.c.id, told.c.action.in_(("done", "dropped")), view.sees(told))
    query = (
        select(rows.c.step, rows.c.branch, rows.c.needs_contact, next_.c.number, next_.c.due_on, next_.c.what)
        .add_columns(officer.c.code, done_on.label("done_on"), talk.c.number.label("talk"), told.c.action)
        .join_from(rows, next_, next_.c.id == rows.c.follow_up_id)
        .join(people, people.c.id == next_.c.customer_id)
        .outerjoin(officer, officer.c.id == responsible)
        .outerjoin(told, said)
        .outerjoin(talk, talk.c.id == told.c.contact_id)
        .where(rows.c.run_id == run.id, view.sees(rows), view.sees(next_))
        .order_by(next_.c.due_on, next_.c.number)
    )
    return [_step(view, row) for row in view.rows(query)]


def _step(view: View, row: Row[Any]) -> StepLine:
    return StepLine(
        follow_up=follow_up_code(row.number),
        step=row.step,
        branch=row.branch,
        due_on=row.due_on,
        officer=row.code,
        needs_contact=row.needs_contact,
        state="dropped" if row.action == "dropped" else _state(row, view),
        done_on=row.done_on,
        contact=None if row.talk is None else contact_code(row.talk),
        what=row.what,
    )


def _state(row: Row[Any], view: View) -> str:
    if row.done_on is not None:
        return "done"
    return "late" if row.due_on < view.as_of else "open"


@dataclass(frozen=True, slots=True)
class StatsLine:
    """What came of a group of playbooks; the key None is all of them, or unknown. Loss in minor units.

    ``cure_rate``: cured ÷ (ended - not needed), millionths, with the ends of Wilson's 95 % interval.
    ``days_to_cure``: the median. ``complained``: customers who complained from the beginning until the
    policy's days after the end. ``retained``: of ``retained_of``, whose end lies the policy's days back, had
    a loan then.
    """

    key: str | None
    name: str | None
    begun: int
    open: int
    ended: int
    not_needed: int
    cured: int
    cure_rate: int | None
    low: int | None
    high: int | None
    days_to_cure: int | None
    complained: int
    loss: int
    retained: int
    retained_of: int
    retention: int | None
    retention_low: int | None
    retention_high: int | None


def stats(view: View, policy: Policy, period: Period, *, by: str | None = None) -> list[StatsLine]:
    """Return what came of the playbooks begun in ``period``: all together, or by group; empty without any.

    Raises:
        UsageFault: no such group.
    """
    if by is not None:
        check_known("--by", by, GROUPS)
    names = Grouping("officer").names(view) if by == "officer" else {}
    rows = [row for row in view.rows(_counted(view, policy, period, by)) if row.begun]
    waits = _days_to_cure(view, policy, period, by)
    lines = [_line(row, names, waits[row.key]) for row in rows]
    return sorted(lines, key=lambda line: (-line.begun, line.key is None, line.key or ""))


def _counted(view: View, policy: Policy, period: Period, by: str | None) -> Select[Any]:
    each = _each(view, policy, period, by).subquery("each").c
    query = select(
        null().label("key") if by is None else each.key,
        func.count(each.id).label("begun"),
        count_where(each.outcome.is_(None)).label("open"),
        count_where(each.outcome == "not_needed").label("not_needed"),
        count_where(each.outcome == "cured").label("cured"),
        count_where(each.complained == 1).label("complained"),
        count_where(each.is_old == 1).label("retained_of"),
        count_where(and_(each.is_old == 1, each.has_loan == 1)).label("retained"),
        total(each.loss).label("loss"),
    )
    return query if by is None else query.group_by(each.key)


def _days_to_cure(
    view: View, policy: Policy, period: Period, by: str | None
) -> dict[Any, list[tuple[int, int]]]:
    """Return how many were cured in how many days, by group."""
    each = _each(view, policy, period, by).subquery("each").c
    days = days_between(each.ended_on, each.effective_on).label("days")
    query = select(each.key, days, func.count().label("n")).where(each.outcome == "cured")
    found: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    for row in view.rows(query.group_by(each.key, days).order_by(days)):
        found[row.key].append((row.days, row.n))
    return found


def median(counted: list[tuple[int, int]]) -> int | None:
    """Return the median of days counted in order; between two of them the lower. None of nothing."""
    half = (sum(n for _days, n in counted) + 1) // 2
    for days, n in counted:
        half -= n
        if half <= 0:
            return days
    return None


def _each(view: View, policy: Policy, period: Period, by: str | None) -> Select[Any]:
    """Return the runs of the period, each with its end and what followed."""
    rows, ends = table(PlaybookRun), table(PlaybookEvent).alias("ended")
    rules, today = policy.playbooks.shape, literal(view.as_of, Date())
    stale = policy.terms.stale_after_days
    people = customers_at(view)
    later = add_days(ends.c.effective_on, rules.retained_days)
    until = func.coalesce(add_days(ends.c.effective_on, rules.complaint_days), today)
    of_it = and_(ends.c.run_id == rows.c.id, ends.c.action == "ended", view.sees(ends))
    keys: dict[str | None, Any] = {
        None: null(),
        "playbook": rows.c.playbook,
        "plan": rows.c.plan,
        "branch": _branch(view, rows),
        "officer": officer_on(view, rows.c.customer_id, rows.c.effective_on),
    }
    return (
        select(
            rows.c.id, rows.c.effective_on, ends.c.outcome, ends.c.effective_on.label("ended_on"),
            ends.c.loss, keys[by].label("key"), case((later <= today, 1), else_=0).label("is_old"),
            case((_complained(view, rows, until), 1), else_=0).label("complained"),
            case((_had_a_loan(view, rows, later, stale), 1), else_=0).label("has_loan"),
        )
        .join_from(rows, people, people.c.id == rows.c.customer_id)
        .outerjoin(ends, of_it)
        .where(
            view.sees(rows),
            rows.c.effective_on >= literal(period.first, Date()),
            rows.c.effective_on <= literal(period.last, Date()),
        )
    )  # fmt: skip


def _branch(view: View, rows: Any) -> ColumnElement[Any]:
    events = table(PlaybookEvent).alias("turn")
    query = select(events.c.branch).where(
        events.c.run_id == rows.c.id, events.c.action == "branch", view.sees(events)
    )
    last_first = events.c.effective_on.desc(), events.c.id.desc()
    return query.order_by(*last_first).limit(1).correlate(rows).scalar_subquery()


def _complained(view: View, rows: Any, until: ColumnElement[Any]) -> ColumnElement[bool]:
    tickets = table(Feedback)
    return exists().where(
        tickets.c.customer_id == rows.c.customer_id, tickets.c.kind == "complaint", view.sees(tickets),
        tickets.c.effective_on >= rows.c.effective_on, tickets.c.effective_on <= until,
    )  # fmt: skip


def _had_a_loan(view: View, rows: Any, day: ColumnElement[Any], stale_after_days: int) -> ColumnElement[bool]:
    """Say whether a customer had a loan on a day, as ``loans_at`` says of a view's day that it lives.

    Drawn by then, and not ended; without an end not matured, or matured and not paid back. An end without a
    day is that of the maturity.
    """
    ends = table(LoanStatus)
    of_it = ends.c.loan_id == LOAN.c.id, view.knows(ends)
    is_over = exists().where(*of_it, ends.c.is_dated, ends.c.effective_on <= day).correlate_except(ends)
    ends_later = exists().where(*of_it, ends.c.is_dated, ends.c.effective_on > day).correlate_except(ends)
    ended_once = exists().where(*of_it, ~ends.c.is_dated).correlate_except(ends)
    matures_later = LOAN.c.matures_on > day
    open_ended = or_(LOAN.c.matures_on.is_(None), matures_later, _owes(view, day, stale_after_days))
    lives_on = or_(ends_later, and_(ended_once, matures_later), and_(~ended_once, open_ended))
    return exists().where(
        LOAN.c.customer_id == rows.c.customer_id, view.knows(LOAN), LOAN.c.disbursed_on <= day, ~is_over,
        lives_on,
    )  # fmt: skip


def _owes(view: View, day: ColumnElement[Any], stale_after_days: int) -> ColumnElement[bool]:
    """Say whether principal of a loan was owed on a day: by its ledger, else by a snapshot of then."""
    snapshot, ledger = table(Snapshot), table(LoanPosition)

    def newest(owed: Any, *more: ColumnElement[bool]) -> ColumnElement[Any]:
        query = select(owed.c.outstanding_principal).where(
            owed.c.loan_id == LOAN.c.id, view.knows(owed), owed.c.effective_on <= day, *more
        )
        last_first = owed.c.effective_on.desc(), owed.c.id.desc()
        return query.order_by(*last_first).limit(1).correlate_except(owed).scalar_subquery()

    fresh = newest(snapshot, add_days(snapshot.c.effective_on, stale_after_days) >= day)
    return func.coalesce(newest(ledger), fresh, 0) > 0


def _line(row: Row[Any], names: Any, waits: list[tuple[int, int]]) -> StatsLine:
    key, name = named(row.key, names)
    ended = row.begun - row.open
    decided = ended - row.not_needed
    cure, kept = wilson(row.cured, decided), wilson(row.retained, row.retained_of)
    return StatsLine(
        key=key,
        name=name,
        begun=row.begun,
        open=row.open,
        ended=ended,
        not_needed=row.not_needed,
        cured=row.cured,
        cure_rate=ratio(row.cured, decided),
        low=None if cure is None else round(cure.low * MILLION),
        high=None if cure is None else round(cure.high * MILLION),
        days_to_cure=median(waits),
        complained=row.complained,
        loss=row.loss or 0,
        retained=row.retained,
        retained_of=row.retained_of,
        retention=ratio(row.retained, row.retained_of),
        retention_low=None if kept is None else round(kept.low * MILLION),
        retention_high=None if kept is None else round(kept.high * MILLION),
    )
