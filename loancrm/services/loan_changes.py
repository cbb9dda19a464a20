"""A loan that is serviced here and ends early: paid early, paid off, written off, recovered."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.lending.prepay import prepay as plan_of
from loancrm.lending.running import Owed, Running, owed
from loancrm.lending.schedule import Instalment
from loancrm.models import Loan, LoanStatus
from loancrm.numerals import plain_money
from loancrm.reports import lookup
from loancrm.reports.ledger import Kept, floating_of, kept, running
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.payments import PayIn, PaymentReceipt, book, serviced_loan
from loancrm.services.too_much import refuse_too_much
from loancrm.services.versions import agree_anew, open_loan, refuse_later
from loancrm.unitofwork import Change, UnitOfWork

USUAL_CHOICE = "smaller"  # the one that every loan leaves


class PrepayIn(Input):
    """Money that pays principal early. ``amount`` in minor units; None: all of it, the loan is paid off.

    ``choice`` None: as it was agreed for the loan.
    """

    loan: str
    amount: int | None = None
    choice: str | None = None
    on: date | None = None
    reference: str | None = None
    payer: str | None = None


class WriteOffIn(Input):
    """That what is outstanding is given up in the books."""

    loan: str
    on: date | None = None


class WriteOffReceipt(Receipt):
    """What was given up."""

    loan: str
    customer: str
    on: date
    amount: str


def prepay(uow: UnitOfWork, request: PrepayIn) -> PaymentReceipt:
    """Take money that pays principal early, and agree on the schedule of the rest.

    Raises:
        Conflict: the loan is not serviced here, has ended, or something later is recorded.
        InvalidInput: too little or too much, or a choice that such a loan does not leave.
    """
    loan, facts, on = open_loan(uow, request.loan, request.on)
    runs = running(facts, on)
    found = owed(runs, on)
    amount = request.amount
    if amount is not None:
        choice = request.choice or facts.in_force(on).prepayment or USUAL_CHOICE
        plan = plan_of(runs, amount, on, choice)
        row = Instalment(0, on, on, plan.principal, found.accrued_interest, 0, plan.balance)
        floating = floating_of(facts.in_force(on))
        rows = (row, *plan.rows)
        agree_anew(uow, loan, facts, "prepayment", plan.terms, rows, found, on=on, floating=floating)
    elif found.ahead:  # else all has fallen due: nothing is paid early, and nothing is left to agree on
        _end(uow, loan, facts, runs, found)
    kind = "payoff" if request.amount is None else "prepayment"
    paid = PayIn(
        loan=loan.number,
        amount=found.total if amount is None else amount,
        on=on,
        kind=kind,
        reference=request.reference,
        payer=request.payer,
    )
    return book(uow, loan, paid, on)


def _end(uow: UnitOfWork, loan: Row[Any], facts: Kept, runs: Running, found: Owed) -> None:
    """Agree that all principal that is not due yet comes on the day of ``found``, with its interest."""
    row = Instalment(0, found.on, found.on, found.ahead, found.last_interest, 0, 0)
    floating = floating_of(facts.in_force(found.on))
    agree_anew(uow, loan, facts, "prepayment", runs.terms, (row,), found, on=found.on, floating=floating)


def write_off(uow: UnitOfWork, request: WriteOffIn) -> WriteOffReceipt:
    """Give up in the books what is outstanding; money that comes later is a recovery.

    Raises:
        Conflict: the loan is not serviced here, has ended, or something later is recorded.
    """
    loan, facts, on = open_loan(uow, request.loan, request.on)
    amount = owed(running(facts, on), on).outstanding_principal
    values = {"status": "written_off", "amount": amount, "effective_on": on}
    key = uow.insert(LoanStatus, loan_id=loan.id, currency=loan.currency, **values)
    uow.update(Loan, loan.id, status="written_off", closed_on=on, written_off_amount=amount)
    uow.record(Change("create", LoanStatus, key, loan.customer_id, {}, {"loan": loan.number, **values}))
    return WriteOffReceipt(
        loan=loan.number,
        customer=lookup.customer_code(lookup.owner_number(uow.view(), loan.customer_id)),
        on=on,
        amount=plain_money(amount),
    )


def recover(uow: UnitOfWork, request: PayIn) -> PaymentReceipt:
    """Take in money for a loan that was written off; what pays it off ends its schedule too.

    Raises:
        Conflict: it was not written off by that day.
        InvalidInput: more than it owes on that day.
    """
    loan, on = serviced_loan(uow, request.loan), happened_on(uow, request.on)
    if loan.status != "written_off" or on < loan.closed_on:
        raise Conflict(
            _("loan {number} was not written off by then").format(number=loan.number),
            hint=_("loancrm loan pay takes a payment in"),
            code="not_written_off",
        )
    facts = kept(uow.view(), loan.id)
    assert facts is not None
    refuse_too_much(facts, request.amount, on, may_end=True)
    runs = running(facts, on)
    found = owed(runs, on)
    if request.amount == found.total and found.ahead:
        refuse_later(facts, on)
        _end(uow, loan, facts, runs, found)
    return book(uow, loan, request, on)
