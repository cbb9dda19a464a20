"""Terms made longer: more instalments, principal later, or the same agreement from a new day on. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from loancrm.calendars import add_months
from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.lending.terms import Terms

MONTHS_OF_YEAR, DAYS_OF_YEAR = 12, 365


def months_of(terms: Terms) -> int:
    """Return how many months a loan runs; of a loan by days or with own days the whole months, rounded up."""
    every = terms.frequency
    if terms.due_dates:
        last = terms.due_dates[-1]
    elif every.days:
        last = terms.start_on + timedelta(days=every.days * terms.instalments)
    else:
        return terms.instalments * (1 if terms.settlement_day is not None else every.months)
    months = (last.year - terms.start_on.year) * MONTHS_OF_YEAR + last.month - terms.start_on.month
    return months + (last > add_months(terms.start_on, months))


def longer(terms: Terms, months: int) -> Terms:
    """Return the terms with so many months more, rounded up to whole instalments.

    An own table gets instalments without principal before its last one.
    """
    more = _instalments(terms, months)
    if more == 0:
        return terms
    days = _more_days(terms, more) if terms.due_dates else ()
    table = (*terms.table[:-1], *(0,) * more, *terms.table[-1:]) if terms.table else ()
    return replace(terms, instalments=terms.instalments + more, due_dates=days, table=table)


def later_principal(terms: Terms, after: int, months: int) -> Terms:
    """Return the terms with so many months of interest only after an instalment, and longer by them."""
    more = _instalments(terms, months)
    found = longer(terms, months)
    if more == 0 or terms.settlement_day is not None:
        return found
    if terms.table:
        return replace(found, table=(*terms.table[:after], *(0,) * more, *terms.table[after:]))
    return replace(found, principal_grace=max(terms.principal_grace, after + more))


def fresh(terms: Terms, on: date, months: int) -> Terms:
    """Return a new agreement of the same kind from ``on``, over so many months."""
    n = max(_steps(terms, months), 1)
    return replace(
        terms, start_on=on, instalments=n, principal_grace=0, interest_grace=0, recurring_grace=0,
        due_dates=(), subsidy_until=None, table=(),
        repayment="bullet" if terms.repayment == "custom" else terms.repayment,
    )  # fmt: skip


def _instalments(terms: Terms, months: int) -> int:
    """Return how many instalments (months, with a settlement day) so many months are."""
    return -(-months // MONTHS_OF_YEAR) if terms.due_dates else _steps(terms, months)


def _steps(terms: Terms, months: int) -> int:
    """Return how many steps of the frequency so many months are, rounded up."""
    if terms.settlement_day is not None:
        return months
    if terms.frequency.months:
        return -(-months // terms.frequency.months)
    return -(-months * DAYS_OF_YEAR // (MONTHS_OF_YEAR * terms.frequency.days))


def _more_days(terms: Terms, more: int) -> tuple[date, ...]:
    """Return own days that go on by years: the usual day of the last year, and the last day years later.

    Raises:
        InvalidInput: they would not rise.
    """
    *before, last = terms.due_dates
    usual = before[-1] if before else last
    between = [add_months(usual, MONTHS_OF_YEAR * (place + 1)) for place in range(more)]
    found = (*before, *between, add_months(last, MONTHS_OF_YEAR * more))
    if list(found) != sorted(set(found)):
        raise InvalidInput(_("days of its own cannot be made longer by years"), field="--months")
    return found
