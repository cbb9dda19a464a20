"""Loans by chance: terms of every kind, drawn by hypothesis or, many at once, from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from loancrm.lending.schedule import schedule
from loancrm.lending.terms import REPAYMENTS, Frequency, Terms

EVERY = (Frequency(0, 1), Frequency(0, 3), Frequency(0, 12), Frequency(14, 0))
COUNTS = ("30/360", "act/360", "act/365", "act/364", "act/act")


def some_terms(rng: random.Random, most: int = 40) -> Terms:
    """Return terms of any kind: grace, balloons, own tables and days, settlement days, subsidies."""
    n = rng.randint(1, most)
    repayment = rng.choice(REPAYMENTS)
    principal = rng.randint(1_000, 10**10)
    start_on = date(1990, 1, 1) + timedelta(days=rng.randint(0, 30_000))
    every = rng.choice(EVERY)
    grace = min(n - 1, 6)
    has_settlement = every.months > 0 and repayment != "single" and rng.random() < 0.3
    has_own_days = not has_settlement and rng.random() < 0.1
    days = sorted(rng.sample(range(1, 12_000), n))
    cuts = sorted(rng.randint(0, principal) for _n in range(n - 1))
    return Terms(
        principal=principal,
        annual_rate=rng.choice((0, 43_500, rng.randint(0, 400_000))),
        instalments=n,
        start_on=start_on,
        repayment=repayment,
        frequency=every,
        day_count=rng.choice(COUNTS),
        rounding=rng.choice(("half_up", "half_even", "ceiling")),
        round_to=rng.choice((1, 1, 100)),
        principal_grace=rng.randint(0, grace) if rng.random() < 0.3 else 0,
        interest_grace=rng.randint(0, grace) if rng.random() < 0.3 else 0,
        recurring_grace=rng.choice((0, 0, 1, 2)) if n > 3 else 0,
        balloon=principal // 3 if repayment == "balloon" else 0,
        settlement_day=20 if has_settlement else None,
        holiday_shift=rng.choice(("none", "none", "following", "preceding", "modified_following")),
        table=_differences(cuts, principal) if repayment == "custom" else (),
        subsidy_until=start_on + timedelta(days=rng.randint(0, 1500)) if rng.random() < 0.1 else None,
        due_dates=tuple(start_on + timedelta(days=day) for day in days) if has_own_days else (),
    )


def _differences(cuts: list[int], whole: int) -> tuple[int, ...]:
    edges = [0, *cuts, whole]
    return tuple(after - before for before, after in pairwise(edges))


@st.composite
def any_terms(draw: Callable[..., Any]) -> Terms:
    """Terms of any kind, from a seed that hypothesis draws and can draw again."""
    return some_terms(random.Random(draw(st.integers(0, 2**32))))


def weekdays(day: date) -> bool:
    """Monday to Friday: what is decreed reaches no further than the newest calendar."""
    return day.weekday() < 5


def a_day_within(rng: random.Random, terms: Terms) -> date:
    """Return a day between the draw and the last instalment."""
    rows = schedule(terms, weekdays)
    span = (rows[-1].due_on - terms.start_on).days
    return terms.start_on + timedelta(days=rng.randint(0, max(span - 1, 0)))
