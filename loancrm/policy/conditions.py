"""A condition over indicators: one tree, which compiles to SQL and explains itself.

Three-valued: yes, no, or unknown where a figure is missing. ``sql`` gives NULL for unknown, by SQL's
own logic; ``judge`` gives None, by the same (Kleene's) logic. A property test compares them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, and_, case, not_, or_, true

from loancrm.dialect import MILLION, scaled

Value = int | str | bool | date | None
Columns = Mapping[str, ColumnElement[Any]]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "missing"]
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a condition says of one customer: ``state`` is True, False or None for unknown.

    ``test`` and ``value`` are set for a single test, ``other`` for the figure that it is compared with,
    ``parts`` for all, any and not.
    """

    state: bool | None
    text: str
    test: Test | Against | None = None
    value: Value = None
    parts: tuple[Outcome, ...] = ()
    other: Value = None

    def tests(self) -> Iterator[Outcome]:
        """Return the single tests below, in order."""
        if self.test is not None:
            yield self
        for part in self.parts:
            yield from part.tests()

    def deciding(self) -> Iterator[Outcome]:
        """Return the single tests that made the outcome what it is."""
        if self.test is not None:
            yield self
        for part in self.parts:
            if part.state is self.state or self.text == "not":
                yield from part.deciding()

    def missing(self) -> Iterator[str]:
        """Yield the figures for want of which single tests are unknown."""
        for one in self.tests():
            if one.state is None and one.test is not None:
                if one.value is None:
                    yield one.test.indicator
                if isinstance(one.test, Against) and one.other is None:
                    yield one.test.other


@dataclass(frozen=True, slots=True)
class Test:
    """One figure against one value, a list, or a range (both ends included)."""

    __test__ = False  # pytest: this is no test class

    indicator: str
    operator: Operator
    values: tuple[Value, ...] = ()
    written: str = ""

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        return frozenset({self.indicator})

    def sql(self, columns: Columns) -> ColumnElement[bool]:
        """Return the condition over ``columns``, NULL where it is unknown."""
        column = columns[self.indicator]
        match self.operator:
            case "missing":
                return column.is_(None)
            case "in":
                return column.in_(self.values)
            case "not in":
                return column.not_in(self.values)
            case "between":
                return column.between(self.values[0], self.values[1])
            case "!=":
                return column != self.values[0]
            case "=":
                return column == self.values[0]
            case order:
                return column.op(order, is_comparison=True)(self.values[0])

    def judge(self, values: Mapping[str, Value]) -> Outcome:
        """Return what the condition says of one customer's figures."""
        value = values[self.indicator]
        return Outcome(self._holds(value), self.written, self, value)

    def _holds(self, value: Any) -> bool | None:
        if self.operator == "missing":
            return value is None
        if value is None:
            return None
        if self.operator in ("in", "not in"):
            return (value in self.values) is (self.operator == "in")
        if self.operator == "between":
            low, high = self.values
            return bool(low <= value <= high)
        return bool(_COMPARE[self.operator](value, self.values[0]))


@dataclass(frozen=True, slots=True)
class Against:
    """One figure against another of the same unit, times ``factor`` (millionths).

    Unknown if either is missing.
    """

    indicator: str
    operator: Operator
    other: str
    factor: int = MILLION
    written: str = ""

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        return frozenset({self.indicator, self.other})

    def sql(self, columns: Columns) -> ColumnElement[bool]:
        """Return the condition over ``columns``, NULL where it is unknown.

        Both sides are whole numbers, the bound is not: a figure is below it when it is below the next
        whole number, and above it when it is above the one before.
        """
        column, bound = columns[self.indicator], columns[self.other]
        if self.factor == MILLION:
            return column.op(self.operator, is_comparison=True)(bound)
        floor, ceiling = scaled(bound, self.factor)
        match self.operator:
            case "=":
                return and_(column >= ceiling, column <= floor)
            case "!=":
                return or_(column < ceiling, column > floor)
            case "<" | ">=":
                return column.op(self.operator, is_comparison=True)(ceiling)
            case order:
                return column.op(order, is_comparison=True)(floor)

    def judge(self, values: Mapping[str, Value]) -> Outcome:
        """Return what the condition says of one customer's figures."""
        value, other = values[self.indicator], values[self.other]
        return Outcome(self._holds(value, other), self.written, self, value, other=other)

    def _holds(self, value: Any, other: Any) -> bool | None:
        if value is None or other is None:
            return None
        if self.factor == MILLION:
            return bool(_COMPARE[self.operator](value, other))
        return bool(_COMPARE[self.operator](value * MILLION, other * self.factor))


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        return frozenset().union(*(part.indicators() for part in self.parts))

    def sql(self, columns: Columns) -> ColumnElement[bool]:
        """Return the condition over ``columns``."""
        return and_(true(), *(part.sql(columns) for part in self.parts))

    def judge(self, values: Mapping[str, Value]) -> Outcome:
        """Return what the condition says: no if any part says no, else unknown if any is unknown."""
        parts = tuple(part.judge(values) for part in self.parts)
        states = [part.state for part in parts]
        state = False if False in states else None if None in states else True
        return Outcome(state, "all", parts=parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        return frozenset().union(*(part.indicators() for part in self.parts))

    def sql(self, columns: Columns) -> ColumnElement[bool]:
        """Return the condition over ``columns``."""
        return or_(*(part.sql(columns) for part in self.parts))

    def judge(self, values: Mapping[str, Value]) -> Outcome:
        """Return what the condition says: yes if any part says yes, else unknown if any is unknown."""
        parts = tuple(part.judge(values) for part in self.parts)
        states = [part.state for part in parts]
        state = True if True in states else None if None in states else False
        return Outcome(state, "any", parts=parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; unknown stays unknown."""

    part: Condition

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        return self.part.indicators()

    def sql(self, columns: Columns) -> ColumnElement[bool]:
        """Return the condition over ``columns``."""
        return not_(self.part.sql(columns))

    def judge(self, values: Mapping[str, Value]) -> Outcome:
        """Return the opposite of what the part says."""
        inner = self.part.judge(values)
        return Outcome(None if inner.state is None else not inner.state, "not", parts=(inner,))


Condition = Test | Against | All | AnyOf | Not
ALWAYS = All(())


class Asked(Protocol):
    """What a select can ask of everybody: a condition, or whether that is ``Undecided``."""

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""

    def sql(self, columns: Columns) -> ColumnElement[bool]:
        """Return it over ``columns``."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Holds where a condition is neither true nor false, since a figure is missing.

    Asked in the condition's place it finds whom the same question leaves out for want of a figure.
    """

    condition: Condition

    def indicators(self) -> frozenset[str]:
        """Return the names of the figures that are read."""
        return self.condition.indicators()

    def sql(self, columns: Columns) -> ColumnElement[bool]:
        """Return it over ``columns``, never NULL."""
        holds = self.condition.sql(columns)
        return case((holds, 0), (not_(holds), 0), else_=1) == 1


def said(condition: Condition, *, inside: bool = False) -> str:
    """Return a condition in one line, as it is typed: ``a >= 1 and (b = 2 or c is missing)``."""
    if isinstance(condition, Test | Against):
        return condition.written
    if isinstance(condition, Not):
        return f"not {said(condition.part, inside=True)}"
    if not condition.parts:
        return "always"
    word = " and " if isinstance(condition, All) else " or "
    text = word.join(said(part, inside=True) for part in condition.parts)
    return f"({text})" if inside and len(condition.parts) > 1 else text
