"""From what was typed about tickets to requests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from loancrm import parsing
from loancrm.identity import clean_note, clean_text
from loancrm.services.feedback import FeedbackIn
from loancrm.services.tickets import FeedbackStep, LinkIn, PlanDone, PlanIn, TriageIn
from loancrm.vocabulary import code_of

Typed = Mapping[str, Any]
_CODES = {
    "business_line": ("business_line", "--line"),
    "product": ("product", "--product"),
    "service_stage": ("service_stage", "--service-stage"),
    "cause": ("feedback_cause", "--cause"),
    "importance": ("level", "--importance"),
    "urgency": ("level", "--urgency"),
}


def _day(text: str | None) -> date | None:
    return None if text is None else parsing.day(text, "--on")


def _minute(text: str | None) -> int | None:
    return None if text is None else parsing.minute(text, "--at")


def _filed(typed: Typed) -> dict[str, Any]:
    """Return how a ticket is filed, as far as it was typed."""
    codes: dict[str, Any] = {
        name: None if typed[name] is None else code_of(vocabulary, typed[name], field)
        for name, (vocabulary, field) in _CODES.items()
    }
    department = typed["department"]
    return {**codes, "department": None if department is None else clean_text(department, "--department")}


def feedback_in(typed: Typed) -> FeedbackIn:
    """Return the feedback that was typed."""
    return FeedbackIn(
        customer=typed["customer"],
        on=_day(typed["on"]),
        minute=_minute(typed["at"]),
        channel=code_of("channel", typed["channel"], "--channel"),
        kind=code_of("feedback_kind", typed["kind"], "--kind"),
        text=clean_note(typed["text"], "--text"),
        about_officer=typed["about"],
        **_filed(typed),
    )


def feedback_step(feedback: str, typed: Typed) -> FeedbackStep:
    """Return the step on a ticket that was typed."""
    text, rating = typed.get("text"), typed.get("rating")
    days, level = typed.get("days"), typed.get("level")
    return FeedbackStep(
        feedback=feedback,
        on=_day(typed.get("on")),
        minute=_minute(typed.get("at")),
        to=typed.get("to"),
        text=None if text is None else clean_note(text, "--text"),
        rating=None if rating is None else parsing.count(rating, "--rating", 1, 5),
        days=None if days is None else parsing.count(days, "--days", 1, 3_650),
        level=None if level is None else parsing.count(level, "--level", 1, 9),
    )


def triage_in(feedback: str, typed: Typed) -> TriageIn:
    """Return how a ticket is filed now."""
    text = typed["text"]
    return TriageIn(
        feedback=feedback,
        on=_day(typed["on"]),
        minute=_minute(typed["at"]),
        text=None if text is None else clean_note(text, "--text"),
        **_filed(typed),
    )


def plan_in(feedback: str, what: str, until: str, officer: str | None, on: str | None, today: date) -> PlanIn:
    """Return the step of a plan that was typed."""
    return PlanIn(
        feedback=feedback,
        what=clean_text(what, "--what"),
        officer=officer,
        due_on=parsing.day_ahead(until, "--until", today),
        on=_day(on),
    )


def plan_done(feedback: str, step: str, *, is_dropped: bool, text: str | None, on: str | None) -> PlanDone:
    """Return which step of a plan is over."""
    return PlanDone(
        feedback=feedback,
        step=parsing.count(step, "STEP", 1, 9_999),
        is_dropped=is_dropped,
        text=None if text is None else clean_note(text, "--text"),
        on=_day(on),
    )


def link_in(feedback: str, other: str, relation: str, on: str | None = None) -> LinkIn:
    """Return which tickets belong together."""
    return LinkIn(
        feedback=feedback, other=other, relation=code_of("ticket_relation", relation, "--as"), on=_day(on)
    )
