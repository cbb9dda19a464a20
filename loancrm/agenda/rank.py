"""Points within a band, by the policy's ``due.rank``: in SQL for a book, and in words for one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Row, case, func, literal, select

from loancrm.agenda.base import MINOR_UNITS, Agenda
from loancrm.dialect import days_between
from loancrm.indicators.facts import customers_at

CLASSES = ("service_tier", "segment")


def points(agenda: Agenda, reason: Any) -> ColumnElement[int]:
    """Return the points of a reason (the columns of a source) as one sum."""
    rank, c = agenda.due.rank, reason.c
    parts: list[ColumnElement[Any]] = []
    if rank.class_cut:
        parts.append(c.is_cut * rank.class_cut)
    if rank.late_day:
        day = literal(agenda.view.as_of, Date())
        late = days_between(day, func.coalesce(c.late_on, c.due_on))
        most = case((late > rank.late_days, rank.late_days), (late > 0, late), else_=0)
        parts.append(most * rank.late_day)
    if rank.amount:
        units = c.amount // (rank.amount_unit * MINOR_UNITS)
        parts.append(case((units > rank.amount_units, rank.amount_units), else_=units) * rank.amount)
    parts += [_of_class(agenda, name, c.customer_id) for name in CLASSES if getattr(rank, name)]
    total: ColumnElement[Any] = literal(0, Integer())
    for part in parts:
        total = total + part
    return total.cast(Integer)


def _of_class(agenda: Agenda, name: str, customer_id: ColumnElement[Any]) -> ColumnElement[Any]:
    people = customers_at(agenda.view, name)
    value = select(people.c[name]).where(people.c.id == customer_id).scalar_subquery()
    return case(dict(getattr(agenda.due.rank, name)), value=value, else_=0)


def terms(agenda: Agenda, row: Row[Any], classes: dict[str, str | None]) -> Iterator[tuple[str, int]]:
    """Yield what a reason has points for, and how many; they sum to ``points``."""
    rank = agenda.due.rank
    late = min(max(0, (agenda.view.as_of - row.late_on).days), rank.late_days)
    units = min(row.amount // (rank.amount_unit * MINOR_UNITS), rank.amount_units)
    found = {
        "class_cut": row.is_cut * rank.class_cut,
        "late_day": late * rank.late_day,
        "amount": units * rank.amount,
        **{name: getattr(rank, name).get(classes[name] or "", 0) for name in CLASSES},
    }
    yield from ((name, n) for name, n in found.items() if n)
