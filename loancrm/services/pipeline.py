"""A loan from application to disbursement: each step dated, with who; what the policy asks is asked here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.lending.ledger import USUAL_ORDER, Arrears
from loancrm.lending.schedule import schedule
from loancrm.lending.terms import Terms
from loancrm.models import Contract, Facility, Loan, LoanRequirement, LoanStage, LoanStatus, table
from loancrm.numerals import format_money, plain_money
from loancrm.policy import policy as policies
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.ledger import agreed, arrears_of, terms_of
from loancrm.reports.pipeline import open_requirements, stages_of
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.ledger import Agreement, agree, rewrite
from loancrm.services.loans import LoanIn, contract_for, next_loan_number
from loancrm.unitofwork import Change, UnitOfWork

OVER = ("declined", "withdrawn")
MINOR_UNITS = 100  # in one unit of the currency


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


@dataclass(frozen=True, slots=True)
class _Case:
    """A loan on its way: its row, its steps so far, and what was applied for."""

    loan: Row[Any]
    steps: tuple[Row[Any], ...]
    asked: Row[Any]

    @property
    def stage(self) -> str:
        return str(self.steps[-1].stage)

    def last(self, stage: str) -> Row[Any] | None:
        return next((step for step in reversed(self.steps) if step.stage == stage), None)


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
    case, on = _case(uow, request.loan), happened_on(uow, request.on)
    _refuse_over(case)
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
    case, on = _case(uow, request.loan), happened_on(uow, request.on)
    _refuse_over(case)
    _refuse_before(case, on)
    amount = request.amount or _approved_amount(case)
    check = _CHECKS[request.stage]
    check(uow, case, request, on, amount)
    receipt = _step(uow, case.loan, request.stage, on, amount, request.note)
    if request.stage in OVER:
        values = {"status": "cancelled", "effective_on": on, "amount": None}
        key = uow.insert(LoanStatus, loan_id=case.loan.id, currency=case.loan.currency, **values)
        uow.update(Loan, case.loan.id, status="cancelled", closed_on=on)
        uow.record(Change("create", LoanStatus, key, case.loan.customer_id, {}, values))
    return receipt


def _case(uow: UnitOfWork, number: str) -> _Case:
    view = uow.view()
    loan = lookup.loan(view, number)
    steps, asked = tuple(stages_of(view, loan.id)), agreed(view, loan.id, 0)
    if asked is None or not steps:
        raise Conflict(
            _("loan {number} was added as it is; no application is kept of it").format(number=loan.number),
            hint=_("loancrm loan apply takes an application in"),
            code="no_application",
        )
    return _Case(loan, steps, asked)


def _refuse_over(case: _Case) -> None:
    if case.stage in (*OVER, "disbursement"):
        words = {
            "declined": _("loan {number} was declined on {day}"),
            "withdrawn": _("loan {number} was withdrawn on {day}"),
            "disbursement": _("loan {number} was paid out on {day}"),
        }[case.stage]
        message = words.format(number=case.loan.number, day=case.steps[-1].effective_on)
        raise Conflict(message, code="over")


def _refuse_before(case: _Case, on: date) -> None:
    newest = case.steps[-1].effective_on
    if on < newest:
        message = _("--on is before the step before it, {day}").format(day=newest)
        raise InvalidInput(message, field="--on")


def _approved_amount(case: _Case) -> int:
    approval = case.last("approval")
    amount = case.asked.principal if approval is None or approval.amount is None else approval.amount
    return int(amount)


def _check_work(uow: UnitOfWork, case: _Case, request: StageIn, on: date, amount: int) -> None:
    """Investigation and review come before the approval."""
    del uow, on, amount
    if request.stage == "investigation" and case.stage not in ("application", "investigation"):
        raise _does_not_follow(case)
    if case.stage not in ("application", "investigation", "review"):
        raise _does_not_follow(case)


def _check_end(uow: UnitOfWork, case: _Case, request: StageIn, on: date, amount: int) -> None:
    """Declined and withdrawn may follow on anything that is not over."""
    del uow, case, request, on, amount


def _check_approval(uow: UnitOfWork, case: _Case, request: StageIn, on: date, amount: int) -> None:
    policy = policies.in_force(uow.view())
    rules = policy.pipeline
    approvals = [step for step in case.steps if step.stage == "approval"]
    if case.stage == "contract" or (approvals and not _waits_for_second(rules, case)):
        raise _does_not_follow(case)
    if amount > case.asked.principal:
        most = format_money(case.asked.principal)
        raise InvalidInput(
            _("--amount: at most what was applied for, {amount}").format(amount=most), field="--amount"
        )
    if any(step.decided_by == uow.actor for step in approvals):
        raise Conflict(
            _("you approved this loan already; a second person has to"),
            field="--me",
            hint=_("--me CODE says who approves"),
            code="second_person",
        )
    missing = [stage for stage in rules.stages if case.last(stage) is None]
    documents = [row.name for row in open_requirements(uow.view(), case.loan.id) if row.kind == "document"]
    _refuse_missing(case, [*missing, *documents])
    _refuse_screened_out(uow, case, policy)


def _refuse_missing(case: _Case, names: list[str]) -> None:
    if names:
        raise Conflict(
            _("loan {number} still needs: {names}").format(number=case.loan.number, names=", ".join(names)),
            hint=_("loancrm loan meet-condition {number} NAME says that one is there").format(
                number=case.loan.number
            ),
            code="missing",
        )


def _refuse_screened_out(uow: UnitOfWork, case: _Case, policy: Policy) -> None:
    allowed = policy.pipeline.screening
    if not allowed:
        return
    from loancrm.reports.screening import screen

    owner = lookup.customer_code(lookup.owner_number(uow.view(), case.loan.customer_id))
    decision = screen(uow.view(), policy, owner).decision
    if decision not in allowed:
        raise Conflict(
            _("the screening of customer {customer} says: {decision}").format(
                customer=owner, decision=decision
            ),
            hint=_("loancrm screen {customer} says why").format(customer=owner),
            code="screened_out",
        )


def _waits_for_second(rules: Any, case: _Case) -> bool:
    limit = rules.second_person_above
    who = {step.decided_by for step in case.steps if step.stage == "approval"}
    return limit is not None and _approved_amount(case) > limit * MINOR_UNITS and len(who) == 1


def _check_contract(uow: UnitOfWork, case: _Case, request: StageIn, on: date, amount: int) -> None:
    del request, amount
    rules, approval = policies.in_force(uow.view()).pipeline, case.last("approval")
    if approval is None or case.stage == "contract":
        raise _does_not_follow(case)
    if _waits_for_second(rules, case):
        raise Conflict(_("the approval waits for a second person"), code="second_person")
    if approval.expires_on is not None and on > approval.expires_on:
        raise Conflict(
            _("the approval expired on {day}").format(day=approval.expires_on),
            hint=_("loancrm loan withdraw {number}, and apply again").format(number=case.loan.number),
            code="expired",
        )


_CHECKS = {
    "investigation": _check_work,
    "review": _check_work,
    "approval": _check_approval,
    "contract": _check_contract,
    "declined": _check_end,
    "withdrawn": _check_end,
}


def _does_not_follow(case: _Case) -> Conflict:
    from loancrm.vocabulary import label

    stage = label("pipeline_stage", case.stage)
    return Conflict(
        _("this step does not follow: loan {number} is at the stage « {stage} »").format(
            number=case.loan.number, stage=stage
        ),
        code="stage",
    )


def disburse(uow: UnitOfWork, request: StageIn) -> StageReceipt:
    """Pay a loan out: its schedule begins on that day, and the loan lives from then on.

    Raises:
        Conflict: it was not signed, a condition is not met, or the credit line has no room.
        InvalidInput: before the signing.
    """
    case, on = _case(uow, request.loan), happened_on(uow, request.on)
    _refuse_over(case)
    _refuse_before(case, on)
    if case.stage != "contract":
        raise _does_not_follow(case)
    _refuse_missing(case, [row.name for row in open_requirements(uow.view(), case.loan.id)])
    amount = _approved_amount(case)
    _refuse_beyond_line(uow, case, amount, on)
    return _pay_out(uow, case, amount, on, request.note)


def _pay_out(uow: UnitOfWork, case: _Case, amount: int, on: date, note: str | None) -> StageReceipt:
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
    return _step(uow, case.loan, "disbursement", on, amount, note)


def _refuse_beyond_line(uow: UnitOfWork, case: _Case, amount: int, on: date) -> None:
    """A draw under a credit line needs room in it, and the line in force."""
    lines, contracts = table(Facility), table(Contract)
    line = uow.connection.execute(
        select(lines)
        .join(contracts, contracts.c.facility_id == lines.c.id)
        .where(contracts.c.id == case.loan.contract_id, lines.c.voided_at.is_(None))
    ).first()
    if line is None:
        return
    from loancrm.reports.loans import facilities

    if line.expires_on is not None and on > line.expires_on:
        raise Conflict(
            _("credit line {number} expired on {day}").format(number=line.number, day=line.expires_on),
            code="line_expired",
        )
    owner = lookup.customer_code(lookup.owner_number(uow.view(), case.loan.customer_id))
    found = facilities(uow.view(on), policies.in_force(uow.view()), customer=owner, all_=True)
    room = next((one.headroom for one in found if one.number == line.number), None)
    if room is not None and amount > room:
        raise Conflict(
            _("credit line {number} has room for {amount} only").format(
                number=line.number, amount=format_money(room)
            ),
            code="no_headroom",
        )


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
