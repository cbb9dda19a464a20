"""loancrm control: due, sample; check, finding, incident, rectification, lesson (add, list, void)."""

from __future__ import annotations

from typing import Annotated

import typer

from loancrm.dossier.control import (
    CONTROL_CHECK,
    CONTROL_FINDING,
    CONTROL_INCIDENT,
    CONTROL_LESSON,
    CONTROL_RECTIFICATION,
)
from loancrm.i18n import N_
from loancrm.shell.app import App
from loancrm.shell.facts import fact_app

app = App(
    help=N_("Internal control: checks of the work, what they found, putting it right, incidents, lessons.")
)
for _kind in (CONTROL_CHECK, CONTROL_FINDING, CONTROL_INCIDENT, CONTROL_RECTIFICATION, CONTROL_LESSON):
    app.add_typer(fact_app(_kind), name=_kind.name.removeprefix("control_"))


@app.verb("rows", help=N_("Which steps of the work are to be checked, and how often something was wrong."))
def due(ctx: typer.Context) -> None:
    """Show which checks are due."""
    from loancrm.shell.control import show_controlled

    show_controlled(ctx.obj)


@app.verb("rows", help=N_("Draw cases of a step by lot, among those since its last check."))
def sample(
    ctx: typer.Context,
    step: Annotated[str, typer.Argument(metavar="STEP", help=N_("step of the work, as the policy names it"))],
    most: Annotated[
        str | None, typer.Option("--most", metavar="N", help=N_("how many; default: as the policy says"))
    ] = None,
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="N", help=N_("seed of the lot; default: of the day"))
    ] = None,
) -> None:
    """Draw cases."""
    from loancrm.shell.control import show_sample

    show_sample(ctx.obj, step, most, seed)
