"""Loyalty points, which are only ever added to, and offers with what became of them."""

from datetime import date

from sqlalchemy import CheckConstraint, Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, ExactInteger, personal, plain


class LoyaltyEntry(Fact, table=True):
    """Points that a customer earned (above zero) or spent (below).

    ``kind``: accrual, by a ``rule`` of the policy for a ``fact``; adjustment, by hand; redemption, of a
    ``reward`` that cost the bank ``cost``. ``live_key`` lets a rule's fact count once for a customer.
    """

    __tablename__ = "loyalty_entry"
    __table_args__ = (
        CheckConstraint("points <> 0", name="points_not_zero"),
        Index(None, "customer_id", "effective_on"),
        Index(None, "rule", "effective_on"),
        Index(None, "effective_on"),
    )

    number: int = plain(unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    kind: str = plain()
    points: int = plain(ExactInteger)
    rule: str | None = plain(None, None)
    fact: str | None = plain(None, None)
    reward: str | None = plain(None, None)
    cost: int | None = plain(ExactInteger, None)
    currency: str = plain()
    expires_on: date | None = plain(None, None)  # from this day on what is left of it is gone
    live_key: str | None = plain(None, None, unique=True)
    note: str | None = personal(None, None)


class Offer(Fact, table=True):
    """Something offered to a customer, and what it would cost the bank."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost_positive"),
        Index(None, "customer_id", "effective_on"),
        Index(None, "valid_until"),
    )

    number: int = plain(unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    what: str = personal()
    cost: int = plain(ExactInteger)
    currency: str = plain()
    valid_until: date = plain()  # the last day


class OfferEvent(Fact, table=True):
    """An offer was approved, or used."""

    __tablename__ = "offer_event"
    __table_args__ = (Index(None, "offer_id", "action"),)

    offer_id: int = plain(BIG_ID, foreign_key="offer.id")
    action: str = plain()  # approved, used
    decided_by: str = plain()
