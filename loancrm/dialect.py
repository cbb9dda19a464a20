"""What SQLite and PostgreSQL say differently, said once: dates, ratios, sums, text.

Every helper gives the same result on both; ``tests/test_dialect.py`` compares them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, Integer, Text, cast, func, literal, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

MILLION = 1_000_000


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


def as_text(value: ColumnElement[Any]) -> ColumnElement[str]:
    """Return ``value`` as text."""
    return cast(value, Text)


def total(value: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the integer sum of ``value``, NULL over nothing; PostgreSQL's own would be numeric."""
    return cast(func.sum(value), BigInteger)


def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many rows of a group satisfy ``condition``."""
    from sqlalchemy import case

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
    """Match ``text`` at the beginning of ``column``, every character literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.like(f"{escaped}%", escape="\\")


def ends_with(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Match ``text`` at the end of ``column``, every character literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.like(f"%{escaped}", escape="\\")


def distinct_from(a: ColumnElement[Any], b: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether ``a`` and ``b`` differ, NULL being a value like any other."""
    return a.is_distinct_from(b)
