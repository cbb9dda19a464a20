"""How often to talk to whom: the cadence rule that fits a customer, and when they are due by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Label, Select, case, exists, func, literal, null, select

from loancrm.agenda.base import Agenda, Scope
from loancrm.dialect import add_days, found_first
from loancrm.indicators.compared import renamed
from loancrm.indicators.figures import Figures
from loancrm.models import FollowUp, FollowUpEvent, table
from loancrm.policy.conditions import ALWAYS
from loancrm.policy.policy import CadenceRule, Policy
from loancrm.policy.unjudged import open_columns, open_rules
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class NextContact:
    """When a customer is due next by cadence: None where no rule asks for contact.

    ``undecided``: rules before the one that fits, of which a figure is missing.
    """

    due_on: date | None
    rule: str | None
    last_on: date | None
    undecided: tuple[str, ...] = ()


class Cadence:
    """The customers in scope with their last real contact and the rule that fits them."""

    def __init__(self, view: View, policy: Policy, scope: Scope, *, says_open: bool = False) -> None:
        """``says_open``: also of which rules a figure is missing; the day's list does without."""
        self.view = view
        self.says_open = says_open
        self.rules = [(rule.rule, rule.when) for rule in policy.cadence]
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
        query = renamed(query.add_columns(*self._open(figures)), "_of_cadence")  # the list asks for loans too
        return found_first(query, "fitting")

    def _open(self, figures: Figures) -> list[Label[int]]:
        return open_columns(self.rules, figures) if self.says_open else []

    def _per_rule(self, values: list[int | None]) -> ColumnElement[int]:
        known = {place: literal(days, Integer()) for place, days in enumerate(values) if days is not None}
        return case(known, value=self.people.c.rule) if known else literal(None, Integer())

    @property
    def late_on(self) -> ColumnElement[Any]:
        """The day after which the customer is neglected: that of the rule's maximum, else of its target."""
        return add_days(self.people.c.start_on, func.coalesce(self.maximum, self.target))

    def next_contacts(self) -> dict[int, NextContact]:
        """Return, per customer id, when the customer is due next."""
        fitting = self.people.c
        rows = self.view.rows(select(*fitting, self.target.label("target")))
        return {row.customer_id: self._next(row) for row in rows}

    def _next(self, row: Any) -> NextContact:
        return NextContact(
            due_on=None if row.target is None else row.start_on + timedelta(days=row.target),
            rule=None if row.rule is None else self.policy.cadence[row.rule].rule,
            last_on=row.last_on,
            undecided=open_rules(self.rules, row, row.rule) if self.says_open else (),
        )


def _cadence(agenda: Agenda) -> Cadence:
    if "cadence" not in agenda.parts:
        agenda.parts["cadence"] = Cadence(agenda.view, agenda.policy, agenda.scope)
    found: Cadence = agenda.parts["cadence"]
    return found


def cadence(agenda: Agenda) -> Select[Any]:
    """Return the customers that are due by cadence."""
    found = _cadence(agenda)
    fitting = found.people.c
    query = agenda.reason(
        "cadence",
        agenda.due.cadence,
        fitting.customer_id,
        due_on=found.due_on,
        late_on=found.late_on,
        code=case((fitting.last_on.is_(None), "never_contacted"), else_="cadence"),
        n=fitting.rule,
    )
    return query.where(found.target.is_not(None), found.due_on <= agenda.horizon)


def without_next_step(agenda: Agenda) -> Select[Any] | None:
    """Return customers whom nothing brings back: they owe, no cadence asks for them, and no step is set.

    No cadence asks for a customer whom no rule fits, or one that has no target.
    """
    if _always_asks(agenda.policy.cadence):
        return None
    shape, loan, steps = agenda.due.no_next_step, agenda.loans.c, table(FollowUp)
    assert shape is not None
    found = _cadence(agenda)
    fitting = found.people.c
    query = agenda.reason("no_next_step", shape, fitting.customer_id, due_on=fitting.start_on)
    events = table(FollowUpEvent)
    done = exists().where(
        events.c.follow_up_id == steps.c.id, events.c.action == "done", agenda.view.sees(events)
    )
    return query.where(
        found.target.is_(None),
        exists().where(loan.customer_id == fitting.customer_id, loan.is_live == 1),
        ~exists().where(steps.c.customer_id == fitting.customer_id, agenda.view.sees(steps), ~done),
    )


def _always_asks(rules: Sequence[CadenceRule]) -> bool:
    """Return whether some rule fits everybody, and it and those before it have a target."""
    for rule in rules:
        if rule.target_days is None:
            return False
        if rule.when == ALWAYS:
            return True
    return False


def next_contact(view: View, policy: Policy, customer_id: int) -> NextContact:
    """Return when one customer is due next by cadence, and by which rule, also which could not be judged."""
    scope = Scope(select(literal(customer_id)))
    return (
        Cadence(view, policy, scope, says_open=True)
        .next_contacts()
        .get(customer_id, NextContact(None, None, None))
    )
