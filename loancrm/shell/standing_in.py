"""Who does whose work while they are away, as it is typed and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loancrm.i18n import _

if TYPE_CHECKING:
    from loancrm.context import Context

A_YEAR = 366  # days; a longer absence is a slip of the pen, or a hand-over


def hand_in(crm: Context, *, officer: str | None, to: str, from_: str, until: str) -> None:
    """Let another officer stand in, and say so; of more than a year it is said that this is long."""
    from loancrm.services.agenda import hand_in as work
    from loancrm.services.requests import stand_in_for

    request = stand_in_for(officer or crm.settings.me, to, from_, until, crm.today)
    receipt = crm.change(work, request, "agenda hand-in")
    if (receipt.until_on - receipt.from_on).days >= A_YEAR:
        words = _(
            "that is longer than a year: for good it is loancrm customer handover; if not meant: {undo}"
        )
        crm.say(words.format(undo=f"loancrm agenda take-back {receipt.number}"))
    text = _("{number}: {stand_in} stands in for {officer} from {from_on} until {until_on}")
    crm.receipt(receipt, text.format(**receipt.model_dump()))
