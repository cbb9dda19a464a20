"""``due``: all reasons ranked in bands, one line a customer.

One statement finds and ranks the customers; a second fetches all reasons of those that are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, Select, Subquery, and_, func, literal, select, union_all

from loancrm.agenda.cadence import Cadence
from loancrm.agenda.reasons import Reason, make_reason
from loancrm.agenda.sources import Reasons, Scope
from loancrm.dialect import count_where
from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.models import Officer, table
from loancrm.policy.policy import Policy
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class DueLine:
    """One customer to talk to: the leading reason, and all others below it."""

    rank: int
    customer: str
    name: str
    officer: str | None
    kind: str
    due_on: date
    days_late: int
    band: int
    reason_code: str
    reason: str
    amount: int
    segment: str | None
    command: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DueCounts:
    """How many customers are on the list, and how many of them are late."""

    to_do: int
    late: int


def scope_of(view: View, officer_id: int | None) -> Scope:
    """Return the scope of one officer's list, or of the whole book."""
    if officer_id is None:
        return Scope()
    return Scope(customer_ids(view, officer_id=officer_id), officer_id)


def due(
    view: View,
    policy: Policy,
    *,
    officer_id: int | None = None,
    within: int = 0,
    limit: int | None = None,
    scope: Scope | None = None,
) -> list[DueLine]:
    """Return whom to talk to as of the view's day, in order, with every reason.

    Args:
        view: the snapshot and the day.
        policy: bands, ladders and cadence.
        officer_id: one officer's list; None is the whole book.
        within: also what falls due in so many days.
        limit: the first so many customers.
        scope: in place of ``officer_id``: some customers.
    """
    scope = scope or scope_of(view, officer_id)
    ranked = _ranked(view, policy, scope, within)
    lead = select(ranked.c.customer_id).where(ranked.c.place == 1).order_by(*_order(ranked))
    leading = [row.customer_id for row in view.rows(lead if limit is None else lead.limit(limit))]
    if not leading:
        return []
    by_customer = _reasons_of(view, policy, scope, within, leading if limit is not None else None)
    people = _people(view, leading)
    return [
        _line(view, policy, rank, people[customer_id], by_customer[customer_id])
        for rank, customer_id in enumerate(leading, 1)
    ]


def counts(view: View, policy: Policy, *, officer_id: int | None = None, within: int = 0) -> DueCounts:
    """Return how long the list is, without building it."""
    ranked = _ranked(view, policy, scope_of(view, officer_id), within)
    late = ranked.c.late_on < literal(view.as_of, Date())
    row = view.one(select(func.count(), count_where(late)).where(ranked.c.place == 1))
    return DueCounts(*tuple(row)) if row else DueCounts(0, 0)


def statement(view: View, policy: Policy, scope: Scope, within: int) -> Select[Any]:
    """Return the statement that finds and ranks the customers (for looking at its plan)."""
    ranked = _ranked(view, policy, scope, within)
    return select(ranked.c.customer_id).where(ranked.c.place == 1).order_by(*_order(ranked))


def _all_reasons(view: View, policy: Policy, scope: Scope, within: int) -> Subquery:
    sources = Reasons(view, policy, scope, within)
    return union_all(
        sources.follow_ups(),
        sources.past_due(),
        sources.maturities(),
        sources.instalments(),
        sources.facilities(),
        sources.feedback(),
        Cadence(view, policy, scope).reasons(within),
    ).subquery("reasons")


def _ranked(view: View, policy: Policy, scope: Scope, within: int) -> Subquery:
    reasons = _all_reasons(view, policy, scope, within)
    place = func.row_number().over(partition_by=reasons.c.customer_id, order_by=_order(reasons))
    return select(reasons, place.label("place")).subquery("ranked")


def _order(reasons: Subquery) -> tuple[Any, ...]:
    """Band, then the day or the amount at stake; the customer's key makes it one order."""
    c = reasons.c
    return c.band, c.sort_on, c.amount.desc(), c.customer_id, c.kind, c.ref


def _reasons_of(
    view: View, policy: Policy, scope: Scope, within: int, customers: list[int] | None
) -> dict[int, list[Row[Any]]]:
    """Return every reason of the customers, in order."""
    if customers is not None:
        only = customer_ids(view, ids=customers)
        scope = Scope(only if scope.customers is None else _both(scope.customers, only), scope.officer_id)
    reasons = _all_reasons(view, policy, scope, within)
    found: dict[int, list[Row[Any]]] = {}
    for row in view.rows(select(reasons).order_by(*_order(reasons))):
        found.setdefault(row.customer_id, []).append(row)
    return found


def _both(one: Select[Any], other: Select[Any]) -> Select[Any]:
    column = one.selected_columns[0]
    return one.where(and_(column.in_(other)))


def _people(view: View, customers: Sequence[int]) -> dict[int, Row[Any]]:
    people = customers_at(
        view, "name", "segment", "officer_id", scope=customer_ids(view, ids=list(customers))
    )
    return {row.id: row for row in view.rows(select(people))}


def _officers(view: View) -> dict[int, str]:
    officer = table(Officer)
    return {row.id: row.code for row in view.rows(select(officer.c.id, officer.c.code))}


def _line(view: View, policy: Policy, rank: int, person: Row[Any], rows: Sequence[Row[Any]]) -> DueLine:
    code = f"C-{person.number:05d}"
    reasons = tuple(make_reason(view, policy, code, row) for row in rows)
    first = reasons[0]
    return DueLine(
        rank=rank,
        customer=code,
        name=person.name,
        officer=_officers(view).get(rows[0].officer_id),
        kind=first.kind,
        due_on=first.due_on,
        days_late=first.days_late,
        band=first.band,
        reason_code=first.reason_code,
        reason=first.reason,
        amount=first.amount,
        segment=person.segment,
        command=first.command,
        reasons=reasons,
    )
