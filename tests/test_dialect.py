"""What the database computes by the helpers is what arithmetic says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    literal,
    null,
    select,
)

from loancrm.dialect import (
    add_days,
    as_text,
    contains,
    count_where,
    days_between,
    distinct_from,
    ends_with,
    millionths,
    starts_with,
    text_to_date,
    total,
)

URLS = ["sqlite://", *filter(None, [os.environ.get("LOANCRM_TEST_PG")])]
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", params=URLS)
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with create_engine(request.param).connect() as open_connection:
        yield open_connection


def value(connection: Connection, expression: Any) -> Any:
    return connection.scalar(select(expression))


def on(when: date | None) -> Any:
    return literal(when, Date())


def number(n: int | None) -> Any:
    return literal(n, BigInteger())


@many
@given(days, days)
def test_days_between_counts_calendar_days(connection: Connection, a: date, b: date) -> None:
    assert value(connection, days_between(on(a), on(b))) == (a - b).days


def test_days_between_a_missing_day_is_missing(connection: Connection) -> None:
    some = on(date(2026, 1, 1))
    assert value(connection, days_between(some, null().cast(Date))) is None
    assert value(connection, days_between(null().cast(Date), some)) is None


@many
@given(days, st.integers(-36_500, 36_500))
def test_add_days_counts_calendar_days(connection: Connection, start: date, n: int) -> None:
    assert value(connection, add_days(on(start), n)) == start + timedelta(days=n)
    assert value(connection, add_days(on(start), literal(n, Integer()))) == start + timedelta(days=n)


def test_add_days_takes_a_negated_column(connection: Connection) -> None:
    assert value(connection, add_days(on(date(2026, 3, 1)), -literal(1, Integer()))) == date(2026, 2, 28)


def test_add_days_of_nothing_is_missing(connection: Connection) -> None:
    assert value(connection, add_days(on(date(2026, 3, 1)), null().cast(Integer))) is None


def test_an_iso_date_kept_as_text_is_read_as_a_date(connection: Connection) -> None:
    found = value(connection, text_to_date(literal("2028-02-29")))
    assert found == date(2028, 2, 29)


@many
@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_millionths_are_exact_up_to_ten_trillion_yuan(connection: Connection, part: int, whole: int) -> None:
    ratio = Fraction(part, whole)
    if ratio > 1_000_000:  # beyond what a share, a utilisation or a coverage can be
        part = part % whole
        ratio = Fraction(part, whole)
    exact = int(ratio * 1_000_000)
    assert value(connection, millionths(number(part), number(whole))) == exact


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 3, 333_333),
        (2, 3, 666_666),
        (10**15, 10**15, 1_000_000),
        (10**15 - 1, 10**15, 999_999),
        (1, 10**15, 0),
        (0, 5, 0),
        (15 * 10**14, 10**15, 1_500_000),
        (5, 0, None),
        (None, 5, None),
        (5, None, None),
    ],
)
def test_millionths_are_cut_off_and_missing_over_nothing(
    connection: Connection, part: int | None, whole: int | None, expected: int | None
) -> None:
    assert value(connection, millionths(number(part), number(whole))) == expected


NAMES = ["100%", "a_b", "a\\b", "axb", "华达_机械", "华达机械", "100", "%", "it's", "x%y_z\\"]


@pytest.fixture(scope="module")
def names(connection: Connection) -> Table:
    table = Table("names", MetaData(), Column("name", String), Column("n", BigInteger))
    table.create(connection)
    connection.execute(insert(table), [{"name": name, "n": len(name)} for name in NAMES])
    return table


@pytest.mark.parametrize("text", ["%", "_", "\\", "%y_z\\", "华达", "b", "'", "00", "", "zz"])
def test_text_is_matched_character_by_character(connection: Connection, names: Table, text: str) -> None:
    def matching(condition: Any) -> set[str]:
        return set(connection.scalars(select(names.c.name).where(condition)))

    assert matching(contains(names.c.name, text)) == {name for name in NAMES if text in name}
    assert matching(ends_with(names.c.name, text)) == {name for name in NAMES if name.endswith(text)}
    assert matching(starts_with(names.c.name, text)) == {name for name in NAMES if name.startswith(text)}


def test_sums_and_counts_are_integers_and_nothing_sums_to_missing(
    connection: Connection, names: Table
) -> None:
    found = connection.execute(select(total(names.c.n), count_where(names.c.n == 3))).one()
    assert tuple(found) == (sum(map(len, NAMES)), sum(len(name) == 3 for name in NAMES))
    assert all(type(part) is int for part in found)
    nothing = select(total(names.c.n), count_where(names.c.n == 3)).where(names.c.n > 99)
    assert tuple(connection.execute(nothing).one()) == (None, 0)


def test_sums_stay_exact_beyond_what_a_float_holds(connection: Connection, names: Table) -> None:
    big = select(total(names.c.n * 0 + 10**15 + 1))
    assert connection.scalar(big) == len(NAMES) * (10**15 + 1)


def test_missing_is_a_value_like_any_other_when_asked_whether_two_differ(connection: Connection) -> None:
    nothing = null().cast(BigInteger)
    assert not value(connection, distinct_from(nothing, nothing))
    assert value(connection, distinct_from(nothing, number(0)))
    assert not value(connection, distinct_from(number(5), number(5)))


def test_numbers_become_text_as_they_are_written(connection: Connection) -> None:
    assert value(connection, as_text(number(104_166_67))) == "10416667"
