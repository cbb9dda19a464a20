"""loancrm changes."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.commands.options import OfficerOption
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.verb(
    "rows", name="changes", help=N_("What is different of the loans since a day: newly overdue, cured, …")
)
def changes(
    ctx: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(metavar="DAY", help=N_("from that day on; default: the data before the newest")),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help=N_("only newly_overdue, cured, settled, disbursed, …"))
    ] = None,
    officer: OfficerOption = None,
) -> None:
    """Show what is different since a day."""
    from loancrm.shell.movements import show_movements

    show_movements(ctx.obj, since, kind, officer)
