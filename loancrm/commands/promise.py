"""loancrm promise: add, list, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import (
    AllFlag,
    CustomerOption,
    LoanArgument,
    NoteOption,
    OfficerOption,
    OnOption,
    WhyOption,
)
from loancrm.i18n import N_, NP_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Promises to pay."))
COLUMNS = (
    Column("promise", N_("promise")),
    Column("loan", N_("loan")),
    Column("customer", N_("customer"), table=False),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("on", N_("made on"), "date", table=False),
    Column("due_on", N_("due on"), "date"),
    Column("amount", N_("amount"), "money"),
    Column("received", NP_("amount", "received"), "money", context="amount"),
    Column("state", N_("state"), "code", vocabulary="promise_state"),
    Column("note", N_("note"), table=False),
)


@app.verb("change", help=N_("Record that a customer promised to pay an amount by a day."))
def add(
    ctx: typer.Context,
    loan: LoanArgument,
    amount: Annotated[str, typer.Option(metavar="AMOUNT", help=N_("how much"))],
    by: Annotated[str, typer.Option(metavar="DAY", help=N_("until when"))],
    contact: Annotated[
        str | None, typer.Option(metavar="CONTACT", help=N_("the conversation in which it was made"))
    ] = None,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Record a promise."""
    typed = dict(locals())
    from loancrm.services.promises import add as work
    from loancrm.services.promises import promise_in

    crm: Any = ctx.obj
    receipt = crm.change(work, promise_in(typed), "promise add")
    crm.receipt(
        receipt,
        _("promise {promise}: {amount} by {day}").format(
            promise=receipt.promise, amount=receipt.amount, day=receipt.due_on
        ),
        _("next: loancrm promise list"),
    )


@app.verb("rows", name="list", help=N_("List promises to pay: open and broken ones, or all."))
def list_(
    ctx: typer.Context,
    customer: CustomerOption = None,
    officer: OfficerOption = None,
    all_: AllFlag = False,
) -> None:
    """List promises."""
    from loancrm.reports.promises import promises

    crm: Any = ctx.obj
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        rows = promises(view, crm.policy(view), customer=customer, officer_id=officer_id, all_=all_)
        crm.show(rows, COLUMNS, title=_("promises"))


@app.verb("change", help=N_("Take back a promise that was never made."))
def void(
    ctx: typer.Context,
    promise: Annotated[str, typer.Argument(metavar="PROMISE", help=N_("its code, such as R-00001"))],
    why: WhyOption = None,
) -> None:
    """Take back a promise."""
    from loancrm.services.promises import promise_void
    from loancrm.services.promises import void as work

    crm: Any = ctx.obj
    receipt = crm.change(work, promise_void(promise, why), "promise void")
    crm.receipt(receipt, _("promise {promise} is void").format(promise=receipt.promise))
