"""Published rates, and what one was on a day as far as it is known: a missing one is said, never guessed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import select

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _, listed, titled
from loancrm.lending.repricing import Floating
from loancrm.models import ReferenceRate, table
from loancrm.policy.policy import Policy
from loancrm.view import View

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class RateLine:
    """A published rate in millionths, from a day on; ``change`` is from the one before it."""

    series: str
    on: date
    annual_rate: int
    change: int | None


def rates(view: View, series: str | None = None) -> Iterator[RateLine]:
    """Yield the published rates that are seen by series, the newest first, or those of one series."""
    for name, known in Published(view).series.items():
        if series is None or name == series:
            before = [None, *(rate for _on, rate in known[:-1])]
            for (on, rate), earlier in reversed(list(zip(known, before, strict=True))):
                if on <= view.as_of:
                    yield RateLine(name, on, rate, None if earlier is None else rate - earlier)


class Published:
    """All series of published rates that are known, each by days.

    Attributes:
        series: (day, rate in millionths) by the name of the series, the oldest first.
    """

    series: Mapping[str, list[tuple[date, int]]]

    def __init__(self, view: View) -> None:
        rows = table(ReferenceRate)
        query = select(rows.c.series, rows.c.effective_on, rows.c.annual_rate).where(view.knows(rows))
        found = view.rows(query.order_by(rows.c.series, rows.c.effective_on))
        self.series = {
            name: [(row.effective_on, row.annual_rate) for row in group]
            for name, group in groupby(found, key=lambda row: str(row.series))
        }

    def at(self, series: str, on: date, policy: Policy) -> int:
        """Return what a series said on a day: the newest value of that day or before it, in millionths.

        Raises:
            Conflict: there is none, or it is older than the policy allows.
        """
        known = self.series.get(series, [])
        place = bisect_right(known, on, key=lambda one: one[0])
        if place == 0:
            names = _("there are: {names}").format(names=listed(tuple(self.series)) or "—")
            raise _missing(_("no value of {series} is known for {day}").format(series=series, day=on), names)
        day, rate = known[place - 1]
        if day < on - timedelta(days=policy.reference_rates.most_days_old):
            message = _("no value of {series} is known for {day}: the newest one is of {newest}")
            raise _missing(message.format(series=series, day=on, newest=day))
        return rate

    def rate(self, floating: Floating, on: date, policy: Policy) -> int:
        """Return the rate of a loan that follows a series, as of a day.

        Raises:
            Conflict: as ``at`` does.
            InvalidInput: the rate would be 100 % or more.
        """
        rate = floating.rate(self.at(floating.reference, on, policy))
        if rate >= MILLION:
            raise InvalidInput(titled("--spread", _("with it the rate is 100 % or more")), field="--spread")
        return rate


def _missing(message: str, *more: str) -> Conflict:
    add = _("loancrm rate add SERIES RATE --on DAY, or import rates, says what was published")
    return Conflict(message, hint=" · ".join((*more, add)), field="--reference", code="no_rate")
