"""Satisfaction by survey: per dimension, overall, CES, NPS, against the wave before, and what goes along."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from loancrm.lending.correlation import Correlation, spearman
from loancrm.lending.opinions import (
    Estimate,
    Movement,
    mean,
    net_score,
    net_score_moved,
    share,
    share_moved,
    within,
)
from loancrm.policy.policy import Policy
from loancrm.policy.survey_rules import SurveysShape
from loancrm.policy.surveys import Question, Survey
from loancrm.reports.opinion_counts import WHOLE, Counts, Group, counts, pairs
from loancrm.reports.surveys import Found, surveys
from loancrm.view import View

# Which answers are satisfied ones, by the definitions of CSAT, CES and NPS.
SATISFIED, EASY, PROMOTERS, DETRACTORS = (4, 5), (5, 7), (9, 10), (0, 6)
TARGETS = ("overall", "nps")  # what dimensions may go along with


@dataclass(frozen=True, slots=True)
class Beside:
    """What was answered to the same question of another bank."""

    rival: str
    n: int
    mean: Fraction | None
    share: Estimate | None


@dataclass(frozen=True, slots=True)
class Change:
    """Against the wave before: ``kind`` is rose, fell, none (no change is shown), too_few or first."""

    kind: str
    since: str | None = None
    n_before: int = 0
    movement: Movement | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What was answered to one question: ``figure`` is CSAT, CES or the NPS; None on other scales."""

    question: Question
    n: int
    mean: Fraction | None
    figure: Estimate | None
    change: Change
    beside: tuple[Beside, ...]

    @property
    def kind(self) -> str | None:
        """Return which figure it is: csat, ces or nps; None of a scale that has none."""
        if self.question.role in ("nps", "ces"):
            return self.question.role
        return "csat" if self.question.has_shares else None


@dataclass(frozen=True, slots=True)
class Part:
    """A group of customers: how many were invited, answered, and what."""

    group: Group
    invited: int
    answered: int
    responses: int
    measures: tuple[Measure, ...]

    def of_role(self, role: str) -> Measure | None:
        """Return the measure of overall, nps or ces."""
        return next((one for one in self.measures if one.question.role == role), None)


@dataclass(frozen=True, slots=True)
class Driver:
    """A dimension that goes with satisfaction overall or the NPS, and how far."""

    question: Question
    role: str
    correlation: Correlation

    @property
    def is_shown(self) -> bool:
        """Whether the interval leaves nought out."""
        return self.correlation.low > 0 or self.correlation.high < 0


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What a survey found: of everybody, by group, what goes along, and what is lowest."""

    survey: Survey
    whole: Part
    parts: tuple[Part, ...]
    drivers: tuple[Driver, ...]
    lowest: tuple[Measure, ...]


def satisfaction(
    view: View, policy: Policy, *, only: str | None = None, by: str | None = None
) -> list[Satisfaction]:
    """Return what surveys with answers or invitations found by the view's day, the newest first.

    ``only`` is the code of one survey. Groups are customers as they are on the view's day.
    """
    rules, found, counted = policy.surveys.shape, surveys(view), counts(view, by)
    shown = []
    for one in reversed(found):
        place = (one.id, WHOLE)
        is_wanted = one.survey.code == only if only is not None else counted.responses.get(place)
        if is_wanted or (only is None and counted.invited.get(place)):
            shown.append(_survey(view, rules, one, found, counted))
    return shown


def _survey(view: View, rules: SurveysShape, one: Found, found: list[Found], counted: Counts) -> Satisfaction:
    whole = _part(rules, one, found, counted, WHOLE)
    parts = [_part(rules, one, found, counted, group) for group in counted.groups]
    ranked = sorted(
        (
            m
            for m in whole.measures
            if m.question.role == "dimension" and m.figure and m.n >= rules.least_answers
        ),
        key=lambda m: (m.figure.value if m.figure else 0, m.question.code),
    )
    return Satisfaction(
        survey=one.survey,
        whole=whole,
        parts=tuple(part for part in parts if part.invited or part.responses),
        drivers=tuple(_drivers(view, rules, one)),
        lowest=tuple(ranked[: rules.lowest]),
    )


def _part(rules: SurveysShape, one: Found, found: list[Found], counted: Counts, group: Group) -> Part:
    questions = [question for question in one.survey.questions if question.ends is not None]
    place = (one.id, group)
    return Part(
        group=group,
        invited=counted.invited.get(place, 0),
        answered=counted.answered.get(place, 0),
        responses=counted.responses.get(place, 0),
        measures=tuple(_measure(rules, one, found, counted, group, question) for question in questions),
    )


def _measure(
    rules: SurveysShape, one: Found, found: list[Found], counted: Counts, group: Group, question: Question
) -> Measure:
    said = counted.said(one.id, group, question.code)
    return Measure(
        question=question,
        n=said.total(),
        mean=mean(said),
        figure=_figure(question, said),
        change=_change(rules, one, found, counted, group, question),
        beside=tuple(
            _beside(question, rival.code, counted.said(one.id, group, question.code, rival.code))
            for rival in one.survey.rivals
            if question.code in rival.dimensions
        ),
    )


def _beside(question: Question, rival: str, said: Counter[int]) -> Beside:
    return Beside(rival, said.total(), mean(said), _figure(question, said))


def _figure(question: Question, said: Counter[int]) -> Estimate | None:
    """Return CSAT, CES or the NPS of answers; None of a scale that has none, and of no answers."""
    if question.role == "nps":
        return net_score(*_votes(said))
    ends = EASY if question.role == "ces" else SATISFIED
    is_told = question.role == "ces" or question.has_shares
    return share(within(said, *ends), said.total()) if is_told else None


def _votes(said: Counter[int]) -> tuple[int, int, int]:
    """Return promoters, detractors and all."""
    return within(said, *PROMOTERS), within(said, *DETRACTORS), said.total()


def _change(
    rules: SurveysShape, one: Found, found: list[Found], counted: Counts, group: Group, question: Question
) -> Change:
    """Return how the figure moved since the wave before; a change is told of enough answers only."""
    before = _wave_before(one, found, question)
    if before is None:
        return Change("first")
    now = counted.said(one.id, group, question.code)
    then = counted.said(before.id, group, question.code)
    code, n = before.survey.code, then.total()
    if min(now.total(), n) < rules.least_answers:
        return Change("too_few", code, n)
    movement = _movement(question, now, then)
    kind = "none" if movement is None else movement.direction
    return Change(kind, code, n, movement)


def _movement(question: Question, now: Counter[int], then: Counter[int]) -> Movement | None:
    if question.role == "nps":
        return net_score_moved(_votes(now), _votes(then))
    if question.role != "ces" and not question.has_shares:
        return None
    ends = EASY if question.role == "ces" else SATISFIED
    return share_moved(within(now, *ends), now.total(), within(then, *ends), then.total())


def _wave_before(one: Found, found: list[Found], question: Question) -> Found | None:
    """Return the survey that it follows, else the newest that opened before it, which asked the same so."""
    follows = one.survey.shape.follows
    earlier = [
        other
        for other in found
        if other.id != one.id
        and (other.survey.code == follows if follows else other.survey.opens_on < one.survey.opens_on)
    ]
    for other in reversed(earlier):
        asked = other.survey.question(question.code)
        if asked is not None and (asked.role, asked.scale) == (question.role, question.scale):
            return other
    return None


def _drivers(view: View, rules: SurveysShape, one: Found) -> list[Driver]:
    """Return the dimensions that go with satisfaction overall, then with the NPS, the closest first."""
    asked = {question.code: question for question in one.survey.questions}
    roles = tuple(role for role in TARGETS if role in asked)
    if not roles:
        return []
    found = []
    for (role, code), both in pairs(view, one.id, roles).items():
        told = spearman(both) if sum(both.values()) >= rules.least_answers_of_drivers else None
        if told is not None and code in asked:
            found.append(Driver(asked[code], role, told))
    return sorted(found, key=lambda one: (TARGETS.index(one.role), -one.correlation.value, one.question.code))
