"""Signs of trouble ahead: broken promises, relief, the guarantors' own arrears, warnings that are open."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, literal, select

from loancrm import models
from loancrm.dialect import add_days
from loancrm.indicators import ties
from loancrm.indicators.facts import LOAN, loans_at
from loancrm.indicators.past import HALF_YEAR, YEAR
from loancrm.indicators.promises import earlier, received
from loancrm.indicators.sources import Sources
from loancrm.indicators.warnings import is_open
from loancrm.models import table
from loancrm.vocabulary import VOCABULARIES

WHOLE = 100  # per cent


def promises(sources: Sources) -> Any:
    """Return how many promises were not kept in half a year, as ``broken``: less came than was promised."""
    return sources.of("promises", _promises).c


def relief(sources: Sources) -> Any:
    """Return how often loans got relief in a year, as ``given``; only of loans that are serviced here."""
    return sources.of("relief", _relief).c


def circle(sources: Sources) -> Any:
    """Return the days past due of the worst other member of a customer's guarantee circles."""
    return sources.of("circle_arrears", _circle).c


def warnings(sources: Sources) -> Any:
    """Return how many warnings of a customer are open, as ``open``."""
    return sources.of("warnings", _warnings).c


def broken_promises(sources: Sources) -> Select[Any]:
    """Return the promises that fell due in half a year and were not kept, their days of grace included."""
    assert sources.terms.promises is not None, "the policy says when a promise is kept"
    grace_days, tolerance = sources.terms.promises()
    rows, view = table(models.Promise), sources.view
    over = add_days(rows.c.due_on, literal(grace_days))
    came = received(view, rows, earlier(over, view.as_of))
    query = (
        select(LOAN.c.customer_id, rows.c.number.label("key"), rows.c.due_on.label("on"), rows.c.amount)
        .join_from(rows, LOAN, LOAN.c.id == rows.c.loan_id)
        .where(view.sees(rows), rows.c.due_on > sources.before(HALF_YEAR), over < view.as_of)
        .where(came * WHOLE < rows.c.amount * (WHOLE - tolerance))
    )
    return sources.scoped(query, LOAN.c.customer_id)


def _promises(sources: Sources) -> Select[Any]:
    found = broken_promises(sources).subquery("not_kept").c
    return select(found.customer_id, func.count().label("broken")).group_by(found.customer_id)


def reliefs(sources: Sources) -> Select[Any]:
    """Return the versions of terms of a year that gave relief."""
    rows, view = table(models.LoanTerms), sources.view
    query = (
        select(LOAN.c.customer_id, LOAN.c.number.label("key"), rows.c.effective_on.label("on"), rows.c.reason)
        .join_from(rows, LOAN, LOAN.c.id == rows.c.loan_id)
        .where(view.sees(rows), rows.c.effective_on > sources.before(YEAR))
        .where(rows.c.reason.in_(tuple(VOCABULARIES["relief"])))
    )
    return sources.scoped(query, LOAN.c.customer_id)


def _relief(sources: Sources) -> Select[Any]:
    found = reliefs(sources).subquery("given").c
    return select(found.customer_id, func.count().label("given")).group_by(found.customer_id)


def _circle(sources: Sources) -> Select[Any]:
    found = ties.members(sources, "guarantee_circle").cte("circle_members")
    stale = sources.terms.stale_after_days
    loan = loans_at(
        sources.view, stale_after_days=stale, scope=select(found.c.member_id), name="loans_of_circles"
    )
    of_another = and_(loan.c.customer_id == found.c.member_id, found.c.member_id != found.c.customer_id)
    return (
        select(found.c.customer_id, func.max(loan.c.days_past_due).label("days_past_due"))
        .join_from(found, loan, of_another)
        .group_by(found.c.customer_id)
    )


def _warnings(sources: Sources) -> Select[Any]:
    rows = table(models.RiskWarning)
    query = (
        select(rows.c.customer_id, func.count().label("open"))
        .where(sources.view.sees(rows), is_open(sources.view, rows))
        .group_by(rows.c.customer_id)
    )
    return sources.scoped(query, rows.c.customer_id)
