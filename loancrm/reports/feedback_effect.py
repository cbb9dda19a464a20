"""Whether a measure did what it was for: tickets of its cause, and how satisfied those customers are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from loancrm.dialect import count_where
from loancrm.dossier import KINDS
from loancrm.indicators.facts import customers_at
from loancrm.indicators.tickets import FEEDBACK, STATE, is_newest, is_repeated
from loancrm.lending.proportions import difference
from loancrm.lending.rate_ratio import rate_ratio
from loancrm.models import FeedbackEvent, SurveyAnswer, SurveyResponse, table
from loancrm.policy.policy import Policy
from loancrm.reports import dossier
from loancrm.reports.feedback_causes import MILLION, SATISFIED, Period, millionths, trend
from loancrm.view import View

MEASURE = KINDS["measure"]
DAYS_OF_A_RATE = 30
NARROWING = ("business_line", "product", "service_stage")


@dataclass(frozen=True, slots=True)
class EffectLine:
    """A figure before and after the day of a measure, and what the interval of their comparison shows.

    Of ``frequency`` the hits are tickets, ``n`` customers, ``before`` and ``after`` tickets per 100 customers
    in 30 days, and ``change`` is after ÷ before. Of ``satisfaction`` the hits are ratings of four or five,
    ``n`` ratings, ``before`` and ``after`` their shares, and ``change`` is after − before. All in millionths.
    """

    figure: str
    source: str
    hits_before: int
    n_before: int
    before: int | None
    hits_after: int
    n_after: int
    after: int | None
    change: int | None
    low: int | None
    high: int | None
    verdict: str
    method: str


@dataclass(frozen=True, slots=True)
class Effect:
    """A measure with its periods of the same length, and its figures."""

    measure: str
    title: str
    cause: str
    on: date
    before: Period
    after: Period
    lines: tuple[EffectLine, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of ``n`` answers were satisfied ones."""

    hits: int
    n: int


# What says how satisfied customers are: the count among some customers in a period.
Source = Callable[[View, "Select[Any]", Period], Tally]


def effect(view: View, policy: Policy, code: str) -> Effect:
    """Return what followed a measure: as many days after as have passed, at most ``most_days``, and before.

    Raises:
        NotFound: there is no such measure.
    """
    row = dossier.fact(view, MEASURE, code)
    rules = policy.feedback.effect
    most = rules.most_days if rules else 0
    until = view.as_of + timedelta(days=1)
    after = Period(row.effective_on, min(until, row.effective_on + timedelta(days=most)))
    after = after if after.days > 0 else Period(row.effective_on, row.effective_on)
    lines = [_frequency(view, row, after), *_satisfaction(view, row, after)]
    return Effect(
        MEASURE.code(row.number), row.title, row.cause, row.effective_on, after.before, after, tuple(lines)
    )


def _of_cause(view: View, row: Row[Any]) -> tuple[ColumnElement[bool], ...]:
    narrow = [STATE.c[name] == row._mapping[name] for name in NARROWING if row._mapping[name] is not None]
    is_voice = FEEDBACK.c.kind != "praise"
    return (view.sees(FEEDBACK), is_voice, STATE.c.cause == row.cause, ~is_repeated(view), *narrow)


def _frequency(view: View, row: Row[Any], after: Period) -> EffectLine:
    before = after.before
    day = FEEDBACK.c.effective_on
    query = select(
        count_where(before.has(day)).label("before"), count_where(after.has(day)).label("after")
    ).select_from(FEEDBACK.join(STATE, is_newest(view)))
    hits = view.rows(query.where(*_of_cause(view, row)))[0]
    people = [_customers(view, period) for period in (before, after)]
    ratio = rate_ratio(hits.after, people[1] * after.days, hits.before, people[0] * before.days)
    return EffectLine(
        figure="frequency",
        source="feedback",
        hits_before=hits.before,
        n_before=people[0],
        before=_rate(hits.before, people[0] * before.days),
        hits_after=hits.after,
        n_after=people[1],
        after=_rate(hits.after, people[1] * after.days),
        change=millionths(ratio.value) if ratio else None,
        low=millionths(ratio.low) if ratio else None,
        high=millionths(ratio.high) if ratio else None,
        verdict=trend(ratio),
        method="exact_rate_ratio",
    )


def _customers(view: View, period: Period) -> int:
    """Return how many customers there were in the middle of a period."""
    middle = view.at(period.start + timedelta(days=period.days // 2))
    found = customers_at(middle)
    return view.connection.scalar(select(func.count()).select_from(found)) or 0


def _rate(hits: int, exposure: int) -> int | None:
    return None if exposure <= 0 else hits * 100 * DAYS_OF_A_RATE * MILLION // exposure


def _satisfaction(view: View, row: Row[Any], after: Period) -> Iterator[EffectLine]:
    """Yield each source's share of satisfied answers among those who spoke of the cause before."""
    people = select(FEEDBACK.c.customer_id).select_from(FEEDBACK.join(STATE, is_newest(view)))
    people = people.where(*_of_cause(view, row), after.before.has(FEEDBACK.c.effective_on))
    for name, source in SOURCES.items():
        old, new = source(view, people, after.before), source(view, people, after)
        found = difference(new.hits, new.n, old.hits, old.n)
        verdict = "nothing_to_compare"
        if found is not None:
            verdict = "rose" if found.low > 0 else "fell" if found.high < 0 else "no_change_shown"
        yield EffectLine(
            figure="satisfaction",
            source=name,
            hits_before=old.hits,
            n_before=old.n,
            before=old.hits * MILLION // old.n if old.n else None,
            hits_after=new.hits,
            n_after=new.n,
            after=new.hits * MILLION // new.n if new.n else None,
            change=round(found.value * MILLION) if found else None,
            low=round(found.low * MILLION) if found else None,
            high=round(found.high * MILLION) if found else None,
            verdict=verdict,
            method="newcombe",
        )


def _ratings(view: View, people: Select[Any], period: Period) -> Tally:
    """Count the ratings that these customers gave when tickets were resolved or closed, whatever about."""
    events, rated = table(FeedbackEvent), FEEDBACK.alias("rated")
    query = (
        select(count_where(events.c.rating >= SATISFIED).label("hits"), func.count().label("n"))
        .select_from(events.join(rated, rated.c.id == events.c.feedback_id))
        .where(view.sees(events), view.sees(rated), events.c.rating.is_not(None))
        .where(period.has(events.c.effective_on), rated.c.customer_id.in_(people))
    )
    found = view.rows(query)[0]
    return Tally(found.hits or 0, found.n)


def _surveyed(view: View, people: Select[Any], period: Period) -> Tally:
    """Count what these customers answered in surveys on how satisfied they are overall, from 1 to 5."""
    rows, whole = table(SurveyAnswer), table(SurveyResponse)
    query = (
        select(count_where(rows.c.value >= SATISFIED).label("hits"), func.count().label("n"))
        .select_from(rows.join(whole, whole.c.id == rows.c.response_id))
        .where(view.sees(rows), view.sees(whole), rows.c.role == "overall")
        .where(period.has(whole.c.effective_on), whole.c.customer_id.in_(people))
    )
    found = view.rows(query)[0]
    return Tally(found.hits or 0, found.n)


SOURCES: Mapping[str, Source] = {"closing_rating": _ratings, "survey": _surveyed}
