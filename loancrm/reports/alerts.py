"""For whom the rules of warnings hold as of the view: read, nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from loancrm import models
from loancrm.dialect import found_first
from loancrm.indicators.compared import renamed
from loancrm.indicators.figures import Figures
from loancrm.models import table
from loancrm.policy.policy import Policy
from loancrm.policy.unjudged import kinds_of
from loancrm.policy.warnings import WarningRule
from loancrm.view import View

MOST_JOINED = 32  # relations that one part of the statement joins: SQLite joins at most 64 tables
Rules = tuple[WarningRule, ...]


def firing(
    view: View,
    policy: Policy,
    rules: Sequence[WarningRule] | None = None,
    scope: Select[Any] | None = None,
) -> Select[Any]:
    """Return for which customers each rule holds as of the view: columns ``rule`` and ``customer_id``.

    A rule whose condition is unknown does not hold. Archived customers are none of them. Without ``rules``
    all of the policy; ``scope`` is a select of customer ids: only of those. It is one statement: what rules
    have in common is worked out once.
    """
    found = verdicts(view, policy, rules, scope).subquery("firing")
    return select(found.c.rule, found.c.customer_id).where(found.c.holds == 1)


def verdicts(
    view: View,
    policy: Policy,
    rules: Sequence[WarningRule] | None = None,
    scope: Select[Any] | None = None,
) -> Select[Any]:
    """Return what each rule says of each customer: ``rule``, ``customer_id``, ``holds`` (1, 0, or NULL).

    ``applies`` is 1 for customers of the kinds that all its figures are of: others lack them anyway.
    """
    wanted = tuple(policy.warnings.rules if rules is None else rules)
    parts: list[Select[Any]] = []
    for number, (some, figures) in enumerate(packed(view, policy, wanted, scope)):
        parts += _hits(some, figures, number)
    if not parts:
        nobody = table(models.Customer).c
        empty = select(
            literal("", Text()).label("rule"),
            nobody.id.label("customer_id"),
            null().cast(Integer).label("holds"),
            literal(0, Integer()).label("applies"),
        )
        return empty.where(literal(value=False))
    found = union_all(*parts).subquery("verdicts")
    return select(found.c.rule, found.c.customer_id, found.c.holds, found.c.applies)


def packed(
    view: View, policy: Policy, rules: Rules, scope: Select[Any] | None
) -> Iterator[tuple[Rules, Figures]]:
    """Yield the rules in as few parts as can be joined, each with its figures."""
    if not rules:
        return
    names = sorted({name for rule in rules for name in rule.when.indicators()})
    figures = Figures(view, policy.terms, names, attributes=("archived_on",), scope=scope)
    if len(figures.sources.used) <= MOST_JOINED or len(rules) == 1:
        yield rules, figures
        return
    half = len(rules) // 2
    yield from packed(view, policy, rules[:half], scope)
    yield from packed(view, policy, rules[half:], scope)


def _hits(rules: Rules, figures: Figures, number: int) -> Iterator[Select[Any]]:
    """Yield a select for each rule, over one relation that says of each customer which of them hold.

    The condition is written once: three-valued, it is 1 or 0 as it stands, and NULL where it is unknown.
    """
    people = figures.customers.c
    verdicts = (_said(rule.when.sql(figures.columns)).label(f"r{n}") for n, rule in enumerate(rules))
    query = figures.select(people.id.label("customer_id"), people.kind, *verdicts)
    query = query.where(people.archived_on.is_(None))
    found = found_first(renamed(query, f"_{number}") if number else query, f"judged_{number}").c
    for n, rule in enumerate(rules):
        yield select(
            literal(rule.rule, Text()).label("rule"),
            found.customer_id,
            found[f"r{n}"].label("holds"),
            cast(found.kind.in_(kinds_of(rule.when)), Integer).label("applies"),
        )


def _said(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return a condition as 1, 0 or NULL."""
    return cast(type_coerce(condition, Boolean), Integer)
