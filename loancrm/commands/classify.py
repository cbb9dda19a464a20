"""loancrm classify: segments and other classes by the policy's rules."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.verb(
    "change", help=N_("Give customers the classes of the first rules that hold; say who moved and why.")
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
    scheme: Annotated[
        str | None,
        typer.Option(help=N_("segment, credit_standing, service_tier, …; default: all of the policy")),
    ] = None,
) -> None:
    """Classify customers."""
    from loancrm.shell.classification import apply_rules, explain_customer, schemes_of, try_rules

    crm: Any = ctx.obj
    named = tuple(customers or ())
    if explain is not None:
        explain_customer(crm, explain, scheme)
    elif crm.given.get("dry_run"):
        try_rules(crm, named, schemes_of(scheme))
    else:
        apply_rules(crm, named, schemes_of(scheme))
