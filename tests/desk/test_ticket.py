"""How a ticket stands: clocks by hand, pauses, and what no order of steps can do."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.desk.ticket import State, Step, StepRefused, after, begin, replay
from loancrm.policy.feedback import rules_of
from loancrm.policy.policy import example

RULES = rules_of(example().feedback)
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)
FILED = {
    "importance": "high", "urgency": "high", "business_line": "corporate", "product": None,
    "service_stage": None, "department": None, "cause": None,
}  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def came(kind: str = "complaint", minute: int | None = 600, **filed: str) -> State:
    return begin(kind, FRIDAY, minute, {**FILED, **filed}, RULES)


def stands(state: State, *steps: Step) -> State:
    return [state, *replay(state, steps, lambda day: RULES)][-1]


def test_a_critical_complaint_is_to_be_answered_within_four_working_hours() -> None:
    state = came()
    assert (state.priority, state.targets.rule) == ("critical", "critical_complaint")
    assert state.answer_due == at("2026-11-20 15:30")  # 10:00 to 12:00, then 13:30 to 15:30
    assert state.resolve_due == at("2026-11-27 10:00")  # 35 hours: five working days
    assert state.limit_on == date(2026, 12, 5)
    assert state.escalate_due == at("2026-11-23 15:30")  # seven hours after the answer was due


def test_an_answer_by_the_end_of_a_working_day_shifts_by_what_was_waited() -> None:
    state = came(urgency="medium")  # by the end of the second working day
    assert state.answer_due == at("2026-11-24 17:30")
    waits = stands(state, Step("waiting", FRIDAY, 660))
    assert (waits.status, waits.answer_due, waits.resolve_due) == ("waiting", None, None)
    back = stands(state, Step("waiting", FRIDAY, 660), Step("resumed", MONDAY, 600))
    assert back.status == "open"
    # 11:00 to 17:30 on Friday and 09:00 to 10:00 on Monday are not counted: five hours and one
    assert back.answer_due == at("2026-11-25 16:30")
    assert back.limit_on == date(2026, 12, 5)  # the limit runs on


def test_the_three_clocks_by_hand() -> None:
    steps = [
        Step("answered", FRIDAY, 15 * 60),  # 10:00-12:00 and 13:30-15:00: 210 of 240
        Step("progressed", MONDAY, 600),  # 150 on Friday, 60 on Monday: 210 of 840
        Step("waiting", MONDAY, 660),
        Step("resumed", TUESDAY, 540),
        Step("resolved", date(2026, 11, 30), 600),  # four days and an hour after: 60 + 1680 + 60 of 840
    ]
    state = stands(came(), *steps)
    assert (state.answered.minutes, state.answered.is_kept) == (210, True)
    assert (state.progressed, state.progressed_kept) == (2, 1)
    assert (state.resolved.minutes, state.resolved.is_kept) == (360 + 120 + 1680 + 60, False)
    assert (state.status, state.answer_due, state.escalate_due) == ("resolved", None, None)


def test_without_a_time_what_came_counts_from_opening_and_what_was_done_when_the_day_closed() -> None:
    state = stands(came(minute=None), Step("answered", FRIDAY))
    assert (state.answered.minutes, state.answered.is_kept) == (420, False)


def test_a_reopened_ticket_runs_on_with_the_time_that_it_had() -> None:
    resolved = Step("resolved", FRIDAY, 720)  # 120 minutes
    state = stands(came(), resolved, Step("reopened", MONDAY, 540, None))
    assert (state.status, state.reopened, state.resolved.minutes) == ("open", 1, None)
    assert state.resolve_due == at("2026-11-27 15:30")  # 33 hours from Monday 09:00: four days and five hours
    assert state.answer_due is None  # resolving was the first answer
    again = stands(state, Step("resolved", MONDAY, 600))
    assert again.resolved.minutes == 180


def test_triage_sets_priority_and_targets_anew_and_keeps_the_time_that_was_used() -> None:
    state = stands(
        came(importance="low", urgency="low"),
        Step("triaged", MONDAY, 540, filed=(("importance", "high"), ("urgency", "high"))),
    )
    assert (state.priority, state.targets.rule) == ("critical", "critical_complaint")
    assert state.answer_due == at("2026-11-20 10:00") + (at("2026-11-20 15:30") - at("2026-11-20 10:00"))


def test_a_limit_is_put_off_and_never_back() -> None:
    state = stands(came(), Step("extended", MONDAY, days=30))
    assert state.limit_on == date(2026, 12, 20)
    with pytest.raises(StepRefused, match="limit_not_later"):
        stands(state, Step("extended", MONDAY, days=30))


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([Step("answered", FRIDAY), Step("answered", MONDAY)], "answered"),
        ([Step("progressed", FRIDAY)], "unanswered"),
        ([Step("resumed", FRIDAY)], "not_waiting"),
        ([Step("resolved", FRIDAY), Step("resolved", MONDAY)], "resolved"),
        ([Step("reopened", FRIDAY)], "not_resolved"),
        ([Step("closed", FRIDAY)], "not_resolved"),
        ([Step("resolved", FRIDAY), Step("closed", MONDAY), Step("closed", MONDAY)], "closed"),
        ([Step("escalated", FRIDAY, level=2), Step("escalated", FRIDAY, level=1)], "level_not_higher"),
    ],
)
def test_a_step_that_does_not_follow_is_refused(steps: list[Step], code: str) -> None:
    with pytest.raises(StepRefused, match=code):
        stands(came(), *steps)


ACTIONS = (
    "answered",
    "progressed",
    "waiting",
    "resumed",
    "resolved",
    "reopened",
    "closed",
    "triaged",
    "escalated",
)
STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(ACTIONS),
        st.dates(FRIDAY, date(2026, 12, 31)),
        st.one_of(st.none(), st.integers(0, 1439)),
        level=st.integers(1, 9),
        filed=st.sampled_from(((), (("importance", "low"),), (("urgency", "low"),))),
    ),
    max_size=12,
)


def walk(steps: list[Step], *, twice: bool = False) -> list[State]:
    """Take the steps that follow; with ``twice`` every pause is said twice."""
    found = [came()]
    for step in sorted(steps, key=lambda one: one.on):
        for _again in range(2 if twice and step.action == "waiting" else 1):
            try:
                found.append(after(found[-1], step, RULES))
            except StepRefused:
                continue
    return found


@given(STEPS)
def test_time_and_used_minutes_never_run_backwards(steps: list[Step]) -> None:
    states = walk(steps)
    for one, other in pairwise(states):
        assert other.at >= one.at
        for clock in ("answer", "resolve"):
            mine, its = getattr(one, clock), getattr(other, clock)
            assert its.spent(other.at, RULES.hours) >= mine.spent(one.at, RULES.hours)
        assert other.level >= one.level
        assert other.limit_on is not None


@given(STEPS)
def test_pausing_twice_equals_pausing_once(steps: list[Step]) -> None:
    assert walk(steps, twice=True)[-1] == walk(steps)[-1]


@given(STEPS)
def test_nothing_is_due_of_a_ticket_that_waits_or_is_over(steps: list[Step]) -> None:
    last = walk(steps)[-1]
    dues = (last.answer_due, last.progress_due, last.resolve_due)
    if last.status in ("waiting", "resolved", "closed"):
        assert dues == (None, None, None)
    else:
        assert last.resolve_due is not None
