"""A loan from application to disbursement: each step dated, with who; what the policy asks is asked here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _, titled
from loancrm.lending.allocation import USUAL_ORDER
from loancrm.lending.arrears import Arrears
from loancrm.lending.repricing import Floating, upcoming
from loancrm.lending.schedule import schedule
from loancrm.lending.terms import Terms
from loancrm.lending.tranches import drawn
from loancrm.models import Loan, LoanRequirement, LoanStage, LoanStatus
from loancrm.numerals import plain_money
from loancrm.policy import policy as policies
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.ledger import arrears_of, floating_of, running, terms_of
from loancrm.reports.pipeline import open_requirements
from loancrm.reports.rates import Published
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.ledger import Agreement, agree, rewrite
from loancrm.services.loans import LoanIn, contract_for, next_loan_number
from loancrm.services.replacing import repay, replaced
from loancrm.services.stage_checks import (
    CHECKS,
    OVER,
    Case,
    approved_amount,
    case_of,
    does_not_follow,
    draw_of,
    drawn_so_far,
    refuse_before,
    refuse_beyond_line,
    refuse_lapsed,
    refuse_missing,
    refuse_over,
)
from loancrm.services.standing import restand_marked, restand_touched
from loancrm.services.versions import agree_anew, open_loan
from loancrm.unitofwork import Change, UnitOfWork

PERCENT = 100


class ApplyIn(Input):
    """An application: the draw as ``LoanIn`` knows it, and what is asked for.

    ``floating`` are the fields of ``lending.repricing.Floating``: the rate of ``terms`` is then looked up.
    ``penalty`` and ``misuse`` are in per cent of the contract rate; None: nothing. ``replaces`` is the loan
    that it repays, and ``replacement`` the kind of relief that this is.
    """

    loan: LoanIn
    terms: dict[str, Any]
    frequency: str
    floating: dict[str, Any] | None = None
    prepayment: str | None = None
    penalty: int | None = None
    has_compound: bool = False
    misuse: int | None = None
    grace_days: int = 0
    order: tuple[str, ...] = ()
    on: date | None = None
    replaces: str | None = None
    replacement: str | None = None
    contact: str | None = None
    note: str | None = None


class StageIn(Input):
    """A step of a loan. ``amount`` in minor units: what is approved or paid out, where it is less than all.

    ``paid``: what the customer paid on the day for the loan that this one repays.
    """

    loan: str
    stage: str
    on: date | None = None
    amount: int | None = None
    paid: int = 0
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
    terms, floating = Terms(**request.terms), None
    if request.floating is not None:
        floating = Floating(**request.floating)
        terms = replace(terms, annual_rate=_looked_up(uow, floating, on))
    named = ("product", "security", "industry", "region", "purpose")
    values = {name: getattr(draw, name) for name in named}
    values |= {"number": number, "principal": terms.principal, "annual_rate": terms.annual_rate}
    values |= {"currency": uow.currency, "effective_on": on}
    if request.replaces is not None:
        values |= {"replaces_id": lookup.loan(uow.view(), request.replaces).id}
        values |= {"replacement": request.replacement}
    contract_id = contract_for(uow, draw, owner)
    key = uow.insert(Loan, customer_id=owner.id, contract_id=contract_id, live_key=number, **values)
    uow.record(Change("create", Loan, key, owner.id, {}, values))
    loan = lookup.loan(uow.view(), number)
    order = request.order or USUAL_ORDER
    penalty, misuse = (-(-terms.annual_rate * (n or 0) // PERCENT) for n in (request.penalty, request.misuse))
    arrears = Arrears(terms.annual_rate, penalty, request.has_compound, terms.day_count, order, misuse)
    agreement = Agreement(
        terms=terms,
        frequency=request.frequency,
        reason="application",
        on=on,
        rows=(),
        principal=terms.principal,
        arrears=arrears,
        floating=floating,
        prepayment=request.prepayment,
        grace_days=request.grace_days,
        contact_id=None if request.contact is None else lookup.contact(uow.view(), request.contact).id,
        note=request.note,
    )
    agree(uow, loan, 0, agreement)
    _require(uow, loan, policies.in_force(uow.view()), on)
    return _step(uow, loan, "application", on, terms.principal)


def _looked_up(uow: UnitOfWork, floating: Floating, on: date) -> int:
    """Return the rate that follows a published one, as of a day, in millionths."""
    view = uow.view()
    return Published(view).rate(floating, on, policies.in_force(view))


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
        Conflict: the loan is over or paid out whole, or it was not asked for.
    """
    case, on = case_of(uow, request.loan), happened_on(uow, request.on)
    if not _left_to_draw(uow, case):
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
    """Pay a loan out, or a part: its schedule begins on the day of the first draw, and takes up each one.

    Raises:
        Conflict: it was not signed, a condition is not met, or the credit line has no room.
        InvalidInput: before the signing, or more than is left of the approval.
    """
    case, on = case_of(uow, request.loan), happened_on(uow, request.on)
    left = approved_amount(case) - drawn_so_far(uow, case)
    if left:
        refuse_lapsed(case, on, left)
    if _left_to_draw(uow, case):
        return _draw(uow, case, draw_of(request.amount, left), request)
    refuse_over(case)
    refuse_before(case, on)
    if case.stage != "contract":
        raise does_not_follow(case)
    refuse_missing(case, [row.name for row in open_requirements(uow.view(), case.loan.id)])
    if case.loan.replaces_id is not None and request.amount not in (None, left):
        message = _("a loan that repays another is paid out whole")
        raise InvalidInput(titled("--amount", message), field="--amount")
    amount = draw_of(request.amount, left)
    old = replaced(uow, case, amount, request.paid, on)
    refuse_beyond_line(uow, case, amount - (old.freed if old else 0), on)
    receipt = _pay_out(uow, case, amount, on, request.note)
    if old is not None:
        repay(uow, old)
        restand_touched(uow, [case.loan.id])
    return receipt


def _left_to_draw(uow: UnitOfWork, case: Case) -> bool:
    """Say whether a part of the loan was paid out, and more of it may be."""
    return case.stage == "disbursement" and drawn_so_far(uow, case) < approved_amount(case)


def _draw(uow: UnitOfWork, case: Case, amount: int, request: StageIn) -> StageReceipt:
    """Pay out a further part: the schedule of the rest is made anew."""
    loan, facts, on = open_loan(uow, request.loan, request.on)
    refuse_missing(case, [row.name for row in open_requirements(uow.view(), loan.id)])
    refuse_beyond_line(uow, case, amount, on)
    found = drawn(running(facts, on), amount, on)
    if found is None:
        raise Conflict(_("no instalment is left to change"), code="nothing_left")
    agree_anew(
        uow, loan, facts, "draw", found.terms, found.rows, found.found,
        on=on, drawn=amount, floating=floating_of(facts.in_force(on)), note=request.note,
    )  # fmt: skip
    rewrite(uow, loan)
    restand_touched(uow, [loan.id])
    return _receipt(uow, loan, "disbursement", on, amount)


def _pay_out(uow: UnitOfWork, case: Case, amount: int, on: date, note: str | None) -> StageReceipt:
    terms, floating = terms_of(case.asked, amount, on), floating_of(case.asked)
    if floating is not None:
        terms = replace(terms, annual_rate=_looked_up(uow, floating, on))
    rows = schedule(terms)
    agreement = Agreement(
        terms=terms,
        frequency=case.asked.frequency,
        reason=case.loan.replacement or "origination",
        on=on,
        rows=rows,
        principal=amount,
        drawn=amount,
        arrears=arrears_of(case.asked).at_rate(terms.annual_rate),
        floating=floating,
        reprices_on=upcoming(floating, on, on, rows),
        prepayment=case.asked.prepayment,
        grace_days=case.asked.grace_days,
    )
    agree(uow, case.loan, 1, agreement)
    changed: dict[str, Any] = {"disbursed_on": on, "matures_on": rows[-1].due_on}
    changed["principal"] = approved_amount(case)
    changed |= {"term_months": terms.months, "annual_rate": terms.annual_rate}
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
    rules = policies.in_force(uow.view()).pipeline
    days = {"approval": rules.approval_days, "contract": rules.available_days(loan.product)}.get(stage)
    if days is not None:
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
