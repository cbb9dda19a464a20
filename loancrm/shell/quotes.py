"""Showing what a loan would cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.numerals import format_money, format_rate
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context

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
)


def show_quote(crm: Context, typed: Mapping[str, Any]) -> None:
    """Show the schedule of what was typed, and what it costs altogether."""
    from loancrm.lending.quote import cost
    from loancrm.lending.schedule import schedule
    from loancrm.parsing import amount
    from loancrm.services.quotes import filled, terms_in

    agreed = crm.settings.terms_of(typed["product"])
    terms = terms_in(filled(typed, agreed), crm.clock_in(crm.settings.zone).today)
    rows = schedule(terms)
    found = cost(terms, rows, amount(typed["fee"], "--fee"))
    totals = {column.key: getattr(found, column.key) for column in TOTALS}
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
    crm.show(
        rows,
        COLUMNS,
        title=_("quote"),
        footer=[words, " · ".join(rates)] if rates else [words],
        totals=totals,
        totals_columns=TOTALS,
        whole=True,
    )
