"""loancrm officer: add, list, edit."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Loan officers."))
COLUMNS = (
    Column("code", N_("code")),
    Column("name", N_("name")),
    Column("branch", N_("branch")),
    Column("is_active", N_("active"), "bool"),
    Column("customers", N_("customers"), "int"),
)
CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help=N_("one word, such as li.wei"))]
BranchOption = Annotated[str | None, typer.Option(metavar="TEXT", help=N_("branch or department"))]
EmailOption = Annotated[str | None, typer.Option(metavar="ADDRESS", help=N_("e-mail address"))]


@app.verb("change", help=N_("Add an officer."))
def add(
    ctx: typer.Context,
    code: CodeArgument,
    name: Annotated[str, typer.Option(metavar="NAME", help=N_("full name"))],
    branch: BranchOption = None,
    email: EmailOption = None,
) -> None:
    """Add an officer."""
    from loancrm.services.officers import add as work
    from loancrm.services.officers import officer_in

    crm: Any = ctx.obj
    receipt = crm.change(work, officer_in(code, name=name, branch=branch, email=email), "officer add")
    crm.receipt(receipt, _("added officer {code}").format(code=receipt.code))


@app.verb("change", help=N_("Change an officer's name, branch or e-mail, or whether they still work here."))
def edit(
    ctx: typer.Context,
    code: CodeArgument,
    name: Annotated[str | None, typer.Option(metavar="NAME", help=N_("full name"))] = None,
    branch: BranchOption = None,
    email: EmailOption = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help=N_("whether they still work here"))
    ] = None,
) -> None:
    """Change an officer."""
    from loancrm.services.officers import edit as work
    from loancrm.services.officers import officer_in

    crm: Any = ctx.obj
    request = officer_in(code, name=name, branch=branch, email=email, is_active=active)
    receipt = crm.change(work, request, "officer edit")
    crm.receipt(receipt, _("changed officer {code}").format(code=receipt.code))


@app.verb("rows", name="list", help=N_("List officers with the number of their customers."))
def list_(ctx: typer.Context) -> None:
    """List officers."""
    from loancrm.reports.officers import officers

    crm: Any = ctx.obj
    with crm.view() as view:
        crm.show(officers(view), COLUMNS, title=_("officers"))
