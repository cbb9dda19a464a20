"""What the sources of the day's list share: their columns, whose reasons are wanted, and how one is made.

A source is a select of reasons with the same columns: customer_id, kind, band, by_date (1: sorted by day,
0: by amount), due_on, late_on (late after this day; NULL: after due_on), amount (what is at stake, minor
units), reason_code, ref (what tells it from other reasons of the kind, day and customer: never a name),
n, text and about (what the reason's words need), officer_id (who was given it; NULL: the customer's lead),
is_cut (1: the class is worse at the month's end), talk_since (it goes when somebody talks with the customer
from that day on; NULL: talking does not answer it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Table,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
)

from loancrm.dialect import add_days, days_between
from loancrm.indicators.facts import Keys, given_or_of, loans_at, real_contacts
from loancrm.policy.policy import Policy
from loancrm.view import View

if TYPE_CHECKING:
    from loancrm.policy.due import LadderShape, SourceShape

COLUMNS = (
    "customer_id",
    "kind",
    "band",
    "by_date",
    "due_on",
    "late_on",
    "amount",
    "reason_code",
    "ref",
    "n",
    "text",
    "about",
    "officer_id",
    "is_cut",
    "talk_since",
)
UNKNOWN = "?"
MINOR_UNITS = 100  # in one unit of the currency


def unknown(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the text of a reason whose amount nobody knows: it ranks as nothing, and is not called so."""
    return case((amount.is_(None), literal(UNKNOWN)))


@dataclass(frozen=True)
class Scope:
    """Whose reasons are wanted: some officers', some customers', or all of the book.

    ``customers`` is a select of customer ids, None for all. ``officers``: the officer, and those for whom
    the officer stands in.
    """

    customers: Select[Any] | None = None
    officers: tuple[int, ...] = ()


class Agenda:
    """One view, policy, scope and horizon, and what the sources read of them."""

    def __init__(self, view: View, policy: Policy, scope: Scope, within: int) -> None:
        self.view = view
        self.policy = policy
        self.scope = scope
        self.within = within
        self.horizon = view.as_of + timedelta(days=within)
        self.due = policy.due
        self.parts: dict[str, Any] = {}  # what several sources read, by name
        self.band: int | None = None  # the only one whose reasons are wanted
        self.filled: frozenset[str] | None = None  # the tables that have rows, once somebody asked

    def of(self, scope: Scope) -> Agenda:
        """Return the same agenda for other customers."""
        other = Agenda(self.view, self.policy, scope, self.within)
        other.filled = self.filled
        return other

    @cached_property
    def loans(self) -> CTE:
        """The loan positions in scope."""
        return loans_at(
            self.view, stale_after_days=self.policy.terms.stale_after_days, scope=self.scope.customers
        )

    def of_scope(self, query: Select[Any], customer_id: ColumnElement[Any]) -> Select[Any]:
        """Keep what is of the customers in scope."""
        return query if self.scope.customers is None else query.where(customer_id.in_(self.scope.customers))

    def ladder(
        self,
        kind: str,
        shape: LadderShape,
        customer_id: ColumnElement[Any],
        on: ColumnElement[Any],
        *,
        until_talked: bool = True,
        stays: bool = False,
        **more: Any,
    ) -> Select[Any]:
        """Return a date ahead: shown from each step on, and until somebody has talked since that step.

        What lies further ahead than the first step, and is wanted all the same, says how many days are left.
        ``stays``: the day after the date is a step too, and what is over stays; the caller says for how long.
        """
        day, steps = self.view.as_of, sorted(shape.days_before)
        cases = [(on <= day + timedelta(days=step), literal(step, Integer())) for step in steps]
        if stays:
            cases.insert(0, (on < day, literal(-1, Integer())))
        step = case(*cases, else_=days_between(on, literal(day, Date())))
        since = add_days(on, -case(*cases, else_=steps[-1])) if until_talked else None
        query = self.reason(kind, shape, customer_id, due_on=on, n=step, talk_since=since, **more)
        query = query.where(on <= self.horizon + timedelta(days=steps[-1]))
        return query.where(on >= day) if until_talked and not stays else query

    def is_untalked(self, reason: Any) -> ColumnElement[bool]:
        """Return the condition that nobody has answered a reason by really talking with the customer."""
        talks = real_contacts(self.view, self.policy.terms.real_outcomes)
        c = talks.selected_columns
        since = talks.where(c.customer_id == reason.c.customer_id, c.effective_on >= reason.c.talk_since)
        return or_(reason.c.talk_since.is_(None), ~since.exists())

    def mine(
        self,
        query: Select[Any],
        rows: Table,
        assigned: ColumnElement[Any],
        given: Callable[[tuple[int, ...]], Keys],
    ) -> Select[Any]:
        """Keep what is the officer's: given to them, or nobody's and of their customer."""
        customers, officers = self.scope.customers, self.scope.officers
        if customers is None:
            return query
        of_customer = rows.c.customer_id.in_(customers)
        if not officers:
            return query.where(of_customer)
        is_mine = or_(assigned.in_(officers), and_(assigned.is_(None), of_customer))
        return query.where(given_or_of(rows, given(officers), customers), is_mine)

    def reason(
        self,
        kind: str,
        shape: SourceShape,
        customer_id: ColumnElement[Any],
        *,
        due_on: ColumnElement[Any],
        late_on: ColumnElement[Any] | None = None,
        amount: ColumnElement[Any] | None = None,
        band: ColumnElement[Any] | None = None,
        code: ColumnElement[Any] | None = None,
        ref: ColumnElement[Any] | None = None,
        n: ColumnElement[Any] | None = None,
        text: ColumnElement[Any] | None = None,
        about: ColumnElement[Any] | None = None,
        officer: ColumnElement[Any] | None = None,
        is_cut: ColumnElement[Any] | None = None,
        talk_since: ColumnElement[Any] | None = None,
    ) -> Select[Any]:
        """Return the select of a source with all columns; what is not given is empty."""
        values: dict[str, Any] = {
            "customer_id": customer_id,
            "kind": literal(kind),
            "band": literal(shape.band, Integer()) if band is None else band,
            "by_date": literal(int(shape.order == "date"), Integer()),
            "due_on": due_on,
            "late_on": null().cast(Date) if late_on is None else late_on,
            "amount": literal(0, BigInteger()) if amount is None else func.coalesce(amount, 0),
            "reason_code": literal(kind) if code is None else code,
            "ref": null().cast(String) if ref is None else ref,
            "n": null().cast(Integer) if n is None else n,
            "text": null().cast(String) if text is None else text,
            "about": null().cast(String) if about is None else about,
            "officer_id": null().cast(BigInteger) if officer is None else officer,
            "is_cut": literal(0, Integer()) if is_cut is None else is_cut,
            "talk_since": null().cast(Date) if talk_since is None else talk_since,
        }
        return select(*(values[name].label(name) for name in COLUMNS))
