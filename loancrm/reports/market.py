"""The market's total, as a published series says it, and which share of it is lent here."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from loancrm.errors import NotFound, did_you_mean
from loancrm.i18n import _
from loancrm.models import SeriesValue, table
from loancrm.numerals import MILLION, ratio
from loancrm.policy.policy import Policy
from loancrm.view import View

MINOR_UNITS = 100  # in one unit of the currency


@dataclass(frozen=True, slots=True)
class Market:
    """The values of a series by key, each with its days in order; without a series there is no share.

    A group has the value of its own key (an industry, a region), the whole book that without a key.
    """

    series: str | None
    unit: int
    values: dict[str, list[tuple[date, int]]]

    def share(self, balance: int, key: Any, day: date) -> int | None:
        """Return ``balance`` ÷ the newest value of the series by ``day``, in millionths; None without one."""
        known = self.values.get("" if key is None else str(key), [])
        place = bisect_right(known, day, key=lambda pair: pair[0])
        if place == 0:
            return None
        return ratio(balance * MILLION, known[place - 1][1] * self.unit * MINOR_UNITS)


def market(view: View, policy: Policy, against: str | None) -> Market:
    """Return the series that is named, or the policy's; without either there is nothing to compare with.

    Raises:
        NotFound: the book has no such series.
    """
    rules = policy.churn.growth
    name, unit = against or rules.market_series, rules.market_unit
    found: defaultdict[str, list[tuple[date, int]]] = defaultdict(list)
    if name is None:
        return Market(None, unit, {})
    c = table(SeriesValue).c
    query = select(c.key, c.effective_on, c.value).where(c.name == name, view.sees(table(SeriesValue)))
    for row in view.rows(query.order_by(c.effective_on, c.id)):
        found[row.key].append((row.effective_on, row.value))
    if not found and against is not None:
        known = tuple(view.connection.scalars(select(c.name).distinct().order_by(c.name)))
        raise NotFound(
            _("there is no series {name}").format(name=against),
            field="--against",
            hint=did_you_mean(against, known) or _("loancrm series list shows them"),
        )
    return Market(name, unit, dict(found))
