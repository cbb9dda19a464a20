"""Findings and incidents of internal control that are of a customer's case, and are to be put right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, literal, or_, select

from loancrm import models
from loancrm.agenda.base import Agenda
from loancrm.dialect import as_text
from loancrm.indicators.facts import Keys
from loancrm.models import table


def findings(agenda: Agenda) -> Select[Any] | None:
    """Return the findings that are to be put right, of who was named or of the customer's officer."""
    return _open(agenda, table(models.ControlFinding), "finding_id", "FD-")


def incidents(agenda: Agenda) -> Select[Any] | None:
    """Return the incidents that are to be dealt with."""
    return _open(agenda, table(models.ControlIncident), "incident_id", "IC-")


def _open(agenda: Agenda, rows: Any, column: str, prefix: str) -> Select[Any] | None:
    shape = agenda.due.rectification
    if shape is None:
        return None
    steps = table(models.ControlRectification).alias("step_of_control")
    last_first = steps.c.effective_on.desc(), steps.c.id.desc()
    of_it = steps.c[column] == rows.c.id, agenda.view.sees(steps)
    state = select(steps.c.state).where(*of_it).order_by(*last_first).limit(1).correlate(rows)
    until = select(steps.c.until_on).where(*of_it, steps.c.until_on.is_not(None))
    until = until.order_by(*last_first).limit(1).correlate(rows)
    newest = state.scalar_subquery()
    due_on = func.coalesce(until.scalar_subquery(), rows.c.due_on)
    query = agenda.reason(
        "rectification",
        shape,
        rows.c.customer_id,
        due_on=due_on,
        code=literal(column.replace("_id", "_due")),
        ref=literal(prefix).concat(as_text(rows.c.number)),
        text=rows.c.what,
        officer=rows.c.officer_id,
    )
    query = query.select_from(rows).where(
        agenda.view.sees(rows),
        rows.c.customer_id.is_not(None),
        due_on <= agenda.horizon + timedelta(days=shape.days_before),
        or_(newest.is_(None), newest.not_in(("done", "accepted"))),
    )

    def given(officers: tuple[int, ...]) -> Keys:
        own = rows.alias("given")
        return (select(own.c.id).where(own.c.officer_id.in_(officers)),)

    return agenda.mine(query, rows, rows.c.officer_id, given)
