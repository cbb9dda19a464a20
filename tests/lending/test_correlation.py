"""Rank correlation from a table of counts: a published example, and Pearson's of the ranks written out."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.correlation import spearman

# IQ and hours of television a week of ten people: rho = -29/165 (the example that text books share).
IQ = (106, 100, 86, 101, 99, 103, 97, 113, 112, 110)
HOURS = (7, 27, 2, 50, 28, 29, 20, 12, 6, 17)


def test_the_text_book_example() -> None:
    found = spearman(Counter(zip(IQ, HOURS, strict=True)))
    assert found is not None
    assert (found.n, found.value) == (10, pytest.approx(-29 / 165))


def test_with_ties_it_is_pearsons_of_the_midranks() -> None:
    # ranks of 1,1,2,3: 1.5 1.5 3 4; of 5,4,4,4: 4 2 2 2 -> covariance -2, spreads 4.5 and 3
    found = spearman({(1, 5): 1, (1, 4): 1, (2, 4): 1, (3, 4): 1})
    assert found is not None
    assert found.value == pytest.approx(-2 / sqrt(4.5 * 3))


def test_too_few_pairs_or_a_side_that_says_always_the_same_has_none() -> None:
    assert spearman({}) is None
    assert spearman({(1, 1): 1, (2, 2): 1, (3, 3): 1}) is None
    assert spearman({(1, 4): 30, (5, 4): 30}) is None


def test_what_goes_together_whole_is_one() -> None:
    found = spearman({(1, 2): 3, (4, 9): 5})
    assert found is not None
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def of_definition(pairs: list[tuple[int, int]]) -> float | None:
    """Return Pearson's correlation of the mean places, counted one by one."""
    columns = []
    for side in (0, 1):
        values = [pair[side] for pair in pairs]
        ranks = [
            Fraction(sum(other < mine for other in values))
            + Fraction(1 + sum(other == mine for other in values), 2)
            for mine in values
        ]
        middle = Fraction(sum(ranks), len(ranks))
        columns.append([rank - middle for rank in ranks])
    spreads = [sum(part * part for part in column) for column in columns]
    if not all(spreads):
        return None
    both = sum(one * other for one, other in zip(*columns, strict=True))
    return float(both) / sqrt(spreads[0] * spreads[1])


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 10)), min_size=4, max_size=60))
def test_the_table_gives_what_the_definition_gives(pairs: list[tuple[int, int]]) -> None:
    found, expected = spearman(Counter(pairs)), of_definition(pairs)
    if found is None:
        assert expected is None
        return
    assert found.value == pytest.approx(expected, abs=1e-12)
    assert -1 <= found.low <= found.value <= found.high <= 1
