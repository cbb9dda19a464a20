"""What the policy says of vintages, expected losses, remaining terms and the watch-list."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from loancrm import strictyaml
from loancrm.i18n import _
from loancrm.numerals import MILLION
from loancrm.policy.compiling import compiled
from loancrm.policy.conditions import Condition
from loancrm.policy.credit import Share
from loancrm.policy.parse import LOANS
from loancrm.policy.sections import sections
from loancrm.policy.shapes import RuleName, Shape, TextShape

Part = Annotated[Share, Field(ge=0, le=MILLION)]  # of a whole
Times = Annotated[Share, Field(ge=0)]
Segment = Literal["quality", "potential", "mass_market", "risk"]
Stage = Literal["stage_1", "stage_2"]
CollateralKind = Literal[
    "real_estate", "land", "equipment", "vehicle", "inventory", "receivables", "deposit", "shares", "other"
]
OTHER = "other"


class VintageShape(Shape):
    """More than how many days past due a loan went bad, and how it was replaced where its cohort stays."""

    days_past_due: Annotated[int, Field(ge=0, le=9999)]
    keeps_cohort: tuple[Literal["renewal", "refinancing"], ...]


class ScenarioShape(Shape):
    """A course of the economy: its weight, and what multiplies how often loans default and what is lost."""

    name: RuleName
    weight: Part
    default: Times
    lost: Times


class RecoveryShape(Shape):
    """What is got back from collateral: its value less haircut and costs; the least lost all the same."""

    floor: Part
    costs: Part
    haircuts: dict[CollateralKind, Part]

    @field_validator("haircuts")
    @classmethod
    def _others(cls, haircuts: dict[CollateralKind, int]) -> dict[CollateralKind, int]:
        if OTHER not in haircuts:
            raise ValueError(_("other is needed: the haircut of the rest"))
        return haircuts


class ExpectedLossShape(Shape):
    """Expected losses beside ``provisions``.

    ``default_from``: what tells how often a loan defaults before its stage does, the first that is known:
    the customer's newest kept grade (``pricing.grades``) or the segment. ``general``: provided of all loans
    at least. ``collateral`` null: what is lost goes by what secures the loan alone.
    """

    general: Part
    default_from: tuple[Literal["grade", "segment"], ...]
    default_by_segment: dict[Segment, dict[Stage, Part]]
    collateral: RecoveryShape | None
    scenarios: tuple[ScenarioShape, ...] = Field(min_length=1, max_length=9)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(one.weight for one in self.scenarios) != MILLION:
            raise ValueError(_("the weights of the scenarios sum to 100%"))
        if len({one.name for one in self.scenarios}) < len(self.scenarios):
            raise ValueError(_("this rule's name is taken above"))
        return self


class MaturityShape(Shape):
    """The upper edges of the remaining terms, in months."""

    months: tuple[Annotated[int, Field(ge=1, le=1200)], ...] = Field(min_length=1, max_length=20)

    @field_validator("months")
    @classmethod
    def _rising(cls, months: tuple[int, ...]) -> tuple[int, ...]:
        if list(months) != sorted(set(months)):
            raise ValueError("1, 3, 6, …")
        return months


class WatchedShape(Shape):
    """Live loans for which ``when`` (figures of loans) holds are on the watch-list, because of ``text``."""

    rule: RuleName
    when: Any
    text: TextShape


class RiskSections(Shape):
    """What risk reports go by; without a section, of a policy from before, the example's holds."""

    vintage: VintageShape | None = None
    expected_loss: ExpectedLossShape | None = None
    maturity: MaturityShape | None = None
    watch_list: tuple[WatchedShape, ...] | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A rule of the watch-list, its condition read."""

    rule: str
    when: Condition
    text: TextShape


@dataclass(frozen=True, slots=True)
class Risk:
    """The sections, read; None where the policy has none."""

    vintage: VintageShape
    expected_loss: ExpectedLossShape
    maturity: MaturityShape
    watch_list: tuple[Watched, ...]


def read_risk(loaded: strictyaml.Loaded, problems: list[str], usual: Risk | None = None) -> Risk:
    """Return the sections, ``usual`` where they say nothing; what cannot be read goes into ``problems``.

    Raises:
        InvalidInput: a section has another shape.
    """
    found = sections(RiskSections, loaded)
    rules = compiled(found.watch_list or (), ("watch_list",), loaded, problems, LOANS)
    own = tuple(Watched(one.rule, when, one.text) for one, when in rules)
    return Risk(
        vintage=found.vintage or usual.vintage,  # type: ignore[union-attr]
        expected_loss=found.expected_loss or usual.expected_loss,  # type: ignore[union-attr]
        maturity=found.maturity or usual.maturity,  # type: ignore[union-attr]
        watch_list=own if found.watch_list is not None or usual is None else usual.watch_list,
    )


def problems_of_risk(loaded: strictyaml.Loaded, problems: list[str]) -> None:
    """Add what is wrong in the sections.

    Raises:
        InvalidInput: a section has another shape.
    """
    rules = sections(RiskSections, loaded).watch_list
    compiled(rules or (), ("watch_list",), loaded, problems, LOANS)
