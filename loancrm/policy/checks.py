"""The shape of what the policy says of post-loan checks: when each is due, and what it needs."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from loancrm.policy.shapes import RuleName, Shape

CheckDays = Annotated[int, Field(ge=1, le=3650)]
FiveTier = Literal["normal", "special_mention", "substandard", "doubtful", "loss"]
Security = Literal["unsecured", "guarantee", "mortgage", "pledge"]
Judgement = Literal["refuse", "warn", "allow"]


class CheckRuleShape(Shape):
    """How loans are checked for which all of it holds; what is not said, or empty, fits any loan.

    Attributes:
        from_months: a term of so many months or more.
        up_to_amount: no more is outstanding, in units of the book's currency.
        first_days: from the draw to the first check; null: none.
        every_days: from one check to the next; null: none.
        on_site: the kinds of check that are made at the customer's.
    """

    rule: RuleName
    product: tuple[str, ...] = ()
    security: tuple[Security, ...] = ()
    five_tier: tuple[FiveTier, ...] = ()
    from_months: Annotated[int, Field(ge=1, le=1200)] | None = None
    up_to_amount: Annotated[int, Field(ge=0, le=10**12)] | None = None
    first_days: CheckDays | None
    every_days: CheckDays | None
    on_site: tuple[Literal["first", "regular", "special"], ...] = ()


class ChecksShape(Shape):
    """Post-loan checks.

    ``kept_since``: of loans whose first check fell due before that day, and that were never checked here, the
    regular check is asked for, counted from it; null: the day of the earliest check that the book has. The
    first rule that fits a loan holds.
    """

    one_officer_on_site: Judgement
    from_the_desk: Judgement
    kept_since: date | None = None
    rules: tuple[CheckRuleShape, ...] = Field(min_length=1)


class ChecksSection(Shape):
    """The section of post-loan checks; without it, of a policy from before, the example's holds."""

    checks: ChecksShape | None = None
