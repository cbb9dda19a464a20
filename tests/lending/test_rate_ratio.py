"""The ratio of two rates: R's example, and tails summed exactly by hand."""

from __future__ import annotations

from fractions import Fraction
from math import comb, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.rate_ratio import rate_ratio


def test_the_example_of_rs_poisson_test() -> None:
    found = rate_ratio(11, 800, 6 + 8 + 7, 1083 + 1050 + 878)  # eba1977: Fredericia and three other towns
    assert found is not None
    assert found.value == pytest.approx(1.971488, abs=5e-7)
    assert (found.low, found.high) == (pytest.approx(0.8584264, abs=5e-8), pytest.approx(4.2772659, abs=5e-8))


def tail(hits: int, n: int, share: Fraction) -> Fraction:
    return sum((comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(hits, n + 1)), Fraction(0))


@given(st.integers(0, 25), st.integers(1, 5_000), st.integers(0, 25), st.integers(1, 5_000))
def test_each_end_leaves_a_fortieth_beyond_it(events: int, time: int, others: int, other_time: int) -> None:
    found, n = rate_ratio(events, time, others, other_time), events + others
    if found is None:
        assert n == 0
        return
    for end, hits, is_low in ((found.low, events, True), (found.high, events + 1, False)):
        if end in (0.0, inf):
            assert (events if is_low else others) == 0
            continue
        odds = Fraction(end) * Fraction(time, other_time)
        beyond = tail(hits, n, odds / (1 + odds))
        assert float(beyond if is_low else 1 - beyond) == pytest.approx(0.025, abs=1e-9)


def test_it_turns_over_when_the_two_are_exchanged() -> None:
    one, other = rate_ratio(4, 100, 9, 120), rate_ratio(9, 120, 4, 100)
    assert one is not None
    assert other is not None
    assert (one.low, one.high) == (pytest.approx(1 / other.high), pytest.approx(1 / other.low))


def test_without_events_or_anybody_there_is_none_and_nought_before_has_no_ratio() -> None:
    assert rate_ratio(0, 10, 0, 10) is None
    assert rate_ratio(1, 0, 1, 10) is None
    found = rate_ratio(5, 1, 0, 1)
    assert found is not None
    assert (found.value, found.high) == (None, inf)
    assert found.low > 0
