"""From what was typed to the terms of a loan that is only asked about: nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.lending.terms import Terms, frequency
from loancrm.vocabulary import code_of

USUAL = {  # what goes for what neither the command nor the product says
    "repayment": "level",
    "frequency": "month",
    "day_count": "30/360",
    "rounding": "half_up",
    "round_to": "0.01",
    "principal_grace": "0",
    "interest_grace": "0",
    "recurring_grace": "0",
    "balloon": "0",
    "holiday_shift": "none",
}


def filled(typed: Mapping[str, Any], product: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed, with the product's terms for what was not, and then the usual ones."""
    return {**typed, **{k: v for k, v in {**USUAL, **product}.items() if typed.get(k) is None}}


def terms_in(typed: Mapping[str, Any], today: date) -> Terms:
    """Return the terms that were typed, ``filled``.

    Raises:
        InvalidInput: a value that cannot be read, or terms that cannot be.
        UsageFault: a code that is not known.
    """
    table = tuple(
        parsing.amount(part.strip(), "--table") for part in (typed["table"] or "").split(",") if part
    )
    settlement, subsidy = typed["settlement_day"], typed["subsidy_until"]
    days = tuple(
        parsing.day(part.strip(), "--due-dates") for part in (typed["due_dates"] or "").split(",") if part
    )
    instalments = str(len(days)) if days and typed["instalments"] is None else typed["instalments"]
    for name, value in (("--rate", typed["rate"]), ("--instalments", instalments)):
        if value is None:
            raise InvalidInput(titled(name, _("is missing")), field=name)
    return Terms(
        principal=parsing.positive_amount(typed["principal"], "--principal"),
        annual_rate=parsing.rate(typed["rate"], "--rate"),
        instalments=parsing.count(instalments, "--instalments", 1, 1200),
        start_on=today if typed["from_on"] is None else parsing.day(typed["from_on"], "--from"),
        repayment=code_of("repayment", typed["repayment"], "--repayment"),
        frequency=frequency(typed["frequency"]),
        day_count=code_of("day_count", typed["day_count"], "--day-count"),
        rounding=code_of("rounding", typed["rounding"], "--rounding"),
        round_to=parsing.positive_amount(typed["round_to"], "--round-to"),
        principal_grace=_count(typed, "principal_grace"),
        interest_grace=_count(typed, "interest_grace"),
        recurring_grace=_count(typed, "recurring_grace"),
        balloon=parsing.amount(typed["balloon"], "--balloon"),
        settlement_day=None if settlement is None else parsing.count(settlement, "--settlement-day", 1, 28),
        holiday_shift=code_of("holiday_shift", typed["holiday_shift"], "--holiday-shift"),
        table=table,
        due_dates=days,
        subsidy_until=None if subsidy is None else parsing.day(subsidy, "--subsidy-until"),
    )


def draws_in(typed: str | None) -> tuple[tuple[date, int], ...]:
    """Return further draws as they were typed: ``2026-03-01:50000,2026-06-01:20000``.

    Raises:
        InvalidInput: a part that cannot be read.
    """
    found = []
    for part in (typed or "").split(","):
        if part:
            day, _colon, amount = part.strip().partition(":")
            found.append((parsing.day(day, "--draws"), parsing.positive_amount(amount, "--draws")))
    return tuple(found)


def _count(typed: Mapping[str, Any], name: str) -> int:
    return parsing.count(typed[name], "--" + name.replace("_", "-"), 0, 1200)
