"""From what was typed to what is agreed anew of a loan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from loancrm import parsing
from loancrm.identity import clean_note, clean_text
from loancrm.services.loan_changes import PrepayIn, ReliefIn, RepriceIn, WriteOffIn
from loancrm.vocabulary import code_of


def _day(text: str | None) -> date | None:
    return None if text is None else parsing.day(text, "--on")


def _text(text: str | None, field: str) -> str | None:
    return None if text is None else clean_text(text, field)


def prepay_in(typed: Mapping[str, Any]) -> PrepayIn:
    """Return the early repayment that was typed; no amount: all of it."""
    amount = typed["amount"]
    return PrepayIn(
        loan=typed["loan"],
        amount=None if amount is None else parsing.positive_amount(amount, "AMOUNT"),
        choice=code_of("prepayment", typed["choice"], "--choice"),
        on=_day(typed["on"]),
        reference=_text(typed["reference"], "--reference"),
        payer=_text(typed["payer"], "--payer"),
    )


def reprice_in(typed: Mapping[str, Any]) -> RepriceIn:
    """Return the new rate that was typed."""
    return RepriceIn(
        loan=typed["loan"],
        annual_rate=parsing.rate(typed["rate"], "--rate"),
        on=_day(typed["on"]),
        contact=typed["contact"],
        note=None if typed["note"] is None else clean_note(typed["note"], "--note"),
    )


def write_off_in(loan: str, on: str | None) -> WriteOffIn:
    """Return which loan is written off."""
    return WriteOffIn(loan=loan, on=_day(on))


def relief_in(typed: Mapping[str, Any]) -> ReliefIn:
    """Return the relief that was typed."""
    rate = typed["rate"]
    return ReliefIn(
        loan=typed["loan"],
        kind=code_of("relief", typed["kind"], "--kind"),
        months=parsing.count(typed["months"], "--months", 0, 360),
        annual_rate=None if rate is None else parsing.rate(rate, "--rate"),
        has_consent=typed["consent"],
        is_capitalising=typed["capitalise"],
        on=_day(typed["on"]),
        contact=typed["contact"],
        why=clean_text(typed["why"], "--why"),
    )
