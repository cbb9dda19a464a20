"""loancrm playbook: rules, list, show, start, done, branch, end, concerned, start-all, stats, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import CustomerArgument, NoteOption, OnOption, WhyOption
from loancrm.i18n import N_, _
from loancrm.shell.app import App

app = App(help=N_("Playbooks: what is done step by step when a customer is in trouble, and what came of it."))
RunArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help=N_("number of the playbook, such as PB-00001"))
]
PlaybookOption = Annotated[
    str, typer.Option("--playbook", metavar="NAME", help=N_("which, as the policy names it"))
]
WhereOption = Annotated[
    str,
    typer.Option("--where", metavar="CONDITION", help=N_("such as: segment = quality and region = 郑州")),
]
ReasonOption = Annotated[
    str | None, typer.Option("--why", metavar="TEXT", help=N_("what happened, in a few words"))
]


@app.verb("rows", help=N_("The playbooks of the policy in force: steps, owners, days, branches."))
def rules(ctx: typer.Context) -> None:
    """Show the playbooks of the policy."""
    from loancrm.shell.playbooks import show_rules

    show_rules(ctx.obj)


@app.verb("rows", name="list", help=N_("List the playbooks that were begun, newest first."))
def list_(
    ctx: typer.Context,
    customer: Annotated[
        str | None, typer.Argument(metavar="[CUSTOMER]", help=N_("code, bank number, or part of the name"))
    ] = None,
) -> None:
    """List playbooks."""
    from loancrm.shell.playbooks import show_runs

    show_runs(ctx.obj, customer)


@app.verb("rows", help=N_("Show the steps of a playbook that was begun."))
def show(ctx: typer.Context, number: RunArgument) -> None:
    """Show the steps of a playbook."""
    from loancrm.shell.playbooks import show_steps

    show_steps(ctx.obj, number)


@app.verb("change", help=N_("Begin a playbook for a customer: its steps become next steps."))
def start(
    ctx: typer.Context,
    customer: CustomerArgument,
    playbook: PlaybookOption,
    warning: Annotated[
        str | None, typer.Option(metavar="NUMBER", help=N_("the warning that caused it, such as W-00042"))
    ] = None,
    why: ReasonOption = None,
    on: OnOption = None,
) -> None:
    """Begin a playbook."""
    from loancrm.services.playbook_requests import playbook_in
    from loancrm.services.playbooks import begin
    from loancrm.shell.playbooks import step_notes

    crm: Any = ctx.obj
    receipt = crm.change(begin, playbook_in(customer, playbook, warning, why, on), "playbook start")
    said = _("{number}: the playbook {playbook} is begun for {customer}")
    words = {"number": receipt.number, "playbook": receipt.playbook, "customer": receipt.customer}
    crm.receipt(receipt, said.format(**words), *step_notes(receipt.steps))


@app.verb("change", help=N_("A step of a playbook was done, in a conversation where it needs one."))
def done(
    ctx: typer.Context,
    step: Annotated[str, typer.Argument(metavar="STEP", help=N_("its number, such as U-00005"))],
    contact: Annotated[
        str | None,
        typer.Option(metavar="CONTACT", help=N_("the conversation in which it was done, such as K-00012")),
    ] = None,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Record that a step was done."""
    from loancrm.services.playbook_requests import step_in
    from loancrm.services.playbooks import do_step

    crm: Any = ctx.obj
    receipt = crm.change(do_step, step_in(step, contact, note, on), "playbook done")
    said = _("{number}: the step {step} is done; {n} are open")
    words = {"number": receipt.number, "step": receipt.step, "n": receipt.steps_open}
    crm.receipt(receipt, said.format(**words))


@app.verb("change", help=N_("Go on by a branch of the playbook."))
def branch(
    ctx: typer.Context,
    number: RunArgument,
    branch: Annotated[str, typer.Argument(metavar="BRANCH", help=N_("which, as the policy names it"))],
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Take a branch."""
    from loancrm.services.playbook_requests import branch_in
    from loancrm.services.playbooks import take_branch
    from loancrm.shell.playbooks import branch_notes

    crm: Any = ctx.obj
    receipt = crm.change(take_branch, branch_in(number, branch, note, on), "playbook branch")
    said = _("{number} goes on by {branch}; {n} steps were dropped for it")
    words = {"number": receipt.number, "branch": receipt.branch, "n": receipt.steps_dropped}
    crm.receipt(receipt, said.format(**words), *branch_notes(receipt))


@app.verb("change", help=N_("Record how a playbook ended; steps that are open are closed."))
def end(
    ctx: typer.Context,
    number: RunArgument,
    outcome: Annotated[
        str,
        typer.Argument(
            metavar="OUTCOME", help=N_("cured, restructured, legal, written_off, left or not_needed")
        ),
    ],
    loss: Annotated[str | None, typer.Option(metavar="AMOUNT", help=N_("what was lost"))] = None,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Record how a playbook ended."""
    from loancrm.services.playbook_requests import end_in
    from loancrm.services.playbooks import end as work
    from loancrm.vocabulary import label

    crm: Any = ctx.obj
    receipt = crm.change(work, end_in(number, outcome, loss, note, on), "playbook end")
    said = _("{number}: {outcome}; {n} open steps were closed")
    words = {"number": receipt.number, "n": receipt.steps_closed}
    crm.receipt(receipt, said.format(**words, outcome=label("playbook_outcome", receipt.outcome)))


@app.verb("rows", help=N_("Who is concerned by an emergency, and which relief each is offered."))
def concerned(ctx: typer.Context, where: WhereOption, playbook: PlaybookOption = "emergency") -> None:
    """Show who is concerned."""
    from loancrm.shell.playbooks import show_concerned

    show_concerned(ctx.obj, where, playbook)


@app.verb("change", name="start-all", help=N_("Begin a playbook for all who are concerned, as one plan."))
def start_all(
    ctx: typer.Context,
    where: WhereOption,
    plan: Annotated[str, typer.Option(metavar="TEXT", help=N_("what the plan is called"))],
    playbook: PlaybookOption = "emergency",
    why: ReasonOption = None,
    on: OnOption = None,
) -> None:
    """Begin a playbook for many."""
    from loancrm.services.playbook_plans import begin_for_all
    from loancrm.services.playbook_requests import plan_in
    from loancrm.shell.playbooks import show_plan

    crm: Any = ctx.obj
    receipt = crm.change(begin_for_all, plan_in(playbook, where, plan, why, on), "playbook start-all")
    show_plan(crm, receipt)


@app.verb("rows", help=N_("What came of playbooks: cured, in how many days, complaints, loss, who stayed."))
def stats(
    ctx: typer.Context,
    by: Annotated[
        str | None, typer.Option(metavar="GROUP", help=N_("in groups: playbook, branch, plan or officer"))
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help=N_("the first day; default: a year before"))
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help=N_("the last day; default: the day looked at"))
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help=N_("how each figure is computed"))] = False,
) -> None:
    """Show what came of playbooks."""
    from loancrm.shell.playbooks import show_stats

    show_stats(ctx.obj, from_, to, by=by, explain=explain)


@app.verb("change", help=N_("Void a playbook that was begun by mistake; its next steps stay."))
def void(ctx: typer.Context, number: RunArgument, why: WhyOption = None) -> None:
    """Void a playbook."""
    from loancrm.dossier.playbooks import PLAYBOOK
    from loancrm.services.dossier import void_fact
    from loancrm.services.dossier_requests import fact_void

    crm: Any = ctx.obj
    receipt = crm.change(void_fact, fact_void(PLAYBOOK, number, why), "playbook void")
    crm.receipt(receipt, _("{number} is void").format(number=receipt.number))
