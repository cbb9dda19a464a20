"""loancrm training: add, list, void, due."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import OfficerOption
from loancrm.dossier.people import TRAINING
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.facts import fact_app

app = fact_app(TRAINING)
DUE = (
    Column("number", N_("number")),
    Column("officer", N_("officer")),
    Column("name", N_("name")),
    Column("kind", N_("kind"), "code", vocabulary="training_kind"),
    Column("what", N_("what")),
    Column("due_on", N_("to be done by"), "date"),
    Column("days_late", N_("days late"), "int"),
)


@app.verb(
    "rows", help=N_("List trainings and examinations that are due and not done, the longest overdue first.")
)
def due(
    ctx: typer.Context,
    officer: OfficerOption = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help=N_("only of this kind, such as examination"))
    ] = None,
    within: Annotated[
        str, typer.Option(metavar="DAYS", help=N_("also what falls due in so many days, such as 30d"))
    ] = "0d",
) -> None:
    """List the trainings that are due."""
    from loancrm.parsing import duration_days
    from loancrm.reports.trainings import trainings_due
    from loancrm.vocabulary import code_of

    crm: Any = ctx.obj
    days = duration_days(within, "--within")
    code = code_of("training_kind", kind, "--kind") if kind else None
    with crm.view() as view:
        rows = trainings_due(view, officer_id=crm.officer_id(view, officer), kind=code, within=days)
        crm.show(rows, DUE, title=_("trainings and examinations due"))
