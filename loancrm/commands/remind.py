"""loancrm remind: what is new on the list, said once."""

from typing import Annotated, Any

import typer

from loancrm.commands.options import OfficerOption
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.verb("one", help=N_("Say what is new on the list since the last time; nothing new: not a word."))
def remind(
    ctx: typer.Context,
    officer: OfficerOption = None,
    all_: Annotated[bool, typer.Option("--all", help=N_("every officer, each their own list"))] = False,
    mail: Annotated[
        bool, typer.Option("--mail", help=N_("to the officers by mail; the settings say how"))
    ] = False,
    notify: Annotated[
        bool, typer.Option("--notify", help=N_("to the officers' notices; the settings say where"))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("show what would be said; it counts as not said"))
    ] = False,
) -> None:
    """Say what is new."""
    from loancrm.shell.remind import remind as work

    crm: Any = ctx.obj
    work(crm, officer=officer, all_=all_, mail=mail, notify=notify, dry_run=dry_run)
