"""Who is concerned by an emergency, and which relief each is offered by the policy: one statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, case, exists, literal, null, select

from loancrm.indicators.figures import Figures
from loancrm.models import PlaybookEvent, PlaybookRun, table
from loancrm.policy.conditions import Asked, Condition
from loancrm.policy.policy import Policy
from loancrm.policy.unjudged import open_columns
from loancrm.reports.lookup import customer_code, officers
from loancrm.reports.undecided import by_rule
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Concerned:
    """A customer with live loans who is concerned; ``outstanding_principal`` in minor units.

    ``rule`` names the offer of the policy; ``is_running``: the playbook runs for this customer already.
    """

    customer: str
    name: str
    officer: str | None
    live_loans: int
    outstanding_principal: int | None
    days_past_due: int | None
    rule: str | None
    relief: str | None
    months: int | None
    is_running: bool


FIGURES = ("live_loans", "outstanding_principal", "days_past_due")


def concerned(view: View, policy: Policy, condition: Asked, playbook: str) -> Select[Any]:
    """Return the customers of a condition who have a live loan, with what the policy offers each.

    Columns: customer_id, number, name, officer_id, second_officer_id, the figures, rule, relief, months and
    is_running (1/0). Archived customers are none of them.
    """
    return _asked(view, policy, condition, playbook)[1]


def unjudged(view: View, policy: Policy, condition: Condition, playbook: str) -> dict[str, int]:
    """Return of how many an offer before the one that fits cannot be judged, by offer: it may be theirs.

    Of whom the playbook does not run for already.
    """
    figures, query = _asked(view, policy, condition, playbook)
    offers = [(offer.rule, when) for offer, when in policy.playbooks.offers]
    tests = [(when.sql(figures.columns), place) for place, (_rule, when) in enumerate(offers)]
    fits = case(*tests, else_=null()) if tests else None
    people = query.add_columns(*open_columns(offers, figures, fits)).subquery("people")
    return by_rule(view, select(people).where(people.c.is_running == 0), offers)


def _asked(view: View, policy: Policy, condition: Asked, playbook: str) -> tuple[Figures, Select[Any]]:
    offers = policy.playbooks.offers
    asked = {name for _rule, when in offers for name in when.indicators()} | condition.indicators()
    attributes = ("archived_on", "officer_id", "second_officer_id")
    figures = Figures(view, policy.terms, sorted({*asked, *FIGURES}), attributes=attributes)
    people, value = figures.customers.c, figures.columns
    tests = [(when.sql(value), offer) for offer, when in offers]
    query = figures.select(
        people.id.label("customer_id"),
        people.number,
        people.name,
        people.officer_id,
        people.second_officer_id,
        *(value[name].label(name) for name in FIGURES),
        _first(tests, "rule", String()).label("rule"),
        _first(tests, "relief", String()).label("relief"),
        _first(tests, "months", Integer()).label("months"),
        case((is_running(view, people.id, playbook), 1), else_=0).label("is_running"),
    )
    return figures, query.where(people.archived_on.is_(None), value["live_loans"] > 0, condition.sql(value))


def _first(tests: list[tuple[Any, Any]], name: str, type_: Any) -> ColumnElement[Any]:
    """Return what the first offer that fits says."""
    if not tests:
        return null().cast(type_)
    return case(
        *((test, literal(getattr(offer, name), type_)) for test, offer in tests), else_=null().cast(type_)
    )


def is_running(view: View, customer_id: ColumnElement[Any], playbook: str) -> ColumnElement[bool]:
    """Return the condition that a playbook runs for a customer as of the view's day."""
    rows, events = table(PlaybookRun).alias("run"), table(PlaybookEvent).alias("run_end")
    over = exists().where(events.c.run_id == rows.c.id, events.c.action == "ended", view.sees(events))
    return (
        select(rows.c.id)
        .where(rows.c.customer_id == customer_id, rows.c.playbook == playbook, view.sees(rows), ~over)
        .correlate_except(rows)
        .exists()
    )


def concerned_lines(view: View, policy: Policy, condition: Condition, playbook: str) -> Iterator[Concerned]:
    """Yield who is concerned, who owes most first."""
    query = concerned(view, policy, condition, playbook).subquery("concerned")
    codes = officers(view)
    order = query.c.outstanding_principal.desc(), query.c.number
    for row in view.connection.execute(select(query).order_by(*order)):
        yield Concerned(
            customer=customer_code(row.number),
            name=row.name,
            officer=codes.get(row.officer_id),
            live_loans=row.live_loans,
            outstanding_principal=row.outstanding_principal,
            days_past_due=row.days_past_due,
            rule=row.rule,
            relief=row.relief,
            months=row.months,
            is_running=bool(row.is_running),
        )
