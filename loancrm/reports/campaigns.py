"""Campaigns: whom a message went to, who was left out, and what followed among the ones and the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, exists, func, select

from loancrm.dialect import count_where
from loancrm.dossier import KINDS
from loancrm.indicators.facts import LOAN, customers_at
from loancrm.lending.proportions import Interval, difference, wilson
from loancrm.models import CampaignMember, Consent, Contact, Feedback, Holding, LoanStage, table
from loancrm.reports import dossier, lookup
from loancrm.view import View

MEMBER, COMPARISON, HELD_BACK = "member", "comparison", "held_back"
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A customer of a campaign: written to, left out for comparison, or held back and why."""

    customer: str
    name: str
    officer: str | None
    arm: str
    reason: str | None
    on: date


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """How many did something in the days after a campaign: among its members, and of those compared.

    Shares, the difference and the ends of its 95 % interval in millionths, costs in minor units; missing
    where there is nobody. ``cost_per_more`` is the cost of one that would not have come without: only where
    the whole interval lies above zero.
    """

    outcome: str
    members: int
    member_hits: int
    member_share: int | None
    compared: int
    compared_hits: int
    compared_share: int | None
    difference: int | None
    low: int | None
    high: int | None
    cost_per_hit: int | None
    cost_per_more: int | None


@dataclass(frozen=True, slots=True)
class CampaignResult:
    """What followed a campaign from the day after it until ``until``.

    ``basis``: the comparison was drawn by lot (``lot``), is those who were held back (``held_back``: they
    differ from the members in more than the message), or is nobody (``none``). ``is_over``: all days have
    passed.
    """

    campaign: str
    title: str
    frozen_on: date
    until: date
    days: int
    is_over: bool
    basis: str
    members: int
    compared: int
    cost: int | None
    outcomes: tuple[OutcomeLine, ...]


def members(view: View, named: str, arm: str | None = None) -> Iterator[MemberLine]:
    """Yield the customers of a campaign: all, or those of one arm.

    Raises:
        NotFound: there is no such campaign.
    """
    row = dossier.fact(view, KINDS["campaign"], named)
    rows, people = table(CampaignMember), customers_at(view, "name", "officer_id")
    query = (
        select(rows, people.c.number, people.c.name, people.c.officer_id)
        .join(people, people.c.id == rows.c.customer_id)
        .where(rows.c.campaign_id == row.id, view.sees(rows))
        .order_by(people.c.number)
    )
    if arm is not None:
        query = query.where(rows.c.arm == arm)
    codes = lookup.officers(view)
    for line in view.connection.execute(query):
        yield MemberLine(
            customer=lookup.customer_code(line.number),
            name=line.name,
            officer=codes.get(line.officer_id),
            arm=line.arm,
            reason=line.reason,
            on=line.effective_on,
        )


def result(view: View, named: str, days: int) -> CampaignResult:
    """Return what followed a campaign within so many days, member against comparison.

    Raises:
        NotFound: there is no such campaign.
    """
    row = dossier.fact(view, KINDS["campaign"], named)
    last = row.effective_on + timedelta(days=days)
    arms = _counted(view, row, min(last, view.as_of))
    compared = COMPARISON if COMPARISON in arms else HELD_BACK
    one, other = arms.get(MEMBER), arms.get(compared)
    basis = "none" if other is None else "lot" if compared == COMPARISON else "held_back"
    return CampaignResult(
        campaign=KINDS["campaign"].code(row.number),
        title=row.title,
        frozen_on=row.effective_on,
        until=min(last, view.as_of),
        days=days,
        is_over=last <= view.as_of,
        basis=basis,
        members=0 if one is None else one.n,
        compared=0 if other is None else other.n,
        cost=row.cost,
        outcomes=tuple(_line(name, one, other, row.cost) for name in OUTCOMES),
    )


def _counted(view: View, campaign: Row[Any], until: date) -> dict[str, Row[Any]]:
    """Return, per arm, how many there are and how many of them did what, in one statement."""
    rows = table(CampaignMember)
    once = select(rows.c.customer_id, func.min(rows.c.arm).label("arm")).where(
        rows.c.campaign_id == campaign.id, view.sees(rows)
    )
    one = once.group_by(rows.c.customer_id).subquery("of_campaign")  # two that were merged count once
    window = _Window(view, one.c.customer_id, campaign.effective_on, until)
    did = {name: count_where(happened(window)).label(name) for name, happened in OUTCOMES.items()}
    query = select(one.c.arm, func.count().label("n"), *did.values()).group_by(one.c.arm)
    return {row.arm: row for row in view.rows(query)}


@dataclass(frozen=True, slots=True)
class _Window:
    """The days in which something counts: after ``since``, until ``until``."""

    view: View
    customer_id: ColumnElement[Any]
    since: date
    until: date

    def has(self, rows: Table, *of_it: ColumnElement[bool], on: str = "effective_on") -> ColumnElement[bool]:
        """Say whether a customer has such a row in these days."""
        day = rows.c[on]
        there = (rows.c.customer_id == self.customer_id, day > self.since, day <= self.until)
        return exists().where(*there, self.view.knows(rows), *of_it)


def _got_in_touch(window: _Window) -> ColumnElement[bool]:
    rows = table(Contact)
    return window.has(rows, rows.c.direction == "in")


def _applied(window: _Window) -> ColumnElement[bool]:
    stages = table(LoanStage)
    query: Select[Any] = select(stages.c.id).join(LOAN, LOAN.c.id == stages.c.loan_id)
    query = query.where(LOAN.c.customer_id == window.customer_id, stages.c.stage == "application")
    query = query.where(stages.c.effective_on > window.since, stages.c.effective_on <= window.until)
    return query.where(window.view.knows(stages)).exists()


def _drew(window: _Window) -> ColumnElement[bool]:
    return window.has(LOAN, on="disbursed_on")


def _took_a_product(window: _Window) -> ColumnElement[bool]:
    return window.has(table(Holding))


def _spoke_up(window: _Window) -> ColumnElement[bool]:
    return window.has(table(Feedback))


def _complained(window: _Window) -> ColumnElement[bool]:
    rows = table(Feedback)
    return window.has(rows, rows.c.kind == "complaint")


def _opted_out(window: _Window) -> ColumnElement[bool]:
    rows = table(Consent)
    return window.has(rows, rows.c.purpose == "marketing", rows.c.is_withdrawn.is_(True))


OUTCOMES: Mapping[str, Any] = {
    "contact": _got_in_touch,
    "application": _applied,
    "disbursement": _drew,
    "holding": _took_a_product,
    "feedback": _spoke_up,
    "complaint": _complained,
    "opt_out": _opted_out,
}


def _line(name: str, one: Row[Any] | None, other: Row[Any] | None, cost: int | None) -> OutcomeLine:
    n, hits = (0, 0) if one is None else (one.n, one._mapping[name])
    other_n, other_hits = (0, 0) if other is None else (other.n, other._mapping[name])
    gap = difference(hits, n, other_hits, other_n)
    more = n * gap.value if gap is not None and gap.low > 0 else 0
    return OutcomeLine(
        outcome=name,
        members=n,
        member_hits=hits,
        member_share=_share(wilson(hits, n)),
        compared=other_n,
        compared_hits=other_hits,
        compared_share=_share(wilson(other_hits, other_n)),
        difference=None if gap is None else round(gap.value * MILLION),
        low=None if gap is None else round(gap.low * MILLION),
        high=None if gap is None else round(gap.high * MILLION),
        cost_per_hit=None if cost is None or not hits else round(cost / hits),
        cost_per_more=None if cost is None or more <= 0 else round(cost / more),
    )


def _share(interval: Interval | None) -> int | None:
    return None if interval is None else round(interval.value * MILLION)
