"""A loan's schedule on the command line: the interest of the state stands in the table where there is any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.quotes import COLUMNS as QUOTED

if TYPE_CHECKING:
    from loancrm.context import Context

SUBSIDISED = "subsidised_interest"
SCHEDULE = (
    *QUOTED[:-1],
    Column("moved", N_("moved to later"), "money", table=False),
    Column("paid", N_("paid"), "money"),
    QUOTED[-1],
    Column("settled_on", N_("settled on"), "date"),
    Column("days_past_due", N_("days past due"), "int", table=False),
    Column("version", N_("version"), "int", table=False),
)
SUMMED = ("principal_due", "interest_due", SUBSIDISED, "total_due", "moved", "paid")
TOTALS = (
    Column("instalments", N_("instalments"), "int"),
    *(replace(column, table=True) for column in SCHEDULE if column.key in SUMMED),
)


def show_schedule(crm: Context, loan: str, version: str | None) -> None:
    """Show what of a loan is due when, and what was paid of it, with the sums."""
    from loancrm.parsing import count
    from loancrm.reports.servicing import schedule

    number = None if version is None else count(version, "--version", 1)
    with crm.view() as view:
        rows, words = schedule(view, loan, number)
        totals = {"instalments": len(rows)} | {
            name: sum(getattr(row, name) for row in rows) for name in SUMMED
        }
        is_subsidised = totals[SUBSIDISED] != 0
        columns = [
            replace(column, table=True) if is_subsidised and column.key == SUBSIDISED else column
            for column in SCHEDULE
        ]
        crm.show(
            rows,
            columns,
            title=_("schedule"),
            footer=[words],
            whole=True,
            totals=totals,
            totals_columns=TOTALS,
        )
