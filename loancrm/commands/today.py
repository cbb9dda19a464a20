"""loancrm today: whom to talk to, why, in what order, and what to do; the answers to its lines."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import OfficerOption, WhyOption
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App(help=N_("Whom to talk to today, why and in what order; one line is one customer."), is_list=True)
LinesArgument = Annotated[
    list[str], typer.Argument(metavar="N…", help=N_("lines of the list that was looked at last"))
]


@app.verb("rows", help=N_("The list: whom to talk to, why and in what order; one line is one customer."))
def show(
    ctx: typer.Context,
    officer: OfficerOption = None,
    within: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=N_("also what falls due by then, such as 7d or 2w")),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help=N_("only reasons of a kind: past_due, promise, birthday, …")),
    ] = None,
    by: Annotated[
        str,
        typer.Option(metavar="customer|reason|district", help=N_("a line each, or by place")),
    ] = "customer",
    team: Annotated[bool, typer.Option("--team", help=N_("the whole branch of the officer"))] = False,
    all_: Annotated[bool, typer.Option("--all", help=N_("every line, not only the first ones"))] = False,
    open_: Annotated[
        str | None, typer.Option("--open", metavar="N", help=N_("the lines that line N stands for"))
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="N", help=N_("why line N stands where it does"))
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help=N_("exit with 10 when there is something to do"))
    ] = False,
) -> None:
    """Show whom to talk to."""
    from loancrm.shell.day import Wanted, show_day

    crm: Any = ctx.obj
    found = show_day(
        crm, Wanted.of(officer, within, kind=kind, by=by, team=team, all_=all_, open_=open_, explain=explain)
    )
    if exit_code and found:
        raise typer.Exit(10)


@app.verb("change", help=N_("Lines are done: they do not come back for that day and reason."))
def done(
    ctx: typer.Context, lines: LinesArgument, officer: OfficerOption = None, why: WhyOption = None
) -> None:
    """Answer lines: done."""
    from loancrm.shell.answers import answer_line

    answer_line(ctx.obj, lines, "done", officer=officer, why=why)


@app.verb("change", help=N_("Put lines off until a day."))
def snooze(
    ctx: typer.Context,
    lines: LinesArgument,
    until: Annotated[str, typer.Option(metavar="DAY", help=N_("until when: fri, 3d, 明天, 2026-12-04"))],
    officer: OfficerOption = None,
    why: WhyOption = None,
) -> None:
    """Answer lines: later."""
    from loancrm.shell.answers import answer_line

    answer_line(ctx.obj, lines, "snoozed", officer=officer, why=why, until=until)


@app.verb("change", help=N_("Pass lines over: they do not come back for that day and reason."))
def skip(
    ctx: typer.Context,
    lines: LinesArgument,
    why: Annotated[str, typer.Option(metavar="TEXT", help=N_("why, for the history"))],
    officer: OfficerOption = None,
) -> None:
    """Answer lines: not needed."""
    from loancrm.shell.answers import answer_line

    answer_line(ctx.obj, lines, "skipped", officer=officer, why=why)


@app.verb("change", help=N_("The customer says that it is paid: lines wait for the next data."))
def wait(
    ctx: typer.Context, lines: LinesArgument, officer: OfficerOption = None, why: WhyOption = None
) -> None:
    """Answer lines: wait for data."""
    from loancrm.shell.answers import answer_line

    answer_line(ctx.obj, lines, "awaits_data", officer=officer, why=why)
