"""What the policy says of customers who leave: when one is lost, what speaks for it, how one is won back."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from loancrm import strictyaml
from loancrm.i18n import _
from loancrm.policy.compiling import compiled
from loancrm.policy.conditions import Condition
from loancrm.policy.sections import sections
from loancrm.policy.shapes import Days, RuleName, Shape, TextShape

NotCounted = Literal["graduated", "written_off", "transferred"]


class SignalShape(TextShape):
    """A customer for whom ``when`` holds may leave; the texts say why."""

    rule: RuleName
    when: Any


class StepShape(TextShape):
    """A step of the playbook: so many days after it began, by the lead or the second officer."""

    step: RuleName
    after_days: Days
    owner: Literal["lead", "second"] = "lead"


class PlaybookShape(Shape):
    """How a customer for whom ``when`` holds is won back; the first that fits."""

    rule: RuleName
    when: Any
    steps: tuple[StepShape, ...] = Field(min_length=1)

    @field_validator("steps")
    @classmethod
    def _once(cls, steps: tuple[StepShape, ...]) -> tuple[StepShape, ...]:
        if len({one.step for one in steps}) < len(steps):
            raise ValueError(_("this rule's name is taken above"))
        return steps


class ChurnShape(Shape):
    """Customers who leave.

    ``window_days``: who has no live loan and no approved case so many days after the last loan was over is
    lost. ``not_counted``: leave the count, above and below the line. ``ahead_days``: how early the list names
    whose last loan ends; ``listed_days``: how long it names those who are lost. ``came_back_days``: a loan
    drawn within so many days after winning back began counts as its success beside what was recorded.
    """

    window_days: Annotated[int, Field(ge=1, le=3650)]
    not_counted: tuple[NotCounted, ...] = ()
    ahead_days: Days
    listed_days: Days
    came_back_days: Annotated[int, Field(ge=1, le=3650)]
    card: RuleName | None = None
    signals: tuple[SignalShape, ...] = ()
    win_back: tuple[PlaybookShape, ...] = ()


class GrowthShape(Shape):
    """Growth: the series of the market's total, and how many units of the currency 1 of it is."""

    market_series: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")] | None = None
    market_unit: Annotated[int, Field(ge=1, le=10**12)] = 1


class ChurnSection(Shape):
    """The sections of churn and growth; without the first, of a policy from before, the example's hold."""

    churn: ChurnShape | None = None
    growth: GrowthShape | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """What speaks for a customer's leaving, its condition read."""

    rule: str
    when: Condition
    text: TextShape


@dataclass(frozen=True, slots=True)
class Playbook:
    """How customers are won back for whom the condition holds."""

    rule: str
    when: Condition
    steps: tuple[StepShape, ...]


@dataclass(frozen=True, slots=True)
class Churn:
    """The sections, read; without one of growth there is no market to compare with."""

    shape: ChurnShape
    signals: tuple[Signal, ...]
    win_back: tuple[Playbook, ...]
    growth: GrowthShape


def read_churn(loaded: strictyaml.Loaded, problems: list[str]) -> Churn | None:
    """Return the section, None without one; conditions that cannot be read go into ``problems``.

    Raises:
        InvalidInput: the sections have another shape.
    """
    found = sections(ChurnSection, loaded)
    shape = found.churn
    if shape is None:
        return None
    signals = compiled(shape.signals, ("churn", "signals"), loaded, problems)
    books = compiled(shape.win_back, ("churn", "win_back"), loaded, problems)
    return Churn(
        shape,
        tuple(Signal(rule.rule, when, rule) for rule, when in signals),
        tuple(Playbook(rule.rule, when, rule.steps) for rule, when in books),
        found.growth or GrowthShape(),
    )
