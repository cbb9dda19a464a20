"""The days on which instalments fall due, always counted from the original anchor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from loancrm.calendars import add_months
from loancrm.lending.terms import Terms

IsWorkingDay = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Period:
    """From one due day to the next; ``months`` None: a stub, or a period of days.

    ``due_on`` is ``ends_on``, moved where that is no working day; interest runs to ``ends_on``.
    """

    starts_on: date
    ends_on: date
    due_on: date
    months: int | None


def periods(terms: Terms, is_working_day: IsWorkingDay) -> tuple[Period, ...]:
    """Return the periods of a loan, in order."""
    ends = _settlements(terms) if terms.settlement_day is not None else _anchored(terms)
    starts = [terms.start_on, *(end for end, _months in ends[:-1])]
    return tuple(
        Period(start, end, shifted(end, terms.holiday_shift, is_working_day), months)
        for start, (end, months) in zip(starts, ends, strict=True)
    )


def _anchored(terms: Terms) -> list[tuple[date, int | None]]:
    every, start = terms.frequency, terms.start_on
    if every.days:
        return [(start + timedelta(days=every.days * n), None) for n in range(1, terms.instalments + 1)]
    return [(add_months(start, every.months * n), every.months) for n in range(1, terms.instalments + 1)]


def _settlements(terms: Terms) -> list[tuple[date, int | None]]:
    """Return the days after each settlement day until maturity, and maturity; the first may be a stub.

    Periods of several months end in the last month of the quarter, half-year or year.
    """
    assert terms.settlement_day is not None
    months, day = terms.frequency.months, terms.settlement_day
    matures_on = add_months(terms.start_on, terms.instalments)
    first = terms.start_on.replace(day=1)
    while first.month % months or _after(first, day) <= terms.start_on:
        first = add_months(first, 1)
    ends: list[tuple[date, int | None]] = []
    while (end := _after(first, day)) < matures_on:
        ends.append((end, months if ends else None))
        first = add_months(first, months)
    last_is_whole = bool(ends) and add_months(ends[-1][0], months) == matures_on
    return [*ends, (matures_on, months if last_is_whole else None)]


def _after(month: date, day: int) -> date:
    return month.replace(day=day) + timedelta(days=1)


def shifted(day: date, rule: str, is_working_day: IsWorkingDay) -> date:
    """Return ``day`` or, where that is no working day, the one that ``rule`` says."""
    if rule == "none" or is_working_day(day):
        return day
    step = timedelta(days=-1 if rule == "preceding" else 1)
    moved = day
    while not is_working_day(moved):
        moved += step
    if rule == "modified_following" and moved.month != day.month:
        return shifted(day, "preceding", is_working_day)
    return moved
