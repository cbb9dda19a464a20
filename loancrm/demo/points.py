"""Points in the sample book: earned up to each quarter's end and today; what some customers spend them on."""

from __future__ import annotations

from sqlalchemy import func, select

from loancrm.indicators.facts import CUSTOMER
from loancrm.models import LoyaltyEntry, table
from loancrm.reports.lookup import customer_code
from loancrm.services.loyalty import AccrueIn, accrue
from loancrm.services.points import RedeemIn, redeem
from loancrm.unitofwork import UnitOfWork

REWARD, SPENDERS = "fee_voucher", 5
LEAST = 50  # that the reward costs by the example's policy


def accrue_and_spend(uow: UnitOfWork) -> None:
    """Give the points that are due; the few customers with the most spend some."""
    accrue(uow, AccrueIn())
    rows = table(LoyaltyEntry)
    has = func.sum(rows.c.points)
    most = (
        select(CUSTOMER.c.number)
        .join(rows, rows.c.customer_id == CUSTOMER.c.id)
        .where(rows.c.voided_at.is_(None))
        .group_by(CUSTOMER.c.number)
        .having(has >= LEAST)
        .order_by(has.desc(), CUSTOMER.c.number)
        .limit(SPENDERS)
    )
    for number in list(uow.connection.scalars(most)):
        redeem(uow, RedeemIn(customer=customer_code(number), reward=REWARD))
