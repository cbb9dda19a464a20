"""The portfolio in groups on the command line: a line a segment, officer, branch, product or other key."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.i18n import N_, _
from loancrm.numerals import format_money
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.portfolio import FORMULAS
from loancrm.shell.reports import bars, basis_words, by_words, group_words, how, loans_words, refuse_later

if TYPE_CHECKING:
    from datetime import date

    from loancrm.context import Context
    from loancrm.reports.grouping import Grouping
    from loancrm.reports.portfolio_groups import PortfolioGroups

# What a page of 80 columns has room for is in the table; the rest in data.
GROUPS = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("borrowers", N_("borrowers"), "int", table=False),
    Column("live_loans", N_("loans"), "int"),
    Column("loans_without_position", N_("without a recent position"), "int", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("share", N_("share"), "ratio"),
    Column("average_balance", N_("average balance"), "money", table=False),
    Column("disbursed_in_month", N_("disbursed this month"), "money", table=False),
    Column("written_off_in_month", N_("written off this month"), "money", table=False),
    Column("overdue_principal", N_("overdue principal"), "money", table=False),
    Column("unpaid_interest", N_("unpaid interest"), "money", table=False),
    Column("par_1", "PAR1", "ratio", table=False),
    Column("par_30", "PAR30", "ratio"),
    Column("par_60", "PAR60", "ratio", table=False),
    Column("par_90", "PAR90", "ratio", table=False),
    Column("new_overdue_loans", N_("newly past due this month"), "int", table=False),
    Column("new_overdue", N_("newly past due"), "money"),
    Column("npl", N_("non-performing"), "money", table=False),
    Column("npl_ratio", N_("NPL ratio"), "ratio"),
    Column("provision", N_("by class"), "money", table=False),
    Column("matured", N_("fell due at maturity"), "money", table=False),
    Column("maturity_unknown", N_("of it, no data since"), "money", table=False),
    Column("collected_at_maturity", N_("collected at maturity"), "ratio", table=False),
    Column("balance_before", N_("on the earlier day"), "money"),
    Column("par_30_before", N_("PAR30 before"), "ratio", table=False),
    Column("npl_ratio_before", N_("NPL ratio before"), "ratio"),
)
BESIDE = ("balance_before", "npl_ratio_before")
NO_ROOM_BESIDE = ("live_loans", "share", "new_overdue")


def show_groups(
    crm: Context, officer: str | None, by: str, grouping: Grouping, since: date | None, *, explain: bool
) -> None:
    """Show a line a group, the one with the largest balance first.

    Raises:
        UsageFault: loans cannot be grouped so.
        InvalidInput: a day that is not earlier.
    """
    from loancrm.reports.portfolio_groups import portfolio_groups

    with crm.view() as view:
        refuse_later(since, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        found = portfolio_groups(view, crm.policy(view), grouping, officer_id, since)
    is_page = crm.format in SCREEN_FORMATS
    rows: list[dict[str, Any]] = [asdict(line) for line in found.lines]
    if is_page:
        rows = [{**row, "key": group_words(by, row)} for row in rows]
    left_out = BESIDE if since is None else NO_ROOM_BESIDE
    title = _("Portfolio by {by} on {day}").format(by=by_words(by), day=found.basis.as_of)
    amount = loans_words(found.loans, format_money(found.outstanding_principal))
    crm.show(
        rows,
        [column for column in GROUPS if not (is_page and column.key in left_out)],
        title=title,
        header=[f"{title} · {amount}", basis_words(found.basis), ""],
        footer=["", *_beside(found), *how(FORMULAS, explain)] if is_page else [],
        charts=[
            bars(_("Outstanding principal"), [(row["key"], row["outstanding_principal"]) for row in rows])
        ]
        if crm.format == "html"
        else [],
        whole=True,
    )


def _beside(found: PortfolioGroups) -> list[str]:
    return [] if found.since is None else [_("on the earlier day: {day}").format(day=found.since)]
