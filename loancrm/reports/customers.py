"""The list of customers: one officer's, those of a condition, those that a text finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from loancrm.dialect import found_first, unindexed
from loancrm.indicators.facts import CUSTOMER, customer_ids, customers_at
from loancrm.indicators.figures import Figures
from loancrm.models import Officer, table
from loancrm.policy.conditions import Condition, Undecided
from loancrm.policy.policy import Policy
from loancrm.reports.lookup import customer_code, found_by
from loancrm.view import View

MOST_FOUND = 500  # keys that are bound, once a source

LISTED = (
    "segment",
    "service_tier",
    "pipeline_stage",
    "region",
    "industry",
    "phone",
    "archived_on",
)
FIGURES = ("live_loans", "outstanding_principal", "days_past_due", "days_since_contact")


class CustomerLine(NamedTuple):
    """A customer in a list, with a few figures."""

    code: str
    name: str
    kind: str
    officer: str | None
    segment: str | None
    service_tier: str | None
    pipeline_stage: str | None
    region: str | None
    industry: str | None
    phone: str | None
    archived_on: date | None
    live_loans: int
    outstanding_principal: int | None
    days_past_due: int | None
    days_since_contact: int | None


def customers(
    view: View,
    policy: Policy,
    *,
    officer_id: int | None = None,
    where: Condition | None = None,
    find: str | None = None,
    kind: str | None = None,
    archived: bool | None = False,
    limit: int | None = None,
) -> Iterator[CustomerLine]:
    """Return customers by code: one officer's, those for whom ``where`` holds, those that ``find`` fits.

    ``archived`` ones are left out; True: only they; None: everybody.
    """
    names = {*FIGURES, *(where.indicators() if where else ())}
    most = limit if where is None and kind is None else None
    scope = _scope(view, officer_id, find, archived, most)
    attributes = ("name", "officer_id", *LISTED)
    figures = Figures(view, policy.terms, sorted(names), attributes=attributes, scope=scope)
    people, officer = figures.customers.c, table(Officer)
    code = select(officer.c.code).where(officer.c.id == people.officer_id).scalar_subquery()
    by_number = people.number if scope is None else unindexed(people.number)
    who = (people.number, people.name, people.kind, code.label("officer"), *(people[name] for name in LISTED))
    query = figures.select(*who, *(figures.columns[name] for name in FIGURES)).order_by(by_number)
    query = query.where(*_of_state(people, archived))
    if where is not None:
        query = query.where(where.sql(figures.columns))
    if kind is not None:
        query = query.where(people.kind == kind)
    for number, *more in map(tuple, view.stream(query if limit is None else query.limit(limit))):
        yield CustomerLine(customer_code(number), *more)


def left_out(
    view: View,
    policy: Policy,
    where: Condition,
    *,
    officer_id: int | None = None,
    find: str | None = None,
    kind: str | None = None,
    archived: bool | None = False,
) -> int:
    """Return of how many customers nobody can say whether ``where`` holds; the others as in ``customers``."""
    scope = _scope(view, officer_id, find, archived)
    figures = Figures(
        view, policy.terms, sorted(where.indicators()), attributes=("archived_on",), scope=scope
    )
    people = figures.customers.c
    query = figures.select(func.count()).where(
        Undecided(where).sql(figures.columns), *_of_state(people, archived)
    )
    if kind is not None:
        query = query.where(people.kind == kind)
    return int(view.connection.scalar(query) or 0)


def _of_state(people: Any, archived: bool | None) -> Iterator[ColumnElement[bool]]:
    if archived is not None:
        yield people.archived_on.is_not(None) if archived else people.archived_on.is_(None)


def _scope(
    view: View, officer_id: int | None, find: str | None, archived: bool | None, most: int | None = None
) -> Select[Any] | None:
    """Return the customers that figures are asked of; ``most`` where nothing else leaves some of them out."""
    if find is None:
        return None if officer_id is None else customer_ids(view, officer_id=officer_id)
    found = _found(view, find, archived, most if officer_id is None else None)
    return customer_ids(view, officer_id=officer_id).where(CUSTOMER.c.id.in_(found))


def _found(view: View, text: str, archived: bool | None, most: int | None) -> Select[Any] | list[int]:
    """Return the keys that ``text`` finds, the first ``most`` by number.

    They are read once, or found once where they are too many to be bound: every source of figures asks for
    them again.
    """
    found = found_by(view, text)
    if most is not None and most <= MOST_FOUND:
        people = customers_at(view, "archived_on").c
        first = select(people.id).where(people.id.in_(found), *_of_state(people, archived))
        first = first.order_by(unindexed(people.number))
        return list(view.connection.scalars(first.limit(most)))
    keys = list(view.connection.scalars(found.limit(MOST_FOUND + 1)))
    return keys if len(keys) <= MOST_FOUND else select(found_first(found, "found").c.id)
