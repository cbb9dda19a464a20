"""Promises to pay as of a day: kept, kept in part, broken, or still open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select

from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.indicators.promises import received
from loancrm.models import Loan, Promise, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

WHOLE = 100


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise and what came of it; amounts in minor units.

    ``received`` is what came from the day of the promise until the last day of grace: payments of a loan
    that is serviced here, else by how much its arrears fell between two snapshots; missing without these.
    """

    promise: str
    loan: str
    customer: str
    name: str
    officer: str | None
    on: date
    due_on: date
    amount: int
    received: int | None
    state: str
    note: str | None


def promises(
    view: View,
    policy: Policy,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    scope: Select[Any] | None = None,
    all_: bool = False,
) -> Iterator[PromiseLine]:
    """Yield promises by the day promised: open and broken ones, or ``all_``; of one, an officer, in scope."""
    rows, loan, rules = table(Promise), table(Loan), policy.promises
    people = customers_at(view, "name", "officer_id")
    whose = select(loan.c.id)
    if customer is not None:
        whose = whose.where(loan.c.customer_id == lookup.customer(view, customer).id)
    elif officer_id is not None:
        whose = whose.where(loan.c.customer_id.in_(customer_ids(view, officer_id=officer_id)))
    if scope is not None:
        whose = whose.where(loan.c.customer_id.in_(scope))
    came = received(view, rules.grace_days, whose, "promised")
    query = (
        select(rows, loan.c.number.label("loan_number"), people.c.number.label("owner"), people.c.name,
               people.c.officer_id, came.c.received)
        .join_from(came, rows, rows.c.id == came.c.id)
        .join(loan, loan.c.id == rows.c.loan_id)
        .join(people, people.c.id == loan.c.customer_id)
        .order_by(rows.c.due_on, rows.c.number)
    )  # fmt: skip
    codes = lookup.officers(view)
    for row in view.connection.execute(query):
        over = row.due_on + timedelta(days=rules.grace_days) < view.as_of
        state = _state(row.amount, row.received, over=over, tolerance=rules.tolerance_percent)
        if all_ or state in ("open", "broken", "part_kept"):
            yield PromiseLine(
                promise=lookup.promise_code(row.number),
                loan=row.loan_number,
                customer=lookup.customer_code(row.owner),
                name=row.name,
                officer=codes.get(row.officer_id),
                on=row.effective_on,
                due_on=row.due_on,
                amount=row.amount,
                received=row.received,
                state=state,
                note=row.note,
            )


def _state(amount: int, received: int | None, *, over: bool, tolerance: int) -> str:
    """Return what a promise is: kept by the amount within the tolerance, never because something came."""
    if received is not None and received * WHOLE >= amount * (WHOLE - tolerance):
        return "kept"
    if not over:
        return "open"
    if received is None:
        return "unknown"
    return "part_kept" if received > 0 else "broken"
