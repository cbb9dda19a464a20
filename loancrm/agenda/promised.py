"""Promises to pay: due, broken, or kept in part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Date, Select, case, func, literal

from loancrm.agenda.base import Agenda
from loancrm.dialect import add_days, as_text
from loancrm.indicators.promises import earlier, received
from loancrm.models import Loan, Promise, table

WHOLE = 100


def promises(agenda: Agenda) -> Select[Any]:
    """Return promises whose day has come and that are not kept.

    When the days of grace are over it is broken, kept in part, or nobody can know (a loan that is kept
    elsewhere, without data since); it leaves the list when somebody talks with the customer.
    """
    shape, rules = agenda.due.promise, agenda.policy.promises
    assert shape is not None
    rows, loan, day = table(Promise), table(Loan), literal(agenda.view.as_of, Date())
    last_on = add_days(rows.c.due_on, literal(rules.grace_days))
    came = received(agenda.view, rows, earlier(last_on, agenda.view.as_of))
    is_kept = func.coalesce(came * WHOLE >= rows.c.amount * (WHOLE - rules.tolerance_percent), False)
    is_over = last_on < day
    query = agenda.reason(
        "promise",
        shape,
        loan.c.customer_id,
        due_on=rows.c.due_on,
        late_on=last_on,
        amount=rows.c.amount - func.coalesce(came, 0),
        code=case(
            (~is_over, "promise_due"),
            (came.is_(None), "promise_unknown"),
            (came > 0, "promise_part_kept"),
            else_="promise_broken",
        ),
        ref=as_text(rows.c.number),
        text=loan.c.number,
        talk_since=case((is_over, add_days(last_on, 1))),
    )
    query = query.select_from(rows.join(loan, loan.c.id == rows.c.loan_id)).where(
        agenda.view.sees(rows),
        rows.c.due_on <= agenda.horizon,
        rows.c.due_on >= agenda.view.as_of - timedelta(days=shape.days_after),
        ~is_kept,
    )
    return agenda.of_scope(query, loan.c.customer_id)
