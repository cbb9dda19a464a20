"""What the policy says of loyalty: which facts earn points, how long they last, tiers, rewards."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from loancrm import strictyaml
from loancrm.errors import NotFound, did_you_mean
from loancrm.i18n import _, listed
from loancrm.policy.compiling import compiled, problem
from loancrm.policy.conditions import Condition
from loancrm.policy.sections import sections
from loancrm.policy.shapes import Days, RuleName, Shape, TextShape
from loancrm.policy.value import Money

FactKind = Literal[
    "month_in_order", "instalment_on_time", "settled_early", "referral_disbursed", "tenure_year",
    "event_attended", "survey_answered",
]  # fmt: skip
Period = Literal["month", "quarter", "year", "ever"]
Points = Annotated[int, Field(ge=1, le=10_000_000)]
TIER = "loyalty_tier"


class EarnShape(Shape):
    """A fact of a kind earns ``points`` where ``when`` holds of the customer, at most ``cap`` in a period."""

    rule: RuleName
    fact: FactKind
    points: Points
    when: Any = "always"
    cap: Points | None = None
    per: Period = "year"


class TierShape(TextShape):
    """Who earned so many points in ``tier_days``, and for whom ``when`` holds; what they are given."""

    rule: RuleName
    from_points: Annotated[int, Field(ge=0, le=10_000_000)]
    when: Any = "always"
    benefits: tuple[TextShape, ...] = ()


class RewardShape(TextShape):
    """What points buy, and what it costs the bank."""

    points: Points
    cost: Money


class LoyaltyShape(Shape):
    """Points: from which day on facts earn, for how long they last, and what comes of them."""

    since: date
    valid_months: Annotated[int, Field(ge=1, le=240)] | None
    expiring_days: Days
    tier_days: Annotated[int, Field(ge=1, le=3650)]
    rules: tuple[EarnShape, ...]
    tiers: tuple[TierShape, ...]
    rewards: dict[RuleName, RewardShape]


class LoyaltySection(Shape):
    """The section of loyalty; without it, of a policy from before, the example's holds."""

    loyalty: LoyaltyShape | None = None


@dataclass(frozen=True, slots=True)
class Earn:
    """A rule that earns points, with its condition read."""

    shape: EarnShape
    when: Condition


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier, with its condition read."""

    shape: TierShape
    when: Condition


@dataclass(frozen=True, slots=True)
class Loyalty:
    """The section, read; tiers in the order of the file, the first that fits counts."""

    shape: LoyaltyShape
    rules: tuple[Earn, ...]
    tiers: tuple[Tier, ...]

    @property
    def valid_days(self) -> int | None:
        """Return for how many days points last; None: for ever. 48 months are 1461 days."""
        months = self.shape.valid_months
        return None if months is None else (months * 1461 + 24) // 48

    def tier(self, rule: str | None) -> TierShape | None:
        """Return the tier of a name."""
        return next((one.shape for one in self.tiers if one.shape.rule == rule), None)

    def reward(self, code: str) -> RewardShape:
        """Return a reward.

        Raises:
            NotFound: the policy has none of that name; the hint names the nearest.
        """
        found = self.shape.rewards.get(code)
        if found is None:
            known = tuple(self.shape.rewards)
            raise NotFound(
                _("the policy has no reward {code}").format(code=code[:40]),
                field="REWARD",
                hint=did_you_mean(code, known) or _("there are: {names}").format(names=listed(known)),
            )
        return found


def read_loyalty(loaded: strictyaml.Loaded, problems: list[str]) -> Loyalty | None:
    """Return the section, None without one; conditions that cannot be read go into ``problems``.

    Raises:
        InvalidInput: the section has another shape.
    """
    shape = sections(LoyaltySection, loaded).loyalty
    if shape is None:
        return None
    rules = compiled(shape.rules, ("loyalty", "rules"), loaded, problems)
    tiers = compiled(shape.tiers, ("loyalty", "tiers"), loaded, problems)
    for place, (_tier, when) in enumerate(tiers):
        if TIER in when.indicators():
            text = _("a tier cannot rest on the tier")
            problems.append(problem(loaded, ("loyalty", "tiers", place, "when"), text))
    return Loyalty(
        shape,
        tuple(Earn(rule, when) for rule, when in rules),
        tuple(Tier(tier, when) for tier, when in tiers),
    )
