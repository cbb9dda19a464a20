"""What the policy says of calls and messages: figures of a brief, offers held back, quiet hours."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any

from pydantic import Field, field_validator

from loancrm import strictyaml
from loancrm.errors import LoanCrmError
from loancrm.indicators.figures import find
from loancrm.policy.compiling import compiled
from loancrm.policy.conditions import Condition
from loancrm.policy.sections import sections
from loancrm.policy.shapes import RuleName, Shape, TextShape

ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class HoursShape(Shape):
    """Hours of a day in the book's zone; ``from`` may be later than ``until``: over midnight."""

    from_: ClockTime = Field(alias="from")
    until: ClockTime

    def holds(self, moment: time) -> bool:
        """Say whether a moment lies within: from the first one on, before the last."""
        first, last = time.fromisoformat(self.from_), time.fromisoformat(self.until)
        if first <= last:
            return first <= moment < last
        return moment >= first or moment < last


class HeldBackShape(TextShape):
    """Nothing is offered to customers for whom ``when`` holds; the texts say why."""

    rule: RuleName
    when: Any


class FiguresShape(Shape):
    """The figures of a brief, by kind of customer."""

    enterprise: tuple[str, ...] = ()
    sole_proprietor: tuple[str, ...] = ()
    student: tuple[str, ...] = ()

    @field_validator("*")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            try:
                find(name)
            except LoanCrmError as fault:
                raise ValueError(fault.message) from None
        return names


class OutreachShape(Shape):
    """What is known before a call, when nobody is called or written to, and when nothing is offered."""

    talks: Annotated[int, Field(ge=1, le=50)]
    figures: FiguresShape
    quiet_hours: HoursShape | None
    held_back: tuple[HeldBackShape, ...]


class OutreachSection(Shape):
    """The section; without it, of a policy from before, the example's holds."""

    outreach: OutreachShape | None = None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A rule by which nothing is offered, with its condition read."""

    rule: str
    when: Condition
    text: TextShape


@dataclass(frozen=True, slots=True)
class Outreach:
    """The section, read."""

    shape: OutreachShape
    held_back: tuple[HeldBack, ...]


def read_outreach(loaded: strictyaml.Loaded, problems: list[str]) -> Outreach | None:
    """Return the section, None without one; conditions that cannot be read go into ``problems``.

    Raises:
        InvalidInput: the section has another shape.
    """
    shape = sections(OutreachSection, loaded).outreach
    if shape is None:
        return None
    rules = compiled(shape.held_back, ("outreach", "held_back"), loaded, problems)
    return Outreach(shape, tuple(HeldBack(rule.rule, when, rule) for rule, when in rules))
