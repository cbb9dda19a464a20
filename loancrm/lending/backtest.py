"""How a rule or a score would have done: what foretold an event is set beside what came. Pure.

A case is a customer on a day on which the event did not hold; an alert is a case for which the rule held, a
hit one after which the event came within the horizon.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from loancrm.lending.discrimination import (
    DECILES,
    Confusion,
    Pair,
    area_of,
    distance_of,
    edges_of,
    shift_of,
)


def confused(cases: int, events: int, alerts: int, hits: int) -> Confusion:
    """Return the four counts of so many cases, of which some had the event, some an alert, and some both.

    Raises:
        ValueError: there are no such cases.
    """
    found = Confusion(hits, alerts - hits, cases - events - alerts + hits, events - hits)
    if min(found.true_positive, found.false_positive, found.true_negative, found.false_negative) < 0:
        raise ValueError("more hits than alerts or events, or more of these than cases")
    return found


def precision(counts: Confusion) -> Fraction | None:
    """Return hits ÷ alerts; None without an alert."""
    return _share(counts.true_positive, counts.true_positive + counts.false_positive)


def recall(counts: Confusion) -> Fraction | None:
    """Return hits ÷ cases with the event; None without an event."""
    return _share(counts.true_positive, counts.true_positive + counts.false_negative)


def base_rate(counts: Confusion) -> Fraction | None:
    """Return the share of the cases that had the event: the precision of alerting always."""
    events = counts.true_positive + counts.false_negative
    return _share(events, events + counts.false_positive + counts.true_negative)


def lift(counts: Confusion) -> Fraction | None:
    """Return precision ÷ base rate: how much likelier the event is after an alert than after any case.

    None without an alert or without an event. 1 for alerting always, and for alerting by lot.
    """
    found, base = precision(counts), base_rate(counts)
    return found / base if found is not None and base else None


def median_days(leads: Iterable[int]) -> int | None:
    """Return the median, of an even number the lower one of the middle two; None of nothing.

    The lower one, so that it is a lead that there was, and not more time than there was.
    """
    ranked = sorted(leads)
    return ranked[(len(ranked) - 1) // 2] if ranked else None


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


# ── scores ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases that were scored alike, ``low`` to ``high`` (both ends included).

    ``expected`` is the sum of what the score said of each, None where it says no chance.
    """

    low: float
    high: float
    n: int
    events: int
    expected: Fraction | None


@dataclass
class Tally:
    """Cases by score; a higher score means that the event is likelier."""

    cases: Counter[float] = field(default_factory=Counter)
    hits: Counter[float] = field(default_factory=Counter)

    def add(self, score: float, event: bool) -> None:
        """Count a case."""
        self.cases[score] += 1
        if event:
            self.hits[score] += 1

    def update(self, other: Tally) -> None:
        """Count the cases of ``other`` too."""
        self.cases.update(other.cases)
        self.hits.update(other.hits)

    @property
    def n(self) -> int:
        """Return how many cases there are."""
        return self.cases.total()

    @property
    def events(self) -> int:
        """Return how many had the event."""
        return self.hits.total()

    def auc(self) -> Fraction | None:
        """Return the area under the ROC curve (``discrimination.auc``)."""
        return area_of(self._pairs())

    def ks(self) -> Fraction | None:
        """Return the largest distance of the two cumulative shares (``discrimination.ks``)."""
        return distance_of(self._pairs())

    def psi(self, expected: Tally) -> float | None:
        """Return how far the scores have moved from ``expected`` (``discrimination.psi``)."""
        return shift_of(expected.cases, self.cases)

    def deciles(self, chance: Fraction | None = None, bins: int = DECILES) -> list[Bin]:
        """Return the cases by tenths of the score, the lowest first; equal scores are never parted.

        ``chance``: what one of the score is as a chance, such as a millionth; None where it is none.
        """
        if not self.cases:
            return []
        edges = edges_of(self.cases, bins)
        members: list[list[float]] = [[] for _ in range(len(edges) + 1)]
        for score in sorted(self.cases):
            members[bisect_left(edges, score)].append(score)
        return [self._bin(scores, chance) for scores in members]

    def bands(self, edges: Sequence[float]) -> list[Bin | None]:
        """Return the cases up to each of the rising ``edges``, then those above; None where nobody is."""
        members: list[list[float]] = [[] for _ in range(len(edges) + 1)]
        for score in sorted(self.cases):
            members[bisect_left(edges, score)].append(score)
        return [self._bin(scores, None) if scores else None for scores in members]

    def _bin(self, scores: Sequence[float], chance: Fraction | None) -> Bin:
        n, events = (sum(counts[score] for score in scores) for counts in (self.cases, self.hits))
        said = None
        if chance is not None:
            said = sum((Fraction(score) * self.cases[score] for score in scores), Fraction()) * chance
        return Bin(scores[0], scores[-1], n, events, said)

    def _pairs(self) -> list[Pair]:
        hits: Mapping[float, int] = self.hits
        return [(hits.get(score, 0), self.cases[score] - hits.get(score, 0)) for score in sorted(self.cases)]
