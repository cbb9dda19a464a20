"""What a customer brings in a period, in whole minor units. Pure.

Contribution = interest earned − cost of funding − expected loss − cost of service + margin on deposits. Each
part of a year is by its nights: ``balance · rate · nights ÷ days of the year``, rounded once, halves away
from zero.
``indicators.contribution`` says the same in SQL for the whole book.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loancrm.lending.rounding import rounded

MILLION = 1_000_000
YEAR = 365
YEAR_DAYS: Mapping[str, int] = {"act/360": 360, "act/364": 364}  # others: 365, so that a year is a year


@dataclass(frozen=True, slots=True)
class ValueRules:
    """What the policy says of the worth of customers; shares and rates in millionths, money in minor units.

    Attributes:
        funding: rates for terms of up to so many months (None: any), the shortest first.
        default: how often a loan defaults in a year, by stage; a stage that is left out has defaulted.
        lost: the part that is lost of a loan that defaults, by security; of another all of it.
        contact_cost: what a conversation costs, by channel; ``other`` of those that are not named.
        loan_year_cost: what a loan costs a year to look after.
        deposit_margin: what average deposits earn a year; None: deposits are left out.
        core_year_days: days of a year of a loan that is kept in the bank's core system.
        least_known: the part of the nights of loans on which balance and rate must be known.
        retention: the part of customers that is there a year later, by segment; ``other`` without one.
        discount: a year's.
        acquisition_cost: what winning a customer cost; counts in the year of the first loan.
        horizon_years: how many years are shown one by one.
        draw_days: how many days back draws are counted (RFM).
        monetary: what counts as the M of RFM: average_balance or contribution.
    """

    funding: tuple[tuple[int | None, int], ...]
    default: Mapping[int, int]
    lost: Mapping[str, int]
    contact_cost: Mapping[str, int]
    loan_year_cost: int
    deposit_margin: int | None
    core_year_days: int
    least_known: int
    retention: Mapping[str, int]
    discount: int
    acquisition_cost: int
    horizon_years: int
    draw_days: int
    monetary: str

    def retained(self, segment: str | None) -> int:
        """Return the retention of a segment, in millionths."""
        return self.retention.get(segment or "", self.retention["other"])


def portion(amount: int, part: int, whole: int) -> int:
    """Return ``amount · part ÷ whole`` in whole minor units, halves away from zero."""
    return rounded(amount * part, whole)


def interest(balance: int, annual_rate: int, nights: int, year_days: int) -> int:
    """Return what a balance earns, or costs, at a rate (millionths) in so many nights."""
    return portion(balance, annual_rate * nights, MILLION * year_days)


def expected_loss(balance: int, default: int, lost: int, nights: int) -> int:
    """Return the loss expected in so many nights: a year's PD · LGD · balance, by the nights.

    The loss in a default and its expectation are each rounded.
    """
    return portion(portion(balance, lost, MILLION), default * nights, MILLION * YEAR)
