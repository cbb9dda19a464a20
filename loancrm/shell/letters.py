"""The letter that goes with a change of the rate, beside the receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loancrm.i18n import _, language
from loancrm.parsing import amount
from loancrm.shell.drafts import draft_of, wanted

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.services.versions import TermsReceipt

MILLION = 1_000_000


def rate_letter(crm: Context, receipt: TermsReceipt) -> list[str]:
    """Return the letter that says how a rate changed, and how to write it again; nothing for a script.

    It is made from the receipt, so that a dry run has one too.
    """
    if crm.format != "table":
        return []
    typed = {"reason": "rate_change", "channel": None, "language": language(), "about": receipt.loan}
    asked = wanted(typed)
    about = replace(asked.about, rate=_change(receipt))
    values = draft_of(crm, receipt.customer, replace(asked, about=about), unmask=False)
    again = _("again: loancrm loan letter {number} --version {version}")
    text = values["text"].splitlines()
    return [
        "",
        values["subject"] or "",
        "",
        *text,
        "",
        again.format(number=receipt.loan, version=receipt.version),
    ]


def _change(receipt: TermsReceipt) -> dict[str, Any]:
    """Return the facts of the change by the names that templates use."""
    return {
        "on": receipt.on,
        "old": _rate(receipt.old_rate),
        "new": _rate(receipt.new_rate),
        "old_instalment": amount(receipt.old_instalment, ""),
        "new_instalment": amount(receipt.new_instalment, ""),
        "next_due_on": receipt.next_due_on,
        "matures_on": receipt.matures_on,
    }


def _rate(text: str) -> int:
    whole, _point, decimals = text.partition(".")
    return int(whole) * MILLION + int(decimals.ljust(6, "0"))
