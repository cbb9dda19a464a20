"""The book itself: its zone and currency, its commands and its audit trail, its officers and policies."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index

from loancrm.models.base import Fact, Record, Row, TableModel, unique_while_standing
from loancrm.models.columns import BIG_ID, ExactInteger, JsonText, UtcInstant, personal, plain, sensitive


class Book(Row, table=True):
    """The one row that says in which zone the business day falls and which currency is kept."""

    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    zone: str = plain()
    currency: str = plain(min_length=3, max_length=3)
    created_at: datetime = plain(UtcInstant)


class Sequence(TableModel, table=True):
    """The next number of a kind of record: C-00042, F-00087."""

    name: str = plain(primary_key=True)
    next_value: int = plain()


class Command(Row, table=True):
    """One thing that an officer did: every row it wrote carries its id.

    ``undoes`` is the command that this one took back: at most one undo stands against a command.
    """

    uid: str = plain(unique=True)
    name: str = plain()
    actor: str = personal()
    recorded_at: datetime = plain(UtcInstant)
    clock: str = plain()  # "system", or "fixed" by LOANCRM_NOW
    idempotency_key: str | None = plain(None, None, unique=True)
    request_digest: str | None = plain(None, None)
    result: Any = sensitive(JsonText, None, nullable=True)
    undoes: int | None = plain(BIG_ID, None, foreign_key="command.id", unique=True)


class Audit(Row, table=True):
    """What a command did to one record, with the digest chain over all rows before it."""

    __table_args__ = (
        Index(None, "customer_id", "id"),
        Index(None, "command_id"),
        Index(None, "subject", "subject_id"),
    )

    command_id: int = plain(BIG_ID, foreign_key="command.id")
    action: str = plain()  # create, change, void, restore (a voided row stands again), look
    subject: str = plain()  # the table's name
    subject_id: int = plain(BIG_ID)
    customer_id: int | None = plain(BIG_ID, None)
    payload: Any = sensitive(JsonText, None, nullable=True)
    payload_digest: str = plain()
    chain_digest: str = plain()


class Officer(Record, table=True):
    """A loan officer, named by a code such as li.wei."""

    __table_args__ = (unique_while_standing("code"),)

    uid: str = plain(unique=True)
    code: str = plain()
    name: str = personal()
    branch: str | None = plain(None, None)
    email: str | None = sensitive(None, None)
    is_active: bool = plain(None, True)
    version: int = plain(None, 1)


class PolicyVersion(Fact, table=True):
    """A policy that was adopted: its text, word for word, and from which day it rules."""

    __tablename__ = "policy_version"
    __table_args__ = (Index(None, "effective_on"),)

    name: str = plain()
    text: str = plain()
    digest: str = plain()
    data: str = plain()  # what the text says as JSON, in its order, so that a list need not read YAML


class ImportBatch(Record, table=True):
    """A file that was taken in: which, by which profile, and how many rows of it did what."""

    __tablename__ = "import_batch"
    __table_args__ = (Index(None, "command_id"), Index(None, "kind", "data_on"))

    kind: str = plain()
    profile: str = plain()
    file_name: str = personal()
    file_digest: str = plain()
    data_on: date | None = plain(None, None)  # the newest day that the rows speak of
    rows_read: int = plain()
    rows_new: int = plain()
    rows_changed: int = plain()
    rows_known: int = plain()
    rows_rejected: int = plain()


class ReferenceRate(Fact, table=True):
    """A published rate, such as LPR 1Y, from ``effective_on`` on."""

    __tablename__ = "reference_rate"
    __table_args__ = (Index(None, "series", "effective_on"),)

    series: str = plain()
    live_key: str | None = plain(None, None, unique=True)
    annual_rate: int = plain(ExactInteger)  # millionths
