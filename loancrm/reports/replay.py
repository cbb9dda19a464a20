"""The past replayed: who stood where at each month end, by what was known then, and what came after it.

What foretells is asked of a view of the day that knows what the bank knew by the end of that day. Whether the
event came is asked of what is known now, on the days that are looked at: every month end and the day on which
a horizon ends, so that the day of an event is the first of these days on which it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, func, or_, select

from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.indicators.facts import CUSTOMER
from loancrm.indicators.figures import Figures
from loancrm.policy.conditions import Condition
from loancrm.policy.policy import Policy
from loancrm.reports.month_ends import month_ends, month_ends_between
from loancrm.view import View

USUAL_MONTHS = 12  # month ends that are replayed where --from does not say
BALANCE = "outstanding_principal"
NOBODY, UNKNOWN, ALREADY, NO, YES = range(5)  # what a customer is at a month end; NO and YES are cases


@dataclass(frozen=True)
class Span:
    """The month ends that are replayed, and the days that each is followed for."""

    days: tuple[date, ...]
    longest: int


def span(view: View, since: date | None, until: date | None, horizons: Iterable[int]) -> Span:
    """Return the month ends from ``since`` to ``until`` whose longest horizon is over.

    Without ``until`` up to the last such one, without ``since`` the ``USUAL_MONTHS`` up to then.

    Raises:
        InvalidInput: the horizon of ``until`` is not over, or there is no month end.
    """
    longest = max(horizons)
    last = view.as_of - timedelta(days=longest)
    if until is not None and until > last:
        message = _("{days} days after it are not over; the last day whose are is {last}")
        raise InvalidInput(titled("--to", message.format(days=longest, last=last)), field="--to")
    last = last if until is None else until
    first = month_ends(last, USUAL_MONTHS)[0] if since is None else since
    days = month_ends_between(first, last)
    if not days:
        message = _("there is no month end from {first} to {last}")
        raise InvalidInput(titled("--from", message.format(first=first, last=last)), field="--from")
    return Span(days, longest)


def as_known(view: View, day: date) -> View:
    """Return the book as of ``day`` with what was known by its end, or by an earlier ``known_at``."""
    return replace(view, as_of=day, known_at=min(day, view.known_at or day))


@dataclass(frozen=True, slots=True)
class Cases:
    """Customers at a month end.

    ``state`` has a byte a key of a customer: NOBODY, UNKNOWN (on no day of the horizon was it known whether
    the event holds), ALREADY (it held), NO and YES (it did not come, it came). ``came_on`` says when.
    """

    state: bytearray
    came_on: Mapping[int, date]

    def count(self, state: int) -> int:
        """Return how many are in ``state``."""
        return self.state.count(state)

    @property
    def cases(self) -> int:
        """Return how many did not have the event, and are known to have got it or not."""
        return self.count(NO) + self.count(YES)


@dataclass(frozen=True, slots=True)
class Moment:
    """A month end: its cases by horizon (days), and what those owed who got the event after it.

    ``owed`` is in minor units, as known then; who is not in it had no known balance.
    """

    on: date
    by_horizon: Mapping[int, Cases]
    owed: Mapping[int, int]


class Replay:
    """The month ends one by one. Two statements a day that is looked at, whatever the customers are."""

    def __init__(
        self, view: View, policy: Policy, event: Condition, days: tuple[date, ...], horizons: Iterable[int]
    ) -> None:
        self.view, self.policy, self.event, self.days = view, policy, event, days
        self.horizons = tuple(sorted(set(horizons)))
        ends = {day + timedelta(days=horizon) for day in days for horizon in self.horizons}
        self.looked_at = tuple(sorted(ends.union(month_ends_between(days[0], max(ends)))))
        self._size = (view.connection.scalar(select(func.max(CUSTOMER.c.id))) or 0) + 1
        self._verdicts: dict[date, bytearray] = {}

    def moments(self) -> Iterator[Moment]:
        """Yield the month ends, oldest first."""
        for day in self.days:
            for past in [one for one in self._verdicts if one < day]:
                del self._verdicts[past]
            yield self._moment(day)

    def _moment(self, day: date) -> Moment:
        followed = {horizon: self._followed(day, horizon) for horizon in self.horizons}
        came = {key for _state, when in followed.values() for key in when}
        held = self._verdict(day)
        there = bytearray(self._size)
        owed: dict[int, int] = {}
        for row in self.view.stream(self._statement(day)):
            there[row.id] = ALREADY if row.held or held[row.id] == YES else NO
            if row.id in came and row.balance is not None:
                owed[row.id] = row.balance
        return Moment(day, {one: _cases(there, *found) for one, found in followed.items()}, owed)

    def _statement(self, day: date) -> Select[Any]:
        """Return the customers of a day as known then; one that was absorbed since has no fate of its own."""
        then = as_known(self.view, day)
        figures = Figures(then, self.policy.terms, {BALANCE, *self.event.indicators()})
        held = case((self.event.sql(figures.columns), 1), else_=0)
        balance = figures.columns[BALANCE].label("balance")
        stands = select(CUSTOMER.c.id).where(self.view.stands(CUSTOMER))
        query = figures.select(figures.customers.c.id, held.label("held"), balance)
        return query.where(figures.customers.c.id.in_(stands))

    def _verdict(self, day: date) -> bytearray:
        """Return of each customer whether the event holds on a day, by what is known now: YES, UNKNOWN, NO.

        Only those are asked for of whom it is not no: mostly few.
        """
        if day not in self._verdicts:
            figures = Figures(self.view.at(day), self.policy.terms, self.event.indicators())
            holds = self.event.sql(figures.columns)
            state = case((holds.is_(None), UNKNOWN), else_=YES).label("state")
            query = figures.select(figures.customers.c.id, state).where(or_(holds.is_(None), holds))
            found = bytearray(bytes([NO]) * self._size)
            for row in self.view.stream(query):
                found[row.id] = row.state
            self._verdicts[day] = found
        return self._verdicts[day]

    def _followed(self, day: date, horizon: int) -> tuple[bytearray, dict[int, date]]:
        """Return what was found of each customer within the horizon, and on which day the event came."""
        end = day + timedelta(days=horizon)
        state = bytearray(bytes([UNKNOWN]) * self._size)
        came_on: dict[int, date] = {}
        for looked in (one for one in self.looked_at if day < one <= end):
            found = self._verdict(looked)
            state = bytearray(map(max, state, found))
            place = found.find(YES)
            while place >= 0:
                came_on.setdefault(place, looked)
                place = found.find(YES, place + 1)
        return state, came_on


def _cases(there: bytearray, state: bytearray, came_on: Mapping[int, date]) -> Cases:
    """Return who is a case, of those that were there; the others keep what they are."""
    found = bytearray(later if now == NO else now for now, later in zip(there, state, strict=True))
    return Cases(found, {key: on for key, on in came_on.items() if found[key] == YES})
