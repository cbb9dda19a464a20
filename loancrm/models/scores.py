"""What the policy said of customers: scores that were kept, and the classes it gave."""

from typing import Any

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, JsonText, Millionths, plain


class Assessment(Fact, table=True):
    """A score by a card, kept with the figures it was made of."""

    __table_args__ = (
        Index(None, "customer_id", "card", "effective_on"),
        Index(None, "card", "effective_on"),
    )

    number: int = plain(unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    card: str = plain()
    score: int | None = plain(Millionths, None)  # millionths of a point
    low: int | None = plain(Millionths, None)  # what it could be with what is missing
    high: int | None = plain(Millionths, None)
    probability: int | None = plain(Millionths, None)  # millionths
    grade: str | None = plain(None, None)
    items: Any = plain(JsonText, None, nullable=True)
    has_event: bool = plain()  # whether the event that asks for a new grade held
    cause: str = plain()  # first, review, or the event that asked for it
    policy_version_id: int | None = plain(BIG_ID, None, foreign_key="policy_version.id")
    loan_id: int | None = plain(BIG_ID, None, foreign_key="loan.id")  # the worst, by a card of loans


class CustomerClass(Fact, table=True):
    """The class that the policy's rules of a scheme gave a customer, as segments are given.

    The schemes are credit_standing, service_tier and life_cycle; the customer keeps the newest of each.
    """

    __tablename__ = "customer_class"
    __table_args__ = (
        Index(None, "customer_id", "scheme", "effective_on"),
        Index(None, "effective_on"),
    )

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    scheme: str = plain()
    value: str = plain()
    previous: str | None = plain(None, None)
    rule: str = plain()
    figures: Any = plain(JsonText, None, nullable=True)
    policy_version_id: int | None = plain(BIG_ID, None, foreign_key="policy_version.id")


class CustomerAlias(Fact, table=True):
    """The number of a customer that was merged into another: it still finds that one."""

    __tablename__ = "customer_alias"
    __table_args__ = (Index(None, "customer_id"), Index(None, "number"))

    number: int = plain()
    live_key: str | None = plain(None, None, unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
