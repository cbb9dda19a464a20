"""Working hours: by hand over weekends, holidays and make-up weekends, and as properties."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.desk.clocks import Clock
from loancrm.desk.hours import Hours, clock_text

HOURS = Hours(((540, 720), (810, 1050)))  # 09:00-12:00, 13:30-17:30: seven hours
MOMENTS = st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-12-31 23:59")).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-20 09:00", "2026-11-20 17:30", 420),
        ("2026-11-20 11:00", "2026-11-20 14:00", 90),  # an hour before the break, half an hour after it
        ("2026-11-20 12:30", "2026-11-20 13:00", 0),
        ("2026-11-20 17:00", "2026-11-23 09:30", 60),  # Friday evening to Monday morning
        ("2026-11-21 10:00", "2026-11-22 16:00", 0),  # a weekend
        ("2026-09-30 17:00", "2026-10-08 10:00", 90),  # over National Day: off until the 7th
        ("2026-10-10 09:00", "2026-10-10 12:00", 180),  # a Saturday that is worked
        ("2026-11-20 10:00", "2026-11-20 09:00", 0),
        ("2026-11-20 00:00", "2026-11-21 00:00", 420),
    ],
)
def test_minutes_of_work_between_two_moments(start: str, end: str, minutes: int) -> None:
    assert HOURS.between(at(start), at(end)) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-20 10:00", 60, "2026-11-20 11:00"),
        ("2026-11-20 11:30", 60, "2026-11-20 14:00"),
        ("2026-11-20 10:00", 360, "2026-11-20 17:30"),  # fills the day: due when it closes
        ("2026-11-20 10:00", 361, "2026-11-23 09:01"),
        ("2026-11-21 15:00", 30, "2026-11-23 09:30"),
        ("2026-09-30 17:00", 60, "2026-10-08 09:30"),
        ("2026-11-21 15:00", 0, "2026-11-21 15:00"),
    ],
)
def test_the_moment_so_many_minutes_of_work_later(start: str, minutes: int, end: str) -> None:
    assert HOURS.after(at(start), minutes) == at(end)


@given(MOMENTS, st.integers(1, 20_000))
def test_what_is_due_after_so_many_minutes_lies_so_many_minutes_away(start: datetime, minutes: int) -> None:
    assert HOURS.between(start, HOURS.after(start, minutes)) == minutes


@given(MOMENTS, MOMENTS, MOMENTS)
def test_minutes_of_work_add_up(one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted((one, two, three))
    assert HOURS.between(first, second) + HOURS.between(second, third) == HOURS.between(first, third)


@given(MOMENTS, st.lists(MOMENTS, max_size=8))
def test_a_clock_never_runs_backwards_and_stopping_twice_is_stopping_once(
    start: datetime, moments: list[datetime]
) -> None:
    clock, before, now = Clock().started(start), 0, start
    for place, moment in enumerate(sorted((start, *moments))):
        now = max(now, moment)
        spent = clock.spent(now, HOURS)
        assert spent >= before
        before = spent
        if place % 2:
            clock = clock.started(now)
        else:
            once = clock.stopped(now, HOURS)
            clock = once.stopped(now, HOURS)
            assert clock == once
            assert clock.spent(at("2027-06-01"), HOURS) == once.used
    assert HOURS.per_day == 420
    assert (HOURS.opening, HOURS.closing, clock_text(HOURS.closing)) == (540, 1050, "17:30")
