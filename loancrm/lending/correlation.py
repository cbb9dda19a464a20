"""Which of two answers goes with the other: Spearman's rank correlation from a table of counts. Pure.

C. Spearman, The proof and measurement of association between two things, American Journal of Psychology 15
(1904), 72-101, as Pearson's correlation of midranks, so that ties are right. Interval: D. G. Bonett,
T. A. Wright, Sample size requirements for estimating Pearson, Kendall and Spearman correlations,
Psychometrika 65 (2000), 23-28: Fisher's z with the variance (1 + r²/2)/(n - 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import atanh, sqrt, tanh

METHOD = "spearman"
LEAST = 4  # pairs: with fewer there is no interval
Z_95 = 1.959963984540054
Table = Mapping[tuple[int, int], int]  # (one answer, the other) -> how many gave both


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rank correlation of ``n`` pairs, -1 to 1, with the ends of its 95 % interval."""

    n: int
    value: float
    low: float
    high: float


def spearman(table: Table) -> Correlation | None:
    """Return the rank correlation; None of fewer than four pairs, or where one side says always the same."""
    n = sum(table.values())
    if n < LEAST:
        return None
    ones, others = _ranks(table, 0), _ranks(table, 1)
    middle = Fraction(n + 1, 2)
    both = sum(
        times * (ones[one] - middle) * (others[other] - middle) for (one, other), times in table.items()
    )
    spread = [
        sum(times * (ranks[pair[side]] - middle) ** 2 for pair, times in table.items())
        for side, ranks in enumerate((ones, others))
    ]
    if not all(spread):
        return None
    squared = Fraction(both * both) / (spread[0] * spread[1])
    value = sqrt(squared) if both > 0 else -sqrt(squared)
    if squared == 1:
        return Correlation(n, value, value, value)
    half = Z_95 * sqrt((1 + value * value / 2) / (n - 3))
    return Correlation(n, value, tanh(atanh(value) - half), tanh(atanh(value) + half))


def _ranks(table: Table, side: int) -> dict[int, Fraction]:
    """Return the midrank of each answer of a side: the mean of the places that it takes."""
    times: dict[int, int] = {}
    for pair, count in table.items():
        times[pair[side]] = times.get(pair[side], 0) + count
    ranks, before = {}, 0
    for value in sorted(times):
        ranks[value] = before + Fraction(times[value] + 1, 2)
        before += times[value]
    return ranks
