"""loancrm demo: a sample book, and a walk through the morning."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.verb(
    "plain", help=N_("Build a sample book and walk the morning: what is due, one customer, the reports.")
)
def demo(
    ctx: typer.Context,
    keep: Annotated[
        str | None, typer.Option(metavar="FILE", help=N_("keep the sample book in this new file"))
    ] = None,
    seed: Annotated[str, typer.Option(metavar="N", help=N_("another bank: another number"))] = "7",
) -> None:
    """Build a sample book and walk the morning."""
    from loancrm.parsing import count
    from loancrm.shell.walk import walk

    crm: Any = ctx.obj
    walk(crm, keep, count(seed, "--seed", 0, 999_999))
