"""Intervals for shares of a few cases."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from loancrm.numerals import MILLION

CONFIDENCE = 0.95


def wilson(hits: int, n: int) -> tuple[int, int]:
    """Return Wilson's score interval of a share at 95%, in millionths; the whole range without cases.

    Source: E. B. Wilson, JASA 22 (1927) 209-212, without continuity correction.
    """
    if n == 0:
        return 0, MILLION
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / n + spread / n / 4) / (1 + spread)
    return max(0, round((middle - half) * MILLION)), min(MILLION, round((middle + half) * MILLION))
