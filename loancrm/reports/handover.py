"""What the next officer needs to know of each customer: one line each, for a hand-over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select

from loancrm.dialect import unindexed
from loancrm.i18n import _
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.indicators.figures import Figures
from loancrm.indicators.tickets import ENDED
from loancrm.models import Contact, table
from loancrm.numerals import format_money
from loancrm.policy.conditions import Asked
from loancrm.policy.policy import Policy
from loancrm.reports.feedback import feedback
from loancrm.reports.follow_ups import follow_ups
from loancrm.reports.lookup import customer_code
from loancrm.reports.promises import PromiseLine, promises
from loancrm.reports.warnings import warnings
from loancrm.view import View
from loancrm.vocabulary import label

FIGURES = ("live_loans", "outstanding_principal", "days_past_due")
OFFICERS = ("officer_id", "second_officer_id")


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """What waits: a next step, a ticket, a promise to pay or a warning, by its code, with its day."""

    code: str
    due_on: date | None
    what: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A customer for whoever takes over: who, position, last talk, open points, next dates."""

    customer: str
    name: str
    kind: str
    segment: str | None
    live_loans: int
    outstanding_principal: int | None
    days_past_due: int | None
    last_contact_on: date | None
    last_outcome: str | None
    last_note: str | None
    next_due_on: date | None
    matures_on: date | None
    open_points: tuple[OpenPoint, ...]


def customers_of(
    view: View,
    policy: Policy,
    officer_id: int,
    *,
    ids: list[int] | None = None,
    where: Asked | None = None,
) -> Select[Any]:
    """Return an officer's customers, lead or second, with both officers: all, some, or those of ``where``."""
    scope = None if ids is None else customer_ids(view, ids=ids)
    wanted = sorted(where.indicators()) if where else ()
    figures = Figures(view, policy.terms, wanted, attributes=(*OFFICERS, "version"), scope=scope)
    people = figures.customers.c
    columns = (people.id, people.number, people.name, people.version, *(people[name] for name in OFFICERS))
    query = figures.select(*columns).where(or_(*(people[name] == officer_id for name in OFFICERS)))
    if where is not None:
        query = query.where(where.sql(figures.columns))
    return query.order_by(unindexed(people.number))


def briefs(view: View, policy: Policy, ids: list[int]) -> Iterator[Brief]:
    """Yield the customers ``ids`` as their next officer wants to know them, by number."""
    scope = customer_ids(view, ids=ids)
    points = open_points(view, policy, scope)
    for row in view.rows(_statement(view, policy, scope)):
        values = row._asdict()
        code = customer_code(values.pop("number"))
        yield Brief(customer=code, open_points=tuple(points.get(code, ())), **values)


def _statement(view: View, policy: Policy, scope: Select[Any]) -> Select[Any]:
    figures = Figures(view, policy.terms, FIGURES, attributes=("segment",), scope=scope)
    people, talk = figures.customers.c, table(Contact)
    loan = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope, name="owed").c
    dates = (
        select(
            loan.customer_id, func.min(loan.next_due_on).label("due"), func.min(loan.matures_on).label("end")
        )
        .where(loan.is_live == 1)
        .group_by(loan.customer_id)
        .subquery("dates")
    )
    other = talk.alias("newer")
    newest = (
        select(other.c.id)
        .where(other.c.customer_id == people.id, view.sees(other))
        .order_by(other.c.effective_on.desc(), other.c.id.desc())
        .limit(1)
        .correlate_except(other)
        .scalar_subquery()
    )
    return (
        figures.select(people.number, people.name, people.kind, people.segment)
        .add_columns(*(figures.columns[name].label(name) for name in FIGURES))
        .add_columns(talk.c.effective_on.label("last_contact_on"), talk.c.outcome.label("last_outcome"))
        .add_columns(talk.c.note.label("last_note"), dates.c.due.label("next_due_on"))
        .add_columns(dates.c.end.label("matures_on"))
        .outerjoin(talk, talk.c.id == newest)
        .outerjoin(dates, dates.c.customer_id == people.id)
        .order_by(unindexed(people.number))
    )


def open_points(view: View, policy: Policy, scope: Select[Any]) -> dict[str, list[OpenPoint]]:
    """Return the next steps, tickets, promises and warnings that are open or were not kept, by customer."""
    points: dict[str, list[OpenPoint]] = defaultdict(list)
    for step in follow_ups(view, scope=scope):
        points[step.customer].append(OpenPoint(step.follow_up, step.due_on, step.what))
    for ticket in feedback(view, scope=scope):
        if ticket.status not in ENDED:
            points[ticket.customer].append(OpenPoint(ticket.feedback, ticket.due_on, ticket.text))
    for promise in promises(view, policy, scope=scope):
        points[promise.customer].append(OpenPoint(promise.promise, promise.due_on, _promised(promise)))
    for one in warnings(view, policy, scope=scope):
        points[one.customer].append(OpenPoint(one.warning, None, one.text))
    return points


def _promised(promise: PromiseLine) -> str:
    words = _("{amount} promised of loan {number}, {state}")
    amount, state = format_money(promise.amount), label("promise_state", promise.state)
    return words.format(amount=amount, number=promise.loan, state=state)
