"""Offers as of a day: proposed, approved, used or expired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.models import Offer, OfferEvent, table
from loancrm.reports import lookup
from loancrm.reports.loyalty import offer_state
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer, what it costs (minor units), until when it stands, who approved it, and when it was used."""

    offer: str
    customer: str
    name: str
    officer: str | None
    on: date
    what: str
    cost: int
    valid_until: date
    state: str
    approved_by: str | None
    used_on: date | None


def offers(
    view: View, *, customer: str | None = None, officer_id: int | None = None, all_: bool = False
) -> Iterator[OfferLine]:
    """Yield offers by their last day: those that can still be used or approved, or ``all_``."""
    rows = table(Offer)
    people = customers_at(view, "name", "officer_id")
    state = offer_state(view, rows).label("state")
    query = (
        select(rows, people.c.number.label("owner"), people.c.name, people.c.officer_id, state,
               _of_event(view, rows, "approved", "decided_by").label("approved_by"),
               _of_event(view, rows, "used", "effective_on").label("used_on"))
        .join(people, people.c.id == rows.c.customer_id)
        .where(view.sees(rows))
        .order_by(rows.c.valid_until, rows.c.number)
    )  # fmt: skip
    if customer is not None:
        query = query.where(rows.c.customer_id == lookup.customer(view, customer).id)
    elif officer_id is not None:
        query = query.where(rows.c.customer_id.in_(customer_ids(view, officer_id=officer_id)))
    codes = lookup.officers(view)
    for row in view.connection.execute(query):
        if all_ or row.state in ("proposed", "approved"):
            yield OfferLine(
                offer=lookup.offer_code(row.number),
                customer=lookup.customer_code(row.owner),
                name=row.name,
                officer=codes.get(row.officer_id),
                on=row.effective_on,
                what=row.what,
                cost=row.cost,
                valid_until=row.valid_until,
                state=row.state,
                approved_by=row.approved_by,
                used_on=row.used_on,
            )


def _of_event(view: View, rows: Any, action: str, column: str) -> Any:
    events = table(OfferEvent)
    return (
        select(events.c[column])
        .where(events.c.offer_id == rows.c.id, events.c.action == action, view.sees(events))
        .limit(1)
        .correlate_except(events)
        .scalar_subquery()
    )
