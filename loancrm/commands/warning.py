"""loancrm warning: scan, list, show, acknowledge, act, close, add, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import NoteOption, OfficerOption, OnOption
from loancrm.dossier.warnings import WARNING
from loancrm.i18n import N_, _
from loancrm.shell.facts import fact_app

app = fact_app(WARNING, with_list=False)
WarningArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help=N_("number of the warning, such as W-00012"))
]


@app.verb("change", help=N_("Raise, renew and clear warnings by the policy's rules."))
def scan(
    ctx: typer.Context,
    rule: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help=N_("only by this rule; may be said again"))
    ] = None,
) -> None:
    """Scan for warnings."""
    from loancrm.shell.warnings import show_scan

    show_scan(ctx.obj, rule)


@app.verb("rows", name="list", help=N_("List warnings, the gravest first; those that are open."))
def list_(
    ctx: typer.Context,
    customer: Annotated[
        str | None, typer.Argument(metavar="[CUSTOMER]", help=N_("code, bank number, or part of the name"))
    ] = None,
    officer: OfficerOption = None,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help=N_("open, acknowledged, acted, cleared or closed"))
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help=N_("credit, market, operational, legal, …"))
    ] = None,
    severity: Annotated[str | None, typer.Option(metavar="SEVERITY", help=N_("low, medium or high"))] = None,
    rule: Annotated[str | None, typer.Option(metavar="RULE", help=N_("of this rule of the policy"))] = None,
    every: Annotated[bool, typer.Option("--all", help=N_("those that are over too"))] = False,
) -> None:
    """List warnings."""
    from loancrm.shell.warnings import Wanted, show_warnings

    wanted = Wanted(customer, officer, state, kind, severity, rule, every=every)
    show_warnings(ctx.obj, wanted)


@app.verb("one", help=N_("Show a warning: its figures as they stood, and what became of it."))
def show(ctx: typer.Context, warning: WarningArgument) -> None:
    """Show one warning."""
    from loancrm.shell.warnings import show_warning

    show_warning(ctx.obj, warning)


@app.verb("change", help=N_("Say that a warning was seen."))
def acknowledge(
    ctx: typer.Context, warning: WarningArgument, on: OnOption = None, note: NoteOption = None
) -> None:
    """Acknowledge a warning."""
    from loancrm.services.warnings import step_warning, warning_step

    crm: Any = ctx.obj
    receipt = crm.change(step_warning, warning_step(warning, "acknowledged", note, on), "warning acknowledge")
    crm.receipt(receipt, _("{number} was seen").format(number=receipt.warning))


@app.verb("change", help=N_("Say what was done about a warning."))
def act(
    ctx: typer.Context,
    warning: WarningArgument,
    note: Annotated[str, typer.Option("--what", metavar="TEXT", help=N_("what was done"))],
    on: OnOption = None,
) -> None:
    """Record what was done."""
    from loancrm.services.warnings import step_warning, warning_step

    crm: Any = ctx.obj
    receipt = crm.change(step_warning, warning_step(warning, "acted", note, on), "warning act")
    crm.receipt(receipt, _("{number}: what was done is recorded").format(number=receipt.warning))


@app.verb("change", help=N_("Close a warning with the verdict whether it was right."))
def close(
    ctx: typer.Context,
    warning: WarningArgument,
    verdict: Annotated[
        str, typer.Argument(metavar="VERDICT", help=N_("true, false, or late: right, but too late to help"))
    ],
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Close a warning."""
    from loancrm.services.warnings import step_warning, warning_step
    from loancrm.vocabulary import label

    crm: Any = ctx.obj
    receipt = crm.change(step_warning, warning_step(warning, "closed", note, on, verdict), "warning close")
    said = _("{number} is closed: {verdict}")
    crm.receipt(
        receipt, said.format(number=receipt.warning, verdict=label("warning_verdict", receipt.verdict))
    )


# The rules, and what they would have told, are in a file of their own, which declares its commands on import.
from loancrm.commands import warning_backtest  # noqa: E402, F401  # isort: skip
