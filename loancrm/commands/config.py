"""loancrm config: check, show, path."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("The settings of this machine and user."))
COLUMNS = (Column("key", N_("key")), Column("value", N_("value")))
ORIGIN_COLUMNS = (*COLUMNS, Column("source", N_("origin"), "code", vocabulary="origin"))


@app.verb("plain", help=N_("Check the config file: every problem with file, line and column."))
def check(ctx: typer.Context) -> None:
    """Check the config file."""
    crm: Any = ctx.obj
    settings = crm.settings
    path = crm.found.path or _("no config file; the defaults hold")
    crm.say(_("{path}: in order").format(path=path) if settings and crm.found.path else str(path))


@app.verb("rows", help=N_("Show every setting."))
def show(
    ctx: typer.Context,
    origin: Annotated[bool, typer.Option("--origin", help=N_("and where its value comes from"))] = False,
) -> None:
    """Show every setting."""
    crm: Any = ctx.obj
    crm.show(crm.origins, ORIGIN_COLUMNS if origin else COLUMNS, title=_("settings"))


@app.verb("plain", help=N_("Print where the config file is, or would be."))
def path(ctx: typer.Context) -> None:
    """Print where the config file is."""
    from loancrm.config import user_file

    typer.echo(str(ctx.obj.found.path or user_file()))
