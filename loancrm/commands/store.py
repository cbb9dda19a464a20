"""loancrm store: check, upgrade, backup, restore, path."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import YesFlag
from loancrm.config import without_password
from loancrm.errors import Damaged
from loancrm.i18n import N_, _, n_
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("The book itself."))
COLUMNS = (
    Column("check", N_("check")),
    Column("meaning", N_("meaning")),
    Column("count", N_("rows"), "int"),
    Column("ids", N_("ids"), "nested"),
    Column("first_ids", N_("ids"), data=False),
)


@app.verb("rows", help=N_("Check the book's invariants: silent and 0 when well, else 7 with the rows."))
def check(ctx: typer.Context) -> None:
    """Check the book's invariants."""
    from loancrm.reports.checks import check_store

    crm: Any = ctx.obj
    broken = crm.ask(check_store)
    if broken:
        crm.show(broken, COLUMNS, title=_("store check"))
        text = n_("{n} check of the book failed", "{n} checks of the book failed", len(broken))
        raise Damaged(text.format(n=len(broken)), hint=_("restore the newest backup"), code="check_failed")


@app.verb("one", help=N_("Bring the book's schema up to date; on PostgreSQL its owner does that."))
def upgrade(ctx: typer.Context) -> None:
    """Bring the schema up to date."""
    from loancrm.services.books import upgrade as upgrade_book

    crm: Any = ctx.obj
    receipt = upgrade_book(str(crm.store_place))
    upgraded = _("upgraded from {before} to {now}").format(before=receipt.before, now=receipt.now)
    current = _("the schema is up to date: {now}").format(now=receipt.now)
    crm.receipt(receipt, upgraded if receipt.is_upgraded else current)


@app.verb(
    "one", help=N_("Copy the book to FILE while it is in use; the copy is checked, a manifest beside it.")
)
def backup(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=N_("the copy; --force replaces one"))],
) -> None:
    """Copy the book to a file."""
    from loancrm.shell.backup import back_up

    back_up(ctx.obj, file)


@app.verb("one", help=N_("Put a backup in the place of the book, once it is checked; the old file is kept."))
def restore(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=N_("a file of store backup"))],
    yes: YesFlag = False,
) -> None:
    """Restore the book from a backup."""
    from loancrm.shell.backup import put_back

    put_back(ctx.obj, file, yes=yes)


@app.verb("plain", help=N_("Print where the book is."))
def path(ctx: typer.Context) -> None:
    """Print where the book is; of an address, without the password."""
    typer.echo(without_password(str(ctx.obj.store_place)))
