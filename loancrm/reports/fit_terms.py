"""How a figure enters a logistic fit: an amount as it is, a category as a column of yes and no for each.

What a term weighs is computed here and nowhere else, from the coefficients as they are shown: what was
measured is what the card will say.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from loancrm.errors import UsageFault
from loancrm.i18n import _
from loancrm.indicators.catalogue import Indicator
from loancrm.lending.logistic import Estimate, constant
from loancrm.numerals import MILLION
from loancrm.policy.logistic import shortened

Cases = tuple[Sequence[Any], Sequence[bool]]
Role = Literal["intercept", "figure", "category", "other", "reference"]
INDUSTRIES = ("loan_industry", "industry")  # codes whose first digits mean something by themselves
CENTS = 100  # minor units of the currency
_UNIT = {"money": CENTS, "ratio": MILLION, "number": MILLION}
_SHOWN = ".9e"  # ten digits: more than any estimate is worth, and few enough to be read


def plain(value: float) -> str:
    """Return an estimate as text: ten significant digits, no exponent."""
    found = Decimal(format(value, _SHOWN)).normalize()
    return format(found, "f") if found else "0"


@dataclass(frozen=True, slots=True)
class TermLine:
    """A line of the card: log-odds per unit, or of a category against the reference (which has 0).

    ``n`` and ``events`` count the training cases that it was estimated on, or that are in the category.
    """

    role: Role
    indicator: str | None
    category: str | None
    coefficient: str
    standard_error: str | None
    z: str | None
    n: int
    events: int


@dataclass(frozen=True)
class Term:
    """A figure of the fit. ``levels`` are its categories, with the reference first; empty for an amount."""

    indicator: Indicator
    digits: int | None = None
    levels: tuple[str, ...] = ()
    has_other: bool = False
    weights: Mapping[str | None, float] = field(default_factory=dict)

    @property
    def is_category(self) -> bool:
        """Say whether the figure is no amount."""
        return bool(self.levels)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns that it gives, as faults say them."""
        name = self.indicator.name
        if not self.is_category:
            return (name,)
        return tuple(
            _("{name} = other").format(name=name) if level is None else f"{name} = {level}"
            for level in self.estimated
        )

    @property
    def estimated(self) -> tuple[str | None, ...]:
        """Return the categories that have a coefficient; None is all the others, of one that has none."""
        others: tuple[str | None, ...] = (None,) if self.has_other else ()
        return (*self.levels[1:], *others)

    def place(self, value: Any) -> str | None:
        """Return the category of a value, None for one that has no coefficient of its own."""
        found = _category(value, self.digits)
        return found if found in self.levels else None

    def amount(self, value: Any) -> float:
        """Return an amount as an officer writes it: money in whole units, a share as a fraction, yes as 1."""
        return float(value) / _UNIT.get(self.indicator.unit, 1)

    def design(self, values: Sequence[Any]) -> Iterator[array[float]]:
        """Return the columns of these cases."""
        if not self.is_category:
            yield array("d", (self.amount(value) for value in values))
            return
        places = [self.place(value) for value in values]
        for level in self.estimated:
            yield array("d", (place == level for place in places))

    def weight(self, value: Any) -> float:
        """Return what the value adds to the log-odds."""
        if self.is_category:
            return self.weights.get(self.place(value), 0.0)
        return self.amount(value) * self.weights[None]

    def lines(self, estimates: Iterator[Estimate], side: Cases) -> Iterator[TermLine]:
        """Yield the lines of the term, taking its estimates; ``side`` are its values and the events."""
        name, (values, events) = self.indicator.name, side
        if not self.is_category:
            yield told("figure", name, None, next(estimates), len(events), sum(events))
            return
        places = [self.place(value) for value in values]
        counts = Counter(places)
        hits = Counter(place for place, event in zip(places, events, strict=True) if event)
        first = self.levels[0]
        yield TermLine("reference", name, first, "0", None, None, counts[first], hits[first])
        for level in self.estimated:
            role: Role = "other" if level is None else "category"
            yield told(role, name, level, next(estimates), counts[level], hits[level])


def told(
    role: Role, indicator: str | None, category: str | None, estimate: Estimate, n: int, events: int
) -> TermLine:
    """Return a line of an estimate, with z: the estimate over its standard error."""
    ratio = plain(estimate.coefficient / estimate.error)
    shown = (plain(estimate.coefficient), plain(estimate.error), ratio)
    return TermLine(role, indicator, category, *shown, n, events)


def _category(value: Any, digits: int | None) -> str:
    return str(value) if digits is None else shortened(str(value), digits)


def plan(indicator: Indicator, values: Sequence[Any], *, minimum: int, digits: int | None) -> Term:
    """Return how a figure enters, by the training cases: categories by frequency, rare ones together.

    Raises:
        UsageFault: a date is no figure to fit on.
        InvalidInput: the category is the same in every case.
    """
    if indicator.unit == "date":
        raise UsageFault(
            _("--on: {name} is a date, which is no amount").format(name=indicator.name),
            field="--on",
            hint=_("months_on_book and days_to_maturity are"),
        )
    if indicator.unit not in ("code", "text"):
        return Term(indicator)
    cut = digits if indicator.name in INDUSTRIES else None
    counts = Counter(_category(value, cut) for value in values)
    ranked = sorted(counts, key=lambda level: (-counts[level], level))
    if len(ranked) == 1:
        raise constant([indicator.name])
    kept = [level for level in ranked if counts[level] >= minimum] or ranked[:1]
    return Term(indicator, cut, (*kept[:1], *sorted(kept[1:])), len(kept) < len(ranked))
