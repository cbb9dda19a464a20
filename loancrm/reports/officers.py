"""Officers with the number of their customers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from loancrm.indicators.facts import customers_at
from loancrm.models import Officer, table
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer in a list."""

    code: str
    name: str
    branch: str | None
    is_active: bool
    customers: int


def officers(view: View) -> Iterator[OfficerLine]:
    """Return all officers by code, with how many customers are theirs as of the day."""
    rows, people = table(Officer), customers_at(view, "officer_id")
    counted = select(people.c.officer_id, func.count().label("n")).group_by(people.c.officer_id).subquery()
    query = (
        select(rows, func.coalesce(counted.c.n, 0).label("customers"))
        .outerjoin(counted, counted.c.officer_id == rows.c.id)
        .order_by(rows.c.code)
    )
    for row in view.connection.execute(query):
        yield OfficerLine(row.code, row.name, row.branch, row.is_active, row.customers)
