"""Relief for a loan that is serviced here: a new version of its schedule, or a new loan that repays it."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date
from typing import Any

from sqlalchemy import Row

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _, titled
from loancrm.lending.relief import NEW_CONTRACT, Outcome
from loancrm.lending.repricing import rate_now
from loancrm.lending.running import Owed, owed
from loancrm.lending.terms import Terms
from loancrm.models import Loan
from loancrm.numerals import plain_millionths, plain_money
from loancrm.policy import policy as policies
from loancrm.reports import lookup
from loancrm.reports.ledger import Kept, arrears_of, floating_of, running
from loancrm.reports.relief import outcome_of
from loancrm.services.inputs import Input
from loancrm.services.ledger import rewrite
from loancrm.services.loans import LoanIn
from loancrm.services.pipeline import PERCENT, ApplyIn, StageIn, apply, disburse, move
from loancrm.services.stage_checks import Held
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


class ReliefIn(Input):
    """Relief of a kind: months more, another rate, and the conversation that explained it.

    A kind that takes a new contract may have its ``number`` and its ``contract``; ``paid``, in minor units,
    is what the customer paid for the old loan on the day.
    """

    loan: str
    kind: str
    months: int = 0
    annual_rate: int | None = None
    has_consent: bool = False
    is_capitalising: bool = False
    on: date | None = None
    contact: str | None = None
    why: str
    number: str | None = None
    contract: str | None = None
    paid: int = 0


class ReliefReceipt(TermsReceipt):
    """What is agreed now; of a kind that takes a new contract also the new loan, and what it waits for."""

    new_loan: str | None = None
    stage: str | None = None
    waits_because: str | None = None


def relieve(uow: UnitOfWork, request: ReliefIn) -> ReliefReceipt:
    """Give relief: the old schedule is kept, and a new version or a new loan begins on the day.

    Raises:
        Conflict: the policy does not allow it, something is to be paid first, or it takes a new contract.
    """
    loan, facts, on = open_loan(uow, request.loan, request.on)
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
    if request.kind in NEW_CONTRACT:
        return _new_contract(uow, request, loan, facts, outcome, on)
    _refuse_terms_of_a_contract(request)
    runs = running(facts, on)
    found = owed(runs, on)
    _refuse_relief(outcome, found)
    balance = sum(row.principal_due for row in outcome.rows)  # flat terms keep the first principal
    capitalised = balance - found.outstanding_principal
    floating = floating_of(facts.in_force(on))
    old, new = rate_now(runs), outcome.terms.annual_rate
    version = agree_anew(
        uow, loan, facts, request.kind, outcome.terms, outcome.rows, found,
        on=on, rates=runs.rates if new == runs.terms.annual_rate else (),
        floating=None if floating is None else floating.shifted(new - old),
        takes_over="all" if capitalised else "principal",
        drawn=capitalised,
        contact=request.contact, note=request.why,
    )  # fmt: skip
    rewrite(uow, loan)
    restand_touched(uow, [loan.id])
    changed = {"matures_on": outcome.rows[-1].due_on, "annual_rate": new}
    uow.update(Loan, loan.id, **changed)
    uow.record(Change("change", Loan, loan.id, loan.customer_id, values_before(loan, changed), changed))
    rows = (next_instalment(runs.rows, on), outcome.rows)
    receipt = terms_receipt(
        uow, loan, version, request.kind, on, (old, new), rows, balance, outcome.to_settle
    )
    return ReliefReceipt(**receipt.model_dump())


def _refuse_terms_of_a_contract(request: ReliefIn) -> None:
    for name, value in (
        ("--number", request.number),
        ("--contract", request.contract),
        ("--paid", request.paid),
    ):
        if value:
            message = _("goes with a kind that takes a new contract: renewal or refinancing")
            raise InvalidInput(titled(name, message), field=name)


def _new_contract(
    uow: UnitOfWork, request: ReliefIn, loan: Row[Any], facts: Kept, outcome: Outcome, on: date
) -> ReliefReceipt:
    """Take an application in for the loan that repays the old one, and go as far as the policy lets it go.

    What the policy asks first (documents, a second person, …) leaves it at its stage; ``loan disburse`` then
    repays the old loan on its day.
    """
    _refuse_relief_of(outcome)
    new = apply(uow, _application(uow, request, loan, facts, outcome, on))
    stage, waits = new.stage, None
    try:
        for step in ("approval", "contract"):
            stage = move(uow, StageIn(loan=new.loan, stage=step, on=on, note=request.why)).stage
        paid_out = disburse(uow, StageIn(loan=new.loan, stage="disbursement", on=on, paid=request.paid))
        stage = paid_out.stage
    except Held as fault:
        waits = fault.message
    runs = running(facts, on)
    before, first = next_instalment(runs.rows, on), next_instalment(outcome.rows, on)
    return ReliefReceipt(
        loan=loan.number,
        customer=new.customer,
        version=facts.in_force(on).version,
        reason=request.kind,
        on=on,
        outstanding_principal=plain_money(outcome.terms.principal),
        old_rate=plain_millionths(rate_now(runs)),
        new_rate=plain_millionths(lookup.loan(uow.view(), new.loan).annual_rate),
        old_instalment=plain_money(before.total_due if before else 0),
        new_instalment=plain_money(first.total_due if first else 0),
        next_due_on=first.due_on if first else None,
        matures_on=outcome.rows[-1].due_on,
        to_settle=plain_money(outcome.to_settle),
        new_loan=new.loan,
        stage=stage,
        waits_because=waits,
    )


def _application(
    uow: UnitOfWork, request: ReliefIn, loan: Row[Any], facts: Kept, outcome: Outcome, on: date
) -> ApplyIn:
    """Return the application for the new loan: what was agreed of the old one, from the day on."""
    now, terms = facts.in_force(on), outcome.terms
    floating = floating_of(now) if request.annual_rate is None else None
    draw = LoanIn(
        customer=lookup.customer_code(lookup.owner_number(uow.view(), loan.customer_id)),
        number=request.number,
        contract=request.contract,
        product=loan.product,
        security=loan.security,
        principal=terms.principal,
        annual_rate=terms.annual_rate,
        industry=loan.industry,
        region=loan.region,
        purpose=loan.purpose,
    )
    arrears = arrears_of(now)
    rate = arrears.contract_rate
    return ApplyIn(
        loan=draw,
        terms={field.name: getattr(terms, field.name) for field in fields(Terms)},
        frequency=now.frequency,
        floating=None if floating is None else asdict(floating),
        prepayment=now.prepayment,
        penalty=arrears.penalty_rate * PERCENT // rate if rate else None,
        has_compound=arrears.has_compound,
        misuse=arrears.misuse_rate * PERCENT // rate if rate else None,
        grace_days=now.grace_days,
        order=arrears.order,
        on=on,
        replaces=loan.number,
        replacement=request.kind,
        contact=request.contact,
        note=request.why,
    )


def _refuse_relief_of(outcome: Outcome) -> None:
    if outcome.refusals:
        raise Conflict(
            _("not allowed: {reasons}").format(reasons="; ".join(_(text) for text in outcome.refusals)),
            hint=_("loancrm relief compare shows every kind; the limits are in the policy"),
            code="not_allowed",
        )


def _refuse_relief(outcome: Outcome, found: Owed) -> None:
    _refuse_relief_of(outcome)
    if outcome.after != found.gone or (found.gone == 0 and not outcome.rows):
        raise Conflict(_("no instalment is left to change"), code="nothing_left")
