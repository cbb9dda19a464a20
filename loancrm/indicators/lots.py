"""Drawing lots in SQL: an order that a seed fixes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, literal

_PRIME = 2_147_483_647  # 2**31 - 1: its squares stay within 64 bits


def by_lot(number: ColumnElement[Any], seed: int) -> ColumnElement[int]:
    """Return a number to sort by as if by lot: the same for the same ``number`` and ``seed``.

    On both databases. Two rounds of a quadratic congruential generator (D. E. Knuth, The Art of Computer Programming, vol. 2,
    3.2.2): x -> x² + x·16807 + 12345 modulo 2³¹ - 1. Good enough to draw groups, not to keep secrets.
    """
    start = (seed * 69_621 + 48_271) % _PRIME
    drawn = (cast(number, BigInteger) * 48_271 + literal(start, BigInteger())) % literal(_PRIME, BigInteger())
    for _round in range(2):
        mixed = drawn * drawn + drawn * literal(16_807, BigInteger()) + literal(12_345, BigInteger())
        drawn = mixed % literal(_PRIME, BigInteger())
    return drawn
