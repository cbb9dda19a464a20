"""Ledgers of loans of whose use something else is known now: replayed, since money may pay other things."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from loancrm.indicators.facts import LOAN
from loancrm.reports.ledger import kept
from loancrm.reports.misuse import bear_misuse
from loancrm.services.ledger import rewrite
from loancrm.services.payments import settle
from loancrm.unitofwork import UnitOfWork


def recount(uow: UnitOfWork, loan_ids: Iterable[int]) -> None:
    """Replay those of the loans that bear interest for misuse."""
    for loan_id in sorted(bear_misuse(uow.view(), sorted(set(loan_ids)))):
        if kept(uow.view(), loan_id) is not None:
            loan = uow.connection.execute(select(LOAN).where(LOAN.c.id == loan_id)).one()
            carried = rewrite(uow, loan)
            settle(uow, loan, carried, carried.steps[-1].on)


def recount_customers(uow: UnitOfWork, customer_ids: Iterable[int]) -> None:
    """Do so for all loans of customers of whom a mark was set, lifted or taken back."""
    query = select(LOAN.c.id).where(
        LOAN.c.customer_id.in_(sorted(set(customer_ids))), LOAN.c.voided_at.is_(None)
    )
    recount(uow, uow.connection.scalars(query).all())
