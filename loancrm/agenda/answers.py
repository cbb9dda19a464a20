"""What officers said to lines of the list: done, put off, passed over, waits for the next data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, exists, func, literal, or_, select

from loancrm.agenda.base import Agenda
from loancrm.indicators.facts import SNAPSHOT
from loancrm.models import AgendaAnswer, table

FINAL = ("done", "skipped")


def rule_of(reason: Any, agenda: Agenda) -> ColumnElement[str]:
    """Return the place in the policy that made a reason, as ``Reason.rule`` says it."""
    names = [f"cadence.{rule.rule}" for rule in agenda.policy.cadence]
    by_place = {place: literal(name) for place, name in enumerate(names)}
    usual = literal("due.").concat(reason.c.kind)
    if not by_place:
        return usual
    return case((reason.c.kind == "cadence", case(by_place, value=reason.c.n)), else_=usual)


def is_open(agenda: Agenda, reason: Any) -> ColumnElement[bool]:
    """Return the condition that nobody answered a reason in a way that still holds on the day.

    A line that waits for data comes back with the first position of a later day, or on its own day.
    """
    rows, c = table(AgendaAnswer), reason.c
    day = literal(agenda.view.as_of, Date())
    newest = select(func.max(SNAPSHOT.c.effective_on)).where(agenda.view.sees(SNAPSHOT)).scalar_subquery()
    holds = or_(
        rows.c.action.in_(FINAL),
        and_(rows.c.action == "snoozed", rows.c.until_on > day),
        and_(rows.c.action == "awaits_data", rows.c.until_on > day, newest <= rows.c.effective_on),
    )
    return ~exists().where(
        rows.c.customer_id == c.customer_id,
        rows.c.rule == rule_of(reason, agenda),
        rows.c.due_on == c.due_on,
        rows.c.ref == func.coalesce(c.ref, ""),
        agenda.view.sees(rows),
        holds,
    )
