"""Repayment schedules: frozen terms in, frozen instalments out; exact integers, divided once and last.

Level instalments over uneven periods: P·Π(1+r_k)/F_n with F_1 = 1, F_k = 1 + F_(k-1)·(1+r_k), which is the
annuity P·i/(1-(1+i)^-n) when all r_k are equal. The interest of a row is round(balance·r_k), its principal
what is left of the instalment, and the last row takes the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from loancrm.calendars import is_working_day
from loancrm.lending.daycount import parts_of_year, year_parts
from loancrm.lending.due_dates import IsWorkingDay, Period, periods
from loancrm.lending.rounding import rounded
from loancrm.lending.terms import Terms

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment; amounts in minor units.

    ``interest_due`` is the borrower's; ``subsidised_interest`` is owed by the state and never overdue for
    the borrower. ``balance`` is the principal outstanding after it.
    """

    number: int
    starts_on: date
    due_on: date
    principal_due: int
    interest_due: int
    subsidised_interest: int
    balance: int

    @property
    def total_due(self) -> int:
        """What the borrower pays."""
        return self.principal_due + self.interest_due


def schedule(terms: Terms, working: IsWorkingDay = is_working_day) -> tuple[Instalment, ...]:
    """Return the instalments of a loan that is drawn at once and paid as agreed."""
    spans = periods(terms, working)
    if terms.repayment == "single":
        spans = (Period(terms.start_on, spans[-1].ends_on, spans[-1].due_on, _whole(spans)),)
    growths = [_growth(terms, span) for span in spans]
    base = parts_of_year(terms.day_count) * MILLION
    return tuple(_rows(terms, spans, growths, base))


def _whole(spans: Sequence[Period]) -> int | None:
    """Return how many months the spans are together, None where one of them is no whole months."""
    months = [span.months for span in spans]
    return None if None in months else sum(month or 0 for month in months)


def _growth(terms: Terms, span: Period) -> int:
    """Return the interest of a period on one unit, over parts of the year times a million."""
    return terms.annual_rate * year_parts(terms.day_count, span.starts_on, span.ends_on, span.months)


def _rows(terms: Terms, spans: Sequence[Period], growths: Sequence[int], base: int) -> Iterator[Instalment]:
    pays = _pays_principal(terms, len(spans))
    plan = _plan(terms, pays, growths, base)
    mode = "half_even" if terms.rounding == "half_even" else "half_up"
    balance, kept = terms.principal, 0
    for place, span in enumerate(spans):
        on = terms.principal if terms.repayment == "flat" else balance
        interest = rounded(on * growths[place], base, mode)
        if place == len(spans) - 1:
            principal = balance
        else:
            principal = min(plan.principal(place, interest), balance) if pays[place] else 0
        balance -= principal
        own, states = _whose(terms, span, interest)
        kept += own
        is_deferred = place < terms.interest_grace
        yield Instalment(
            place + 1, span.starts_on, span.due_on, principal, 0 if is_deferred else kept, states, balance
        )
        kept = kept if is_deferred else 0


def _whose(terms: Terms, span: Period, interest: int) -> tuple[int, int]:
    """Return the borrower's and the state's part of a period's interest, by days."""
    until = terms.subsidy_until
    if until is None or until <= span.starts_on:
        return interest, 0
    if until >= span.ends_on:
        return 0, interest
    subsidised, days = (until - span.starts_on).days, (span.ends_on - span.starts_on).days
    states = rounded(interest * subsidised, days)
    return interest - states, states


def _pays_principal(terms: Terms, n: int) -> list[bool]:
    """Say for each instalment whether it pays principal."""
    if terms.repayment in ("bullet", "single"):
        return [place == n - 1 for place in range(n)]
    first, every = terms.principal_grace, terms.recurring_grace + 1
    return [place >= first and ((place - first) % every == every - 1 or place == n - 1) for place in range(n)]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How much principal an instalment pays: a level total less its interest, or an amount each."""

    total: int | None
    each: tuple[int, ...]

    def principal(self, place: int, interest: int) -> int:
        return max(self.total - interest, 0) if self.total is not None else self.each[place]


def _plan(terms: Terms, pays: list[bool], growths: Sequence[int], base: int) -> _Plan:
    if terms.repayment == "custom":
        return _Plan(None, terms.table)
    paying = [growth for growth, pay in zip(growths, pays, strict=True) if pay]
    if terms.repayment in ("level", "balloon") and terms.recurring_grace == 0:
        return _Plan(level_instalment(terms, paying, base), ())
    if terms.repayment == "flat":
        exact = terms.principal * (len(paying) * sum(paying) + base * len(paying))
        total = rounded(exact, base * len(paying) ** 2, terms.rounding, terms.round_to)
        return _Plan(total, ())
    share = rounded(terms.principal, max(len(paying), 1), terms.rounding, terms.round_to)
    return _Plan(None, (share,) * len(pays))


def level_instalment(terms: Terms, growths: Sequence[int], base: int) -> int:
    """Return the level instalment over periods that grow by ``growths / base``; minor units.

    A balloon is left for the last instalment: its present value does not have to be paid off.
    """
    product, annuity, power = 1, 0, 1  # over base**k: Π(1+r), F
    for growth in growths:
        annuity = annuity * (base + growth) + power * base
        product *= base + growth
        power *= base
    # F is over base**n; the balloon stays as it is at the end
    exact = terms.principal * product - terms.balloon * power
    return rounded(exact, annuity, terms.rounding, terms.round_to)
