"""Column types and the three sensitivity classes. Every column is declared through one of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BIG_ID = BigInteger().with_variant(Integer(), "sqlite")


class ExactInteger(TypeDecorator[int]):
    """Money in minor units or a rate in millionths: an integer and nothing else.

    SQLite would quietly keep a float; a Decimal column would be REAL there.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Refuse everything but an integer or None."""
        del dialect
        if value is not None and type(value) is not int:
            raise TypeError(f"an exact integer is needed, not {type(value).__name__}")
        return value


class Millionths(ExactInteger):
    """A rate or another figure that is no money, in millionths: 34500 is 0.0345."""

    cache_ok = True


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant; naive ones are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite keeps it without the offset, so that text order is time order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an aware instant is needed")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return it aware again."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Any]):
    """A JSON value as canonical text: sorted keys, no blanks, so that digests are stable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write canonical JSON."""
        del dialect
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        del dialect
        return None if value is None else json.loads(value)


def canonical_json(value: object) -> str:
    """Return the one JSON text of ``value``."""
    return _CANONICAL.encode(value)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@cache
def _field(sensitivity: str, type_: Any, default: Any, **more: Any) -> Any:
    """Return a field, the same one for all that are declared alike: nobody changes them."""
    options: dict[str, Any] = {"sa_column_kwargs": {"info": {"sensitivity": sensitivity}}, **more}
    if type_ is not None:
        options["sa_type"] = type_
    return Field(default, **options)


def plain(type_: Any = None, default: Any = ..., **more: Any) -> Any:
    """Declare a column that says nothing about a person."""
    return _field("none", type_, default, **more)


def personal(type_: Any = None, default: Any = ..., **more: Any) -> Any:
    """Declare a column that names or describes a person or a customer."""
    return _field("personal", type_, default, **more)


def sensitive(type_: Any = None, default: Any = ..., **more: Any) -> Any:
    """Declare a column that is masked, or may hold what is: identifiers, phones, free text, images."""
    return _field("sensitive", type_, default, **more)
