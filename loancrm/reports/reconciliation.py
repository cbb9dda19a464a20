"""Loans that are serviced here against what the core system says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select

from loancrm.errors import NotFound
from loancrm.i18n import _
from loancrm.indicators.facts import SNAPSHOT, customers_at, days_overdue, loans_at
from loancrm.models import Loan, table
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class ReconciliationLine:
    """A loan in both books on a day; amounts in minor units, differences are ours less the bank's."""

    loan: str
    customer: str
    name: str
    on: date
    outstanding_principal: int | None
    bank_outstanding_principal: int
    difference: int | None
    overdue_principal: int | None
    bank_overdue_principal: int | None
    days_past_due: int | None
    bank_days_past_due: int | None
    agrees: bool


def reconcile(view: View, policy: Policy, on: date | None = None) -> list[ReconciliationLine]:
    """Return the loans that have a ledger here and a snapshot of the day, those that differ first.

    Args:
        view: as of which day.
        policy: how snapshots are read.
        on: the day; None: the newest one of which there are snapshots of such loans.

    Raises:
        NotFound: there is no such day.
    """
    day = on or _newest(view)
    if day is None:
        raise NotFound(
            _("no loan that is serviced here has a snapshot"),
            hint=_("loancrm import snapshots brings what the core system says"),
            code="nothing_to_compare",
        )
    then = view.at(day)
    loan = loans_at(then, stale_after_days=policy.terms.stale_after_days).c
    people = customers_at(then, "name")
    query = (
        select(
            loan.number, people.c.number.label("owner"), people.c.name, loan.outstanding_principal,
            loan.overdue_principal, loan.days_past_due,
            SNAPSHOT.c.outstanding_principal.label("bank_outstanding_principal"),
            SNAPSHOT.c.overdue_principal.label("bank_overdue_principal"),
            days_overdue(SNAPSHOT).label("bank_days_past_due"),
        )
        .join(SNAPSHOT, and_(SNAPSHOT.c.loan_id == loan.id, SNAPSHOT.c.effective_on == day))
        .join(people, people.c.id == loan.customer_id)
        .where(loan.is_ledger == 1, then.sees(SNAPSHOT))
        .order_by(loan.number)
    )  # fmt: skip
    lines = [_line(row, day) for row in view.rows(query)]
    return sorted(lines, key=lambda line: (line.agrees, line.loan))


def _newest(view: View) -> date | None:
    if not view.has_applications:
        return None
    from loancrm.models import LoanTerms

    loan, terms = table(Loan), table(LoanTerms)
    here = select(terms.c.loan_id).where(terms.c.version > 0, view.sees(terms))
    query = (
        select(func.max(SNAPSHOT.c.effective_on))
        .join(loan, loan.c.id == SNAPSHOT.c.loan_id)
        .where(view.sees(SNAPSHOT), loan.c.id.in_(here))
    )
    found: date | None = view.connection.scalar(query)
    return found


def _line(row: Any, day: date) -> ReconciliationLine:
    pairs = (
        (row.outstanding_principal, row.bank_outstanding_principal),
        (row.overdue_principal, row.bank_overdue_principal),
        (row.days_past_due, row.bank_days_past_due),
    )
    ours = row.outstanding_principal or 0
    return ReconciliationLine(
        loan=row.number,
        customer=lookup.customer_code(row.owner),
        name=row.name,
        on=day,
        outstanding_principal=row.outstanding_principal,
        bank_outstanding_principal=row.bank_outstanding_principal,
        difference=ours - row.bank_outstanding_principal,
        overdue_principal=row.overdue_principal,
        bank_overdue_principal=row.bank_overdue_principal,
        days_past_due=row.days_past_due,
        bank_days_past_due=row.bank_days_past_due,
        agrees=all(bank is None or (mine or 0) == bank for mine, bank in pairs),
    )
