"""What a rule and a score would have told: counted by hand, and against the pairs counted one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending import backtest, discrimination
from loancrm.lending.backtest import Tally, confused, median_days
from loancrm.lending.discrimination import Confusion

# Hanley and McNeil, Radiology 143 (1982), table I: ratings 1 to 5 of 58 normal and 51 abnormal images.
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)


def rated() -> Tally:
    tally = Tally()
    for rating, (normal, abnormal) in enumerate(zip(NORMAL, ABNORMAL, strict=True), 1):
        for n in range(normal + abnormal):
            tally.add(rating, n >= normal)
    return tally


def test_a_rule_that_caught_eight_of_ten_with_twenty_alerts_of_a_hundred_cases() -> None:
    counts = confused(cases=100, events=10, alerts=20, hits=8)
    assert counts == Confusion(true_positive=8, false_positive=12, true_negative=78, false_negative=2)
    assert backtest.precision(counts) == Fraction(2, 5)
    assert backtest.recall(counts) == Fraction(4, 5)
    assert backtest.base_rate(counts) == Fraction(1, 10)
    assert backtest.lift(counts) == 4


def test_the_published_ratings_as_rules_of_a_cut() -> None:
    """Abnormal from 4 on: 44 of 51 are found (sensitivity 0.86), 13 of 58 normal ones alerted too."""
    counts = confused(109, 51, 57, 44)
    assert backtest.recall(counts) == Fraction(44, 51)
    assert backtest.precision(counts) == Fraction(44, 57)
    assert counts.false_positive == 13


def test_always_and_never() -> None:
    always, never = confused(50, 5, 50, 5), confused(50, 5, 0, 0)
    assert (backtest.precision(always), backtest.recall(always), backtest.lift(always)) == (
        Fraction(1, 10), 1, 1,
    )  # fmt: skip
    assert (backtest.precision(never), backtest.recall(never), backtest.lift(never)) == (None, 0, None)


def test_without_cases_or_events_there_is_no_share() -> None:
    nothing = confused(0, 0, 0, 0)
    shares = (backtest.precision, backtest.recall, backtest.base_rate, backtest.lift)
    assert [share(nothing) for share in shares] == [None] * 4
    assert [share(confused(9, 0, 3, 0)) for share in shares] == [0, None, 0, None]


@pytest.mark.parametrize("counts", [(10, 3, 2, 3), (10, 1, 5, 2), (10, 8, 8, 2)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="more hits"):
        confused(*counts)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_lift_over_recall_is_cases_over_alerts(cases: list[tuple[bool, bool]]) -> None:
    """Precision ÷ base rate = (hits ÷ alerts) ÷ (events ÷ cases) = recall · cases ÷ alerts."""
    alerts, events = sum(a for a, _ in cases), sum(e for _, e in cases)
    hits = sum(a and e for a, e in cases)
    counts = confused(len(cases), events, alerts, hits)
    if alerts and events:
        assert backtest.lift(counts) == Fraction(hits, events) * len(cases) / alerts
        assert backtest.lift(counts) == (backtest.recall(counts) or 0) * len(cases) / alerts


@pytest.mark.parametrize(
    ("leads", "median"), [([], None), ([30], 30), ([91, 30], 30), ([60, 10, 20], 20), ([4, 1, 3, 2], 2)]
)
def test_the_median_is_a_lead_that_there_was(leads: list[int], median: int | None) -> None:
    assert median_days(leads) == median


# ── scores ──────────────────────────────────────────────────────────────────────────────────────


def test_counted_by_score_the_published_ratings_have_their_area_and_distance() -> None:
    tally = rated()
    assert (tally.n, tally.events) == (109, 51)
    assert round(float(tally.auc() or 0), 3) == 0.893
    assert tally.ks() == Fraction(45, 58) - Fraction(7, 51)


scored = st.lists(st.tuples(st.integers(-5, 6), st.booleans()), min_size=1, max_size=60)


def tallied(found: list[tuple[int, bool]]) -> Tally:
    tally = Tally()
    for score, event in found:
        tally.add(score, event)
    return tally


@given(scored, scored)
def test_counted_by_score_is_the_same_as_case_by_case(
    found: list[tuple[int, bool]], others: list[tuple[int, bool]]
) -> None:
    tally, other = tallied(found), tallied(others)
    scores, events = zip(*found, strict=True)
    assert tally.auc() == discrimination.auc(scores, events)
    assert tally.ks() == discrimination.ks(scores, events)
    expected = discrimination.psi([score for score, _ in others], scores)
    assert tally.psi(other) == pytest.approx(expected)
    assert tally.psi(tally) == pytest.approx(0)


@given(scored, scored)
def test_quarters_add_up_to_the_whole(a: list[tuple[int, bool]], b: list[tuple[int, bool]]) -> None:
    whole = Tally()
    for part in (a, b):
        whole.update(tallied(part))
    assert whole == tallied(a + b)


def test_a_card_that_says_what_comes_is_calibrated() -> None:
    """Ten chances of 100 cases each, 0.05 to 0.95, of which as many come."""
    tally = Tally()
    for tenth in range(10):
        chance = 50_000 + tenth * 100_000
        for n in range(100):
            tally.add(chance, n < 5 + 10 * tenth)
    bins = tally.deciles(Fraction(1, 1_000_000))
    assert [(one.n, one.events, one.expected) for one in bins] == [
        (100, 5 + 10 * tenth, 5 + 10 * tenth) for tenth in range(10)
    ]
    assert [int(one.low) for one in bins] == list(range(50_000, 1_000_000, 100_000))


@given(scored)
def test_tenths_hold_every_case_once_and_never_part_equal_scores(found: list[tuple[int, bool]]) -> None:
    tally = tallied(found)
    bins = tally.deciles()
    assert sum(one.n for one in bins) == tally.n
    assert sum(one.events for one in bins) == tally.events
    assert all(a.high < b.low for a, b in pairwise(bins))
    assert all(one.n for one in bins)


def test_bands_are_up_to_each_edge() -> None:
    tally = tallied([(1, True), (2, False), (2, True), (3, False), (9, True)])
    found = tally.bands([2, 2.5, 3])
    assert [one and (one.low, one.high, one.n, one.events) for one in found] == [
        (1, 2, 3, 2), None, (3, 3, 1, 0), (9, 9, 1, 1),
    ]  # fmt: skip


def test_nobody_has_no_measure() -> None:
    nobody = Tally()
    assert (nobody.auc(), nobody.ks(), nobody.psi(rated()), nobody.deciles()) == (None, None, None, [])
