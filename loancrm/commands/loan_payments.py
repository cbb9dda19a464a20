"""loancrm loan: pay, reverse, schedule, statement: the ledger of a loan that is serviced here."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from loancrm.commands.loan import app
from loancrm.commands.options import LoanArgument, OnOption, WhyOption
from loancrm.i18n import N_, _
from loancrm.render.columns import Column

STATEMENT = (
    Column("on", N_("day"), "date"),
    Column("what", N_("what"), "code", vocabulary="ledger_entry"),
    Column("payment", N_("payment")),
    Column("amount", N_("amount"), "money"),
    Column("principal", N_("principal"), "money"),
    Column("interest", N_("interest"), "money"),
    Column("penalty", N_("penalty"), "money", table=False),
    Column("unallocated", N_("unallocated"), "money", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("reference", N_("reference"), table=False),
    Column("payer", N_("payer"), table=False),
    Column("reason", N_("reason"), table=False),
    Column("note", N_("note"), table=False),
    Column("contact", N_("contact"), table=False),
    Column("says", N_("says"), below=True, data=False),
)
RECONCILIATION = (
    Column("loan", N_("loan")),
    Column("customer", N_("customer"), table=False),
    Column("name", N_("name")),
    Column("on", N_("day"), "date", table=False),
    Column("outstanding_principal", N_("outstanding"), "money"),
    Column("bank_outstanding_principal", N_("the bank's"), "money"),
    Column("difference", N_("difference"), "money"),
    Column("overdue_principal", N_("overdue"), "money", table=False),
    Column("bank_overdue_principal", N_("the bank's overdue"), "money", table=False),
    Column("days_past_due", N_("days past due"), "int"),
    Column("bank_days_past_due", N_("the bank's days"), "int"),
    Column("agrees", N_("agrees"), "bool", table=False),
)


@app.verb("change", help=N_("Take a payment in, on its day of value; an earlier day is worked in."))
def pay(
    ctx: typer.Context,
    loan: LoanArgument,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=N_("what came"))],
    on: OnOption = None,
    reference: Annotated[str | None, typer.Option(metavar="TEXT", help=N_("the bank's reference"))] = None,
    payer: Annotated[str | None, typer.Option(metavar="TEXT", help=N_("who paid, if another"))] = None,
) -> None:
    """Take a payment in."""
    typed = dict(locals())
    from loancrm.numerals import format_money
    from loancrm.parsing import amount as read
    from loancrm.services.payment_requests import pay_in
    from loancrm.services.payments import pay as work

    crm: Any = ctx.obj
    receipt = crm.change(work, pay_in(typed), "loan pay")
    left = format_money(read(receipt.outstanding_principal, "AMOUNT"))
    crm.receipt(
        receipt,
        _("payment {payment} taken in: principal {principal}, interest {interest}, penalty {penalty}").format(
            payment=receipt.payment,
            principal=receipt.principal,
            interest=receipt.interest,
            penalty=receipt.penalty,
        ),
        _("outstanding {amount} · next due {day}").format(amount=left, day=receipt.next_due_on or "—"),
    )


@app.verb("change", help=N_("Reverse a payment that never came; the loan is worked out without it."))
def reverse(
    ctx: typer.Context,
    payment: Annotated[str, typer.Argument(metavar="PAYMENT", help=N_("its code, such as P-00001"))],
    why: WhyOption = None,
) -> None:
    """Reverse a payment."""
    from loancrm.services.payment_requests import reverse_in
    from loancrm.services.payments import reverse as work

    crm: Any = ctx.obj
    receipt = crm.change(work, reverse_in(payment, why), "loan reverse")
    crm.receipt(receipt, _("payment {payment} reversed").format(payment=receipt.payment))


@app.verb("rows", help=N_("Show a loan's schedule: what is due when, and what was paid of it."))
def schedule(
    ctx: typer.Context,
    loan: LoanArgument,
    version: Annotated[
        str | None, typer.Option(metavar="N", help=N_("an earlier version; default: the one in force"))
    ] = None,
) -> None:
    """Show a loan's schedule."""
    from loancrm.shell.loan_schedule import show_schedule

    show_schedule(ctx.obj, loan, version)


@app.verb("rows", help=N_("Show a loan's statement: what was paid out, came in and was agreed, by day."))
def statement(ctx: typer.Context, loan: LoanArgument) -> None:
    """Show a loan's statement."""
    from loancrm.shell.loan_statement import show_statement

    show_statement(ctx.obj, STATEMENT, loan)


@app.verb("rows", help=N_("Compare loans that are serviced here with the core system's snapshots of a day."))
def reconcile(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help=N_("also those that agree"))] = False,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", help=N_("of which day; default: the newest extract"))
    ] = None,
) -> None:
    """Compare loans with the core system's snapshots."""
    from loancrm.parsing import day
    from loancrm.reports.reconciliation import reconcile as compare

    crm: Any = ctx.obj
    with crm.view() as view:
        lines = compare(view, crm.policy(view), None if on is None else day(on, "--on"))
    differ = [line for line in lines if not line.agrees]
    words = _("{n} loans compared, {differ} differ").format(n=len(lines), differ=len(differ))
    crm.show(lines if all_ else differ, RECONCILIATION, title=_("reconciliation"), footer=[words])
