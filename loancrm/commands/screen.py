"""loancrm screen: whether a customer passes the policy's criteria."""

from __future__ import annotations

import typer

from loancrm.commands.options import CustomerArgument
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.verb("rows", help=N_("Screen a customer on the policy's criteria: pass, refer or decline, and why."))
def screen(ctx: typer.Context, customer: CustomerArgument) -> None:
    """Screen a customer."""
    from loancrm.shell.screening import show_screening

    show_screening(ctx.obj, customer)
