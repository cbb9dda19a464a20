"""Loyalty points of the whole book as of a day, in SQL: what ``lending.points`` says of one customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, func, literal, select, union_all

from loancrm import models
from loancrm.dialect import total
from loancrm.indicators.sources import Sources
from loancrm.models import table


def moved(sources: Sources) -> Any:
    """Return by customer: earned, spent, expired, and recent (by rules, in the days a tier looks back)."""
    return sources.of("points", _points).c


def lost(sources: Sources, ahead: int = 0) -> Any:
    """Return by customer what is ``expired``, or will be in so many days if nothing is spent till then."""
    return sources.of(f"points_lost_{ahead}", lambda s: _lost(s, ahead)).c if ahead else moved(sources)


def balance(sources: Sources) -> ColumnElement[int]:
    """Return the points that a customer has: 0 of whoever never had any."""
    found = moved(sources)
    gone = func.coalesce(found.spent, 0) + func.coalesce(lost(sources).expired, 0)
    return func.coalesce(found.earned, 0) - gone


def expiring(sources: Sources, days: int) -> ColumnElement[int]:
    """Return how many points will be lost in so many days if nothing is spent."""
    return func.coalesce(lost(sources, days).expired, 0) - func.coalesce(lost(sources).expired, 0)


def _points(sources: Sources) -> Select[Any]:
    """Put what moved and what was lost into one relation: SQLite joins at most 64."""
    gone, none = _lost(sources, 0).subquery("gone").c, literal(0, BigInteger())
    had = _moved(sources).add_columns(none.label("expired"))
    rows = union_all(had, select(gone.customer_id, none, none, none, gone.expired)).subquery("both").c
    names = ("earned", "spent", "recent", "expired")
    sums = (total(rows[name]).label(name) for name in names)
    return select(rows.customer_id, *sums).group_by(rows.customer_id)


def _moved(sources: Sources) -> Select[Any]:
    assert sources.terms.loyalty is not None, "the policy says how far back a tier looks"
    rows = table(models.LoyaltyEntry)
    c, days = rows.c, sources.terms.loyalty().shape.tier_days
    is_recent = (c.kind == "accrual") & (c.effective_on > sources.before(days))
    query = select(
        c.customer_id,
        total(case((c.points > 0, c.points), else_=0)).label("earned"),
        total(case((c.points < 0, -c.points), else_=0)).label("spent"),
        total(case((is_recent, c.points), else_=0)).label("recent"),
    ).where(sources.view.sees(rows))
    return sources.scoped(query.group_by(c.customer_id), c.customer_id)


def _lost(sources: Sources, ahead: int) -> Select[Any]:
    """Return the most that C(e) − S(e) was on any day e by which points expired."""
    rows = table(models.LoyaltyEntry)
    view, c, spent = sources.view, rows.c, rows.alias("spent")
    until = view.as_of + timedelta(days=ahead)
    before = (
        select(func.coalesce(total(-spent.c.points), 0))
        .where(spent.c.customer_id == c.customer_id, spent.c.points < 0)
        .where(spent.c.effective_on < c.expires_on, view.sees(spent))
        .correlate(rows)
        .scalar_subquery()
    )
    all_of_it = total_over(c.points, c.customer_id, c.expires_on)
    query = select(c.customer_id, (all_of_it - before).label("gone"))
    query = query.where(view.sees(rows), c.points > 0, c.expires_on <= until)
    found = sources.scoped(query, c.customer_id).subquery(f"gone_{ahead}").c
    most = func.max(found.gone)
    none = literal(0, BigInteger())
    return select(found.customer_id, case((most > 0, most), else_=none).label("expired")).group_by(
        found.customer_id
    )


def total_over(value: Any, whose: Any, order: Any) -> ColumnElement[int]:
    """Return the running sum of ``value``, those of one place in the order together."""
    running: ColumnElement[int] = func.sum(value).over(partition_by=whose, order_by=order).cast(BigInteger)
    return running
