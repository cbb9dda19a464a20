"""A loan from application to disbursement: each step dated, with who; what the policy asks is asked here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.lending.allocation import USUAL_ORDER
from loancrm.lending.ledger import Arrears
from loancrm.lending.schedule import schedule
from loancrm.lending.terms import Terms
from loancrm.models import Loan, LoanRequirement, LoanStage, LoanStatus
from loancrm.numerals import plain_money
from loancrm.policy import policy as policies
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.ledger import arrears_of, terms_of
from loancrm.reports.pipeline import open_requirements
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.ledger import Agreement, agree, rewrite
from loancrm.services.loans import LoanIn, contract_for, next_loan_number
from loancrm.services.stage_checks import (
    CHECKS,
    OVER,
    Case,
    approved_amount,
    case_of,
    does_not_follow,
    refuse_before,
    refuse_beyond_line,
    refuse_missing,
    refuse_over,
)
from loancrm.services.standing import restand_marked
from loancrm.unitofwork import Change, UnitOfWork


class ApplyIn(Input):
    """An application: the draw as ``LoanIn`` knows it, and what is asked for."""

    loan: LoanIn
    terms: dict[str, Any]
    frequency: str
    penalty_rate: int = 0
    has_compound: bool = False
    grace_days: int = 0
    order: tuple[str, ...] = ()
    on: date | None = None


class StageIn(Input):
    """A step of a loan. ``amount`` in minor units: what is approved, when it is less than was asked for."""

    loan: str
    stage: str
    on: date | None = None
    amount: int | None = None
    annual_rate: int | None = None
    note: str | None = None


class RequirementIn(Input):
    """That a document or condition was asked for, met or waived."""

    loan: str
    name: str
    action: str
    kind: str = "condition"
    on: date | None = None
    due_on: date | None = None
    note: str | None = None


class StageReceipt(Receipt):
    """Where the loan stands after the step."""

    loan: str
    customer: str
    stage: str
    on: date
    by: str
    amount: str
    waits_for: tuple[str, ...] = ()


def apply(uow: UnitOfWork, request: ApplyIn) -> StageReceipt:
    """Take an application in: the loan gets its number, and what is asked for is kept as version 0.

    Raises:
        Conflict: the number is taken.
    """
    draw, on = request.loan, happened_on(uow, request.on)
    owner = lookup.customer(uow.view(), draw.customer)
    number = next_loan_number(uow, draw.number)
    terms = Terms(**request.terms)
    named = ("product", "security", "industry", "region", "purpose")
    values = {name: getattr(draw, name) for name in named}
    values |= {"number": number, "principal": terms.principal, "annual_rate": terms.annual_rate}
    values |= {"currency": uow.currency, "effective_on": on}
    contract_id = contract_for(uow, draw, owner)
    key = uow.insert(Loan, customer_id=owner.id, contract_id=contract_id, live_key=number, **values)
    uow.record(Change("create", Loan, key, owner.id, {}, values))
    loan = lookup.loan(uow.view(), number)
    order = request.order or USUAL_ORDER
    arrears = Arrears(terms.annual_rate, request.penalty_rate, request.has_compound, terms.day_count, order)
    agreement = Agreement(
        terms=terms,
        frequency=request.frequency,
        reason="application",
        on=on,
        rows=(),
        principal=terms.principal,
        arrears=arrears,
        grace_days=request.grace_days,
    )
    agree(uow, loan, 0, agreement)
    _require(uow, loan, policies.in_force(uow.view()), on)
    return _step(uow, loan, "application", on, terms.principal)


def _require(uow: UnitOfWork, loan: Row[Any], policy: Policy, on: date) -> None:
    """Ask for what the policy says that loans of the product need."""
    for rule in policy.pipeline.requirements:
        if rule.product and loan.product not in rule.product:
            continue
        for kind, names in (("document", rule.documents), ("condition", rule.conditions)):
            for name in names:
                _write_requirement(uow, loan, kind, name, "required", on)


def _write_requirement(
    uow: UnitOfWork,
    loan: Row[Any],
    kind: str,
    name: str,
    action: str,
    on: date,
    due_on: date | None = None,
    note: str | None = None,
) -> None:
    values = {"kind": kind, "name": name, "action": action, "effective_on": on}
    values |= {"due_on": due_on, "note": note, "decided_by": uow.actor}
    key = uow.insert(LoanRequirement, loan_id=loan.id, **values)
    uow.record(Change("create", LoanRequirement, key, loan.customer_id, {}, {"loan": loan.number, **values}))


def require(uow: UnitOfWork, request: RequirementIn) -> StageReceipt:
    """Ask for a document or condition, or record that it was met or waived.

    Raises:
        Conflict: the loan is over, or it was not asked for.
    """
    case, on = case_of(uow, request.loan), happened_on(uow, request.on)
    refuse_over(case)
    open_now = {row.name: row for row in open_requirements(uow.view(), case.loan.id)}
    kind = request.kind
    if request.action != "required":
        if request.name not in open_now:
            raise Conflict(
                _("{name} is not asked for, or was met already").format(name=request.name),
                field="NAME",
                hint=_("still to be met: {names}").format(names=", ".join(open_now) or _("nothing")),
            )
        kind = open_now[request.name].kind
    _write_requirement(uow, case.loan, kind, request.name, request.action, on, request.due_on, request.note)
    return _receipt(uow, case.loan, case.stage, on, case.asked.principal)


def move(uow: UnitOfWork, request: StageIn) -> StageReceipt:
    """Take a loan a step further: investigation, review, approval, contract, declined or withdrawn.

    Raises:
        Conflict: the step does not follow, or the policy asks for something before it.
        InvalidInput: before the step before it, or more than was applied for.
    """
    case, on = case_of(uow, request.loan), happened_on(uow, request.on)
    refuse_over(case)
    refuse_before(case, on)
    amount = request.amount or approved_amount(case)
    check = CHECKS[request.stage]
    check(uow, case, request, on, amount)
    receipt = _step(uow, case.loan, request.stage, on, amount, request.note)
    if request.stage in OVER:
        values = {"status": "cancelled", "effective_on": on, "amount": None}
        key = uow.insert(LoanStatus, loan_id=case.loan.id, currency=case.loan.currency, **values)
        uow.update(Loan, case.loan.id, status="cancelled", closed_on=on)
        uow.record(Change("create", LoanStatus, key, case.loan.customer_id, {}, values))
    return receipt


def disburse(uow: UnitOfWork, request: StageIn) -> StageReceipt:
    """Pay a loan out: its schedule begins on that day, and the loan lives from then on.

    Raises:
        Conflict: it was not signed, a condition is not met, or the credit line has no room.
        InvalidInput: before the signing.
    """
    case, on = case_of(uow, request.loan), happened_on(uow, request.on)
    refuse_over(case)
    refuse_before(case, on)
    if case.stage != "contract":
        raise does_not_follow(case)
    refuse_missing(case, [row.name for row in open_requirements(uow.view(), case.loan.id)])
    amount = approved_amount(case)
    refuse_beyond_line(uow, case, amount, on)
    return _pay_out(uow, case, amount, on, request.note)


def _pay_out(uow: UnitOfWork, case: Case, amount: int, on: date, note: str | None) -> StageReceipt:
    terms = terms_of(case.asked, amount, on)
    rows = schedule(terms)
    agreement = Agreement(
        terms=terms,
        frequency=case.asked.frequency,
        reason="origination",
        on=on,
        rows=rows,
        principal=amount,
        drawn=amount,
        arrears=arrears_of(case.asked),
        grace_days=case.asked.grace_days,
    )
    agree(uow, case.loan, 1, agreement)
    changed: dict[str, Any] = {"disbursed_on": on, "matures_on": rows[-1].due_on, "principal": amount}
    changed["term_months"] = terms.months
    before = {name: case.loan._mapping[name] for name in changed}
    uow.update(Loan, case.loan.id, **changed)
    uow.record(Change("change", Loan, case.loan.id, case.loan.customer_id, before, changed))
    rewrite(uow, case.loan)
    restand_marked(uow, [case.loan.customer_id])
    return _step(uow, case.loan, "disbursement", on, amount, note)


def _step(
    uow: UnitOfWork, loan: Row[Any], stage: str, on: date, amount: int, note: str | None = None
) -> StageReceipt:
    values: dict[str, Any] = {"stage": stage, "effective_on": on, "decided_by": uow.actor}
    values |= {"amount": amount, "note": note, "expires_on": None}
    if stage == "approval":
        days = policies.in_force(uow.view()).pipeline.approval_days
        values["expires_on"] = on + timedelta(days=days)
    key = uow.insert(LoanStage, loan_id=loan.id, currency=loan.currency, **values)
    uow.record(Change("create", LoanStage, key, loan.customer_id, {}, {"loan": loan.number, **values}))
    return _receipt(uow, loan, stage, on, amount)


def _receipt(uow: UnitOfWork, loan: Row[Any], stage: str, on: date, amount: int) -> StageReceipt:
    return StageReceipt(
        loan=loan.number,
        customer=lookup.customer_code(lookup.owner_number(uow.view(), loan.customer_id)),
        stage=stage,
        on=on,
        by=uow.actor,
        amount=plain_money(amount),
        waits_for=tuple(row.name for row in open_requirements(uow.view(), loan.id)),
    )
