"""After an undo: what was derived from facts that stand no more, or stand again, is worked out anew.

A later payment's positions rest on every payment before it, though no row of it refers to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from loancrm.indicators.facts import LOAN, SNAPSHOT
from loancrm.models import ClassMark, LoanTerms, LoyaltyEntry, PaymentRow, UseOfProceeds, table
from loancrm.reports.ledger import kept
from loancrm.services.ledger import rewrite
from loancrm.services.misuse import recount, recount_customers
from loancrm.services.payments import settle
from loancrm.services.points import refuse_overdrawn
from loancrm.services.standing import restand_customers, restand_touched
from loancrm.unitofwork import UnitOfWork


@dataclass(frozen=True, slots=True)
class Touched:
    """Keys of loans: whose payments or terms a command wrote or voided, or others of its facts; of customers.

    ``marked``: customers, of whose marks it wrote or voided some; ``points``: of whose points.
    """

    ledgers: Sequence[int]
    others: Sequence[int]
    marked: Sequence[int]
    points: Sequence[int]


def touched_by(uow: UnitOfWork, command_id: int) -> Touched:
    """Return of which loans and customers a command wrote facts, or voided some."""
    return Touched(
        ledgers=sorted(
            {*_of(uow, command_id, table(PaymentRow)), *_of(uow, command_id, table(LoanTerms))},
        ),
        others=[*_of(uow, command_id, SNAPSHOT), *_of(uow, command_id, table(UseOfProceeds))],
        marked=_of(uow, command_id, table(ClassMark), "customer_id"),
        points=_of(uow, command_id, table(LoyaltyEntry), "customer_id"),
    )


def _of(uow: UnitOfWork, command_id: int, rows: Any, owner: str = "loan_id") -> list[int]:
    mine = or_(rows.c.command_id == command_id, rows.c.voided_by == command_id)
    return list(uow.connection.scalars(select(rows.c[owner]).where(mine).distinct()))


def rederive(uow: UnitOfWork, touched: Touched) -> None:
    """Bring ledgers and floors up to date; where nothing later rested on the facts nothing is different."""
    for loan_id in touched.ledgers:
        if kept(uow.view(), loan_id) is not None:
            loan = uow.connection.execute(select(LOAN).where(LOAN.c.id == loan_id)).one()
            carried = rewrite(uow, loan)
            settle(uow, loan, carried, carried.steps[-1].on)
    recount(uow, touched.others)
    recount_customers(uow, touched.marked)
    restand_touched(uow, sorted({*touched.ledgers, *touched.others}))
    restand_customers(uow, touched.marked)
    if touched.points:
        refuse_overdrawn(uow, touched.points)
