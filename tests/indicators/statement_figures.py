"""The ratios of a statement a second time, in fractions, as the sources say them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

MILLION = 1_000_000
Lines = Mapping[str, Fraction]
STOCKS = {
    "cash", "receivables", "inventory", "current_assets", "fixed_assets", "total_assets", "short_term_debt",
    "current_liabilities", "long_term_debt", "total_liabilities", "retained_earnings", "equity",
}  # fmt: skip


def z2(x: Lines) -> Fraction:
    """6.56·WC/TA + 3.26·RE/TA + 6.72·EBIT/TA + 1.05·BE/TL (Altman 2000)."""
    assets = x["total_assets"]
    return (
        Fraction("6.56") * (x["current_assets"] - x["current_liabilities"]) / assets
        + Fraction("3.26") * x["retained_earnings"] / assets
        + Fraction("6.72") * x["ebit"] / assets
        + Fraction("1.05") * x["equity"] / x["total_liabilities"]
    )


def dscr(x: Lines) -> Fraction:
    earned = x["ebit"] + x["depreciation"] - x["tax"] - x["capital_expenditure"] - x["distributions"]
    return earned / (x["interest_expense"] + x["short_term_debt"])


# name -> (what a whole one is worth, the figure)
RATIOS: dict[str, tuple[int, Callable[[Lines], Fraction]]] = {
    "current_ratio": (MILLION, lambda x: x["current_assets"] / x["current_liabilities"]),
    "quick_ratio": (MILLION, lambda x: (x["current_assets"] - x["inventory"]) / x["current_liabilities"]),
    "cash_ratio": (MILLION, lambda x: x["cash"] / x["current_liabilities"]),
    "debt_to_assets": (MILLION, lambda x: x["total_liabilities"] / x["total_assets"]),
    "interest_cover": (MILLION, lambda x: x["ebit"] / x["interest_expense"]),
    "net_margin": (MILLION, lambda x: x["net_profit"] / x["revenue"]),
    "gross_margin": (MILLION, lambda x: 1 - x["cost_of_sales"] / x["revenue"]),
    "return_on_assets": (MILLION, lambda x: x["net_profit"] / x["total_assets"]),
    "altman_z2": (MILLION, z2),
    "receivable_days": (1, lambda x: 365 * x["receivables"] / x["revenue"]),
    "inventory_days": (1, lambda x: 365 * x["inventory"] / x["cost_of_sales"]),
    "operating_cash_flow_to_current_liabilities": (
        MILLION, lambda x: x["operating_cash_flow"] / x["current_liabilities"],
    ),
    "debt_to_revenue": (MILLION, lambda x: (x["short_term_debt"] + x["long_term_debt"]) / x["revenue"]),
    "dscr": (MILLION, dscr),
    "revenue": (100, lambda x: x["revenue"]),
    "total_assets": (100, lambda x: x["total_assets"]),
    "equity": (100, lambda x: x["equity"]),
}  # fmt: skip


def rounded(value: Fraction) -> int:
    """Return the nearest whole number, halves away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return -whole if value < 0 else whole


def of_a_year(lines: Mapping[str, int], months: int) -> dict[str, Fraction]:
    """Return the lines with flows scaled to twelve months, in yuan and fen."""
    return {
        name: Fraction(value) if name in STOCKS else Fraction(rounded(Fraction(value * 1200, months)), 100)
        for name, value in lines.items()
    }


def figures(lines: Mapping[str, int], months: int) -> dict[str, int]:
    """Return every ratio of a statement, as the store counts it."""
    whole = of_a_year(lines, months)
    return {name: rounded(ratio(whole) * worth) for name, (worth, ratio) in RATIOS.items()}


def change(now: int, before: int) -> int:
    """Return the change of a figure as a share of what it was, in millionths."""
    return rounded(Fraction((now - before) * MILLION, abs(before)))
