"""loancrm churn: list, win-back, result, attempts, results, void."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.options import CustomerArgument, NoteOption, OfficerOption, OnOption, WhyOption
from loancrm.i18n import N_, _
from loancrm.shell.app import App

app = App(help=N_("Customers who leave: who may, how they are won back, what came of it."))
ExplainFlag = Annotated[bool, typer.Option("--explain", help=N_("how each figure is computed"))]
AttemptArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help=N_("number of the attempt, such as WB-00001"))
]


@app.verb(
    "rows", name="list", help=N_("List who may leave, is leaving or was just lost, by what is at stake.")
)
def list_(ctx: typer.Context, officer: OfficerOption = None, explain: ExplainFlag = False) -> None:
    """List customers who may leave."""
    from loancrm.shell.churn import show_churn_list

    show_churn_list(ctx.obj, officer, explain=explain)


@app.verb("change", name="win-back", help=N_("Begin to win a customer back, by a playbook of the policy."))
def win_back(
    ctx: typer.Context,
    customer: CustomerArgument,
    playbook: Annotated[
        str | None, typer.Option(metavar="RULE", help=N_("which; default: the first that fits"))
    ] = None,
    why: Annotated[
        str | None, typer.Option("--why", metavar="TEXT", help=N_("why the customer leaves, if it is known"))
    ] = None,
    on: OnOption = None,
) -> None:
    """Begin to win a customer back."""
    from loancrm.services.win_backs import begin, win_back_in
    from loancrm.shell.churn import step_notes

    crm: Any = ctx.obj
    receipt = crm.change(begin, win_back_in(customer, playbook, why, on), "churn win-back")
    said = _("{number}: {customer} is to be won back, playbook {playbook}")
    words = {"number": receipt.win_back, "customer": receipt.customer, "playbook": receipt.playbook}
    crm.receipt(receipt, said.format(**words), *step_notes(receipt))


@app.verb("change", help=N_("Record what came of winning a customer back."))
def result(
    ctx: typer.Context,
    attempt: AttemptArgument,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help=N_("won_back or lost"))],
    by: Annotated[
        str | None, typer.Option(metavar="MEANS", help=N_("what decided it: talk, visit, rate, product, …"))
    ] = None,
    cost: Annotated[str | None, typer.Option(metavar="AMOUNT", help=N_("what it cost"))] = None,
    on: OnOption = None,
    note: NoteOption = None,
) -> None:
    """Record what came of it."""
    from loancrm.services.win_backs import end, win_back_end
    from loancrm.vocabulary import label

    crm: Any = ctx.obj
    receipt = crm.change(end, win_back_end(attempt, outcome, by, cost, note, on), "churn result")
    said = _("{number}: {customer} {outcome}")
    words = {"number": receipt.win_back, "customer": receipt.customer}
    crm.receipt(receipt, said.format(**words, outcome=label("win_back_outcome", receipt.outcome)))


@app.verb("rows", help=N_("List attempts to win customers back, newest first."))
def attempts(
    ctx: typer.Context,
    customer: Annotated[
        str | None, typer.Argument(metavar="[CUSTOMER]", help=N_("code, bank number, or part of the name"))
    ] = None,
) -> None:
    """List attempts."""
    from loancrm.dossier.churn import WIN_BACK
    from loancrm.shell.fact_list import show_facts
    from loancrm.shell.facts import columns

    show_facts(ctx.obj, WIN_BACK, columns(WIN_BACK), customer, unmask=False)


@app.verb("rows", help=N_("What came of winning customers back: tried, won, rate, cost."))
def results(
    ctx: typer.Context,
    by: Annotated[
        str | None, typer.Option(metavar="GROUP", help=N_("in groups: playbook, means or officer"))
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help=N_("the first day; default: a year before"))
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help=N_("the last day; default: the day looked at"))
    ] = None,
    explain: ExplainFlag = False,
) -> None:
    """Show what came of it."""
    from loancrm.shell.churn import show_results

    show_results(ctx.obj, from_, to, by=by, explain=explain)


@app.verb("change", help=N_("Void an attempt that was wrong, with its result; its next steps stay."))
def void(ctx: typer.Context, attempt: AttemptArgument, why: WhyOption = None) -> None:
    """Void an attempt."""
    from loancrm.dossier.churn import WIN_BACK
    from loancrm.services.dossier import void_fact
    from loancrm.services.dossier_requests import fact_void

    crm: Any = ctx.obj
    receipt = crm.change(void_fact, fact_void(WIN_BACK, attempt, why), "churn void")
    crm.receipt(receipt, _("{number} is void").format(number=receipt.number))
