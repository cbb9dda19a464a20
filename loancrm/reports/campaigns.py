"""Campaigns: whom a message went to, who was left out, and what followed among the ones and the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from loancrm.dossier import KINDS
from loancrm.indicators.facts import customers_at
from loancrm.models import CampaignMember, table
from loancrm.reports import dossier, lookup
from loancrm.reports.outcomes import OUTCOMES, OutcomeLine, Window, compared_line, counted
from loancrm.view import View

MEMBER, COMPARISON, HELD_BACK = "member", "comparison", "held_back"


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
        outcomes=tuple(compared_line(name, one, other, row.cost) for name in OUTCOMES),
    )


def _counted(view: View, campaign: Row[Any], until: date) -> dict[str, Row[Any]]:
    """Return, per arm, how many there are and how many of them did what, in one statement."""
    rows = table(CampaignMember)
    once = select(rows.c.customer_id, func.min(rows.c.arm).label("arm")).where(
        rows.c.campaign_id == campaign.id, view.sees(rows)
    )
    one = once.group_by(rows.c.customer_id).subquery("of_campaign")  # two that were merged count once
    window = Window(view, one.c.customer_id, campaign.effective_on, until)
    return counted(window, select(one.c.arm).group_by(one.c.arm))
