"""What a loan costs a year, as a rate: nominal by unit-periods, and effective by days.

The equation is US Regulation Z's (12 CFR 1026, appendix J): A = Σ P_k / ((1 + f·i)(1 + i)^t_k), where t_k are
whole unit-periods and f the odd days as a part of one; the rate is i times the unit-periods of a year. No
library knows the odd days, so the one root is found here; the present value falls as i rises. Rates are the
one thing here that is not exact: they are found in floats to far below the millionth that is returned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

MILLION = 1_000_000
DAYS_OF_YEAR = 365
HIGHEST = 1_000_000.0  # a year or a unit-period; a loan that costs more has no rate here
STEPS = 200  # each halves the span: below a millionth long before


@dataclass(frozen=True, slots=True)
class Flow:
    """A payment: how many whole unit-periods after the advance, what part of one more, and how much."""

    periods: int
    odd: float
    amount: int


def nominal_rate(advance: int, flows: Sequence[Flow], periods_per_year: int) -> int | None:
    """Return the annual percentage rate in millionths; None where the payments do not repay the advance.

    Args:
        advance: what the borrower gets, in minor units, fees taken off.
        flows: what the borrower pays.
        periods_per_year: 12 for months, 4 for quarters, 52 for weeks.
    """

    def present(i: float) -> float:
        return sum(flow.amount / (1 + flow.odd * i) * (1 + i) ** -flow.periods for flow in flows)

    return _rate(present, advance, periods_per_year)


def effective_rate(advance: int, start_on: date, payments: Sequence[tuple[date, int]]) -> int | None:
    """Return the effective rate a year in millionths (ACT/365, compounding by days), None as above."""

    def present(x: float) -> float:
        return sum(paid * math.pow(1 + x, -(on - start_on).days / DAYS_OF_YEAR) for on, paid in payments)

    return _rate(present, advance, 1)


def _rate(present: Callable[[float], float], advance: int, times: int) -> int | None:
    if advance <= 0 or present(0.0) < advance or present(HIGHEST) > advance:
        return None
    low, high = 0.0, 1.0
    while present(high) > advance:
        low, high = high, high * 2
    for _step in range(STEPS):
        middle = (low + high) / 2
        if present(middle) > advance:
            low = middle
        else:
            high = middle
    return round((low + high) / 2 * times * MILLION)
