"""When a loan was first so many days past due, or written off: from its ledger, else from its snapshots."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    and_,
    case,
    exists,
    literal,
    select,
    union_all,
)

from loancrm import models
from loancrm.dialect import add_days
from loancrm.indicators.facts import LOAN, SNAPSHOT, days_overdue, ended_at
from loancrm.indicators.past import positions
from loancrm.models import table
from loancrm.view import View


def first_past_due(view: View, days: int, scope: Select[Any] | None = None) -> CompoundSelect[Any]:
    """Return loan_id and ``on``: days on which a loan was more than ``days`` past due, or was written off.

    The earliest of a loan is the first that is known: of a ledger the very day, of snapshots the first that
    says so. A write-off without a day counts from the maturity, until which the loan lived.
    """
    parts = [_told(view, days, scope), _written_off(view, scope)]
    if view.has_applications:
        parts.append(_kept(view, days, scope))
    return union_all(*parts)


def _of(scope: Select[Any] | None, query: Select[Any]) -> Select[Any]:
    return query if scope is None else query.where(LOAN.c.customer_id.in_(scope))


def _told(view: View, days: int, scope: Select[Any] | None) -> Select[Any]:
    """What the core system said of loans that are kept elsewhere."""
    query = (
        select(SNAPSHOT.c.loan_id, SNAPSHOT.c.effective_on.label("on"))
        .join_from(SNAPSHOT, LOAN, LOAN.c.id == SNAPSHOT.c.loan_id)
        .where(view.sees(SNAPSHOT), days_overdue(SNAPSHOT) > days)
    )
    if view.has_applications:
        kept = table(models.LoanPosition).alias("kept_here")
        query = query.where(~exists().where(kept.c.loan_id == LOAN.c.id, view.sees(kept)))
    return _of(scope, query)


def _written_off(view: View, scope: Select[Any] | None) -> Select[Any]:
    ended = table(models.LoanStatus)
    day: ColumnElement[Any] = literal(view.as_of, Date())
    without = case((LOAN.c.matures_on <= day, LOAN.c.matures_on), else_=day)
    query = (
        select(ended.c.loan_id, case((ended.c.is_dated, ended.c.effective_on), else_=without).label("on"))
        .join_from(ended, LOAN, LOAN.c.id == ended.c.loan_id)
        .where(view.sees(ended), ended.c.status == "written_off")
    )
    return _of(scope, query)


def _kept(view: View, days: int, scope: Select[Any] | None) -> Select[Any]:
    """The first such day of each stretch of a ledger, until the loan ended."""
    stretch, ended = positions(view, scope).c, ended_at(view).subquery("over")
    reached = add_days(stretch.unsettled_on, days + 1)
    first = case((reached > stretch.first_on, reached), else_=stretch.first_on)
    lasts = and_(first <= stretch.last_on, ended.c.ends_on.is_(None) | (first < ended.c.ends_on))
    return (
        select(stretch.loan_id, first.label("on"))
        .select_from(stretch.loan_id.table.outerjoin(ended, ended.c.loan_id == stretch.loan_id))
        .where(lasts)
    )
