"""Which product may come next, by the policy's rules, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.policy.policy import Policy
from loancrm.policy.unjudged import open_columns
from loancrm.policy.value import Offered
from loancrm.reports import lookup
from loancrm.reports.undecided import by_rule
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Hint:
    """A product for a customer: the rule, what to offer and why, in the language asked for."""

    customer: str
    name: str
    officer: str | None
    rule: str
    offer: str
    reason: str


def next_products(
    view: View,
    policy: Policy,
    lang: str,
    *,
    officer_id: int | None = None,
    rule: str | None = None,
    ids: list[int] | None = None,
) -> Iterator[Hint]:
    """Yield the hints by rule, then by customer; not where nothing is offered (``outreach.held_back``)."""
    rules = _rules(policy, rule)
    figures, is_held = _figures(view, policy, rules, officer_id, ids)
    people, columns = figures.customers.c, figures.columns
    tests = [func.coalesce(one.when.sql(columns), False).label(one.rule) for one in rules]
    found = figures.select(people.number, people.name, people.officer_id, *tests, is_held.label("is_held"))
    hints = found.subquery("hints").c
    query = select(*hints).where(and_(~hints.is_held, or_(false(), *(hints[one.rule] for one in rules))))
    rows, codes = view.rows(query.order_by(hints.number)), lookup.officers(view)
    for one in rules:
        for row in rows:
            if row._mapping[one.rule]:
                yield Hint(
                    customer=lookup.customer_code(row.number),
                    name=row.name,
                    officer=codes.get(row.officer_id),
                    rule=one.rule,
                    offer=one.offer.said(lang),
                    reason=one.reason.said(lang),
                )


def unjudged(
    view: View, policy: Policy, *, officer_id: int | None = None, rule: str | None = None
) -> dict[str, int]:
    """Return of how many to whom something may be offered a rule cannot be judged, by rule.

    Rules of ``outreach.held_back`` are among them, as ``held_back.RULE``: they could not hold anybody back.
    """
    rules = _rules(policy, rule)
    figures, is_held = _figures(view, policy, rules, officer_id, None)
    held = [(f"held_back.{one.rule}", one.when) for one in policy.outreach.held_back]
    asked = [*((one.rule, one.when) for one in rules), *held]
    found = figures.select(is_held.label("is_held"), *open_columns(asked, figures)).subquery("people")
    return by_rule(view, select(found).where(~found.c.is_held), asked)


def _rules(policy: Policy, rule: str | None) -> list[Offered]:
    return [one for one in policy.value.next_products if rule is None or one.rule == rule]


def _figures(
    view: View, policy: Policy, rules: list[Offered], officer_id: int | None, ids: list[int] | None
) -> tuple[Figures, ColumnElement[bool]]:
    """Return the figures that the rules read, and whether a rule holds somebody back."""
    held = [one.when for one in policy.outreach.held_back]
    names = sorted({n for when in (*(one.when for one in rules), *held) for n in when.indicators()})
    scope: Select[tuple[int]] | None = None
    if officer_id is not None or ids is not None:
        scope = customer_ids(view, officer_id=officer_id, ids=ids)
    figures = Figures(view, policy.terms, names, attributes=("officer_id",), scope=scope)
    is_held = func.coalesce(or_(false(), *(when.sql(figures.columns) for when in held)), False)
    return figures, is_held
