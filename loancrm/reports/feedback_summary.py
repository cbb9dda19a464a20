"""Feedback in figures: volumes by kind and channel, clocks against target, what is open by age, officers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, or_, select

from loancrm.dialect import count_where
from loancrm.indicators.facts import customers_at
from loancrm.indicators.tickets import ENDED, FEEDBACK, STATE, is_newest
from loancrm.models import Officer, table
from loancrm.reports.feedback import responsible
from loancrm.reports.feedback_causes import MILLION, SATISFIED, Period
from loancrm.view import View
from loancrm.vocabulary import VOCABULARIES

AGES = (("0_7", 0, 7), ("8_15", 8, 15), ("16_30", 16, 30), ("31_60", 31, 60), ("over_60", 61, None))
DUES = ("answer_due_on", "progress_due_on", "target_on", "limit_on")
FIGURES = ("tickets", "before", "open", "late", "judged", "kept", "rated", "stars", "satisfied")


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """A group of tickets: those that came in the period and in the one before, and what is open on the day.

    ``judged`` are clocks of the period's tickets of which it can be said whether they were kept: that have
    stopped, or are late. A line of a clock has its own and counts nothing else; elsewhere they are of the
    resolution. ``late`` are open tickets with a clock or a limit that has passed. Shares in millionths;
    ``mean_rating`` of 1 to 5 in millionths.
    """

    section: str
    key: str | None
    tickets: int | None
    before: int | None
    open: int | None
    late: int | None
    judged: int
    kept: int
    kept_share: int | None
    rated: int
    mean_rating: int | None
    satisfied: int


def summary(view: View, period: Period, officer_id: int | None = None) -> list[SummaryLine]:
    """Return the lines of all sections; without any ticket none."""
    base = _base(view, period, officer_id).cte("tickets")
    lines = [
        *_grouped(view, base, "kind", tuple(VOCABULARIES["feedback_kind"])),
        *_clocks(view, base),
        *_grouped(view, base, "age", tuple(name for name, _low, _high in AGES)),
        *_grouped(view, base, "officer"),
        *_grouped(view, base, "channel", tuple(VOCABULARIES["channel"])),
    ]
    return [line for line in lines if line.tickets or line.before or line.open or line.judged]


def _base(view: View, period: Period, officer_id: int | None) -> Select[Any]:
    """Return the tickets that came in one of the periods or are open, each with what is counted of it."""
    people, officer = customers_at(view, "officer_id"), table(Officer)
    has_it = responsible(people.c.officer_id)
    on, state = FEEDBACK.c.effective_on, STATE.c
    is_open = state.status.not_in(ENDED)
    is_late = is_open & or_(*(func.coalesce(state[name] < view.as_of, False) for name in DUES))
    query = (
        select(
            FEEDBACK.c.kind, FEEDBACK.c.channel, officer.c.code.label("officer"),
            _flag(period.has(on)).label("is_new"), _flag(period.before.has(on)).label("is_before"),
            _flag(is_open & (FEEDBACK.c.kind != "praise")).label("is_open"),
            _flag(is_late & (FEEDBACK.c.kind != "praise")).label("is_late"),
            case(*_ages(view, on), else_=None).label("age"), state.rating,
            *_judged(view),
        )
        .select_from(FEEDBACK.join(STATE, is_newest(view)))
        .join(people, people.c.id == FEEDBACK.c.customer_id)
        .outerjoin(officer, officer.c.id == has_it)
        .where(view.sees(FEEDBACK), or_(Period(period.before.start, period.end).has(on), is_open))
    )  # fmt: skip
    return query if officer_id is None else query.where(has_it == officer_id)


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _ages(view: View, on: ColumnElement[Any]) -> Iterator[tuple[ColumnElement[bool], ColumnElement[str]]]:
    for name, low, _high in reversed(AGES):
        yield on <= view.as_of - timedelta(days=low), literal(name)


def _judged(view: View) -> Iterator[ColumnElement[Any]]:
    """Yield, for each clock, how many stretches are judged and how many of them were kept."""
    state, day = STATE.c, view.as_of
    for name, is_kept, due in (
        ("answer", state.is_answer_kept, state.answer_due_on),
        ("resolution", state.is_resolve_kept, state.target_on),
    ):
        yield _flag(or_(is_kept.is_not(None), func.coalesce(due < day, False))).label(f"{name}_judged")
        yield _flag(func.coalesce(is_kept, False)).label(f"{name}_kept")
    is_late = func.coalesce(state.progress_due_on < day, False)
    yield (state.progressed + _flag(is_late)).label("progress_judged")
    yield state.progressed_kept.label("progress_kept")
    ended = state.resolved_on.is_not(None)
    has_limit = state.limit_on.is_not(None)
    yield _flag(has_limit & (ended | (state.limit_on < day))).label("limit_judged")
    yield _flag(func.coalesce(has_limit & (state.resolved_on <= state.limit_on), False)).label("limit_kept")


def _figures(base: Any, clock: str) -> list[ColumnElement[Any]]:
    c = base.c
    is_new = c.is_new == 1
    rated = is_new & c.rating.is_not(None)
    return [
        _sum(c.is_new, "tickets"), _sum(c.is_before, "before"),
        _sum(c.is_open, "open"), _sum(c.is_late, "late"),
        _sum(case((is_new, c[f"{clock}_judged"]), else_=0), "judged"),
        _sum(case((is_new, c[f"{clock}_kept"]), else_=0), "kept"),
        count_where(rated).label("rated"),
        _sum(case((rated, c.rating), else_=0), "stars"),
        count_where(rated & (c.rating >= SATISFIED)).label("satisfied"),
    ]  # fmt: skip


def _sum(value: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return func.coalesce(func.sum(value), 0).label(name)


def _grouped(view: View, base: Any, section: str, order: tuple[str, ...] = ()) -> Iterator[SummaryLine]:
    key = base.c[section]
    query = select(key.label("key"), *_figures(base, "resolution")).group_by(key)
    if section == "age":
        query = query.where(base.c.is_open == 1)
    rows = view.rows(query)
    places = {name: place for place, name in enumerate(order)}
    by_place = sorted(
        rows, key=lambda row: (places.get(row.key, len(places)), row.key is None, row.key or "")
    )
    yield from (_line(section, row.key, row) for row in by_place)


def _clocks(view: View, base: Any) -> Iterator[SummaryLine]:
    """Yield the clocks of the tickets of the period, and the limit in calendar days."""
    for clock in ("answer", "progress", "resolution", "limit"):
        row = view.rows(select(*_figures(base, clock)))[0]
        if row.judged:
            yield replace(_line("clock", clock, row), tickets=None, before=None, open=None, late=None)


def _line(section: str, key: str | None, row: Row[Any]) -> SummaryLine:
    found = {name: int(row._mapping[name] or 0) for name in FIGURES}
    judged, rated, stars = found["judged"], found["rated"], found.pop("stars")
    return SummaryLine(
        section=section,
        key=key,
        kept_share=found["kept"] * MILLION // judged if judged else None,
        mean_rating=stars * MILLION // rated if rated else None,
        **found,
    )
