"""loancrm loan: prepay, payoff, letter, write-off, recover."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.loan import app
from loancrm.commands.options import (
    DraftChannelOption,
    LanguageOption,
    LoanArgument,
    OnOption,
    UnmaskFlag,
)
from loancrm.i18n import N_, _

AmountArgument = Annotated[str, typer.Argument(metavar="AMOUNT", help=N_("what came"))]
ReferenceOption = Annotated[
    str | None, typer.Option("--reference", metavar="TEXT", help=N_("the bank's reference"))
]
PayerOption = Annotated[str | None, typer.Option("--payer", metavar="TEXT", help=N_("who paid, if another"))]


def _book(crm: Any, work: Any, request: Any, name: str, sentence: str) -> None:
    receipt = crm.change(work, request, name)
    crm.receipt(
        receipt,
        sentence.format(payment=receipt.payment, amount=receipt.amount, number=receipt.loan),
        _("outstanding {amount} · next due {day}").format(
            amount=receipt.outstanding_principal, day=receipt.next_due_on or "—"
        ),
    )


@app.verb("change", help=N_("Take money that pays principal early: the rest gets a new schedule."))
def prepay(
    ctx: typer.Context,
    loan: LoanArgument,
    amount: AmountArgument,
    choice: Annotated[
        str | None,
        typer.Option(
            metavar="CHOICE",
            help=N_("smaller, shorter, next or skip: what the rest becomes; default: as agreed, or smaller"),
        ),
    ] = None,
    on: OnOption = None,
    reference: ReferenceOption = None,
    payer: PayerOption = None,
) -> None:
    """Take money that pays principal early."""
    typed = dict(locals())
    from loancrm.services.change_requests import prepay_in
    from loancrm.services.loan_changes import prepay as work

    _book(ctx.obj, work, prepay_in(typed), "loan prepay", _("{payment}: {amount} pays loan {number} early"))


@app.verb("change", help=N_("Pay a loan off on a day; with --dry-run it says what that takes."))
def payoff(
    ctx: typer.Context,
    loan: LoanArgument,
    on: OnOption = None,
    reference: ReferenceOption = None,
    payer: PayerOption = None,
) -> None:
    """Pay a loan off."""
    typed = {**locals(), "amount": None, "choice": None}
    from loancrm.services.change_requests import prepay_in
    from loancrm.services.loan_changes import prepay as work

    _book(ctx.obj, work, prepay_in(typed), "loan payoff", _("{payment}: {amount} pays loan {number} off"))


@app.verb("one", help=N_("Write a letter about a loan, also of a change of the rate in the past."))
def letter(
    ctx: typer.Context,
    loan: LoanArgument,
    reason: Annotated[
        str,
        typer.Option(
            "--for", metavar="REASON", help=N_("rate_change, past_due, instalment, maturity or renewal")
        ),
    ] = "rate_change",
    version: Annotated[
        str | None,
        typer.Option(metavar="N", help=N_("the version of the terms with that rate; default: the newest")),
    ] = None,
    channel: DraftChannelOption = None,
    language: LanguageOption = None,
    unmask: UnmaskFlag = False,
) -> None:
    """Write a letter about a loan."""
    from loancrm.shell.drafts import show_letter

    typed = {"reason": reason, "version": version, "channel": channel, "language": language}
    show_letter(ctx.obj, loan, typed, unmask=unmask)


@app.verb("change", name="write-off", help=N_("Give up in the books what is outstanding; the claim stays."))
def write_off(ctx: typer.Context, loan: LoanArgument, on: OnOption = None) -> None:
    """Write a loan off."""
    from loancrm.services.change_requests import write_off_in
    from loancrm.services.loan_changes import write_off as work

    crm: Any = ctx.obj
    receipt = crm.change(work, write_off_in(loan, on), "loan write-off")
    crm.receipt(
        receipt, _("loan {number}: {amount} written off").format(number=receipt.loan, amount=receipt.amount)
    )


@app.verb("change", help=N_("Take in money for a loan that was written off."))
def recover(
    ctx: typer.Context,
    loan: LoanArgument,
    amount: AmountArgument,
    on: OnOption = None,
    reference: ReferenceOption = None,
    payer: PayerOption = None,
) -> None:
    """Take in money for a loan that was written off."""
    typed = {**locals(), "kind": "recovery"}
    from loancrm.services.loan_changes import recover as work
    from loancrm.services.payment_requests import pay_in

    _book(ctx.obj, work, pay_in(typed), "loan recover", _("{payment}: {amount} recovered of loan {number}"))
