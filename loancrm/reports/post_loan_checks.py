"""Which post-loan checks are due: for the officer's list, and on the pages of a loan and a customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, Table, select

from loancrm.agenda.base import Scope
from loancrm.agenda.checks import checks_due
from loancrm.agenda.due import scope_of
from loancrm.indicators.facts import customer_ids, customers_at, loans_at
from loancrm.models import Loan, PostLoanCheck, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

ANY_DAY = date.max


@dataclass(frozen=True, slots=True)
class CheckDue:
    """A post-loan check that a loan wants, by which rule, and when the last one was."""

    customer: str
    name: str
    officer: str | None
    loan: str
    kind: str
    due_on: date
    days_late: int
    rule: str
    last_on: date | None


def checks_wanted(
    view: View, policy: Policy, *, officer_id: int | None = None, within: int = 0
) -> Iterator[CheckDue]:
    """Yield the checks due within so many days, the most urgent first: an officer's, or all."""
    yield from _wanted(view, policy, scope_of(view, officer_id), view.as_of + timedelta(days=within))


def next_check(view: View, policy: Policy, customer_id: int, loan: str | None = None) -> CheckDue | None:
    """Return the next check of a customer's loans, or of one loan; None where none will be asked for."""
    scope = Scope(customer_ids(view, ids=[customer_id]))
    wanted = _wanted(view, policy, scope, ANY_DAY)
    return next((one for one in wanted if loan in (None, one.loan)), None)


def last_check_on(view: View, loan_id: int) -> date | None:
    """Return the day of the last check of a loan, or of its customer as a whole since the draw."""
    loan = table(Loan)
    last_on = _last(view, loan).correlate(loan).scalar_subquery()
    found: date | None = view.connection.scalar(select(last_on).where(loan.c.id == loan_id))
    return found


def _last(view: View, loan: Table) -> Select[Any]:
    rows = table(PostLoanCheck)
    of_all = rows.c.loan_id.is_(None) & (rows.c.effective_on >= loan.c.disbursed_on)
    of_it = rows.c.customer_id == loan.c.customer_id
    query = select(rows.c.effective_on).where(of_it, of_all | (rows.c.loan_id == loan.c.id), view.sees(rows))
    return query.order_by(rows.c.effective_on.desc()).limit(1)


def _wanted(view: View, policy: Policy, scope: Scope, horizon: date) -> Iterator[CheckDue]:
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope.customers)
    due = checks_due(view, policy, loans, scope, horizon).subquery("due")
    loan, people = table(Loan), customers_at(view, "name", "officer_id")
    last_on = _last(view, loan).correlate(loan).scalar_subquery()
    query = (
        select(due, loan.c.number, people.c.number.label("owner"), people.c.name, people.c.officer_id)
        .add_columns(last_on.label("last_on"))
        .join(loan, loan.c.id == due.c.loan_id)
        .join(people, people.c.id == due.c.customer_id)
        .order_by(due.c.due_on, loan.c.number)
    )
    codes = lookup.officers(view)
    for row in view.rows(query):
        yield CheckDue(
            customer=lookup.customer_code(row.owner),
            name=row.name,
            officer=codes.get(row.officer_id),
            loan=row.number,
            kind=row.kind,
            due_on=row.due_on,
            days_late=max(0, (view.as_of - row.due_on).days),
            rule=row.rule,
            last_on=row.last_on,
        )
