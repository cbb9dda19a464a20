"""From what was typed about merging, handing over and archiving to requests."""

from __future__ import annotations

from loancrm.identity import clean_text
from loancrm.services.merging import MergeIn


def _why(text: str | None) -> str | None:
    return None if text is None else clean_text(text, "--why")


def merge_in(customer: str, other: str, why: str | None, *, force: bool) -> MergeIn:
    """Return which two customers are one."""
    return MergeIn(customer=customer, other=other, why=_why(why), force=force)
