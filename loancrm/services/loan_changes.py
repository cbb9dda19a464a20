"""What is agreed anew of a loan that is serviced here: paid early, paid off, another rate, relief."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.lending.prepay import prepay as plan_of
from loancrm.lending.relief import NEW_CONTRACT, Outcome
from loancrm.lending.running import Owed, deferred, owed
from loancrm.lending.schedule import Instalment, remaining
from loancrm.lending.terms import Terms
from loancrm.models import Loan, LoanStatus
from loancrm.numerals import plain_millionths, plain_money
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.reports.ledger import Kept, arrears_of, kept, running
from loancrm.reports.relief import outcome_of
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.ledger import Agreement, agree, rewrite
from loancrm.services.payments import (
    PayIn,
    PaymentReceipt,
    book,
    refuse_outside,
    serviced_loan,
)
from loancrm.services.standing import restand_touched
from loancrm.unitofwork import Change, UnitOfWork


class PrepayIn(Input):
    """Money that pays principal early. ``amount`` in minor units; None: all of it, the loan is paid off."""

    loan: str
    amount: int | None = None
    choice: str = "smaller"
    on: date | None = None
    reference: str | None = None
    payer: str | None = None


class RepriceIn(Input):
    """Another rate from a day on, in millionths."""

    loan: str
    annual_rate: int
    on: date | None = None
    contact: str | None = None
    note: str | None = None


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


class TermsReceipt(Receipt):
    """What is agreed now, and what changes for the customer from the next instalment on."""

    loan: str
    customer: str
    version: int
    reason: str
    on: date
    outstanding_principal: str
    old_rate: str
    new_rate: str
    old_instalment: str
    new_instalment: str
    next_due_on: date | None
    matures_on: date
    to_settle: str


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
    loan, facts, on = _open(uow, request.loan, request.on)
    runs = running(facts, on)
    found = owed(runs, on)
    rows: tuple[Instalment, ...] = ()
    if request.amount is None:
        amount, terms, early = found.total, runs.terms, found.ahead
    else:
        plan = plan_of(runs, request.amount, on, request.choice)
        amount, terms, rows, early = request.amount, plan.terms, plan.rows, plan.principal
    if found.ahead:  # else all has fallen due: nothing is paid early, and nothing is left to agree on
        row = Instalment(0, on, on, early, found.accrued_interest, 0, found.ahead - early)
        _agree_anew(uow, loan, facts, "prepayment", terms, (row, *rows), found, on=on)
    kind = "payoff" if request.amount is None else "prepayment"
    paid = PayIn(
        loan=loan.number, amount=amount, on=on, kind=kind, reference=request.reference, payer=request.payer
    )
    return book(uow, loan, paid, on)


def reprice(uow: UnitOfWork, request: RepriceIn) -> TermsReceipt:
    """Agree on another rate from a day on; the period that is running is split by days.

    Raises:
        Conflict: the loan is not serviced here, has ended, or something later is recorded.
    """
    loan, facts, on = _open(uow, request.loan, request.on)
    runs = running(facts, on)
    found = owed(runs, on)
    rates = (*runs.rates, (on, request.annual_rate))
    terms = runs.terms
    if found.gone == len(runs.rows):
        raise Conflict(_("no instalment is left to change"), code="nothing_left")
    rows = remaining(
        terms,
        found.ahead,
        found.gone,
        rates=rates,
        from_on=runs.rows[found.gone].starts_on,
        carried=deferred(runs, found.gone),
    )
    before = _next(runs.rows, on)
    version = _agree_anew(
        uow, loan, facts, "reprice", terms, rows, found,
        on=on, rates=rates, contact=request.contact, note=request.note,
    )  # fmt: skip
    rewrite(uow, loan)
    restand_touched(uow, [loan.id])
    old = runs.rates[-1][1] if runs.rates else terms.annual_rate
    uow.update(Loan, loan.id, annual_rate=request.annual_rate)
    return _receipt(uow, loan, version, "reprice", on, (old, request.annual_rate), (before, rows), 0)


def relieve(uow: UnitOfWork, request: ReliefIn) -> TermsReceipt:
    """Give relief: the old schedule is kept, and a new version begins on the day.

    Raises:
        Conflict: the policy does not allow it, something is to be paid first, or it takes a new contract.
    """
    loan, facts, on = _open(uow, request.loan, request.on)
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
    version = _agree_anew(
        uow, loan, facts, request.kind, outcome.terms, outcome.rows, found,
        on=on, rates=runs.rates if outcome.terms.annual_rate == runs.terms.annual_rate else (),
        takes_over="all" if is_capital else "principal",
        drawn=outcome.terms.principal - found.outstanding_principal,
        contact=request.contact, note=request.why,
    )  # fmt: skip
    rewrite(uow, loan)
    restand_touched(uow, [loan.id])
    changed = {"matures_on": outcome.rows[-1].due_on, "annual_rate": outcome.terms.annual_rate}
    uow.update(Loan, loan.id, **changed)
    uow.record(Change("change", Loan, loan.id, loan.customer_id, _before(loan, changed), changed))
    rates = (runs.terms.annual_rate, outcome.terms.annual_rate)
    rows = (_next(runs.rows, on), outcome.rows)
    return _receipt(uow, loan, version, request.kind, on, rates, rows, outcome.to_settle)


def _before(loan: Row[Any], changed: dict[str, Any]) -> dict[str, Any]:
    return {name: loan._mapping[name] for name in changed}


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
    loan, facts, on = _open(uow, request.loan, request.on)
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


def _open(uow: UnitOfWork, number: str, wanted: date | None) -> tuple[Row[Any], Kept, date]:
    """Return a loan that lives on the day, with its ledger; nothing may be recorded of a later day."""
    loan, on = serviced_loan(uow, number), happened_on(uow, wanted)
    refuse_outside(loan, on)
    if loan.status != "live":
        raise Conflict(_("this loan has ended already, on {day}").format(day=loan.closed_on), code="ended")
    facts = kept(uow.view(), loan.id)
    assert facts is not None
    newest = max(*(one.on for one in facts.payments), *(one.on for one in facts.versions), on)
    if newest > on:
        raise InvalidInput(
            _("--on: something of a later day is recorded of this loan, {day}").format(day=newest),
            field="--on",
        )
    return loan, facts, on


def _agree_anew(
    uow: UnitOfWork,
    loan: Row[Any],
    facts: Kept,
    reason: str,
    terms: Terms,
    rows: tuple[Instalment, ...],
    found: Owed,
    *,
    on: date,
    rates: tuple[tuple[date, int], ...] = (),
    takes_over: str | None = None,
    drawn: int = 0,
    contact: str | None = None,
    note: str | None = None,
) -> int:
    """Write the next version, and return its number."""
    now = facts.in_force(on)
    contact_row = None if contact is None else lookup.contact(uow.view(), contact)
    agreement = Agreement(
        terms=terms,
        frequency=now.frequency,
        reason=reason,
        on=on,
        rows=rows,
        principal=found.ahead if takes_over is None else found.outstanding_principal + drawn,
        drawn=drawn,
        after=found.gone,
        interest_before=_interest_before(facts, found),
        takes_over=takes_over,
        arrears=arrears_of(now),
        grace_days=now.grace_days,
        rates=rates,
        contact_id=None if contact_row is None else contact_row.id,
        note=note,
    )
    agree(uow, loan, now.version + 1, agreement)
    return int(now.version + 1)


def _interest_before(facts: Kept, found: Owed) -> int:
    """Return the borrower's interest of the loan's life that was due or paid by the day."""
    from loancrm.lending.ledger import carry

    paid = carry(facts.versions, facts.payments).steps[-1].interest_paid
    return paid + found.due_interest


def _next(rows: tuple[Instalment, ...], on: date) -> Instalment | None:
    return next((row for row in rows if row.due_on > on and row.total_due), None)


def _receipt(
    uow: UnitOfWork,
    loan: Row[Any],
    version: int,
    reason: str,
    on: date,
    rates: tuple[int, int],
    rows: tuple[Instalment | None, tuple[Instalment, ...]],
    to_settle: int,
) -> TermsReceipt:
    before, after = rows
    first = _next(after, on)
    facts = kept(uow.view(), loan.id)
    assert facts is not None
    return TermsReceipt(
        loan=loan.number,
        customer=lookup.customer_code(lookup.owner_number(uow.view(), loan.customer_id)),
        version=version,
        reason=reason,
        on=on,
        outstanding_principal=plain_money(owed(running(facts, on), on).outstanding_principal),
        old_rate=plain_millionths(rates[0]),
        new_rate=plain_millionths(rates[1]),
        old_instalment=plain_money(before.total_due if before else 0),
        new_instalment=plain_money(first.total_due if first else 0),
        next_due_on=first.due_on if first else None,
        matures_on=after[-1].due_on,
        to_settle=plain_money(to_settle),
    )
