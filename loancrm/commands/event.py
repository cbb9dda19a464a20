"""loancrm event: add, list, void, show, guests, invite, attend, follow, result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import NoteOption, OnOption
from loancrm.dossier.events import EVENT
from loancrm.i18n import N_, _
from loancrm.render.columns import Column
from loancrm.shell.facts import fact_app

app = fact_app(EVENT)
PAGE = (
    Column("event", N_("event")),
    Column("title", N_("called")),
    Column("kind", N_("kind"), "code", vocabulary="event_kind"),
    Column("held_on", N_("held on"), "date"),
    Column("place", N_("held at")),
    Column("organiser", N_("organiser")),
    Column("note", N_("note")),
    Column("invited", N_("invited"), "int"),
    Column("accepted", N_("accepted"), "int"),
    Column("declined", N_("declined"), "int"),
    Column("attended", N_("attended"), "int"),
    Column("uninvited", N_("of them uninvited"), "int"),
    Column("no_show", N_("did not come"), "int"),
    Column("followed", N_("followed up"), "int"),
    Column("held_back", N_("kept back"), "int"),
    Column("held_back_by", N_("held back by reason"), "nested", table=False),
    Column("cost", N_("cost"), "money"),
    Column("cost_per_guest", N_("cost per guest who came"), "money"),
)
GUESTS = (
    Column("customer", N_("customer")),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("state", N_("state"), "code", vocabulary="guest_step"),
    Column("since", N_("since"), "date"),
    Column("reason", N_("reason"), "code", vocabulary="hold_back"),
    Column("is_invited", N_("invited"), "bool", table=False),
    Column("followed_on", N_("followed up"), "date", table=False),
    Column("note", N_("note"), table=False),
)
EventArgument = Annotated[
    str, typer.Argument(metavar="EVENT", help=N_("number of the event, such as EV-00001"))
]
CustomersArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[CUSTOMER…]", help=N_("code, bank number, or part of the name"))
]


@app.verb("one", help=N_("Show an event: how many were invited, held back and why, and who came."))
def show(ctx: typer.Context, event: EventArgument) -> None:
    """Show an event."""
    from loancrm.shell.events import show_event

    show_event(ctx.obj, event, PAGE)


@app.verb("rows", help=N_("List the guests of an event, and who was held back and why."))
def guests(
    ctx: typer.Context,
    event: EventArgument,
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help=N_("only these: invited, held_back, accepted, attended, …")),
    ] = None,
) -> None:
    """List guests."""
    from loancrm.reports.events import guests as listed
    from loancrm.vocabulary import code_of

    crm: Any = ctx.obj
    wanted = code_of("guest_step", state, "--state") if state else None
    with crm.view() as view:
        crm.show(listed(view, event, wanted), GUESTS, title=_("guests"))


@app.verb("change", help=N_("Invite customers by name or by a condition, as far as the policy lets them be."))
def invite(
    ctx: typer.Context,
    event: EventArgument,
    customers: CustomersArgument = None,
    where: Annotated[
        str | None,
        typer.Option(metavar="CONDITION", help=N_("such as: segment = quality and region = 郑州")),
    ] = None,
    on: OnOption = None,
) -> None:
    """Invite customers."""
    from loancrm.shell.events import invite as invite_

    invite_(ctx.obj, event, tuple(customers or ()), where, on)


@app.verb("change", help=N_("Record who accepted, declined, came, or did not come."))
def attend(
    ctx: typer.Context,
    event: EventArgument,
    customers: CustomersArgument = None,
    as_: Annotated[
        str, typer.Option("--as", metavar="STEP", help=N_("accepted, declined, attended or no_show"))
    ] = "attended",
    rest: Annotated[
        bool, typer.Option("--rest", help=N_("all who were invited and neither declined nor came"))
    ] = False,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Record what became of invitations."""
    typed = {**locals(), "customers": tuple(customers or ())}
    from loancrm.shell.events import attend as attend_

    attend_(ctx.obj, typed)


@app.verb("change", help=N_("Log a conversation with each customer who came, and set their next step."))
def follow(
    ctx: typer.Context,
    event: EventArgument,
    note: NoteOption = None,
    next_on: Annotated[
        str | None, typer.Option("--next", metavar="DAY", help=N_("day of the next step"))
    ] = None,
    next_what: Annotated[str | None, typer.Option(metavar="TEXT", help=N_("what is to be done then"))] = None,
) -> None:
    """Follow up those who came."""
    from loancrm.shell.events import follow as follow_

    follow_(ctx.obj, event, note, next_on, next_what)


@app.verb(
    "rows", help=N_("Show what followed an event: of those who came, did not come, or were not invited.")
)
def result(
    ctx: typer.Context,
    event: EventArgument,
    within: Annotated[
        str, typer.Option(metavar="DAYS", help=N_("how many days after it count, such as 60d"))
    ] = "60d",
    explain: Annotated[bool, typer.Option("--explain", help=N_("how it is computed"))] = False,
) -> None:
    """Show what followed an event."""
    from loancrm.shell.event_result import show_event_result

    show_event_result(ctx.obj, event, within, explain=explain)
