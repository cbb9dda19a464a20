"""What the classes of the policy are, who is in them, and who moved between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, func, literal, select, union_all

from loancrm.dialect import total
from loancrm.errors import LoanCrmError
from loancrm.i18n import language
from loancrm.indicators.catalogue import INDICATORS, Indicator
from loancrm.indicators.catalogue.dynamic import named_by_the_book
from loancrm.indicators.facts import customer_ids, customers_at
from loancrm.indicators.figures import Figures
from loancrm.models import CustomerClass, CustomerSegment, PolicyVersion, table
from loancrm.policy.classes import SEGMENT
from loancrm.policy.conditions import said
from loancrm.policy.policy import Policy, choose
from loancrm.reports.classification import figure_text, reason_of, with_undecided
from loancrm.reports.lookup import customer_code
from loancrm.view import View
from loancrm.vocabulary import codes_of
from loancrm.vocabulary.classes import SCHEME

BALANCE = "outstanding_principal"


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that leads to a class, for companies (sole proprietors too) or for students."""

    rule: str
    kind: str
    when: str


@dataclass(frozen=True, slots=True)
class ClassPage:
    """A class: which rules lead there, how its customers are treated, how many there are now.

    ``outstanding_principal`` is the sum over those with a known position, None where none has one.
    """

    scheme: str
    value: str
    customers: int
    outstanding_principal: int | None
    treatment: str | None
    cadence: str | None
    target_days: int | None
    maximum_days: int | None
    benefits: tuple[str, ...]
    rules: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class ClassMove:
    """A customer who moved: ``reason`` is the rule's tests that decided, with the figures of that day."""

    on: date
    scheme: str
    customer: str
    name: str
    previous: str | None
    value: str
    rule: str
    reason: str
    policy: str | None


def classes(
    view: View, policy: Policy, schemes: tuple[str, ...], *, officer_id: int | None = None
) -> Iterator[ClassPage]:
    """Return the classes of some schemes, with the customers that are in them as of the day."""
    for scheme in schemes:
        held = _held(view, policy, scheme, officer_id)
        for value in codes_of(scheme):
            customers, owed = held.get(value, (0, None))
            yield _page(policy, scheme, value, customers, owed)


def _held(
    view: View, policy: Policy, scheme: str, officer_id: int | None
) -> Mapping[str, tuple[int, int | None]]:
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    figures = Figures(view, policy.terms, (BALANCE,), attributes=(scheme,), scope=scope)
    value = figures.customers.c[scheme].label("value")
    found = figures.select(value, figures.columns[BALANCE].label("owed")).subquery("found")
    query = select(found.c.value, func.count(), total(found.c.owed)).group_by(found.c.value)
    return {value: (count, owed) for value, count, owed in map(tuple, view.rows(query))}


def _page(policy: Policy, scheme: str, value: str, customers: int, owed: int | None) -> ClassPage:
    treated = policy.treatment_of(scheme, value, language())
    name = treated.cadence if treated else None
    cadence = next((rule for rule in policy.cadence if rule.rule == name), None)
    return ClassPage(
        scheme=scheme,
        value=value,
        customers=customers,
        outstanding_principal=owed,
        treatment=treated.text if treated else None,
        cadence=name,
        target_days=cadence.target_days if cadence else None,
        maximum_days=cadence.maximum_days if cadence else None,
        benefits=treated.benefits if treated else (),
        rules=tuple(_rules(policy, scheme, value)),
    )


def _rules(policy: Policy, scheme: str, value: str) -> Iterator[RuleLine]:
    one = policy.schemes.get(scheme)
    lists = {} if one is None else {"enterprise": one.enterprise, "student": one.student}
    for kind, rules in lists.items():
        for rule in rules:
            if rule.value == value:
                yield RuleLine(rule.rule, kind, said(rule.when))


def moves(
    view: View, since: date, *, schemes: tuple[str, ...], officer_id: int | None = None
) -> Iterator[ClassMove]:
    """Return who moved from ``since`` on up to the view's day, as far as known, newest first."""
    people = customers_at(view, "name")
    given = union_all(*(_given(view, since, scheme) for scheme in schemes)).subquery("given")
    version = table(PolicyVersion)
    query = (
        select(given, people.c.number, people.c.name, version.c.name.label("policy"))
        .join(people, people.c.id == given.c.customer_id)
        .outerjoin(version, version.c.id == given.c.policy_version_id)
    )
    if officer_id is not None:
        query = query.where(given.c.customer_id.in_(customer_ids(view, officer_id=officer_id)))
    ordered = query.order_by(given.c.effective_on.desc(), people.c.number, given.c.place, given.c.id.desc())
    policy_of = cache(lambda version_id: _policy(view, version_id))
    for row in view.connection.execute(ordered):
        yield ClassMove(
            on=row.effective_on,
            scheme=row.scheme,
            customer=customer_code(row.number),
            name=row.name,
            previous=row.previous,
            value=row.value,
            rule=row.rule,
            reason=_reason(row, policy_of(row.policy_version_id)),
            policy=row.policy,
        )


def _given(view: View, since: date, scheme: str) -> Select[Any]:
    rows = table(CustomerSegment if scheme == SEGMENT else CustomerClass)
    value = rows.c.segment if scheme == SEGMENT else rows.c.value
    shared = ("id", "customer_id", "effective_on", "previous", "rule", "figures", "policy_version_id")
    query = select(
        *(rows.c[name] for name in shared),
        value.label("value"),
        literal(scheme).label("scheme"),
        literal(tuple(SCHEME).index(scheme)).label("place"),
    ).where(view.sees(rows), rows.c.effective_on >= since)
    return query if scheme == SEGMENT else query.where(rows.c.scheme == scheme)


def _policy(view: View, version_id: int | None) -> Policy | None:
    try:
        return None if version_id is None else choose(view, str(version_id))
    except LoanCrmError:  # of an older program, or taken back: the figures speak for themselves
        return None


def _reason(row: Row[Any], policy: Policy | None) -> str:
    """Return why, by the policy that decided; by a file that was not kept, only the figures."""
    figures = {name: _read(name, value) for name, value in (row.figures or {}).items()}
    scheme = None if policy is None else policy.schemes.get(row.scheme)
    rules = () if scheme is None else (*scheme.enterprise, *scheme.student)
    for rule in rules:
        read = rule.when.indicators()
        above = {name: figures[name] for name in figures if name not in read}  # missing for rules above
        is_it = (rule.rule, rule.value) == (row.rule, row.value) and read <= figures.keys()
        if is_it and all(value is None for value in above.values()):
            return with_undecided(reason_of(rule.when.judge(figures)) or said(rule.when), [], list(above))
    known = [name for name in figures if figures[name] is not None and _found(name) is not None]
    return ", ".join(f"{name} {figure_text(name, figures[name])}" for name in known)


def _found(name: str) -> Indicator | None:
    return INDICATORS.get(name) or named_by_the_book(name)


def _read(name: str, value: Any) -> Any:
    """Return a figure as it was: a day was kept as text."""
    found = _found(name)
    is_day = found is not None and found.unit == "date" and value is not None
    return date.fromisoformat(value) if is_day else value
