"""How well a score tells those that fail from those that do not. Pure, and exact where counting is enough.

A case is its score and whether the event came; a higher score means that the event is likelier.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import log

DECILES = 10
_HALF = Fraction(1, 2)
Pair = tuple[int, int]  # cases of one score: with the event, and without


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often the event was foretold (at or above a cut) and came."""

    true_positive: int
    false_positive: int
    true_negative: int
    false_negative: int


def auc(scores: Sequence[float], events: Sequence[bool]) -> Fraction | None:
    """Return the area under the ROC curve; None without an event or without a case that has none.

    The chance that a case with the event scores higher than one without, ties counting half (Hanley and
    McNeil, Radiology 143, 1982: the statistic of Mann and Whitney over the number of pairs).
    """
    return area_of(_by_score(scores, events))


def area_of(pairs: Iterable[Pair]) -> Fraction | None:
    """Return the area of ``auc`` where cases are counted by score: a pair each, scores rising."""
    won, above, below = Fraction(0), 0, 0
    for hits, others in pairs:
        won += hits * (below + others * _HALF)
        above, below = above + hits, below + others
    return won / (above * below) if above and below else None


def gini(area: Fraction | None) -> Fraction | None:
    """Return Gini's coefficient (accuracy ratio) of an area under the ROC curve: 2·AUC − 1."""
    return None if area is None else 2 * area - 1


def ks(scores: Sequence[float], events: Sequence[bool]) -> Fraction | None:
    """Return the largest distance between the two cumulative shares (Kolmogorov and Smirnov).

    None without an event or without a case that has none.
    """
    return distance_of(list(_by_score(scores, events)))


def distance_of(pairs: Sequence[Pair]) -> Fraction | None:
    """Return the distance of ``ks`` where cases are counted by score: a pair each, scores rising."""
    hits, others = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    if not hits or not others:
        return None
    largest, seen_hits, seen_others = 0, 0, 0  # of hits × others: whole numbers, until the end
    for more_hits, more_others in pairs:
        seen_hits, seen_others = seen_hits + more_hits, seen_others + more_others
        largest = max(largest, abs(seen_hits * others - seen_others * hits))
    return Fraction(largest, hits * others)


def _by_score(scores: Sequence[float], events: Sequence[bool]) -> Iterator[Pair]:
    """Yield for each score, rising, how many cases with and without the event have it."""
    hits = Counter(score for score, event in zip(scores, events, strict=True) if event)
    whole = Counter(scores)
    for score in sorted(whole):
        yield hits[score], whole[score] - hits[score]


def psi(expected: Sequence[float], actual: Sequence[float], bins: int = DECILES) -> float | None:
    """Return the population stability index of ``actual`` against ``expected``; None where either is empty.

    Σ (actual − expected)·ln(actual ÷ expected) over the deciles of ``expected`` (Siddiqi, Credit Risk
    Scorecards, 2006). Equal edges are one; a bin that holds nobody counts as half a case, as ln 0 is none.
    """
    return shift_of(Counter(expected), Counter(actual), bins)


def shift_of(expected: Mapping[float, int], actual: Mapping[float, int], bins: int = DECILES) -> float | None:
    """Return the index of ``psi`` where cases are counted by score."""
    if not expected or not actual:
        return None
    edges = edges_of(expected, bins)
    pairs = zip(_shares(expected, edges), _shares(actual, edges), strict=True)
    return sum((float(b) - float(a)) * log(b / a) for a, b in pairs)


def decile_edges(scores: Sequence[float], bins: int = DECILES) -> list[float]:
    """Return the upper edges of all but the last bin: the smallest score that so many tenths do not pass."""
    return edges_of(Counter(scores), bins)


def edges_of(counts: Mapping[float, int], bins: int = DECILES) -> list[float]:
    """Return the edges of ``decile_edges`` where cases are counted by score."""
    ranked = sorted(counts)
    up_to = list(accumulate(counts[score] for score in ranked))
    n = up_to[-1]
    found = {ranked[bisect_left(up_to, -(-n * part // bins))] for part in range(1, bins)}
    return sorted(found - {ranked[-1]})


def _shares(counts: Mapping[float, int], edges: Sequence[float]) -> list[Fraction]:
    held = Counter[int]()
    for score, n in counts.items():
        held[bisect_left(edges, score)] += n
    n = sum(held.values())
    return [Fraction(held[place]) / n if held[place] else _HALF / n for place in range(len(edges) + 1)]


def confusion(chances: Sequence[float], events: Sequence[bool], cut: float) -> Confusion:
    """Return how often an event whose chance is ``cut`` or more came."""
    seen = Counter((chance >= cut, bool(event)) for chance, event in zip(chances, events, strict=True))
    return Confusion(seen[True, True], seen[True, False], seen[False, False], seen[False, True])
