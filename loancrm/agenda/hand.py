"""What somebody set: next steps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, func, select

from loancrm.agenda.base import Agenda
from loancrm.dialect import as_text
from loancrm.indicators.facts import follow_up_assignee, follow_ups_given
from loancrm.models import FollowUp, FollowUpEvent, table

FOLLOW_UP = table(FollowUp)


def follow_ups(agenda: Agenda) -> Select[Any]:
    """Return the next steps set by hand that are not done."""
    rows, events = FOLLOW_UP.c, table(FollowUpEvent)
    seen = agenda.view.sees(events)
    done = exists().where(events.c.follow_up_id == rows.id, events.c.action == "done", seen)
    put_off = (
        select(events.c.until_on)
        .where(events.c.follow_up_id == rows.id, events.c.action == "snoozed", seen)
        .order_by(events.c.id.desc())
        .limit(1)
        .correlate_except(events)
        .scalar_subquery()
    )
    due_on, given_to = func.coalesce(put_off, rows.due_on), follow_up_assignee(agenda.view, FOLLOW_UP)
    query = agenda.reason(
        "follow_up",
        agenda.due.follow_up,
        rows.customer_id,
        due_on=due_on,
        ref=as_text(rows.number),
        text=rows.what,
        officer=given_to,
    )
    query = query.where(agenda.view.sees(FOLLOW_UP), due_on <= agenda.horizon, ~done)
    return agenda.mine(query, FOLLOW_UP, given_to, follow_ups_given)
