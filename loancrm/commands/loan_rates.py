"""loancrm loan: reprice, reprice-due."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.loan import app
from loancrm.commands.options import LoanArgument, NoteOption, OnOption
from loancrm.commands.term_options import ReferenceOption, RepriceOption, SpreadOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column

COLUMNS = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer"), table=False),
    Column("name", N_("name")),
    Column("officer", N_("officer"), table=False),
    Column("on", N_("from"), "date"),
    Column("reference", N_("follows"), table=False),
    Column("spread", N_("spread"), "rate", table=False),
    Column("published", N_("published"), "rate", table=False),
    Column("old_rate", N_("rate"), "rate"),
    Column("new_rate", N_("new rate"), "rate"),
    Column("old_instalment", N_("instalment"), "money"),
    Column("new_instalment", N_("new one"), "money"),
    Column("next_due_on", N_("due on"), "date", table=False),
    Column("why", N_("waits because"), below=True),
)


@app.verb("change", help=N_("Agree on another rate from a day on, with the letter that says so."))
def reprice(
    ctx: typer.Context,
    loan: LoanArgument,
    rate: Annotated[
        str | None,
        typer.Option(
            metavar="RATE",
            help=N_(
                "a year, such as 3.45%; of a loan that follows a published rate the spread changes with it"
            ),
        ),
    ] = None,
    fixed: Annotated[bool, typer.Option("--fixed", help=N_("it follows no published rate any more"))] = False,
    reference: ReferenceOption = None,
    spread: SpreadOption = None,
    reprice: RepriceOption = None,
    on: OnOption = None,
    contact: Annotated[
        str | None, typer.Option(metavar="CONTACT", help=N_("the conversation in which it was explained"))
    ] = None,
    note: NoteOption = None,
) -> None:
    """Agree on another rate."""
    typed = dict(locals())
    from loancrm.services.change_requests import reprice_in
    from loancrm.services.repricing import reprice as work
    from loancrm.shell.letters import rate_letter

    crm: Any = ctx.obj
    receipt = crm.change(work, reprice_in(typed), "loan reprice")
    crm.receipt(
        receipt, _("loan {number} has another rate").format(number=receipt.loan), *rate_letter(crm, receipt)
    )


@app.verb(
    "rows or change",
    name="reprice-due",
    help=N_("Loans whose repricing day has come, each with its new rate; --apply agrees on them."),
)
def reprice_due(
    ctx: typer.Context,
    loans: Annotated[
        list[str] | None, typer.Argument(metavar="[LOAN…]", help=N_("only these; default: the whole book"))
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help=N_("agree on the new rates, with a letter for each loan"))
    ] = False,
    on: OnOption = None,
) -> None:
    """Show or apply what is to be repriced."""
    from loancrm.shell.repricing import apply_due, show_due

    if apply:
        apply_due(ctx.obj, tuple(loans or ()), on)
    else:
        show_due(ctx.obj, COLUMNS, tuple(loans or ()), on)
