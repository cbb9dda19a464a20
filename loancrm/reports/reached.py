"""How often customers are reached, by channel, hour or weekday; and whom nobody has talked with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Date, func, literal, select

from loancrm.agenda.base import Scope
from loancrm.agenda.cadence import Cadence
from loancrm.agenda.due import scope_of
from loancrm.dialect import count_where, days_between
from loancrm.indicators.facts import customers_at
from loancrm.lending.proportions import wilson
from loancrm.models import Contact, Officer, table
from loancrm.numerals import MILLION
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

By = Literal["channel", "hour", "weekday"]


@dataclass(frozen=True, slots=True)
class Neglected:
    """A customer with whom nobody has really talked for longer than the cadence's maximum."""

    customer: str
    name: str
    officer: str | None
    last_on: date | None
    days: int
    rule: str
    target_days: int
    maximum_days: int
    days_over: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Attempts and how many of them reached somebody; rates in millionths with Wilson's 95% interval.

    ``key``: a channel, an hour (None where nobody said), or a weekday from 1 (Monday).
    """

    key: str | int | None
    attempts: int
    reached: int
    rate: int
    low: int
    high: int


def neglected(view: View, policy: Policy, *, officer_id: int | None = None) -> Iterator[Neglected]:
    """Yield the neglected customers, the longest over the maximum first."""
    scope: Scope = scope_of(view, officer_id)
    found, officer = Cadence(view, policy, scope), table(Officer)
    people = customers_at(view, "name", "officer_id", "archived_on")
    fitting, day = found.people.c, literal(view.as_of, Date())
    query = (
        select(
            people.c.number,
            people.c.name,
            officer.c.code,
            fitting.last_on,
            fitting.rule,
            days_between(day, fitting.start_on).label("days"),
            days_between(day, found.late_on).label("over"),
        )
        .join(people, people.c.id == fitting.customer_id)
        .outerjoin(officer, officer.c.id == people.c.officer_id)
        .where(found.target.is_not(None), found.late_on < day, people.c.archived_on.is_(None))
        .order_by(days_between(day, found.late_on).desc(), people.c.number)
    )
    for row in view.connection.execute(query):
        rule = policy.cadence[row.rule]
        target = rule.target_days or 0
        yield Neglected(
            customer=lookup.customer_code(row.number),
            name=row.name,
            officer=row.code,
            last_on=row.last_on,
            days=row.days,
            rule=rule.rule,
            target_days=target,
            maximum_days=rule.maximum_days or target,
            days_over=row.over,
        )


def reached(
    view: View,
    policy: Policy,
    *,
    by: By = "channel",
    since: date | None = None,
    officer_id: int | None = None,
) -> list[Reached]:
    """Return outgoing attempts from ``since`` on and how many reached somebody, by what they are told by."""
    rows = table(Contact)
    key = {"channel": rows.c.channel, "hour": rows.c.hour, "weekday": rows.c.effective_on}[by]
    is_real = rows.c.outcome.in_(policy.terms.real_outcomes)
    query = select(key.label("key"), func.count().label("n"), count_where(is_real).label("hits"))
    query = query.where(view.sees(rows), rows.c.direction == "out").group_by(key)
    if since is not None:
        query = query.where(rows.c.effective_on >= since)
    if officer_id is not None:
        query = query.where(rows.c.officer_id == officer_id)
    count: dict[str | int | None, list[int]] = defaultdict(lambda: [0, 0])
    for row in view.connection.execute(query):
        one = count[row.key.isoweekday() if by == "weekday" else row.key]
        one[0] += row.n
        one[1] += row.hits
    ordered = sorted(count.items(), key=lambda pair: (pair[0] is None, str(pair[0]).zfill(2)))
    return [_reached(key, n, hits) for key, (n, hits) in ordered]


def _reached(key: str | int | None, attempts: int, hits: int) -> Reached:
    found = wilson(hits, attempts)
    assert found is not None, "a group has an attempt"
    low, high = (round(end * MILLION) for end in (found.low, found.high))
    return Reached(key, attempts, hits, hits * MILLION // attempts, low, high)
