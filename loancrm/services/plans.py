"""What became of a service plan: presented, answered, given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from loancrm import identity, parsing
from loancrm.dossier import KINDS
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.models import ServicePlanStep, table
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
    refuse_out_of_turn(number, facts.plan_state(uow.view(), plan.id), request.step, on)
    owner = facts.owner_code(kind, facts.owner_of(uow.view(), kind, plan))
    values = {"plan": number, "step": request.step, "note": request.note}
    add_fact(uow, FactIn(kind="plan_step", owner=owner, on=on, values=values))
    return PlanReceipt(plan=number, owner=owner or "", state=request.step, on=on)


def refuse_out_of_turn(number: str, stands: tuple[str, date], step: str, on: date) -> None:
    """Refuse a step of the plan ``number`` that does not follow on how it ``stands``, and since when.

    Raises:
        InvalidInput: the day lies before the plan's newest step.
        Conflict: the plan is not where it could take this step.
    """
    state, since = stands
    if state not in STEPS[step]:
        message = _("{number} is {state} since {day}")
        raise Conflict(message.format(number=number, state=state, day=since), code="wrong_state")
    if on < since:
        raise InvalidInput(
            _("{field}: that day lies before the first one").format(field="--on"), field="--on"
        )


class PlanSteps:
    """Where the plans of a file stand while its rows are taken, one after another in the order of their days.

    A row that says what an earlier file said stands already: it is known again, and no step on top of it.
    """

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._stands: dict[int, tuple[str, date]] = {}
        self._brought: Counter[tuple[int, str, date, str | None]] = Counter()

    @staticmethod
    def turn(step: str, on: date) -> tuple[date, int]:
        """Return what sorts rows into the order in which their steps were taken."""
        return on, tuple(STEPS).index(step)

    def prepare(self, plans: Iterable[Mapping[str, Any]]) -> None:
        """Read how plans (their rows) stand that were not read before, in one statement."""
        fresh = {plan["id"]: ("offered", plan["effective_on"]) for plan in plans}
        fresh = {key: stands for key, stands in fresh.items() if key not in self._stands}
        self._stands |= fresh
        c = table(ServicePlanStep).c
        query = select(c.plan_id, c.step, c.effective_on, c.note, c.source_key).where(
            c.plan_id.in_(fresh), c.voided_at.is_(None)
        )
        for row in self._uow.connection.execute(query.order_by(c.effective_on, c.id)):
            self._stands[row.plan_id] = (row.step, row.effective_on)
            if row.source_key is not None:
                self._brought[row.plan_id, row.step, row.effective_on, row.note] += 1

    def take(self, plan: Mapping[str, Any], step: str, on: date, note: str | None) -> None:
        """Take a row's step of a plan.

        Raises:
            InvalidInput, Conflict: it does not follow on how the plan stands; see ``refuse_out_of_turn``.
        """
        said = plan["id"], step, on, note
        if self._brought[said]:
            self._brought[said] -= 1
            return
        refuse_out_of_turn(KINDS["plan"].code(plan["number"]), self._stands[plan["id"]], step, on)
        self._stands[plan["id"]] = (step, on)
