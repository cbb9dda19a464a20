"""What must hold before a loan goes a step further, and what is said when it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.models import Contract, Facility, table
from loancrm.numerals import format_money
from loancrm.policy import policy as policies
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.ledger import agreed, is_draw, kept
from loancrm.reports.pipeline import open_requirements, stages_of
from loancrm.unitofwork import UnitOfWork

if TYPE_CHECKING:
    from loancrm.services.pipeline import StageIn

OVER = ("declined", "withdrawn")
MINOR_UNITS = 100  # in one unit of the currency


class Held(Conflict):
    """The policy asks for something before the loan goes a step further; the loan stays at its stage."""


@dataclass(frozen=True, slots=True)
class Case:
    """A loan on its way: its row, its steps so far, and what was applied for."""

    loan: Row[Any]
    steps: tuple[Row[Any], ...]
    asked: Row[Any]

    @property
    def stage(self) -> str:
        """Return the stage that it is at."""
        return str(self.steps[-1].stage)

    def last(self, stage: str) -> Row[Any] | None:
        """Return the newest step of a stage, None without one."""
        return next((step for step in reversed(self.steps) if step.stage == stage), None)


def case_of(uow: UnitOfWork, number: str) -> Case:
    """Return a loan on its way.

    Raises:
        NotFound: there is no such loan.
        Conflict: no application is kept of it.
    """
    view = uow.view()
    loan = lookup.loan(view, number)
    steps, asked = tuple(stages_of(view, loan.id)), agreed(view, loan.id, 0)
    if asked is None or not steps:
        raise Conflict(
            _("loan {number} was added as it is; no application is kept of it").format(number=loan.number),
            hint=_("loancrm loan apply takes an application in"),
            code="no_application",
        )
    return Case(loan, steps, asked)


def refuse_over(case: Case) -> None:
    """Refuse a loan that was declined, withdrawn or paid out.

    Raises:
        Conflict: it was.
    """
    if case.stage in (*OVER, "disbursement"):
        words = {
            "declined": _("loan {number} was declined on {day}"),
            "withdrawn": _("loan {number} was withdrawn on {day}"),
            "disbursement": _("loan {number} was paid out on {day}"),
        }[case.stage]
        message = words.format(number=case.loan.number, day=case.steps[-1].effective_on)
        raise Conflict(message, code="over")


def refuse_before(case: Case, on: date) -> None:
    """Refuse a day before that of the newest step.

    Raises:
        InvalidInput: it is before.
    """
    newest = case.steps[-1].effective_on
    if on < newest:
        message = _("--on is before the step before it, {day}").format(day=newest)
        raise InvalidInput(message, field="--on")


def approved_amount(case: Case) -> int:
    """Return what was approved, in minor units; what was applied for before an approval."""
    approval = case.last("approval")
    amount = case.asked.principal if approval is None or approval.amount is None else approval.amount
    return int(amount)


def drawn_so_far(uow: UnitOfWork, case: Case) -> int:
    """Return what was paid out already, in minor units."""
    facts = kept(uow.view(), case.loan.id)
    draws = facts.versions if facts is not None else ()
    terms = facts.terms if facts is not None else ()
    return sum(one.drawn for one, row in zip(draws, terms, strict=True) if is_draw(row))


def refuse_lapsed(case: Case, on: date, left: int) -> None:
    """Refuse a draw after the last day that was set when the loan was signed; ``left`` in minor units.

    Raises:
        Conflict: that day is over.
    """
    contract = case.last("contract")
    if contract is not None and contract.expires_on is not None and on > contract.expires_on:
        raise Conflict(
            _("{amount} of loan {number} could be drawn until {day}, and lapsed").format(
                amount=format_money(left), number=case.loan.number, day=contract.expires_on
            ),
            hint=_("what is needed beyond it is a new application"),
            code="lapsed",
        )


def draw_of(wanted: int | None, left: int) -> int:
    """Return how much is paid out: what was wanted, or all that is left of what was approved.

    Raises:
        InvalidInput: more than that.
    """
    if wanted is not None and wanted > left:
        raise InvalidInput(
            _("--amount: at most what is left of the approval, {amount}").format(amount=format_money(left)),
            field="--amount",
        )
    return left if wanted is None else wanted


def _check_work(uow: UnitOfWork, case: Case, request: StageIn, on: date, amount: int) -> None:
    """Investigation and review come before the approval."""
    del uow, on, amount
    if request.stage == "investigation" and case.stage not in ("application", "investigation"):
        raise does_not_follow(case)
    if case.stage not in ("application", "investigation", "review"):
        raise does_not_follow(case)


def _check_end(uow: UnitOfWork, case: Case, request: StageIn, on: date, amount: int) -> None:
    """Declined and withdrawn may follow on anything that is not over."""
    del uow, case, request, on, amount


def _check_approval(uow: UnitOfWork, case: Case, request: StageIn, on: date, amount: int) -> None:
    policy = policies.in_force(uow.view())
    rules = policy.pipeline
    approvals = [step for step in case.steps if step.stage == "approval"]
    if case.stage == "contract" or (approvals and not _waits_for_second(rules, case)):
        raise does_not_follow(case)
    if amount > case.asked.principal:
        most = format_money(case.asked.principal)
        raise InvalidInput(
            _("--amount: at most what was applied for, {amount}").format(amount=most), field="--amount"
        )
    _refuse_nameless(uow, rules, amount)
    if any(step.decided_by == uow.actor for step in approvals):
        raise Held(
            _("you approved this loan already; a second person has to"),
            field="--me",
            hint=_("--me CODE says who approves"),
            code="second_person",
        )
    missing = [stage for stage in rules.stages if case.last(stage) is None]
    documents = [row.name for row in open_requirements(uow.view(), case.loan.id) if row.kind == "document"]
    refuse_missing(case, [*missing, *documents])
    _refuse_screened_out(uow, case, policy)


def _refuse_nameless(uow: UnitOfWork, rules: Any, amount: int) -> None:
    """Refuse one of two approvals where nobody said who approves: an account may be anybody's."""
    limit = rules.second_person_above
    if uow.is_named or limit is None or amount <= limit * MINOR_UNITS:
        return
    raise Held(
        _("a loan of more than {limit} is approved by two persons, each by name").format(
            limit=format_money(limit * MINOR_UNITS)
        ),
        field="--me",
        hint=_("--me CODE says who approves"),
        code="nameless",
    )


def refuse_missing(case: Case, names: list[str]) -> None:
    """Refuse while something is missing.

    Raises:
        Conflict: it names what.
    """
    if names:
        raise Held(
            _("loan {number} still needs: {names}").format(number=case.loan.number, names=", ".join(names)),
            hint=_("loancrm loan meet-condition {number} NAME says that one is there").format(
                number=case.loan.number
            ),
            code="missing",
        )


def _refuse_screened_out(uow: UnitOfWork, case: Case, policy: Policy) -> None:
    allowed = policy.pipeline.screening
    if not allowed:
        return
    from loancrm.reports.screening import screen

    owner = lookup.customer_code(lookup.owner_number(uow.view(), case.loan.customer_id))
    decision = screen(uow.view(), policy, owner).decision
    if decision not in allowed:
        raise Held(
            _("the screening of customer {customer} says: {decision}").format(
                customer=owner, decision=decision
            ),
            hint=_("loancrm screen {customer} says why").format(customer=owner),
            code="screened_out",
        )


def _waits_for_second(rules: Any, case: Case) -> bool:
    limit = rules.second_person_above
    who = {step.decided_by for step in case.steps if step.stage == "approval"}
    return limit is not None and approved_amount(case) > limit * MINOR_UNITS and len(who) == 1


def _check_contract(uow: UnitOfWork, case: Case, request: StageIn, on: date, amount: int) -> None:
    del request, amount
    rules, approval = policies.in_force(uow.view()).pipeline, case.last("approval")
    if approval is None or case.stage == "contract":
        raise does_not_follow(case)
    if _waits_for_second(rules, case):
        raise Held(_("the approval waits for a second person"), code="second_person")
    if approval.expires_on is not None and on > approval.expires_on:
        raise Conflict(
            _("the approval expired on {day}").format(day=approval.expires_on),
            hint=_("loancrm loan withdraw {number}, and apply again").format(number=case.loan.number),
            code="expired",
        )


CHECKS = {
    "investigation": _check_work,
    "review": _check_work,
    "approval": _check_approval,
    "contract": _check_contract,
    "declined": _check_end,
    "withdrawn": _check_end,
}


def does_not_follow(case: Case) -> Conflict:
    """Return the fault of a step that does not follow on the stage of a loan."""
    from loancrm.vocabulary import label

    stage = label("pipeline_stage", case.stage)
    return Conflict(
        _("this step does not follow: loan {number} is at the stage « {stage} »").format(
            number=case.loan.number, stage=stage
        ),
        code="stage",
    )


def refuse_beyond_line(uow: UnitOfWork, case: Case, amount: int, on: date) -> None:
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
