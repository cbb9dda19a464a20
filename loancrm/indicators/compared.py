"""Figures beside what they were, and beside those of others: the change of one, its trend, its peers.

The name of such a figure says what it compares: ``current_ratio.change_90d`` (as a share of what it was),
``days_past_due.difference_3m`` (in its own unit), ``average_deposits.falls_3_months``,
``current_ratio.falls_2_statements``, ``debt_to_assets.upper_quartile_of_industry``. What a figure was on an
earlier day is asked with what the view knows, not with what was known then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, select

from loancrm.calendars import add_months, end_of_month
from loancrm.indicators.sources import Sources

Way = Literal["change", "difference", "falls", "rises", "median", "lower_quartile", "upper_quartile"]
ORDERED = ("days", "count", "money", "ratio", "number")  # units that are more or less
PERIODS = {"months": 1, "quarters": 3}
QUARTERS = {"lower_quartile": 1, "median": 2, "upper_quartile": 3}  # of the customers who are ranked
_MOVE = re.compile(r"(.+)\.(change|difference)_([1-9][0-9]{0,2})([dm])")
_TREND = re.compile(r"(.+)\.(falls|rises)_([1-6])_(months|quarters|statements)")
_PEERS = re.compile(r"(.+)\.(median|lower_quartile|upper_quartile)_of_industry")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a name compares: the figure ``base``, how, over how many (``n``) of what (``per``)."""

    base: str
    way: Way
    n: int = 0
    per: str = ""

    def days(self, as_of: date) -> tuple[date, ...]:
        """Return the earlier days on which the figure is asked for, the last one first.

        Of a trend they are the ends of calendar periods: the last one that is over by ``as_of``, and ``n``
        before it.
        """
        if self.way in ("change", "difference"):
            return (as_of - timedelta(days=self.n) if self.per == "d" else add_months(as_of, -self.n),)
        if self.way not in ("falls", "rises") or self.per not in PERIODS:
            return ()
        return tuple(_ended(as_of, PERIODS[self.per], back) for back in range(self.n + 1))


@cache
def comparison(name: str) -> Comparison | None:
    """Return what ``name`` compares, None where it has no such form."""
    if found := _MOVE.fullmatch(name) or _TREND.fullmatch(name):
        return Comparison(found[1], found[2], int(found[3]), found[4])  # type: ignore[arg-type]
    if found := _PEERS.fullmatch(name):
        return Comparison(found[1], found[2])  # type: ignore[arg-type]
    return None


def _ended(as_of: date, months: int, back: int) -> date:
    """Return the last day of the period of so many months that was the last but ``back`` to end by a day."""
    over = as_of if end_of_month(as_of) == as_of else end_of_month(add_months(as_of.replace(day=1), -1))
    over = end_of_month(add_months(over.replace(day=1), -(over.month % months)))
    return end_of_month(add_months(over.replace(day=1), -months * back))


def then(sources: Sources, base: str, day: date) -> ColumnElement[Any]:
    """Return what the figure ``base`` was on an earlier day; all that are asked of a day are one relation."""
    if day not in sources.days:
        sources.days.append(day)
    place = sources.days.index(day)  # no date in a name: another day's statement is then compiled already
    relation = sources.of(f"figures_{place}", lambda s: _figures_of(s, day, place))
    return relation.c[_key(base)]


def _figures_of(sources: Sources, day: date, place: int) -> Select[Any]:
    from loancrm.indicators.figures import Figures

    asked = (one for name in sources.asked if (one := comparison(name)))
    bases = sorted({one.base for one in asked if day in one.days(sources.view.as_of)})
    figures = Figures(sources.view.at(day), sources.terms, bases, scope=sources.scope)
    columns = (figures.columns[base].label(_key(base)) for base in bases)
    query = figures.select(figures.customers.c.id.label("customer_id"), *columns)
    return renamed(query, f"_then_{place}")


def trend(sources: Sources, one: Comparison) -> ColumnElement[bool]:
    """Return whether a figure fell, or rose, ``n`` times running; unknown where one of them is missing."""
    if one.per == "statements":
        from loancrm.indicators.catalogue.financial import RATIOS
        from loancrm.indicators.statements import one_back

        ratio = next(ratio for ratio in RATIOS if ratio.name == one.base)
        values = [ratio.of(one_back(sources, back)) for back in range(one.n + 1)]
    else:
        values = [then(sources, one.base, day) for day in one.days(sources.view.as_of)]
    falls = one.way == "falls"
    return and_(*((new < old) if falls else (new > old) for new, old in pairwise(values)))


def of_peers(sources: Sources, one: Comparison) -> ColumnElement[Any]:
    """Return the median or a quartile of a figure among the customers of a customer's industry.

    By nearest rank: of n figures in order that at ⌈n/4⌉, ⌈n/2⌉ or ⌈3n/4⌉, so that it is one that a customer
    has. Who has no such figure is not ranked; the policy says how many there must be.
    """
    found: ColumnElement[Any] = peers_of(sources, one.base).c[one.way]
    return found


def peers_of(sources: Sources, base: str) -> Any:
    """Return the relation of what the customers of each one's industry have of a figure: ``n``, quartiles."""
    return sources.of(f"peers_{_key(base)}", lambda s: _peers(s, base))


def _peers(sources: Sources, base: str) -> Select[Any]:
    from loancrm.indicators.figures import Figures

    assert sources.terms.peers is not None, "the policy says who are peers"
    letters, least = sources.terms.peers()
    figures = Figures(sources.view, sources.terms, (base,), attributes=("industry", "archived_on"))
    people, value = figures.customers.c, figures.columns[base]
    industry = func.substr(people.industry, 1, letters)
    each = figures.select(people.id.label("customer_id"), industry.label("industry"), value.label("value"))
    each = each.where(people.industry.is_not(None), people.archived_on.is_(None), value.is_not(None))
    known = each.subquery("known").c
    ranked = select(
        *(known.customer_id, known.industry, known.value),
        func.row_number().over(partition_by=known.industry, order_by=known.value).label("place"),
        func.count().over(partition_by=known.industry).label("n"),
    ).subquery("ranked")
    c = ranked.c
    columns = (
        func.max(case((c.place == (c.n * quarter + 3) // 4, c.value)))
        .over(partition_by=c.industry)
        .label(name)
        for name, quarter in QUARTERS.items()
    )
    found = select(c.customer_id, c.n, *columns).subquery("quartiles")
    query = select(found.c.customer_id, found.c.n, *(found.c[name] for name in QUARTERS))
    query = query.where(found.c.n >= least)
    industries = len([name for name in sources.used if name.startswith("peers_")])
    return renamed(query, f"_of_peers_{industries}")


def _key(base: str) -> str:
    return base.replace(".", "__")


def renamed(query: Select[Any], suffix: str) -> Select[Any]:
    """Return ``query`` with a suffix on the names of its common table expressions.

    A statement names each of them once; here the same ones are asked for of several days. They were made
    for this query, so that nobody else reads them.
    """
    seen: dict[int, Any] = {}
    waiting: list[Any] = [query]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue  # many parts of a statement are used again and again
        seen[id(one)] = one
        waiting += one.get_children()
        if isinstance(one, CTE):
            one.name = f"{one.name}{suffix}"
    return query
