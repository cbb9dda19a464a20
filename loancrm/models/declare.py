"""From the fields of a SQLModel class to its table: columns at once, the rules when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from types import NoneType
from typing import Any, get_args

from annotated_types import MaxLen
from pydantic_core import PydanticUndefined
from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table
from sqlalchemy.schema import SchemaItem
from sqlmodel import SQLModel
from sqlmodel.main import FieldInfo

from loancrm.models.columns import ExactInteger

Declared = Mapping[str, tuple[Any, FieldInfo]]
_TYPES = {str: String(), int: Integer(), date: Date(), bool: Boolean}
_INCOMPLETE: list[tuple[Table, Declared, Sequence[SchemaItem]]] = []


def declare(name: str, fields: Declared, items: Sequence[SchemaItem]) -> Table:
    """Return the table of ``fields`` (annotation and SQLModel field); its rules wait for ``complete``."""
    rows = Table(name, SQLModel.metadata, *(_column(key, *field) for key, field in fields.items()))
    _INCOMPLETE.append((rows, fields, items))
    return rows


def complete() -> None:
    """Give the tables their references, checks and indexes: a third of the start, and only read for DDL."""
    while _INCOMPLETE:
        rows, fields, items = _INCOMPLETE.pop()
        for key, (_annotation, field) in fields.items():
            if _given(field.foreign_key):
                rows.c[key].append_foreign_key(ForeignKey(field.foreign_key))
        exact = [_exact(column) for column in rows.c if isinstance(column.type, ExactInteger)]
        Table(rows.name, SQLModel.metadata, *items, *exact, extend_existing=True)


def _column(name: str, annotation: Any, field: Any) -> Column[Any]:
    """Return the column of one field, by SQLModel's rules."""
    kinds = get_args(annotation) or (annotation,)
    nullable = NoneType in kinds and not _given(field.primary_key)
    return Column(
        name,
        _shared(field.sa_type) if _given(field.sa_type) else _usual(kinds[0], field.metadata),
        primary_key=_given(field.primary_key),
        nullable=field.nullable if field.nullable is not PydanticUndefined else nullable,
        unique=_given(field.unique),
        default=None if field.is_required() else field.default,
        **field.sa_column_kwargs,
    )


def _usual(kind: Any, limits: Sequence[Any]) -> Any:
    for limit in limits:
        if isinstance(limit, MaxLen):
            return String(limit.max_length)
    return _TYPES[kind]


def _given(value: Any) -> bool:
    return value is not PydanticUndefined and bool(value)


@cache
def _shared(type_: Any) -> Any:
    """Return one instance of a column type for all columns."""
    return type_() if isinstance(type_, type) else type_


def _exact(column: Column[Any]) -> CheckConstraint:
    """SQLite stores what it is given: refuse anything but an integer where one is meant."""
    text = f"typeof({column.name}) in ('integer', 'null')"
    return CheckConstraint(text, name=f"{column.name}_exact").ddl_if(dialect="sqlite")
