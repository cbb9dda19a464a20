"""loancrm agenda: all that is due of a customer, the load of officers, and who stands in for whom."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import AllFlag, CustomerArgument, OfficerOption, WhyOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("What is due of a customer, and of the officers."), has_usual=True)
STAND_INS = (
    Column("number", N_("number")),
    Column("officer", N_("officer")),
    Column("stand_in", N_("stands in")),
    Column("from_on", N_("from"), "date"),
    Column("until_on", N_("until"), "date"),
)
LOAD = (
    Column("officer", N_("officer")),
    Column("customers", N_("customers"), "int"),
    Column("to_do", N_("to do"), "int"),
    Column("late", N_("late"), "int"),
    Column("within_week", N_("within 7 d"), "int"),
    Column("amount", N_("at stake"), "money"),
)


@app.verb("rows", help=N_("All reasons to talk with a customer, by band and day, also those ahead."))
def show(
    ctx: typer.Context,
    customer: CustomerArgument,
    within: Annotated[
        str, typer.Option(metavar="TIME", help=N_("also what falls due by then, such as 7d or 2w"))
    ] = "30d",
) -> None:
    """Show a customer's agenda."""
    from loancrm.shell.reasons import show_agenda

    show_agenda(ctx.obj, customer, within)


@app.verb("rows", help=N_("How much is due of each officer's customers: today and within a week."))
def load(ctx: typer.Context, officer: OfficerOption = None) -> None:
    """Show the load of the officers."""
    from loancrm.reports.workload import workload

    crm: Any = ctx.obj
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        rows = workload(view, crm.policy(view), officer_id=officer_id)
        crm.show(rows, LOAD, title=_("load"))


@app.verb("change", name="hand-in", help=N_("Let another officer do one's work for some days."))
def hand_in(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="OFFICER", help=N_("who stands in"))],
    until: Annotated[str, typer.Option(metavar="DAY", help=N_("the last day: fri, 7d, 2026-12-04"))],
    from_: Annotated[
        str, typer.Option("--from", metavar="DAY", help=N_("the first day: tomorrow, mon, 2026-11-30"))
    ] = "today",
    officer: Annotated[
        str | None, typer.Option("--officer", metavar="OFFICER", help=N_("who is away; default: --me"))
    ] = None,
) -> None:
    """Let another officer stand in."""
    from loancrm.shell.standing_in import hand_in as work

    work(ctx.obj, officer=officer, to=to, from_=from_, until=until)


@app.verb("change", name="take-back", help=N_("Take a standing-in back: from now on the list is one's own."))
def take_back(
    ctx: typer.Context,
    stand_in: Annotated[str, typer.Argument(metavar="NUMBER", help=N_("number of the standing-in, A-…"))],
    why: WhyOption = None,
) -> None:
    """Take a standing-in back."""
    from loancrm.services.agenda import StandInVoid
    from loancrm.services.agenda import take_back as work

    crm: Any = ctx.obj
    receipt = crm.change(work, StandInVoid(stand_in=stand_in, why=why), "agenda take-back")
    crm.receipt(receipt, _("{number} is taken back").format(number=receipt.number))


@app.verb("rows", name="stand-ins", help=N_("Who stands in for whom, now and to come."))
def stand_ins(ctx: typer.Context, all_: AllFlag = False) -> None:
    """List who stands in for whom."""
    from loancrm.reports.workload import stand_ins as question

    crm: Any = ctx.obj
    with crm.view() as view:
        crm.show(question(view, all_=all_), STAND_INS, title=_("stand-ins"))
