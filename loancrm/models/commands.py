"""What officers did: commands, the audit trail, and the numbers they gave out."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index

from loancrm.models.base import Row, TableModel
from loancrm.models.columns import BIG_ID, JsonText, UtcInstant, personal, plain, sensitive


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
