"""What is asked of playbooks, and what is answered."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from loancrm import identity, parsing
from loancrm.i18n import language
from loancrm.services.inputs import ByName, Input, Receipt
from loancrm.vocabulary import code_of


class PlaybookIn(Input):
    """Whose trouble, by which playbook, what caused it, from which day on."""

    customer: str
    playbook: str
    warning: str | None = None
    reason: str | None = None
    on: date | None = None
    language: str = "en"


class StepReceipt(Receipt):
    """A step as a next step; ``needs_contact``: it is done only in a conversation that was logged."""

    step: str
    follow_up: str
    due_on: date
    officer: str | None
    needs_contact: bool


class PlaybookReceipt(Receipt):
    """The playbook that runs now, with its steps."""

    number: str
    customer: str
    playbook: str
    on: date
    steps: tuple[StepReceipt, ...]


class StepIn(Input):
    """Which step was done, in which conversation, when, and what came of it."""

    follow_up: str
    contact: str | None = None
    note: str | None = None
    on: date | None = None


class StepDone(Receipt):
    """The step as done, and how many of the playbook are left."""

    number: str
    customer: str
    step: str
    follow_up: str
    contact: str | None
    on: date
    steps_open: int


class BranchIn(Input):
    """Which branch a playbook takes from here on."""

    number: str
    branch: str
    note: str | None = None
    on: date | None = None
    language: str = "en"


class BranchReceipt(Receipt):
    """The branch: its steps, how many were dropped for it, and what is to be done in the book."""

    number: str
    customer: str
    branch: str
    on: date
    leads_to: str | None
    steps_dropped: int
    steps: tuple[StepReceipt, ...]


class EndIn(Input):
    """How a playbook ended; ``loss`` in minor units."""

    number: str
    outcome: str
    loss: int | None = None
    note: str | None = None
    on: date | None = None


class EndReceipt(Receipt):
    """The end; ``steps_closed``: steps that were still open."""

    number: str
    customer: str
    outcome: str
    on: date
    steps_closed: int


def playbook_in(
    customer: str, playbook: str, warning: str | None, reason: str | None, on: str | None
) -> PlaybookIn:
    """Return what was typed to begin with."""
    return PlaybookIn(
        customer=customer,
        playbook=playbook,
        warning=None if warning is None else identity.clean_text(warning, "--warning"),
        reason=None if reason is None else identity.clean_text(reason, "--why"),
        on=_day(on),
        language=language(),
    )


def step_in(follow_up: str, contact: str | None, note: str | None, on: str | None) -> StepIn:
    """Return what was typed of a step that was done."""
    return StepIn(follow_up=follow_up, contact=contact, note=_note(note), on=_day(on))


def branch_in(number: str, branch: str, note: str | None, on: str | None) -> BranchIn:
    """Return what was typed of a branch."""
    return BranchIn(number=number, branch=branch, note=_note(note), on=_day(on), language=language())


def end_in(number: str, outcome: str, loss: str | None, note: str | None, on: str | None) -> EndIn:
    """Return what was typed of the end."""
    return EndIn(
        number=number,
        outcome=code_of("playbook_outcome", outcome, "OUTCOME"),
        loss=None if loss is None else parsing.amount(loss, "--loss"),
        note=_note(note),
        on=_day(on),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else parsing.day(text, "--on")


def _note(text: str | None) -> str | None:
    return None if text is None else identity.clean_text(text, "--note")


class PlanIn(Input):
    """A playbook for all of whom a condition holds and who have a loan, as one plan with a name."""

    playbook: str
    condition: str
    plan: str
    reason: str | None = None
    on: date | None = None
    language: str = "en"


class PlanReceipt(Receipt):
    """How many are concerned, for how many it is begun and how many it runs for already; reliefs offered.

    ``undecided``: of so many with a live loan a figure is missing that the condition reads,
    ``undecided_offers``: that an offer reads which may come before the one that they are made.
    """

    plan: str
    playbook: str
    on: date
    concerned: int
    begun: int
    running_already: int
    offers: ByName
    steps: int
    undecided: int = 0
    undecided_offers: ByName = Field(default_factory=dict)


def plan_in(playbook: str, condition: str, plan: str, reason: str | None, on: str | None) -> PlanIn:
    """Return what was typed of a plan for many."""
    return PlanIn(
        playbook=playbook,
        condition=condition,
        plan=identity.clean_text(plan, "--plan"),
        reason=None if reason is None else identity.clean_text(reason, "--why"),
        on=_day(on),
        language=language(),
    )
