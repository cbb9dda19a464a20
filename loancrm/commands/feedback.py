"""loancrm feedback: record, list, show, assign, answer, resolve."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import CustomerArgument, CustomerOption, OfficerOption, OnOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Complaints, suggestions, enquiries and praise."))
COLUMNS = (
    Column("feedback", N_("ticket")),
    Column("on", N_("came"), "date", table=False),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("kind", N_("kind"), "code", vocabulary="feedback_kind"),
    Column("business_line", N_("line"), "code", vocabulary="business_line", table=False),
    Column("product", N_("product"), "code", vocabulary="product", table=False),
    Column("service_stage", N_("stage"), "code", vocabulary="service_stage", table=False),
    Column("department", N_("department"), table=False),
    Column("channel", N_("channel"), "code", vocabulary="channel", table=False),
    Column("importance", N_("importance"), "code", vocabulary="level", table=False),
    Column("urgency", N_("urgency"), "code", vocabulary="level", table=False),
    Column("status", N_("status"), "code", vocabulary="feedback_status"),
    Column("answer_due_on", N_("answer by"), "date", table=False),
    Column("resolve_due_on", N_("resolve by"), "date", table=False),
    Column("due_on", N_("due"), "date"),
    Column("days_late", N_("days late"), "int"),
    Column("text", N_("text"), below=True),
)
PAGE_COLUMNS = (
    *COLUMNS,
    Column("service_level", N_("service level")),
    Column("about", N_("about officer")),
    Column("steps", N_("steps"), "nested"),
)
TicketArgument = Annotated[str, typer.Argument(metavar="FEEDBACK", help=N_("code of the ticket, F-…"))]
LevelHelp = N_("high, medium or low")


@app.verb("change", help=N_("Record what a customer said; the policy sets the deadlines."))
def record(
    ctx: typer.Context,
    customer: CustomerArgument,
    kind: Annotated[str, typer.Option(metavar="KIND", help=N_("complaint, suggestion, enquiry or praise"))],
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("what was said; - reads standard input"))],
    channel: Annotated[
        str, typer.Option(metavar="CHANNEL", help=N_("phone, visit, wechat, branch, …"))
    ] = "phone",
    line: Annotated[str, typer.Option(metavar="LINE", help=N_("corporate, student or other"))] = "other",
    product: Annotated[str | None, typer.Option(metavar="PRODUCT", help=N_("product"))] = None,
    service_stage: Annotated[
        str | None, typer.Option(metavar="STAGE", help=N_("enquiry, application, approval, … after_loan"))
    ] = None,
    department: Annotated[str | None, typer.Option(metavar="TEXT", help=N_("department"))] = None,
    importance: Annotated[str, typer.Option(metavar="LEVEL", help=LevelHelp)] = "medium",
    urgency: Annotated[str, typer.Option(metavar="LEVEL", help=LevelHelp)] = "medium",
    about: Annotated[
        str | None, typer.Option(metavar="OFFICER", help=N_("the officer it is about, who will not get it"))
    ] = None,
    on: OnOption = None,
) -> None:
    """Record feedback."""
    typed = dict(locals())
    from loancrm.services.feedback import record as work
    from loancrm.services.requests import feedback_in
    from loancrm.shell.prompts import read_note

    crm: Any = ctx.obj
    crm.know_products()
    typed["text"] = read_note(text, editor=False) or ""
    receipt = crm.change(work, feedback_in(typed), "feedback record")
    _say(crm, receipt, _("recorded {ticket}"))


def _say(crm: Any, receipt: Any, sentence: str) -> None:
    """Show a ticket's receipt with the deadline that comes next."""
    answered = receipt.status != "open"
    due = receipt.resolve_due_on if answered else receipt.answer_due_on or receipt.resolve_due_on
    notes = []
    if receipt.status != "resolved" and due is not None:
        words = _("to resolve by {day}") if answered else _("first answer by {day}")
        notes.append(words.format(day=due))
    crm.receipt(receipt, sentence.format(ticket=receipt.feedback), *notes)


@app.verb("change", help=N_("Give a ticket to an officer, never to the one it is about."))
def assign(
    ctx: typer.Context,
    feedback: TicketArgument,
    to: Annotated[str, typer.Option(metavar="OFFICER", help=N_("who takes care of it"))],
    on: OnOption = None,
) -> None:
    """Give a ticket to an officer."""
    from loancrm.services.feedback import assign as work
    from loancrm.services.requests import feedback_step

    crm: Any = ctx.obj
    receipt = crm.change(work, feedback_step(feedback, on=on, to=to), "feedback assign")
    _say(crm, receipt, _("assigned {ticket}"))


@app.verb("change", help=N_("Record the first answer to the customer."))
def answer(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("what was answered"))],
    on: OnOption = None,
) -> None:
    """Record the first answer."""
    from loancrm.services.feedback import answer as work
    from loancrm.services.requests import feedback_step

    crm: Any = ctx.obj
    receipt = crm.change(work, feedback_step(feedback, on=on, text=text), "feedback answer")
    _say(crm, receipt, _("answered {ticket}"))


@app.verb("change", help=N_("Record how a ticket was resolved."))
def resolve(
    ctx: typer.Context,
    feedback: TicketArgument,
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("how it was resolved"))],
    on: OnOption = None,
) -> None:
    """Record how a ticket was resolved."""
    from loancrm.services.feedback import resolve as work
    from loancrm.services.requests import feedback_step

    crm: Any = ctx.obj
    receipt = crm.change(work, feedback_step(feedback, on=on, text=text), "feedback resolve")
    _say(crm, receipt, _("resolved {ticket}"))


@app.verb("rows", name="list", help=N_("List tickets."))
def list_(
    ctx: typer.Context,
    customer: CustomerOption = None,
    officer: OfficerOption = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help=N_("complaint, suggestion, enquiry or praise"))
    ] = None,
    status: Annotated[
        str | None, typer.Option(metavar="STATUS", help=N_("open, answered or resolved"))
    ] = None,
) -> None:
    """List tickets."""
    from loancrm.reports.feedback import feedback
    from loancrm.vocabulary import code_of

    crm: Any = ctx.obj
    with crm.view() as view:
        rows = feedback(
            view,
            customer=customer,
            officer_id=crm.officer_id(view, officer) if officer else None,
            kind=code_of("feedback_kind", kind, "--kind") if kind else None,
            status=code_of("feedback_status", status, "--status") if status else None,
        )
        crm.show(rows, COLUMNS, title=_("feedback"))


@app.verb("one", help=N_("Show a ticket with what was done about it."))
def show(ctx: typer.Context, feedback: TicketArgument) -> None:
    """Show a ticket."""
    from loancrm.reports.feedback import ticket
    from loancrm.shell.pages import step_lines, ticket_values

    crm: Any = ctx.obj
    page = crm.ask(ticket, feedback)
    crm.show_one(ticket_values(page), PAGE_COLUMNS, title=feedback, footer=step_lines(page))
