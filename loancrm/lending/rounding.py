"""Rounding of exact fractions of minor units, in the one place where it happens."""

from __future__ import annotations

MODES = ("half_up", "half_even", "ceiling", "floor")


def rounded(numerator: int, denominator: int, mode: str = "half_up", unit: int = 1) -> int:
    """Return ``numerator / denominator`` rounded to a multiple of ``unit``.

    Args:
        numerator: of the amount in minor units.
        denominator: above zero.
        mode: one of ``MODES``; half_up sends halves away from zero.
        unit: minor units: 1 is 0.01, 100 a whole unit of the currency.
    """
    if mode == "half_up" and unit == 1 and numerator >= 0:  # nearly always
        return (2 * numerator + denominator) // (2 * denominator)
    sign = -1 if numerator < 0 else 1
    if mode in ("ceiling", "floor"):
        below = numerator // (denominator * unit)
        is_exact = below * denominator * unit == numerator
        return (below + (mode == "ceiling" and not is_exact)) * unit
    steps, rest = divmod(abs(numerator), denominator * unit)
    twice = 2 * rest
    if twice > denominator * unit or (twice == denominator * unit and (mode == "half_up" or steps % 2 == 1)):
        steps += 1
    return sign * steps * unit
