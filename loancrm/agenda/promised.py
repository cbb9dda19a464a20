"""Promises to pay: due, broken, or kept in part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, func, literal, select

from loancrm.agenda.base import Agenda
from loancrm.dialect import add_days, as_text, found_first
from loancrm.indicators.promises import received
from loancrm.models import Loan, Promise, table

WHOLE = 100


def promises(agenda: Agenda) -> Select[Any]:
    """Return promises whose day has come and that are not kept.

    When the days of grace are over it is broken, kept in part, or nobody can know (a loan that is kept
    elsewhere, without data since); it leaves the list when somebody talks with the customer.
    """
    shape, rules = agenda.due.promise, agenda.policy.promises
    assert shape is not None
    rows, loan = table(Promise), table(Loan)
    first = agenda.view.as_of - timedelta(days=shape.days_after)
    is_asked = rows.c.due_on.between(first, agenda.horizon)
    loans = select(rows.c.loan_id).join_from(rows, loan, loan.c.id == rows.c.loan_id)
    loans = agenda.of_scope(loans.where(agenda.view.sees(rows), is_asked), loan.c.customer_id)
    came = received(agenda.view, rules.grace_days, loans, "promise")
    c = came.c
    query = (
        select(loan.c.customer_id, loan.c.number.label("loan"), c.number, c.due_on, c.amount)
        .add_columns(add_days(c.due_on, literal(rules.grace_days)).label("last_on"), c.received.label("came"))
        .join_from(came, loan, loan.c.id == c.loan_id)
        .where(c.due_on.between(first, agenda.horizon))
    )
    promised = found_first(query, "promised").c
    is_kept = promised.came * WHOLE >= promised.amount * (WHOLE - rules.tolerance_percent)
    is_over = promised.last_on < agenda.view.as_of
    return agenda.reason(
        "promise",
        shape,
        promised.customer_id,
        due_on=promised.due_on,
        late_on=promised.last_on,
        amount=promised.amount - func.coalesce(promised.came, 0),
        code=case(
            (~is_over, "promise_due"),
            (promised.came.is_(None), "promise_unknown"),
            (promised.came > 0, "promise_part_kept"),
            else_="promise_broken",
        ),
        ref=as_text(promised.number),
        text=promised.loan,
        talk_since=case((is_over, add_days(promised.last_on, 1))),
    ).where(~func.coalesce(is_kept, False))
