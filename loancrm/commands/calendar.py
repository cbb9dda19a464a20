"""loancrm calendar: export."""

from typing import Annotated, Any

import typer

from loancrm.commands.options import OfficerOption
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.callback(help=N_("The list as a calendar file."))
def _noun() -> None:
    """Make a noun of it: Typer would take the only verb for the whole."""


def _update(
    update: Annotated[
        bool,
        typer.Option("--update", help=N_("go on from the file that is there: what moved, what is gone")),
    ] = False,
) -> None:
    """Hold the signature."""


@app.verb("file", options=_update, help=N_("Write the list as a calendar file (ICS), an event a reason."))
def export(
    ctx: typer.Context,
    officer: OfficerOption = None,
    within: Annotated[
        str, typer.Option(metavar="TIME", help=N_("also what falls due by then, such as 7d or 2w"))
    ] = "30d",
) -> None:
    """Write the list as a calendar file."""
    from loancrm.shell.elsewhere import write_calendar

    crm: Any = ctx.obj
    write_calendar(crm, officer=officer, within=within)
