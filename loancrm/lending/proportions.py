"""Shares with their intervals, and the difference of two. Pure.

E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
Statistical Association 22 (1927), 209-212; R. G. Newcombe, Interval estimation for the difference between
independent proportions: comparison of eleven methods, Statistics in Medicine 17 (1998), 873-890, method 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054  # of the standard normal distribution: 95 % lie within


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure between 0 and 1, or a difference of two, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(hits: int, n: int) -> Interval | None:
    """Return the share of ``hits`` in ``n`` with Wilson's score interval; None of nobody."""
    if n == 0:
        return None
    share, z2 = hits / n, Z_95 * Z_95
    centre = (2 * hits + z2) / (2 * (n + z2))
    half = Z_95 * sqrt(z2 + 4 * hits * (1 - share)) / (2 * (n + z2))
    low = 0.0 if hits == 0 else centre - half
    return Interval(share, low, 1.0 if hits == n else centre + half)


def difference(hits: int, n: int, other_hits: int, other_n: int) -> Interval | None:
    """Return the first share less the second with Newcombe's hybrid score interval; None without either."""
    one, other = wilson(hits, n), wilson(other_hits, other_n)
    if one is None or other is None:
        return None
    value = one.value - other.value
    down = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    up = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Interval(value, value - down, value + up)
