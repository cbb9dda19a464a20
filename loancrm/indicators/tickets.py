"""How tickets stand as of a day, as a relation: the newest of the rows that were derived for each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, exists, func, select

from loancrm.models import Feedback, FeedbackLink, FeedbackState, table
from loancrm.view import View

FEEDBACK = table(Feedback)
STATE = table(FeedbackState)
ENDED = ("resolved", "closed")


def is_newest(view: View, rows: Table | Any = FEEDBACK, state: Table | Any = STATE) -> ColumnElement[bool]:
    """Return the condition that a row of ``state`` says how the ticket of ``rows`` stands: to join on."""
    newer = table(FeedbackState).alias("newer")
    newest = select(func.max(newer.c.id)).where(newer.c.feedback_id == rows.c.id, view.sees(newer))
    found: ColumnElement[bool] = state.c.id == newest.correlate_except(newer).scalar_subquery()
    return found


def is_repeated(view: View, rows: Table | Any = FEEDBACK) -> ColumnElement[bool]:
    """Return the condition that a ticket repeats another one: it is counted once."""
    links = table(FeedbackLink)
    return exists().where(links.c.feedback_id == rows.c.id, links.c.relation == "duplicate", view.sees(links))
