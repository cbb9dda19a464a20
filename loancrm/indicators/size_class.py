"""The size class of companies as SQL: what ``lending.size_class`` says of one, of all of a book."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, case, func, literal, null, or_

from loancrm.indicators.sources import Sources
from loancrm.indicators.statements import of_a_year
from loancrm.lending.size_class import BELOW, CLASSES, LIMITS, MINOR_UNITS, NEEDS_DIVISION, OUTSIDE, Limits

Counted = dict[str, tuple[ColumnElement[Any], int]]


def computed_size(sources: Sources) -> ColumnElement[Any]:
    """Return the class by the customer's own industry, employees, and newest statement of a whole year.

    NULL without limits, or with a figure missing that counts.
    """
    industry, lines = sources.customer("industry"), of_a_year(sources)
    figures = {
        "employees": (sources.customer("employees"), 1),
        "revenue": (lines.revenue, MINOR_UNITS),
        "assets": (lines.total_assets, MINOR_UNITS),
    }
    none = null().cast(String)
    by_length = sorted(LIMITS, key=len, reverse=True)  # the group's limits go before the section's
    return case(
        *((_is_of(industry, code), none) for code in OUTSIDE),
        (industry.in_(NEEDS_DIVISION), none),
        *((_is_of(industry, code), _class_of(LIMITS[code], figures)) for code in by_length),
        else_=none,
    )


def _is_of(industry: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    return func.substr(industry, 1, len(code)) == code


def _class_of(limits: Limits, figures: Counted) -> ColumnElement[Any]:
    """Return the class of which all figures that count reach the lower limit; below small is micro."""
    counted = [
        (value, [step * unit for step in getattr(limits, name)])
        for name, (value, unit) in figures.items()
        if getattr(limits, name) is not None
    ]
    large, medium, small = CLASSES

    def misses(place: int) -> ColumnElement[bool]:
        return or_(*(value < steps[place] for value, steps in counted))

    return case(
        (misses(2), BELOW),
        (or_(*(value.is_(None) for value, _steps in counted)), null()),
        (misses(1), small),
        (misses(0), medium),
        else_=literal(large),
    )
