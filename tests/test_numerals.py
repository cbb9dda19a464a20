from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.numerals import (
    bar,
    format_money,
    format_rate,
    format_ratio,
    plain_millionths,
    plain_money,
)
from loancrm.typeset import display_width


@pytest.mark.parametrize(
    ("minor", "plain", "screen"),
    [
        (0, "0.00", "0.00"),
        (5, "0.05", "0.05"),
        (-5, "-0.05", "-0.05"),
        (100, "1.00", "1.00"),
        (125_000_000, "1250000.00", "1,250,000.00"),
        (-99_999_999_999_999_9, "-9999999999999.99", "-9,999,999,999,999.99"),
    ],
)
def test_money_has_two_decimals_and_separators_only_on_screen(minor: int, plain: str, screen: str) -> None:
    assert plain_money(minor) == plain
    assert format_money(minor) == screen


@given(st.integers(-(10**17), 10**17))
def test_money_as_text_is_exact(minor: int) -> None:
    assert Decimal(plain_money(minor)) * 100 == minor
    assert format_money(minor).replace(",", "") == plain_money(minor)


@pytest.mark.parametrize(
    ("millionths", "plain", "ratio", "rate"),
    [
        (34_500, "0.034500", "3.5 %", "3.45 %"),
        (43_500, "0.043500", "4.4 %", "4.35 %"),
        (43_512, "0.043512", "4.4 %", "4.3512 %"),
        (43_510, "0.043510", "4.4 %", "4.351 %"),
        (500, "0.000500", "0.1 %", "0.05 %"),
        (499, "0.000499", "0.0 %", "0.0499 %"),
        (-499, "-0.000499", "0.0 %", "-0.0499 %"),
        (-240_500, "-0.240500", "-24.1 %", "-24.05 %"),
        (0, "0.000000", "0.0 %", "0.00 %"),
        (1_000_000, "1.000000", "100.0 %", "100.00 %"),
        (12_345_678, "12.345678", "1,234.6 %", "1,234.5678 %"),
    ],
)
def test_ratios_round_to_one_decimal_and_rates_stay_exact(
    millionths: int, plain: str, ratio: str, rate: str
) -> None:
    assert plain_millionths(millionths) == plain
    assert format_ratio(millionths) == ratio
    assert format_rate(millionths) == rate


@given(st.integers(-(10**12), 10**12))
def test_millionths_as_text_are_exact(value: int) -> None:
    assert Decimal(plain_millionths(value)) * 1_000_000 == value
    assert Decimal(format_rate(value).replace(",", "").removesuffix(" %")) * 10_000 == value


@pytest.mark.parametrize(
    ("millionths", "drawn"),
    [
        (0, ""),
        (1, "▏"),
        (62_500, "▌"),
        (125_000, "█"),
        (500_000, "████"),
        (937_500, "███████▌"),
        (1_000_000, "████████"),
        (2_000_000, "████████"),
        (-1, ""),
    ],
)
def test_a_bar_is_drawn_in_eighths_and_stays_within_its_width(millionths: int, drawn: str) -> None:
    assert bar(millionths, 8) == drawn


def test_chinese_characters_count_as_two_columns() -> None:
    assert display_width("C-00042") == 7
    assert display_width("华达 A") == 6
