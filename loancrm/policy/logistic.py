"""The arithmetic of a logistic card: the one place where a float is right.

Coefficients are estimates of real numbers, and e^x has no exact value: whole millionths would pretend to
an exactness that is not there. What is kept and shown is rounded once, at the end, to six digits of a
probability and two of a score. Terms are added from left to right as doubles, in SQL and here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Double, case, cast, func, literal

from loancrm.numerals import CENTS, MILLION
from loancrm.policy.conditions import Columns, Value
from loancrm.policy.parse import figure_named

HALF = 0.5  # what is added before rounding down: halves go up


def as_millionths(value: float) -> int:
    """Return ``value`` in millionths, halves up."""
    return math.floor(value * MILLION + HALF)


def probability_of(x: float) -> int:
    """Return 1 / (1 + e^-x) in millionths; written so that e^ never overflows."""
    if x >= 0:
        return as_millionths(1 / (1 + math.exp(-x)))
    odds = math.exp(x) if x > math.log(math.ulp(0.0)) else 0.0
    return as_millionths(odds / (1 + odds))


@dataclass(frozen=True, slots=True)
class Scaling:
    """A score that rises by ``points_to_double`` when the odds, good to bad, double.

    score + points_to_double · log2(odds of the customer ÷ odds), with odds = e^-x: x is about the bad event.
    """

    score: float
    odds: float
    points_to_double: float

    def score_of(self, x: float) -> int:
        """Return the score in millionths, rounded to hundredths, halves up."""
        value = self.score + self.points_to_double * (-x - math.log(self.odds)) / math.log(2)
        return math.floor(value * CENTS + HALF) * (MILLION // CENTS)


@dataclass(frozen=True)
class Term:
    """A figure times its coefficient, or the coefficient of its category; ``other`` of all the others."""

    indicator: str
    coefficient: float | None
    categories: Mapping[Value, float]
    other: float
    missing: float | None
    digits: int | None = None

    @property
    def span(self) -> tuple[float, float] | None:
        """Return the least and the most that it can be; None where the figure could be anything."""
        if self.coefficient is not None:
            if figure_named(self.indicator).unit != "yes_no":
                return None
            return min(0.0, self.coefficient), max(0.0, self.coefficient)
        found = (*self.categories.values(), self.other)
        return min(found), max(found)

    def term(self, value: Value) -> float | None:
        """Return the term of ``value``: money in whole units of the currency, shares as they are."""
        if value is None:
            return self.missing
        if self.coefficient is None:
            found = value if self.digits is None else shortened(str(value), self.digits)
            return self.categories.get(found, self.other)
        assert isinstance(value, int)
        return float(value) / self._unit * self.coefficient

    def sql(self, columns: Columns) -> ColumnElement[float]:
        """Return the term, NULL where the figure is missing and ``missing`` does not say."""
        column = columns[self.indicator]
        return case((column.is_(None), _double(self.missing)), else_=self._known(column))

    def _known(self, column: ColumnElement[Any]) -> ColumnElement[float]:
        if self.coefficient is None:
            other = _double(self.other)
            column = column if self.digits is None else _shortened(column, self.digits)
            cases = [(column == value, _double(one)) for value, one in self.categories.items()]
            return case(*cases, else_=other) if cases else other
        if figure_named(self.indicator).unit == "yes_no":
            return case((column, _double(self.coefficient)), else_=_double(0.0))
        scaled: ColumnElement[Any] = cast(column, Double()) / _double(self._unit)
        return scaled * _double(self.coefficient)

    @property
    def _unit(self) -> float:
        unit = figure_named(self.indicator).unit
        return float(MILLION if unit in ("ratio", "number") else CENTS if unit == "money" else 1)


def shortened(code: str, digits: int) -> str:
    """Return the beginning of a code: so many digits, and the letter of the section before them."""
    return code[:digits] if "0" <= code[:1] <= "9" else code[: digits + 1]


def _shortened(code: ColumnElement[Any], digits: int) -> ColumnElement[Any]:
    plain = func.substr(code, 1, 1).between("0", "9")
    return case((plain, func.substr(code, 1, digits)), else_=func.substr(code, 1, digits + 1))


def _double(value: float | None) -> ColumnElement[Any]:
    return literal(value, Double())
