"""loancrm followup: add, done, snooze, list."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import (
    AllFlag,
    CustomerArgument,
    CustomerOption,
    NoteOption,
    OfficerOption,
    OnOption,
)
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Next steps set by hand."))
COLUMNS = (
    Column("follow_up", N_("next step")),
    Column("due_on", N_("due"), "date"),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("what", N_("what")),
    Column("again", N_("again"), data=False),
    Column("officer", N_("officer")),
    Column("repeats", N_("repeats"), "code", vocabulary="follow_up_repeats", table=False),
    Column("every", N_("every"), table=False),
    Column("status", N_("status"), "code", vocabulary="follow_up_status", table=False),
)
FollowUpArgument = Annotated[str, typer.Argument(metavar="FOLLOW_UP", help=N_("code of the next step, U-…"))]


@app.verb("change", help=N_("Set a next step for a day."))
def add(
    ctx: typer.Context,
    customer: CustomerArgument,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help=N_("day on which it is due"))],
    what: Annotated[str, typer.Option(metavar="TEXT", help=N_("what is to be done"))],
    officer: Annotated[
        str | None, typer.Option(metavar="OFFICER", help=N_("whose step; default: the customer's officer"))
    ] = None,
    every: Annotated[
        str | None, typer.Option(metavar="TIME", help=N_("again every 7d, 2w, 3m or 1y, on fixed days"))
    ] = None,
    after_done: Annotated[
        str | None, typer.Option(metavar="TIME", help=N_("again 7d, 2w, 3m or 1y after it was done"))
    ] = None,
) -> None:
    """Set a next step."""
    from loancrm.services.follow_ups import add as work
    from loancrm.services.requests import follow_up_in

    crm: Any = ctx.obj
    request = follow_up_in(customer, on, what, officer, every, after_done)
    receipt = crm.change(work, request, "followup add")
    text = _("{step} for {customer} on {day}")
    crm.receipt(receipt, text.format(step=receipt.follow_up, customer=receipt.customer, day=receipt.due_on))


@app.verb("change", help=N_("Record that a next step was done."))
def done(
    ctx: typer.Context, follow_up: FollowUpArgument, on: OnOption = None, note: NoteOption = None
) -> None:
    """Record that a next step was done."""
    from loancrm.services.follow_ups import done as work
    from loancrm.services.requests import follow_up_done
    from loancrm.shell.prompts import read_note

    crm: Any = ctx.obj
    request = follow_up_done(follow_up, on, read_note(note, editor=False))
    receipt = crm.change(work, request, "followup done")
    again = _("again {step} on {day}").format(step=receipt.next_follow_up, day=receipt.next_due_on)
    notes = (again,) if receipt.next_follow_up else ()
    crm.receipt(receipt, _("{step} is done").format(step=receipt.follow_up), *notes)


@app.verb("change", help=N_("Put a next step off until a day."))
def snooze(
    ctx: typer.Context,
    follow_up: FollowUpArgument,
    until: Annotated[str, typer.Option(metavar="DAY", help=N_("the new day"))],
    note: NoteOption = None,
) -> None:
    """Put a next step off."""
    from loancrm.services.follow_ups import snooze as work
    from loancrm.services.requests import follow_up_snooze
    from loancrm.shell.prompts import read_note

    crm: Any = ctx.obj
    request = follow_up_snooze(follow_up, until, read_note(note, editor=False))
    receipt = crm.change(work, request, "followup snooze")
    crm.receipt(receipt, _("{step} until {day}").format(step=receipt.follow_up, day=receipt.due_on))


@app.verb("rows", name="list", help=N_("List next steps by day."))
def list_(
    ctx: typer.Context,
    customer: CustomerOption = None,
    officer: OfficerOption = None,
    all_: AllFlag = False,
) -> None:
    """List next steps."""
    from loancrm.reports.follow_ups import follow_ups
    from loancrm.shell.again import with_again

    crm: Any = ctx.obj
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        rows = with_again(follow_ups(view, customer=customer, officer_id=officer_id, all_=all_))
        crm.show(rows, COLUMNS, title=_("next steps"))
