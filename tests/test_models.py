"""Columns say how sensitive they are, and keep exact what must be exact."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from copy import copy
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import registry
from sqlalchemy.schema import CreateTable
from sqlmodel import SQLModel

from loancrm import models
from loancrm.models import METADATA, MODULES, Book, Facility, table
from loancrm.models.base import TableMeta
from loancrm.models.columns import ExactInteger, JsonText, Millionths, UtcInstant, canonical_json

NAMING = METADATA.naming_convention
CLASSES = {"none", "personal", "sensitive"}
EXACT = [
    (owner.name, column.name)
    for owner in METADATA.sorted_tables
    for column in owner.columns
    if isinstance(column.type, ExactInteger)
]


def unclassified(tables: list[Table]) -> list[str]:
    return [
        f"{owner.name}.{column.name}"
        for owner in tables
        for column in owner.columns
        if column.info.get("sensitivity") not in CLASSES
    ]


def test_every_column_has_one_of_the_three_sensitivity_classes() -> None:
    assert unclassified(METADATA.sorted_tables) == []


def test_an_unclassified_column_would_be_found() -> None:
    from sqlalchemy import Column, Integer, MetaData

    careless = Table("careless", MetaData(), Column("shoe_size", Integer))
    assert unclassified([careless]) == ["careless.shoe_size"]


@pytest.mark.parametrize(
    "column",
    ["customer.phone", "customer.resident_id", "customer.email", "contact.note", "feedback.text",
     "audit.payload", "customer_attribute.value", "command.result", "customer.is_hardship"],
)  # fmt: skip
def test_what_must_be_masked_or_may_hold_it_is_sensitive(column: str) -> None:
    owner, name = column.split(".")
    assert METADATA.tables[owner].c[name].info["sensitivity"] == "sensitive"


# What is counted in millionths, by the name of its column; every other exact integer is money.
NO_MONEY = {
    "annual_rate",
    "at_most",
    "credits_earned",
    "credits_expected",
    "gpa",
    "gpa_scale",
    "high",
    "low",
    "misuse_rate",
    "penalty_rate",
    "probability",
}
NO_MONEY |= {"expected_loss", "hold_out", "score", "share", "spread"}


def test_what_is_no_money_is_counted_in_millionths() -> None:
    found = {(owner, name) for owner, name in EXACT if is_millionths(owner, name)}
    assert {name for _owner, name in found} == NO_MONEY | {"value"}
    assert {owner for owner, name in found if name == "value"} == {"imported_figure", "series_value"}


def is_millionths(owner: str, name: str) -> bool:
    return isinstance(METADATA.tables[owner].c[name].type, Millionths)


def test_every_row_that_holds_an_amount_says_in_which_currency() -> None:
    amounts = {owner for owner, name in EXACT if not is_millionths(owner, name)}
    assert {owner for owner in amounts if "currency" not in METADATA.tables[owner].c} == set()
    assert {"loan", "snapshot", "facility", "statement", "appraisal"} <= amounts


@pytest.mark.parametrize("owner", sorted(MODULES))
@pytest.mark.parametrize("dialect", [sqlite_dialect.dialect(), postgresql.dialect()], ids=lambda d: d.name)
def test_a_table_is_what_sqlmodel_would_make_of_its_class(owner: str, dialect: Any) -> None:
    """The class is built anew with all that SQLModel does: pydantic's fields, columns, the ORM's mapping."""
    model: Any = getattr(models, owner)
    ours = table(model)
    body = {name: copy(field) for name, (_annotation, field) in model.declared.items()}
    body |= {
        "__annotations__": {name: annotation for name, (annotation, _field) in model.declared.items()},
        "__module__": __name__,
        "__qualname__": owner,
        "__tablename__": ours.name,
    }
    made = registry(metadata=MetaData(naming_convention=NAMING))
    base = type(SQLModel)("Base", (SQLModel,), {"__module__": __name__}, registry=made)
    theirs = type(SQLModel)(owner, (base,), body, table=True).__table__
    assert ours.c.keys() == theirs.c.keys()
    assert [described(c, dialect) for c in ours.c] == [described(c, dialect) for c in theirs.c]


def described(column: Any, dialect: Any) -> tuple[object, ...]:
    return (
        column.name,
        str(column.type.compile(dialect)),
        column.nullable,
        column.primary_key,
        bool(column.unique),
        column.default.arg if column.default is not None else None,
        sorted(key.target_fullname for key in column.foreign_keys),
        column.info,
    )


def test_every_table_is_named_where_it_is_looked_for() -> None:
    folder = Path(models.__file__).parent
    for file in folder.glob("[a-z]*.py"):
        for name, found in vars(import_module(f"loancrm.models.{file.stem}")).items():
            if isinstance(found, TableMeta) and "__tablename__" in vars(found):
                assert MODULES[name] == file.stem
    assert {table(getattr(models, name)).name for name in MODULES} == set(METADATA.tables)


def test_a_row_is_never_an_object() -> None:
    with pytest.raises(TypeError, match="unit of work"):
        Facility(number="GF-1")


@pytest.mark.parametrize("value", [1.0, 0.1, True, "100", Decimal(100), b"1"])
def test_an_exact_integer_refuses_what_is_no_integer(value: Any) -> None:
    with pytest.raises(TypeError, match="exact integer"):
        ExactInteger().process_bind_param(value, create_engine("sqlite://").dialect)


@pytest.mark.parametrize("value", [0, -1, 10**15, None])
def test_an_exact_integer_takes_integers_and_nothing_else(value: int | None) -> None:
    assert ExactInteger().process_bind_param(value, create_engine("sqlite://").dialect) == value


@pytest.fixture
def sqlite() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.connect() as connection:
        yield connection


def test_a_float_is_refused_on_its_way_to_a_money_column(sqlite: Connection) -> None:
    rows = table(Facility)
    with pytest.raises(StatementError, match="exact integer"):
        sqlite.execute(insert(rows).values(limit_amount=1.5, customer_id=1))


@pytest.mark.parametrize(("owner", "column"), EXACT)
@pytest.mark.parametrize("value", [1.5, "12,5", b"12"], ids=["float", "text", "blob"])
def test_sqlite_itself_refuses_what_is_no_integer(owner: str, column: str, value: Any) -> None:
    """By hand, past our types: a table with the checks of that column alone."""
    with closing(sqlite3.connect(":memory:")) as raw:
        engine = create_engine("sqlite://")
        ddl = str(CreateTable(METADATA.tables[owner]).compile(engine))
        check = f"CONSTRAINT ck_{owner}_{column}_exact CHECK (typeof({column}) in ('integer', 'null'))"
        assert check in ddl
        raw.execute(f"CREATE TABLE t ({column} BIGINT, {check})")
        raw.execute("INSERT INTO t VALUES (?)", (125_000_000,))
        raw.execute("INSERT INTO t VALUES (NULL)")
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute("INSERT INTO t VALUES (?)", (value,))


def test_a_naive_instant_is_refused(sqlite: Connection) -> None:
    with pytest.raises(TypeError, match="aware"):
        UtcInstant().process_bind_param(datetime(2026, 11, 20, 9), sqlite.dialect)  # noqa: DTZ001
    with pytest.raises(StatementError, match="aware"):
        sqlite.execute(
            insert(table(Book)).values(id=1, zone="UTC", currency="CNY", created_at=datetime(2026, 1, 1))  # noqa: DTZ001
        )


def test_an_instant_of_any_zone_is_kept_as_utc_and_comes_back_aware(sqlite: Connection) -> None:
    shanghai = datetime(2026, 11, 20, 0, 30, 15, tzinfo=timezone(timedelta(hours=8)))
    rows = table(Book)
    sqlite.execute(insert(rows).values(id=1, zone="Asia/Shanghai", currency="CNY", created_at=shanghai))
    assert sqlite.scalar(select(rows.c.created_at)) == datetime(2026, 11, 19, 16, 30, 15, tzinfo=UTC)
    assert sqlite.exec_driver_sql("select created_at from book").scalar() == "2026-11-19 16:30:15.000000"


def test_json_has_one_text_whatever_the_order_of_the_keys() -> None:
    assert (
        canonical_json({"b": 1, "a": "华达"}) == canonical_json({"a": "华达", "b": 1}) == '{"a":"华达","b":1}'
    )
    dialect = create_engine("sqlite://").dialect
    kept = JsonText().process_bind_param({"z": None, "a": [1, "二"]}, dialect)
    assert kept == '{"a":[1,"二"],"z":null}'
    assert JsonText().process_result_value(kept, dialect) == {"a": [1, "二"], "z": None}
    assert JsonText().process_bind_param(None, dialect) is None
