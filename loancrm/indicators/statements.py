"""Financial statements as relations: the newest one, and those it is compared with.

A flow, such as revenue, is that of a year: of a statement over fewer or more months it is scaled. Stocks,
such as total assets, are those of the period's last day.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, case, func, select

from loancrm import models
from loancrm.dialect import add_days, quotient
from loancrm.indicators.sources import Sources
from loancrm.models import table

FIRST_FLOW = "revenue"
MONTHS = 12  # of a year
# How long before the newest statement's period another one ended: a year, a quarter, half a month around.
SPANS = {"a_year_ago": (350, 380), "a_quarter_ago": (76, 106)}


@cache
def lines() -> tuple[str, ...]:
    """Return the lines of a statement, stocks and then flows, in the order of its columns."""
    names = _rows().c.keys()
    return tuple(names[names.index("cash") : names.index("distributions") + 1])


def _rows() -> Table:
    return table(models.Statement)  # declared when a figure asks for it: most commands read no statement


def statement(sources: Sources, when: str | None = None) -> Any:
    """Return the columns of a customer's statement: the newest, or the one that it is compared with.

    They are ``statement_id``, ``effective_on`` (the last day of the period), ``months``, and a column for
    each line. The newest one counts only while its period ended not longer ago than the policy allows; a
    statement over more months goes before another of the same day.
    """
    if when is None:
        return sources.of("statement", _newest).c
    return sources.of(f"statement_{when}", lambda s: _before(s, *SPANS[when])).c


def of_a_year(sources: Sources) -> Any:
    """Return the columns of the newest statement over a whole year, as ``statement`` does."""
    return sources.of("statement_of_a_year", lambda s: _newest(s, _rows().c.months == MONTHS)).c


def one_back(sources: Sources, back: int) -> Any:
    """Return the columns of the statement that is ``back`` periods before the newest; 0: the newest itself.

    Of statements of one day the one over more months counts.
    """
    if back == 0:
        return statement(sources)
    return sources.of(f"statement_{back}_back", lambda s: _back(s, back)).c


def _back(sources: Sources, back: int) -> Select[Any]:
    c = _rows().c
    first = func.row_number().over(
        partition_by=(c.customer_id, c.effective_on), order_by=(c.months.desc(), c.id.desc())
    )
    of_a_day = select(c.id, c.customer_id, c.effective_on, first.label("of_its_day"))
    of_a_day = of_a_day.where(sources.view.sees(_rows()))
    days = sources.scoped(of_a_day, c.customer_id).subquery("of_a_day").c
    place = func.row_number().over(partition_by=days.customer_id, order_by=days.effective_on.desc())
    ranked = select(days.id, (place - back).label("place")).where(days.of_its_day == 1)
    return _lines_of(ranked)


def _newest(sources: Sources, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = select(_rows().c.id, _rows().c.customer_id, _place())
    query = query.where(sources.view.sees(_rows()), *conditions)
    age = sources.terms.statement_stale_after_days
    if age is not None:
        query = query.where(_rows().c.effective_on >= sources.before(age))
    return _lines_of(sources.scoped(query, _rows().c.customer_id))


def _before(sources: Sources, least: int, most: int) -> Select[Any]:
    newest = sources.of("statement", _newest).c
    on = _rows().c.effective_on
    then = on.between(add_days(newest.effective_on, -most), add_days(newest.effective_on, -least))
    query = (
        select(_rows().c.id, _rows().c.customer_id, _place())
        .join_from(sources.of("statement", _newest), _rows(), newest.customer_id == _rows().c.customer_id)
        .where(sources.view.sees(_rows()), then)
    )
    return _lines_of(query)


def _place() -> ColumnElement[int]:
    c = _rows().c
    newest = (c.effective_on.desc(), c.months.desc(), c.id.desc())
    return func.row_number().over(partition_by=c.customer_id, order_by=newest).label("place")


def _lines_of(ranked: Select[Any]) -> Select[Any]:
    """Return the statements in the first place, with their lines."""
    c, found = _rows().c, ranked.subquery("ranked")
    key = (c.id.label("statement_id"), c.customer_id, c.effective_on, c.months)
    columns = (_line(name).label(name) for name in lines())
    return select(*key, *columns).join_from(found, _rows(), c.id == found.c.id).where(found.c.place == 1)


def _line(name: str) -> ColumnElement[Any]:
    value: ColumnElement[Any] = _rows().c[name]
    if lines().index(name) < lines().index(FIRST_FLOW):
        return value
    months = _rows().c.months
    return case((months == MONTHS, value), else_=quotient(value * MONTHS, months))
