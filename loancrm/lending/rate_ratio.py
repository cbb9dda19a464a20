"""The ratio of two rates of events, with its exact interval. Pure.

Given how many events there were in all, those of the first are binomial: the share's interval of
C. J. Clopper and E. S. Pearson, The use of confidence or fiducial limits, Biometrika 26 (1934), 404-413,
turned into one of the ratio (J. Przyborowski and H. Wilenski, Homogeneity of results in testing samples from
Poisson series, Biometrika 31 (1940), 313-323; R's ``poisson.test`` of two samples does the same).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, lgamma, log

_TAIL = 0.025
_STEPS = 100  # halvings: more than a float can tell apart


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of rates, None where the second is nought; the ends of its 95 % interval, perhaps infinite."""

    value: float | None
    low: float
    high: float


def rate_ratio(events: int, exposure: int, other_events: int, other_exposure: int) -> Ratio | None:
    """Return the first rate ÷ the second; None without events at all, or where nobody was exposed."""
    n = events + other_events
    if n == 0 or exposure <= 0 or other_exposure <= 0:
        return None
    scale = other_exposure / exposure
    low = 0.0 if events == 0 else _bound(lambda p: _above(events, n, p) < _TAIL)
    high = 1.0 if events == n else _bound(lambda p: 1 - _above(events + 1, n, p) > _TAIL)
    value = None if other_events == 0 else events / other_events * scale
    return Ratio(value, _odds(low) * scale, _odds(high) * scale)


def _odds(share: float) -> float:
    return inf if share >= 1 else share / (1 - share)


def _bound(is_below: Callable[[float], bool]) -> float:
    """Return where a rising condition ends to hold between 0 and 1."""
    low, high = 0.0, 1.0
    for _step in range(_STEPS):
        middle = (low + high) / 2
        if is_below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _above(hits: int, n: int, share: float) -> float:
    """Return how likely at least ``hits`` of ``n`` are."""
    if share <= 0 or share >= 1:
        return float(hits <= 0 or share >= 1)
    ways = lgamma(n + 1)
    return min(1.0, sum(
        exp(ways - lgamma(k + 1) - lgamma(n - k + 1) + k * log(share) + (n - k) * log(1 - share))
        for k in range(hits, n + 1)
    ))  # fmt: skip
