"""From application to disbursement: how many got how far, and how quickly; and who stays, by their voice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, case, exists, func, literal, select

from loancrm.agenda.papers import WORKED
from loancrm.dialect import count_where
from loancrm.lending.proportions import wilson
from loancrm.models import Feedback, Loan, LoanStage, SurveyAnswer, SurveyResponse, table
from loancrm.numerals import MILLION, ratio
from loancrm.policy.policy import Policy
from loancrm.reports.churn import cohort_of
from loancrm.reports.period import Period
from loancrm.reports.pipeline import stages
from loancrm.view import View

STAGES = (*WORKED, "disbursement")
YEAR = timedelta(days=365)
VOICES = ("complained", "praised", "said_else", "silent")
SURVEYED = ("satisfied", "neutral", "dissatisfied", "not_surveyed")
NEUTRAL = 3  # of 5: neither satisfied (4, 5: CSAT) nor dissatisfied


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """A stage: how many of the period's applications got there or further.

    ``of_all`` and ``of_previous``: shares in millionths; ``median_days`` of the ``passed`` loans that left
    the stage in the period.
    """

    stage: str
    reached: int
    of_all: int | None
    of_previous: int | None
    passed: int | None
    median_days: int | None
    target_days: int | None


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """Customers who were active when the period began, by what they had said in the year before.

    ``source``: ``feedback``, or ``survey``, whose last answer on satisfaction overall counts. ``stayed``: a
    live loan or an approved case at its end; the share in millionths with the ends of its 95 % interval
    (Wilson).
    """

    source: str
    voice: str
    active: int
    stayed: int
    share: int | None
    low: int | None
    high: int | None


def funnel(view: View, policy: Policy, period: Period) -> list[FunnelLine]:
    """Return the stages of the applications that were begun in the period, as they stand at its end."""
    then = view.at(period.last)
    rows, loan = table(LoanStage), table(Loan)
    rank = case({stage: literal(n, Integer()) for n, stage in enumerate(STAGES)}, value=rows.c.stage)
    each = (
        select(func.max(rank).label("rank"), func.min(rows.c.effective_on).label("begun_on"))
        .join(loan, loan.c.id == rows.c.loan_id)
        .where(then.sees(rows), then.stands(loan))
        .group_by(rows.c.loan_id)
        .subquery("cases")
        .c
    )
    counts = [count_where(each.rank >= n).label(stage) for n, stage in enumerate(STAGES)]
    row = then.one(select(*counts).where(each.begun_on >= period.first))
    reached = [0 if row is None else int(row._mapping[stage]) for stage in STAGES]
    times = {line.stage: line for line in stages(then, policy, since=period.first)}
    return [_funnel_line(n, stage, reached, times.get(stage)) for n, stage in enumerate(STAGES)]


def _funnel_line(n: int, stage: str, reached: list[int], times: Any) -> FunnelLine:
    return FunnelLine(
        stage=stage,
        reached=reached[n],
        of_all=ratio(reached[n], reached[0]),
        of_previous=ratio(reached[n], reached[n - 1]) if n else None,
        passed=None if times is None else times.done,
        median_days=None if times is None else times.median_days,
        target_days=None if times is None else times.target_days,
    )


def retention(view: View, policy: Policy, period: Period) -> list[RetentionLine]:
    """Return who stayed, by whether they complained, praised, said something else, or nothing.

    And by how satisfied those whom a survey asked said that they are.
    """
    then = view.at(period.last)
    cohort = cohort_of(then, policy, period)
    return [
        *_retained(then, "feedback", VOICES, _voice(then, cohort, period), cohort),
        *_retained(then, "survey", SURVEYED, _satisfaction(then, cohort, period), cohort),
    ]


def _in_the_year_before(period: Period, day: Any) -> ColumnElement[bool]:
    return and_(day > literal(period.eve - YEAR, Date()), day <= literal(period.eve, Date()))


def _voice(view: View, cohort: Any, period: Period) -> ColumnElement[Any]:
    rows = table(Feedback)
    theirs = and_(
        rows.c.customer_id == cohort.c.customer_id,
        view.sees(rows),
        _in_the_year_before(period, rows.c.effective_on),
    )
    return case(
        (exists().where(theirs, rows.c.kind == "complaint"), "complained"),
        (exists().where(theirs, rows.c.kind == "praise"), "praised"),
        (exists().where(theirs), "said_else"),
        else_="silent",
    )


def _satisfaction(view: View, cohort: Any, period: Period) -> ColumnElement[Any]:
    """Return in which way the last answer on satisfaction overall, from 1 to 5, was given."""
    rows, whole = table(SurveyAnswer), table(SurveyResponse)
    answer = (
        select(rows.c.value)
        .join(whole, whole.c.id == rows.c.response_id)
        .where(whole.c.customer_id == cohort.c.customer_id, rows.c.role == "overall")
        .where(view.sees(rows), view.sees(whole), _in_the_year_before(period, whole.c.effective_on))
        .order_by(whole.c.effective_on.desc(), whole.c.id.desc())
        .limit(1)
        .correlate(cohort)
        .scalar_subquery()
    )
    return case(
        (answer > NEUTRAL, "satisfied"),
        (answer == NEUTRAL, "neutral"),
        (answer < NEUTRAL, "dissatisfied"),
        else_="not_surveyed",
    )


def _retained(
    view: View, source: str, voices: tuple[str, ...], voice: ColumnElement[Any], cohort: Any
) -> list[RetentionLine]:
    said = select(voice.label("voice"), cohort.c.gone).subquery("said").c
    query = select(said.voice, func.count().label("n"), count_where(said.gone == 0).label("stayed"))
    found = {row.voice: row for row in view.rows(query.group_by(said.voice))}
    return [_line(source, one, found[one].n, found[one].stayed) for one in voices if one in found]


def _line(source: str, voice: str, n: int, stayed: int) -> RetentionLine:
    interval = wilson(stayed, n)
    assert interval is not None, "a group has a customer"
    low, high = (round(end * MILLION) for end in (interval.low, interval.high))
    return RetentionLine(source, voice, n, stayed, ratio(stayed, n), low, high)
