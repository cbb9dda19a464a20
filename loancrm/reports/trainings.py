"""Trainings and examinations of the staff that are still to be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from loancrm.dossier.people import TRAINING
from loancrm.models import Officer, Training, table
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class TrainingDue:
    """A training or an examination (``kind``) that an officer has still to do; ``days_late``: 0 until due."""

    number: str
    officer: str
    name: str
    kind: str
    what: str
    due_on: date
    days_late: int


def trainings_due(
    view: View, *, officer_id: int | None = None, kind: str | None = None, within: int = 0
) -> Iterator[TrainingDue]:
    """Yield what is not done as of the view's day and due ``within`` days of it, the longest overdue first.

    ``kind`` is a code, None for all. What was done later was still to be done on that day.
    """
    rows, officer = table(Training), table(Officer)
    query = (
        select(rows.c.number, officer.c.code, officer.c.name, rows.c.kind, rows.c.what, rows.c.due_on)
        .join_from(rows, officer, officer.c.id == rows.c.officer_id)
        .where(
            view.sees(rows),
            or_(rows.c.done_on.is_(None), rows.c.done_on > view.as_of),
            rows.c.due_on <= view.as_of + timedelta(days=within),
        )
        .order_by(rows.c.due_on, rows.c.number)
    )
    if officer_id is not None:
        query = query.where(rows.c.officer_id == officer_id)
    if kind is not None:
        query = query.where(rows.c.kind == kind)
    for number, code, name, of_kind, what, due_on in map(tuple, view.rows(query)):
        late = max(0, (view.as_of - due_on).days)
        yield TrainingDue(TRAINING.code(number), code, name, of_kind, what, due_on, late)
