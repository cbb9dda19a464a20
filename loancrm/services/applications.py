"""From what was typed to the steps of a loan's application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.i18n import _, listed, titled
from loancrm.identity import clean_note, clean_text
from loancrm.lending.allocation import check_order
from loancrm.lending.prepay import choices
from loancrm.lending.terms import Terms
from loancrm.services.floating import floating_in, with_rate
from loancrm.services.pipeline import ApplyIn, RequirementIn, StageIn
from loancrm.services.quotes import filled, terms_in
from loancrm.services.requests import loan_in
from loancrm.vocabulary import code_of

if TYPE_CHECKING:
    from loancrm.settings import Settings


def apply_in(typed: Mapping[str, Any], settings: Settings, today: date) -> ApplyIn:
    """Return the application that was typed; what was not comes from the product in the config file.

    Raises:
        InvalidInput: a value that cannot be read, or terms that cannot be.
        UsageFault: a code that is not known.
    """
    code = code_of("product", typed["product"], "--product")
    product = settings.product(code)
    told = filled({**typed, "product": code}, with_rate(typed, product.typed))
    floating = floating_in(told)
    if told["rate"] is None and floating is None:
        raise InvalidInput(_("--rate is missing, and the product has none"), field="--rate")
    on = None if typed["on"] is None else parsing.day(typed["on"], "--on")
    terms = terms_in({**told, "rate": told["rate"] or "0", "from_on": (on or today).isoformat()}, today)
    draw = loan_in({**told, "disbursed_on": None, "matures_on": None})
    return ApplyIn(
        loan=draw,
        terms={field.name: getattr(terms, field.name) for field in fields(Terms)},
        frequency=told["frequency"],
        floating=None if floating is None else asdict(floating),
        prepayment=_choice(told["prepayment"], terms),
        penalty=product.penalty,
        has_compound=product.compound,
        misuse=product.misuse,
        grace_days=product.grace_days,
        order=check_order(product.allocation) if product.allocation else (),
        on=on,
    )


def _choice(typed: str | None, terms: Terms) -> str | None:
    """Return what the rest becomes when money comes early and nobody says."""
    if typed is None:
        return None
    choice = code_of("prepayment", typed, "--prepayment")
    if choice not in choices(terms):
        message = _("a loan of this kind leaves: {choices}").format(choices=listed(choices(terms)))
        raise InvalidInput(titled("--prepayment", message), field="--prepayment")
    return choice


def stage_in(
    loan: str,
    stage: str,
    on: str | None,
    note: str | None,
    amount: str | None = None,
    paid: str | None = None,
) -> StageIn:
    """Return the step that was typed."""
    return StageIn(
        loan=loan,
        stage=stage,
        on=None if on is None else parsing.day(on, "--on"),
        amount=None if amount is None else parsing.positive_amount(amount, "--amount"),
        paid=0 if paid is None else parsing.positive_amount(paid, "--paid"),
        note=None if note is None else clean_note(note, "--note"),
    )


def requirement_in(
    loan: str, name: str, action: str, kind: str | None, on: str | None, due_on: str | None, note: str | None
) -> RequirementIn:
    """Return the document or condition that was typed."""
    return RequirementIn(
        loan=loan,
        name=clean_text(name, "NAME"),
        action=action,
        kind="condition" if kind is None else code_of("requirement", kind, "--kind"),
        on=None if on is None else parsing.day(on, "--on"),
        due_on=None if due_on is None else parsing.day(due_on, "--due"),
        note=None if note is None else clean_note(note, "--note"),
    )
