"""loancrm check: record, list, void, due."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import OfficerOption
from loancrm.dossier.checks import CHECK
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.facts import fact_app

app = fact_app(CHECK)
DUE = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("loan", N_("loan")),
    Column("kind", N_("kind"), "code", vocabulary="check_kind"),
    Column("due_on", N_("due on"), "date"),
    Column("days_late", N_("days late"), "int"),
    Column("rule", N_("rule")),
    Column("last_on", N_("last check"), "date"),
)


@app.verb("rows", help=N_("List the checks that loans want by the policy, the most urgent first."))
def due(
    ctx: typer.Context,
    officer: OfficerOption = None,
    within: Annotated[
        str, typer.Option(metavar="DAYS", help=N_("also what falls due in so many days, such as 30d"))
    ] = "0d",
) -> None:
    """List the checks that are due."""
    from loancrm.parsing import duration_days
    from loancrm.reports.post_loan_checks import checks_wanted

    crm: Any = ctx.obj
    with crm.view() as view:
        days = duration_days(within, "--within")
        found = checks_wanted(view, crm.policy(view), officer_id=crm.officer_id(view, officer), within=days)
        rows = list(found)
        footer = ["", "loancrm check record CUSTOMER --loan LOAN"] if rows else []
        crm.show(rows, DUE, title=_("checks"), footer=footer)
