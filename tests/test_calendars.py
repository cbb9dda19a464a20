"""Working days with make-up weekends, and months that never drift."""

import calendar
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm import calendars

HOLIDAYS = Path(__file__).parents[2] / "shared" / "data" / "holidays"
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize("year", [2024, 2025])
def test_every_day_agrees_with_the_state_councils_calendar(year: int) -> None:
    path = HOLIDAYS / f"holiday-cn-{year}.json"
    if not path.exists():
        pytest.skip("the shared holiday calendars are not here")
    decreed = {row["date"]: row["isOffDay"] for row in json.loads(path.read_text(encoding="utf-8"))["days"]}
    day = date(year, 1, 1)
    while day.year == year:
        off = decreed.get(day.isoformat(), day.weekday() >= 5)
        assert calendars.is_working_day(day) is not off, day
        day += timedelta(days=1)


def test_a_make_up_sunday_is_worked_and_a_decreed_monday_is_not() -> None:
    assert calendars.is_working_day(date(2025, 1, 26))  # Sunday before the Spring Festival
    assert not calendars.is_working_day(date(2025, 5, 5))  # Monday, Labour Day holiday


def test_beyond_the_decrees_weekdays_count_and_nothing_is_claimed() -> None:
    new_year = date(2150, 1, 1)  # a Thursday
    assert not calendars.is_known(new_year)
    assert calendars.is_working_day(new_year)
    assert not calendars.is_working_day(date(2150, 1, 3))
    assert not calendars.is_known(date(2003, 12, 31))
    assert calendars.is_known(date(2004, 1, 1))


def test_known_until_is_the_last_day_of_a_decreed_year() -> None:
    until = calendars.known_until()
    assert (until.month, until.day) == (12, 31)
    assert until >= date(2026, 12, 31)
    assert calendars.is_known(until)
    assert not calendars.is_known(until + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2024, 9, 30), 1, date(2024, 10, 8)),  # over the National Day holiday
        (date(2024, 10, 8), -1, date(2024, 9, 30)),
        (date(2024, 10, 11), 1, date(2024, 10, 12)),  # a make-up Saturday
        (date(2024, 10, 5), 0, date(2024, 10, 5)),
        (date(2150, 1, 2), 1, date(2150, 1, 5)),  # Friday to Monday
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, n: int, expected: date) -> None:
    assert calendars.add_working_days(day, n) == expected


def test_a_month_end_anchor_does_not_drift() -> None:
    anchor = date(2026, 1, 31)
    assert [calendars.add_months(anchor, n) for n in (1, 2, 3)] == [
        date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30),
    ]  # fmt: skip
    leap = date(2024, 2, 29)
    assert [calendars.add_months(leap, n) for n in (12, 48)] == [date(2025, 2, 28), date(2028, 2, 29)]
    assert calendars.add_months(anchor, -2) == date(2025, 11, 30)


def test_the_end_of_the_month_knows_leap_years() -> None:
    assert calendars.end_of_month(date(2024, 2, 1)) == date(2024, 2, 29)
    assert calendars.end_of_month(date(2026, 2, 28)) == date(2026, 2, 28)


@given(DAYS, st.integers(0, 480))
def test_the_day_is_the_anchors_or_the_months_last(anchor: date, n: int) -> None:
    month = anchor.year * 12 + anchor.month - 1 + n
    year, month = month // 12, month % 12 + 1
    day = min(anchor.day, calendar.monthrange(year, month)[1])
    assert calendars.add_months(anchor, n) == date(year, month, day)


@given(DAYS, st.integers(-60, 60).filter(bool))
def test_the_reached_day_is_worked_and_n_days_were_counted(day: date, n: int) -> None:
    reached = calendars.add_working_days(day, n)
    assert calendars.is_working_day(reached)
    step = timedelta(days=1 if n > 0 else -1)
    counted = 0
    while day != reached:
        day += step
        counted += calendars.is_working_day(day)
    assert counted == abs(n)


@pytest.mark.parametrize(
    ("enrolled", "until", "on", "year"),
    [
        ("2024-09-01", "2028-06-30", "2024-08-31", None),
        ("2024-09-01", "2028-06-30", "2024-09-01", 1),
        ("2024-09-01", "2028-06-30", "2025-08-31", 1),
        ("2024-09-01", "2028-06-30", "2025-09-01", 2),
        ("2024-09-01", "2028-06-30", "2028-06-29", 4),
        ("2024-09-01", "2028-06-30", "2028-06-30", None),
        ("2024-02-29", None, "2025-02-28", 1),
        ("2024-02-29", None, "2025-03-01", 2),
        (None, "2028-06-30", "2025-09-01", None),
        ("1990-09-01", None, "2025-09-01", None),  # longer than anybody studies
    ],
)
def test_the_year_of_study(enrolled: str | None, until: str | None, on: str, year: int | None) -> None:
    days = [None if day is None else date.fromisoformat(day) for day in (enrolled, until)]
    assert calendars.year_of_study(*days, date.fromisoformat(on)) == year
