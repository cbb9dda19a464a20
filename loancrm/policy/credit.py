"""The shape of what the policy says of prices, of published rates, of relief and of promises to pay."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from loancrm import parsing
from loancrm.errors import InvalidInput
from loancrm.lending.expected_loss import ProvisionRules
from loancrm.policy.shapes import Days, Shape

if TYPE_CHECKING:  # every question reads a policy, and few price a loan or relieve one
    from loancrm.lending.pricing import PricingRules
    from loancrm.lending.relief import KindRule, ReliefRules


def _share(value: Any) -> Any:
    """Read ``1.80%``, ``180bp`` or ``0.018`` as millionths."""
    try:
        return parsing.ratio(str(value), "")
    except InvalidInput as fault:
        raise ValueError(fault.message) from None


Share = Annotated[int, BeforeValidator(_share)]
Months = Annotated[int, Field(ge=1, le=1200)]
Percent = Annotated[int, Field(ge=0, le=100)]
FiveTier = Literal["normal", "special_mention", "substandard", "doubtful", "loss"]
Security = Literal["unsecured", "guarantee", "mortgage", "pledge"]
KindOfRelief = Literal[
    "deferral",
    "extension",
    "renewal",
    "refinancing",
    "rate_cut",
    "capitalisation",
    "restructuring",
    "policy_deferral",
]
KindOfCustomer = Literal["enterprise", "sole_proprietor", "student"]


class TenorShape(Shape):
    """A rate for terms of up to so many months; null: any."""

    up_to_months: Months | None
    rate: Share


class GradeShape(Shape):
    """How often a grade defaults in a year, and what is asked above the floor."""

    default: Share
    spread: Share


class PricingShape(Shape):
    """The least that a loan must earn: funding + default · loss given default + cost + margin."""

    funding: tuple[TenorShape, ...] = Field(min_length=1)
    cost: Share
    margin: Share
    loss_given_default: dict[Security, Share]
    usual_grade: str
    grades: dict[str, GradeShape] = Field(min_length=1)

    @property
    def rules(self) -> "PricingRules":
        """Return what loan arithmetic reads."""
        from loancrm.lending.pricing import GradeRule, PricingRules

        return PricingRules(
            funding=tuple((one.up_to_months, one.rate) for one in self.funding),
            cost=self.cost,
            margin=self.margin,
            loss_given_default={str(name): part for name, part in self.loss_given_default.items()},
            grades={name: GradeRule(one.default, one.spread) for name, one in self.grades.items()},
            usual_grade=self.usual_grade,
        )


class ProvisionsShape(Shape):
    """How often loans of a stage default in a year, and what is provided of the balance of a class."""

    default: dict[Literal["stage_1", "stage_2"], Share]
    by_class: dict[FiveTier, Share]

    def rules(self, lost: Mapping[str, int]) -> ProvisionRules:
        """Return what loan arithmetic reads; ``lost`` by security is that of prices."""
        default = {int(name[-1]): share for name, share in self.default.items()}
        return ProvisionRules(default, lost, {str(name): share for name, share in self.by_class.items()})


class TermLimitShape(Shape):
    """Loans of up to so many months (null: any): at most so many per cent of the term, or so many months."""

    up_to_months: Months | None
    percent: Percent | None
    months: Months | None


class ReliefKindShape(Shape):
    """The limits of a kind of relief and what it does to the class; empty and null: no limit."""

    customers: tuple[KindOfCustomer, ...]
    before_maturity: bool
    guarantor_consent: bool
    most_months: Months | None
    by_term: tuple[TermLimitShape, ...]
    most_days_past_due: Days | None
    longer_tenor_rate: bool
    observed: Literal["never", "in_difficulty", "always"]
    floor: FiveTier | None


class ReliefShape(Shape):
    """Relief: who is in difficulty, how long what is restructured is observed, and each kind's limits."""

    difficulty_days: Days
    difficulty_classes: tuple[FiveTier, ...]
    observation_months: Months
    observation_periods: Annotated[int, Field(ge=1, le=100)]
    observed_floor: FiveTier
    again_floor: FiveTier
    tenor_rates: tuple[TenorShape, ...]
    kinds: dict[KindOfRelief, ReliefKindShape]

    def rules_with(self, observed: Collection[str]) -> "ReliefRules":
        """Return what loan arithmetic reads; kinds that are not ``observed`` leave the class as before."""
        from loancrm.lending.relief import ReliefRules

        return ReliefRules(
            kinds={name: _kind(one, is_observed=name in observed) for name, one in self.kinds.items()},
            difficulty_days=self.difficulty_days,
            difficulty_classes=self.difficulty_classes,
            observation_months=self.observation_months,
            observation_periods=self.observation_periods,
            observed_floor=self.observed_floor,
            again_floor=self.again_floor,
            tenor_rates=tuple((one.up_to_months, one.rate) for one in self.tenor_rates),
        )


def _kind(shape: ReliefKindShape, *, is_observed: bool) -> "KindRule":
    from loancrm.lending.relief import KindRule, TermLimit

    by_term = tuple(TermLimit(one.up_to_months, one.percent, one.months) for one in shape.by_term)
    when = shape.observed if is_observed else "never"
    return KindRule(**(shape.model_dump() | {"by_term": by_term, "observed": when}))


class PromisesShape(Shape):
    """A promise is kept by what comes until so many days after its day, up to so many per cent less."""

    tolerance_percent: Percent
    grace_days: Days


class ReferenceRatesShape(Shape):
    """A published rate older than so many days says nothing any more of the day on which a loan reprices."""

    most_days_old: Days


Deviation = Literal["use_changed", "other_payee", "flowed_back", "no_evidence"]


class EntrustedShape(Shape):
    """Payments of more are made by the bank to the payee; without a ``product`` of all loans."""

    product: tuple[str, ...]
    above: Annotated[int, Field(ge=0, le=10**12)]


class ProceedsShape(Shape):
    """The use of loans: when the bank pays the payee itself, the first rule that fits; what is misuse."""

    entrusted: tuple[EntrustedShape, ...]
    misuse: tuple[Deviation, ...]


class CreditSections(Shape):
    """Prices, relief and promises; without a section, of a policy from before, the example's holds."""

    reference_rates: ReferenceRatesShape | None = None

    pricing: PricingShape | None = None
    provisions: ProvisionsShape | None = None
    relief: ReliefShape | None = None
    promises: PromisesShape | None = None
    proceeds: ProceedsShape | None = None
