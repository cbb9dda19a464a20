"""What a customer is worth over the years to come (customer lifetime value). Pure.

Gupta and Lehmann, "Customers as Assets", Journal of Interactive Marketing 17 (2003): with a margin m a year,
retention r and discount d, Σ m·rᵗ/(1+d)ᵗ over t = 1, 2, … = m·r/(1+d−r). The multiple r/(1+d−r) is 1.20 at
r = 60 %, d = 10 %; 2.67 at 80 % and 10 %; 4.50 at 90 % and 10 %; 3.46 at 90 % and 16 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from loancrm.lending.contribution import MILLION, portion
from loancrm.lending.rounding import rounded


@dataclass(frozen=True, slots=True)
class Year:
    """A year to come: the part of customers still there (millionths), what it is worth today, all so far."""

    number: int
    retained: int
    present_value: int
    so_far: int


def constant_margin(margin: int, retention: int, discount: int, acquisition: int = 0) -> int:
    """Return m·r/(1+d−r) − acquisition in minor units; r below 1 and d from 0, both in millionths."""
    return portion(margin, retention, MILLION + discount - retention) - acquisition


def lifetime(margins: Sequence[int], retention: int, discount: int, acquisition: int = 0) -> int:
    """Return Σ mₜ·rᵗ/(1+d)ᵗ − acquisition over the given years, t from 1 on, rounded once."""
    factor = Fraction(retention, MILLION + discount)
    worth = sum((margin * factor**t for t, margin in enumerate(margins, 1)), Fraction(0))
    return _nearest(worth) - acquisition


def years(margin: int, retention: int, discount: int, count: int) -> Iterator[Year]:
    """Yield the first ``count`` years of a constant margin."""
    kept, factor, so_far = Fraction(retention, MILLION), Fraction(retention, MILLION + discount), Fraction(0)
    for number in range(1, count + 1):
        worth = margin * factor**number
        so_far += worth
        yield Year(number, _nearest(kept**number * MILLION), _nearest(worth), _nearest(so_far))


def _nearest(value: Fraction) -> int:
    return rounded(value.numerator, value.denominator)
