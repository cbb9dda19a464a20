"""Which product may come next, by the policy's rules, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, and_, false, func, or_, select

from loancrm.indicators.facts import customer_ids
from loancrm.indicators.figures import Figures
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
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
    rules = [one for one in policy.value.next_products if rule is None or one.rule == rule]
    held = [one.when for one in policy.outreach.held_back]
    names = sorted({n for when in (*(one.when for one in rules), *held) for n in when.indicators()})
    scope: Select[tuple[int]] | None = None
    if officer_id is not None or ids is not None:
        scope = customer_ids(view, officer_id=officer_id, ids=ids)
    figures = Figures(view, policy.terms, names, attributes=("officer_id",), scope=scope)
    people, columns = figures.customers.c, figures.columns
    tests = [func.coalesce(one.when.sql(columns), False).label(one.rule) for one in rules]
    is_held = func.coalesce(or_(false(), *(when.sql(columns) for when in held)), False)
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
