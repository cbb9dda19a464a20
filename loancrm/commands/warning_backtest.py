"""loancrm warning: the policy's rules, tested on the past: rules, backtest."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.commands.options import EventOption, ReplayFromOption, ReplayToOption
from loancrm.commands.warning import app
from loancrm.i18n import N_


@app.verb("rows", help=N_("Test warnings on the past: fired each month as known then, against what came."))
def backtest(
    ctx: typer.Context,
    event: EventOption,
    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help=N_("name of a warning of the policy"))
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=N_("all warnings of the policy"))] = False,
    since: ReplayFromOption = None,
    until: ReplayToOption = None,
    horizon: Annotated[
        str | None,
        typer.Option(
            "--horizon", metavar="DAYS", help=N_("within how many days, such as 90d; default: the rule's own")
        ),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help=N_("how each figure is computed"))] = False,
) -> None:
    """Test warnings on the past."""
    from loancrm.shell.warning_backtest import show_backtest

    typed = {"event": event, "since": since, "until": until, "horizon": horizon}
    show_backtest(ctx.obj, rule, typed, every=every, explain=explain)


@app.verb("rows", help=N_("List the policy's warnings, and for how many customers each holds."))
def rules(ctx: typer.Context) -> None:
    """List the policy's warnings."""
    from loancrm.shell.warning_rules import show_rules

    show_rules(ctx.obj)
