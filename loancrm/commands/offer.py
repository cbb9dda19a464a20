"""loancrm offer: add, approve, use, list, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import (
    AllFlag,
    CustomerArgument,
    CustomerOption,
    OfficerOption,
    OnOption,
    WhyOption,
)
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("What was offered to customers."))
OfferArgument = Annotated[str, typer.Argument(metavar="OFFER", help=N_("its code, such as O-00001"))]
COLUMNS = (
    Column("offer", N_("offer")),
    Column("customer", N_("customer"), table=False),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("on", N_("made on"), "date", table=False),
    Column("what", N_("what is offered"), fold=True),
    Column("cost", N_("cost"), "money"),
    Column("valid_until", N_("until"), "date"),
    Column("state", N_("state"), "code", vocabulary="offer_state"),
    Column("approved_by", N_("approved by"), table=False),
    Column("used_on", N_("used on"), "date", table=False),
)


@app.verb("change", help=N_("Record an offer to a customer; it counts once it is approved."))
def add(
    ctx: typer.Context,
    customer: CustomerArgument,
    what: Annotated[str, typer.Option(metavar="TEXT", help=N_("what is offered"))],
    until: Annotated[str, typer.Option(metavar="DAY", help=N_("its last day"))],
    cost: Annotated[str, typer.Option(metavar="AMOUNT", help=N_("what it costs the bank"))] = "0",
    on: OnOption = None,
) -> None:
    """Record an offer."""
    from loancrm.services.offers import add as work
    from loancrm.services.offers import offer_in

    crm: Any = ctx.obj
    receipt = crm.change(work, offer_in(customer, what, cost, until, on), "offer add")
    crm.receipt(
        receipt,
        _("offer {offer} to {customer}, until {day}").format(
            offer=receipt.offer, customer=receipt.customer, day=receipt.valid_until
        ),
        _("next: loancrm offer approve {offer}").format(offer=receipt.offer),
    )


@app.verb("change", help=N_("Approve an offer, as the officer who acts."))
def approve(ctx: typer.Context, offer: OfferArgument, on: OnOption = None) -> None:
    """Approve an offer."""
    from loancrm.services.offers import approve as work
    from loancrm.services.offers import step_in

    crm: Any = ctx.obj
    receipt = crm.change(work, step_in(offer, on), "offer approve")
    crm.receipt(receipt, _("offer {offer} is approved").format(offer=receipt.offer))


@app.verb("change", help=N_("Record that the customer made use of an offer."))
def use(ctx: typer.Context, offer: OfferArgument, on: OnOption = None) -> None:
    """Record the use of an offer."""
    from loancrm.services.offers import step_in
    from loancrm.services.offers import use as work

    crm: Any = ctx.obj
    receipt = crm.change(work, step_in(offer, on), "offer use")
    crm.receipt(receipt, _("offer {offer} is used").format(offer=receipt.offer))


@app.verb("rows", name="list", help=N_("List offers: those that still stand, or all."))
def list_(
    ctx: typer.Context, customer: CustomerOption = None, officer: OfficerOption = None, all_: AllFlag = False
) -> None:
    """List offers."""
    from loancrm.reports.offers import offers

    crm: Any = ctx.obj
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        rows = offers(view, customer=customer, officer_id=officer_id, all_=all_)
        crm.show(rows, COLUMNS, title=_("offers"))


@app.verb("change", help=N_("Take back an offer."))
def void(ctx: typer.Context, offer: OfferArgument, why: WhyOption = None) -> None:
    """Take back an offer."""
    from loancrm.services.offers import step_in
    from loancrm.services.offers import void as work

    crm: Any = ctx.obj
    receipt = crm.change(work, step_in(offer, why=why), "offer void")
    crm.receipt(receipt, _("offer {offer} is void").format(offer=receipt.offer))
