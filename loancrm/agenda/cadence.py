"""How often to talk to whom: the cadence rule that fits a customer, and when they are due by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    case,
    func,
    literal,
    null,
    select,
)

from loancrm.agenda.sources import COLUMNS, Scope
from loancrm.dialect import add_days, found_first
from loancrm.indicators.figures import Figures
from loancrm.policy.policy import Policy
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class NextContact:
    """When a customer is due next by cadence: None where no rule asks for contact."""

    due_on: date | None
    rule: str | None
    last_on: date | None


class Cadence:
    """The customers in scope with their last real contact and the rule that fits them."""

    def __init__(self, view: View, policy: Policy, scope: Scope) -> None:
        self.view = view
        self.policy = policy
        self.people = self._people(scope)
        fitting = self.people.c
        self.target = self._per_rule([rule.target_days for rule in policy.cadence])
        self.maximum = self._per_rule([rule.maximum_days for rule in policy.cadence])
        self.due_on = add_days(fitting.start_on, self.target)

    def _people(self, scope: Scope) -> CTE:
        """Return the customers, from when their cadence counts, and the place of the rule that fits.

        Found first and filtered then: SQLite takes the filters for stricter than they are, and would
        read all conversations for each customer.
        """
        rules = self.policy.cadence
        names = {name for rule in rules for name in rule.when.indicators()}
        figures = Figures(
            self.view, self.policy.terms, sorted(names), attributes=("since_on",), scope=scope.customers
        )
        people, last_on = figures.customers.c, figures.sources.contacts.c.last_on
        places = [
            (rule.when.sql(figures.columns), literal(place, Integer())) for place, rule in enumerate(rules)
        ]
        fitting = case(*places, else_=null()) if places else literal(None, Integer())
        query = figures.select(
            people.id.label("customer_id"),
            func.coalesce(last_on, people.since_on).label("start_on"),
            last_on.label("last_on"),
            fitting.label("rule"),
        )
        return found_first(query, "fitting")

    def _per_rule(self, values: list[int | None]) -> ColumnElement[int]:
        known = {place: literal(days, Integer()) for place, days in enumerate(values) if days is not None}
        return case(known, value=self.people.c.rule) if known else literal(None, Integer())

    def reasons(self, within: int) -> Select[Any]:
        """Return the customers that are due by cadence, as the sources of ``due`` are."""
        shape, day = self.policy.shape.due.cadence, self.view.as_of
        fitting = self.people.c
        values: dict[str, Any] = {
            "customer_id": fitting.customer_id,
            "kind": literal("cadence"),
            "band": literal(shape.band, Integer()),
            "by_date": literal(1, Integer()),
            "due_on": self.due_on,
            "late_on": add_days(fitting.start_on, func.coalesce(self.maximum, self.target)),
            "amount": literal(0, BigInteger()),
            "reason_code": case((fitting.last_on.is_(None), "never_contacted"), else_="cadence"),
            "ref": null().cast(String),
            "n": fitting.rule,
            "text": null().cast(String),
            "officer_id": null().cast(BigInteger),
        }
        query = select(*(values[name].label(name) for name in COLUMNS))
        return query.where(self.target.is_not(None), self.due_on <= day + timedelta(days=within))

    def next_contacts(self) -> dict[int, NextContact]:
        """Return, per customer id, when the customer is due next."""
        fitting = self.people.c
        rows = self.view.rows(
            select(fitting.customer_id, fitting.start_on, fitting.last_on, self.target, fitting.rule)
        )
        return {
            key: self._next(start, last, target, rule) for key, start, last, target, rule in map(tuple, rows)
        }

    def _next(self, start: date, last_on: date | None, target: int | None, rule: int | None) -> NextContact:
        name = None if rule is None else self.policy.cadence[rule].rule
        if target is None:
            return NextContact(None, name, last_on)
        return NextContact(start + timedelta(days=target), name, last_on)


def next_contact(view: View, policy: Policy, customer_id: int) -> NextContact:
    """Return when one customer is due next by cadence, and by which rule."""
    scope = Scope(select(literal(customer_id)))
    return Cadence(view, policy, scope).next_contacts().get(customer_id, NextContact(None, None, None))
