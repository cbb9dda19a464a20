"""Credit lines and the contracts under them."""

from datetime import date

from sqlalchemy import CheckConstraint, Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, ExactInteger, plain


class Facility(Fact, table=True):
    """A credit line: how much a customer may draw, until when."""

    __table_args__ = (
        CheckConstraint("limit_amount >= 0", name="limit_positive"),
        Index(None, "customer_id", "expires_on"),
        Index(None, "expires_on"),
    )

    uid: str = plain(unique=True)
    number: str = plain()
    live_key: str | None = plain(None, None, unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    limit_amount: int = plain(ExactInteger)
    currency: str = plain()
    is_revolving: bool = plain(None, True)
    expires_on: date | None = plain(None, None)


class Contract(Fact, table=True):
    """A loan contract, single or maximum amount, perhaps under a credit line."""

    __table_args__ = (Index(None, "customer_id"), Index(None, "facility_id"))

    uid: str = plain(unique=True)
    number: str = plain()
    live_key: str | None = plain(None, None, unique=True)
    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    facility_id: int | None = plain(BIG_ID, None, foreign_key="facility.id")
    kind: str = plain(None, "single")
