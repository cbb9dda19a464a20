"""loancrm today (and due): whom to talk to, why, in what order, and what to do."""

from typing import Annotated, Any

import typer

from loancrm.commands.options import OfficerOption
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.verb("rows", help=N_("Whom to talk to today, why and in what order; one line is one customer."))
def due(
    ctx: typer.Context,
    officer: OfficerOption = None,
    within: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=N_("also what falls due by then, such as 7d or 2w")),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help=N_("every line, not only the first ones"))] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="N", help=N_("why line N stands where it does"))
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help=N_("exit with 10 when there is something to do"))
    ] = False,
) -> None:
    """Show whom to talk to."""
    from loancrm.shell.day import show_day

    crm: Any = ctx.obj
    found = show_day(crm, officer=officer, within=within, all_=all_, explain=explain)
    if exit_code and found:
        raise typer.Exit(10)
