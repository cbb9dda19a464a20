"""loancrm contact: log, list, void, draft, templates, form."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import (
    AboutOption,
    CustomerArgument,
    DraftChannelOption,
    LanguageOption,
    NoteOption,
    OfficerOption,
    OnOption,
    UnmaskFlag,
)
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.app import App

app = App(help=N_("Conversations with customers."))
COLUMNS = (
    Column("contact", N_("contact")),
    Column("on", N_("day"), "date"),
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("channel", N_("channel"), "code", vocabulary="channel"),
    Column("direction", N_("direction"), "code", vocabulary="direction", table=False),
    Column("purpose", N_("purpose"), "code", vocabulary="purpose", table=False),
    Column("outcome", N_("outcome"), "code", vocabulary="outcome"),
    Column("note", N_("note"), below=True),
)


@app.verb("change", help=N_("Log a conversation; says when the customer is due next and by which rule."))
def log(
    ctx: typer.Context,
    customer: CustomerArgument,
    channel: Annotated[str, typer.Option(metavar="CHANNEL", help=N_("phone, visit, wechat, branch, …"))],
    purpose: Annotated[
        str, typer.Option(metavar="PURPOSE", help=N_("collection, renewal, post_loan_check, care, …"))
    ] = "service",
    outcome: Annotated[
        str, typer.Option(metavar="OUTCOME", help=N_("reached, met, promised, no_answer, …"))
    ] = "reached",
    direction: Annotated[str, typer.Option(metavar="out|in", help=N_("who began"))] = "out",
    note: NoteOption = None,
    edit: Annotated[bool, typer.Option("--edit", help=N_("write the note in $EDITOR"))] = False,
    on: OnOption = None,
    next_on: Annotated[
        str | None, typer.Option("--next", metavar="DAY", help=N_("day of the next step"))
    ] = None,
    next_what: Annotated[str | None, typer.Option(metavar="TEXT", help=N_("what is to be done then"))] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="HOUR", help=N_("hour of the day, 0 to 23, for reach rates"))
    ] = None,
    officer: Annotated[
        str | None, typer.Option(metavar="OFFICER", help=N_("who talked; default: the customer's officer"))
    ] = None,
) -> None:
    """Log a conversation."""
    typed = dict(locals())
    from loancrm.services.contacts import log as work
    from loancrm.services.requests import contact_in
    from loancrm.shell.prompts import read_note

    crm: Any = ctx.obj
    typed = {**typed, "note": read_note(note, editor=edit)}
    receipt = crm.change(work, contact_in(typed), "contact log")
    if receipt.next_due_on is None:
        due = _("no further contact is asked for")
    else:
        due = _("due next {day} by {rule}").format(day=receipt.next_due_on, rule=receipt.next_due_rule)
    crm.receipt(receipt, _("logged {contact}").format(contact=receipt.contact), due)


@app.verb("rows", name="list", help=N_("List conversations, newest first."))
def list_(
    ctx: typer.Context,
    customer: Annotated[
        str | None,
        typer.Argument(metavar="[CUSTOMER]", help=N_("code, bank number, or part of the name")),
    ] = None,
    officer: OfficerOption = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help=N_("from this day on"))] = None,
    purpose: Annotated[
        str | None,
        typer.Option(metavar="PURPOSE", help=N_("only of this purpose, such as bad_record_notice")),
    ] = None,
) -> None:
    """List conversations."""
    from loancrm.parsing import day
    from loancrm.reports.contacts import contacts
    from loancrm.vocabulary import code_of

    crm: Any = ctx.obj
    with crm.view() as view:
        officer_id = crm.officer_id(view, officer) if officer else None
        start = day(since, "--since") if since else None
        code = code_of("purpose", purpose, "--purpose") if purpose else None
        rows = contacts(view, customer=customer, officer_id=officer_id, since=start, purpose=code)
        crm.show(rows, COLUMNS, title=_("contacts"))


NEGLECTED = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("last_on", N_("last talked"), "date"),
    Column("days", N_("days"), "int"),
    Column("rule", N_("cadence")),
    Column("target_days", N_("target days"), "int", table=False),
    Column("maximum_days", N_("at most"), "int"),
    Column("days_over", N_("days over"), "int"),
)


@app.verb("rows", help=N_("Customers with whom nobody has talked for longer than their cadence allows."))
def neglected(ctx: typer.Context, officer: OfficerOption = None) -> None:
    """List neglected customers."""
    from loancrm.reports.reached import neglected as question

    crm: Any = ctx.obj
    with crm.view() as view:
        rows = question(view, crm.policy(view), officer_id=crm.officer_id(view, officer))
        crm.show(rows, NEGLECTED, title=_("neglected"))


@app.verb("rows", help=N_("How often customers are reached, by channel, hour or weekday; 95% intervals."))
def reach(
    ctx: typer.Context,
    by: Annotated[
        str, typer.Option(metavar="channel|hour|weekday", help=N_("what to tell apart"))
    ] = "channel",
    officer: OfficerOption = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help=N_("from this day on"))] = None,
) -> None:
    """Show reach rates."""
    from loancrm.shell.reached import show_reach

    show_reach(ctx.obj, by, officer, since)


@app.verb("change", help=N_("Void a conversation logged by mistake; reports as known before keep it."))
def void(
    ctx: typer.Context,
    contact: Annotated[str, typer.Argument(metavar="CONTACT", help=N_("code of the contact, K-…"))],
    why: Annotated[str | None, typer.Option(metavar="TEXT", help=N_("the reason"))] = None,
) -> None:
    """Void a conversation."""
    from loancrm.services.contacts import void as work
    from loancrm.services.requests import contact_void

    crm: Any = ctx.obj
    receipt = crm.change(work, contact_void(contact, why), "contact void")
    crm.receipt(receipt, _("voided {contact}").format(contact=receipt.contact))


@app.verb("one", help=N_("Draft a message or letter to a customer from a template; nothing is sent."))
def draft(
    ctx: typer.Context,
    customer: CustomerArgument,
    reason: Annotated[
        str,
        typer.Option(
            "--for", metavar="REASON", help=N_("care, birthday, past_due, maturity, rate_change, feedback, …")
        ),
    ],
    channel: DraftChannelOption = None,
    language: LanguageOption = None,
    about: AboutOption = None,
    unmask: UnmaskFlag = False,
) -> None:
    """Draft a message or letter."""
    from loancrm.shell.drafts import show_draft

    typed = {"reason": reason, "channel": channel, "language": language, "about": about}
    show_draft(ctx.obj, customer, typed, unmask=unmask, what="contact draft")


@app.verb("rows", help=N_("List the templates of messages and letters, or what a template can say."))
def templates(
    ctx: typer.Context,
    reason: Annotated[
        str | None, typer.Option("--for", metavar="REASON", help=N_("only of this reason"))
    ] = None,
    fields: Annotated[bool, typer.Option("--fields", help=N_("what a template can say"))] = False,
) -> None:
    """List templates."""
    from loancrm.shell.drafts import show_fields, show_templates

    if fields:
        show_fields(ctx.obj)
    else:
        show_templates(ctx.obj, reason)


@app.verb("rows", help=N_("A form for visits: whom to see and why, with columns to fill in and import."))
def form(
    ctx: typer.Context,
    customers: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CUSTOMER…]", help=N_("only these; default: the day's list")),
    ] = None,
    officer: OfficerOption = None,
    within: Annotated[
        str | None, typer.Option(metavar="TIME", help=N_("also what falls due by then, such as 7d or 2w"))
    ] = None,
    unmask: UnmaskFlag = False,
) -> None:
    """Write a form for visits."""
    from loancrm.shell.visit_form import show_form

    show_form(ctx.obj, customers or [], officer=officer, within=within, unmask=unmask)
