"""From what was typed to payments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loancrm import parsing
from loancrm.identity import clean_text
from loancrm.services.payments import PayIn, ReverseIn


def pay_in(typed: Mapping[str, Any]) -> PayIn:
    """Return the payment that was typed; the loan is asked how much it takes, also of what is below zero."""
    return PayIn(
        loan=typed["loan"],
        amount=parsing.amount(typed["amount"], "AMOUNT", signed=typed["amount"].startswith("-")),
        on=None if typed["on"] is None else parsing.day(typed["on"], "--on"),
        kind=typed.get("kind", "repayment"),
        reference=_text(typed["reference"], "--reference"),
        payer=_text(typed["payer"], "--payer"),
    )


def reverse_in(payment: str, why: str | None) -> ReverseIn:
    """Return which payment never came."""
    return ReverseIn(payment=payment, why=_text(why, "--why"))


def _text(text: str | None, field: str) -> str | None:
    return None if text is None else clean_text(text, field)
