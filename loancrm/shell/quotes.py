"""Showing what a loan would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _
from loancrm.numerals import format_money, format_rate, plain_millionths
from loancrm.render.columns import Column
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.lending.pricing import Floor
    from loancrm.lending.terms import Terms

COLUMNS = (
    Column("number", N_("no."), "int"),
    Column("due_on", N_("due on"), "date"),
    Column("principal_due", N_("principal"), "money"),
    Column("interest_due", N_("interest"), "money"),
    Column("subsidised_interest", N_("interest of the state"), "money", table=False),
    Column("total_due", N_("to pay"), "money"),
    Column("balance", N_("left"), "money"),
)
TOTALS = (
    Column("instalments", N_("instalments"), "int"),
    Column("principal_due", N_("principal"), "money"),
    Column("interest_due", N_("interest"), "money"),
    Column("subsidised_interest", N_("interest of the state"), "money"),
    Column("total_due", N_("to pay"), "money"),
    Column("fee", N_("fee"), "money"),
    Column("annual_percentage_rate", N_("annual percentage rate"), "rate"),
    Column("effective_annual_rate", N_("effective rate a year"), "rate"),
    Column("floor_rate", N_("least rate"), "rate"),
    Column("asked_rate", N_("rate asked"), "rate"),
)
OFFERS = (
    Column("repayment", N_("repayment"), "code", vocabulary="repayment"),
    Column("instalments", N_("instalments"), "int"),
    Column("first_instalment", N_("first"), "money"),
    Column("largest_instalment", N_("largest"), "money"),
    Column("interest_due", N_("interest"), "money"),
    Column("total_due", N_("to pay"), "money", table=False),
    Column("annual_percentage_rate", N_("annual percentage rate"), "rate", table=False),
    Column("effective_annual_rate", N_("effective rate a year"), "rate"),
)


def show_quote(crm: Context, typed: Mapping[str, Any]) -> None:
    """Show the schedule of what was typed and what it costs, or several offers side by side."""
    from loancrm.parsing import amount
    from loancrm.services.floating import with_rate
    from loancrm.services.quotes import draws_in, filled, terms_in

    agreed = filled(typed, with_rate(typed, crm.settings.terms_of(typed["product"])))
    today, fee = crm.clock_in(crm.settings.zone).today, amount(typed["fee"], "--fee")
    agreed["rate"], words = _rate(crm, agreed, today)
    if typed["compare"] is None:
        terms = terms_in(agreed, today)
        _show_schedule(crm, terms, fee, _price(crm, typed, terms), words, draws_in(typed["draws"]))
        return
    if typed["draws"] is not None:
        raise UsageFault(_("--draws goes with one offer, not with --compare"), field="--draws")
    kinds = [kind.strip() for kind in typed["compare"].split(",") if kind.strip()]
    offers = [terms_in({**agreed, "repayment": kind}, today) for kind in kinds]
    price = _price(crm, typed, offers[0]) if offers else None
    footer = [*words, *_price_words(price)]
    crm.show([_offer(terms, fee) for terms in offers], OFFERS, title=_("offers"), footer=footer)


def _rate(crm: Context, agreed: Mapping[str, Any], today: date) -> tuple[str | None, list[str]]:
    """Return the rate as it would be typed, looked up where it follows another one, and what it comes from.

    What is drawn later is quoted at what is published today.
    """
    from loancrm.parsing import day
    from loancrm.services.floating import floating_in

    floating = floating_in(agreed)
    if floating is None:
        return agreed["rate"], []
    from_on = today if agreed["from_on"] is None else min(day(agreed["from_on"], "--from"), today)
    with crm.view() as view:
        from loancrm.reports.rates import Published

        rate = Published(view).rate(floating, from_on, crm.policy(view))
    words = _("{series} of {day} and {spread}: {rate} a year; looked up anew: {rule}").format(
        series=floating.reference,
        day=from_on,
        spread=format_rate(floating.spread),
        rate=format_rate(rate),
        rule=label("repricing", floating.rule),
    )
    return plain_millionths(rate), [words]


def _offer(terms: Terms, fee: int) -> dict[str, Any]:
    from loancrm.lending.quote import cost
    from loancrm.lending.schedule import schedule

    rows = schedule(terms)
    found = cost(terms, rows, fee)
    return {
        "repayment": terms.repayment,
        "instalments": found.instalments,
        "first_instalment": rows[0].total_due,
        "largest_instalment": max(row.total_due for row in rows),
        "interest_due": found.interest_due,
        "total_due": found.total_due,
        "annual_percentage_rate": found.annual_percentage_rate,
        "effective_annual_rate": found.effective_annual_rate,
    }


def _price(crm: Context, typed: Mapping[str, Any], terms: Terms) -> tuple[Floor, int, bool] | None:
    """Return the policy's price of such a loan, the rate offered and whether a security is named.

    None where neither a grade nor a security is named.
    """
    from loancrm.lending.pricing import floor
    from loancrm.vocabulary import code_of

    if typed["grade"] is None and typed["security"] is None:
        return None
    security = code_of("security", typed["security"] or "unsecured", "--security")
    with crm.view() as view:
        rules = crm.policy(view).pricing
    return floor(rules, terms.months, security, typed["grade"]), terms.annual_rate, bool(typed["security"])


def _price_words(price: tuple[Floor, int, bool] | None) -> list[str]:
    if price is None:
        return []
    found, offered, is_secured = price
    parts = _("funding {funding} + expected loss {loss} + cost {cost} + margin {margin}").format(
        funding=format_rate(found.funding),
        loss=format_rate(found.expected_loss),
        cost=format_rate(found.cost),
        margin=format_rate(found.margin),
    )
    least = _("least rate {floor}, asked of grade {grade} {asked}").format(
        floor=format_rate(found.floor), grade=found.grade, asked=format_rate(found.asked)
    )
    assumed = _("no security is named: priced as unsecured")
    below = _("the offer is below the least rate")
    notes = ((assumed, not is_secured), (below, offered < found.floor))
    return [f"{least} ({parts})", *(text for text, is_so in notes if is_so)]


def _show_schedule(
    crm: Context,
    terms: Terms,
    fee: int,
    price: tuple[Floor, int, bool] | None,
    source: list[str],
    draws: Sequence[tuple[date, int]],
) -> None:
    from loancrm.lending.quote import cost
    from loancrm.lending.tranches import planned

    rows = planned(terms, draws)
    found = cost(terms, rows, fee, draws)
    totals = {column.key: getattr(found, column.key, None) for column in TOTALS}
    if price is not None:
        totals |= {"floor_rate": price[0].floor, "asked_rate": price[0].asked}
    words = _("{n} instalments · interest {interest} · to pay {total}").format(
        n=found.instalments, interest=format_money(found.interest_due), total=format_money(found.total_due)
    )
    rates = [
        text.format(rate=format_rate(rate))
        for text, rate in (
            (_("annual percentage rate {rate}"), found.annual_percentage_rate),
            (_("effective rate a year {rate}"), found.effective_annual_rate),
        )
        if rate is not None
    ]
    footer = [*source, words, *([" · ".join(rates)] if rates else []), *_price_words(price)]
    crm.show(rows, COLUMNS, title=_("quote"), footer=footer, totals=totals, totals_columns=TOTALS, whole=True)
