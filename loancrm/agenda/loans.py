"""What the loans ask for: arrears, maturities, instalments, short accounts, new rates, credit lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, and_, case, func, literal, or_, select

from loancrm.agenda.base import MINOR_UNITS, Agenda, unknown
from loancrm.calendars import end_of_month
from loancrm.dialect import add_days
from loancrm.indicators.data_days import data_before
from loancrm.indicators.facts import SNAPSHOT, days_overdue
from loancrm.models import Facility, table


def past_due(agenda: Agenda) -> Select[Any]:
    """Return overdue loans whose customer nobody has reached since they were past due: from the day after."""
    loan, before = agenda.loans.c, SNAPSHOT.alias("before")
    previous = (
        select(days_overdue(before))
        .where(before.c.loan_id == loan.id, agenda.view.sees(before), before.c.effective_on < loan.basis_on)
        .order_by(before.c.effective_on.desc(), before.c.id.desc())
        .limit(1)
        .correlate_except(before)
        .scalar_subquery()
    )
    was_late = func.coalesce(previous, 0) > 0
    if agenda.view.has_applications:
        was_late = case((loan.is_ledger == 1, _was_late_by_ledger(agenda)), else_=was_late)
    since = add_days(loan.basis_on, -loan.days_past_due)
    query = agenda.reason(
        "past_due",
        agenda.due.past_due,
        loan.customer_id,
        due_on=since,
        amount=func.coalesce(loan.overdue_principal, 0) + func.coalesce(loan.unpaid_interest, 0),
        text=unknown(func.coalesce(loan.overdue_principal, loan.unpaid_interest)),
        code=case((was_late, "past_due"), else_="newly_past_due"),
        ref=loan.number,
        n=loan.days_past_due,
        is_cut=_is_cut(agenda, loan.days_past_due),
        talk_since=add_days(since, 1),  # a reminder on the day itself answers nothing
    )
    return query.where(loan.days_past_due >= 1)


def _was_late_by_ledger(agenda: Agenda) -> ColumnElement[Any]:
    """Say whether a loan that is serviced here was past due when the data before the newest came."""
    from loancrm.indicators.ledger import was_past_due

    view = agenda.view
    before = data_before(view) or view.as_of - timedelta(days=1)
    return func.coalesce(was_past_due(view.at(before), agenda.loans.c.id), 0) == 1


def _is_cut(agenda: Agenda, days: ColumnElement[Any]) -> ColumnElement[int]:
    """Say (1 or 0) whether the class by days past due is worse at the month's end than on the day."""
    today = agenda.view.as_of
    left = (end_of_month(today) - today).days
    floors = sorted(set(agenda.policy.shape.data.class_floor_days.values()))
    worse = [and_(days < floor, days + left >= floor) for floor in floors]
    return case((or_(*worse), 1), else_=0) if worse else literal(0, Integer())


def maturities(agenda: Agenda) -> Select[Any]:
    """Return live loans that mature soon, at each step of the ladder until somebody talks; and that matured.

    By the newest data a loan of the latter kind has something outstanding and is not past due: whether it was
    paid is not known. It stays until data say so, or are too old for it to live, or until somebody talks.
    """
    loan, day = agenda.loans.c, agenda.view.as_of
    query = agenda.ladder(
        "maturity",
        agenda.due.maturity,
        loan.customer_id,
        loan.matures_on,
        stays=True,
        amount=loan.outstanding_principal,
        text=unknown(loan.outstanding_principal),
        code=case((loan.matures_on < day, "matured"), else_="maturity"),
        ref=loan.number,
        about=loan.basis_on.cast(String),
    )
    owes = and_(loan.outstanding_principal > 0, func.coalesce(loan.days_past_due, 0) == 0)
    return query.where(
        loan.is_live == 1,
        case((loan.matures_on < day, owes), else_=func.coalesce(loan.outstanding_principal, 1) > 0),
    )


def instalments(agenda: Agenda) -> Select[Any]:
    """Return what falls due next by the ledger or the core system, for loans that are not overdue."""
    loan, shape = agenda.loans.c, agenda.due.instalment
    query = agenda.ladder(
        "instalment",
        shape,
        loan.customer_id,
        loan.next_due_on,
        amount=loan.next_due_amount,
        ref=loan.number,
    )
    return query.where(
        func.coalesce(loan.days_past_due, 0) == 0,
        func.coalesce(loan.next_due_amount, 0) >= shape.minimum_amount * MINOR_UNITS,
    )


def short_accounts(agenda: Agenda) -> Select[Any]:
    """Return what falls due soon where the accounts here held less on average, by the newest turnover."""
    from loancrm.models import Turnover

    shape, loan, rows = agenda.due.account_short, agenda.loans.c, table(Turnover)
    assert shape is not None
    oldest = agenda.view.as_of - timedelta(days=shape.stale_after_days)
    deposits = (
        select(rows.c.average_deposits)
        .where(
            rows.c.customer_id == loan.customer_id,
            agenda.view.sees(rows),
            rows.c.effective_on >= oldest,
            rows.c.average_deposits.is_not(None),
        )
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )
    query = agenda.reason(
        "account_short",
        shape,
        loan.customer_id,
        due_on=loan.next_due_on,
        amount=loan.next_due_amount - deposits,
        ref=loan.number,
        talk_since=add_days(loan.next_due_on, -shape.days_before),
    )
    last = agenda.horizon + timedelta(days=shape.days_before)
    return query.where(
        loan.next_due_on >= agenda.view.as_of,
        loan.next_due_on <= last,
        func.coalesce(loan.days_past_due, 0) == 0,
        deposits < loan.next_due_amount,
    )


def rate_changes(agenda: Agenda) -> Select[Any]:
    """Return loans whose rate the core system will set anew."""
    shape, loan, rows = agenda.due.rate_change, agenda.loans.c, SNAPSHOT.alias("priced")
    assert shape is not None
    reprices_on = (
        select(rows.c.reprices_on)
        .where(rows.c.loan_id == loan.id, rows.c.effective_on == loan.basis_on, agenda.view.sees(rows))
        .order_by(rows.c.id.desc())  # then known, an older one of the same day may have been void later only
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )
    columns = (loan.customer_id, loan.number, loan.outstanding_principal, reprices_on.label("reprices_on"))
    ahead = select(*columns).where(loan.is_live == 1).subquery("repriced").c
    return agenda.ladder(
        "rate_change",
        shape,
        ahead.customer_id,
        ahead.reprices_on,
        amount=ahead.outstanding_principal,
        ref=ahead.number,
    )


def facilities(agenda: Agenda) -> Select[Any]:
    """Return credit lines that expire soon."""
    rows = table(Facility)
    query = agenda.ladder(
        "facility",
        agenda.due.facility,
        rows.c.customer_id,
        rows.c.expires_on,
        amount=rows.c.limit_amount,
        ref=rows.c.number,
    )
    return agenda.of_scope(query, rows.c.customer_id).where(agenda.view.sees(rows))
