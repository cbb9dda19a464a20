"""How much is due of each officer's customers, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from loancrm.agenda.due import load_of
from loancrm.dialect import count_where
from loancrm.indicators.facts import customers_at
from loancrm.models import StandIn, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

WEEK = 7


@dataclass(frozen=True, slots=True)
class Workload:
    """An officer's customers, how many of them are due, late, or due within a week, and what is at stake.

    Customers without an officer have the code None. ``amount`` is in minor units, of the leading reasons.
    """

    officer: str | None
    customers: int
    to_do: int
    late: int
    within_week: int
    amount: int


@dataclass(frozen=True, slots=True)
class StandInLine:
    """Somebody does another officer's work on these days, both included."""

    number: str
    officer: str
    stand_in: str
    from_on: date
    until_on: date


def workload(view: View, policy: Policy, *, officer_id: int | None = None) -> list[Workload]:
    """Return the load of each officer with customers, by code; those without an officer come last."""
    people = customers_at(view, "officer_id", "archived_on")
    query = select(people.c.officer_id, count_where(people.c.archived_on.is_(None)).label("n"))
    found = view.rows(query.group_by(people.c.officer_id))
    now, soon = load_of(view, policy, 0), load_of(view, policy, WEEK)
    codes = lookup.officers(view)
    lines = [
        Workload(
            officer=codes.get(row.officer_id),
            customers=row.n,
            to_do=now.get(row.officer_id, (0, 0, 0))[0],
            late=now.get(row.officer_id, (0, 0, 0))[1],
            within_week=soon.get(row.officer_id, (0, 0, 0))[0],
            amount=now.get(row.officer_id, (0, 0, 0))[2],
        )
        for row in found
        if officer_id in (None, row.officer_id)
    ]
    return sorted(lines, key=lambda line: (line.officer is None, line.officer or ""))


def stand_ins(view: View, *, all_: bool = False) -> Iterator[StandInLine]:
    """Yield who stands in for whom: on the day and to come, or ``all_``."""
    rows, codes = table(StandIn), lookup.officers(view)
    query = select(rows).where(view.knows(rows)).order_by(rows.c.effective_on, rows.c.number)
    if not all_:
        query = query.where(rows.c.until_on >= view.as_of)
    for row in view.rows(query):
        yield StandInLine(
            number=lookup.stand_in_code(row.number),
            officer=codes[row.officer_id],
            stand_in=codes[row.stand_in_id],
            from_on=row.effective_on,
            until_on=row.until_on,
        )
