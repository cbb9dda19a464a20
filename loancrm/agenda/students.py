"""Dates of student loans: graduation, the end of subsidy and grace, and once a year a confirmation."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, exists, func, literal, select

from loancrm.agenda.base import Agenda
from loancrm.indicators.facts import customers_at
from loancrm.models import InstalmentRow, LoanTerms, table
from loancrm.policy.due import ConfirmationShape


def graduations(agenda: Agenda) -> Select[Any]:
    """Return students with a loan who graduate soon."""
    shape, loan = agenda.due.graduation, agenda.loans.c
    assert shape is not None
    people = customers_at(agenda.view, "graduates_on", scope=agenda.scope.customers)
    query = agenda.ladder("graduation", shape, people.c.id, people.c.graduates_on)
    owes = exists().where(loan.customer_id == people.c.id, loan.is_live == 1)
    return query.where(people.c.kind == "student", owes)


def _terms_in_force(agenda: Agenda) -> tuple[Any, Any]:
    """Return the terms of loans and the condition that they are the newest that are seen."""
    rows, later = table(LoanTerms), table(LoanTerms).alias("later_terms")
    is_followed = exists().where(
        later.c.loan_id == rows.c.loan_id, later.c.version > rows.c.version, agenda.view.sees(later)
    )
    return rows, (rows.c.version > 0) & agenda.view.sees(rows) & ~is_followed


def subsidy_ends(agenda: Agenda) -> Select[Any]:
    """Return loans whose interest the borrower pays from a day soon on."""
    shape, loan = agenda.due.subsidy_end, agenda.loans.c
    assert shape is not None
    rows, is_in_force = _terms_in_force(agenda)
    query = agenda.ladder("subsidy_end", shape, loan.customer_id, rows.c.subsidy_until, ref=loan.number)
    return query.select_from(agenda.loans.join(rows, rows.c.loan_id == loan.id)).where(
        is_in_force, loan.is_live == 1
    )


def grace_ends(agenda: Agenda) -> Select[Any]:
    """Return loans that pay principal for the first time soon, after a grace."""
    shape, loan = agenda.due.grace_end, agenda.loans.c
    assert shape is not None
    rows, is_in_force = _terms_in_force(agenda)
    due, first = table(InstalmentRow), table(InstalmentRow).alias("first_principal")
    begins_on = (
        select(func.min(first.c.due_on))
        .where(first.c.terms_id == rows.c.id, first.c.principal_due > 0, agenda.view.knows(first))
        .correlate(rows)
        .scalar_subquery()
    )
    query = agenda.ladder(
        "grace_end", shape, loan.customer_id, due.c.due_on, amount=due.c.principal_due, ref=loan.number
    )
    joined = agenda.loans.join(rows, rows.c.loan_id == loan.id).join(due, due.c.terms_id == rows.c.id)
    return query.select_from(joined).where(
        is_in_force,
        rows.c.principal_grace > 0,
        loan.is_live == 1,
        agenda.view.knows(due),
        due.c.due_on == begins_on,
    )


def confirmations(agenda: Agenda) -> Select[Any] | None:
    """Return students with a loan with whom nobody talked since this year's confirmation was asked for."""
    shape, loan = agenda.due.confirmation, agenda.loans.c
    assert shape is not None
    on = _confirmed_by(shape, agenda.view.as_of)
    asked_from = on - timedelta(days=shape.days_before[0])
    if asked_from > agenda.horizon:
        return None
    people = customers_at(agenda.view, "graduates_on", scope=agenda.scope.customers)
    query = agenda.reason(
        "confirmation",
        shape,
        people.c.id,
        due_on=literal(on, Date()),
        ref=literal(str(on.year)),
        talk_since=literal(asked_from, Date()),
    )
    owes = exists().where(loan.customer_id == people.c.id, loan.is_live == 1)
    return query.where(
        people.c.kind == "student",
        func.coalesce(people.c.graduates_on > on, True),
        owes,
    )


def _confirmed_by(shape: ConfirmationShape, today: date) -> date:
    """Return the day of this year's confirmation, or next year's once it is over."""
    on = date(today.year, shape.month, shape.day)
    is_over = today > on + timedelta(days=shape.days_after)
    return on.replace(year=on.year + 1) if is_over else on
