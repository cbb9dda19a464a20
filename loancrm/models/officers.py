"""Loan officers."""

from loancrm.models.base import Recorded
from loancrm.models.columns import personal, plain, sensitive


class Officer(Recorded, table=True):
    """A loan officer, named by a code such as li.wei."""

    uid: str = plain(unique=True)
    code: str = plain(unique=True)
    name: str = personal()
    branch: str | None = plain(None, None)
    email: str | None = sensitive(None, None)
    is_active: bool = plain(None, True)
    version: int = plain(None, 1)
