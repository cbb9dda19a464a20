"""loancrm report: verify, pack."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.commands.report import app
from loancrm.i18n import N_


@app.verb("rows", help=N_("Whether saved reports (html, xlsx) are still what the book says."))
def verify(
    ctx: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help=N_("saved reports, or a folder of them"))
    ],
) -> None:
    """Check saved reports against the book."""
    from loancrm.shell.verifying import verify as check

    check(ctx.obj, ctx.find_root().command, files)
