"""Scorecards: from figures to points or a probability, and from there to a grade.

A card has two readings, as a condition has: ``sql`` gives what each figure earns for the whole book,
``read`` gives the same for one customer, with the band that decided. A property test compares them.
A missing figure earns nothing, and the card says between which values the score could then lie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, case, literal

from loancrm.policy.conditions import Columns, Condition, Value
from loancrm.policy.logistic import Scaling, Term, as_millionths, probability_of
from loancrm.policy.parse import figure_named
from loancrm.policy.shapes import TextShape
from loancrm.vocabulary import VOCABULARIES

Level = Literal["customer", "loan"]
Span = tuple[int, int] | None


class Part(NamedTuple):
    """What one figure brings: ``points`` in millionths, None where it is missing and nothing is agreed.

    A tuple, since a book has millions of them and a dataclass costs thrice as much to make.

    ``low`` and ``high`` are the least and the most that it can bring. ``band`` is the condition that held;
    None where none did, and for a term. ``term`` is the exact share of a logistic card's x.
    """

    indicator: str
    value: Value
    points: int | None
    low: int | None
    high: int | None
    band: str | None = None
    term: float | None = None


class CriterionPoints(NamedTuple):
    """What the figures for a criterion of screening earned, in millionths; a missing one nothing."""

    criterion: str
    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        """Return what they earned."""
        return sum(part.points or 0 for part in self.parts)

    @property
    def least(self) -> int:
        """Return the least that they can earn."""
        return sum(part.low or 0 for part in self.parts)

    @property
    def most(self) -> int:
        """Return the most that they can earn."""
        return sum(part.high or 0 for part in self.parts)


@dataclass(frozen=True, slots=True)
class Band:
    """A condition on a figure, and what it is worth in millionths of a point."""

    when: Condition
    points: int
    written: str


@dataclass(frozen=True)
class PointsItem:
    """A figure and its bands; the first that holds counts, and a value in no band earns 0."""

    indicator: str
    bands: tuple[Band, ...]
    missing: int | None
    criterion: str | None = None

    @cached_property
    def span(self) -> tuple[int, int]:
        """Return the least and the most that the figure can earn, 0 where the bands leave values out."""
        found = [band.points for band in self.bands]
        if any(self._band(value) is None for value in self._probes()):
            found.append(0)
        return min(found), max(found)

    def sql(self, columns: Columns) -> ColumnElement[int]:
        """Return the points, NULL where the figure is missing and ``missing`` does not say."""
        column = columns[self.indicator]
        nothing = literal(self.missing, BigInteger())
        earned = [(band.when.sql(columns), literal(band.points, BigInteger())) for band in self.bands]
        return case((column.is_(None), nothing), *earned, else_=literal(0, BigInteger()))

    def read(self, value: Value) -> Part:
        """Return what ``value`` earns."""
        low, high = self.span
        if value is None:
            return Part(self.indicator, None, self.missing, low, high)
        band = self._band(value)
        if band is None:
            return Part(self.indicator, value, 0, low, high)
        return Part(self.indicator, value, band.points, low, high, band.written)

    def _band(self, value: Value) -> Band | None:
        values = {self.indicator: value}
        return next((band for band in self.bands if band.when.judge(values).state), None)

    def _probes(self) -> Iterator[Value]:
        """Yield a value of each stretch between the bounds that are written: bands are the same within."""
        indicator = figure_named(self.indicator)
        if indicator.unit == "yes_no":
            yield from (True, False)
        elif indicator.unit == "code":
            yield from VOCABULARIES[str(indicator.vocabulary)]
        else:
            yield from self._near_bounds(least=0 if indicator.unit == "count" else None)

    def _near_bounds(self, least: int | None) -> Iterator[Value]:
        for band in self.bands:
            for bound in getattr(band.when, "values", ()):
                if isinstance(bound, str):
                    yield from (bound, f"{bound}?")
                else:
                    near = (bound - 1, bound, bound + 1)
                    yield from (value for value in near if least is None or value >= least)


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade from ``at_least`` (millionths of what the card says) on."""

    grade: str
    at_least: int
    allows: TextShape | None
    review_days: int | None


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a matrix: a figure and the level of each band."""

    indicator: str
    bands: tuple[tuple[Condition, str], ...]

    def level(self, values: Mapping[str, Value]) -> str | None:
        """Return the level of the first band that holds; None where none does, or the figure is missing."""
        return next((level for when, level in self.bands if when.judge(values).state), None)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Severity by likelihood."""

    likelihood: Axis
    severity: Axis
    levels: Mapping[str, Mapping[str, str]]

    def level(self, values: Mapping[str, Value]) -> str | None:
        """Return what the two levels make; None where either is not known."""
        likelihood, severity = self.likelihood.level(values), self.severity.level(values)
        return self.levels.get(likelihood or "", {}).get(severity or "")


class Result(NamedTuple):
    """What a card says of one customer, in millionths.

    ``score`` is None of a logistic card without scaling, and where a term is missing. ``low`` and ``high``
    bound what the card is graded by: the score, else the probability; None where there is no bound.
    """

    score: int | None
    low: int | None
    high: int | None
    probability: int | None
    grade: Grade | None
    could_be: tuple[str | None, str | None]
    parts: tuple[Part, ...]
    level: str | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the figures that are missing."""
        return tuple(part.indicator for part in self.parts if part.value is None)


@dataclass(frozen=True)
class AnyCard:
    """What all cards have. One of ``level`` loan reads the figures of loans: the worst loan decides."""

    name: str
    title: TextShape
    applies_to: tuple[str, ...]
    grades: tuple[Grade, ...]
    matrix: Matrix | None
    regrade_when: Condition | None
    level: Level = field(default="customer", kw_only=True)

    def grade_of(self, value: int | None) -> Grade | None:
        """Return the highest grade whose lower edge ``value`` reaches."""
        if value is None:
            return None
        return next((grade for grade in self.grades if value >= grade.at_least), None)

    def further(self) -> frozenset[str]:
        """Return the figures that the matrix and the event for a new grade read."""
        found: set[str] = set()
        if self.matrix is not None:
            found |= {self.matrix.likelihood.indicator, self.matrix.severity.indicator}
        if self.regrade_when is not None:
            found |= self.regrade_when.indicators()
        return frozenset(found)

    def asks_for_new_grade(self, values: Mapping[str, Value]) -> bool:
        """Say whether the event holds that asks for a new grade; an unknown one does not."""
        return self.regrade_when is not None and self.regrade_when.judge(values).state is True

    def _grades(self, low: int | None, high: int | None) -> tuple[str | None, str | None]:
        found = (self.grade_of(low), self.grade_of(high))
        return tuple(None if grade is None else grade.grade for grade in found)  # type: ignore[return-value]

    def _level(self, values: Mapping[str, Value]) -> str | None:
        return None if self.matrix is None else self.matrix.level(values)


@dataclass(frozen=True)
class PointsCard(AnyCard):
    """Points per figure; the score is their sum, exactly."""

    kind: ClassVar[Literal["points"]] = "points"
    items: tuple[PointsItem, ...]

    @cached_property
    def span(self) -> tuple[int, int]:
        """Return the least and the highest score that there can be."""
        return sum(item.span[0] for item in self.items), sum(item.span[1] for item in self.items)

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        return self.further() | {item.indicator for item in self.items}

    def result(self, values: Mapping[str, Value]) -> Result:
        """Return what the card says of one customer's figures."""
        return self._total(tuple(item.read(values[item.indicator]) for item in self.items), values)

    def of_points(
        self,
        earned: Sequence[int | None],
        total: tuple[int, int, int],
        place: int | None,
        values: Mapping[str, Value],
    ) -> Result:
        """Return what SQL found: points per item; score, low and high; the place of the grade."""
        names, least, most = self._spans
        parts = tuple(map(Part, names, map(values.__getitem__, names), earned, least, most))
        score, low, high = total
        grade = None if place is None else self.grades[place]
        name = None if grade is None else grade.grade
        could_be = (name, name) if low == score == high else self._grades(low, high)
        return Result(score, low, high, None, grade, could_be, parts, self._level(values))

    def by_criterion(self, parts: Sequence[Part]) -> tuple[CriterionPoints, ...]:
        """Return what each criterion of screening earned by its items, in the order of the card."""
        found: dict[str, tuple[Part, ...]] = {}
        for item, part in zip(self.items, parts, strict=True):
            if item.criterion is not None:
                found[item.criterion] = (*found.get(item.criterion, ()), part)
        return tuple(CriterionPoints(criterion, own) for criterion, own in found.items())

    @cached_property
    def _spans(self) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
        """The figure of each item, and the least and the most that it can earn."""
        spans = [item.span for item in self.items]
        return (
            tuple(item.indicator for item in self.items),
            tuple(span[0] for span in spans),
            tuple(span[1] for span in spans),
        )

    def _total(self, parts: tuple[Part, ...], values: Mapping[str, Value]) -> Result:
        """Return the sum of what the figures earned."""
        score = sum(part.points or 0 for part in parts)
        unknown = [part for part in parts if part.points is None]
        low = score + sum(part.low or 0 for part in unknown)
        high = score + sum(part.high or 0 for part in unknown)
        could_be = self._grades(low, high)
        return Result(score, low, high, None, self.grade_of(score), could_be, parts, self._level(values))


@dataclass(frozen=True)
class LogisticCard(AnyCard):
    """A probability, and a score from its odds where the card scales them."""

    kind: ClassVar[Literal["logistic"]] = "logistic"
    items: tuple[Term, ...]
    intercept: float
    scaling: Scaling | None

    @property
    def span(self) -> Span:
        """Return None: a score of odds has no bounds."""
        return None

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        return self.further() | {item.indicator for item in self.items}

    def result(self, values: Mapping[str, Value]) -> Result:
        """Return what the card says of one customer's figures."""
        return self.of_terms([item.term(values[item.indicator]) for item in self.items], values)

    def _part(self, item: Term, value: Value, term: float | None) -> Part:
        span = item.span
        low, high = (None, None) if span is None else (as_millionths(span[0]), as_millionths(span[1]))
        points = None if term is None else as_millionths(term)
        return Part(item.indicator, value, points, low, high, term=term)

    def of_terms(self, terms: Sequence[float | None], values: Mapping[str, Value]) -> Result:
        """Return probability and score of the terms; without a term there is only the range."""
        parts = tuple(
            self._part(item, values[item.indicator], term)
            for item, term in zip(self.items, terms, strict=True)
        )
        x = self.intercept
        for part in parts:  # from left to right, as SQL adds them
            x += part.term or 0.0
        ends = self._ends(
            x, [item for item, part in zip(self.items, parts, strict=True) if part.term is None]
        )
        low, high = (None, None) if ends is None else sorted(map(self._graded, ends))
        is_known = all(part.term is not None for part in parts)
        return Result(
            score=self.scaling.score_of(x) if is_known and self.scaling else None,
            low=low,
            high=high,
            probability=probability_of(x) if is_known else None,
            grade=self.grade_of(self._graded(x)) if is_known else None,
            could_be=self._grades(low, high),
            parts=parts,
            level=self._level(values),
        )

    def _ends(self, x: float, unknown: Sequence[Term]) -> tuple[float, float] | None:
        """Return between what x lies; None where a missing figure could be anything."""
        low = high = x
        for item in unknown:
            if item.span is None:
                return None
            low, high = low + item.span[0], high + item.span[1]
        return low, high

    def _graded(self, x: float) -> int:
        return probability_of(x) if self.scaling is None else self.scaling.score_of(x)


Card = PointsCard | LogisticCard
