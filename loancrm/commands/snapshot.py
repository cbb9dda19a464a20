"""loancrm snapshot: add, list, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import LoanArgument, OnOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("What the bank's core system says of a loan on a day."))
COLUMNS = (
    Column("on", N_("day"), "date"),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("overdue_principal", N_("overdue"), "money"),
    Column("unpaid_interest", N_("unpaid interest"), "money", table=False),
    Column("days_past_due", N_("days past due"), "int"),
    Column("interest_days_past_due", N_("days past due, interest"), "int", table=False),
    Column("five_tier", N_("class"), "code", vocabulary="five_tier"),
    Column("next_due_on", N_("next due"), "date"),
    Column("next_due_amount", N_("amount due"), "money", table=False),
)


def _amount(text: str, *names: str) -> Any:
    return typer.Option(*names, metavar="AMOUNT", help=text)


@app.verb("change", help=N_("Record a loan's position at the end of a day."))
def add(
    ctx: typer.Context,
    loan: LoanArgument,
    outstanding: Annotated[str, _amount(N_("principal outstanding"))],
    overdue_principal: Annotated[str | None, _amount(N_("principal overdue"))] = None,
    unpaid_interest: Annotated[str | None, _amount(N_("interest unpaid"))] = None,
    days_past_due: Annotated[str | None, typer.Option(metavar="N", help=N_("days past due"))] = None,
    interest_days_past_due: Annotated[
        str | None, typer.Option(metavar="N", help=N_("days past due of interest"))
    ] = None,
    five_tier: Annotated[
        str | None, typer.Option("--class", metavar="CLASS", help=N_("the bank's class: normal … loss"))
    ] = None,
    next_due_on: Annotated[str | None, typer.Option(metavar="DAY", help=N_("what falls due next"))] = None,
    next_due_amount: Annotated[str | None, _amount(N_("how much falls due then"))] = None,
    on: OnOption = None,
) -> None:
    """Record a position."""
    typed = dict(locals())
    from loancrm.services.loans import add_snapshot
    from loancrm.services.requests import snapshot_in

    crm: Any = ctx.obj
    receipt = crm.change(add_snapshot, snapshot_in(typed), "snapshot add")
    crm.receipt(receipt, _("{loan}: position of {day}").format(loan=receipt.loan, day=receipt.on))


@app.verb("rows", name="list", help=N_("List a loan's positions, newest first."))
def list_(ctx: typer.Context, loan: LoanArgument) -> None:
    """List positions."""
    from loancrm.reports.loans import snapshots

    crm: Any = ctx.obj
    with crm.view() as view:
        crm.show(snapshots(view, loan), COLUMNS, title=loan)


@app.verb("change", help=N_("Void a position that was wrong; reports as known before keep it."))
def void(
    ctx: typer.Context,
    loan: LoanArgument,
    on: Annotated[str, typer.Option(metavar="DAY", help=N_("day of the position"))],
) -> None:
    """Void a position."""
    from loancrm.services.loans import void_snapshot
    from loancrm.services.requests import snapshot_void

    crm: Any = ctx.obj
    receipt = crm.change(void_snapshot, snapshot_void(loan, on), "snapshot void")
    crm.receipt(receipt, _("{loan}: position of {day} is void").format(loan=receipt.loan, day=receipt.on))
