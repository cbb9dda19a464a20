"""Loan officers."""

from loancrm.models.base import Record, unique_while_standing
from loancrm.models.columns import personal, plain, sensitive


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
