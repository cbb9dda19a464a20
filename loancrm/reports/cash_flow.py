"""What is expected to come in: principal and interest by month, from schedules; what is overdue apart.

Of each instalment of the version in force what is not yet paid: payments settle the oldest first, so of its
principal min(principal due, outstanding − scheduled balance after it), of its interest the same with what was
paid. Of a loan that is kept elsewhere only the next instalment is known, by its extract, undivided; whether
one that fell due since the extract was paid nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from loancrm import models
from loancrm.calendars import add_months
from loancrm.dialect import greatest, total
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.models import table
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import KEYS, Grouping, named
from loancrm.view import View

OVERDUE, SINCE_DATA, LATER = "overdue", "since_data", "later"
PLACES = (OVERDUE, SINCE_DATA, None)  # of a row: None is ahead, in its month
GROUPINGS = tuple(name for name in KEYS if name != "status")
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class CashFlowLine:
    """A month (``2026-12``), ``overdue``, ``since_data`` or ``later``, of the book or a group; minor units.

    ``undivided``: next instalments of loans that are kept elsewhere, principal and interest in one; in
    ``since_data`` those that fell due after the extract. ``loans`` of which something is due in it. ``total``
    is the sum of the three amounts, ``total_before`` what it was on the day that is compared with.
    """

    key: str | None
    name: str | None
    period: str
    from_on: date | None
    loans: int
    principal: int
    interest: int
    undivided: int
    total: int
    total_before: int | None = None


@dataclass(frozen=True, slots=True)
class CashFlow:
    """The report: a line a month, what is expected in all, and what is in none of it.

    ``without_schedule``: what is outstanding on live loans that are kept elsewhere; of these only next
    instalments are known. ``largest``: the largest expected amounts of the months shown.
    """

    lines: tuple[CashFlowLine, ...]
    principal: int
    interest: int
    undivided: int
    overdue: int
    since_data: int
    loans_without_schedule: int
    without_schedule: int
    largest: tuple[dict[str, Any], ...]
    basis: Basis
    since: date | None = None


def cash_flow(
    view: View,
    policy: Policy,
    months: int,
    grouping: Grouping | None = None,
    officer_id: int | None = None,
    since: date | None = None,
) -> CashFlow:
    """Return what is expected in the month of the view's day, and in ``months`` more; then ``later``.

    ``since``: an earlier day, and what was expected in the same months on it.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if grouping is not None:
        grouping.check(GROUPINGS)
    until = add_months(view.as_of.replace(day=1), months + 1)
    flow = _Flow(view, policy, until, grouping, officer_id)
    lines = tuple(flow.lines())
    if since is not None:
        then = _Flow(view.at(since), policy, until, grouping, officer_id).lines()
        lines = tuple(_beside(lines, then, view.as_of.replace(day=1)))
    ahead = [line for line in lines if line.period not in PLACES]
    elsewhere = flow.elsewhere()
    return CashFlow(
        lines=lines,
        principal=sum(line.principal for line in ahead),
        interest=sum(line.interest for line in ahead),
        undivided=sum(line.undivided for line in ahead),
        overdue=sum(line.total for line in lines if line.period == OVERDUE),
        since_data=sum(line.total for line in lines if line.period == SINCE_DATA),
        loans_without_schedule=elsewhere.loans,
        without_schedule=elsewhere.owed or 0,
        largest=tuple(flow.largest()),
        basis=basis(view, policy),
        since=since,
    )


def _beside(
    lines: Iterable[CashFlowLine], then: Iterable[CashFlowLine], month: date
) -> Iterator[CashFlowLine]:
    """Yield the lines with their totals of the earlier day, and those that had something on it alone.

    Of months that are over by ``month`` nothing is expected any more: they are left out.
    """
    before = {(line.key, line.period): line for line in then if line.from_on is None or line.from_on >= month}
    found = {(line.key, line.period): line for line in lines}
    for key, line in before.items():
        found.setdefault(key, replace(line, loans=0, principal=0, interest=0, undivided=0, total=0))
    for key in sorted(found, key=_order):
        was = before.get(key)
        yield replace(found[key], total_before=0 if was is None else was.total)


def _order(key: tuple[str | None, str]) -> tuple[bool, str, int, str]:
    group, period = key
    place = (*PLACES[:2], "", LATER).index(period if period in (*PLACES, LATER) else "")
    return group is None, str(group), place, period


class _Flow:
    """The expected amounts of a view: one row an instalment that is not paid, or a next one of an extract.

    ``until``: the first day that is later.
    """

    def __init__(
        self, view: View, policy: Policy, until: date, grouping: Grouping | None, officer_id: int | None
    ) -> None:
        self.view, self.grouping = view, grouping
        self.scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
        self.until = until
        self.loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=self.scope)
        relation, key = self.loans, null().cast(Integer()).label("key")
        if grouping is not None:
            relation, key = grouping.keyed(view, self.loans, self.scope)  # type: ignore[assignment]
        parts = [*self._told(relation, key), *([self._kept(relation, key)] if view.has_applications else [])]
        self.due = union_all(*parts).subquery("expected").c

    def _told(self, relation: Any, key: Any) -> list[Any]:
        """Of loans that are kept elsewhere: what is overdue by the extract, and the next instalment."""
        loan, none, day = self.loans.c, literal(0, BigInteger()), literal(self.view.as_of, Date())
        elsewhere = (loan.is_live == 1, loan.is_ledger == 0)
        overdue, unpaid = func.coalesce(loan.overdue_principal, 0), func.coalesce(loan.unpaid_interest, 0)
        past = select(
            key, loan.id, literal(0).label("place"), null().cast(Date()).label("due_on"),
            overdue.label("principal"), unpaid.label("interest"), none.label("undivided"),
        )  # fmt: skip
        is_ahead = loan.next_due_on >= day
        place, due_on = case((is_ahead, 2), else_=1), case((is_ahead, loan.next_due_on))
        next_ = select(key, loan.id, place, due_on, none, none, loan.next_due_amount)
        # What the extract itself calls past due is overdue already.
        told = or_(is_ahead, loan.next_due_on >= loan.basis_on)
        return [
            past.select_from(relation).where(*elsewhere, overdue + unpaid > 0),
            next_.select_from(relation).where(*elsewhere, told, loan.next_due_amount > 0),
        ]

    def _kept(self, relation: Any, key: Any) -> Any:
        """Of loans that are serviced here: each instalment of the version in force with something unpaid."""
        view, loan = self.view, self.loans.c
        positions = table(models.LoanPosition)
        position, newest = positions.alias("owing"), positions.alias("newest_of_all")
        due = table(models.InstalmentRow).alias("due")
        last = (
            select(newest.c.id)
            .where(newest.c.loan_id == loan.id, view.sees(newest))
            .order_by(newest.c.effective_on.desc(), newest.c.id.desc())
            .limit(1)
            .correlate_except(newest)
            .scalar_subquery()
        )
        p, d = position.c, due.c
        principal = _between(p.outstanding_principal - d.balance, d.principal_due)
        interest = _between(d.interest_to_date - p.interest_paid, d.interest_due)
        is_ahead = d.due_on >= literal(view.as_of, Date())
        place, due_on = case((is_ahead, 2), else_=0), case((is_ahead, d.due_on))
        return (
            select(key, loan.id, place, due_on, principal, interest, literal(0, BigInteger()))
            .select_from(relation.join(position, position.c.id == last).join(due, d.terms_id == p.terms_id))
            .where(loan.is_live == 1, loan.is_ledger == 1, principal + interest > 0)
        )

    def lines(self) -> Iterator[CashFlowLine]:
        e = self.due
        later = e.due_on >= self.until
        year = case((later, None), else_=cast(extract("year", e.due_on), Integer)).label("year")
        month = case((later, None), else_=cast(extract("month", e.due_on), Integer)).label("month")
        inner = select(
            e.key, e.id, e.place, year, month,
            e.principal, e.interest, e.undivided,
        ).subquery("by_month").c  # fmt: skip
        names = (inner.key, inner.place, inner.year, inner.month)
        sums = (total(inner[name]).label(name) for name in ("principal", "interest", "undivided"))
        query = select(*names, func.count(inner.id.distinct()).label("loans"), *sums).group_by(*names)
        labels = {} if self.grouping is None else self.grouping.names(self.view)
        rows = self.view.rows(query)
        rows.sort(
            key=lambda r: (r.key is None, str(r.key), r.place, r.year is None, r.year or 0, r.month or 0)
        )
        for row in rows:
            start = date(row.year, row.month, 1) if row.year else None
            shown = (None, None) if self.grouping is None else named(row.key, labels)
            yield CashFlowLine(
                key=shown[0],
                name=shown[1],
                period=PLACES[row.place] or (LATER if start is None else f"{start:%Y-%m}"),
                from_on=start,
                loans=row.loans,
                principal=row.principal or 0,
                interest=row.interest or 0,
                undivided=row.undivided or 0,
                total=(row.principal or 0) + (row.interest or 0) + (row.undivided or 0),
            )

    def elsewhere(self) -> Any:
        """Return how many live loans have no schedule here, and what is outstanding on them."""
        loan = self.loans.c
        query = select(func.count().label("loans"), total(loan.outstanding_principal).label("owed"))
        return self.view.connection.execute(query.where(loan.is_live == 1, loan.is_ledger == 0)).one()

    def largest(self) -> Iterator[dict[str, Any]]:
        """Yield the largest amounts that are expected in the months shown."""
        e, loan = self.due, table(models.Loan)
        amount = e.principal + e.interest + e.undivided
        query = (
            select(loan.c.number, e.due_on, amount.label("amount"))
            .join_from(e.id.table, loan, loan.c.id == e.id)
            .where(and_(e.due_on.is_not(None), e.due_on < self.until))
        )
        for row in self.view.rows(query.order_by(amount.desc(), e.due_on, loan.c.number).limit(MOST_NAMED)):
            yield {"loan": row.number, "due_on": row.due_on.isoformat(), "amount": row.amount}


def _between(amount: ColumnElement[Any], most: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return ``amount``, no less than nothing and no more than ``most``."""
    return case((amount > most, most), else_=greatest(amount, literal(0, BigInteger())))
