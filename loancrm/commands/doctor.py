"""loancrm doctor: is everything in order, and what to do about what is not."""

from __future__ import annotations

import typer

from loancrm.i18n import N_
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App()
COLUMNS = (
    Column("check", N_("check")),
    Column("state", N_("state"), "code", vocabulary="health"),
    Column("found", N_("found")),
    Column("advice", N_("what to do")),
)


@app.verb(
    "rows", help=N_("Check program, files, settings and book: 0 without a fault, else 7; 3 without a book.")
)
def doctor(ctx: typer.Context) -> None:
    """Check everything."""
    from loancrm.shell.doctor import examine

    examine(ctx.obj, COLUMNS)
