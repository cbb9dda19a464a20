"""From cells to values: dates and amounts as files write them, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.errors import LoanCrmError
from loancrm.exchange.days import day_in_name, day_reader
from loancrm.exchange.profile import ColumnSpec
from loancrm.exchange.values import any_amount, reader_of
from loancrm.services.customer_fields import Reading

ABOUT = Reading(date(2026, 11, 21), "CN")


def read(reading: str, cell: Any, **spec: Any) -> Any:
    return reader_of(reading, ColumnSpec(column="x", **spec), "x", ABOUT)(cell)


def refusal(reading: str, cell: Any, **spec: Any) -> str:
    with pytest.raises(LoanCrmError) as fault:
        read(reading, cell, **spec)
    assert str(cell) not in fault.value.message, "the value is repeated"
    return fault.value.code


def test_every_published_spelling_of_a_day_is_read_by_any(data: Path) -> None:
    cases = json.loads((data / "text" / "dates_money.json").read_text("utf-8"))["dates"]
    found = {case["input"]: str(read("date", case["input"], date="any")) for case in cases}
    assert found == {case["input"]: case["expected"] for case in cases}


def test_every_published_spelling_of_an_amount_is_read_by_any(data: Path) -> None:
    cases = json.loads((data / "text" / "dates_money.json").read_text("utf-8"))["money"]
    found = {case["input"]: any_amount(case["input"], 0, "x") for case in cases}
    assert found == {case["input"]: int(float(case["expected"]) * 100) for case in cases}


@pytest.mark.parametrize(
    "text", ["05/06/2026", "5.6.2026", "2026-02-30", "0001-01-01", "2026-W01-1", "45296.5", "2026", "202601"]
)
def test_a_day_that_could_be_two_days_or_none_is_refused(text: str) -> None:
    assert refusal("date", text, date="any") == "not_a_date"


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2/28/1997", "%m/%d/%Y", date(1997, 2, 28)),
        ("24-Jun-91", "%d-%b-%y", date(1991, 6, 24)),
        ("930705", "%y%m%d", date(1993, 7, 5)),
        ("20240105", "yyyymmdd", date(2024, 1, 5)),
        ("23376", "sas", date(2024, 1, 1)),  # SAS 9.4: 01JAN2024 is day 23376
        ("45292", "excel", date(2024, 1, 1)),
        ("2024-01-05", "%m/%d/%Y", date(2024, 1, 5)),  # ISO is read in every form
    ],
)
def test_a_day_is_read_in_the_form_that_the_profile_gives(text: str, form: str, expected: date) -> None:
    assert read("date", text, date=form) == expected


def test_a_day_cell_of_a_sheet_is_a_day_whatever_the_form() -> None:
    assert read("date", date(2026, 1, 5)) == date(2026, 1, 5)
    assert read("date", datetime(2026, 1, 5, 13, 30, tzinfo=UTC)) == date(2026, 1, 5)


@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)))
def test_any_reads_what_each_unambiguous_form_writes(day: date) -> None:
    written = (f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}", f"{day:%d-%b-%Y}")
    assert {day_reader(("any",))(text) for text in written} == {day}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("余额表20261119.xlsx", date(2026, 11, 19)),
        ("loans-2026-11-19.csv", date(2026, 11, 19)),
        ("2026年11月19日.csv", date(2026, 11, 19)),
        ("L-20261350.csv", None),
        ("list.csv", None),
        ("123420261119.csv", None),
    ],
)
def test_the_day_in_a_files_name(name: str, expected: date | None) -> None:
    assert day_in_name(name) == expected


@pytest.mark.parametrize(
    "cell", ["NaN", "Infinity", "1e5", "1_000", "0x10", "½", "٣", "１２３", "1.005", "1" * 18]
)
def test_what_is_no_plain_amount_is_refused(cell: str) -> None:
    assert refusal("amount", cell) == "invalid_input"


@pytest.mark.parametrize(
    ("cell", "spec", "minor"),
    [
        ("1234.5", {}, 123450),
        ("1,234.56", {"thousands": ","}, 123456),
        ("1.234,56", {"thousands": "."}, 123456),
        ("12.3456", {"unit": "万元"}, 12345600),
        ("0.01", {"unit": "亿元"}, 100_000_000),
        (11580000.0, {}, 1_158_000_000),
        (0.1 + 0.2, {}, 30),
        (12.3456, {"unit": "万元"}, 12345600),
    ],
)
def test_amounts_are_exact_in_every_unit(cell: Any, spec: dict[str, Any], minor: int) -> None:
    assert read("amount", cell, **spec) == minor


@pytest.mark.parametrize(
    ("cell", "spec"),
    [
        ("1,23", {"thousands": ","}),
        ("12,34.5", {"thousands": ","}),
        (1.005, {}),
        ("1.23456789", {"unit": "万元"}),
    ],
)
def test_an_amount_that_is_not_exact_is_refused(cell: Any, spec: dict[str, Any]) -> None:
    assert refusal("amount", cell, **spec) in ("invalid_input", "not_exact")


@pytest.mark.parametrize(
    ("cell", "form", "millionths"),
    [
        ("3.45%", None, 34500),
        ("3.70", "percent", 37000),
        (3.7, "percent", 37000),
        ("3.625", "permille_month", 43500),  # 3.625 ‰ a month is 4.35 % a year
        ("435", "bp", 43500),
        (0.0435, None, 43500),
        ("3.9583", "permille_month", 47500),  # a core system rounds 4.75 % / 12: 47,499.6 millionths
        (4.8333, "permille_month", 58000),
        ("4.35%", "percent", 43500),
        ("3.625‰", "permille_month", 43500),
        ("435bp", "bp", 43500),
        ("0.35%", "fraction", 3500),  # not 35 %
        ("50bp", "percent", 5000),
        ("4.35%", "bp", 43500),
    ],
)
def test_rates_are_a_year_in_every_form(cell: Any, form: str | None, millionths: int) -> None:
    assert read("rate", cell, **({"rate": form} if form else {})) == millionths


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("4.35‰", "fraction"),
        ("4.35‰", "percent"),
        ("4.35%", "permille_month"),
        ("435bp", "permille_month"),
    ],
)
def test_a_mark_of_the_month_among_rates_of_a_year_is_refused_and_the_reverse(cell: str, form: str) -> None:
    assert refusal("rate", cell, rate=form) == "other_rate"


@pytest.mark.parametrize(
    ("cell", "minor"),
    [("12.5", 12_500_000), ("12.5万", 12_500_000), ("125,000元", 12_500_000), ("1亿", 10**10)],
)
def test_a_unit_in_the_cell_goes_before_that_of_the_column(cell: str, minor: int) -> None:
    assert read("amount", cell, amount="any", unit="万元") == minor


@pytest.mark.parametrize("cell", [-5.5, -5.0, "(1,234.56)", "-1"])
def test_a_negative_amount_is_refused_whatever_it_stands_in(cell: Any) -> None:
    assert refusal("amount", cell, amount="any") == "negative"


def test_a_term_of_more_than_a_century_is_refused() -> None:
    assert read("months", "1200") == 1200
    assert refusal("months", "1201") == "invalid_input"


def test_a_bare_rate_without_a_form_is_refused() -> None:
    assert refusal("rate", "4.35") == "invalid_input"


@pytest.mark.parametrize(
    ("cell", "spec"),
    [
        ("1.23E+19", {}),
        ("3.10101E+17", {}),
        (1.2345678901234567e19, {}),
        (9558801.5, {}),
        ("12345", {"digits": 8}),
    ],
)
def test_a_number_that_a_spreadsheet_damaged_is_refused(cell: Any, spec: dict[str, Any]) -> None:
    assert refusal("identifier", cell, **spec) == "damaged_number"


def test_a_damaged_identifier_is_refused_before_its_check_digit() -> None:
    assert refusal("resident_id", "3.10101E+17") == "damaged_number"
    assert refusal("uscc", "911100006000373410") == "invalid_input"


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_any_amount_written_with_thousands_comes_back(minor: int) -> None:
    text = f"{minor // 100:,}.{minor % 100:02d}"
    assert read("amount", text, thousands=",") == minor
    assert read("amount", f"¥{text}", amount="any") == minor
