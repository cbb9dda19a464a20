"""What followed a campaign or an event: who did what in the days after it, in one group against another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, exists, func, select

from loancrm.dialect import count_where
from loancrm.indicators.facts import LOAN
from loancrm.lending.proportions import Interval, difference, wilson
from loancrm.models import Consent, Contact, Feedback, Holding, LoanStage, table
from loancrm.numerals import MILLION
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """How many did something in the days after: among members or guests, and among those compared.

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
class Window:
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


def _got_in_touch(window: Window) -> ColumnElement[bool]:
    rows = table(Contact)
    return window.has(rows, rows.c.direction == "in")


def _applied(window: Window) -> ColumnElement[bool]:
    stages = table(LoanStage)
    query: Select[Any] = select(stages.c.id).join(LOAN, LOAN.c.id == stages.c.loan_id)
    query = query.where(LOAN.c.customer_id == window.customer_id, stages.c.stage == "application")
    query = query.where(stages.c.effective_on > window.since, stages.c.effective_on <= window.until)
    return query.where(window.view.knows(stages)).exists()


def _drew(window: Window) -> ColumnElement[bool]:
    return window.has(LOAN, on="disbursed_on")


def _took_a_product(window: Window) -> ColumnElement[bool]:
    return window.has(table(Holding))


def _spoke_up(window: Window) -> ColumnElement[bool]:
    return window.has(table(Feedback))


def _complained(window: Window) -> ColumnElement[bool]:
    rows = table(Feedback)
    return window.has(rows, rows.c.kind == "complaint")


def _opted_out(window: Window) -> ColumnElement[bool]:
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


def counted(window: Window, groups: Select[Any]) -> dict[str, Row[Any]]:
    """Return, by ``arm``, how many there are (``n``) and how many of them did what, in one statement.

    ``groups`` selects the arm of each customer of the window, grouped by it.
    """
    did = (count_where(happened(window)).label(name) for name, happened in OUTCOMES.items())
    return {row.arm: row for row in window.view.rows(groups.add_columns(func.count().label("n"), *did))}


def compared_line(name: str, one: Row[Any] | None, other: Row[Any] | None, cost: int | None) -> OutcomeLine:
    """Return how many of two groups did something: rows of ``counted``, None where a group has nobody."""
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
