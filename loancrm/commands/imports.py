"""loancrm import: customers, loans, snapshots, contacts, feedback, officers, rates."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import FileArgument
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App(help=N_("Take files in: a dry run unless --apply."))


def _options(
    profile: Annotated[
        str,
        typer.Option(metavar="NAME|FILE", help=N_("which column becomes what: a name in config, or a file")),
    ],
    apply: Annotated[
        bool, typer.Option("--apply", help=N_("keep it; without this nothing is stored"))
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help=N_("leave out rows that cannot be taken (exit code 9)"))
    ] = False,
    rejects: Annotated[
        str | None, typer.Option(metavar="FILE", help=N_("where rows that are left out go, with --partial"))
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DAY", help=N_("the day that the file speaks of, where no column says")),
    ] = None,
) -> None:
    """Hold the signature."""


def _mode(
    apply: Annotated[
        bool, typer.Option("--apply", help=N_("keep it; without this nothing is stored"))
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help=N_("leave out rows that cannot be taken (exit code 9)"))
    ] = False,
) -> None:
    """Hold the signature."""


def _declare(kind: str, text: str) -> None:
    def take(ctx: typer.Context, file: FileArgument) -> None:
        from loancrm.shell.imports import take_file

        crm: Any = ctx.obj
        take_file(crm, kind, file, crm.given)

    take.__doc__ = text
    app.verb("change", name=kind, options=_options, help=text)(take)


_declare("customers", N_("Take in a list of customers."))
_declare("loans", N_("Take in a list of loans; their customers are found or made."))
_declare("snapshots", N_("Take in an extract of the core system: what each loan owed at the end of a day."))
_declare("contacts", N_("Take in conversations."))
_declare("feedback", N_("Take in complaints, suggestions, enquiries and praise."))
_declare("officers", N_("Take in the bank's officers."))
_declare("rates", N_("Take in published reference rates."))


@app.verb(
    "change",
    options=_mode,
    help=N_("Take in the newest files of a folder, each by the profile that is for it."),
)
def yesterday(
    ctx: typer.Context, folder: Annotated[str, typer.Argument(metavar="FOLDER", help=N_("the folder"))]
) -> None:
    """Take in the newest files of a folder."""
    from loancrm.shell.folder import take_folder

    crm: Any = ctx.obj
    take_folder(crm, folder, crm.given)


@app.verb("plain", help=N_("Draft a profile from a file's header and print it."))
def profile(
    ctx: typer.Context,
    file: FileArgument,
    kind: Annotated[
        str | None,
        typer.Option(metavar="KIND", help=N_("customers, loans, snapshots, contacts, …; default: a guess")),
    ] = None,
) -> None:
    """Draft a profile."""
    from loancrm.shell.folder import print_draft

    print_draft(ctx.obj, file, kind)
