"""Growth, the funnel and who stays, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loancrm.errors import UsageFault
from loancrm.i18n import N_, _, titled
from loancrm.render.columns import SCREEN_FORMATS, Column
from loancrm.shell.officer_report import explained, period_words, typed_period
from loancrm.shell.reports import basis_json, basis_words, group_words

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.growth import GrowthLine, GrowthReport

GROWTH = (
    Column("key", N_("group")),
    Column("name", N_("name"), table=False),
    Column("active_from", N_("active before"), "int", table=False),
    Column("active", N_("active now"), "int"),
    Column("new", N_("new"), "int"),
    Column("returned", N_("returned"), "int", table=False),
    Column("lost", N_("lost"), "int"),
    Column("loans_disbursed", N_("loans disbursed"), "int", table=False),
    Column("disbursed", N_("amount disbursed"), "money"),
    Column("disbursed_change", N_("against before"), "ratio"),
    Column("disbursed_change_1y", N_("against last year"), "ratio", table=False),
    Column("loans_from", N_("loans before"), "int", table=False),
    Column("loans", N_("live loans"), "int", table=False),
    Column("loans_growth", N_("growth of loans"), "ratio", table=False),
    Column("balance_from", N_("balance before"), "money", table=False),
    Column("balance", N_("balance"), "money"),
    Column("balance_growth", N_("growth"), "ratio"),
    Column("market_share_from", N_("market share before"), "ratio", table=False),
    Column("market_share", N_("market share"), "ratio", table=False),
    Column("before", N_("the period before"), "nested"),
    Column("year_ago", N_("a year ago"), "nested"),
)
TOTALS = (
    Column("from_on", N_("period from"), "date"),
    Column("to_on", N_("period until"), "date"),
    Column("series", N_("series")),
    Column("basis", N_("basis"), "nested"),
)
FUNNEL = (
    Column("stage", N_("stage"), "code", vocabulary="pipeline_stage"),
    Column("reached", N_("got there"), "int"),
    Column("of_all", N_("of all"), "ratio"),
    Column("of_previous", N_("of the stage before"), "ratio"),
    Column("passed", N_("passed"), "int"),
    Column("median_days", N_("days, median"), "int"),
    Column("target_days", N_("target days"), "int"),
)
RETENTION = (
    Column("source", N_("asked of"), "code", vocabulary="voice_source"),
    Column("voice", N_("in the year before"), "code", vocabulary="voice"),
    Column("active", N_("customers"), "int"),
    Column("stayed", N_("stayed"), "int"),
    Column("share", N_("share"), "ratio"),
    Column("low", N_("low end"), "ratio"),
    Column("high", N_("high end"), "ratio"),
)
MONTHS = 3
FORMULAS = (
    N_("active: has a live loan; new: drew the first loan in these days; lost: no live loan and no approved"),
    N_("  case within the policy's window after the last one; returned: borrowed again after that"),
    N_("against before and last year: amount disbursed ÷ that of the period before, of the same days − 1"),
    N_("growth: balance at the end ÷ balance before the first day − 1; market share: balance ÷ the series"),
    N_("groups are those of the day; of an officer is what was drawn while that officer had the customer"),
)
FUNNEL_FORMULA = (
    N_("got there: of the applications begun in these days, how many stood at the stage or went further"),
    N_("days: how long the stage took those that left it in these days, lower median"),
)
RETENTION_FORMULA = (
    N_(
        "stayed: active before the first day, with a live loan or an approved case on the last; Wilson's 95 %"
    ),
    N_("  interval; by what they said in the year before: a difference is no proof of a cause"),
    N_("survey: the last answer on satisfaction overall; satisfied 4 or 5 of 5, dissatisfied 1 or 2"),
)


def show_growth(
    crm: Context,
    from_: str | None,
    to: str | None,
    *,
    by: str | None,
    against: str | None,
    part: str | None,
    explain: bool,
) -> None:
    """Show how the book grew, or the funnel of its applications, or who stayed.

    Raises:
        UsageFault: a group where there are none.
    """
    if part is not None and by is not None:
        raise UsageFault(_("--by does not go with --funnel or --retention"), field="--by")
    if part is not None:
        _show_part(crm, from_, to, part, explain=explain)
        return
    from loancrm.reports.growth import growth
    from loancrm.vocabulary import code_of

    group = None if by is None else code_of("grouping", by, "--by")
    with crm.view() as view:
        period = typed_period(view.as_of, from_, to, MONTHS)
        found = growth(view, crm.policy(view), period, by=group, against=against)
    title = _("Growth, {days}").format(days=period_words(period))
    totals = {"from_on": period.first, "to_on": period.last, "series": found.market.series}
    crm.show(
        [_row(crm, found, line) for line in found.lines],
        GROWTH,
        title=title,
        header=[title, basis_words(found.basis), ""],
        footer=explained(FORMULAS, explain),
        totals={**totals, "basis": basis_json(found.basis)},
        totals_columns=TOTALS,
    )


def _row(crm: Context, found: GrowthReport, line: GrowthLine) -> dict[str, Any]:
    from loancrm.numerals import ratio
    from loancrm.reports.growth import plain_figures

    now, key = line.now, line.key
    if crm.format in SCREEN_FORMATS:
        key = _("all") if found.by is None else group_words(found.by, {"key": line.key, "name": line.name})
    changes = {"disbursed_change": line.before, "disbursed_change_1y": line.year_ago}
    return {
        "key": key,
        "name": line.name,
        **asdict(now),
        **{name: ratio(now.disbursed - was.disbursed, was.disbursed) for name, was in changes.items()},
        "before": plain_figures(line.before),
        "year_ago": plain_figures(line.year_ago),
    }


def _show_part(crm: Context, from_: str | None, to: str | None, part: str, *, explain: bool) -> None:
    from loancrm.reports import funnel

    rows: Sequence[Any]
    columns: Sequence[Column]
    formulas: tuple[str, ...]
    with crm.view() as view:
        period, policy = typed_period(view.as_of, from_, to, MONTHS), crm.policy(view)
        if part == "funnel":
            rows, columns, formulas = funnel.funnel(view, policy, period), FUNNEL, FUNNEL_FORMULA
            rows = rows if any(line.reached or line.passed for line in rows) else []
        else:
            rows, columns, formulas = funnel.retention(view, policy, period), RETENTION, RETENTION_FORMULA
    name = _("Funnel") if part == "funnel" else _("Who stays")
    title = titled(name, period_words(period))
    crm.show(rows, columns, title=title, header=[title, ""], footer=explained(formulas, explain))
