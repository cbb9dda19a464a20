"""loancrm segment: show, moves, list."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.i18n import N_
from loancrm.shell.app import App

app = App(help=N_("Segments and the other classes of the policy."))
SchemeOption = Annotated[
    str | None, typer.Option(help=N_("segment, credit_standing, service_tier, …, or all"))
]
OfficerOption = Annotated[str | None, typer.Option(help=N_("only this officer's customers"))]


@app.verb(
    "rows", help=N_("What a class is: the rules that lead there, treatment, cadence, benefits, customers.")
)
def show(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help=N_("a segment or another class; default: all"))] = None,
    scheme: SchemeOption = None,
    officer: OfficerOption = None,
) -> None:
    """Show a class, or those of a scheme."""
    from loancrm.shell.segments import show_classes

    crm: Any = ctx.obj
    show_classes(crm, name, scheme, officer)


@app.verb("rows", help=N_("Who moved since a day: from where, to where, by which rule and why."))
def moves(
    ctx: typer.Context,
    since: Annotated[str, typer.Option(help=N_("the first day"))],
    scheme: SchemeOption = None,
    officer: OfficerOption = None,
) -> None:
    """Show moves."""
    from loancrm.shell.segments import show_moves

    crm: Any = ctx.obj
    show_moves(crm, since, scheme, officer)


@app.verb("rows", name="list", help=N_("List the classes of every scheme, with customers and balance."))
def list_(ctx: typer.Context, scheme: SchemeOption = None, officer: OfficerOption = None) -> None:
    """List classes."""
    from loancrm.shell.segments import list_classes

    crm: Any = ctx.obj
    list_classes(crm, scheme, officer)
