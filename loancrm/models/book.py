"""The book itself: its zone and its currency."""

from datetime import datetime

from sqlalchemy import CheckConstraint

from loancrm.models.base import Row
from loancrm.models.columns import UtcInstant, plain


class Book(Row, table=True):
    """The one row that says in which zone the business day falls and which currency is kept."""

    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    zone: str = plain()
    currency: str = plain(min_length=3, max_length=3)
    created_at: datetime = plain(UtcInstant)
