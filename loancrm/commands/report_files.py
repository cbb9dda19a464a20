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


@app.verb("rows", help=N_("The committee's reports of a month: a folder of pages and workbooks."))
def pack(
    ctx: typer.Context,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help=N_("a month that is over"))],
    output: Annotated[str, typer.Option("--output", "-o", metavar="DIR", help=N_("a new folder for them"))],
    force: Annotated[bool, typer.Option("--force", help=N_("replace a pack that is there"))] = False,
) -> None:
    """Write the reports of a month into a folder."""
    from loancrm.shell.pack import make_pack

    make_pack(ctx.obj, ctx.find_root().command, month, output, force=force)
