"""Lunar days, birthdays and festivals, on dates as the observatories and the State Council publish them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm import calendars
from loancrm.calendars import Festival, LunarDay
from loancrm.vocabulary import VOCABULARIES

KNOWN = st.dates(date(1900, 1, 31), date(2099, 12, 31))
MONTHS = st.integers(1, 12)
LUNAR_DAYS = st.integers(1, 30)


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (date(2020, 4, 23), LunarDay(2020, 4, 1)),
        (date(2020, 5, 23), LunarDay(2020, 4, 1, True)),
        (date(2023, 2, 20), LunarDay(2023, 2, 1)),
        (date(2023, 3, 22), LunarDay(2023, 2, 1, True)),
        (date(2025, 6, 25), LunarDay(2025, 6, 1)),
        (date(2025, 7, 25), LunarDay(2025, 6, 1, True)),
        (date(2025, 8, 22), LunarDay(2025, 6, 29, True)),
        (date(2025, 8, 23), LunarDay(2025, 7, 1)),
        (
            date(2033, 12, 22),
            LunarDay(2033, 11, 1, True),
        ),  # the leap month that older tables put after the 7th
        (date(2025, 1, 28), LunarDay(2024, 12, 29)),  # the last day of a year without a 30th
        (date(2024, 2, 9), LunarDay(2023, 12, 30)),
    ],
)
def test_days_are_those_of_the_published_calendar(day: date, lunar: LunarDay) -> None:
    assert calendars.lunar_of(day) == lunar


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (
            2025,
            {
                "new_year": (1, 1), "new_years_eve": (1, 28), "spring_festival": (1, 29),
                "lantern_festival": (2, 12), "qingming": (4, 4), "labour_day": (5, 1), "dragon_boat": (5, 31),
                "qixi": (8, 29), "national_day": (10, 1), "mid_autumn": (10, 6), "double_ninth": (10, 29),
            },
        ),
        (
            2026,
            {
                "new_year": (1, 1), "new_years_eve": (2, 16), "spring_festival": (2, 17),
                "lantern_festival": (3, 3), "qingming": (4, 5), "labour_day": (5, 1), "dragon_boat": (6, 19),
                "qixi": (8, 19), "mid_autumn": (9, 25), "national_day": (10, 1), "double_ninth": (10, 18),
            },
        ),
    ],
)  # fmt: skip
def test_the_festivals_of_a_year(year: int, expected: dict[str, tuple[int, int]]) -> None:
    found = calendars.festivals(date(year, 1, 1), date(year + 1, 1, 1))
    assert {one.code: (one.on.month, one.on.day) for one in found} == expected
    assert len(found) == len(expected)
    assert found == sorted(found)
    assert set(expected) == set(VOCABULARIES["festival"])


def test_festivals_are_from_the_first_day_to_before_the_last() -> None:
    new_year = date(2034, 2, 19)
    assert calendars.festivals(new_year, new_year) == []
    assert calendars.festivals(new_year, new_year + timedelta(1)) == [Festival(new_year, "spring_festival")]


def test_beyond_the_table_nothing_lunar_is_known_and_nothing_crashes() -> None:
    assert calendars.lunar_of(date(1900, 1, 30)) is None
    assert calendars.lunar_of(date(2101, 1, 29)) is None
    assert calendars.lunar_of(date(2101, 1, 28)) == LunarDay(2100, 12, 29)
    assert calendars.next_lunar_birthday(8, 15, date(1899, 1, 1)) is None
    assert calendars.next_lunar_birthday(8, 15, date(2100, 12, 1)) is None
    assert calendars.next_lunar_birthday(8, 15, date.max) is None
    assert calendars.lunar_birthdays_on(date.max) == ()
    codes = [one.code for one in calendars.festivals(date(2150, 1, 1), date(2151, 1, 1))]
    assert codes == ["new_year", "labour_day", "national_day"]
    assert calendars.festivals(date.min, date(1, 1, 2)) == [Festival(date.min, "new_year")]
    assert calendars.festivals(date(9999, 10, 1), date.max) == [Festival(date(9999, 10, 1), "national_day")]


@pytest.mark.parametrize(
    ("month", "day", "is_leap", "after", "expected"),
    [
        (8, 15, False, date(2025, 10, 6), date(2025, 10, 6)),  # the day itself
        (8, 15, False, date(2025, 10, 7), date(2026, 9, 25)),
        (12, 30, False, date(2024, 2, 10), date(2025, 1, 28)),  # a year without a 30th
        (12, 30, False, date(2023, 2, 1), date(2024, 2, 9)),
        (12, 8, False, date(2025, 2, 1), date(2026, 1, 26)),  # the lunar year ends in the next one
        (6, 1, True, date(2025, 1, 1), date(2025, 7, 25)),  # born in the leap month, in a year that has it
        (6, 1, True, date(2025, 7, 26), date(2026, 7, 14)),  # and in one that has none: the ordinary month
        (6, 1, False, date(2025, 1, 1), date(2025, 6, 25)),  # born in the ordinary month: not in the leap one
        (6, 1, False, date(2025, 6, 26), date(2026, 7, 14)),
        (6, 30, True, date(2025, 7, 26), date(2025, 8, 22)),  # the leap month has 29 days
        (4, 10, True, date(2025, 1, 1), date(2025, 5, 7)),  # another leap month than the year's
    ],
)
def test_when_a_lunar_birthday_is_kept(
    month: int, day: int, is_leap: bool, after: date, expected: date
) -> None:
    assert calendars.next_lunar_birthday(month, day, after, is_leap=is_leap) == expected


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (1, 31)])
def test_a_lunar_day_of_no_year_is_refused(month: int, day: int) -> None:
    with pytest.raises(ValueError, match="no lunar day"):
        calendars.next_lunar_birthday(month, day, date(2025, 1, 1))


@given(MONTHS, LUNAR_DAYS, st.booleans(), KNOWN)
def test_a_birthday_is_kept_once_a_lunar_year(month: int, day: int, is_leap: bool, after: date) -> None:
    on = calendars.next_lunar_birthday(month, day, after, is_leap=is_leap)
    assert on is not None
    assert after <= on <= after + timedelta(days=414)  # a leap year of 384 days, and a leap month's shift
    born = [(one.month, one.day, one.is_leap) for one in calendars.lunar_birthdays_on(on)]
    assert (month, day, is_leap) in born
    between = [after + timedelta(days=n) for n in range((on - after).days)]
    kept = {
        (o.month, o.day, o.is_leap)
        for between_day in between
        for o in calendars.lunar_birthdays_on(between_day)
    }
    assert (month, day, is_leap) not in kept


@given(KNOWN)
def test_whose_birthday_it_is_says_the_same_as_when_it_is(day: date) -> None:
    for one in calendars.lunar_birthdays_on(day):
        assert calendars.next_lunar_birthday(one.month, one.day, day, is_leap=one.is_leap) == day


@pytest.mark.parametrize(
    ("after", "feb_28", "mar_1"),
    [
        (date(2023, 3, 2), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2025, 1, 1), date(2025, 2, 28), date(2025, 3, 1)),
        (date(2025, 3, 1), date(2026, 2, 28), date(2025, 3, 1)),
        (date(2100, 1, 1), date(2100, 2, 28), date(2100, 3, 1)),  # no leap year
    ],
)
def test_a_birthday_of_29_february_is_kept_in_every_year(after: date, feb_28: date, mar_1: date) -> None:
    assert calendars.next_birthday(2, 29, after) == feb_28
    assert calendars.next_birthday(2, 29, after, "mar_1") == mar_1


@given(st.dates(date(2000, 1, 1), date(2000, 12, 31)), st.dates(date(1990, 1, 1), date(2110, 12, 31)))
def test_a_birthday_is_found_from_both_sides(born: date, after: date) -> None:
    for leap_day in ("feb_28", "mar_1"):
        on = calendars.next_birthday(born.month, born.day, after, leap_day)
        assert after <= on <= after + timedelta(days=366)
        assert (born.month, born.day) in calendars.birthdays_on(on, leap_day)


def test_no_29_february_falls_on_the_28th_of_a_leap_year() -> None:
    assert calendars.birthdays_on(date(2024, 2, 28)) == ((2, 28),)
    assert calendars.birthdays_on(date(2025, 2, 28)) == ((2, 28), (2, 29))
    assert calendars.birthdays_on(date(2025, 3, 1), "mar_1") == ((3, 1), (2, 29))
    with pytest.raises(ValueError, match="day is out of range"):
        calendars.next_birthday(2, 30, date(2025, 1, 1))


@pytest.mark.parametrize(
    "day",
    [
        date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11),
        date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20),
        date(2026, 10, 10),
    ],
)  # fmt: skip
def test_the_decreed_weekends_are_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert calendars.is_working_day(day)


@pytest.mark.parametrize(("year", "worked"), [(2025, 5), (2026, 6)])
def test_no_other_weekend_is_worked(year: int, worked: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(day.weekday() >= 5 and calendars.is_working_day(day) for day in days) == worked
