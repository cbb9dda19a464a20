"""loancrm feedback: what is done about a ticket, from assign and triage to resolve, reopen and close."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.feedback import (
    AtOption,
    CauseOption,
    DepartmentOption,
    LevelHelp,
    LineOption,
    ProductOption,
    ServiceStageOption,
    TicketArgument,
    app,
)
from loancrm.commands.options import OfficerOption, OnOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column

PLAN = (
    Column("feedback", N_("ticket")),
    Column("step", N_("no."), "int"),
    Column("what", N_("what is to be done"), fold=True),
    Column("officer", N_("officer")),
    Column("due_on", N_("due"), "date"),
    Column("status", N_("status"), "code", vocabulary="plan_status"),
    Column("done_on", N_("done on"), "date", table=False),
    Column("days_late", N_("days late"), "int"),
)
TextOption = Annotated[str | None, typer.Option("--text", metavar="TEXT", help=N_("in a few words"))]
RatingOption = Annotated[
    str | None, typer.Option(metavar="N", help=N_("how satisfied the customer is, 1 to 5"))
]
OtherArgument = Annotated[str, typer.Argument(metavar="OTHER", help=N_("code of the other ticket, F-…"))]


@app.verb("change", help=N_("Give a ticket to an officer, never to the one it is about."))
def assign(
    ctx: typer.Context,
    feedback: TicketArgument,
    to: Annotated[str, typer.Option(metavar="OFFICER", help=N_("who takes care of it"))],
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Give a ticket to an officer."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "assign", typed, _("assigned {ticket}"))


@app.verb("change", help=N_("File a ticket anew: importance × urgency give its priority and its deadlines."))
def triage(
    ctx: typer.Context,
    feedback: TicketArgument,
    importance: Annotated[str | None, typer.Option(metavar="LEVEL", help=LevelHelp)] = None,
    urgency: Annotated[str | None, typer.Option(metavar="LEVEL", help=LevelHelp)] = None,
    line: LineOption = None,
    product: ProductOption = None,
    service_stage: ServiceStageOption = None,
    department: DepartmentOption = None,
    cause: CauseOption = None,
    text: TextOption = None,
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """File a ticket anew."""
    typed = dict(locals()) | {"business_line": line}
    from loancrm.shell.feedback import take_triage

    take_triage(ctx.obj, typed)


@app.verb("change", help=N_("Record the first answer to the customer."))
def answer(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("what was answered"))],
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Record the first answer."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "answer", typed, _("answered {ticket}"))


@app.verb("change", help=N_("Record that the customer was told how it goes."))
def progress(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("what was said"))],
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Record a further word."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "progress", typed, _("written down for {ticket}"))


@app.verb("change", help=N_("Stop the clocks: the customer has the next word."))
def wait(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("what is waited for"))],
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Stop the clocks."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(
        ctx.obj, "wait", typed, _("{ticket} waits for the customer; the limit in calendar days runs on")
    )


@app.verb("change", help=N_("Let the clocks run on: the customer has spoken."))
def resume(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: TextOption = None,
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Let the clocks run on."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "resume", typed, _("the clocks of {ticket} run again"))


@app.verb("change", help=N_("Put off the limit, to as many calendar days as the policy allows."))
def extend(
    ctx: typer.Context,
    feedback: TicketArgument,
    days: Annotated[
        str, typer.Option(metavar="N", help=N_("calendar days from the day it came, such as 30"))
    ],
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("why, and who approved it"))],
    on: OnOption = None,
) -> None:
    """Put off the limit."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "extend", typed, _("the limit of {ticket} is put off"))


@app.verb("change", help=N_("Tell somebody above: the next level of the policy, or a level that is named."))
def escalate(
    ctx: typer.Context,
    feedback: TicketArgument,
    to: Annotated[str | None, typer.Option(metavar="OFFICER", help=N_("who was told, if an officer"))] = None,
    level: Annotated[str | None, typer.Option(metavar="N", help=N_("level; default: the next one"))] = None,
    text: TextOption = None,
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Tell somebody above."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "escalate", typed, _("escalated {ticket}"))


@app.verb("change", help=N_("Record how a ticket was resolved."))
def resolve(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("how it was resolved"))],
    rating: RatingOption = None,
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Record how a ticket was resolved."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "resolve", typed, _("resolved {ticket}"))


@app.verb("change", help=N_("Take a ticket up again: it was not resolved after all."))
def reopen(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("why"))],
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Take a ticket up again."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "reopen", typed, _("reopened {ticket}"))


@app.verb("change", help=N_("Close a resolved ticket after the customer was asked what came of it."))
def close(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: TextOption = None,
    rating: RatingOption = None,
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Close a ticket."""
    typed = dict(locals())
    from loancrm.shell.feedback import take_step

    take_step(ctx.obj, "close", typed, _("closed {ticket}"))


@app.verb(
    "change", name="plan-add", help=N_("Add a step to a ticket's plan of action: what, by whom, until when.")
)
def plan_add(
    ctx: typer.Context,
    feedback: TicketArgument,
    what: Annotated[str, typer.Option(metavar="TEXT", help=N_("what is to be done"))],
    until: Annotated[str, typer.Option(metavar="DAY", help=N_("until when: a day, 3d, fri, …"))],
    officer: Annotated[
        str | None, typer.Option(metavar="OFFICER", help=N_("by whom; default: who has the ticket"))
    ] = None,
    on: OnOption = None,
) -> None:
    """Add a step to a plan."""
    from loancrm.services.ticket_requests import plan_in
    from loancrm.services.tickets import plan_add as work

    crm: Any = ctx.obj
    receipt = crm.change(work, plan_in(feedback, what, until, officer, on, crm.today), "feedback plan-add")
    said = _("step {step} of the plan of {ticket}: {officer}, by {day}")
    crm.receipt(
        receipt,
        said.format(step=receipt.step, ticket=receipt.feedback, officer=receipt.officer, day=receipt.due_on),
    )


@app.verb("change", name="plan-done", help=N_("Record that a step of a plan is done, or dropped."))
def plan_done(
    ctx: typer.Context,
    feedback: TicketArgument,
    step: Annotated[str, typer.Argument(metavar="STEP", help=N_("number of the step"))],
    dropped: Annotated[bool, typer.Option("--dropped", help=N_("it will not be done"))] = False,
    text: TextOption = None,
    on: OnOption = None,
) -> None:
    """Record that a step is over."""
    from loancrm.services.ticket_requests import plan_done as request
    from loancrm.services.tickets import plan_done as work

    crm: Any = ctx.obj
    asked = request(feedback, step, is_dropped=dropped, text=text, on=on)
    receipt = crm.change(work, asked, "feedback plan-done")
    said = _("step {step} of the plan of {ticket} is over")
    crm.receipt(receipt, said.format(step=receipt.step, ticket=receipt.feedback))


@app.verb("rows", name="plan-list", help=N_("List the steps of plans: of a ticket, or all that are open."))
def plan_list(
    ctx: typer.Context,
    feedback: Annotated[
        str | None, typer.Argument(metavar="FEEDBACK", help=N_("only of this ticket"))
    ] = None,
    officer: OfficerOption = None,
) -> None:
    """List steps of plans."""
    from loancrm.reports.plans import plans

    crm: Any = ctx.obj
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        crm.show(plans(view, feedback, officer_id), PLAN, title=_("plans of action"))


@app.verb("change", help=N_("Say that a ticket repeats another one, or has to do with it."))
def link(
    ctx: typer.Context,
    feedback: TicketArgument,
    other: OtherArgument,
    as_: Annotated[
        str, typer.Option("--as", metavar="RELATION", help=N_("related, or duplicate: counted once"))
    ] = "related",
    on: OnOption = None,
) -> None:
    """Link two tickets."""
    from loancrm.services.ticket_requests import link_in
    from loancrm.services.tickets import link as work

    crm: Any = ctx.obj
    receipt = crm.change(work, link_in(feedback, other, as_, on), "feedback link")
    said = _("{ticket} and {other} are linked")
    crm.receipt(receipt, said.format(ticket=receipt.feedback, other=receipt.other))


@app.verb("change", help=N_("Take back that two tickets belong together."))
def unlink(ctx: typer.Context, feedback: TicketArgument, other: OtherArgument) -> None:
    """Take back a link."""
    from loancrm.services.ticket_requests import link_in
    from loancrm.services.tickets import unlink as work

    crm: Any = ctx.obj
    receipt = crm.change(work, link_in(feedback, other, "related"), "feedback unlink")
    said = _("{ticket} and {other} are no longer linked")
    crm.receipt(receipt, said.format(ticket=receipt.feedback, other=receipt.other))
