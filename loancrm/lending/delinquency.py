"""Days past due: buckets and portfolio at risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# PAR(x): whole balance of loans with days past due > x. CGAP, Microfinance Consensus Guidelines, 2003.
PAR_DAYS = (1, 30, 60, 90)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of days past due, both ends included; ``last`` None is open."""

    first: int
    last: int | None

    @property
    def code(self) -> str:
        """Return the code: ``0``, ``1_30``, ``361_plus``."""
        if self.last is None:
            return f"{self.first}_plus"
        return str(self.first) if self.first == self.last else f"{self.first}_{self.last}"


def buckets(edges: Sequence[int]) -> tuple[Bucket, ...]:
    """Return the bucket of no days past due and those that begin at ``edges`` (rising, from 1)."""
    ends = [edge - 1 for edge in edges[1:]]
    return (Bucket(0, 0), *(Bucket(a, b) for a, b in zip(edges, [*ends, None], strict=True)))


def bucket_of(days_past_due: int, edges: Sequence[int]) -> Bucket:
    """Return the bucket that ``days_past_due`` falls in."""
    found = [bucket for bucket in buckets(edges) if bucket.first <= days_past_due]
    return found[-1]


def days_after_grace(days_past_due: int, grace: int) -> int:
    """Return the days past due beyond so many days of grace, from the same oldest due day.

    The second of the two figures that Apache Fineract's LoanDelinquencyDomainService gives.
    """
    return max(0, days_past_due - grace)


def hhi(amounts: Sequence[int]) -> tuple[int, int] | None:
    """Return the Herfindahl index and the effective number of names, in tenths; None over nothing.

    HHI = Σ(share in %)², effective names = 10000 / HHI: 35/25/20/15/5 gives 2500.0 and 4.0.
    """
    whole = sum(amounts)
    if whole <= 0:
        return None
    squares = sum(amount * amount for amount in amounts)
    index = (2 * squares * 100_000 + whole * whole) // (2 * whole * whole)
    names = (2 * whole * whole * 10 + squares) // (2 * squares)
    return index, names
