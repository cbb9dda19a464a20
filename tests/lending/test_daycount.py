"""Day counts against QuantLib's own test values, and what holds of all of them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.daycount import CONVENTIONS, parts_of_year, year_parts

days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
NAMES = {"30E/360 Eurobond": "30/360", "ACT/ACT ISDA": "act/act"}


def test_quantlib_s_values_are_reproduced(vectors: Path) -> None:
    cases = json.loads((vectors / "daycount.json").read_text("utf-8"))["vectors"]
    assert len(cases) == 40
    for case in cases:
        name = NAMES[case["convention"]]
        start, end = date.fromisoformat(case["start"]), date.fromisoformat(case["end"])
        parts = year_parts(name, start, end)
        if "expected_days" in case:
            assert (parts, parts_of_year(name)) == (case["expected_days"], case["denominator"]), case
        else:
            assert abs(parts / parts_of_year(name) - case["expected_fraction"]) < case["tol"], case


@pytest.mark.parametrize(
    ("name", "start", "end", "parts", "year"),
    [
        ("act/360", "2024-02-01", "2024-03-01", 29, 360),
        ("act/365", "2024-02-01", "2024-03-01", 29, 365),
        ("act/364", "2024-01-01", "2024-12-30", 364, 364),
        ("30/360", "2024-01-31", "2024-02-29", 29, 360),
    ],
)
def test_a_few_by_hand(name: str, start: str, end: str, parts: int, year: int) -> None:
    assert year_parts(name, date.fromisoformat(start), date.fromisoformat(end)) == parts
    assert parts_of_year(name) == year


def test_under_30_360_a_month_is_a_twelfth_whatever_its_dates() -> None:
    assert year_parts("30/360", date(2024, 1, 31), date(2024, 2, 29), months=1) * 12 == parts_of_year(
        "30/360"
    )


@given(st.sampled_from(sorted(CONVENTIONS)), days, st.integers(0, 4000), st.integers(0, 4000))
def test_actual_counts_add_up(name: str, start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(first), start + timedelta(first + second)
    whole = year_parts(name, start, end)
    assert whole >= 0
    if name != "30/360":
        assert whole == year_parts(name, start, middle) + year_parts(name, middle, end)


@given(days, st.integers(0, 40))
def test_whole_years_of_act_act_are_whole(start: date, years: int) -> None:
    first = date(start.year, 1, 1)
    end = date(start.year + years, 1, 1)
    assert year_parts("act/act", first, end) == years * parts_of_year("act/act")
