"""What SQLite and PostgreSQL say differently, said once: dates, ratios, sums, text.

Every helper gives the same result on both; ``tests/test_dialect.py`` compares them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

MILLION = 1_000_000
QUOTIENT_LIMIT = MILLION * MILLION  # a quotient of more digits is a slip of the pen, and would overflow
_KNOWS_MATERIALIZED = sqlite3.sqlite_version_info >= (3, 35)


class _DaysBetween(FunctionElement[int]):
    type = Integer()
    inherit_cache = True


@compiles(_DaysBetween, "sqlite")
def _days_between_sqlite(element: _DaysBetween, compiler: SQLCompiler, **kw: Any) -> str:
    later, earlier = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(_DaysBetween)
def _days_between(element: _DaysBetween, compiler: SQLCompiler, **kw: Any) -> str:
    later, earlier = (compiler.process(part, **kw) for part in element.clauses)
    return f"(CAST({later} AS DATE) - CAST({earlier} AS DATE))"


def days_between(later: ColumnElement[Any], earlier: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the days from ``earlier`` to ``later``, two dates."""
    return _DaysBetween(later, earlier)


class _Greatest(FunctionElement[Any]):
    type = Integer()
    inherit_cache = True


@compiles(_Greatest, "sqlite")
def _greatest_sqlite(element: _Greatest, compiler: SQLCompiler, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


@compiles(_Greatest, "postgresql")
def _greatest_postgresql(element: _Greatest, compiler: SQLCompiler, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


def greatest(*values: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the greatest of whole numbers, none of which may be missing; each is worked out once."""
    return _Greatest(*values)


class _AddDays(FunctionElement[Any]):
    type = Date()
    inherit_cache = True


@compiles(_AddDays, "sqlite")
def _add_days_sqlite(element: _AddDays, compiler: SQLCompiler, **kw: Any) -> str:
    start, days = (compiler.process(part, **kw) for part in element.clauses)
    return f"date({start}, ({days}) || ' days')"


@compiles(_AddDays)
def _add_days(element: _AddDays, compiler: SQLCompiler, **kw: Any) -> str:
    start, days = (compiler.process(part, **kw) for part in element.clauses)
    return f"(CAST({start} AS DATE) + CAST({days} AS INTEGER))"


def add_days(start: ColumnElement[Any], days: ColumnElement[int] | int) -> ColumnElement[Any]:
    """Return the date ``days`` after ``start``."""
    return _AddDays(start, literal(days, Integer()) if isinstance(days, int) else days)


def months_between(later: ColumnElement[Any], earlier: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the whole months from ``earlier`` to ``later``, as ``calendars.add_months`` counts them.

    From 31 January to 28 February is one month, to 27 February none. ``later`` is not before ``earlier``.
    """
    year, month, day = _parts(later)
    from_year, from_month, from_day = _parts(earlier)
    ends_month = _parts(add_days(later, 1))[1] != month
    is_short = case((and_(day < from_day, ~ends_month), 1), else_=0)
    found: ColumnElement[int] = (year - from_year) * 12 + month - from_month - is_short
    return found


def _parts(day: ColumnElement[Any]) -> tuple[ColumnElement[int], ...]:
    return tuple(cast(extract(part, day), Integer) for part in ("year", "month", "day"))


def text_to_date(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Read an ISO date kept as text: SQLite keeps dates as that text, PostgreSQL needs a cast."""
    return _TextToDate(text)


class _TextToDate(FunctionElement[Any]):
    type = Date()
    inherit_cache = True


@compiles(_TextToDate, "sqlite")
def _text_to_date_sqlite(element: _TextToDate, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(_TextToDate)
def _text_to_date(element: _TextToDate, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS DATE)"


class _JsonText(FunctionElement[str]):
    type = Text()
    inherit_cache = True


@compiles(_JsonText, "sqlite")
def _json_text_sqlite(element: _JsonText, compiler: SQLCompiler, **kw: Any) -> str:
    column, name = (compiler.process(part, **kw) for part in element.clauses)
    return f"json_extract({column}, '$.' || {name})"


@compiles(_JsonText)
def _json_text(element: _JsonText, compiler: SQLCompiler, **kw: Any) -> str:
    column, name = (compiler.process(part, **kw) for part in element.clauses)
    return f"(CAST({column} AS JSONB) ->> {name})"


def json_text(column: ColumnElement[Any], name: str) -> ColumnElement[str]:
    """Return the value ``name`` (a plain word) of a JSON object kept as text, NULL without one."""
    return _JsonText(type_coerce(column, Text), literal(name, Text()))


class _Unindexed(FunctionElement[Any]):
    inherit_cache = True


@compiles(_Unindexed, "sqlite")
def _unindexed_sqlite(element: _Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"


@compiles(_Unindexed)
def _unindexed(element: _Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return ``column`` for an ORDER BY of a few rows: SQLite would walk its index through all rows."""
    return _Unindexed(column)


def found_first(query: Select[Any] | CompoundSelect[Any], name: str) -> CTE:
    """Return ``query`` as a relation that is found by itself, whatever is asked of it.

    SQLite would weave it into the statement around it. Before 3.35 it does not know the word, and does.
    """
    found = query.cte(name)
    return found.prefix_with("MATERIALIZED", dialect="sqlite") if _KNOWS_MATERIALIZED else found


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[str] | Collection[int]
) -> ColumnElement[bool]:
    """Return whether ``column`` is one of ``values``, thousands of texts or of keys.

    SQLite gets them as one JSON text: binding each takes longer than finding its row.
    """
    if connection.dialect.name != "sqlite":
        return column.in_(values)
    each = func.json_each(literal(json.dumps(list(values)), Text())).table_valued("value")
    return column.in_(select(each.c.value))


def as_text(value: ColumnElement[Any]) -> ColumnElement[str]:
    """Return ``value`` as text; yes and no are 1 and 0."""
    return cast(cast(value, Integer) if isinstance(value.type, Boolean) else value, Text)


def total(value: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the integer sum of ``value``, NULL over nothing; PostgreSQL's own would be numeric."""
    return cast(func.sum(value), BigInteger)


def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many rows of a group satisfy ``condition``."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).cast(BigInteger)


def millionths(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[int]:
    """Return ``part / whole`` in millionths, cut off, NULL where ``whole`` is 0 or either is missing.

    In two steps of a thousand, so that 10^15 minor units do not overflow 64 bits.
    """
    a = type_coerce(cast(part, BigInteger), BigInteger)
    b = type_coerce(func.nullif(cast(whole, BigInteger), 0), BigInteger)
    thousandths = (a * 1000).op("/")(b)
    rest = (a * 1000).op("%")(b)
    scaled: ColumnElement[int] = type_coerce(thousandths * 1000 + (rest * 1000).op("/")(b), BigInteger)
    return scaled


def quotient(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[int]:
    """Return ``part / whole`` as the nearest whole number, halves away from zero; NULL where ``whole`` is 0.

    ``part`` and ``whole`` are integers below 4·10^18.
    """
    a = type_coerce(cast(part, BigInteger), BigInteger)
    b = type_coerce(func.nullif(cast(whole, BigInteger), 0), BigInteger)
    rest = a.op("%")(b)
    return type_coerce(a.op("/")(b) + (rest * 2).op("/")(b), BigInteger)


class _RoundedMillionths(FunctionElement[int]):
    type = BigInteger()
    inherit_cache = True


@compiles(_RoundedMillionths, "sqlite")
def _rounded_millionths_sqlite(element: _RoundedMillionths, compiler: SQLCompiler, **kw: Any) -> str:
    """Divide as by hand, three digits at a time: nothing grows beyond 64 bits."""
    a, b = (f"({compiler.process(part, **kw)})" for part in element.clauses)
    first = f"({a} % {b} * 1000)"
    second = f"({first} % {b} * 1000)"
    return (
        f"CASE WHEN abs({a} / {b}) < {QUOTIENT_LIMIT} THEN {a} / {b} * {MILLION} + {first} / {b} * 1000"
        f" + {second} / {b} + {second} % {b} * 2 / {b} END"
    )


@compiles(_RoundedMillionths)
def _rounded_millionths(element: _RoundedMillionths, compiler: SQLCompiler, **kw: Any) -> str:
    a, b = (f"CAST({compiler.process(part, **kw)} AS NUMERIC)" for part in element.clauses)
    whole = f"NULLIF({b}, 0)"
    divided = f"div(abs({a}) * {2 * MILLION} + abs({b}), 2 * abs({whole}))"
    return (
        f"CASE WHEN abs(div({a}, {whole})) < {QUOTIENT_LIMIT}"
        f" THEN CAST(sign({a}) * sign({b}) * {divided} AS BIGINT) END"
    )


def rounded_millionths(part: ColumnElement[Any], whole: ColumnElement[Any]) -> ColumnElement[int]:
    """Return ``part / whole`` in millionths, halves away from zero.

    NULL where ``whole`` is 0, either is missing, or the quotient has more than twelve digits. ``whole`` is
    below 9·10^15; ``part`` may be as large as 64 bits hold.
    """
    return _RoundedMillionths(type_coerce(part, BigInteger), type_coerce(whole, BigInteger))


class _RoundedSum(FunctionElement[int]):
    type = BigInteger()
    inherit_cache = True


def _by_hand(a: str, b: str) -> tuple[str, str]:
    """Return the whole part of ten thousand times ``a / b``, and nine digits of what is left, cut off."""
    first = f"({a} % {b} * 1000)"
    second = f"({first} % {b} * 10)"
    whole = f"({a} / {b} * 10000 + {first} / {b} * 10 + {second} / {b})"
    rests = [f"({second} % {b} * 1000)"]
    rests.append(f"({rests[0]} % {b} * 1000)")
    rests.append(f"({rests[1]} % {b} * 1000)")
    return whole, f"({rests[0]} / {b} * {MILLION} + {rests[1]} / {b} * 1000 + {rests[2]} / {b})"


@compiles(_RoundedSum, "sqlite")
def _rounded_sum_sqlite(element: _RoundedSum, compiler: SQLCompiler, **kw: Any) -> str:
    a, b, c, d = (f"({compiler.process(part, **kw)})" for part in element.clauses)
    (one, rest), (other, left) = _by_hand(a, b), _by_hand(c, d)
    # two more than a half, for what was cut off; two whole ones more, so that cutting off is rounding down
    nearest = f"(({rest} + {left} + 2500000002) / 1000000000 - 2)"
    few = f"abs({a} / {b}) < {QUOTIENT_LIMIT} AND abs({c} / {d}) < {QUOTIENT_LIMIT}"
    return f"CASE WHEN {few} THEN {one} + {other} + {nearest} END"


@compiles(_RoundedSum)
def _rounded_sum(element: _RoundedSum, compiler: SQLCompiler, **kw: Any) -> str:
    a, b, c, d = (f"CAST({compiler.process(part, **kw)} AS NUMERIC)" for part in element.clauses)
    whole = f"NULLIF({b} * {d}, 0)"
    doubled = f"(sign({whole}) * ({a} * {d} + {c} * {b}) * 20000 + abs({whole}))"
    down = f"CASE WHEN mod({doubled}, 2 * abs({whole})) < 0 THEN 1 ELSE 0 END"
    few = " AND ".join(f"abs(div({p}, NULLIF({w}, 0))) < {QUOTIENT_LIMIT}" for p, w in ((a, b), (c, d)))
    return f"CASE WHEN {few} THEN CAST(div({doubled}, 2 * abs({whole})) - {down} AS BIGINT) END"


def rounded_sum(
    part: ColumnElement[Any], whole: ColumnElement[Any], other: ColumnElement[Any], of: ColumnElement[Any]
) -> ColumnElement[int]:
    """Return ``part / whole + other / of``, each in hundredths, in millionths and rounded once, halves up.

    NULL as with ``rounded_millionths``. SQLite looks at nine digits below a millionth, PostgreSQL at all.
    """
    return _RoundedSum(*(type_coerce(each, BigInteger) for each in (part, whole, other, of)))


def scaled(value: ColumnElement[Any], factor: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Return the whole numbers around ``value`` times ``factor`` millionths: not above it, and not below it.

    The factor is positive and at most a thousand. In two steps, so that 10^15 minor units do not overflow
    64 bits: the factor as a fraction, then the whole part and the rest of the division one by one.
    """
    part = Fraction(factor, MILLION)
    over, under = (literal(n, BigInteger()) for n in part.as_integer_ratio())
    whole = type_coerce(cast(value, BigInteger), BigInteger)
    rest = whole.op("%")(under) * over
    quotient = whole.op("/")(under) * over + rest.op("/")(under)
    left = rest.op("%")(under)
    floor = quotient - case((left < 0, 1), else_=0)
    ceiling = quotient + case((left > 0, 1), else_=0)
    return type_coerce(floor, BigInteger), type_coerce(ceiling, BigInteger)


class _Like(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_Like, "sqlite")
def _like_sqlite(element: _Like, compiler: SQLCompiler, **kw: Any) -> str:
    column, pattern = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column} LIKE {pattern} ESCAPE '\\')"


@compiles(_Like)
def _like(element: _Like, compiler: SQLCompiler, **kw: Any) -> str:
    column, pattern = (compiler.process(part, **kw) for part in element.clauses)
    return f"""(lower({column} COLLATE "C") LIKE lower({pattern} COLLATE "C"))"""  # \\ escapes by default


def _like_(column: ColumnElement[Any], before: str, text: str, after: str) -> ColumnElement[bool]:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return _Like(column, literal(f"{before}{escaped}{after}", Text()))


class _Position(FunctionElement[int]):
    type = Integer()
    inherit_cache = True


@compiles(_Position, "sqlite")
def _position_sqlite(element: _Position, compiler: SQLCompiler, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(_Position)
def _position(element: _Position, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Match ``text`` anywhere in ``column``, every character literally, case too; quicker than LIKE."""
    return _Position(column, literal(text, Text())) > 0


def starts_with(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Match ``text`` at the beginning of ``column``, every character literally, A to Z being a to z."""
    return _like_(column, "", text, "%")


def ends_with(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Match ``text`` at the end of ``column``, in the same way."""
    return _like_(column, "%", text, "")


def distinct_from(a: ColumnElement[Any], b: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether ``a`` and ``b`` differ, NULL being a value like any other."""
    return a.is_distinct_from(b)
