"""From what was typed about merging, handing over and archiving to requests."""

from __future__ import annotations

from typing import Any

from loancrm import parsing
from loancrm.identity import clean_text
from loancrm.services.archive import ArchiveIn
from loancrm.services.handover import HandoverIn
from loancrm.services.merging import MergeIn


def _why(text: str | None) -> str | None:
    return None if text is None else clean_text(text, "--why")


def merge_in(customer: str, other: str, why: str | None, *, force: bool) -> MergeIn:
    """Return which two customers are one."""
    return MergeIn(customer=customer, other=other, why=_why(why), force=force)


def archive_in(customer: str, on: str | None, why: str | None) -> ArchiveIn:
    """Return who is put away, or taken back."""
    return ArchiveIn(customer=customer, on=parsing.day(on, "--on") if on else None, why=_why(why))


def hand_over_in(typed: dict[str, Any], policy: str | None) -> HandoverIn:
    """Return whose customers go to whom."""
    on = typed["on"]
    return HandoverIn(
        source=typed["source"],
        target=typed["target"],
        customers=tuple(typed["customers"] or ()),
        on=parsing.day(on, "--on") if on else None,
        where=typed["where"],
        policy=policy,
    )
