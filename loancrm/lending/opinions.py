"""What customers say, as figures with adjusted-Wald intervals: shares, the NPS, and what moved. Pure.

Counts go in, exact fractions come out: only the square root of a variance is rounded, to 40 digits.

Shares: A. Agresti, B. A. Coull, Approximate is better than "exact" for interval estimation of binomial
proportions, The American Statistician 52 (1998), 119-126, with z²/2 added to hits and misses. Two shares:
A. Agresti, B. Caffo, The American Statistician 54 (2000), 280-288. NPS: B. Rocks, Interval estimation for the
"net promoter score", The American Statistician 70 (2016), 365-372: adjusted Wald with 3 answers added, 3/4 of
them promoters and 3/4 detractors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

Z_95 = Decimal("1.959963984540054")  # of the standard normal distribution: 95 % lie within
METHOD = "adjusted_wald"
Counts = Mapping[int, int]  # answer on a scale -> how many gave it
_EXACT = Context(prec=40)
_ADDED, _EACH = 3, Fraction(3, 4)  # Rocks 2016: answers added in all, and to promoters and detractors


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of ``n`` answers with the ends of its 95 % interval.

    A share and a net score are fractions of 1. ``value`` is what was counted, ``estimate`` the middle of the
    interval: of the counts with what the method adds.
    """

    n: int
    value: Fraction
    estimate: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Movement:
    """How much higher a figure is than an earlier one, with the ends of the 95 % interval of that."""

    value: Fraction
    low: Fraction
    high: Fraction

    @property
    def direction(self) -> str:
        """Return rose or fell where nought lies outside the interval, else none: no change is shown."""
        if self.low > 0:
            return "rose"
        return "fell" if self.high < 0 else "none"


def share(hits: int, n: int) -> Estimate | None:
    """Return the share of ``hits`` in ``n`` answers; None of no answers."""
    if n == 0:
        return None
    added = Fraction(Z_95) ** 2
    middle = (hits + added / 2) / (n + added)
    half = _half(middle * (1 - middle) / (n + added))
    ends = max(Fraction(0), middle - half), min(Fraction(1), middle + half)
    return Estimate(n, Fraction(hits, n), middle, *ends)


def share_moved(hits: int, n: int, hits_before: int, n_before: int) -> Movement | None:
    """Return how a share moved between two samples that know nothing of each other; None without either."""
    if n == 0 or n_before == 0:
        return None
    now, before = Fraction(hits + 1, n + 2), Fraction(hits_before + 1, n_before + 2)
    half = _half(now * (1 - now) / (n + 2) + before * (1 - before) / (n_before + 2))
    value = Fraction(hits, n) - Fraction(hits_before, n_before)
    return Movement(value, *_within_one(now - before, half))


def net_score(promoters: int, detractors: int, n: int) -> Estimate | None:
    """Return the net promoter score, from -1 to 1; None of no answers."""
    if n == 0:
        return None
    middle, variance = _net(promoters, detractors, n)
    ends = _within_one(middle, _half(variance))
    return Estimate(n, Fraction(promoters - detractors, n), middle, *ends)


def net_score_moved(now: tuple[int, int, int], before: tuple[int, int, int]) -> Movement | None:
    """Return how a net promoter score moved; each wave is promoters, detractors, n; None without either.

    The interval is that of the difference of the two adjusted scores, whose variances add up.
    """
    if now[2] == 0 or before[2] == 0:
        return None
    (middle, variance), (earlier, more) = _net(*now), _net(*before)
    gap, half = middle - earlier, _half(variance + more)
    value = Fraction(now[0] - now[1], now[2]) - Fraction(before[0] - before[1], before[2])
    return Movement(value, max(Fraction(-2), gap - half), min(Fraction(2), gap + half))


def mean(counts: Counts) -> Fraction | None:
    """Return the mean answer; None of no answers."""
    n = sum(counts.values())
    return Fraction(sum(value * times for value, times in counts.items()), n) if n else None


def within(counts: Counts, low: int, high: int) -> int:
    """Return how many answers lie from ``low`` to ``high``, both counted."""
    return sum(times for value, times in counts.items() if low <= value <= high)


def _net(promoters: int, detractors: int, n: int) -> tuple[Fraction, Fraction]:
    """Return the adjusted score and its variance."""
    whole = n + _ADDED
    p, d = (promoters + _EACH) / whole, (detractors + _EACH) / whole
    return p - d, (p + d - (p - d) ** 2) / whole


def _half(variance: Fraction) -> Fraction:
    """Return half the length of a 95 % interval."""
    ratio = _EXACT.divide(Decimal(variance.numerator), Decimal(variance.denominator))
    return Fraction(_EXACT.multiply(Z_95, _EXACT.sqrt(ratio)))


def _within_one(middle: Fraction, half: Fraction) -> tuple[Fraction, Fraction]:
    return max(Fraction(-1), middle - half), min(Fraction(1), middle + half)
