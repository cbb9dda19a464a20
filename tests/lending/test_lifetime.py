"""Lifetime value against published multiples and a sum worked out by hand; ranks with ties."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.lifetime import Year, constant_margin, lifetime, years
from loancrm.lending.ranks import ranks

# Gupta and Lehmann, Customers as Assets (2003): the margin multiple r/(1+d−r), to two decimals.
MULTIPLES = {
    (600_000, 100_000): 120, (600_000, 120_000): 115, (600_000, 140_000): 111, (600_000, 160_000): 107,
    (700_000, 100_000): 175, (700_000, 120_000): 167, (700_000, 140_000): 159, (700_000, 160_000): 152,
    (800_000, 100_000): 267, (800_000, 120_000): 250, (800_000, 140_000): 235, (800_000, 160_000): 222,
    (900_000, 100_000): 450, (900_000, 120_000): 409, (900_000, 140_000): 375, (900_000, 160_000): 346,
}  # fmt: skip


@pytest.mark.parametrize(("retention", "discount"), MULTIPLES)
def test_the_published_multiples_come_out(retention: int, discount: int) -> None:
    assert constant_margin(100, retention, discount) == MULTIPLES[retention, discount]


def test_the_sum_of_three_years_is_the_one_worked_out_by_hand() -> None:
    # 100·0.8/1.1 + 120·0.64/1.21 + 140·0.512/1.331 = 72.7273 + 63.4711 + 53.8542, less 50
    assert lifetime([10_000, 12_000, 14_000], 800_000, 100_000, 5_000) == 14_005


@given(
    st.integers(-(10**9), 10**9),
    st.integers(0, 950_000),
    st.integers(0, 300_000),
)
def test_a_constant_margin_is_the_sum_of_many_years(margin: int, retention: int, discount: int) -> None:
    long = lifetime([margin] * 600, retention, discount)
    assert abs(constant_margin(margin, retention, discount) - long) <= 1


def test_years_one_by_one() -> None:
    assert list(years(10_000, 800_000, 100_000, 2)) == [
        Year(1, 800_000, 7_273, 7_273),
        Year(2, 640_000, 5_289, 12_562),
    ]


def test_ties_share_a_rank_and_what_is_missing_has_none() -> None:
    assert ranks([10, 20, 30, 40, 50]) == [1, 2, 3, 4, 5]
    # nothing below the three tens; three of five below 40, four below 50
    assert ranks([10, 10, 10, 40, 50]) == [1, 1, 1, 4, 5]
    assert ranks([7, 7, 7, 7]) == [1, 1, 1, 1]
    assert ranks([5, None, 5, 9]) == [1, None, 1, 4]
    assert ranks([None]) == [None]


def test_few_days_since_are_the_best_rank() -> None:
    assert ranks([3, 30, 30, 90, 400], inverted=True) == [5, 3, 3, 2, 1]


@given(st.lists(st.one_of(st.none(), st.integers(-50, 50))), st.randoms())
def test_ranks_do_not_depend_on_the_order_and_rise_with_the_value(
    values: list[int | None], rng: Random
) -> None:
    found = dict(zip(values, ranks(values), strict=True))
    shuffled = list(values)
    rng.shuffle(shuffled)
    assert dict(zip(shuffled, ranks(shuffled), strict=True)) == found
    known = sorted(value for value in found if value is not None)
    in_order = [found[value] for value in known]
    assert in_order == sorted(in_order)
    assert all(rank is not None and 1 <= rank <= 5 for rank in in_order)
