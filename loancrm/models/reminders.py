"""What was said of the lists already."""

from datetime import datetime

from sqlalchemy import UniqueConstraint

from loancrm.models.base import Row
from loancrm.models.columns import UtcInstant, plain


class Reminder(Row, table=True):
    """A line that somebody was told of, and that has been on the list ever since.

    No fact, but what ``remind`` remembers: a line that leaves the list is deleted here, and is told again
    when it comes back. ``audience`` is the officer's code, empty for the list of the whole book; ``line``
    is what makes a line one: rule, band, step, customer, number of the thing and day.
    """

    __table_args__ = (UniqueConstraint("audience", "line"),)

    audience: str = plain()
    line: str = plain()
    said_at: datetime = plain(UtcInstant)
