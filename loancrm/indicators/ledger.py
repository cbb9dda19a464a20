"""The position of a loan that is serviced here, as SQL: what its ledger and schedule say of a day.

A row of ``loan_position`` is carried forward; the newest instalment that fell due before the day says what
should have been paid by then, so nothing is summed and nothing is written when a day goes by.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, or_, select

from loancrm.dialect import days_between, greatest
from loancrm.models import InstalmentRow, LoanPosition, LoanStage, LoanTerms, table
from loancrm.view import View


class LedgerColumns:
    """The ledger of each loan of a query, for one view: joined by ``join``, its figures as columns.

    All are NULL for a loan that is kept elsewhere.
    """

    def __init__(self, view: View, loan: Any) -> None:
        self._view, self._loan = view, loan
        self._day: ColumnElement[Any] = literal(view.as_of, Date())
        self.position = table(LoanPosition).alias("ledger")
        self.terms = table(LoanTerms).alias("terms_in_force")
        self.before = table(InstalmentRow).alias("before_the_day")
        self.ahead = table(InstalmentRow).alias("ahead_of_the_day")
        self.is_kept: ColumnElement[bool] = self.position.c.id.is_not(None)
        self.disbursed_on = disbursed_at(view, loan)

    @property
    def was_paid_out(self) -> ColumnElement[bool]:
        """Say whether the loan was paid out by the day, as far as it is seen."""
        return self.disbursed_on.is_not(None)

    def instead_of(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a position in which the ledger goes before what ``columns`` say."""
        figures, kept = self.figures(), self.is_kept
        stage = stage_at(self._view, self._loan.c.id)
        pending = and_(self.disbursed_on.is_(None), stage.is_not(None))
        return {
            "annual_rate": case((kept, self.terms.c.annual_rate), else_=columns["annual_rate"]),
            **{name: case((kept, value), else_=columns[name]) for name, value in figures.items()},
            "matures_on": case((kept, self._last_due_on()), (~pending, columns["matures_on"])),
            "stage": stage,
            "five_tier": case((~kept, columns["five_tier"])),
            "disbursed_on": self.disbursed_on,
            "status": case((pending, "pending"), else_="live"),
            "basis_on": case((kept, self._day), else_=columns["basis_on"]),
            "is_ledger": case((kept, 1), else_=0),
        }

    def join(self, relation: Any) -> Any:
        """Return ``relation`` with the newest position seen, its terms, and the instalments around the day.

        All by a key that is looked up once: said in each column, SQLite would look it up a dozen times.
        """
        rows = table(LoanPosition).alias("newest_position")
        newest = (
            select(rows.c.id)
            .where(rows.c.loan_id == self._loan.c.id, self._view.sees(rows))
            .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
            .limit(1)
            .correlate_except(rows)
            .scalar_subquery()
        )
        joined = relation.outerjoin(self.position, self.position.c.id == newest)
        joined = joined.outerjoin(self.terms, self.terms.c.id == self.position.c.terms_id)
        joined = joined.outerjoin(self.before, self.before.c.id == self._fell_due())
        return joined.outerjoin(self.ahead, self.ahead.c.id == self._falls_due())

    def figures(self) -> dict[str, ColumnElement[Any]]:
        """Return the figures of a position by name, in minor units and days."""
        position = self.position.c
        overdue, unpaid = self._overdue(), self._unpaid_interest()
        to_come = _above_zero(position.outstanding_principal - self.ahead.c.balance)
        interest = _above_zero(self.ahead.c.interest_to_date - position.interest_paid)
        return {
            "outstanding_principal": position.outstanding_principal,
            "overdue_principal": overdue,
            "unpaid_interest": unpaid,
            "days_past_due": self._days(),
            "next_due_on": self.ahead.c.due_on,
            "next_due_amount": to_come + interest - overdue - unpaid,
        }

    @property
    def owes(self) -> ColumnElement[bool]:
        """Say whether anything is left to pay."""
        position = self.position.c
        return or_(position.principal_unsettled_on.is_not(None), position.interest_unsettled_on.is_not(None))

    def _overdue(self) -> ColumnElement[Any]:
        should = func.coalesce(self.before.c.balance, self.terms.c.principal)
        return _above_zero(self.position.c.outstanding_principal - should)

    def _unpaid_interest(self) -> ColumnElement[Any]:
        should = func.coalesce(self.before.c.interest_to_date, self.terms.c.interest_before)
        return _above_zero(should - self.position.c.interest_paid)

    def _unsettled_on(self) -> ColumnElement[Any]:
        a, b = self.position.c.principal_unsettled_on, self.position.c.interest_unsettled_on
        return case((a.is_(None), b), (b.is_(None), a), (a <= b, a), else_=b)

    def _days(self) -> ColumnElement[Any]:
        since = self._unsettled_on()
        return case((self.is_kept, greatest(func.coalesce(days_between(self._day, since), 0), literal(0))))

    def _fell_due(self) -> ColumnElement[Any]:
        """Return the key of the newest instalment of the version that fell due before the day."""
        rows = table(InstalmentRow).alias("fell_due")
        return (
            select(rows.c.id)
            .where(rows.c.terms_id == self.position.c.terms_id, rows.c.due_on < self._day)
            .order_by(rows.c.due_on.desc())
            .limit(1)
            .correlate_except(rows)
            .scalar_subquery()
        )

    def _falls_due(self) -> ColumnElement[Any]:
        """Return the key of the next instalment with something left to pay, from the day on."""
        rows, since = table(InstalmentRow).alias("falls_due"), self._unsettled_on()
        return (
            select(rows.c.id)
            .where(
                rows.c.terms_id == self.position.c.terms_id,
                rows.c.due_on >= case((since > self._day, since), else_=self._day),
                rows.c.principal_due + rows.c.interest_due > 0,
                since.is_not(None),
            )
            .order_by(rows.c.due_on)
            .limit(1)
            .correlate_except(rows)
            .scalar_subquery()
        )

    def _last_due_on(self) -> ColumnElement[Any]:
        rows = table(InstalmentRow).alias("last_due")
        return (
            select(func.max(rows.c.due_on))
            .where(rows.c.terms_id == self.position.c.terms_id)
            .correlate_except(rows)
            .scalar_subquery()
        )


def was_past_due(view: View, loan_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return 1 for a loan that was past due on the view's day by its ledger, 0 for one that was not.

    NULL where nothing had been paid out yet, or the loan is kept elsewhere.
    """
    rows = table(LoanPosition).alias("position_then")
    late = or_(rows.c.principal_unsettled_on < view.as_of, rows.c.interest_unsettled_on < view.as_of)
    return (
        select(case((late, 1), else_=0))
        .where(rows.c.loan_id == loan_id, view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


def _above_zero(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((amount.is_not(None), greatest(amount, literal(0))))


def stage_at(view: View, loan_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the stage that a loan was at as of the day; NULL where no application is kept of it."""
    rows = table(LoanStage).alias("stage_seen")
    return (
        select(rows.c.stage)
        .where(rows.c.loan_id == loan_id, view.sees(rows))
        .order_by(rows.c.effective_on.desc(), rows.c.id.desc())
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )


def disbursed_at(view: View, loan: Any) -> ColumnElement[Any]:
    """Return the day of disbursement as far as it is seen: not one to come, nor one learned later."""
    rows = table(LoanStage).alias("paid_out")
    seen = case((loan.c.disbursed_on <= view.as_of, loan.c.disbursed_on))
    if view.known_at is None:
        return seen
    paid_out = (
        select(rows.c.effective_on)
        .where(rows.c.loan_id == loan.c.id, rows.c.stage == "disbursement", view.sees(rows))
        .limit(1)
        .correlate_except(rows)
        .scalar_subquery()
    )
    return case((stage_at(view, loan.c.id).is_(None), seen), else_=paid_out)
