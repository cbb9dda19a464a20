"""The files that were taken in."""

from datetime import date

from sqlalchemy import Index

from loancrm.models.base import Record
from loancrm.models.columns import personal, plain


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
