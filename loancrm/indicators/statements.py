"""Financial statements as relations: the newest one, and those it is compared with.

A flow, such as revenue, is that of a year: of a statement over fewer or more months it is scaled. Stocks,
such as total assets, are those of the period's last day.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from loancrm.dialect import add_days, quotient
from loancrm.indicators.sources import Sources
from loancrm.models import Statement, table

STATEMENT = table(Statement)
_FIRST = STATEMENT.c.keys().index("cash")
LINES = tuple(c.name for c in STATEMENT.c)[_FIRST : STATEMENT.c.keys().index("distributions") + 1]
FLOWS = LINES[LINES.index("revenue") :]
MONTHS = 12  # of a year
# How long before the newest statement's period another one ended: a year, a quarter, half a month around.
SPANS = {"a_year_ago": (350, 380), "a_quarter_ago": (76, 106)}


def statement(sources: Sources, when: str | None = None) -> Any:
    """Return the columns of a customer's statement: the newest, or the one that it is compared with.

    They are ``statement_id``, ``effective_on`` (the last day of the period), ``months``, and a column for
    each line. The newest one counts only while its period ended not longer ago than the policy allows; a
    statement over more months goes before another of the same day.
    """
    if when is None:
        return sources.of("statement", _newest).c
    return sources.of(f"statement_{when}", lambda s: _before(s, *SPANS[when])).c


def _newest(sources: Sources) -> Select[Any]:
    query = select(STATEMENT.c.id, STATEMENT.c.customer_id, _place()).where(sources.view.sees(STATEMENT))
    age = sources.terms.statement_stale_after_days
    if age is not None:
        query = query.where(STATEMENT.c.effective_on >= sources.before(age))
    return _lines_of(sources.scoped(query, STATEMENT.c.customer_id))


def _before(sources: Sources, least: int, most: int) -> Select[Any]:
    newest = sources.of("statement", _newest).c
    on = STATEMENT.c.effective_on
    then = on.between(add_days(newest.effective_on, -most), add_days(newest.effective_on, -least))
    query = (
        select(STATEMENT.c.id, STATEMENT.c.customer_id, _place())
        .join_from(sources.of("statement", _newest), STATEMENT, newest.customer_id == STATEMENT.c.customer_id)
        .where(sources.view.sees(STATEMENT), then)
    )
    return _lines_of(query)


def _place() -> ColumnElement[int]:
    c = STATEMENT.c
    newest = (c.effective_on.desc(), c.months.desc(), c.id.desc())
    return func.row_number().over(partition_by=c.customer_id, order_by=newest).label("place")


def _lines_of(ranked: Select[Any]) -> Select[Any]:
    """Return the statements in the first place, with their lines."""
    c, found = STATEMENT.c, ranked.subquery("ranked")
    key = (c.id.label("statement_id"), c.customer_id, c.effective_on, c.months)
    lines = (_line(name).label(name) for name in LINES)
    return select(*key, *lines).join_from(found, STATEMENT, c.id == found.c.id).where(found.c.place == 1)


def _line(name: str) -> ColumnElement[Any]:
    value: ColumnElement[Any] = STATEMENT.c[name]
    if name not in FLOWS:
        return value
    months = STATEMENT.c.months
    return case((months == MONTHS, value), else_=quotient(value * MONTHS, months))
