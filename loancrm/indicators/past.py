"""How loans were paid in the past: what the ledger says where a loan is serviced here, else its snapshots.

A relation of observations, one row each: on a day so many days were past due, or a demand was paid on its day
or was not. What a snapshot says counts on its own day only. A ledger knows every day: between two of its
positions the days past due only grow, so the last day of each stretch is the worst of it. Ended loans count
up to the day before they ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from loancrm import models
from loancrm.dialect import add_days, count_where, days_between
from loancrm.indicators.facts import LOAN, SNAPSHOT, days_overdue, ended_at
from loancrm.indicators.sources import Sources
from loancrm.models import table
from loancrm.view import View

QUARTER, HALF_YEAR, YEAR, TWO_YEARS = 92, 183, 365, 730
WITHIN = (YEAR, HALF_YEAR, QUARTER)


def of_the_year(sources: Sources) -> Any:
    """Return by customer: worst_365, worst_183 and worst_92 (days past due); told and on_time (demands).

    A demand is a snapshot that says how long is past due, on time when it is nothing; or an instalment that
    fell due, on time when it was paid by its day.
    """
    return sources.of("history", lambda s: _by_customer(s, YEAR, WITHIN, with_demands=True)).c


def of_two_years(sources: Sources) -> Any:
    """Return by customer: worst_730, the most days past due."""
    return sources.of("long_history", lambda s: _by_customer(s, TWO_YEARS, (TWO_YEARS,))).c


def _by_customer(
    sources: Sources, span: int, within: Iterable[int], *, with_demands: bool = False
) -> Select[Any]:
    seen = observations(sources, span, with_demands=with_demands).subquery("observed").c
    query = select(
        seen.customer_id,
        *(
            func.max(case((seen.on > sources.before(days), seen.days_past_due))).label(f"worst_{days}")
            for days in within
        ),
        func.count(seen.is_on_time).label("told"),
        count_where(seen.is_on_time == 1).label("on_time"),
    )
    return query.group_by(seen.customer_id)


def observations(
    sources: Sources, span: int, *, with_days: bool = True, with_demands: bool = False
) -> Select[Any] | CompoundSelect[Any]:
    """Return the observations of the last ``span`` days, of the customers in scope.

    ``with_days`` takes the stretches of a ledger in, ``with_demands`` its instalments. Columns: customer_id,
    key (the loan's number), on, noun, days_past_due, is_on_time (1, 0, or NULL: no demand).
    """
    since = sources.before(span)
    if not sources.view.has_applications:
        return _snapshots(sources, since)
    parts = [_snapshots(sources, since)]
    parts += [_stretches(sources, since)] if with_days else []
    parts += [_demands(sources, since)] if with_demands else []
    return union_all(*parts)


def _row(
    noun: str, on: ColumnElement[Any], days: ColumnElement[Any], is_on_time: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    columns = {"key": LOAN.c.number, "on": on, "noun": literal(noun)}
    columns |= {"days_past_due": days, "is_on_time": is_on_time}
    return [LOAN.c.customer_id, *(column.label(name) for name, column in columns.items())]


def _snapshots(sources: Sources, since: date) -> Select[Any]:
    """What the core system said of the loans that are kept elsewhere."""
    days, view = days_overdue(SNAPSHOT), sources.view
    on_time = case((days <= 0, 1), (days.is_not(None), 0))
    query = (
        select(*_row("snapshot", SNAPSHOT.c.effective_on, days, on_time))
        .join_from(SNAPSHOT, LOAN, LOAN.c.id == SNAPSHOT.c.loan_id)
        .where(view.sees(SNAPSHOT), view.knows(LOAN), SNAPSHOT.c.effective_on > since)
    )
    if view.has_applications:
        kept = table(models.LoanPosition).alias("kept_here")
        query = query.where(~exists().where(kept.c.loan_id == LOAN.c.id, view.sees(kept)))
    return sources.scoped(query, LOAN.c.customer_id)


def _stretches(sources: Sources, since: date) -> Select[Any]:
    """The last day of each stretch between two positions of a ledger, and how long was past due then."""
    view, stretch = sources.view, positions(sources.view, sources.scope)
    ended = ended_at(view).subquery("ended")
    day_before_end = add_days(ended.c.ends_on, -1)
    last = case(
        (and_(ended.c.ends_on.is_not(None), day_before_end < stretch.c.last_on), day_before_end),
        else_=stretch.c.last_on,
    )
    days = days_between(last, stretch.c.unsettled_on)
    worst = case((days > 0, days), else_=literal(0, Integer()))
    return (
        select(*_row("ledger", last, worst, null()))
        .join_from(stretch, LOAN, LOAN.c.id == stretch.c.loan_id)
        .outerjoin(ended, ended.c.loan_id == LOAN.c.id)
        .where(view.knows(LOAN), last > since, last >= stretch.c.first_on)
    )


def positions(view: View, scope: Select[Any] | None = None) -> Subquery:
    """Return each position seen, with the last day on which it held and the oldest due day unpaid in it.

    Columns: loan_id, first_on, last_on, unsettled_on.
    """
    rows = table(models.LoanPosition)
    c = rows.c
    following = func.lead(c.effective_on).over(partition_by=c.loan_id, order_by=(c.effective_on, c.id))
    today = literal(view.as_of, Date())
    query = select(
        c.loan_id,
        c.effective_on.label("first_on"),
        func.coalesce(add_days(following, -1), today).label("last_on"),
        _older(c.principal_unsettled_on, c.interest_unsettled_on).label("unsettled_on"),
    ).where(view.sees(rows))
    if scope is not None:
        query = query.where(c.loan_id.in_(select(LOAN.c.id).where(LOAN.c.customer_id.in_(scope))))
    return query.subquery("stretch")


def _demands(sources: Sources, since: date) -> Select[Any]:
    """The instalments that fell due, and whether each was paid by the end of its day.

    It was when nothing due by then was left unpaid. Those that ask for nothing, what was paid early, and what
    another version had replaced by its day are none.
    """
    view, rows, ledger = sources.view, table(models.InstalmentRow), table(models.LoanPosition)
    due, position, earlier = rows.c, ledger.alias("that_day"), ledger.alias("until_then")
    newest = (
        select(earlier.c.id)
        .where(earlier.c.loan_id == due.loan_id, view.sees(earlier), earlier.c.effective_on <= due.due_on)
        .order_by(earlier.c.effective_on.desc(), earlier.c.id.desc())
        .limit(1)
        .correlate_except(earlier)
        .scalar_subquery()
    )
    oldest = _older(position.c.principal_unsettled_on, position.c.interest_unsettled_on)
    ended = ended_at(view).subquery("over")
    query = (
        select(*_row("instalment", due.due_on, null(), case((oldest <= due.due_on, 0), else_=1)))
        .join_from(rows, LOAN, LOAN.c.id == due.loan_id)
        .join(position, position.c.id == newest)
        .outerjoin(ended, ended.c.loan_id == LOAN.c.id)
        .where(view.sees(rows), view.knows(LOAN), position.c.terms_id == due.terms_id)
        .where(due.due_on > since, due.due_on < view.as_of, due.number > 0)
        .where(due.principal_due + due.interest_due > 0)
        .where(or_(ended.c.ends_on.is_(None), ended.c.ends_on >= due.due_on))
    )
    return sources.scoped(query, LOAN.c.customer_id)


def _older(a: ColumnElement[Any], b: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((a.is_(None), b), (b.is_(None), a), (a <= b, a), else_=b)
