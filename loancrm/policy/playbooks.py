"""What the policy says of playbooks: their steps, by whom and when, what needs a conversation, branches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from loancrm import strictyaml
from loancrm.i18n import _
from loancrm.policy.compiling import compiled, problem, unknown
from loancrm.policy.conditions import Condition
from loancrm.policy.sections import sections
from loancrm.policy.shapes import Days, RuleName, Shape, TextShape

LEAD, SECOND = "lead", "second"
LeadsTo = Literal["relief", "restructuring", "legal", "check"]
ReliefKind = Literal[
    "deferral", "extension", "renewal", "refinancing", "rate_cut", "capitalisation", "restructuring",
    "policy_deferral",
]  # fmt: skip


class RoleShape(TextShape):
    """A role beside the customer's officers, and who has it (null: the lead officer sees to it)."""

    role: RuleName
    officer: str | None = None


class RunStepShape(TextShape):
    """A step: so many days after it began, by whom, and whether it is done only in a conversation."""

    step: RuleName
    after_days: Days
    owner: RuleName = LEAD
    needs_contact: bool = False


def _once(steps: tuple[RunStepShape, ...]) -> tuple[RunStepShape, ...]:
    if len({one.step for one in steps}) < len(steps):
        raise ValueError(_("this rule's name is taken above"))
    return steps


class BranchShape(TextShape):
    """Another way from here on: its steps; ``drops_rest``: what was open is not done any more.

    ``leads_to``: what is to be done in the book then; the command is named when the branch is taken.
    """

    branch: RuleName
    drops_rest: bool = True
    leads_to: LeadsTo | None = None
    steps: tuple[RunStepShape, ...] = ()

    _names = field_validator("steps")(_once)


class RunShape(TextShape):
    """A playbook by name: its steps and its branches."""

    playbook: RuleName
    steps: tuple[RunStepShape, ...] = Field(min_length=1)
    branches: tuple[BranchShape, ...] = ()

    _names = field_validator("steps")(_once)

    @field_validator("branches")
    @classmethod
    def _branches_once(cls, branches: tuple[BranchShape, ...]) -> tuple[BranchShape, ...]:
        if len({one.branch for one in branches}) < len(branches):
            raise ValueError(_("this rule's name is taken above"))
        return branches


class ReliefOfferShape(Shape):
    """Which relief a customer for whom ``when`` holds is offered in an emergency; the first that fits."""

    rule: RuleName
    when: Any
    relief: ReliefKind
    months: Annotated[int, Field(ge=0, le=120)]


class PlaybooksShape(Shape):
    """Playbooks, who has which role, what is offered in an emergency.

    ``retained_days``: whether a customer still has a loan is looked at so many days after a playbook ended;
    ``complaint_days``: complaints count from its beginning until so many days after its end.
    """

    retained_days: Annotated[int, Field(ge=1, le=3650)]
    complaint_days: Days
    roles: tuple[RoleShape, ...] = ()
    offers: tuple[ReliefOfferShape, ...] = ()
    books: tuple[RunShape, ...] = ()


class PlaybooksSection(Shape):
    """The section of playbooks; without it, of a policy from before, the example's holds."""

    playbooks: PlaybooksShape | None = None


@dataclass(frozen=True, slots=True)
class Playbooks:
    """The section, read; ``offers`` with their conditions."""

    shape: PlaybooksShape
    offers: tuple[tuple[ReliefOfferShape, Condition], ...]

    def role(self, name: str) -> RoleShape | None:
        """Return a role; None for the lead and the second officer."""
        return next((one for one in self.shape.roles if one.role == name), None)

    def book(self, name: str) -> RunShape | None:
        """Return a playbook by name; None without one."""
        return next((one for one in self.shape.books if one.playbook == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the playbooks."""
        return tuple(one.playbook for one in self.shape.books)


def read_playbooks(loaded: strictyaml.Loaded, problems: list[str]) -> Playbooks | None:
    """Return the section, None without one; what cannot be read goes into ``problems``.

    Raises:
        InvalidInput: the section has another shape.
    """
    shape = sections(PlaybooksSection, loaded).playbooks
    if shape is None:
        return None
    problems.extend(_unknown_owners(shape, loaded))
    problems.extend(_taken(shape, loaded))
    return Playbooks(shape, tuple(compiled(shape.offers, ("playbooks", "offers"), loaded, problems)))


def _unknown_owners(shape: PlaybooksShape, loaded: strictyaml.Loaded) -> Iterator[str]:
    known = (LEAD, SECOND, *(one.role for one in shape.roles))
    for place, step in _steps(shape):
        if step.owner not in known:
            yield unknown(loaded, (*place, "owner"), step.owner, known)


def _steps(shape: PlaybooksShape) -> Iterator[tuple[tuple[str | int, ...], RunStepShape]]:
    for n, book in enumerate(shape.books):
        place: tuple[str | int, ...] = ("playbooks", "books", n)
        yield from _placed((*place, "steps"), book.steps)
        for m, branch in enumerate(book.branches):
            yield from _placed((*place, "branches", m, "steps"), branch.steps)


def _placed(
    place: tuple[str | int, ...], steps: Iterable[RunStepShape]
) -> Iterator[tuple[tuple[str | int, ...], RunStepShape]]:
    for n, step in enumerate(steps):
        yield (*place, n), step


def _taken(shape: PlaybooksShape, loaded: strictyaml.Loaded) -> Iterator[str]:
    for key, names in (
        ("books", [one.playbook for one in shape.books]),
        ("roles", [one.role for one in shape.roles]),
    ):
        for n, name in enumerate(names):
            if name in names[:n]:
                place = ("playbooks", key, n, "playbook" if key == "books" else "role")
                yield problem(loaded, place, _("this rule's name is taken above"))
