"""The sources of the indicators: one common table expression each, made only when it is asked for.

SQLite joins at most 64 tables; a source is one join however many figures it gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import CTE, ColumnElement, Date, Select, Subquery, and_, case, exists, func, literal, select

from loancrm import models
from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customers_at, loans_at
from loancrm.models import Contact, Facility, Feedback, FeedbackEvent, table
from loancrm.view import View

if TYPE_CHECKING:
    from loancrm.lending.contribution import ValueRules
    from loancrm.lending.standing import Rules

NEVER = literal(date(9999, 1, 1), Date())  # when a loan ends that has no maturity
APPROVED = ("approval", "contract")  # granted, and not yet paid out


@dataclass(frozen=True)
class Terms:
    """What the policy says about reading facts.

    Attributes:
        stale_after_days: a snapshot older than this is no position.
        real_outcomes: the outcomes of a contact in which the customer was reached.
        statement_stale_after_days: a statement whose period ended longer ago says nothing; None: any does.
        standing: gives the rules of class and stage, which few figures need.
        worth: gives costs, margins and retention, likewise.
        loyalty: gives the rules of points and tiers (``policy.loyalty.Loyalty``).
        lost_after_days: gives how long after the last loan a customer is lost, which few figures need.
        promises: gives the days of grace of promises, and by how many per cent less came and they are kept.
        peers: gives by how many characters of the industry customers are peers, and how many there must be.
    """

    stale_after_days: int
    real_outcomes: tuple[str, ...]
    statement_stale_after_days: int | None = None
    standing: Callable[[], Rules] | None = field(default=None, compare=False)
    worth: Callable[[], ValueRules] | None = field(default=None, compare=False)
    loyalty: Callable[[], Any] | None = field(default=None, compare=False)
    lost_after_days: Callable[[], int] | None = field(default=None, compare=False)
    promises: Callable[[], tuple[int, int]] | None = field(default=None, compare=False)
    peers: Callable[[], tuple[int, int]] | None = field(default=None, compare=False)


class Sources:
    """The relations that figures are drawn from, for one view and scope."""

    def __init__(
        self, view: View, terms: Terms, attributes: tuple[str, ...], scope: Select[Any] | None
    ) -> None:
        self.view = view
        self.terms = terms
        self.scope = scope
        self.customers: Subquery = customers_at(view, *attributes, scope=scope)
        self.day: ColumnElement[date] = literal(view.as_of, Date())
        self.used: dict[str, CTE] = {}
        self.days: list[date] = []  # earlier days of which figures are asked
        self.asked: tuple[str, ...] = ()  # the names of the figures that are drawn from these
        self.series: dict[
            str, CTE
        ] = {}  # by name; a customer's value is looked up in them, nothing is joined

    def of(self, name: str, build: Callable[[Sources], Select[Any]]) -> CTE:
        """Return the relation called ``name``, which ``build`` makes when it is first asked for.

        What it selects has a ``customer_id``, and at most one row for each.
        """
        if name not in self.used:
            self._keep(name, build(self))
        return self.used[name]

    def scoped(self, query: Select[Any], customer_id: ColumnElement[Any]) -> Select[Any]:
        """Return ``query`` for the customers in scope only."""
        return query if self.scope is None else query.where(customer_id.in_(self.scope))

    def customer(self, name: str) -> ColumnElement[Any]:
        """Return a column of the customer file as of the day."""
        return self.customers.c[name]

    @cached_property
    def worth(self) -> ValueRules:
        """What the policy says of costs, margins and retention."""
        assert self.terms.worth is not None, "the policy says what customers are worth by"
        return self.terms.worth()

    @cached_property
    def loans(self) -> CTE:
        """Live and ended loans by customer."""
        loan = loans_at(self.view, stale_after_days=self.terms.stale_after_days, scope=self.scope).c
        live = loan.is_live == 1
        over = case(
            (
                and_(~live, loan.status != "cancelled"),
                func.coalesce(loan.ended_on, loan.matures_on, loan.disbursed_on),
            )
        )
        sums = ("outstanding_principal", "overdue_principal", "unpaid_interest")
        query = select(
            loan.customer_id,
            count_where(live).label("live_loans"),
            count_where(and_(live, loan.outstanding_principal.is_(None))).label("without_position"),
            count_where(loan.status == "settled").label("settled"),
            count_where(loan.status == "written_off").label("written_off"),
            func.max(loan.days_past_due).label("days_past_due"),
            func.min(case((live, loan.matures_on))).label("next_maturity"),
            func.min(loan.disbursed_on).label("first_disbursed"),
            func.max(loan.ended_on).label("last_ended"),
            func.max(over).label("last_over"),
            func.max(case((live, func.coalesce(loan.matures_on, NEVER)))).label("last_maturity"),
            count_where(and_(loan.disbursed_on.is_(None), loan.stage.in_(APPROVED))).label("approved"),
            *(total(loan[name]).label(name) for name in sums),
        ).group_by(loan.customer_id)
        return self._keep("loans", query)

    def before(self, days: int) -> date:
        """Return the day so many days before the view's."""
        return self.view.as_of - timedelta(days=days)

    @cached_property
    def contacts(self) -> CTE:
        """Real contacts by customer."""
        rows = table(Contact)
        recent = rows.c.effective_on > self.before(90)
        query = (
            select(
                rows.c.customer_id,
                func.max(rows.c.effective_on).label("last_on"),
                count_where(recent).label("recent"),
            )
            .where(self.view.sees(rows), rows.c.outcome.in_(self.terms.real_outcomes))
            .group_by(rows.c.customer_id)
        )
        return self._keep("contacts", self.scoped(query, rows.c.customer_id))

    @cached_property
    def feedback(self) -> CTE:
        """Feedback that waits, by customer."""
        rows, events = table(Feedback), table(FeedbackEvent)
        again = events.alias("again")
        later = and_(
            again.c.feedback_id == events.c.feedback_id,  # not the ticket's: two levels up is not correlated
            again.c.action == "reopened",
            again.c.id > events.c.id,
        )
        resolved = exists().where(
            events.c.feedback_id == rows.c.id,
            events.c.action == "resolved",
            self.view.sees(events),
            ~exists().where(later, self.view.sees(again)),
        )
        query = (
            select(
                rows.c.customer_id,
                func.count().label("open_tickets"),
                count_where(rows.c.kind == "complaint").label("open_complaints"),
                func.min(case((rows.c.kind == "complaint", rows.c.effective_on))).label("oldest_complaint"),
            )
            .where(self.view.sees(rows), rows.c.kind != "praise", ~resolved)
            .group_by(rows.c.customer_id)
        )
        return self._keep("feedback", self.scoped(query, rows.c.customer_id))

    @cached_property
    def complaints(self) -> CTE:
        """Complaints of the past year, by customer."""
        rows = table(Feedback)
        query = (
            select(rows.c.customer_id, func.count().label("of_the_year"))
            .where(self.view.sees(rows), rows.c.kind == "complaint")
            .where(rows.c.effective_on > self.before(365))
            .group_by(rows.c.customer_id)
        )
        return self._keep("complaints", self.scoped(query, rows.c.customer_id))

    @cached_property
    def facilities(self) -> CTE:
        """Credit lines in force, by customer."""
        rows = table(Facility)
        in_force = rows.c.expires_on.is_(None) | (rows.c.expires_on > self.view.as_of)
        query = (
            select(rows.c.customer_id, total(rows.c.limit_amount).label("limit_amount"))
            .where(self.view.sees(rows), in_force)
            .group_by(rows.c.customer_id)
        )
        return self._keep("facilities", self.scoped(query, rows.c.customer_id))

    @cached_property
    def needs(self) -> CTE:
        """The newest need by customer."""
        rows = table(models.Need)
        newest = (rows.c.effective_on.desc(), rows.c.id.desc())
        place = func.row_number().over(partition_by=rows.c.customer_id, order_by=newest).label("place")
        query = select(rows.c.customer_id, rows.c.kind, place).where(self.view.sees(rows))
        ranked = self.scoped(query, rows.c.customer_id).subquery("needs")
        return self._keep("needs", select(ranked).where(ranked.c.place == 1))

    def _keep(self, name: str, query: Select[Any]) -> CTE:
        self.used[name] = query.cte(f"{name}_by_customer")
        return self.used[name]
