"""Signs of trouble ahead: broken promises, relief, warnings that are open.

Few customers have any: they are counted customer by customer, by index, and join nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from loancrm import models
from loancrm.indicators.facts import LOAN
from loancrm.indicators.past import HALF_YEAR, YEAR
from loancrm.indicators.sources import Sources
from loancrm.indicators.warnings import is_open
from loancrm.models import table
from loancrm.vocabulary import VOCABULARIES

WHOLE = 100  # per cent


def broken_promises(sources: Sources) -> Select[Any]:
    """Return the promises that fell due in half a year and were not kept, their days of grace included."""
    from loancrm.indicators.promises import received  # declares what is serviced here

    assert sources.terms.promises is not None, "the policy says when a promise is kept"
    grace_days, tolerance = sources.terms.promises()
    rows, view = table(models.Promise), sources.view
    first, end = sources.before(HALF_YEAR), view.as_of - timedelta(days=grace_days)
    loans = (
        select(rows.c.loan_id)
        .join_from(rows, LOAN, LOAN.c.id == rows.c.loan_id)
        .where(view.sees(rows), rows.c.due_on > first, rows.c.due_on < end)
    )
    shares = received(view, grace_days, sources.scoped(loans, LOAN.c.customer_id), "sign")
    came = shares.c
    query = (
        select(came.number.label("key"), came.due_on.label("on"), came.amount)
        .join_from(shares, LOAN, LOAN.c.id == came.loan_id)
        .where(came.due_on > first, came.due_on < end)
        .where(came.received * WHOLE < came.amount * (WHOLE - tolerance))
    )
    return sources.scoped(query, LOAN.c.customer_id)


def broken_by_customer(sources: Sources) -> Any:
    """Return by customer: broken, the number of ``broken_promises``.

    A relation, and not counted in its place as the others are: what came is found once for all.
    """

    def build(sources: Sources) -> Select[Any]:
        found = broken_promises(sources).with_only_columns(LOAN.c.customer_id, func.count().label("broken"))
        return found.group_by(LOAN.c.customer_id)

    return sources.of("broken_promises", build).c


def reliefs(sources: Sources) -> Select[Any]:
    """Return the versions of terms of a year that gave relief."""
    rows, view = table(models.LoanTerms), sources.view
    query = (
        select(LOAN.c.number.label("key"), rows.c.effective_on.label("on"), rows.c.reason)
        .join_from(rows, LOAN, LOAN.c.id == rows.c.loan_id)
        .where(view.sees(rows), rows.c.effective_on > sources.before(YEAR))
        .where(rows.c.reason.in_(tuple(VOCABULARIES["relief"])))
    )
    return sources.scoped(query, LOAN.c.customer_id)


def open_warnings(sources: Sources) -> Select[Any]:
    """Return the warnings that are neither closed nor cleared."""
    rows, view = table(models.RiskWarning), sources.view
    columns = (rows.c.number.label("key"), rows.c.effective_on.label("on"), rows.c.kind, rows.c.severity)
    query = select(*columns).where(view.sees(rows), is_open(view, rows))
    return sources.scoped(query, rows.c.customer_id)


def counted(sources: Sources, found: Select[Any], whose: ColumnElement[Any]) -> ColumnElement[int]:
    """Return how many rows of ``found`` are a customer's, as a column over the customers."""
    query = found.with_only_columns(func.count()).where(whose == sources.customers.c.id)
    return query.correlate(sources.customers).scalar_subquery()
