"""How tickets stood after each step, replayed from what was filed and done: what ``feedback_state`` keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import accumulate, zip_longest
from typing import Any

from sqlalchemy import Row, select

from loancrm.desk.hours import minute_of
from loancrm.desk.ticket import FILED, Rules, State, Step, StepRefused, begin, replay
from loancrm.models import Feedback, FeedbackEvent, FeedbackState, table
from loancrm.policy import policy as policies
from loancrm.reports.lookup import feedback_code
from loancrm.view import View

ROWS, EVENTS, STATES = table(Feedback), table(FeedbackEvent), table(FeedbackState)
CHUNK = 500  # tickets at a time


@dataclass(frozen=True, slots=True)
class Replayed:
    """A ticket: its rows of ``feedback_state`` that stand, and what they should say, the oldest first."""

    ticket: Row[Any]
    stored: Sequence[Row[Any]]
    wanted: Sequence[Mapping[str, Any]]

    @property
    def agreeing(self) -> int:
        """Return how many rows, from the first on, say what they should."""
        for n, (one, there) in enumerate(zip_longest(self.wanted, self.stored)):
            if one is None or there is None or any(there._mapping[name] != one[name] for name in one):
                return n
        return len(self.wanted)


def replayed(view: View, tickets: Sequence[int]) -> Iterator[Replayed]:
    """Yield tickets by key, each with the policy of the days on which something happened to it.

    Raises:
        StepRefused: a step does not follow from the one before.
    """
    rules = rules_by_day(view)
    for row, events, stored in _kept(view, tickets):
        yield Replayed(row, stored, _states(row, events, rules))


def contradicted(view: View) -> Iterator[str]:
    """Yield the codes of tickets whose rows are not what their steps give, or whose steps give nothing."""
    rules = rules_by_day(view)
    tickets = [row.id for row in view.rows(select(ROWS.c.id).where(ROWS.c.voided_at.is_(None)))]
    for row, events, stored in _kept(view, tickets):
        try:
            one = Replayed(row, stored, _states(row, events, rules))
        except StepRefused:
            yield feedback_code(row.number)
            continue
        if one.agreeing < max(len(one.wanted), len(one.stored)):
            yield feedback_code(row.number)


def _kept(
    view: View, tickets: Sequence[int]
) -> Iterator[tuple[Row[Any], Sequence[Row[Any]], Sequence[Row[Any]]]]:
    """Yield tickets with their steps and the rows that were derived from these."""
    for at in range(0, len(tickets), CHUNK):
        some = tickets[at : at + CHUNK]
        events, states = _of(view, EVENTS, some), _of(view, STATES, some)
        for row in view.rows(select(ROWS).where(ROWS.c.id.in_(some)).order_by(ROWS.c.id)):
            yield row, events[row.id], states[row.id]


def _of(view: View, rows: Any, some: Sequence[int]) -> dict[int, list[Row[Any]]]:
    query = select(rows).where(rows.c.feedback_id.in_(some), rows.c.voided_at.is_(None))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in view.rows(query.order_by(rows.c.id)):
        found[row.feedback_id].append(row)
    return found


def _states(
    row: Row[Any], events: Sequence[Row[Any]], rules: Callable[[date], Rules]
) -> list[Mapping[str, Any]]:
    events = sorted(events, key=lambda one: (one.effective_on, one.id))
    filed = filed_of(dict(row._mapping))
    first = begin(row.kind, row.effective_on, row.minute, filed, rules(row.effective_on))
    states = (first, *replay(first, map(step_of, events), rules))
    known = accumulate((row.known_on, *(event.known_on for event in events)), max)  # once all of it was known
    return [
        {"feedback_id": row.id, "effective_on": state.at.date(), "known_on": known_on, **columns_of(state)}
        for state, known_on in zip(states, known, strict=True)
    ]


def rules_by_day(view: View) -> Callable[[date], Rules]:
    """Return what finds the rules of the policy in force on a day, each asked for once."""
    from loancrm.policy.feedback import rules_of

    @cache
    def rules(day: date) -> Rules:
        return rules_of(policies.in_force(view.at(day)).feedback)

    return rules


def filed_of(given: Mapping[str, Any]) -> dict[str, str | None]:
    """Return how a ticket is filed."""
    return {name: given.get(name) for name in FILED}


def columns_of(state: State) -> dict[str, Any]:
    """Return how a ticket stands as columns of its row."""
    targets = state.targets
    return {
        "minute": minute_of(state.at),
        "status": state.status,
        "officer_id": state.officer_id,
        **state.filed,
        "priority": state.priority,
        "service_level": targets.rule,
        "answer_target": targets.answer,
        "progress_target": targets.progress,
        "resolve_target": targets.resolve,
        "limit_on": state.limit_on,
        **_moment("answer_due", state.answer_due),
        **_moment("progress_due", state.progress_due),
        **_moment("target", state.resolve_due),
        **_moment("escalate", state.escalate_due),
        "level": state.level,
        "answered_on": state.answered_on,
        "answer_minutes": state.answered.minutes,
        "is_answer_kept": state.answered.is_kept,
        "progressed": state.progressed,
        "progressed_kept": state.progressed_kept,
        "resolved_on": state.resolved_on,
        "resolve_minutes": state.resolved.minutes,
        "is_resolve_kept": state.resolved.is_kept,
        "reopened": state.reopened,
        "rating": state.rating,
    }


def _moment(name: str, at: datetime | None) -> dict[str, Any]:
    return {f"{name}_on": at and at.date(), f"{name}_minute": None if at is None else minute_of(at)}


def step_of(event: Row[Any]) -> Step:
    """Return what an event says that changes how the ticket stands."""
    filed = tuple((name, event._mapping[name]) for name in FILED if event._mapping[name] is not None)
    return Step(
        action=event.action,
        on=event.effective_on,
        minute=event.minute,
        officer_id=event.officer_id,
        filed=filed,
        level=event.level,
        days=event.days,
        rating=event.rating,
    )
