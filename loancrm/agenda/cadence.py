"""How often to talk to whom: the cadence rule that fits a customer, and when they are due by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, String, case, func, literal, null, select

from loancrm.agenda.sources import COLUMNS, Scope
from loancrm.dialect import add_days
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
        names = {name for rule in policy.cadence for name in rule.when.indicators()}
        self.figures = Figures(
            view, policy.terms, sorted(names), attributes=("since_on",), scope=scope.customers
        )
        people = self.figures.customers.c
        self.last_on: ColumnElement[Any] = self.figures.sources.contacts.c.last_on
        self.start: ColumnElement[Any] = func.coalesce(self.last_on, people.since_on)
        self.target = self._per_rule([rule.target_days for rule in policy.cadence])
        self.maximum = self._per_rule([rule.maximum_days for rule in policy.cadence])
        self.rule = self._per_rule(list(range(len(policy.cadence))))
        self.due_on = add_days(self.start, self.target)

    def _per_rule(self, values: list[int | None]) -> ColumnElement[int]:
        pairs = zip(self.policy.cadence, values, strict=True)
        cases = [
            (rule.when.sql(self.figures.columns), literal(value, Integer()) if value is not None else null())
            for rule, value in pairs
        ]
        return case(*cases, else_=null()) if cases else literal(None, Integer())

    def reasons(self, within: int) -> Select[Any]:
        """Return the customers that are due by cadence, as the sources of ``due`` are."""
        shape, day = self.policy.shape.due.cadence, self.view.as_of
        people = self.figures.customers.c
        values: dict[str, Any] = {
            "customer_id": people.id,
            "kind": literal("cadence"),
            "band": literal(shape.band, Integer()),
            "sort_on": self.due_on,
            "due_on": self.due_on,
            "late_on": add_days(self.start, func.coalesce(self.maximum, self.target)),
            "amount": literal(0, BigInteger()),
            "reason_code": case((self.last_on.is_(None), "never_contacted"), else_="cadence"),
            "ref": null().cast(String),
            "n": self.rule,
            "text": null().cast(String),
            "officer_id": null().cast(BigInteger),
        }
        query = self.figures.select(*(values[name].label(name) for name in COLUMNS))
        return query.where(self.target.is_not(None), self.due_on <= day + timedelta(days=within))

    def next_contacts(self) -> dict[int, NextContact]:
        """Return, per customer id, when the customer is due next."""
        people = self.figures.customers.c
        rows = self.view.rows(
            self.figures.select(people.id, self.start, self.last_on, self.target, self.rule)
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
