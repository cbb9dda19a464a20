"""Next steps set by hand, as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, select, true

from loancrm.indicators.facts import (
    customer_ids,
    customers_at,
    follow_up_assignee,
    follow_ups_given,
    given_or_of,
)
from loancrm.models import FollowUp, FollowUpEvent, Officer, table
from loancrm.reports.lookup import customer as find_customer
from loancrm.reports.lookup import customer_code, follow_up_code
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """A next step: ``due_on`` after it was put off, ``status`` open or done.

    One that comes again says how (``repeats``: fixed, after_done) and how often (``every``: 30d, 2w, 3m, 1y).
    """

    follow_up: str
    customer: str
    name: str
    due_on: date
    what: str
    officer: str | None
    repeats: str | None
    every: str | None
    status: str


def follow_ups(
    view: View,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    scope: Select[Any] | None = None,
    all_: bool = False,
) -> Iterator[FollowUpLine]:
    """Return next steps by day: open ones, or ``all_``; of one customer, one officer, or those in scope.

    Unless all are wanted, or a customer is named, those of archived customers are left out.
    """
    rows, events, officer = table(FollowUp), table(FollowUpEvent), table(Officer)
    seen = and_(events.c.follow_up_id == rows.c.id, view.sees(events))
    done = exists().where(seen, events.c.action == "done")
    put_off = (
        select(events.c.until_on)
        .where(seen, events.c.action == "snoozed")
        .order_by(events.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    people = customers_at(view, "name", "officer_id", "archived_on")
    due_on = func.coalesce(put_off, rows.c.due_on)
    responsible = func.coalesce(follow_up_assignee(view, rows), people.c.officer_id)
    query = (
        select(rows.c.number, people.c.number.label("owner"), people.c.name, due_on.label("due_on"))
        .add_columns(rows.c.what, rows.c.repeats, rows.c.every, officer.c.code, done.label("is_done"))
        .select_from(rows.join(people, people.c.id == rows.c.customer_id))
        .outerjoin(officer, officer.c.id == responsible)
        .where(view.sees(rows))
        .order_by(due_on, rows.c.number)
    )
    if not all_:
        is_wide = customer is None and scope is None
        query = query.where(~done, people.c.archived_on.is_(None) if is_wide else true())
    if customer is not None:
        query = query.where(rows.c.customer_id == find_customer(view, customer).id)
    if scope is not None:
        query = query.where(rows.c.customer_id.in_(scope))
    if officer_id is not None:
        found = given_or_of(rows, follow_ups_given((officer_id,)), customer_ids(view, officer_id=officer_id))
        query = query.where(found, responsible == officer_id)
    yield from map(_line, view.connection.execute(query))


def _line(row: Row[Any]) -> FollowUpLine:
    return FollowUpLine(
        follow_up=follow_up_code(row.number),
        customer=customer_code(row.owner),
        name=row.name,
        due_on=row.due_on,
        what=row.what,
        officer=row.code,
        repeats=row.repeats,
        every=row.every,
        status="done" if row.is_done else "open",
    )
