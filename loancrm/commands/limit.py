"""loancrm limit: act, actions, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import NoteOption, OnOption, WhyOption
from loancrm.i18n import N_, _
from loancrm.shell.app import App

app = App(help=N_("Limits of the book: what is done about those that are near or broken."))


@app.verb("change", help=N_("Record what is done about a limit, with the figures as they stand."))
def act(
    ctx: typer.Context,
    limit: Annotated[str, typer.Argument(metavar="LIMIT", help=N_("which, as the policy names it"))],
    action: Annotated[
        str,
        typer.Argument(
            metavar="ACTION", help=N_("reduce, no_new_loans, secure, share_out, exempt, watch or closed")
        ),
    ],
    key: Annotated[
        str | None, typer.Option(metavar="GROUP", help=N_("which group; default: the one that stands worst"))
    ] = None,
    officer: Annotated[str | None, typer.Option(metavar="OFFICER", help=N_("who does it"))] = None,
    by: Annotated[str | None, typer.Option(metavar="DAY", help=N_("until when"))] = None,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Record what is done about a limit."""
    from loancrm.services.limits import act as work
    from loancrm.services.limits import limit_act_in

    crm: Any = ctx.obj
    receipt = crm.change(work, limit_act_in(limit, action, key, officer, by, note, on), "limit act")
    crm.receipt(
        receipt, _("{number}: what is done about the limit is recorded").format(number=receipt.number)
    )


@app.verb("rows", help=N_("List what was done about limits, newest first."))
def actions(ctx: typer.Context) -> None:
    """List actions."""
    from loancrm.dossier.control import LIMIT_ACTION
    from loancrm.shell.fact_list import show_facts
    from loancrm.shell.facts import columns

    show_facts(ctx.obj, LIMIT_ACTION, columns(LIMIT_ACTION), None, unmask=False)


@app.verb("change", help=N_("Void an action that was recorded by mistake."))
def void(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=N_("its number, as the list shows it"))],
    why: WhyOption = None,
) -> None:
    """Void an action."""
    from loancrm.dossier.control import LIMIT_ACTION
    from loancrm.services.dossier import void_fact
    from loancrm.services.dossier_requests import fact_void

    crm: Any = ctx.obj
    receipt = crm.change(void_fact, fact_void(LIMIT_ACTION, number, why), "limit void")
    crm.receipt(receipt, _("{number} is void").format(number=receipt.number))
