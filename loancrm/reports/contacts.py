"""Conversations, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.models import Contact, Officer, table
from loancrm.reports.lookup import contact_code, customer_code
from loancrm.reports.lookup import customer as find_customer
from loancrm.view import View


class ContactLine(NamedTuple):
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
    purpose: str | None = None,
    limit: int | None = None,
) -> Iterator[ContactLine]:
    """Return conversations, newest first: of one customer, one officer, since a day, of a purpose (code)."""
    rows, officer = table(Contact), table(Officer)
    ids = None if customer is None else [find_customer(view, customer).id]
    people = customers_at(view, "name", scope=None if ids is None else customer_ids(view, ids=ids))
    words = (rows.c[name] for name in ("channel", "direction", "purpose", "outcome", "note"))
    owner = (people.c.number.label("owner"), people.c.name, officer.c.code)
    query = (
        select(rows.c.number, rows.c.effective_on, *owner, *words)
        .join(people, people.c.id == rows.c.customer_id)
        .outerjoin(officer, officer.c.id == rows.c.officer_id)
        .where(view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
    )
    if officer_id is not None:
        query = query.where(rows.c.officer_id == officer_id)
    if since is not None:
        query = query.where(rows.c.effective_on >= since)
    if purpose is not None:
        query = query.where(rows.c.purpose == purpose)
    for number, on, whose, *said in map(tuple, view.stream(query if limit is None else query.limit(limit))):
        yield ContactLine(contact_code(number), on, customer_code(whose), *said)
