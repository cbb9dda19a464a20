"""Loans on their way to disbursement: their steps, what they still need, and how long each stage takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, Select, case, func, literal, or_, select, text

from loancrm.agenda.papers import WORKED
from loancrm.dialect import among, days_between, total
from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.models import Loan, LoanRequirement, LoanStage, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

MILLION = 1_000_000


def stages_of(view: View, loan_id: int) -> list[Row[Any]]:
    """Return the steps of a loan that are known, in order."""
    rows = table(LoanStage)
    query = select(rows).where(rows.c.loan_id == loan_id, view.knows(rows))
    return view.rows(query.order_by(rows.c.effective_on, rows.c.id))


def requirements_of(view: View, loan_id: int) -> list[Row[Any]]:
    """Return the documents and conditions of a loan, each with what was said of it last, by name."""
    rows = table(LoanRequirement)
    newest = (rows.c.effective_on.desc(), rows.c.id.desc())
    place = func.row_number().over(partition_by=rows.c.name, order_by=newest).label("place")
    ranked = select(rows, place).where(rows.c.loan_id == loan_id, view.sees(rows)).subquery("ranked")
    return view.rows(select(ranked).where(ranked.c.place == 1).order_by(ranked.c.kind.desc(), ranked.c.name))


def waits(view: View, loan_ids: Collection[int]) -> dict[int, list[str]]:
    """Return what these loans still need, by the loan's key."""
    rows = table(LoanRequirement)
    newest = (rows.c.effective_on.desc(), rows.c.id.desc())
    place = func.row_number().over(partition_by=(rows.c.loan_id, rows.c.name), order_by=newest).label("place")
    of_these = among(view.connection, rows.c.loan_id, loan_ids)
    ranked = select(rows, place).where(of_these, view.sees(rows)).subquery("ranked")
    query = select(ranked.c.loan_id, ranked.c.name).where(ranked.c.place == 1, ranked.c.action == "required")
    found: dict[int, list[str]] = {}
    for row in view.rows(query.order_by(ranked.c.name)):
        found.setdefault(row.loan_id, []).append(row.name)
    return found


def open_requirements(view: View, loan_id: int) -> list[Row[Any]]:
    """Return those that are still to be met."""
    return [row for row in requirements_of(view, loan_id) if row.action == "required"]


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage: what stands at it on the day, and how long those took that left it.

    ``amount`` in minor units; days are calendar days; ``within_target`` in millionths of those that left.
    ``median_before`` and ``median_after`` part them by a day on which something was changed.
    """

    stage: str
    loans: int
    amount: int
    target_days: int | None
    late: int
    oldest_days: int | None
    done: int
    median_days: int | None
    within_target: int | None
    median_before: int | None
    median_after: int | None
    is_bottleneck: bool


@dataclass(frozen=True, slots=True)
class StuckLine:
    """A loan that stands at a stage for longer than its target."""

    loan: str
    customer: str
    name: str
    officer: str | None
    stage: str
    since: date
    days: int
    target_days: int
    amount: int
    waits_for: str | None


def stages(
    view: View,
    policy: Policy,
    *,
    since: date | None = None,
    changed_on: date | None = None,
    officer_id: int | None = None,
) -> list[StageLine]:
    """Return the stages up to the disbursement, in their order.

    Args:
        view: as of which day.
        policy: whose targets.
        since: only what left a stage from that day on counts as passed.
        changed_on: a day to compare the time before with that after.
        officer_id: only the loans of this officer's customers.
    """
    steps = _steps(view, officer_id).cte("steps")
    days = days_between(func.coalesce(steps.c.left_on, literal(view.as_of, Date())), steps.c.entered_on)
    is_after = case((steps.c.left_on >= (changed_on or view.as_of), 1), else_=0)
    query = select(
        steps.c.stage, days.label("days"), is_after.label("is_after"),
        case((steps.c.left_on.is_(None), 1), else_=0).label("is_open"),
        func.count().label("loans"), total(steps.c.amount).label("amount"),
    ).group_by(steps.c.stage, text("2"), text("3"), text("4"))  # fmt: skip
    if since is not None:
        query = query.where(or_(steps.c.left_on.is_(None), steps.c.left_on >= since))
    found = view.rows(query.where(steps.c.stage.in_(WORKED)))
    lines = [
        _stage_line(stage, [row for row in found if row.stage == stage], policy, changed_on is not None)
        for stage in WORKED
    ]
    slowest = max(lines, key=lambda line: (line.median_days or 0) - (line.target_days or 0), default=None)
    return [
        replace(line, is_bottleneck=line is slowest and (line.median_days or 0) > (line.target_days or 0))
        for line in lines
    ]


def _steps(view: View, officer_id: int | None) -> Select[Any]:
    """Return each step that is seen with the day on which the next one followed."""
    rows, loan = table(LoanStage), table(Loan)
    order = (rows.c.effective_on, rows.c.id)
    query = (
        select(
            rows.c.loan_id,
            rows.c.stage,
            rows.c.amount,
            rows.c.effective_on.label("entered_on"),
            func.lead(rows.c.effective_on).over(partition_by=rows.c.loan_id, order_by=order).label("left_on"),
        )
        .join(loan, loan.c.id == rows.c.loan_id)
        .where(view.sees(rows), view.stands(loan))
    )
    if officer_id is not None:
        query = query.where(loan.c.customer_id.in_(customer_ids(view, officer_id=officer_id)))
    return query


def _stage_line(stage: str, rows: list[Row[Any]], policy: Policy, is_compared: bool) -> StageLine:
    target = policy.pipeline.target_days.get(stage)  # type: ignore[call-overload]
    waiting = [row for row in rows if row.is_open]
    left = [row for row in rows if not row.is_open]
    done = sum(row.loans for row in left)
    in_time = sum(row.loans for row in left if target is None or row.days <= target)
    return StageLine(
        stage=stage,
        loans=sum(row.loans for row in waiting),
        amount=sum(row.amount or 0 for row in waiting),
        target_days=target,
        late=sum(row.loans for row in waiting if target is not None and row.days > target),
        oldest_days=max((row.days for row in waiting), default=None),
        done=done,
        median_days=_median(left),
        within_target=None if target is None or not done else in_time * MILLION // done,
        median_before=_median([row for row in left if not row.is_after]) if is_compared else None,
        median_after=_median([row for row in left if row.is_after]) if is_compared else None,
        is_bottleneck=False,
    )


def _median(rows: list[Row[Any]]) -> int | None:
    """Return the lower median of days that are counted."""
    half = (sum(row.loans for row in rows) + 1) // 2
    for row in sorted(rows, key=lambda row: row.days):
        half -= row.loans
        if half <= 0:
            return int(row.days)
    return None


def stuck(view: View, policy: Policy, *, officer_id: int | None = None) -> Iterator[StuckLine]:
    """Yield the loans that stand at a stage for longer than its target, the longest first."""
    steps, loan = _steps(view, officer_id).cte("steps"), table(Loan)
    people = customers_at(view, "name", "officer_id")
    days = days_between(literal(view.as_of, Date()), steps.c.entered_on)
    target = case(*((steps.c.stage == stage, limit) for stage, limit in policy.pipeline.target_days.items()))
    query = (
        select(
            steps, loan.c.number, people.c.number.label("owner"), people.c.name, people.c.officer_id,
            days.label("days"), target.label("target"),
        )
        .join(loan, loan.c.id == steps.c.loan_id)
        .join(people, people.c.id == loan.c.customer_id)
        .where(steps.c.left_on.is_(None), steps.c.stage.in_(WORKED), days > target)
        .order_by(days.desc(), loan.c.number)
    )  # fmt: skip
    found = view.rows(query)
    codes, missing = lookup.officers(view), waits(view, [row.loan_id for row in found])
    for row in found:
        yield StuckLine(
            loan=row.number,
            customer=lookup.customer_code(row.owner),
            name=row.name,
            officer=codes.get(row.officer_id),
            stage=row.stage,
            since=row.entered_on,
            days=row.days,
            target_days=row.target,
            amount=row.amount or 0,
            waits_for=", ".join(missing.get(row.loan_id, ())) or None,
        )
