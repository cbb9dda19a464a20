"""What is new since the data before: for the header of the day's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import LOAN, SNAPSHOT, customer_ids, days_overdue
from loancrm.indicators.ledger import LedgerColumns, disbursed_at
from loancrm.models import LoanPosition, LoanStatus, table
from loancrm.reports.basis import newest_data
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Changes:
    """Between the newest data and the data before it; amounts in minor units.

    ``data_on`` None: no snapshots. ``since`` None: the first data.
    """

    data_on: date | None
    since: date | None
    newly_overdue: int
    newly_overdue_amount: int
    settled: int
    disbursed: int
    disbursed_amount: int
    due_today: int
    due_today_amount: int


def changes(view: View, officer_id: int | None = None) -> Changes:
    """Return what the newest data changed, in the book or among one officer's customers."""
    data_on = newest_data(view)
    since = newest_data(view, before=data_on) if data_on else None
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    said = _from_snapshots(view, data_on, since, scope)
    kept = _from_ledgers(view, since, scope) if since and view.has_applications else (0, 0, 0, 0)
    overdue, amount, due, due_amount = (a + b for a, b in zip(said, kept, strict=True))
    start = since or data_on or view.as_of
    new = _disbursed(view, start, scope)
    return Changes(
        data_on=data_on,
        since=since,
        newly_overdue=overdue,
        newly_overdue_amount=amount,
        settled=_settled(view, start, scope),
        disbursed=new[0],
        disbursed_amount=new[1],
        due_today=due,
        due_today_amount=due_amount,
    )


def _scoped(query: Select[Any], scope: Select[Any] | None) -> Select[Any]:
    return query if scope is None else query.where(LOAN.c.customer_id.in_(scope))


def _from_snapshots(
    view: View, data_on: date | None, since: date | None, scope: Select[Any] | None
) -> tuple[int, int, int, int]:
    if data_on is None:
        return 0, 0, 0, 0
    s, before = SNAPSHOT.c, SNAPSHOT.alias("before")
    previous = (
        select(days_overdue(before))
        .where(before.c.loan_id == s.loan_id, view.sees(before), before.c.effective_on < s.effective_on)
        .order_by(before.c.effective_on.desc(), before.c.id.desc())
        .limit(1)
        .correlate_except(before)
        .scalar_subquery()
    )
    owed = func.coalesce(s.overdue_principal, 0) + func.coalesce(s.unpaid_interest, 0)
    is_new = (days_overdue(SNAPSHOT) >= 1) & (func.coalesce(previous, 0) == 0) & (since is not None)
    today = s.next_due_on == view.as_of
    query = (
        select(
            count_where(is_new),
            func.coalesce(func.sum(owed).filter(is_new), 0),
            count_where(today),
            func.coalesce(func.sum(s.next_due_amount).filter(today), 0),
        )
        .select_from(SNAPSHOT.join(LOAN, LOAN.c.id == s.loan_id))
        .where(s.effective_on == data_on, view.sees(SNAPSHOT))
    )
    if view.has_applications:  # what is serviced here is counted by its ledger, whatever an extract says
        rows = table(LoanPosition)
        is_kept = exists().where(rows.c.loan_id == LOAN.c.id, view.sees(rows))
        query = query.where(~is_kept.correlate_except(rows))
    row = view.one(_scoped(query, scope))
    return tuple(int(value) for value in row) if row else (0, 0, 0, 0)  # type: ignore[return-value]


def _from_ledgers(view: View, since: date, scope: Select[Any] | None) -> tuple[int, int, int, int]:
    """Return the same of the loans that are serviced here: days go by there without new data."""
    ledger, ended = LedgerColumns(view, LOAN), table(LoanStatus)
    figures = ledger.figures()
    owed = figures["overdue_principal"] + figures["unpaid_interest"]
    is_new = (figures["days_past_due"] >= 1) & ~_was_late(view, since)
    today = figures["next_due_on"] == view.as_of
    has_ended = exists().where(ended.c.loan_id == LOAN.c.id, view.sees(ended))
    query: Any = (
        select(
            count_where(is_new),
            func.coalesce(total(case((is_new, owed))), 0),
            count_where(today),
            func.coalesce(total(case((today, figures["next_due_amount"]))), 0),
        )
        .select_from(ledger.join(LOAN))
        .where(ledger.is_kept, view.sees(LOAN), ~has_ended.correlate_except(ended))
    )
    row: Any = view.one(_scoped(query, scope))
    return tuple(int(value) for value in row)  # type: ignore[return-value]


def _was_late(view: View, since: date) -> ColumnElement[bool]:
    """Say of a loan that is serviced here whether it was past due on the day ``since``."""
    then, rows = view.at(since), table(LoanPosition).alias("position_then")
    is_late = or_(rows.c.principal_unsettled_on < since, rows.c.interest_unsettled_on < since)
    found = (
        select(case((is_late, 1), else_=0))
        .where(rows.c.loan_id == LOAN.c.id, then.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )
    return func.coalesce(found, 0) == 1


def _disbursed(view: View, start: date, scope: Select[Any] | None) -> tuple[int, int]:
    query: Any = select(func.count(), func.coalesce(total(LOAN.c.principal), 0))
    day = disbursed_at(view, LOAN) if view.has_applications else LOAN.c.disbursed_on
    row: Any = view.one(_scoped(query.where(day > start, day <= view.as_of, view.sees(LOAN)), scope))
    return int(row[0]), int(row[1])


def _settled(view: View, start: date, scope: Select[Any] | None) -> int:
    ended = table(LoanStatus)
    query = (
        select(func.count())
        .select_from(ended.join(LOAN, LOAN.c.id == ended.c.loan_id))
        .where(ended.c.status == "settled", ended.c.effective_on > start, view.sees(ended))
    )
    return view.connection.scalar(_scoped(query, scope)) or 0
