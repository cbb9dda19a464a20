"""Published series, each customer's own value of them: of its industry, its region, or of all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select

from loancrm import models
from loancrm.dialect import add_days, rounded_millionths
from loancrm.indicators.facts import customers_at
from loancrm.indicators.sources import Sources
from loancrm.indicators.statements import SPANS
from loancrm.models import table


def series(sources: Sources, name: str) -> Any:
    """Return a customer's ``value`` and ``change_1y`` of a series, with ``series_value_id``.

    Of the values by industry, section of industry (its letter), major, region and for all, the first that
    there is. ``change_1y`` is against the same key a year before: (value − before) ÷ |before|.
    """
    return sources.of(f"series_{name}", lambda s: _of_customers(s, name)).c


def _of_customers(sources: Sources, name: str) -> Select[Any]:
    people = customers_at(sources.view, "industry", "major", "region", scope=sources.scope).alias("people")
    own, values = people.c, _values(sources, name).cte(f"values_of_{name}")
    ways = (own.industry, func.substr(own.industry, 1, 1), own.major, own.region, literal(""))
    fits = [(values.c.key == way, place) for place, way in enumerate(ways)]
    first = case(*fits, else_=len(fits))
    place = func.row_number().over(partition_by=own.id, order_by=first).label("place")
    columns = (values.c.series_value_id, values.c.value, values.c.change_1y)
    ranked = (
        select(own.id.label("customer_id"), *columns, place)
        .join_from(people, values, values.c.key.in_(ways))
        .subquery("ranked")
        .c
    )
    chosen = (ranked.customer_id, ranked.series_value_id, ranked.value, ranked.change_1y)
    return select(*chosen).where(ranked.place == 1)


def _values(sources: Sources, name: str) -> Select[Any]:
    """Return the newest value of each key of a series, and its change against a year before."""
    c = table(models.SeriesValue).c
    order = (c.effective_on.desc(), c.id.desc())
    place = func.row_number().over(partition_by=c.key, order_by=order).label("place")
    seen = and_(c.name == name, sources.view.sees(table(models.SeriesValue)))
    now = select(c.id, c.key, c.value, c.effective_on, place).where(seen).subquery("now")
    found = select(now, _a_year_before(sources, name, now)).where(now.c.place == 1).subquery("found").c
    change = rounded_millionths(found.value - found.before, func.abs(found.before)).label("change_1y")
    return select(found.id.label("series_value_id"), found.key, found.value, change)


def _a_year_before(sources: Sources, name: str, now: Any) -> Any:
    then, (least, most) = table(models.SeriesValue).alias("then"), SPANS["a_year_ago"]
    on = then.c.effective_on
    return (
        select(then.c.value)
        .where(then.c.name == name, then.c.key == now.c.key, sources.view.sees(then))
        .where(on.between(add_days(now.c.effective_on, -most), add_days(now.c.effective_on, -least)))
        .order_by(on.desc(), then.c.id.desc())
        .limit(1)
        .correlate(now)
        .scalar_subquery()
        .label("before")
    )
