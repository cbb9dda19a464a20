"""loancrm log: a conversation with the customer of a line of the day's list, in a few seconds."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import OfficerOption
from loancrm.i18n import N_
from loancrm.shell.app import App

app = App()


@app.verb("change", help=N_("Log a conversation with the customer of line N of today, or with CUSTOMER."))
def log(
    ctx: typer.Context,
    who: Annotated[
        str, typer.Argument(metavar="N|CUSTOMER", help=N_("line of loancrm today, or a customer"))
    ],
    note: Annotated[str, typer.Argument(metavar="TEXT", help=N_("what was talked about"))] = "",
    next_on: Annotated[
        str | None, typer.Option("--next", metavar="DAY", help=N_("next step: fri, 3d, 明天, 2026-12-04"))
    ] = None,
    next_what: Annotated[str | None, typer.Option(metavar="TEXT", help=N_("what is to be done then"))] = None,
    channel: Annotated[str, typer.Option(metavar="CHANNEL", help=N_("phone, visit, wechat, …"))] = "phone",
    outcome: Annotated[
        str, typer.Option(metavar="OUTCOME", help=N_("reached, met, promised, no_answer, …"))
    ] = "reached",
    purpose: Annotated[
        str | None, typer.Option(metavar="PURPOSE", help=N_("default: by the line's reason"))
    ] = None,
    direction: Annotated[str, typer.Option(metavar="out|in", help=N_("who began"))] = "out",
    officer: OfficerOption = None,
) -> None:
    """Log a conversation."""
    typed = dict(locals())
    from loancrm.shell.answers import log_line

    crm: Any = typed.pop("ctx").obj
    log_line(crm, typed)
