"""What the policy says of invitations and campaigns: whose consent is needed, how often, who is held back."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from loancrm import strictyaml
from loancrm.policy.compiling import compiled
from loancrm.policy.conditions import Condition
from loancrm.policy.sections import sections
from loancrm.policy.shapes import RuleName, Shape

Wanted = Literal["given", "not_withdrawn", "not_asked"]


class HoldBackShape(Shape):
    """Customers for whom ``when`` holds get no invitation and no message."""

    rule: RuleName
    when: Any


class MarketingShape(Shape):
    """Invitations and campaigns.

    ``consent``: only who consented to marketing, or all who did not take it back, or nobody is asked.
    ``most_contacts``: of invitations, campaigns and marketing conversations in ``within_days``, so many go
    before; null: any.
    """

    consent: Wanted
    most_contacts: Annotated[int, Field(ge=1, le=1000)] | None
    within_days: Annotated[int, Field(ge=1, le=3650)]
    hold_back: tuple[HoldBackShape, ...] = ()


class MarketingSection(Shape):
    """The section of invitations and campaigns; without it, of a policy from before, the example's holds."""

    marketing: MarketingShape | None = None


@dataclass(frozen=True, slots=True)
class Marketing:
    """The section with its conditions read: rules by name."""

    shape: MarketingShape
    hold_back: tuple[tuple[str, Condition], ...]


def read_marketing(loaded: strictyaml.Loaded, problems: list[str]) -> Marketing | None:
    """Return the section, None where there is none; conditions that cannot be read go into ``problems``.

    Raises:
        InvalidInput: it has another shape.
    """
    shape = sections(MarketingSection, loaded).marketing
    if shape is None:
        return None
    rules = compiled(shape.hold_back, ("marketing", "hold_back"), loaded, problems)
    return Marketing(shape, tuple((rule.rule, when) for rule, when in rules))
