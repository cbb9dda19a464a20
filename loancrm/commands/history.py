"""loancrm history: every change of a customer."""

from __future__ import annotations

from typing import Any

import typer

from loancrm.commands.options import CustomerArgument, UnmaskFlag
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App()
COLUMNS = (
    Column("at", N_("when"), "instant"),
    Column("actor", N_("who")),
    Column("command", N_("command")),
    Column("action", N_("action"), table=False),
    Column("subject", N_("record"), table=False),
    Column("subject_id", N_("record id"), "int", table=False),
    Column("field", N_("field"), fold=True),
    Column("before", N_("before"), table=False),
    Column("after", N_("after"), table=False),
    Column("change", N_("change"), data=False, fold=True),  # both: beside each other each would be cut
)


@app.verb("rows", help=N_("Show every change of a customer: who, when, before and after."))
def history(ctx: typer.Context, customer: CustomerArgument, unmask: UnmaskFlag = False) -> None:
    """Show every change of a customer."""
    from loancrm.reports.history import history as question
    from loancrm.shell.changes import readable
    from loancrm.shell.queries import record_look

    crm: Any = ctx.obj
    if unmask:
        record_look(crm, customer, "history")
    with crm.view() as view:
        rows = question(view, customer, unmask=unmask)
        crm.show(readable(rows, crm.format), COLUMNS, title=_("history"))
