"""What became of a service plan: presented, answered, given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from loancrm import identity, parsing
from loancrm.dossier import KINDS
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.reports import dossier as facts
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import UnitOfWork
from loancrm.vocabulary import code_of

# From which states a plan comes to a state; a plan that was not presented can be answered all the same.
STEPS: Mapping[str, tuple[str, ...]] = {
    "presented": ("offered", "presented"),
    "accepted": ("offered", "presented"),
    "declined": ("offered", "presented"),
    "given": ("accepted",),
}


class PlanStep(Input):
    """A step of the plan with a number, on a day (None: today)."""

    plan: str
    step: str
    on: date | None = None
    note: str | None = None


class PlanReceipt(Receipt):
    """The plan and its state now."""

    plan: str
    owner: str
    state: str
    on: date


def plan_step(plan: str, step: str, on: str | None, note: str | None) -> PlanStep:
    """Return the step that was typed."""
    return PlanStep(
        plan=plan,
        step=step,
        on=None if on is None else parsing.day(on, "--on"),
        note=None if note is None else identity.clean_text(note, "--note"),
    )


def plan_answer(plan: str, answer: str, on: str | None, note: str | None) -> PlanStep:
    """Return the answer that was typed: accepted or declined."""
    return plan_step(plan, code_of("plan_answer", answer, "ANSWER"), on, note)


def step_plan(uow: UnitOfWork, request: PlanStep) -> PlanReceipt:
    """Write what became of a plan.

    Raises:
        NotFound: there is no such plan.
        InvalidInput: the day lies before the plan's newest step.
        Conflict: the plan is not where it could take this step.
    """
    kind = KINDS["plan"]
    plan = facts.fact(uow.view(), kind, request.plan)
    number = kind.code(plan.number)
    on = happened_on(uow, request.on)
    state, since = facts.plan_state(uow.view(), plan.id)
    if state not in STEPS[request.step]:
        message = _("{number} is {state} since {day}")
        raise Conflict(message.format(number=number, state=state, day=since), code="wrong_state")
    if on < since:
        raise InvalidInput(
            _("{field}: that day lies before the first one").format(field="--on"), field="--on"
        )
    owner = facts.owner_code(kind, facts.owner_of(uow.view(), kind, plan))
    values = {"plan": number, "step": request.step, "note": request.note}
    add_fact(uow, FactIn(kind="plan_step", owner=owner, on=on, values=values))
    return PlanReceipt(plan=number, owner=owner or "", state=request.step, on=on)
