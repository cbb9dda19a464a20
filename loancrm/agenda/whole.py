"""The list of the whole book, line by line: as much memory for a million customers as for a thousand.

One statement gives all reasons, a customer's one after the other in the order of the list; who the customers
are is asked for some hundreds of them at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Select, select

from loancrm.agenda.base import Agenda, Scope
from loancrm.agenda.due import DueLine, all_reasons, line_of, of_kind, people_of, ranked_reasons
from loancrm.models import Officer, table
from loancrm.policy.policy import Policy
from loancrm.view import View

FIRST = ("band", "points", "sort_on", "amount")  # of a customer's first reason: the order of the list
CUSTOMERS = 200  # of whom is asked at a time


def whole_list(view: View, policy: Policy, *, within: int = 0, kind: str | None = None) -> Iterator[DueLine]:
    """Yield the lines that ``due`` returns for the whole book, in the same order; of one kind, with it alone.

    The lines are read while they are taken: take them before the view is over.
    """
    agenda, rank = Agenda(view, policy, Scope(), within), 0
    grouped = groupby(view.stream(_by_customer(agenda)), key=lambda row: row.customer_id)
    customers = ((key, list(rows)) for key, rows in grouped)
    while some := list(islice(customers, CUSTOMERS)):
        people = people_of(view, [key for key, _rows in some])
        for key, rows in some:
            if key in people:
                rank += 1
                yield from _wanted(line_of(agenda, rank, people[key], rows), kind)


def _wanted(line: DueLine, kind: str | None) -> list[DueLine]:
    return [line] if kind is None else of_kind([line], kind)


def _by_customer(agenda: Agenda) -> Select[Any]:
    """Return all reasons in the order of their customers' first ones, and a customer's in their own."""
    ranked, officer = ranked_reasons(agenda.view, all_reasons(agenda), *FIRST), table(Officer)
    c = ranked.c
    return (
        select(ranked, officer.c.code)
        .outerjoin(officer, officer.c.id == c.officer_id)
        .order_by(c.first_band, c.first_points.desc(), c.first_sort_on, c.first_amount.desc())
        .order_by(c.customer_id, c.place)
    )
