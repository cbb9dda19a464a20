"""How warnings stand as of a day: what officers did about them, and whether their rule still holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from loancrm import models
from loancrm.models import table
from loancrm.view import View

OFFICERS = ("acknowledged", "acted", "closed")  # what an officer does, in its order
OVER = ("cleared", "closed")
STATES = ("open", "acknowledged", "acted", "cleared", "closed")


def is_new(view: View, rows: Any) -> ColumnElement[bool]:
    """Return the condition that nobody did anything about a warning yet, and that its rule still holds."""
    return ~_has(view, rows, *OFFICERS, "cleared")


def is_open(view: View, rows: Any) -> ColumnElement[bool]:
    """Return the condition that a warning is neither closed by an officer nor cleared by its rule."""
    return ~_has(view, rows, *OVER)


def is_running(view: View, rows: Any) -> ColumnElement[bool]:
    """Return the condition that a rule's warning is still one episode: the rule has held since."""
    return and_(rows.c.rule.is_not(None), ~_has(view, rows, "cleared"))


def state_columns(view: View, rows: Any) -> list[ColumnElement[Any]]:
    """Return how a warning stands: state, state_on, verdict, renewed_on and cleared_on.

    It is closed where an officer closed it, else cleared where its rule holds no longer, else what the
    officer did last, else open.
    """
    done = {step: _newest(view, rows, step) for step in (*OFFICERS, "cleared", "renewed")}
    order = ("closed", "cleared", "acted", "acknowledged")
    state = case(*((done[step].is_not(None), step) for step in order), else_="open")
    since = func.coalesce(*(done[step] for step in order), rows.c.effective_on)
    verdict = _newest(view, rows, "closed", "verdict")
    return [
        state.label("state"),
        since.label("state_on"),
        verdict.label("verdict"),
        done["renewed"].label("renewed_on"),
        done["cleared"].label("cleared_on"),
    ]


def _has(view: View, rows: Any, *steps: str) -> ColumnElement[bool]:
    step = table(models.WarningStep).alias("step")
    return exists().where(step.c.warning_id == rows.c.id, step.c.step.in_(steps), view.sees(step))


def _newest(view: View, rows: Any, step: str, column: str = "effective_on") -> ColumnElement[Any]:
    seen = table(models.WarningStep).alias(f"step_{step}")
    return (
        select(seen.c[column])
        .where(seen.c.warning_id == rows.c.id, seen.c.step == step, view.sees(seen))
        .order_by(seen.c.effective_on.desc(), seen.c.id.desc())
        .limit(1)
        .correlate(rows)
        .scalar_subquery()
    )
