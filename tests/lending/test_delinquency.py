"""Buckets of days past due, and the index of concentration."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.delinquency import Bucket, bucket_of, buckets, hhi

EDGES = (1, 31, 61, 91, 181, 271, 361)
amounts = st.lists(st.integers(0, 10**15), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (0, "0"),
        (1, "1_30"),
        (30, "1_30"),
        (31, "31_60"),
        (60, "31_60"),
        (61, "61_90"),
        (90, "61_90"),
        (91, "91_180"),
        (180, "91_180"),
        (181, "181_270"),
        (270, "181_270"),
        (271, "271_360"),
        (360, "271_360"),
        (361, "361_plus"),
        (9999, "361_plus"),
    ],
)
def test_every_edge_falls_into_the_bucket_that_begins_there(days: int, code: str) -> None:
    assert bucket_of(days, EDGES).code == code


def test_buckets_follow_each_other_without_gap_or_overlap() -> None:
    assert [b.code for b in buckets(EDGES)] == [
        "0", "1_30", "31_60", "61_90", "91_180", "181_270", "271_360", "361_plus",
    ]  # fmt: skip


def test_a_bank_may_keep_one_bucket_only() -> None:
    assert buckets((1,)) == (Bucket(0, 0), Bucket(1, None))
    assert bucket_of(500, (1,)).code == "1_plus"


def test_hhi_of_the_textbook_is_2500_and_four_effective_names() -> None:
    assert hhi([35, 25, 20, 15, 5]) == (25_000, 40)  # tenths: 2500.0 and 4.0


def test_one_name_is_full_concentration_and_none_is_nothing() -> None:
    assert hhi([7]) == (100_000, 10)
    assert hhi([]) is None
    assert hhi([0, 0]) is None


@given(amounts.filter(any))
def test_hhi_is_the_exact_value_rounded_half_up(shares: list[int]) -> None:
    whole = sum(shares)
    exact = sum(Fraction(100 * amount, whole) ** 2 for amount in shares)
    names = Fraction(10_000) / exact

    def tenths(value: Fraction) -> int:
        return int((2 * value * 10 + 1) // 2)

    assert hhi(shares) == (tenths(exact), tenths(names))


@given(amounts.filter(any), st.integers(1, 1000))
def test_hhi_does_not_depend_on_the_unit_of_the_amounts(shares: list[int], factor: int) -> None:
    assert hhi(shares) == hhi([amount * factor for amount in shares])
