"""Portfolio at risk on the command line: on the day, at month ends before it, and in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from loancrm.i18n import N_, _
from loancrm.parsing import count
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.largest import largest_words
from loancrm.shell.reports import (
    MOST_MONTHS,
    basis_words,
    earlier,
    group_words,
    grouping_of,
    how,
    refuse_later,
)

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.render.chart import Chart
    from loancrm.reports.par import ParLine

PAR = (
    Column("on", N_("day"), "date"),
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("loans", N_("loans"), "int"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("par_1", "PAR1", "ratio"),
    Column("par_30", "PAR30", "ratio"),
    Column("par_60", "PAR60", "ratio"),
    Column("par_90", "PAR90", "ratio"),
    Column("renegotiated", N_("renegotiated"), "money"),
)
FORMULAS = (
    N_("PAR(x): whole balance of loans more than x days past due ÷ outstanding (CGAP 2003)"),
    N_("live loans whose balance is known on the day; of unknown days past due none is at risk"),
    N_("what is written off is in neither part, from the day of the write-off on"),
    N_("renegotiated: balance of the loans that got a relief that the policy observes, past due or not"),
)


def show_par(
    crm: Context,
    officer: str | None,
    *,
    by: str | None,
    digits: str | None,
    months: str,
    since: str | None,
    explain: bool,
) -> None:
    """Show portfolio at risk as of the day, at month ends before it, and on an earlier day.

    Raises:
        UsageFault: loans cannot be grouped so.
        InvalidInput: no number of months; a day that cannot be read, or that is not earlier.
    """
    from loancrm.reports.par import par

    ends, then = count(months, "--months", 0, MOST_MONTHS), earlier(since)
    with crm.view() as view:
        refuse_later(then, view)
        officer_id = crm.officer_id(view, officer) if officer else None
        policy = crm.policy(view)
        found = par(view, policy, grouping_of(by, digits), ends, officer_id, then)
        largest = largest_words(view, policy, "par_1", officer_id) if explain else []
    is_page = crm.format in SCREEN_FORMATS
    rows = [asdict(line) for line in found.lines]
    if by is not None and is_page:
        rows = [{**row, "key": group_words(by, row)} for row in rows]
    left_out = "key" if by is None else "renegotiated"  # a page of groups has no room for it
    columns = [column for column in PAR if not (is_page and column.key == left_out)]
    title = _("Portfolio at risk on {day}").format(day=found.basis.as_of)
    header = [title, basis_words(found.basis), ""]
    charts = [par_chart([line.on.isoformat() for line in found.lines], found.lines)] if by is None else []
    how_so = ["", *how(FORMULAS, explain), *largest]
    crm.show(rows, columns, title=title, header=header, footer=how_so, charts=charts)


def par_chart(days: list[str], lines: Sequence[ParLine]) -> Chart:
    """Return PAR1, PAR30, PAR60 and PAR90 as lines over days."""
    from loancrm.render.chart import Chart

    series = [(f"PAR{n}", [getattr(line, f"par_{n}") for line in lines]) for n in (1, 30, 60, 90)]
    return Chart("lines", _("Portfolio at risk"), days, series)
