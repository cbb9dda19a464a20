"""Repayment schedules: frozen terms in, frozen instalments out; exact integers, divided once and last.

Level instalments over uneven periods: P·Π(1+r_k)/F_n with F_1 = 1, F_k = 1 + F_(k-1)·(1+r_k), which is the
annuity P·i/(1-(1+i)^-n) when all r_k are equal. The interest of a row is round(balance·r_k), its principal
what is left of the instalment, and the last row takes the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import gcd
from operator import itemgetter

from loancrm.calendars import is_working_day
from loancrm.lending.daycount import parts_of_year, year_parts
from loancrm.lending.due_dates import IsWorkingDay, Period, periods
from loancrm.lending.rounding import rounded
from loancrm.lending.terms import Terms

MILLION = 1_000_000
MONTHS, DAYS_OF_A_YEAR, SHORTEST_MONTH = 12, 365, 28


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
    return remaining(terms, terms.principal, 0, working=working)


def remaining(
    terms: Terms,
    balance: int,
    after: int,
    *,
    rates: Sequence[tuple[date, int]] = (),
    from_on: date | None = None,
    carried: int = 0,
    working: IsWorkingDay = is_working_day,
) -> tuple[Instalment, ...]:
    """Return the instalments that are left, worked out anew over what is outstanding.

    Due days still come from the original anchor, so nothing drifts. More or fewer instalments, another rate
    or a balance that was paid down are all the same question: the schedule of the rest.

    Args:
        terms: as agreed now; ``instalments`` counts all, the paid ones too.
        balance: principal outstanding after the instalment ``after``, in minor units.
        after: the number of the last instalment that stays as it is; 0 for none.
        rates: annual rates in millionths, each from its day on, of one day the last; before them that of
            the terms. Within a period interest is split by days.
        from_on: a day within the first period, up to which interest was settled: what is left of the period
            is the whole less the days that went by, and the first instalment is less by their interest.
        carried: interest of the borrower from before, in minor units, which comes with the first instalment
            that collects interest.
        working: whether a day is a working day.
    """
    spans = periods(terms, working)
    if terms.repayment == "single":
        spans = (Period(terms.start_on, spans[-1].ends_on, spans[-1].due_on, _whole(spans)),)
    pays = _pays_principal(terms, len(spans))
    spans, pays = spans[after:], pays[after:]
    growths = [_growth(terms, span, rates) for span in spans]
    settled = 0
    if from_on is not None and spans[0].starts_on < from_on:
        gone = _growth(terms, replace(spans[0], ends_on=from_on, months=None), rates)
        settled = min(gone, growths[0])
        spans = (replace(spans[0], starts_on=from_on, months=None), *spans[1:])
    rest = _Rest(terms, balance, after, spans, pays, growths, settled, carried)
    return tuple(rest.rows())


def less_interest(rows: Sequence[Instalment], paid: int) -> tuple[Instalment, ...]:
    """Return instalments less interest that was paid before it fell due, from the first on."""
    left, found = paid, []
    for row in rows:
        part = min(left, row.interest_due)
        left -= part
        found.append(replace(row, interest_due=row.interest_due - part))
    return tuple(found)


def monthly_payment(rows: Sequence[Instalment]) -> int:
    """Return what a loan takes of a month, in minor units, halves up: its heaviest regular instalment.

    An instalment is spread over the months of its period. The last one of several does not count, since the
    principal of a bullet or a balloon is not paid out of a month's income; nor does what is paid early.
    """
    regular = [row for row in rows if row.number > 0]
    return max((_of_a_month(row) for row in regular[:-1] or regular), default=0)


def _of_a_month(row: Instalment) -> int:
    """Spread an instalment over the whole months of its period; over days where that is under one."""
    days = max((row.due_on - row.starts_on).days, 1)
    if days < SHORTEST_MONTH:
        return rounded(row.total_due * DAYS_OF_A_YEAR, days * MONTHS)
    months = rounded(days * MONTHS, DAYS_OF_A_YEAR)
    return row.total_due if months == 1 else rounded(row.total_due, months)


def accrued(terms: Terms, row: Instalment, on: date, rates: Sequence[tuple[date, int]] = ()) -> int:
    """Return the borrower's interest of ``row`` from its first day to ``on``, in minor units.

    Args:
        terms: those that the row follows from.
        row: what is running; its interest counts as if none was brought over from the rows before.
        on: a day not before the row begins; days after it do not count.
        rates: as in ``remaining``.
    """
    span = Period(row.starts_on, on, on, None)
    base = parts_of_year(terms.day_count) * MILLION
    opening = terms.principal if terms.repayment == "flat" else row.balance + row.principal_due
    mode = "half_even" if terms.rounding == "half_even" else "half_up"
    own, _states = _whose(terms, span, rounded(opening * _growth(terms, span, rates), base, mode))
    return own


def _whole(spans: Sequence[Period]) -> int | None:
    """Return how many months the spans are together, None where one of them is no whole months."""
    months = [span.months for span in spans]
    return None if None in months else sum(month or 0 for month in months)


def _growth(terms: Terms, span: Period, rates: Sequence[tuple[date, int]]) -> int:
    """Return the interest of a period on one unit, over parts of the year times a million."""
    if not rates:
        return terms.annual_rate * year_parts(terms.day_count, span.starts_on, span.ends_on, span.months)
    changes = [(on, rate) for on, rate in sorted(rates, key=itemgetter(0)) if on < span.ends_on]
    within = [(on, rate) for on, rate in changes if on > span.starts_on]
    rate = next((rate for on, rate in reversed(changes) if on <= span.starts_on), terms.annual_rate)
    if not within:
        return rate * year_parts(terms.day_count, span.starts_on, span.ends_on, span.months)
    days = [span.starts_on, *(on for on, _rate in within), span.ends_on]
    each = [rate, *(later for _on, later in within)]
    return sum(
        one * year_parts(terms.day_count, start, end)
        for one, start, end in zip(each, days[:-1], days[1:], strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Rest:
    """The instalments that are left: which of them pay principal, and how each period grows."""

    terms: Terms
    balance: int
    after: int
    spans: Sequence[Period]
    pays: Sequence[bool]
    growths: Sequence[int]
    settled: int = 0  # of the first growth
    carried: int = 0

    @property
    def base(self) -> int:
        """What growths are over."""
        return parts_of_year(self.terms.day_count) * MILLION

    def rows(self) -> Iterator[Instalment]:
        """Yield the instalments; the last one takes what is left."""
        terms, balance, kept, base = self.terms, self.balance, self.carried, self.base
        principal_of, last, settled = self._principal(), len(self.spans) - 1, self.settled
        mode = "half_even" if terms.rounding == "half_even" else "half_up"
        for place, (span, growth, pays) in enumerate(zip(self.spans, self.growths, self.pays, strict=True)):
            on = terms.principal if terms.repayment == "flat" else balance
            is_last = place == last
            whole = rounded(on * growth, base, mode)
            wanted = principal_of(place, whole) if pays else 0
            interest = whole if place or not settled else rounded(on * (growth - settled), base, mode)
            principal = balance if is_last else min(wanted, balance)
            balance -= principal
            own, states = _whose(terms, span, interest)
            kept += own
            number = self.after + place + 1
            due = 0 if number <= terms.interest_grace and not is_last else kept
            kept -= due
            yield Instalment(number, span.starts_on, span.due_on, principal, due, states, balance)

    def _principal(self) -> Callable[[int, int], int]:
        """Return how much principal an instalment pays, by its place and its interest."""
        terms, n = self.terms, sum(self.pays)
        if terms.repayment == "custom":
            return lambda place, interest: sum(terms.table[self.after + place : self.after + place + 1])
        if terms.repayment in ("level", "balloon") and terms.recurring_grace == 0:
            total = self._level()
            return lambda place, interest: max(total - interest, 0)
        if terms.repayment == "flat":
            paying = sum(growth for growth, pay in zip(self.growths, self.pays, strict=True) if pay)
            exact = self.balance * self.base + terms.principal * paying
            total = rounded(exact, self.base * max(n, 1), terms.rounding, terms.round_to)
            return lambda place, interest: max(total - interest, 0)
        share = rounded(self.balance, max(n, 1), terms.rounding, terms.round_to)
        return lambda place, interest: share

    def _level(self) -> int:
        """Return the level instalment; a balloon stays as it is at the end."""
        # In lowest terms: the numbers grow with the base to the power of the instalments.
        common = gcd(self.base, *self.growths)
        base, growths = self.base // common, [growth // common for growth in self.growths]
        product, annuity, power = 1, 0, 1  # over base**k: Π(1+r), F, 1
        for growth, pay in zip(growths, self.pays, strict=True):
            if pay:
                annuity = annuity * (base + growth) + power * base
                product *= base + growth
                power *= base
        exact = self.balance * product - self.terms.balloon * power
        return rounded(exact, max(annuity, 1), self.terms.rounding, self.terms.round_to)


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
