"""What is agreed anew of a loan that is serviced here: paid early, paid off, another rate, relief."""

from __future__ import annotations

from datetime import date

from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.lending.prepay import prepay as plan_of
from loancrm.lending.relief import NEW_CONTRACT, Outcome
from loancrm.lending.repricing import rate_now
from loancrm.lending.running import Owed, owed
from loancrm.lending.schedule import Instalment
from loancrm.models import Loan, LoanStatus
from loancrm.numerals import plain_money
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.reports.ledger import floating_of, running
from loancrm.reports.relief import outcome_of
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.ledger import rewrite
from loancrm.services.payments import PayIn, PaymentReceipt, book, serviced_loan
from loancrm.services.standing import restand_touched
from loancrm.services.versions import (
    TermsReceipt,
    agree_anew,
    next_instalment,
    open_loan,
    terms_receipt,
    values_before,
)
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


class ReliefIn(Input):
    """Relief of a kind: months more, another rate, and the conversation that explained it."""

    loan: str
    kind: str
    months: int = 0
    annual_rate: int | None = None
    has_consent: bool = False
    is_capitalising: bool = False
    on: date | None = None
    contact: str | None = None
    why: str


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
    rows: tuple[Instalment, ...] = ()
    if request.amount is None:
        amount, terms, early = found.total, runs.terms, found.ahead
    else:
        choice = request.choice or facts.in_force(on).prepayment or USUAL_CHOICE
        plan = plan_of(runs, request.amount, on, choice)
        amount, terms, rows, early = request.amount, plan.terms, plan.rows, plan.principal
    row = Instalment(0, on, on, early, found.accrued_interest, 0, found.ahead - early)
    floating = floating_of(facts.in_force(on))
    agree_anew(uow, loan, facts, "prepayment", terms, (row, *rows), found, on=on, floating=floating)
    kind = "payoff" if request.amount is None else "prepayment"
    paid = PayIn(
        loan=loan.number, amount=amount, on=on, kind=kind, reference=request.reference, payer=request.payer
    )
    return book(uow, loan, paid, on)


def relieve(uow: UnitOfWork, request: ReliefIn) -> TermsReceipt:
    """Give relief: the old schedule is kept, and a new version begins on the day.

    Raises:
        Conflict: the policy does not allow it, something is to be paid first, or it takes a new contract.
    """
    loan, facts, on = open_loan(uow, request.loan, request.on)
    if request.kind in NEW_CONTRACT:
        raise Conflict(
            _("this takes a new contract: the old loan is paid off on the day that the new one is paid out"),
            hint=_("loancrm loan apply {customer} … takes the application in").format(
                customer=lookup.customer_code(lookup.owner_number(uow.view(), loan.customer_id))
            ),
            code="new_contract",
        )
    view = uow.view(on)
    outcome = outcome_of(
        view,
        policies.in_force(uow.view()),
        loan.number,
        request.kind,
        months=request.months,
        annual_rate=request.annual_rate,
        has_consent=request.has_consent,
        is_capitalising=request.is_capitalising,
    )
    runs = running(facts, on)
    found = owed(runs, on)
    _refuse_relief(outcome, found)
    is_capital = outcome.terms.principal > found.outstanding_principal
    floating = floating_of(facts.in_force(on))
    old, new = rate_now(runs), outcome.terms.annual_rate
    version = agree_anew(
        uow, loan, facts, request.kind, outcome.terms, outcome.rows, found,
        on=on, rates=runs.rates if new == runs.terms.annual_rate else (),
        floating=None if floating is None else floating.shifted(new - old),
        takes_over="all" if is_capital else "principal",
        drawn=outcome.terms.principal - found.outstanding_principal,
        contact=request.contact, note=request.why,
    )  # fmt: skip
    rewrite(uow, loan)
    restand_touched(uow, [loan.id])
    changed = {"matures_on": outcome.rows[-1].due_on, "annual_rate": new}
    uow.update(Loan, loan.id, **changed)
    uow.record(Change("change", Loan, loan.id, loan.customer_id, values_before(loan, changed), changed))
    rows = (next_instalment(runs.rows, on), outcome.rows)
    return terms_receipt(uow, loan, version, request.kind, on, (old, new), rows, outcome.to_settle)


def _refuse_relief(outcome: Outcome, found: Owed) -> None:
    if outcome.refusals:
        raise Conflict(
            _("not allowed: {reasons}").format(reasons="; ".join(_(text) for text in outcome.refusals)),
            hint=_("loancrm relief compare shows every kind; the limits are in the policy"),
            code="not_allowed",
        )
    if outcome.after != found.gone or (found.gone == 0 and not outcome.rows):
        raise Conflict(_("no instalment is left to change"), code="nothing_left")


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
    """Take in money for a loan that was written off.

    Raises:
        Conflict: it was not written off by that day.
    """
    loan, on = serviced_loan(uow, request.loan), happened_on(uow, request.on)
    if loan.status != "written_off" or on < loan.closed_on:
        raise Conflict(
            _("loan {number} was not written off by then").format(number=loan.number),
            hint=_("loancrm loan pay takes a payment in"),
            code="not_written_off",
        )
    return book(uow, loan, request, on)
