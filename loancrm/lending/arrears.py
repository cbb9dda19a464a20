"""How arrears, and what is used otherwise than agreed, bear interest. Pure.

Penalty interest runs on overdue principal, compound interest on overdue interest: at the contract rate, and
at the penalty rate once principal is overdue too. What is not used as agreed bears the rate for misuse from
that day until it is paid, and so does interest that is overdue of it; of two the heavier counts, never
both (People's Bank of China, Yinfa 2003 No. 251). The part that is misused counts as the last that is paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from loancrm.lending.allocation import USUAL_ORDER


@dataclass(frozen=True, slots=True)
class Arrears:
    """How arrears bear interest and payments are allocated.

    Attributes:
        contract_rate: millionths a year; compound interest on overdue interest.
        penalty_rate: millionths a year on overdue principal; 0: none.
        has_compound: whether overdue interest bears interest.
        day_count: how days are counted.
        order: what a payment pays first, of ``WHEN`` × ``WHAT``.
        misuse_rate: millionths a year on principal that is used otherwise than agreed; 0: the contract's.
    """

    contract_rate: int = 0
    penalty_rate: int = 0
    has_compound: bool = False
    day_count: str = "act/360"
    order: tuple[str, ...] = USUAL_ORDER
    misuse_rate: int = 0

    def at_rate(self, annual_rate: int) -> Arrears:
        """Return the same at another contract rate (millionths), in proportion; what breaks off goes up."""
        penalty, misuse = self.penalty_rate, self.misuse_rate
        if self.contract_rate:
            penalty = -(-penalty * annual_rate // self.contract_rate)
            misuse = -(-misuse * annual_rate // self.contract_rate)
        return replace(self, contract_rate=annual_rate, penalty_rate=penalty, misuse_rate=misuse)

    def bearing(self, principal: int, interest: int) -> int:
        """Return what a year of overdue principal and interest costs, in millionths of minor units."""
        return principal * self.penalty_rate + interest * self._compound_rate(principal)

    def bearing_misused(self, part: int | None, ahead: int, late: int, interest: int) -> tuple[int, int]:
        """Return the same where principal is misused as well, exactly: over the second number.

        Args:
            part: principal that is misused, in minor units; None: all.
            ahead: principal that is not due yet, which bears the contract rate by its schedule.
            late: principal that is overdue.
            interest: that is overdue and bears compound interest.
        """
        owed = ahead + late
        mine = owed if part is None else min(part, owed)
        of_ahead = min(mine, ahead)
        extra = of_ahead * max(self.misuse_rate - self.contract_rate, 0)
        extra += (mine - of_ahead) * max(self.misuse_rate - self.penalty_rate, 0)
        once = self.bearing(late, interest) + extra
        if not (interest and mine):
            return once, 1
        return once * owed + interest * mine * max(self.misuse_rate - self._compound_rate(late), 0), owed

    def _compound_rate(self, principal: int) -> int:
        return self.penalty_rate if principal and self.penalty_rate else self.contract_rate


@dataclass(frozen=True, slots=True)
class Misused:
    """From a day on so much of the principal is used otherwise than agreed, minor units; None: all of it."""

    on: date
    part: int | None


@dataclass(frozen=True, slots=True)
class Misuse:
    """One thing that was found: a part of the principal (None: all), from a day until another, or open."""

    on: date
    until: date | None
    part: int | None

    def holds(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.on <= day and (self.until is None or day < self.until)


def misused_from(found: Iterable[Misuse]) -> tuple[Misused, ...]:
    """Return how much is misused from each day on that changes it; parts add up."""
    every = tuple(found)
    days = {one.on for one in every} | {one.until for one in every if one.until is not None}
    return tuple(Misused(on, _together([one.part for one in every if one.holds(on)])) for on in sorted(days))


def _together(parts: list[int | None]) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
