"""Expected credit loss of a loan, exact in whole minor units. Pure.

IFRS 9, 5.5: of twelve months ECL12 = PD·LGD·EAD·DF; of the whole life Σ S(t−1)·h(t)·LGD·EAD(t)/(1+EIR)^t with
S(0) = 1 and S(t) = S(t−1)·(1−h(t)); of a loan that has defaulted LGD·EAD.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from loancrm.lending.rounding import rounded

MILLION = 1_000_000
LIFELONG, DEFAULTED = 2, 3  # stages


@dataclass(frozen=True, slots=True)
class ProvisionRules:
    """What the policy says of losses; all in millionths.

    Attributes:
        default: how often a loan defaults in a year, by stage; a stage that is left out has defaulted.
        lost: the part that is lost of a loan that defaults, by security; of another all of it.
        by_class: what is provided of the balance, by class.
    """

    default: Mapping[int, int]
    lost: Mapping[str, int]
    by_class: Mapping[str, int]

    def provision(self, five_tier: str | None, balance: int) -> int:
        """Return what is provided for a balance of a class, in minor units."""
        return rounded(balance * self.by_class.get(five_tier or "", 0), MILLION)

    def expected_loss(
        self, stage: int, security: str | None, balance: int, years: int, annual_rate: int
    ) -> int:
        """Return the expected loss of a balance in minor units.

        Of stage 1 the loss of twelve months, of stage 2 that of the years left (at least one), the balance
        standing until then: no more can be lost; of stage 3 what is lost of a loan that has defaulted.
        """
        lost = self.lost.get(security or "", MILLION)
        if stage == DEFAULTED or stage not in self.default:
            return rounded(balance * lost, MILLION)
        is_lifelong = stage == LIFELONG
        exposures = [balance] * (max(1, years) if is_lifelong else 1)
        return lifetime(self.default[stage], lost, exposures, annual_rate if is_lifelong else 0)


def lifetime(default: int, lost: int, exposures: Sequence[int], annual_rate: int) -> int:
    """Return the loss expected over years, discounted from each year's end.

    Args:
        default: how often a loan that has lasted so far defaults in a year, millionths.
        lost: the part that is lost then, millionths.
        exposures: what is outstanding in each year, in minor units.
        annual_rate: by which a loss is discounted, millionths; 0: not at all.
    """
    part = Fraction(lost, MILLION)
    years = enumerate(exposures, 1)
    sum_ = sum((yearly_part(default, year, annual_rate) * part * one for year, one in years), Fraction(0))
    return rounded(sum_.numerator, sum_.denominator)


def yearly_part(default: int, year: int, annual_rate: int) -> Fraction:
    """Return S(year−1)·h/(1+EIR)^year: the part of an exposure that defaults in a year, worth today.

    ``default`` and ``annual_rate`` in millionths; the year from 1 on.
    """
    hazard, growth = Fraction(default, MILLION), Fraction(MILLION + annual_rate, MILLION)
    return (1 - hazard) ** (year - 1) * hazard / growth**year
