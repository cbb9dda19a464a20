"""Who brought whom, and what came of it, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.officer_report import explained

if TYPE_CHECKING:
    from loancrm.context import Context

COLUMNS = (
    Column("referrer", N_("brought by")),
    Column("name", N_("name")),
    Column("kind", N_("who"), "code", vocabulary="referral_source", table=False),
    Column("brought", N_("brought"), "int"),
    Column("first_on", N_("first"), "date", table=False),
    Column("last_on", N_("last"), "date", table=False),
    Column("borrowers", N_("borrowers"), "int"),
    Column("loans", N_("loans"), "int", table=False),
    Column("disbursed", N_("amount disbursed"), "money"),
    Column("live_loans", N_("live loans"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money", table=False),
    Column("past_due_loans", N_("loans past due"), "int", table=False),
    Column("past_due", N_("past due now"), "money"),
    Column("written_off", N_("loans written off"), "int", table=False),
    Column("further", N_("further"), "int"),
    Column("further_disbursed", N_("disbursed to those further on"), "money", table=False),
)
TOTALS = (
    Column("brought", N_("brought"), "int"),
    Column("borrowers", N_("borrowers"), "int"),
    Column("disbursed", N_("amount disbursed"), "money"),
    Column("outstanding_principal", N_("outstanding"), "money"),
)
FORMULAS = (
    N_("a customer was brought once, by the newest referral: the figures add up"),
    N_("further: whom these customers brought in turn, each once; they stand in their referrer's line too"),
)


def show_referrals(crm: Context, officer: str | None, *, explain: bool) -> None:
    """Show who brought whom."""
    from loancrm.reports.referrals import referrals

    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        found = referrals(view, crm.policy(view), officer_id=officer_id)
        title = _("Referrals by {day}").format(day=view.as_of)
    names = ("brought", "borrowers", "disbursed", "outstanding_principal")
    crm.show(
        found.lines,
        COLUMNS,
        title=title,
        header=[title, ""],
        footer=explained(FORMULAS, explain),
        totals={name: getattr(found, name) for name in names},
        totals_columns=TOTALS,
    )
