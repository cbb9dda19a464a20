"""loancrm report: vintages, provisions, what falls due, the watch-list, and a book under stress."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.commands.options import CompareOption, GroupOption, OfficerOption
from loancrm.commands.report import DigitsOption, ExplainFlag, app
from loancrm.i18n import N_


@app.verb("rows", help=N_("Vintages: of what was lent in a month, how much went bad by its age."))
def vintage(
    ctx: typer.Context,
    cohort: Annotated[
        str, typer.Option("--cohort", metavar="LENGTH", help=N_("lent in a month, quarter or year"))
    ] = "month",
    every: Annotated[
        str | None,
        typer.Option("--every", metavar="MONTHS", help=N_("months on book from one figure to the next")),
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help=N_("lent from this day on"))
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help=N_("lent up to this day"))] = None,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show vintages."""
    from loancrm.shell.vintages import show_vintage

    span = (from_, to)
    show_vintage(
        ctx.obj,
        officer,
        of=cohort,
        every=every,
        span=span,
        by=by,
        digits=digits,
        since=since,
        explain=explain,
    )


@app.verb("rows", help=N_("Expected losses by IFRS 9 stage and scenario; provisions by class; coverage."))
def provision(
    ctx: typer.Context,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    recorded: Annotated[
        str | None, typer.Option("--recorded", metavar="AMOUNT", help=N_("what was booked, to compare with"))
    ] = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show expected losses and provisions."""
    from loancrm.shell.provisions import show_provision

    show_provision(ctx.obj, officer, by=by, digits=digits, since=since, recorded=recorded, explain=explain)


@app.verb("rows", help=N_("The book under a scenario: balance by class and losses, before and after."))
def stress(
    ctx: typer.Context,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="FILE", help=N_("what is assumed, in YAML"))
    ] = None,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show the book under a scenario."""
    from loancrm.shell.stress import show_stress

    show_stress(ctx.obj, officer, scenario=scenario, by=by, digits=digits, since=since, explain=explain)


@app.verb("rows", help=N_("Live loans by remaining term: what matures when."))
def maturity(
    ctx: typer.Context,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show balances by remaining term."""
    from loancrm.shell.falling_due import show_maturity

    show_maturity(ctx.obj, officer, by=by, digits=digits, since=since, explain=explain)


@app.verb("rows", name="cash-flow", help=N_("What is expected to come in by month, principal and interest."))
def cash_flow(
    ctx: typer.Context,
    months: Annotated[
        str, typer.Option("--months", metavar="N", help=N_("so many months after this one"))
    ] = "12",
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show expected payments."""
    from loancrm.shell.falling_due import show_cash_flow

    show_cash_flow(ctx.obj, officer, months=months, by=by, digits=digits, since=since, explain=explain)


@app.verb(
    "rows", name="watch-list", help=N_("Loans to be watched, with every reason: by the policy's rules.")
)
def watch_list(
    ctx: typer.Context,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", help=N_("only by this rule of the policy"))
    ] = None,
    by: GroupOption = None,
    digits: DigitsOption = None,
    since: CompareOption = None,
    officer: OfficerOption = None,
    explain: ExplainFlag = False,
) -> None:
    """Show the watch-list."""
    from loancrm.shell.watch_list import show_watch_list

    show_watch_list(ctx.obj, officer, rule=rule, by=by, digits=digits, since=since, explain=explain)
