"""loancrm plan: add, list, void, present, answer, given, steps."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import OnOption
from loancrm.dossier.wishes import PLAN, PLAN_STEP
from loancrm.i18n import N_, _
from loancrm.shell.facts import columns, fact_app

app = fact_app(PLAN)

Plan = Annotated[str, typer.Argument(metavar="NUMBER", help=N_("its number, as the list shows it"))]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help=N_("what was said"))]


@app.verb("change", help=N_("The plan was presented to the customer."))
def present(ctx: typer.Context, plan: Plan, on: OnOption = None, note: Note = None) -> None:
    """Record that a plan was presented."""
    from loancrm.services.plans import plan_step, step_plan

    crm: Any = ctx.obj
    receipt = crm.change(step_plan, plan_step(plan, "presented", on, note), "plan present")
    crm.receipt(receipt, _("{number} was presented").format(number=receipt.plan))


@app.verb("change", help=N_("The customer answered."))
def answer(
    ctx: typer.Context,
    plan: Plan,
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help=N_("accepted or declined"))],
    on: OnOption = None,
    note: Note = None,
) -> None:
    """Record the customer's answer."""
    from loancrm.services.plans import plan_answer, step_plan
    from loancrm.vocabulary import label

    crm: Any = ctx.obj
    receipt = crm.change(step_plan, plan_answer(plan, answer, on, note), "plan answer")
    said = _("{number} was answered: {answer}")
    crm.receipt(receipt, said.format(number=receipt.plan, answer=label("plan_state", receipt.state)))


@app.verb("change", help=N_("What was offered was given to the customer."))
def given(ctx: typer.Context, plan: Plan, on: OnOption = None, note: Note = None) -> None:
    """Record that what was offered was given."""
    from loancrm.services.plans import plan_step, step_plan

    crm: Any = ctx.obj
    receipt = crm.change(step_plan, plan_step(plan, "given", on, note), "plan given")
    crm.receipt(receipt, _("{number} was given").format(number=receipt.plan))


@app.verb("rows", help=N_("What became of a plan, or of all plans, step by step, newest first."))
def steps(
    ctx: typer.Context,
    plan: Annotated[
        str | None, typer.Argument(metavar="[NUMBER]", help=N_("its number, as the list shows it"))
    ] = None,
) -> None:
    """List the steps of plans."""
    from loancrm.reports.dossier import plan_steps

    crm: Any = ctx.obj
    with crm.view() as view:
        crm.show(plan_steps(view, plan), columns(PLAN_STEP), title=_("steps of service plans"))
