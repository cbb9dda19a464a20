"""The least that a loan must earn: funding + expected loss + cost + margin; rates in millionths. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.lending.rounding import rounded
from loancrm.lending.schedule import MILLION


@dataclass(frozen=True, slots=True)
class GradeRule:
    """How often loans of a grade default in a year, and what is asked above the floor; millionths."""

    default: int
    spread: int


@dataclass(frozen=True, slots=True)
class PricingRules:
    """What the policy says of prices.

    Attributes:
        funding: what money costs for up to so many months (None: any), in rising order.
        cost: of making and keeping a loan.
        margin: what the bank must earn.
        loss_given_default: the part that is lost of a loan that defaults, by security.
        grades: by grade of the customer.
        usual_grade: of a customer without one.
    """

    funding: tuple[tuple[int | None, int], ...]
    cost: int
    margin: int
    loss_given_default: Mapping[str, int]
    grades: Mapping[str, GradeRule]
    usual_grade: str


@dataclass(frozen=True, slots=True)
class Floor:
    """The parts of a pricing floor; ``asked`` is the floor and the spread of the grade."""

    grade: str
    funding: int
    expected_loss: int
    cost: int
    margin: int
    spread: int

    @property
    def floor(self) -> int:
        """The least rate."""
        return self.funding + self.expected_loss + self.cost + self.margin

    @property
    def asked(self) -> int:
        """The rate that the policy asks of this grade."""
        return self.floor + self.spread


def floor(rules: PricingRules, months: int | None, security: str, grade: str | None = None) -> Floor:
    """Return the pricing floor of a loan.

    Args:
        rules: of the policy.
        months: the term; None: the longest.
        security: unsecured, guarantee, mortgage or pledge.
        grade: of the customer; None: the usual one.

    Raises:
        InvalidInput: the policy knows no such grade.
    """
    name = rules.usual_grade if grade is None else grade
    if name not in rules.grades:
        message = _("the policy prices these grades: {grades}").format(grades=", ".join(rules.grades))
        raise InvalidInput(message, field="--grade")
    found = rules.grades[name]
    fits = [rate for most, rate in rules.funding if most is None or (months is not None and months <= most)]
    funding = fits[0] if fits else rules.funding[-1][1]
    lost = rounded(found.default * rules.loss_given_default.get(security, MILLION), MILLION)
    return Floor(name, funding, lost, rules.cost, rules.margin, found.spread)
