"""What came of promises to pay: how much was received by a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, select

from loancrm.dialect import total
from loancrm.indicators.facts import SNAPSHOT
from loancrm.models import LoanTerms, PaymentRow, table
from loancrm.view import View


def received(view: View, promise: Any, until: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what came from the day of a promise until the day ``until``, in minor units.

    Payments of a loan that is serviced here, else by how much its arrears fell between two snapshots; NULL
    without these. ``promise`` is the table or an alias.
    """
    paid = func.coalesce(_paid(view, promise, until), 0)
    return case((_is_kept_here(view, promise), paid), else_=_fall(view, promise, until))


def earlier(day: ColumnElement[Any], as_of: date) -> ColumnElement[Any]:
    """Return ``day``, or ``as_of`` where that comes first."""
    today = literal(as_of, Date())
    return case((day < today, day), else_=today)


def _is_kept_here(view: View, promise: Any) -> ColumnElement[bool]:
    terms = table(LoanTerms)
    return (
        select(terms.c.id)
        .where(terms.c.loan_id == promise.c.loan_id, terms.c.version > 0, view.sees(terms))
        .limit(1)
        .correlate(promise)
        .scalar_subquery()
        .is_not(None)
    )


def _paid(view: View, promise: Any, until: ColumnElement[Any]) -> ColumnElement[Any]:
    paid = table(PaymentRow)
    return (
        select(total(paid.c.amount))
        .where(paid.c.loan_id == promise.c.loan_id, view.knows(paid))
        .where(paid.c.effective_on >= promise.c.effective_on, paid.c.effective_on <= until)
        .correlate(promise)
        .scalar_subquery()
    )


def _fall(view: View, promise: Any, until: ColumnElement[Any]) -> ColumnElement[Any]:
    before, after = _arrears(view, promise, promise.c.effective_on), _arrears(view, promise, until)
    return case((before > after, before - after), (and_(before.is_not(None), after.is_not(None)), 0))


def _arrears(view: View, promise: Any, on: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what was overdue by the newest snapshot of a day."""
    rows = SNAPSHOT.alias()
    overdue = func.coalesce(rows.c.overdue_principal, 0) + func.coalesce(rows.c.unpaid_interest, 0)
    return (
        select(overdue)
        .where(rows.c.loan_id == promise.c.loan_id, rows.c.effective_on <= on, view.knows(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate(promise)
        .scalar_subquery()
    )
