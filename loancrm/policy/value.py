"""What the policy says of the worth of customers: costs, margins, retention, and which product comes next."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from loancrm import parsing, strictyaml
from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.lending.contribution import MILLION, ValueRules
from loancrm.policy.compiling import compiled
from loancrm.policy.conditions import Condition
from loancrm.policy.credit import Share
from loancrm.policy.sections import sections
from loancrm.policy.shapes import RuleName, Shape, TextShape

if TYPE_CHECKING:
    from loancrm.lending.expected_loss import ProvisionRules
    from loancrm.lending.pricing import PricingRules

OTHER = "other"


def _money(value: Any) -> Any:
    """Read an amount of the book's currency as minor units."""
    try:
        return parsing.amount(str(value), "")
    except InvalidInput as fault:
        raise ValueError(fault.message) from None


Money = Annotated[int, BeforeValidator(_money), Field(ge=0)]
Channel = Literal[
    "branch", "visit", "phone", "video", "wechat", "sms", "email", "letter", "website", "app", "social_media",
    "industry_event", "seminar", "other",
]  # fmt: skip
Kept = Literal["quality", "potential", "mass_market", "risk", "other"]


class RfmShape(Shape):
    """How far back draws are counted, and what counts as the monetary value."""

    months: Annotated[int, Field(ge=1, le=240)]
    monetary: Literal["average_balance", "contribution"]


class OfferedShape(Shape):
    """Customers for whom ``when`` holds may need ``offer``; ``reason`` says why."""

    rule: RuleName
    when: Any
    offer: TextShape
    reason: TextShape


class ValueShape(Shape):
    """Costs of service, margins, retention and discount, and the rules of the next product."""

    core_year_days: Literal[360, 365]
    least_known: Share
    contact_cost: dict[Channel, Money]
    loan_year_cost: Money
    deposit_margin: Share | None
    retention: dict[Kept, Share]
    discount: Annotated[Share, Field(ge=0)]
    acquisition_cost: Money
    horizon_years: Annotated[int, Field(ge=1, le=30)]
    rfm: RfmShape
    next_products: tuple[OfferedShape, ...]

    @field_validator("contact_cost")
    @classmethod
    def _others_cost(cls, costs: dict[Channel, int]) -> dict[Channel, int]:
        if OTHER not in costs:
            raise ValueError(_("other is needed: what the rest costs"))
        return costs

    @field_validator("retention")
    @classmethod
    def _below_one(cls, kept: dict[Kept, int]) -> dict[Kept, int]:
        if OTHER not in kept:
            raise ValueError(_("other is needed: customers without a segment"))
        if not all(0 <= share < MILLION for share in kept.values()):
            raise ValueError(_("from 0 to less than 100%: what nobody ever leaves is worth without end"))
        return kept

    def rules(self, pricing: "PricingRules", losses: "ProvisionRules") -> ValueRules:
        """Return what figures read; funding and losses are those of the policy's other sections."""
        return ValueRules(
            funding=tuple(pricing.funding),
            default=losses.default,
            lost=losses.lost,
            contact_cost={str(name): cost for name, cost in self.contact_cost.items()},
            loan_year_cost=self.loan_year_cost,
            deposit_margin=self.deposit_margin,
            core_year_days=self.core_year_days,
            least_known=self.least_known,
            retention={str(name): share for name, share in self.retention.items()},
            discount=self.discount,
            acquisition_cost=self.acquisition_cost,
            horizon_years=self.horizon_years,
            draw_days=(self.rfm.months * 1461 + 24) // 48,
            monetary=self.rfm.monetary,
        )


class ValueSection(Shape):
    """The section of worth; without it, of a policy from before, the example's holds."""

    value: ValueShape | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """A rule of the next product, with its condition read."""

    rule: str
    when: Condition
    offer: TextShape
    reason: TextShape


@dataclass(frozen=True, slots=True)
class Value:
    """The section, read."""

    shape: ValueShape
    next_products: tuple[Offered, ...]


def read_value(loaded: strictyaml.Loaded, problems: list[str]) -> Value | None:
    """Return the section, None without one; conditions that cannot be read go into ``problems``.

    Raises:
        InvalidInput: the section has another shape.
    """
    shape = sections(ValueSection, loaded).value
    if shape is None:
        return None
    rules = compiled(shape.next_products, ("value", "next_products"), loaded, problems)
    return Value(shape, tuple(Offered(one.rule, when, one.offer, one.reason) for one, when in rules))
