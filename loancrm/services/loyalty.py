"""Points that facts earn by the policy's rules, for the whole book: a statement a rule, each fact once."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field
from sqlalchemy import ColumnElement, Date, Integer, Text, cast, exists, extract, func, literal, null, select

from loancrm.dialect import add_days
from loancrm.indicators.facts import CUSTOMER
from loancrm.indicators.figures import Figures
from loancrm.indicators.loyalty_facts import FACTS
from loancrm.models import LoyaltyEntry, table
from loancrm.models.columns import ExactInteger
from loancrm.policy import policy as policies
from loancrm.policy.conditions import Condition
from loancrm.policy.loyalty import Earn, Loyalty
from loancrm.policy.unjudged import is_open
from loancrm.reports.loyalty import unjudged_tiers
from loancrm.services.audiences import insert_numbered
from loancrm.services.inputs import ByName, Input, Receipt
from loancrm.services.point_keys import accrual_key
from loancrm.unitofwork import Change, UnitOfWork

ROWS = table(LoyaltyEntry)


class AccrueIn(Input):
    """Nothing to say: facts up to today earn what the policy says."""


class RuleReceipt(Receipt):
    """How many facts a rule found new, and the points that they earned.

    ``undecided``: of so many customers with a new fact a figure is missing that the rule reads.
    """

    rule: str
    facts: int
    points: int
    undecided: int = 0


class AccrualReceipt(Receipt):
    """What was earned, by rule; ``points`` in all.

    ``undecided_tiers``: of so many customers a tier cannot be judged for which they have the points.
    """

    facts: int
    points: int
    rules: tuple[RuleReceipt, ...]
    undecided_tiers: ByName = Field(default_factory=dict)


def accrue(uow: UnitOfWork, request: AccrueIn) -> AccrualReceipt:
    """Give points for every fact that has none yet, within the caps; run again, it gives nothing twice."""
    del request
    policy = policies.in_force(uow.view())
    loyalty = policy.loyalty
    found = tuple(_by_rule(uow, loyalty, rule) for rule in loyalty.rules)
    facts, points = sum(one.facts for one in found), sum(one.points for one in found)
    if facts:
        first = uow.connection.scalar(select(func.min(ROWS.c.id)).where(ROWS.c.command_id == uow.command_id))
        said = {one.rule: one.points for one in found if one.facts}
        uow.record(Change("create", LoyaltyEntry, first or 0, None, {}, said))
    open_tiers = unjudged_tiers(uow.view(), policy)
    return AccrualReceipt(facts=facts, points=points, rules=found, undecided_tiers=open_tiers)


def _by_rule(uow: UnitOfWork, loyalty: Loyalty, rule: Earn) -> RuleReceipt:
    shape = rule.shape
    new = _new_facts(uow, loyalty, rule).subquery("new_facts")
    undecided = _undecided(uow, loyalty, rule)
    days = loyalty.valid_days
    columns: dict[str, ColumnElement[Any]] = {
        "customer_id": new.c.customer_id,
        "kind": literal("accrual", Text()),
        "points": literal(shape.points, ExactInteger()),
        "rule": literal(shape.rule, Text()),
        "fact": new.c.fact,
        "currency": literal(uow.currency, Text()),
        "effective_on": new.c.on,
        "expires_on": cast(null(), Date()) if days is None else add_days(new.c.on, days),
        "live_key": accrual_key(shape.rule, new.c.customer_id, new.c.fact),
    }
    limits = [] if shape.cap is None else [(new.c.had + new.c.place) * shape.points <= shape.cap]
    given = insert_numbered(uow, ROWS, columns, new, *limits)
    return RuleReceipt(
        rule=shape.rule, facts=len(given), points=len(given) * shape.points, undecided=undecided
    )


def _undecided(uow: UnitOfWork, loyalty: Loyalty, rule: Earn) -> int:
    if not rule.when.indicators():
        return 0
    new = _new_facts(uow, loyalty, rule, is_open).subquery("open_facts")
    return uow.connection.scalar(select(func.count(new.c.customer_id.distinct()))) or 0


def _holds(when: Condition, figures: Figures) -> ColumnElement[bool]:
    return when.sql(figures.columns)


def _new_facts(uow: UnitOfWork, loyalty: Loyalty, rule: Earn, asked: Any = _holds) -> Any:
    """Return the facts without points, with their place in a period and how many ``had`` points there.

    ``asked``: of whom, by the rule's condition.
    """
    view, shape = uow.view(), rule.shape
    terms = policies.in_force(view).terms
    figures = Figures(view, terms, sorted(rule.when.indicators()))
    fits = figures.select(figures.customers.c.id).where(asked(rule.when, figures))
    fact = FACTS[shape.fact](Figures(view, terms, ()).sources, loyalty.shape.since).subquery("facts").c
    period = _period(shape.per, fact.on)
    same = ROWS.alias("had")
    had = (
        select(func.count())
        .where(same.c.customer_id == fact.customer_id, same.c.rule == shape.rule)
        .where(same.c.voided_at.is_(None))
        .where(_period(shape.per, same.c.effective_on) == period)
        .correlate(fact.on.table)
        .scalar_subquery()
    )
    taken = ROWS.alias("taken")
    key = accrual_key(shape.rule, fact.customer_id, fact.fact)
    place = func.row_number().over(partition_by=(fact.customer_id, period), order_by=(fact.on, fact.fact))
    return (
        select(
            fact.customer_id, fact.fact, fact.on, CUSTOMER.c.number, place.label("place"), had.label("had")
        )
        .join_from(fact.on.table, CUSTOMER, CUSTOMER.c.id == fact.customer_id)
        .where(view.stands(CUSTOMER), ~exists().where(taken.c.live_key == key))
        .where(fact.customer_id.in_(fits))
    )


def _period(per: str, day: ColumnElement[date]) -> ColumnElement[int]:
    """Return a number that days of one period share."""
    year, month = (cast(extract(part, day), Integer) for part in ("year", "month"))
    if per == "ever":
        return literal(0, Integer())
    if per == "year":
        return year
    return year * 100 + (month if per == "month" else (month + 2) // 3)
