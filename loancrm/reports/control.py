"""Internal control: which checks of the work are due, how often something was wrong, cases drawn by lot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, case, func, literal, select

from loancrm.dialect import count_where
from loancrm.errors import NotFound, did_you_mean
from loancrm.i18n import _, language
from loancrm.indicators.facts import LOAN, customers_at, loans_at
from loancrm.indicators.lots import by_lot
from loancrm.lending.proportions import wilson
from loancrm.models import ControlCheck, LoanStage, table
from loancrm.numerals import MILLION, ratio
from loancrm.policy.control import ControlledShape
from loancrm.policy.policy import Policy
from loancrm.reports.lookup import customer_code, officers
from loancrm.view import View

A_YEAR = 365


@dataclass(frozen=True, slots=True)
class ControlledLine:
    """A step of the work: its last check and when the next is due; ``waiting`` cases since.

    ``exception_rate``: cases in which something was wrong ÷ cases looked at in the last 365 days, millionths,
    with the ends of Wilson's 95 % interval.
    """

    step: str
    title: str
    every_days: int
    sample: int
    last_on: date | None
    due_on: date
    is_due: bool
    waiting: int
    checks: int
    cases: int
    exceptions: int
    exception_rate: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that was drawn: a loan, whose it is, and when it passed the stage."""

    loan: str
    customer: str
    name: str
    officer: str | None
    on: date | None
    principal: int


def controlled(view: View, policy: Policy) -> list[ControlledLine]:
    """Return the steps of the policy with their checks, due first; never checked: due today."""
    rows = table(ControlCheck)
    is_late = rows.c.effective_on > view.as_of - timedelta(days=A_YEAR)
    query = select(
        rows.c.step,
        func.max(rows.c.effective_on).label("last_on"),
        count_where(is_late).label("checks"),
        func.sum(case((is_late, rows.c.cases), else_=0)).label("cases"),
        func.sum(case((is_late, rows.c.exceptions), else_=0)).label("exceptions"),
    ).where(view.sees(rows))
    found = {row.step: row for row in view.rows(query.group_by(rows.c.step))}
    lines = [_line(view, policy, step, found.get(step.step)) for step in policy.control.steps]
    return sorted(lines, key=lambda line: (line.due_on, line.step))


def _line(view: View, policy: Policy, step: ControlledShape, row: Any) -> ControlledLine:
    last_on = None if row is None else row.last_on
    due_on = view.as_of if last_on is None else last_on + timedelta(days=step.every_days)
    cases, wrong = (0, 0) if row is None else (int(row.cases), int(row.exceptions))
    interval = wilson(wrong, cases)
    waiting = select(func.count()).select_from(_cases(view, policy, step, last_on).subquery("waiting"))
    return ControlledLine(
        step=step.step,
        title=step.said(language()),
        every_days=step.every_days,
        sample=step.sample,
        last_on=last_on,
        due_on=due_on,
        is_due=due_on <= view.as_of,
        waiting=view.connection.scalar(waiting) or 0,
        checks=0 if row is None else row.checks,
        cases=cases,
        exceptions=wrong,
        exception_rate=ratio(wrong, cases),
        low=None if interval is None else round(interval.low * MILLION),
        high=None if interval is None else round(interval.high * MILLION),
    )


def _cases(view: View, policy: Policy, step: ControlledShape, since: date | None) -> Select[Any]:
    """Return the cases of a step since the last check: loan_id and the day on which it passed the stage."""
    if step.stage is None:
        loans = loans_at(view, stale_after_days=policy.terms.stale_after_days)
        return select(loans.c.id.label("loan_id"), loans.c.disbursed_on.label("passed_on")).where(
            loans.c.is_live == 1
        )
    after = literal(since or date.min, Date())
    if step.stage == "disbursement":  # loans that are kept elsewhere have no stages
        query = select(LOAN.c.id.label("loan_id"), LOAN.c.disbursed_on.label("passed_on"))
        passed = LOAN.c.disbursed_on > after, LOAN.c.disbursed_on <= view.as_of
        return query.where(view.sees(LOAN), *passed)
    rows = table(LoanStage)
    query = select(rows.c.loan_id, func.max(rows.c.effective_on).label("passed_on"))
    query = query.where(rows.c.stage == step.stage, view.sees(rows), rows.c.effective_on > after)
    return query.group_by(rows.c.loan_id)


def sample(view: View, policy: Policy, named: str, seed: int | None, most: int | None) -> list[CaseLine]:
    """Return cases of a step drawn by lot among those since its last check; the same seed draws the same.

    Without a seed the day that is looked at is one; without ``most`` the policy's number is drawn.

    Raises:
        NotFound: the policy controls no such step.
    """
    step = policy.control.step(named)
    if step is None:
        names = tuple(one.step for one in policy.control.steps)
        hint = did_you_mean(named, names) or _("loancrm control due lists them")
        raise NotFound(_("the policy controls no such step"), field="STEP", hint=hint)
    checks = table(ControlCheck)
    last = select(func.max(checks.c.effective_on)).where(checks.c.step == named, view.sees(checks))
    cases = _cases(view, policy, step, view.connection.scalar(last)).subquery("cases")
    people = customers_at(view, "name", "officer_id")
    lot = by_lot(LOAN.c.id, view.as_of.toordinal() if seed is None else seed)
    query = (
        select(LOAN.c.number, LOAN.c.principal, cases.c.passed_on)
        .add_columns(people.c.number.label("owner"), people.c.name, people.c.officer_id)
        .join_from(cases, LOAN, LOAN.c.id == cases.c.loan_id)
        .join(people, people.c.id == LOAN.c.customer_id)
        .order_by(lot, LOAN.c.id)
        .limit(step.sample if most is None else most)
    )
    codes = officers(view)
    return [
        CaseLine(
            loan=row.number,
            customer=customer_code(row.owner),
            name=row.name,
            officer=codes.get(row.officer_id),
            on=row.passed_on,
            principal=row.principal,
        )
        for row in view.rows(query)
    ]
