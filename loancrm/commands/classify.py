"""loancrm classify: segments by the policy's rules."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.verb(
    "change", help=N_("Give customers the segment of the first rule that holds; say who moved and why.")
)
def classify(
    ctx: typer.Context,
    customers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CUSTOMER…]", help=N_("only these; default: the whole book")),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="CUSTOMER", help=N_("every rule for one customer, with the actual values")),
    ] = None,
) -> None:
    """Classify customers."""
    from loancrm.shell.classification import apply_rules, explain_customer, try_rules

    crm: Any = ctx.obj
    named = tuple(customers or ())
    if explain is not None:
        explain_customer(crm, explain)
    elif crm.given.get("dry_run"):
        try_rules(crm, named)
    else:
        apply_rules(crm, named)
