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
    """Return the periods of a loan, in order; moving a due day never makes two instalments one."""
    ends = _ends(terms)
    starts = [terms.start_on, *(end for end, _months in ends[:-1])]
    if terms.holiday_shift == "none":
        return tuple(
            Period(start, end, end, months) for start, (end, months) in zip(starts, ends, strict=True)
        )
    following = [*(end for end, _months in ends[1:]), date.max]
    found: list[Period] = []
    for start, (end, months), later in zip(starts, ends, following, strict=True):
        due_on = shifted(end, terms.holiday_shift, is_working_day)
        earlier = found[-1].due_on if found else terms.start_on
        found.append(Period(start, end, due_on if earlier < due_on < later else end, months))
    return tuple(found)


def yearly(first_on: date, n: int, last: tuple[int, int] | None = None) -> tuple[date, ...]:
    """Return ``n`` days, a year apart; the last one on another month and day where ``last`` says so.

    Student loans from the home county fall due on 20 December, the last year on 20 September.
    """
    days = [add_months(first_on, 12 * place) for place in range(n)]
    if last is not None:
        days[-1] = days[-1].replace(month=last[0], day=last[1])
    return tuple(days)


def _ends(terms: Terms) -> list[tuple[date, int | None]]:
    if terms.due_dates:
        return [(day, None) for day in terms.due_dates]
    return _settlements(terms) if terms.settlement_day is not None else _anchored(terms)


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
