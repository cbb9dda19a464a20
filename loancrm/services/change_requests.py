"""From what was typed to what is agreed anew of a loan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.identity import clean_note, clean_text
from loancrm.services.floating import floating_in
from loancrm.services.loan_changes import PrepayIn, WriteOffIn
from loancrm.services.relief import ReliefIn
from loancrm.services.repricing import RepriceDueIn, RepriceIn
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
        choice=None if typed["choice"] is None else code_of("prepayment", typed["choice"], "--choice"),
        on=_day(typed["on"]),
        reference=_text(typed["reference"], "--reference"),
        payer=_text(typed["payer"], "--payer"),
    )


def reprice_in(typed: Mapping[str, Any]) -> RepriceIn:
    """Return the new rate that was typed.

    Raises:
        InvalidInput: none, or both a rate and one that follows another.
    """
    floating = floating_in(typed)
    if (typed["rate"] is None) == (floating is None):
        raise InvalidInput(_("write --rate, or --reference with --spread and --reprice"), field="--rate")
    if typed["fixed"] and floating is not None:
        raise InvalidInput(titled("--fixed", _("goes with --rate")), field="--fixed")
    return RepriceIn(
        loan=typed["loan"],
        annual_rate=None if floating is not None else parsing.rate(typed["rate"], "--rate"),
        floating=None if floating is None else asdict(floating),
        is_fixed=typed["fixed"],
        on=_day(typed["on"]),
        contact=typed["contact"],
        note=None if typed["note"] is None else clean_note(typed["note"], "--note"),
    )


def reprice_due_in(loans: Sequence[str], on: str | None) -> RepriceDueIn:
    """Return which loans take their new rates, and up to which day."""
    return RepriceDueIn(loans=tuple(loans), on=_day(on))


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
        number=_text(typed["number"], "--number"),
        contract=_text(typed["contract"], "--contract"),
        paid=0 if typed["paid"] is None else parsing.positive_amount(typed["paid"], "--paid"),
    )
