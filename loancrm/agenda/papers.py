"""What is on its way or missing: approvals that expire, documents, statements, stages that take too long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)

from loancrm.agenda.base import Agenda
from loancrm.calendars import add_months, end_of_month
from loancrm.dialect import add_days
from loancrm.models import Customer, Loan, LoanRequirement, LoanStage, Statement, table

if TYPE_CHECKING:
    from loancrm.policy.due import StatementShape

WORKED = ("application", "investigation", "review", "approval", "contract")  # paid out, it has arrived
APPROVED = ("approval", "contract")  # granted, and not yet paid out
MONTHS_OF_YEAR = 12


def _newest_stage(agenda: Agenda) -> Any:
    """Return the stage at which each loan stands, a relation."""
    rows, later = table(LoanStage), table(LoanStage).alias("later")
    is_followed = exists().where(
        later.c.loan_id == rows.c.loan_id,
        agenda.view.sees(later),
        func.coalesce(later.c.effective_on > rows.c.effective_on, False)
        | and_(later.c.effective_on == rows.c.effective_on, later.c.id > rows.c.id),
    )
    return (rows, agenda.view.sees(rows) & ~is_followed)


def _of_loans(agenda: Agenda, query: Select[Any], rows: Any) -> Select[Any]:
    loan = table(Loan)
    query = query.select_from(rows.join(loan, loan.c.id == rows.c.loan_id)).where(agenda.view.stands(loan))
    return agenda.of_scope(query, loan.c.customer_id)


def approvals(agenda: Agenda) -> Select[Any]:
    """Return approvals that expire before the loan is paid out, and for some days those that expired.

    Once it is signed, the day that was set there counts, if any.
    """
    shape, loan = agenda.due.approval, table(Loan)
    assert shape is not None
    rows, is_newest = _newest_stage(agenda)
    given = table(LoanStage).alias("given")
    expires_on = (
        select(func.max(given.c.expires_on))
        .where(given.c.loan_id == rows.c.loan_id, given.c.stage == "approval", agenda.view.sees(given))
        .correlate(rows)
        .scalar_subquery()
    )
    query = agenda.ladder(
        "approval",
        shape,
        loan.c.customer_id,
        expires_on,
        until_talked=False,
        amount=rows.c.amount,
        code=case((expires_on < agenda.view.as_of, "approval_over"), else_="approval"),
        ref=loan.c.number,
    )
    if shape.days_after is not None:
        query = query.where(expires_on >= agenda.view.as_of - timedelta(days=shape.days_after))
    has_own_end = and_(rows.c.stage == "contract", rows.c.expires_on.is_not(None))  # see drawing.undrawn
    return _of_loans(agenda, query, rows).where(is_newest, rows.c.stage.in_(APPROVED), ~has_own_end)


def stages(agenda: Agenda) -> Select[Any]:
    """Return loans that stand at a stage for longer than the policy's target."""
    shape, loan = agenda.due.stage, table(Loan)
    assert shape is not None
    targets = {stage: days for stage, days in agenda.policy.pipeline.target_days.items() if stage in WORKED}
    rows, is_newest = _newest_stage(agenda)
    whens = {stage: add_days(rows.c.effective_on, days + 1) for stage, days in targets.items()}
    due_on = case(whens, value=rows.c.stage) if whens else literal(None, Date())
    query = agenda.reason(
        "stage",
        shape,
        loan.c.customer_id,
        due_on=due_on,
        amount=rows.c.amount,
        ref=loan.c.number,
        text=rows.c.stage,
    )
    query = _of_loans(agenda, query, rows)
    return query.where(is_newest, rows.c.stage.in_(list(targets)), due_on <= agenda.horizon)


def requirements(agenda: Agenda) -> Select[Any]:
    """Return documents and conditions that a loan was asked for and that nobody met or waived."""
    shape, loan = agenda.due.requirement, table(Loan)
    assert shape is not None
    rows, later = table(LoanRequirement), table(LoanRequirement).alias("later")
    ended = table(LoanStage).alias("ended")
    is_followed = exists().where(
        later.c.loan_id == rows.c.loan_id,
        later.c.name == rows.c.name,
        later.c.id > rows.c.id,
        agenda.view.sees(later),
    )
    is_over = exists().where(
        ended.c.loan_id == rows.c.loan_id,
        ended.c.stage.in_(("declined", "withdrawn")),
        agenda.view.sees(ended),
    )
    due_on = func.coalesce(rows.c.due_on, add_days(rows.c.effective_on, shape.days_after))
    query = agenda.reason(
        "requirement",
        shape,
        loan.c.customer_id,
        due_on=due_on,
        code=case((rows.c.kind == "document", "document_due"), else_="condition_due"),
        ref=loan.c.number.concat("/").concat(rows.c.name),
        text=rows.c.name,
        about=loan.c.number,
    )
    query = _of_loans(agenda, query, rows)
    return query.where(
        agenda.view.sees(rows),
        rows.c.action == "required",
        due_on <= agenda.horizon + timedelta(days=shape.days_before),
        ~is_followed,
        ~is_over,
    )


def statements(agenda: Agenda) -> Select[Any]:
    """Return customers with loans who have filed before, and not for a period that is due.

    Of the periods that are due by now the newest counts, since it is the one that is wanted; the next one, if
    it falls due by the horizon, stands beside it and does not hide it.
    """
    shape, view, loan = agenda.due.statement, agenda.view, agenda.loans.c
    assert shape is not None
    rows, customer = table(Statement), table(Customer)
    periods, several = _periods(agenda, shape)
    newest = (
        select(func.max(rows.c.effective_on))
        .where(rows.c.customer_id == customer.c.id, view.sees(rows))
        .correlate(customer)
        .scalar_subquery()
    )
    has_loan = exists().where(loan.customer_id == customer.c.id, loan.is_live == 1)
    query = agenda.reason(
        "statement",
        shape,
        customer.c.id,
        due_on=periods["due_on"],
        ref=periods["ref"],
        amount=literal(0, BigInteger()),
    )
    query = query.where(newest < periods["ends_on"], has_loan)
    if several is not None:  # a join, since SQLAlchemy takes a product without one for a slip
        query = query.select_from(customer.join(several, newest < several.c.ends_on))
    return agenda.of_scope(query, customer.c.id)


def _periods(agenda: Agenda, shape: StatementShape) -> tuple[dict[str, ColumnElement[Any]], Subquery | None]:
    """Return ends_on, due_on and ref of the period that is due; with the next, if ahead, a relation."""
    wait = timedelta(days=shape.days_after)
    ends = [_last_period(agenda.view.as_of - wait, shape.months)]
    following = end_of_month(add_months(ends[0].replace(day=1), shape.months))
    if following + wait <= agenda.horizon:
        ends.append(following)
    each: list[dict[str, ColumnElement[Any]]] = [
        {"ends_on": literal(end, Date()), "due_on": literal(end + wait, Date()), "ref": literal(str(end))}
        for end in ends
    ]
    if len(each) == 1:
        return each[0], None
    selects = (select(*(value.label(name) for name, value in one.items())) for one in each)
    several = union_all(*selects).subquery("periods")
    return dict(several.c.items()), several


def _last_period(day: date, months: int) -> date:
    """Return the last day, not after ``day``, on which a period of so many months of a year ends."""
    ends = (end_of_month(add_months(day.replace(day=1), -n)) for n in range(MONTHS_OF_YEAR + 1))
    return next(end for end in ends if end <= day and end.month % months == 0)
