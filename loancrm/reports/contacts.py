"""Conversations, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.models import Contact, Officer, table
from loancrm.reports.lookup import contact_code, customer_code
from loancrm.reports.lookup import customer as find_customer
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A conversation in a list."""

    contact: str
    on: date
    customer: str
    name: str
    officer: str | None
    channel: str
    direction: str
    purpose: str
    outcome: str
    note: str | None


def contacts(
    view: View,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    since: date | None = None,
    limit: int | None = None,
) -> Iterator[ContactLine]:
    """Return conversations, newest first: of one customer, one officer, since a day."""
    rows, officer = table(Contact), table(Officer)
    ids = None if customer is None else [find_customer(view, customer).id]
    people = customers_at(view, "name", scope=None if ids is None else customer_ids(view, ids=ids))
    query = (
        select(rows, people.c.number.label("owner"), people.c.name, officer.c.code)
        .join(people, people.c.id == rows.c.customer_id)
        .outerjoin(officer, officer.c.id == rows.c.officer_id)
        .where(view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
    )
    if officer_id is not None:
        query = query.where(rows.c.officer_id == officer_id)
    if since is not None:
        query = query.where(rows.c.effective_on >= since)
    for row in view.connection.execute(query if limit is None else query.limit(limit)):
        yield ContactLine(
            contact=contact_code(row.number),
            on=row.effective_on,
            customer=customer_code(row.owner),
            name=row.name,
            officer=row.code,
            channel=row.channel,
            direction=row.direction,
            purpose=row.purpose,
            outcome=row.outcome,
            note=row.note,
        )
