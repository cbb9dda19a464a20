"""What officers said to lines of the day's list, and who stands in for whom."""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import Fact
from loancrm.models.columns import BIG_ID, plain, sensitive


class AgendaAnswer(Fact, table=True):
    """A line of the list was done, put off, passed over, or waits for the next data.

    A line is known by its customer, ``rule`` (the place in the policy), ``ref`` (the number of the thing;
    empty where that is the customer) and the day on which it was due.
    """

    __tablename__ = "agenda_answer"
    __table_args__ = (Index(None, "customer_id", "rule", "due_on"),)

    customer_id: int = plain(BIG_ID, foreign_key="customer.id")
    rule: str = plain()
    ref: str = plain(None, "")
    due_on: date = plain()
    action: str = plain()  # done, snoozed, skipped or awaits_data
    until_on: date | None = plain(None, None)
    officer_id: int | None = plain(BIG_ID, None, foreign_key="officer.id")
    why: str | None = sensitive(None, None)


class StandIn(Fact, table=True):
    """Somebody does another officer's work from ``effective_on`` until ``until_on``, both inclusive."""

    __tablename__ = "stand_in"
    __table_args__ = (
        Index(None, "stand_in_id", "effective_on"),
        Index(None, "officer_id", "effective_on"),
    )

    number: int = plain(unique=True)
    officer_id: int = plain(BIG_ID, foreign_key="officer.id")
    stand_in_id: int = plain(BIG_ID, foreign_key="officer.id")
    until_on: date = plain()
