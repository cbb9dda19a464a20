"""How well a score tells, against published figures, figures by hand, and the pairs counted one by one."""

from __future__ import annotations

from fractions import Fraction
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.discrimination import Confusion, auc, confusion, decile_edges, gini, ks, psi

# Hanley and McNeil, Radiology 143 (1982), table I: 109 images rated 1 to 5; W = 0.893.
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
RATED = [float(r) for r in range(1, 6) for _ in range(NORMAL[r - 1] + ABNORMAL[r - 1])]
IS_ABNORMAL = [n >= NORMAL[r] for r in range(5) for n in range(NORMAL[r] + ABNORMAL[r])]


def test_the_area_is_that_of_the_published_ratings_with_their_ties() -> None:
    area = auc(RATED, IS_ABNORMAL)
    assert area == Fraction(3 * 33 + 2 * 72 + 2 * 84 + 11 * 101 + 33 * 114, 2 * 58 * 51)  # halves of pairs
    assert round(float(area or 0), 3) == 0.893
    assert gini(area) == 2 * Fraction(5284, 5916) - 1


def test_the_largest_distance_of_the_published_ratings_is_between_three_and_four() -> None:
    assert ks(RATED, IS_ABNORMAL) == Fraction(45, 58) - Fraction(7, 51)


@pytest.mark.parametrize(
    ("scores", "events", "area", "distance"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], 1, 1),
        ([4, 3, 2, 1], [0, 0, 1, 1], 0, 1),
        ([1, 1, 1, 1], [0, 0, 1, 1], Fraction(1, 2), 0),
        ([1, 2, 3, 4], [0, 1, 0, 1], Fraction(3, 4), Fraction(1, 2)),
        ([1, 2, 2, 3], [0, 0, 1, 1], Fraction(7, 8), Fraction(1, 2)),
        ([1, 2], [1, 1], None, None),
        ([], [], None, None),
    ],
)
def test_small_cases_by_hand(scores: list[float], events: list[int], area: object, distance: object) -> None:
    flags = [bool(event) for event in events]
    assert (auc(scores, flags), ks(scores, flags)) == (area, distance)


cases = st.lists(st.tuples(st.integers(0, 6).map(float), st.booleans()), min_size=1, max_size=40)


@given(cases)
def test_the_area_is_the_share_of_pairs_that_are_in_order(found: list[tuple[float, bool]]) -> None:
    hits = [score for score, event in found if event]
    others = [score for score, event in found if not event]
    won = sum((a > b) + Fraction(a == b, 2) for a in hits for b in others)
    expected = won / (len(hits) * len(others)) if hits and others else None
    assert auc(*zip(*found, strict=True)) == expected  # type: ignore[arg-type]


@given(cases)
def test_the_distance_is_the_largest_at_any_cut(found: list[tuple[float, bool]]) -> None:
    hits = [score for score, event in found if event]
    others = [score for score, event in found if not event]
    if not hits or not others:
        return

    def share(scores: list[float], cut: int) -> Fraction:
        return Fraction(sum(score <= cut for score in scores), len(scores))

    expected = max(abs(share(hits, cut) - share(others, cut)) for cut in range(-1, 7))
    assert ks(*zip(*found, strict=True)) == expected  # type: ignore[arg-type]


def test_stability_by_hand_over_deciles() -> None:
    """A hundred cases, ten a decile; then half of those of the first decile are in the last."""
    before = [float(n) for n in range(1, 101)]
    assert decile_edges(before) == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert psi(before, before) == 0
    after = [100.0 if n <= 5 else float(n) for n in range(1, 101)]
    expected = (0.05 - 0.10) * log(0.05 / 0.10) + (0.15 - 0.10) * log(0.15 / 0.10)
    assert psi(before, after) == pytest.approx(expected, abs=1e-12)


def test_a_decile_that_nobody_is_in_counts_as_half_a_case() -> None:
    before = [float(n) for n in range(1, 101)]
    found = psi(before, [1.0] * 50)
    empty = 9 * (0.01 - 0.1) * log(0.01 / 0.1)  # half of one of fifty, nine times
    assert found == pytest.approx((1 - 0.1) * log(1 / 0.1) + empty, abs=1e-12)
    assert psi([], before) is None
    assert psi(before, []) is None


@given(cases, cases)
def test_stability_is_never_negative_with_many_ties(
    a: list[tuple[float, bool]], b: list[tuple[float, bool]]
) -> None:
    before, after = [score for score, _ in a], [score for score, _ in b]
    # Half a case in an empty bin makes shares that do not add up to one: then a little below is possible.
    found = psi(before, after)
    assert found is not None
    assert found > -1
    assert psi(before, before) == 0


def test_confusion_counts_what_was_foretold_at_the_cut_and_above() -> None:
    chances = [0.1, 0.2, 0.2, 0.3, 0.9]
    events = [True, False, True, False, True]
    assert confusion(chances, events, 0.2) == Confusion(2, 2, 0, 1)
    assert confusion(chances, events, 0.95) == Confusion(0, 0, 2, 3)
