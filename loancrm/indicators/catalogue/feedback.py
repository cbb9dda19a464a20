"""What a customer complains about, and what a customer answers in surveys."""

from __future__ import annotations

from functools import partial

from loancrm.dialect import days_between
from loancrm.i18n import N_
from loancrm.indicators.catalogue import base
from loancrm.indicators.catalogue.base import none_is_zero
from loancrm.indicators.opinions import opinions

_figure = partial(base.figure, group="feedback", facts=("feedback",))

FIGURES = (
    _figure(
        "open_feedback", "count", N_("feedback not yet resolved, praise apart"),
        N_("feedback"), lambda s: none_is_zero(s.feedback.c.open_tickets),
        formula="n(feedback: kind ≠ praise, resolved = ?)",
    ),
    _figure(
        "open_complaints", "count", N_("complaints not yet resolved"),
        N_("feedback"), lambda s: none_is_zero(s.feedback.c.open_complaints),
        formula="n(feedback: kind = complaint, resolved = ?)",
    ),
    _figure(
        "complaints_12m", "count", N_("complaints of the last 365 days, resolved or not"),
        N_("feedback"), lambda s: none_is_zero(s.complaints.c.of_the_year),
        formula="n(feedback: kind = complaint), 365 d", facts=("complaint_year",),
    ),
    _figure(
        "days_oldest_open_complaint", "days", N_("days since the oldest complaint that is not resolved"),
        N_("feedback"), lambda s: days_between(s.day, s.feedback.c.oldest_complaint),
        N_("no open complaint"), formula="as_of − min(feedback.on: kind = complaint, resolved = ?)",
    ),
    _figure(
        "last_satisfaction", "count", N_("the newest answer on satisfaction overall, 1 to 5"),
        N_("surveys"), lambda s: opinions(s).overall, N_("never answered"),
        formula="survey_answer.value (role = overall)", facts=("answer_overall",),
    ),
    _figure(
        "last_nps", "count", N_("the newest answer on recommending us, 0 to 10"),
        N_("surveys"), lambda s: opinions(s).nps, N_("never answered"),
        formula="survey_answer.value (role = nps)", facts=("answer_nps",),
    ),
    _figure(
        "days_since_survey", "days", N_("days since the last answer to a survey"),
        N_("surveys"), lambda s: days_between(s.day, opinions(s).last_on), N_("never answered"),
        formula="as_of − max(survey_response.on)", facts=("survey_response",),
    ),
)  # fmt: skip
