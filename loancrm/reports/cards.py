"""Customers and the people there, for an address book."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.models import Person, table
from loancrm.reports.lookup import customer_code
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Card:
    """One entry: a customer, or somebody at a customer.

    ``title`` is the position, or the code of the role (``role``) for which the caller has words.
    """

    uid: str
    customer: str
    name: str
    organisation: str | None
    title: str | None
    role: str | None
    phone: str | None
    email: str | None


def cards(view: View, officer_id: int | None = None) -> list[Card]:
    """Return the customers that are not archived, one officer's or all, each followed by its people."""
    scope = customer_ids(view, officer_id=officer_id)
    people = customers_at(view, "uid", "name", "phone", "email", "archived_on", scope=scope)
    found: dict[int, list[Card]] = {}
    query = select(people).where(people.c.archived_on.is_(None)).order_by(people.c.number)
    for row in view.rows(query):
        firm = None if row.kind == "student" else row.name
        card = Card(row.uid, customer_code(row.number), row.name, firm, None, None, row.phone, row.email)
        found[row.id] = [card]
    persons = table(Person)
    at_them = select(persons).where(view.sees(persons)).order_by(persons.c.number)
    if officer_id is not None:
        at_them = at_them.where(persons.c.customer_id.in_(scope))
    for one in view.rows(at_them):
        if one.customer_id in found:
            owner = found[one.customer_id][0]
            uid = f"{owner.uid}-{one.number}"
            card = Card(
                uid, owner.customer, one.name, owner.name, one.position, one.role, one.phone, one.email
            )
            found[one.customer_id].append(card)
    return [card for group in found.values() for card in group]
