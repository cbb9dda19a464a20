"""Rates that follow a published one: on which days a loan takes a new rate, and what that makes of it. Pure.

A rate is the published one, such as LPR 1Y, and a spread of basis points. Between two repricing days it
stays as it is, whatever is published meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from loancrm.calendars import add_months
from loancrm.lending.running import Owed, Running, deferred, owed
from loancrm.lending.schedule import Instalment, less_interest, remaining
from loancrm.lending.terms import Terms

# Rule -> so many months apart, on the first of a month; the anniversary is counted from the draw.
CALENDAR = {"yearly": 12, "half_yearly": 6, "quarterly": 3, "monthly": 1}
RULES = ("at_draw", *CALENDAR, "anniversary")
MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Floating:
    """How a rate follows another.

    Attributes:
        reference: the series that is published.
        spread: millionths over it; may be below zero.
        rule: one of ``RULES``; ``at_draw``: the rate of that day stays.
    """

    reference: str
    spread: int = 0
    rule: str = "yearly"

    def rate(self, published: int) -> int:
        """Return the rate that a published one gives, never below zero."""
        return max(published + self.spread, 0)

    def shifted(self, by: int) -> Floating:
        """Return the same with a rate that is agreed to be higher by so much, from now on."""
        return replace(self, spread=self.spread + by)


def next_on(rule: str, start_on: date, after: date) -> date | None:
    """Return the first repricing day after a day; None: there is none.

    Args:
        rule: one of ``RULES``.
        start_on: the day of the draw.
        after: a day not before it.
    """
    if rule == "at_draw":
        return None
    if rule == "anniversary":
        years = after.year - start_on.year
        days = (add_months(start_on, MONTHS_OF_YEAR * n) for n in (years, years + 1))
        return next(day for day in days if day > after)
    every = CALENDAR[rule]
    block = (after.month - 1) // every * every + 1
    return add_months(date(after.year, block, 1), every)


def upcoming(
    floating: Floating | None, start_on: date, after: date, rows: Sequence[Instalment]
) -> date | None:
    """Return the next repricing day of a loan; None where all is due by then."""
    day = None if floating is None else next_on(floating.rule, start_on, after)
    return day if day is not None and day < rows[-1].due_on else None


@dataclass(frozen=True, slots=True)
class Repriced:
    """A loan with another rate from a day on; ``rates`` are all that it had and has."""

    terms: Terms
    rates: tuple[tuple[date, int], ...]
    rows: tuple[Instalment, ...]
    found: Owed


def repriced(loan: Running, on: date, annual_rate: int) -> Repriced | None:
    """Return what another rate from a day on makes of a loan; None: no instalment is left to change.

    The period that is running is split by days. What is due stays as it is.
    """
    found = owed(loan, on)
    if found.gone == len(loan.rows):
        return None
    rates = (*rates_so_far(loan), (on, annual_rate))
    terms = replace(loan.terms, annual_rate=annual_rate)
    rows = remaining(
        terms,
        found.ahead,
        found.gone,
        rates=rates,
        from_on=loan.rows[found.gone].starts_on,
        carried=deferred(loan, found.gone),
    )
    return Repriced(terms, rates, less_interest(rows, found.interest_ahead), found)


def rate_now(loan: Running) -> int:
    """Return the rate that is in force, in millionths."""
    return loan.rates[-1][1] if loan.rates else loan.terms.annual_rate


def rates_so_far(loan: Running) -> tuple[tuple[date, int], ...]:
    """Return the rates of a loan, the first one from its draw on."""
    start = loan.terms.start_on
    if loan.rates and loan.rates[0][0] <= start:
        return loan.rates
    return ((start, loan.terms.annual_rate), *loan.rates)
