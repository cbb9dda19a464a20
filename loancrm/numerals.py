"""Numbers as text, from integers alone: money is minor units, ratios and rates are millionths."""

from __future__ import annotations

from collections.abc import Mapping

MILLION = 1_000_000
CENTS = 100  # minor units of the currency, and hundredths of a point
EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def plain_money(minor: int) -> str:
    """Return minor units as data: ``125000000`` is ``1250000.00``."""
    return _point(minor, 2)


def format_money(minor: int) -> str:
    """Return minor units for the screen: ``125000000`` is ``1,250,000.00``."""
    return _point(minor, 2, grouped=True)


def plain_millionths(value: int) -> str:
    """Return millionths as data: ``34500`` is ``0.034500``."""
    return _point(value, 6)


def plain_points(value: int) -> str:
    """Return millionths of a point with two decimals, which points never have more of."""
    return _point(value * CENTS // MILLION, 2)


def format_points(value: int) -> str:
    """Return points as people read them: ``1067900000`` millionths are ``1,067.90``."""
    return _point(value * CENTS // MILLION, 2, grouped=True)


def format_ratio(value: int) -> str:
    """Return millionths as a per cent with one decimal, halves away from zero: ``34500`` is ``3.5 %``."""
    tenths = (abs(value) + 500) // 1000
    return _point(-tenths if value < 0 else tenths, 1, grouped=True) + " %"


def exact_number(value: int) -> str:
    """Return millionths as data without needless noughts: ``2873600`` is ``2.8736``, ``2000000`` is ``2``."""
    return _point(value, 6).rstrip("0").rstrip(".")


def format_number(value: int) -> str:
    """Return millionths with at most four decimals, halves away from zero: ``1333333`` is ``1.3333``."""
    rounded = (abs(value) + 50) // 100
    return _point(-rounded if value < 0 else rounded, 4, grouped=True).rstrip("0").rstrip(".")


def format_rate(value: int) -> str:
    """Return millionths as an exact per cent with two to four decimals: ``34500`` is ``3.45 %``."""
    whole, decimals = _point(value, 4, grouped=True).split(".")
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')} %"


def format_decimal(text: str) -> str:
    """Return the text of a decimal with four decimals, a small one with three digits: ``0.0000512``."""
    from decimal import Decimal

    value = Decimal(text)
    places = max(4, 2 - value.adjusted()) if value else 4
    return format(round(value, places), "f")


def ratio(part: int | None, whole: int | None) -> int | None:
    """Return ``part / whole`` in millionths, halves up; None where either is missing or ``whole`` is 0."""
    if part is None or not whole:
        return None
    return (2 * part * MILLION + whole) // (2 * whole)


def whole_parts(parts: Mapping[str, int]) -> dict[str, int | None]:
    """Return what each part is of their sum, in millionths that sum to one: the largest remainders round up.

    None of each where the sum is 0. No part is negative.
    """
    whole = sum(parts.values())
    if not whole:
        return dict.fromkeys(parts)
    shares = {key: part * MILLION // whole for key, part in parts.items()}
    by_remainder = sorted(parts, key=lambda key: parts[key] * MILLION % whole, reverse=True)
    for key in by_remainder[: MILLION - sum(shares.values())]:
        shares[key] += 1
    return {**shares}


def bar(millionths: int, width: int) -> str:
    """Return a bar of at most ``width`` characters, in eighths; what is above 0 is never invisible."""
    part = min(max(millionths, 0), MILLION)
    eighths = (part * width * 8 + MILLION // 2) // MILLION
    if part and width:
        eighths = max(eighths, 1)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8]


def _point(value: int, decimals: int, *, grouped: bool = False) -> str:
    whole, rest = divmod(abs(value), 10**decimals)
    digits = f"{whole:,}" if grouped else str(whole)
    return f"{'-' if value < 0 else ''}{digits}.{rest:0{decimals}d}"
