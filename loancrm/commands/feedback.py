"""loancrm feedback: add, record, list, show, causes, effect; steps are in feedback_steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from loancrm.commands.options import CustomerArgument, CustomerOption, OfficerOption, OnOption
from loancrm.i18n import N_
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Complaints, suggestions, enquiries and praise."))
COLUMNS = (
    Column("feedback", N_("ticket")),
    Column("on", N_("came"), "date", table=False),
    Column("at", N_("at"), table=False),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("kind", N_("kind"), "code", vocabulary="feedback_kind"),
    Column("business_line", N_("line"), "code", vocabulary="business_line", table=False),
    Column("product", N_("product"), "code", vocabulary="product", table=False),
    Column("service_stage", N_("stage"), "code", vocabulary="service_stage", table=False),
    Column("department", N_("department"), table=False),
    Column("cause", N_("cause"), "code", vocabulary="feedback_cause", table=False),
    Column("channel", N_("channel"), "code", vocabulary="channel", table=False),
    Column("importance", N_("importance"), "code", vocabulary="level", table=False),
    Column("urgency", N_("urgency"), "code", vocabulary="level", table=False),
    Column("priority", N_("priority"), "code", vocabulary="feedback_priority", table=False),
    Column("status", N_("status"), "code", vocabulary="feedback_status"),
    Column("answer_due_on", N_("answer by"), "date", table=False),
    Column("progress_due_on", N_("next word by"), "date", table=False),
    Column("target_on", N_("to resolve by"), "date", table=False),
    Column("resolve_due_on", N_("limit"), "date", table=False),
    Column("due_on", N_("due"), "date"),
    Column("due_at", N_("at"), table=False),
    Column("days_late", N_("days late"), "int"),
    Column("level", N_("escalated to level"), "int", table=False),
    Column("escalate_on", N_("escalate on"), "date", table=False),
    Column("answered_on", N_("answered"), "date", table=False),
    Column("resolved_on", N_("resolved"), "date", table=False),
    Column("reopened", N_("times reopened"), "int", table=False),
    Column("rating", N_("rating"), "int", table=False),
    Column("text", N_("text"), below=True),
)
ON_PAGE = (
    *("on", "officer", "business_line", "product", "service_stage", "department", "cause", "channel"),
    *("priority", "rating"),
)
PAGE_COLUMNS = (
    *(replace(column, table=True) if column.key in ON_PAGE else column for column in COLUMNS),
    Column("service_level", N_("service level")),
    Column("about", N_("about officer")),
    Column("clocks", N_("clocks"), "nested"),
    Column("plan", N_("plan of action"), "nested"),
    Column("links", N_("links"), "nested"),
    Column("steps", N_("steps"), "nested"),
)
TicketArgument = Annotated[str, typer.Argument(metavar="FEEDBACK", help=N_("code of the ticket, F-…"))]
LevelHelp = N_("high, medium or low")
KindHelp = N_("complaint, suggestion, enquiry or praise")
StageHelp = N_("enquiry, application, approval, … after_loan")
CauseHelp = N_("slow_approval, transparency, rates_and_fees, staff_attitude, …")
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help=N_("time of the day, such as 14:30; default: now"))
]
LineOption = Annotated[str | None, typer.Option(metavar="LINE", help=N_("corporate, student or other"))]
ProductOption = Annotated[str | None, typer.Option(metavar="PRODUCT", help=N_("product"))]
ServiceStageOption = Annotated[str | None, typer.Option(metavar="STAGE", help=StageHelp)]
DepartmentOption = Annotated[str | None, typer.Option(metavar="TEXT", help=N_("department"))]
CauseOption = Annotated[str | None, typer.Option(metavar="CAUSE", help=CauseHelp)]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help=N_("that came from this day on"))
]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DAY", help=N_("that came before this day"))]


@app.verb("change", name="add", help=N_("Record what a customer said; the policy sets the deadlines."))
@app.verb("change", help=N_("The same as add."))
def record(
    ctx: typer.Context,
    customer: CustomerArgument,
    kind: Annotated[str, typer.Option(metavar="KIND", help=KindHelp)],
    text: Annotated[str, typer.Option(metavar="TEXT", help=N_("what was said; - reads standard input"))],
    channel: Annotated[
        str, typer.Option(metavar="CHANNEL", help=N_("phone, visit, wechat, branch, …"))
    ] = "phone",
    line: LineOption = "other",
    product: ProductOption = None,
    service_stage: ServiceStageOption = None,
    department: DepartmentOption = None,
    cause: CauseOption = None,
    importance: Annotated[str, typer.Option(metavar="LEVEL", help=LevelHelp)] = "medium",
    urgency: Annotated[str, typer.Option(metavar="LEVEL", help=LevelHelp)] = "medium",
    about: Annotated[
        str | None, typer.Option(metavar="OFFICER", help=N_("the officer it is about, who will not get it"))
    ] = None,
    on: OnOption = None,
    at: AtOption = None,
) -> None:
    """Record feedback."""
    typed = dict(locals()) | {"business_line": line}
    from loancrm.shell.feedback import record_ticket

    record_ticket(ctx.obj, typed)


@app.verb("rows", name="list", help=N_("List tickets."))
def list_(
    ctx: typer.Context,
    customer: CustomerOption = None,
    officer: OfficerOption = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help=KindHelp)] = None,
    status: Annotated[
        str | None,
        typer.Option(metavar="STATUS", help=N_("open, answered, waiting, resolved or closed")),
    ] = None,
    priority: Annotated[
        str | None, typer.Option(metavar="PRIORITY", help=N_("critical, high, normal or low"))
    ] = None,
    cause: CauseOption = None,
    channel: Annotated[
        str | None, typer.Option(metavar="CHANNEL", help=N_("phone, visit, wechat, branch, …"))
    ] = None,
    line: LineOption = None,
    product: ProductOption = None,
    service_stage: ServiceStageOption = None,
    department: DepartmentOption = None,
    since: FromOption = None,
    until: ToOption = None,
    late: Annotated[
        bool, typer.Option("--late", help=N_("only those with a deadline that has passed"))
    ] = False,
) -> None:
    """List tickets."""
    typed = dict(locals()) | {"business_line": line}
    from loancrm.shell.feedback import list_tickets

    list_tickets(ctx.obj, typed, COLUMNS)


@app.verb("one", help=N_("Show a ticket with its clocks, its plan and what was done about it."))
def show(ctx: typer.Context, feedback: TicketArgument) -> None:
    """Show a ticket."""
    from loancrm.reports.ticket import ticket
    from loancrm.shell.feedback import page_lines, page_values

    crm: Any = ctx.obj
    page = crm.ask(ticket, feedback)
    crm.show_one(page_values(page), PAGE_COLUMNS, title=feedback, footer=page_lines(page))


@app.verb("rows", help=N_("What customers complain of, against the period before."))
def causes(
    ctx: typer.Context,
    by: Annotated[
        str, typer.Option(metavar="GROUP", help=N_("cause, line, product, stage or department"))
    ] = "cause",
    kind: Annotated[str, typer.Option(metavar="KIND", help=KindHelp)] = "complaint",
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", help=N_("from this day on; default: 90 days before")),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DAY", help=N_("before this day; default: with the day that is looked at")
        ),
    ] = None,
) -> None:
    """Show causes."""
    from loancrm.shell.feedback_figures import show_causes

    show_causes(ctx.obj, by, kind, since, until)


@app.verb(
    "rows", help=N_("Whether a cause fell after a measure, and whether those customers are more satisfied.")
)
def effect(
    ctx: typer.Context,
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help=N_("number of the measure, ME-…"))],
) -> None:
    """Show what followed a measure."""
    from loancrm.shell.feedback_figures import show_effect

    show_effect(ctx.obj, measure)


# What is done about a ticket is in a file of its own, which declares its commands on import.
from loancrm.commands import feedback_steps  # noqa: E402, F401  # isort: skip
