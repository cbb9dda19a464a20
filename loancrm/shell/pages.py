"""Pages of one thing with lines below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _, titled
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.reports.feedback import FeedbackPage


def ticket_values(page: FeedbackPage) -> dict[str, Any]:
    """Return a ticket's page as one row."""
    return {
        **asdict(page.ticket),
        "service_level": page.service_level,
        "about": page.about,
        "steps": [asdict(step) for step in page.steps],
    }


def extra_lines(extra: Mapping[str, str] | None) -> Sequence[str]:
    """Return the columns that a file brought and that have no name here, in one line."""
    if not extra:
        return []
    pairs = " · ".join(f"{name} = {value}" for name, value in sorted(extra.items()))
    return [titled(_("other columns"), pairs)]


def step_lines(page: FeedbackPage) -> Sequence[str]:
    """Return a line for each step on a ticket."""
    lines = []
    for step in page.steps:
        words = f"{step.on} {label('feedback_action', step.action)}"
        lines.append(" ".join(part for part in (words, step.officer, step.text) if part))
    return ["", *lines] if lines else []
