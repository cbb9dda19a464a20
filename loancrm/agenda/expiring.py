"""What a customer would lose soon: offers that nobody used, and points that nobody spent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, Table, and_, case, func, literal, select

from loancrm.agenda.base import Agenda
from loancrm.dialect import add_days, as_text, total
from loancrm.models import LoyaltyEntry, Offer, OfferEvent, table


def offers(agenda: Agenda) -> Select[Any]:
    """Return offers that end soon and were not used: those to tell of, and those still to be approved."""
    shape, rows = agenda.due.offer, table(Offer)
    assert shape is not None
    code = case((_has(agenda, rows, "approved"), "offer_ends"), else_="offer_waits")
    query = agenda.ladder(
        "offer",
        shape,
        rows.c.customer_id,
        rows.c.valid_until,
        code=code,
        ref=as_text(rows.c.number),
        text=rows.c.what,
    )
    query = query.where(agenda.view.sees(rows), ~_has(agenda, rows, "used"))
    return agenda.of_scope(query, rows.c.customer_id)


def _has(agenda: Agenda, rows: Table, action: str) -> Any:
    events = table(OfferEvent)
    of_it = events.c.offer_id == rows.c.id, events.c.action == action, agenda.view.sees(events)
    return select(events.c.id).where(*of_it).correlate(rows).exists()


def points(agenda: Agenda) -> Select[Any]:
    """Return customers who lose points soon unless they spend them, from the policy's minimum on.

    What is lost by a day is the most that C(e) − S(e) was by then (``lending.points``). The day of the line
    is the last one on which what is lost first can be spent.
    """
    shape = agenda.due.points
    assert shape is not None
    until = agenda.horizon + timedelta(days=max(shape.days_before) + 1)
    gone = _gone(agenda, until).subquery("gone_by")
    c, today, none = gone.c, agenda.view.as_of, literal(0, BigInteger())
    before = func.max(case((and_(c.expires_on <= today, c.gone > 0), c.gone), else_=none))
    lost = select(
        c.customer_id, c.expires_on, c.gone, before.over(partition_by=c.customer_id).label("before")
    )
    lost_by = lost.subquery("lost_by")
    c = lost_by.c
    is_ahead = and_(c.expires_on > today, c.gone > c.before)
    soon = (
        select(
            c.customer_id,
            func.max(case((is_ahead, c.gone - c.before), else_=none)).label("points"),
            func.min(case((is_ahead, c.expires_on))).label("on"),
        )
        .group_by(c.customer_id)
        .subquery("points_soon")
    )
    last_day = add_days(soon.c.on, -1)
    query = agenda.ladder("points", shape, soon.c.customer_id, last_day, text=as_text(soon.c.points))
    return query.where(soon.c.points >= shape.minimum_points)


def _gone(agenda: Agenda, until: Any) -> Select[Any]:
    """Return, of customers with points that expire from now until a day, C(e) − S(e) by each day e."""
    rows, view = table(LoyaltyEntry), agenda.view
    c, spent, soon = rows.c, rows.alias("spent"), rows.alias("soon")
    before = (
        select(func.coalesce(total(-spent.c.points), 0))
        .where(spent.c.customer_id == c.customer_id, spent.c.points < 0)
        .where(spent.c.effective_on < c.expires_on, view.sees(spent))
        .correlate(rows)
        .scalar_subquery()
    )
    ahead = select(soon.c.customer_id).where(
        soon.c.points > 0, soon.c.expires_on > view.as_of, soon.c.expires_on <= until, view.sees(soon)
    )
    ahead = agenda.of_scope(ahead, soon.c.customer_id)
    running = func.sum(c.points).over(partition_by=c.customer_id, order_by=c.expires_on)
    query = select(c.customer_id, c.expires_on, (running.cast(BigInteger) - before).label("gone"))
    query = query.where(view.sees(rows), c.points > 0, c.expires_on <= until, c.customer_id.in_(ahead))
    return agenda.of_scope(query, c.customer_id)
