"""loancrm undo: take back what a command wrote."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import YesFlag
from loancrm.i18n import N_
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App()
COLUMNS = (
    Column("command_id", N_("id"), "int"),
    Column("at", N_("when"), "instant"),
    Column("actor", N_("who")),
    Column("command", N_("command")),
    Column("customers", N_("customers"), "int"),
    Column("customer", N_("customer")),
    Column("state", N_("state"), "code", vocabulary="command_state"),
    Column("undoes", N_("undoes"), "int"),
)


@app.verb(
    "rows or change",
    help=N_("Take back your last command, or COMMAND_ID: refused when a later one rests on it."),
)
def undo(
    ctx: typer.Context,
    command_id: Annotated[
        str | None, typer.Argument(metavar="[COMMAND_ID]", help=N_("id of the command, as --list shows it"))
    ] = None,
    yes: YesFlag = False,
    listed: Annotated[bool, typer.Option("--list", help=N_("show the commands, newest first"))] = False,
) -> None:
    """Take back a command."""
    from loancrm.shell.undo import list_commands, take_back

    crm: Any = ctx.obj
    if listed:
        list_commands(crm, COLUMNS)
    else:
        take_back(crm, command_id, yes=yes)
