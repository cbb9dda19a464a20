"""The shape of what the policy says of class and stage, and the rules that ``lending.standing`` takes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, field_validator

from loancrm.dialect import MILLION
from loancrm.i18n import _
from loancrm.lending.standing import CLASSES, NON_PERFORMING, Observation, Rules
from loancrm.policy.shapes import Days, Shape

if TYPE_CHECKING:
    from loancrm.policy.credit import ReliefShape

Lowered = Literal["special_mention", "substandard", "doubtful", "loss"]
LostClass = Literal["substandard", "doubtful", "loss"]
Stage = Annotated[int, Field(ge=1, le=3)]
Percent = Annotated[int, Field(ge=1, le=100)]
Count = Annotated[int, Field(ge=0, le=120)]
ReliefKind = Literal[
    "extension", "renewal", "refinancing", "rate_cut", "capitalisation", "restructuring", "deferral"
]
MarkCode = Literal[
    "bankruptcy", "evasion", "unfound", "impaired", "downgraded", "misuse", "deviation", "refinanced"
]
DebtorKind = Literal["enterprise", "sole_proprietor", "student"]


class ObservationShape(Shape):
    """A class and a stage that last so many repayment periods and months, whichever ends later."""

    five_tier: Lowered
    stage: Stage
    periods: Count
    months: Count


class AgainShape(Shape):
    """The class and stage of a loan that is restructured again while it is observed."""

    five_tier: Lowered
    stage: Stage


class DebtorShape(Shape):
    """When all loans of a debtor are non-performing: shares in percent, more than which; null: never."""

    kinds: tuple[DebtorKind, ...]
    five_tier: LostClass
    here_percent: Percent | None
    elsewhere_percent: Percent | None
    written_off: Literal["counts", "left_out"] = "counts"


class StandingShape(Shape):
    """What gives a loan its class and its stage, beside days past due (``data.class_floor_days``)."""

    stage_from_days: dict[Literal["stage_2", "stage_3"], Days]
    stage_of_class: dict[Lowered, Stage]
    relief: dict[ReliefKind, Literal["observed", "as_before"]]
    restructured: ObservationShape
    restructured_again: AgainShape
    cured: ObservationShape
    missed_from_days: Annotated[int, Field(ge=1, le=365)]
    unknown_period_months: Annotated[int, Field(ge=1, le=120)]
    marks: dict[MarkCode, Lowered]
    expected_loss_percent: dict[Literal["doubtful", "loss"], Percent]
    debtor: DebtorShape

    @field_validator("cured")
    @classmethod
    def _non_performing(cls, cured: ObservationShape) -> ObservationShape:
        if cured.five_tier not in NON_PERFORMING:
            raise ValueError(
                _("a class that is non-performing: {names}").format(names=", ".join(NON_PERFORMING))
            )
        return cured


class StandingSection(Shape):
    """The section of class and stage; without it, of a policy from before, the example's holds."""

    standing: StandingShape | None = None


def rules_of(shape: StandingShape, class_from_days: Mapping[Any, int]) -> Rules:
    """Return the rules of a policy."""
    stages = sorted((int(name[-1]), days) for name, days in shape.stage_from_days.items())
    debtor = shape.debtor
    return Rules(
        class_from_days=_best_first(class_from_days),
        stage_from_days=tuple(stages),
        stage_of_class=tuple(shape.stage_of_class.items()),
        observed=tuple(kind for kind, effect in shape.relief.items() if effect == "observed"),
        restructured=_observation(shape.restructured),
        again=(shape.restructured_again.five_tier, shape.restructured_again.stage),
        cured=_observation(shape.cured),
        marks=_marks(shape.marks),
        loss_shares=tuple((name, _share(n)) for name, n in _best_first(shape.expected_loss_percent)),
        missed_from_days=shape.missed_from_days,
        unknown_period_months=shape.unknown_period_months,
        debtor_kinds=debtor.kinds,
        debtor_here=None if debtor.here_percent is None else _share(debtor.here_percent),
        debtor_elsewhere=None if debtor.elsewhere_percent is None else _share(debtor.elsewhere_percent),
        debtor_class=debtor.five_tier,
        debtor_written_off=debtor.written_off == "counts",
    )


def with_relief(rules: Rules, relief: "ReliefShape") -> Rules:
    """Return the rules with what the policy says of relief: which kinds are observed, and when."""
    when: dict[str, str] = {kind: rule.observed for kind, rule in relief.kinds.items()}
    observed = tuple(kind for kind in rules.observed if when.get(kind) != "never")
    return replace(
        rules,
        observed=observed,
        observed_in_difficulty=tuple(kind for kind in observed if when.get(kind) == "in_difficulty"),
        relief_floors=tuple(
            (kind, rule.floor) for kind, rule in relief.kinds.items() if rule.floor is not None
        ),
        difficulty_days=relief.difficulty_days,
        difficulty_classes=relief.difficulty_classes,
    )


def _marks(marks: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    """A policy from before deviations had a class of their own means that of misuse."""
    also = {"deviation": marks["misuse"]} if "misuse" in marks and "deviation" not in marks else {}
    return tuple({**marks, **also}.items())


def _best_first(by_class: Mapping[Any, int]) -> tuple[tuple[str, int], ...]:
    return tuple((name, by_class[name]) for name in CLASSES if name in by_class)


def _share(percent: int) -> int:
    return percent * MILLION // 100


def _observation(shape: ObservationShape) -> Observation:
    return Observation(shape.five_tier, shape.stage, shape.periods, shape.months)
