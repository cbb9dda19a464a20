"""What customers say: shares, the NPS and movements, against the published intervals.

Shares: the worked output of RSurveillance's ``binom.agresti``. Difference: M. W. Fagerland, S. Lydersen,
P. Laake, Statistical Methods in Medical Research 24 (2015), 224-254: the trial of Perondi et al. (7 of 34 and
1 of 34).
NPS: B. Rocks, The American Statistician 70 (2016), 365-372.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.opinions import mean, net_score, net_score_moved, share, share_moved, within


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (25, 200, 0.08558957, 0.1785444),
        (10, 200, 0.02626810, 0.09069269),
        (20, 200, 0.06500984, 0.15006642),
        (30, 200, 0.10670629, 0.20648544),
        (40, 200, 0.15016868, 0.26113852),
        (50, 200, 0.19489935, 0.31452332),
        (60, 200, 0.24063696, 0.36690117),
        (70, 200, 0.28722845, 0.41842514),
        (80, 200, 0.33457989, 0.46918917),
    ],
)
def test_a_share_has_the_published_interval(hits: int, n: int, low: float, high: float) -> None:
    found = share(hits, n)
    assert found is not None
    assert (found.n, found.value) == (n, Fraction(hits, n))
    assert (float(found.low), float(found.high)) == pytest.approx((low, high), abs=5e-8)


def test_the_difference_of_two_shares_has_the_published_interval() -> None:
    found = share_moved(7, 34, 1, 34)
    assert found is not None
    assert found.value == Fraction(6, 34)
    assert (round(float(found.low), 3), round(float(found.high), 3)) == (0.012, 0.322)
    assert found.direction == "rose"


def test_the_net_promoter_score_has_the_published_interval() -> None:
    found = net_score(25, 10, 50)
    assert found is not None
    assert found.value == Fraction(3, 10)
    assert round(float(100 * found.estimate), 1) == 28.3
    assert round(float(50 * (found.high - found.low)), 1) == 21.0
    assert (round(float(100 * found.low), 1), round(float(100 * found.high), 1)) == (7.3, 49.3)


def test_nobody_has_no_figure() -> None:
    assert share(0, 0) is None
    assert net_score(0, 0, 0) is None
    assert mean({}) is None
    assert share_moved(1, 2, 0, 0) is None
    assert net_score_moved((1, 0, 1), (0, 0, 0)) is None


def test_the_mean_is_exact() -> None:
    assert mean({1: 1, 5: 2}) == Fraction(11, 3)
    assert within({1: 1, 4: 3, 5: 2}, 4, 5) == 5


def test_a_movement_is_shown_where_nought_lies_outside_its_interval() -> None:
    fell, none = share_moved(20, 100, 60, 100), share_moved(50, 100, 49, 100)
    assert fell is not None
    assert none is not None
    assert (fell.direction, none.direction) == ("fell", "none")


def test_what_only_the_adjustment_moves_is_no_movement() -> None:
    """The difference of two adjusted shares can point the other way than what was counted."""
    found = share_moved(3, 3, 299, 300)
    assert found is not None
    assert found.value > 0
    assert found.direction == "none"


counts = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
votes = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400)).filter(any)


@given(counts)
def test_a_share_lies_within_its_interval_and_its_complement_is_the_mirror(one: tuple[int, int]) -> None:
    hits, n = one
    found, other = share(hits, n), share(n - hits, n)
    assert found is not None
    assert other is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert (found.low, found.high) == (1 - other.high, 1 - other.low)


@given(votes)
def test_a_score_lies_within_its_interval_and_praise_and_blame_are_mirrors(one: tuple[int, int, int]) -> None:
    promoters, passives, detractors = one
    n = sum(one)
    found, other = net_score(promoters, detractors, n), net_score(detractors, promoters, n)
    assert passives >= 0
    assert found is not None
    assert other is not None
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert (found.value, found.low) == (-other.value, -other.high)


@given(votes, votes)
def test_a_movement_is_its_mirror_the_other_way_round(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    now, before = (one[0], one[2], sum(one)), (other[0], other[2], sum(other))
    found, mirrored = net_score_moved(now, before), net_score_moved(before, now)
    assert found is not None
    assert mirrored is not None
    assert (found.value, found.low, found.high) == (-mirrored.value, -mirrored.high, -mirrored.low)
    shares = share_moved(one[0], sum(one), other[0], sum(other))
    back = share_moved(other[0], sum(other), one[0], sum(one))
    assert shares is not None
    assert back is not None
    assert (shares.low, shares.high) == (-back.high, -back.low)


@given(counts)
def test_more_answers_of_the_same_kind_make_the_interval_shorter(one: tuple[int, int]) -> None:
    hits, n = one
    few, many = share(hits, n), share(4 * hits, 4 * n)
    assert few is not None
    assert many is not None
    assert many.high - many.low <= few.high - few.low
