"""A loan as the core banking system runs it: what falls due when, what is unpaid, which class."""

from __future__ import annotations

import calendar
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY_COUNT = 360 * 1_000_000  # ACT/360, rates in millionths
GRACE_AFTER_STUDIES = timedelta(days=92)
OBSERVED = timedelta(days=183)  # after arrears, before a non-performing class is raised
_TIERS = ((360, "loss"), (270, "doubtful"), (90, "substandard"), (7, "special_mention"))
NON_PERFORMING = ("substandard", "doubtful", "loss")


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed.

    ``repayment`` is bullet (interest monthly, principal at the end), equal_principal (monthly),
    quarterly (equal principal) or study (interest by quarter, principal monthly after studies).
    Amounts in minor units, rate in millionths.
    """

    number: str
    client: int
    product: str
    security: str
    principal: int
    annual_rate: int
    disbursed_on: date
    matures_on: date
    repayment: str
    due_day: int
    contract: str | None = None
    contract_kind: str = "single"
    facility: str | None = None
    industry: str | None = None
    region: str | None = None
    purpose: str | None = None
    studies_until: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment."""

    on: date
    principal: int
    interest: int


@dataclass
class Loan:
    """A loan that runs. ``unpaid`` holds what was missed, oldest first."""

    terms: Terms
    outstanding: int
    coming: deque[Due]
    unpaid: list[Due] = field(default_factory=list)
    tier: str = "normal"
    clean_since: date | None = None

    def days_past_due(self, day: date) -> int:
        """Return the days since the oldest unpaid instalment, 0 on its own day."""
        return max(0, (day - self.unpaid[0].on).days) if self.unpaid else 0

    def overdue(self, day: date) -> tuple[int, int]:
        """Return principal and interest that should have been paid before ``day``."""
        late = [due for due in self.unpaid if due.on < day]
        return sum(due.principal for due in late), sum(due.interest for due in late)

    def settle_unpaid(self, day: date) -> int:
        """Pay all that is unpaid and return how much that was."""
        principal = sum(due.principal for due in self.unpaid)
        interest = sum(due.interest for due in self.unpaid)
        self.outstanding -= principal
        self.unpaid.clear()
        self.clean_since = day
        return principal + interest

    def regrade(self, day: date, *, watched: bool) -> None:
        """Set the bank's class as of ``day``; ``watched`` firms are at best special mention."""
        late = self.days_past_due(day)
        tier = next((name for limit, name in _TIERS if late > limit), "normal")
        if tier not in NON_PERFORMING and self.tier in NON_PERFORMING and not self._observed(day):
            return
        self.tier = "special_mention" if watched and tier == "normal" else tier

    def _observed(self, day: date) -> bool:
        return not self.unpaid and self.clean_since is not None and day - self.clean_since >= OBSERVED


def begin(terms: Terms, start: date, horizon: date) -> Loan:
    """Return the loan as it stands on the morning of ``start``: all before was paid in time."""
    dues = list(_dues(terms, horizon))
    paid = sum(due.principal for due in dues if due.on < start)
    return Loan(terms, terms.principal - paid, deque(due for due in dues if due.on >= start))


def _dues(terms: Terms, horizon: date) -> Iterator[Due]:
    dates = list(_due_dates(terms))
    repaying = sum(_has_principal(terms, day) for day in dates)
    share, balance, before = terms.principal // repaying, terms.principal, terms.disbursed_on
    for day in dates:
        if day > horizon:
            return
        interest = balance * terms.annual_rate * (day - before).days // DAY_COUNT
        principal = share if _has_principal(terms, day) else 0
        principal = balance if day == terms.matures_on else principal
        yield Due(day, principal, interest)
        balance, before = balance - principal, day


def _has_principal(terms: Terms, day: date) -> bool:
    if terms.repayment == "bullet":
        return day == terms.matures_on
    if terms.studies_until is not None:
        return day > terms.studies_until + GRACE_AFTER_STUDIES
    return True


def _due_dates(terms: Terms) -> Iterator[date]:
    """Yield the due dates from the original anchor; the last one is the maturity."""
    first = terms.disbursed_on.year * 12 + terms.disbursed_on.month - 1
    for n in range(1, 12 * 25):
        year, month = divmod(first + n, 12)
        day = date(year, month + 1, min(terms.due_day, calendar.monthrange(year, month + 1)[1]))
        if day >= terms.matures_on:
            break
        by_quarter = terms.repayment == "quarterly" or not _after_studies(terms, day)
        if not by_quarter or n % 3 == 0:
            yield day
    yield terms.matures_on


def _after_studies(terms: Terms, day: date) -> bool:
    return terms.studies_until is None or day > terms.studies_until + GRACE_AFTER_STUDIES
