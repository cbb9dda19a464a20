"""loancrm facility: add, list."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import AllFlag, CustomerArgument, CustomerOption, OfficerOption, OnOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Credit lines."))
COLUMNS = (
    Column("number", N_("credit line")),
    Column("customer", N_("customer"), table=False),
    Column("name", N_("name")),
    Column("limit_amount", N_("limit"), "money"),
    Column("drawn", N_("drawn"), "money", table=False),
    Column("headroom", N_("headroom"), "money"),
    Column("utilisation", N_("used"), "ratio"),
    Column("is_revolving", N_("revolving"), "bool", table=False),
    Column("expires_on", N_("expires"), "date"),
    Column("days_left", N_("days left"), "int", table=False),
)


@app.verb("change", help=N_("Add a credit line."))
def add(
    ctx: typer.Context,
    customer: CustomerArgument,
    limit: Annotated[str, typer.Option("--limit-amount", metavar="AMOUNT", help=N_("how much may be drawn"))],
    number: Annotated[
        str | None, typer.Option(metavar="NUMBER", help=N_("the bank's number; default: CL-00001, …"))
    ] = None,
    revolving: Annotated[
        bool,
        typer.Option("--revolving/--not-revolving", help=N_("may repaid amounts be drawn again")),
    ] = True,
    on: OnOption = None,
    expires_on: Annotated[str | None, typer.Option(metavar="DAY", help=N_("last day"))] = None,
) -> None:
    """Add a credit line."""
    typed = dict(locals())
    from loancrm.services.loans import add_facility
    from loancrm.services.requests import facility_in

    crm: Any = ctx.obj
    receipt = crm.change(add_facility, facility_in(typed), "facility add")
    crm.receipt(receipt, _("added credit line {number}").format(number=receipt.number))


@app.verb("rows", name="list", help=N_("List credit lines with what is drawn, by expiry."))
def list_(
    ctx: typer.Context,
    customer: CustomerOption = None,
    officer: OfficerOption = None,
    all_: AllFlag = False,
) -> None:
    """List credit lines."""
    from loancrm.reports.loans import facilities

    crm: Any = ctx.obj
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        rows = facilities(view, crm.policy(view), customer=customer, officer_id=officer_id, all_=all_)
        crm.show(rows, COLUMNS, title=_("credit lines"))
