"""How a ticket stands after each step: filed, answered, waiting, resolved, and when what is due. Pure.

Three clocks run in working hours: until the first answer, from one word to the customer to the next, and
until the resolution. They stand still while the customer has the next word. The limit is of another kind:
calendar days from the day that the ticket came, which nothing stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from loancrm.calendars import add_working_days
from loancrm.desk.clocks import Clock
from loancrm.desk.hours import Hours, moment

AT_ONCE = ("came", "resumed", "reopened")  # without a time: from when the day opens; others: when it closes
ENDED = ("resolved", "closed")
FILED = (
    "importance", "urgency", "business_line", "product", "service_stage", "department", "cause",
)  # fmt: skip


class StepRefused(ValueError):
    """A step that does not follow from how the ticket stands; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Targets:
    """What is asked of a ticket; None: nothing. Minutes are of work, ``limit_days`` of the calendar."""

    rule: str | None = None
    answer_days: int | None = None
    answer: int | None = None
    progress: int | None = None
    resolve: int | None = None
    limit_days: int | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """When a level is due: so many minutes of work after a clock ran out, or days before the limit."""

    level: int
    late: int
    days_before_limit: int | None = None


@dataclass(frozen=True)
class Rules:
    """The policy of a day: its hours, what is asked of a ticket, what importance and urgency make of it."""

    hours: Hours
    targets: Callable[[str, str, str, str], Targets]  # kind, importance, urgency, priority
    priority: Callable[[str, str], str]
    escalations: tuple[Escalation, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about a ticket; ``filed`` holds what a triage changed, ``minute`` None when unknown."""

    action: str
    on: date
    minute: int | None = None
    officer_id: int | None = None
    filed: tuple[tuple[str, str], ...] = ()
    level: int | None = None
    days: int | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a clock came to: minutes of work and whether that was in time; None while nobody can say."""

    minutes: int | None = None
    is_kept: bool | None = None


@dataclass(frozen=True)
class State:
    """How a ticket stands from ``at`` on."""

    kind: str
    came: datetime
    at: datetime
    filed: dict[str, str | None]
    priority: str
    targets: Targets
    status: str = "open"
    officer_id: int | None = None
    answer: Clock = field(default_factory=Clock)
    progress: Clock = field(default_factory=Clock)
    resolve: Clock = field(default_factory=Clock)
    answered: Kept = Kept()
    answered_on: date | None = None
    resolved: Kept = Kept()
    resolved_on: date | None = None
    progressed: int = 0
    progressed_kept: int = 0
    limit_on: date | None = None
    level: int = 0
    reopened: int = 0
    rating: int | None = None
    answer_due: datetime | None = None
    progress_due: datetime | None = None
    resolve_due: datetime | None = None
    escalate_due: datetime | None = None


def begin(kind: str, on: date, minute: int | None, filed: dict[str, str | None], rules: Rules) -> State:
    """Return how a ticket stands when it came."""
    came = moment(on, rules.hours.opening if minute is None else minute)
    priority = rules.priority(str(filed["importance"]), str(filed["urgency"]))
    state = State(kind, came, came, filed, priority, Targets())
    state = _aimed(state, rules)
    running = Clock().started(came)
    return _due(replace(state, answer=running, resolve=running), rules)


def replay(first: State, steps: Iterable[Step], rules_of: Callable[[date], Rules]) -> Iterator[State]:
    """Yield how the ticket stands after each step; ``steps`` are in the order of their days.

    Raises:
        StepRefused: a step does not follow from the one before.
    """
    state = first
    for step in steps:
        state = after(state, step, rules_of(step.on))
        yield state


def after(state: State, step: Step, rules: Rules) -> State:
    """Return how the ticket stands after a step. No step is before the one before it: time never runs back.

    Raises:
        StepRefused: the step does not follow from how it stands.
    """
    minute = step.minute
    if minute is None:
        minute = rules.hours.opening if step.action in AT_ONCE else rules.hours.closing
    at = max(state.at, moment(step.on, minute))
    if state.status in ENDED and step.action in _OF_OPEN:
        raise StepRefused("resolved")
    act = _ACTIONS.get(step.action)
    state = replace(state, at=at)
    return _due(state if act is None else act(state, step, at, rules), rules)


def _assigned(state: State, step: Step, at: datetime, rules: Rules) -> State:
    del at, rules
    return replace(state, officer_id=step.officer_id)


def _triaged(state: State, step: Step, at: datetime, rules: Rules) -> State:
    del at
    filed = {**state.filed, **dict(step.filed)}
    priority = rules.priority(str(filed["importance"]), str(filed["urgency"]))
    return _aimed(replace(state, filed=filed, priority=priority), rules)


def _answered(state: State, step: Step, at: datetime, rules: Rules) -> State:
    if state.answered_on is not None:
        raise StepRefused("answered")
    state = _first_word(state, at, rules)
    status = state.status if state.status == "waiting" else "answered"
    progress = Clock() if status == "waiting" else Clock().started(at)
    return replace(state, status=status, answered_on=step.on, progress=progress)


def _first_word(state: State, at: datetime, rules: Rules) -> State:
    clock = state.answer.stopped(at, rules.hours)
    return replace(state, answer=clock, answered=_kept(clock.used, state.targets.answer))


def _progressed(state: State, step: Step, at: datetime, rules: Rules) -> State:
    if state.answered_on is None:
        raise StepRefused("unanswered")
    state = _told(state, at, rules)
    return replace(state, progress=Clock() if state.status == "waiting" else Clock().started(at))


def _told(state: State, at: datetime, rules: Rules) -> State:
    """Count the stretch since the last word to the customer, where one was to come."""
    if state.targets.progress is None:
        return state
    is_kept = state.progress.spent(at, rules.hours) <= state.targets.progress
    return replace(
        state, progressed=state.progressed + 1, progressed_kept=state.progressed_kept + int(is_kept)
    )


def _waiting(state: State, step: Step, at: datetime, rules: Rules) -> State:
    del step
    stopped = {name: getattr(state, name).stopped(at, rules.hours) for name in _CLOCKS}
    return replace(state, status="waiting", **stopped)


def _resumed(state: State, step: Step, at: datetime, rules: Rules) -> State:
    del step, rules
    if state.status != "waiting":
        raise StepRefused("not_waiting")
    return _running(state, at)


def _running(state: State, at: datetime) -> State:
    """Let the clocks run that have not reached their end."""
    is_answered = state.answered_on is not None
    return replace(
        state,
        status="answered" if is_answered else "open",
        answer=state.answer if state.answered.minutes is not None else state.answer.started(at),
        progress=state.progress.started(at) if is_answered else state.progress,
        resolve=state.resolve.started(at),
    )


def _extended(state: State, step: Step, at: datetime, rules: Rules) -> State:
    del at, rules
    limit_on = state.came.date() + timedelta(days=step.days or 0)
    if state.limit_on is None:
        raise StepRefused("no_limit")
    if limit_on <= state.limit_on:
        raise StepRefused("limit_not_later")
    return replace(state, limit_on=limit_on)


def _escalated(state: State, step: Step, at: datetime, rules: Rules) -> State:
    del at, rules
    if (step.level or 0) <= state.level:
        raise StepRefused("level_not_higher")
    return replace(state, level=step.level or 0)


def _resolved(state: State, step: Step, at: datetime, rules: Rules) -> State:
    if state.answered.minutes is None:  # who resolves at once has answered
        state = _first_word(state, at, rules)
    if state.answered_on is not None:
        state = _told(state, at, rules)
    clock = state.resolve.stopped(at, rules.hours)
    return replace(
        state,
        status="resolved",
        resolve=clock,
        progress=Clock(),
        resolved=_kept(clock.used, state.targets.resolve),
        resolved_on=step.on,
        rating=step.rating if step.rating is not None else state.rating,
    )


def _reopened(state: State, step: Step, at: datetime, rules: Rules) -> State:
    del step, rules
    if state.status not in ENDED:
        raise StepRefused("not_resolved")
    state = replace(state, resolved=Kept(), resolved_on=None, reopened=state.reopened + 1)
    return _running(state, at)


def _closed(state: State, step: Step, at: datetime, rules: Rules) -> State:
    del at, rules
    if state.status != "resolved":
        raise StepRefused("closed" if state.status == "closed" else "not_resolved")
    return replace(state, status="closed", rating=step.rating if step.rating is not None else state.rating)


_OF_OPEN = ("answered", "progressed", "waiting", "resumed", "extended", "escalated", "resolved")
_CLOCKS = ("answer", "progress", "resolve")
_ACTIONS: dict[str, Callable[[State, Step, datetime, Rules], State]] = {
    "assigned": _assigned,
    "triaged": _triaged,
    "answered": _answered,
    "progressed": _progressed,
    "waiting": _waiting,
    "resumed": _resumed,
    "extended": _extended,
    "escalated": _escalated,
    "resolved": _resolved,
    "reopened": _reopened,
    "closed": _closed,
}  # what is planned changes nothing else


def _kept(minutes: int, target: int | None) -> Kept:
    return Kept(minutes, None if target is None else minutes <= target)


def _aimed(state: State, rules: Rules) -> State:
    """Give the ticket the targets of how it is filed. A limit that was put off stays."""
    filed = state.filed
    found = rules.targets(state.kind, str(filed["importance"]), str(filed["urgency"]), state.priority)
    on = state.came.date()
    if found.answer is None and found.answer_days is not None:
        last = moment(add_working_days(on, found.answer_days), rules.hours.closing)
        found = replace(found, answer=rules.hours.between(state.came, last))
    limit_on = None if found.limit_days is None else on + timedelta(days=found.limit_days)
    if state.limit_on is not None and limit_on is not None:
        limit_on = max(limit_on, state.limit_on)
    return replace(state, targets=found, limit_on=limit_on)


def _due(state: State, rules: Rules) -> State:
    """Work out when what is due if nothing else happens."""
    targets, hours = state.targets, rules.hours
    is_over = state.status in ENDED
    pairs = [
        (state.answer, targets.answer),
        (state.progress, targets.progress),
        (state.resolve, targets.resolve),
    ]
    answer, progress, resolve = (
        None if is_over or target is None else clock.due(target, hours) for clock, target in pairs
    )
    state = replace(state, answer_due=answer, progress_due=progress, resolve_due=resolve)
    return replace(state, escalate_due=None if is_over else _escalation(state, rules))


def _escalation(state: State, rules: Rules) -> datetime | None:
    """Return when the next level is due: after the clock that runs out first, or before the limit."""
    rule = next((one for one in rules.escalations if one.level > state.level), None)
    if rule is None:
        return None
    dues = [due for due in (state.answer_due, state.progress_due, state.resolve_due) if due is not None]
    found = [rules.hours.after(min(dues), rule.late)] if dues else []
    if rule.days_before_limit is not None and state.limit_on is not None:
        found.append(moment(state.limit_on - timedelta(days=rule.days_before_limit), rules.hours.opening))
    return min(found, default=None)
