"""How long customers borrow without a break, and when one that ended made them lost.

A spell is a time in which a customer has a live loan or an approved case, breaks of up to the policy's window
included: who renews, or borrows again within the window, goes on. Found with window functions over the loans
in the order of their days, so that no loan is compared with every other.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, Subquery, case, func, literal, or_, select

from loancrm import models
from loancrm.dialect import add_days
from loancrm.models import table
from loancrm.view import View

FOR_EVER = date(9999, 1, 1)  # until when a loan lasts that lives; windows after it are still days
DROPPED = ("declined", "withdrawn")
OF_THE_LOAN = ("customer_id", "product", "security", "industry", "region", "five_tier", "status", "extra")


def spells(view: View, loans: CTE, window_days: int) -> Subquery:
    """Return the ends of spells: one row for each, with the loan that was the last to begin.

    Columns: those of that loan by which it is grouped (``OF_THE_LOAN``), ``ended_on`` (when the last loan was
    over), ``lost_on`` (the window later), ``is_lost`` (1: that day has come and nobody came back by then),
    ``is_newest`` (1: nothing follows it), ``wrote_off`` and ``sold`` (1: a loan of the customer was written
    off, or transferred). ``loans`` are the view's.
    """
    t: Any = _borrowed(view, loans).subquery("borrowed").c
    order: Any = {"partition_by": t.customer_id, "order_by": (t.from_on, t.id)}
    flags = (("wrote_off", "written_off"), ("sold", "transferred"))
    seen = (
        func.max(case((t.status == status, 1), else_=0)).over(partition_by=t.customer_id).label(name)
        for name, status in flags
    )
    columns: list[ColumnElement[Any]] = [
        *(t[name] for name in OF_THE_LOAN),
        func.max(t.until_on).over(**order, rows=(None, 0)).label("ended_on"),
        func.lead(t.from_on).over(**order).label("next_on"),
        *seen,
    ]
    c = select(*columns).subquery("in_order").c
    lost_on = add_days(c.ended_on, window_days)
    broke = or_(c.next_on.is_(None), c.next_on > lost_on)
    found: list[ColumnElement[Any]] = [
        *c,
        lost_on.label("lost_on"),
        case((lost_on <= literal(view.as_of, Date()), 1), else_=0).label("is_lost"),
        case((c.next_on.is_(None), 1), else_=0).label("is_newest"),
    ]
    return select(*found).where(c.ended_on < literal(FOR_EVER, Date()), broke).subquery("spells")


def _borrowed(view: View, loans: CTE) -> Any:
    """Return each loan and approved case with the days from which and until which it counts."""
    t, far = loans.c, literal(FOR_EVER, Date())
    over = func.coalesce(t.ended_on, t.matures_on, t.disbursed_on)
    until: ColumnElement[Any] = case((t.is_live == 1, far), else_=over)
    begins: ColumnElement[Any] = t.disbursed_on
    if view.has_applications:
        approved_on, dropped_on = _stage_day(view, t.id, ("approval",)), _stage_day(view, t.id, DROPPED)
        pending = t.disbursed_on.is_(None)
        begins = case((pending, approved_on), (approved_on < t.disbursed_on, approved_on), else_=begins)
        until = case((pending, func.coalesce(dropped_on, far)), else_=until)
    columns = (t.id, *(t[name] for name in OF_THE_LOAN))
    query = select(*columns, begins.label("from_on"), until.label("until_on"))
    return query.where(t.status != "cancelled", begins.is_not(None))


def _stage_day(view: View, loan_id: ColumnElement[Any], stages: tuple[str, ...]) -> ColumnElement[Any]:
    rows = table(models.LoanStage).alias("stage_of_case")
    return (
        select(func.min(rows.c.effective_on))
        .where(rows.c.loan_id == loan_id, rows.c.stage.in_(stages), view.sees(rows))
        .correlate_except(rows)
        .scalar_subquery()
    )
