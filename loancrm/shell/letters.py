"""Letters to customers, in the language in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loancrm.i18n import _
from loancrm.numerals import format_money, format_rate
from loancrm.parsing import amount

if TYPE_CHECKING:
    from loancrm.services.versions import TermsReceipt

MILLION = 1_000_000


def rate_letter(receipt: TermsReceipt) -> list[str]:
    """Return the letter that says how a rate changed, and what is due from then on."""
    old, new = (format_rate(_rate(text)) for text in (receipt.old_rate, receipt.new_rate))
    before, after = (
        format_money(amount(text, "")) for text in (receipt.old_instalment, receipt.new_instalment)
    )
    return [
        "",
        _("The rate of your loan {number} changes on {day} from {old} to {new} a year.").format(
            number=receipt.loan, day=receipt.on, old=old, new=new
        ),
        _("Your instalment of {day} is {after}; until now it was {before}.").format(
            day=receipt.next_due_on or "—", after=after, before=before
        ),
        _("The loan matures on {day}.").format(day=receipt.matures_on),
    ]


def _rate(text: str) -> int:
    whole, _point, decimals = text.partition(".")
    return int(whole) * MILLION + int(decimals.ljust(6, "0"))
