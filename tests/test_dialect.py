"""What the database computes by the helpers is what arithmetic says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    func,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.exc import StatementError

from loancrm.bulk import insert_rows
from loancrm.calendars import add_months
from loancrm.dialect import (
    add_days,
    among,
    as_text,
    contains,
    count_where,
    days_between,
    distinct_from,
    ends_with,
    millionths,
    months_between,
    quotient,
    rounded_millionths,
    rounded_sum,
    starts_with,
    text_to_date,
    total,
)
from loancrm.engine import make_engine
from loancrm.indicators.lots import by_lot
from loancrm.models.columns import BIG_ID, ExactInteger, JsonText, UtcInstant

URLS = ["sqlite://", *filter(None, [os.environ.get("LOANCRM_TEST_PG")])]
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", params=URLS)
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    engine = create_engine(request.param) if request.param == "sqlite://" else make_engine(request.param)
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


def value(connection: Connection, expression: Any) -> Any:
    return connection.scalar(select(expression))


def on(when: date | None) -> Any:
    return literal(when, Date())


def number(n: int | None) -> Any:
    return literal(n, BigInteger())


amounts = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize("seed", [1, 2, 7_777_777_777])
def test_a_lot_is_the_same_everywhere_and_leans_to_nobody(connection: Connection, seed: int) -> None:
    begin = select(literal(1).label("n")).cte("n", recursive=True)
    rows = begin.union_all(select(begin.c.n + 1).where(begin.c.n < 4000))
    drawn = dict(map(tuple, connection.execute(select(rows.c.n, by_lot(rows.c.n, seed)))))
    p, x = 2**31 - 1, (12 * 48_271 + (seed * 69_621 + 48_271)) % (2**31 - 1)
    for _round in range(2):
        x = (x * x + 16_807 * x + 12_345) % p
    assert drawn[12] == x
    first = sorted(drawn, key=lambda n: (drawn[n], n))[:2000]
    # Half of 4,000 by lot: of any 2,000 of them 1,000 are expected, 22.4 is a standard deviation of that.
    for part in (range(1, 2001), range(2, 4001, 2), [n for n in drawn if n % 10 < 5]):
        assert abs(len(set(first) & set(part)) - 1000) < 90
    # Neighbours are drawn apart: runs as by tossing a coin, 2,000 expected, 31.6 a standard deviation.
    runs = sum((n in set(first)) != (n + 1 in set(first)) for n in range(1, 600))
    assert abs(runs - 299.5) < 4 * 12.3


def nearest(value: Fraction) -> int:
    """Return the nearest whole number, halves away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return -whole if value < 0 else whole


@many
@given(
    st.one_of(amounts, st.integers(-4 * 10**18, 4 * 10**18), st.integers(-9, 9)),
    st.one_of(amounts, st.integers(-9, 9)),
)
def test_a_rounded_quotient_is_the_nearest_halves_away_from_zero(
    connection: Connection, a: int, b: int
) -> None:
    found = value(connection, rounded_millionths(number(a), number(b)))
    if b == 0 or abs(a) // abs(b) >= 10**12:
        assert found is None
    else:
        assert found == nearest(Fraction(a * 1_000_000, b))
    assert value(connection, quotient(number(a), number(b))) == (nearest(Fraction(a, b)) if b else None)


wholes = amounts.filter(bool)


@many
@given(amounts, wholes, amounts, wholes)
def test_a_rounded_sum_of_two_quotients_is_rounded_once(
    connection: Connection, a: int, b: int, c: int, d: int
) -> None:
    found = value(connection, rounded_sum(number(a), number(b), number(c), number(d)))
    if abs(a) // abs(b) < 10**12 and abs(c) // abs(d) < 10**12:
        assert found == floor((Fraction(a, b) + Fraction(c, d)) * 10_000 + Fraction(1, 2))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((1, 30_000, 1, 60_000), 1),  # a third and a sixth are a half, which goes up
        ((-1, 30_000, -1, 60_000), 0),
        ((595_767_496, 10_000_000, 42_000, 600), 1_295_767),
        ((1, 0, 1, 1), None),
        ((1, 1, 1, 0), None),
        ((None, 1, 1, 1), None),
    ],
)
def test_a_half_of_a_rounded_sum_goes_up(
    connection: Connection, parts: tuple[int | None, ...], expected: int | None
) -> None:
    assert value(connection, rounded_sum(*map(number, parts))) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (1, 3, 333_333),
        (-1, 3, -333_333),
        (2, 3, 666_667),
        (-2, 3, -666_667),
        (1, 2_000_000, 1),
        (-1, 2_000_000, -1),
        (1, 2_000_001, 0),
        (None, 3, None),
        (3, None, None),
    ],
)
def test_halves_go_away_from_zero(
    connection: Connection, a: int | None, b: int | None, expected: int | None
) -> None:
    assert value(connection, rounded_millionths(number(a), number(b))) == expected


@many
@given(days, st.integers(0, 36_500))
def test_months_between_is_the_most_months_that_do_not_pass_the_day(
    connection: Connection, start: date, more: int
) -> None:
    end = start + timedelta(days=more)
    months = value(connection, months_between(on(end), on(start)))
    assert add_months(start, months) <= end < add_months(start, months + 1)
    assert value(connection, months_between(on(end), on(None))) is None


def test_a_month_from_the_end_of_january_ends_with_february(connection: Connection) -> None:
    ends = {date(2026, 2, 27): 0, date(2026, 2, 28): 1, date(2026, 3, 30): 1, date(2026, 3, 31): 2}
    for end, months in ends.items():
        assert value(connection, months_between(on(end), on(date(2026, 1, 31)))) == months


@many
@given(days, days)
def test_days_between_counts_calendar_days(connection: Connection, a: date, b: date) -> None:
    assert value(connection, days_between(on(a), on(b))) == (a - b).days


@given(
    st.sets(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6), max_size=40
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
)
@many
def test_a_text_is_among_those_that_are_it(connection: Connection, texts: set[str], text: str) -> None:
    for one, expected in ((text, text in texts), *((each, True) for each in list(texts)[:3])):
        assert bool(value(connection, among(connection, literal(one, String()), texts))) is expected


@many
@given(st.sets(st.integers(-(2**63), 2**63 - 1), max_size=40), st.integers(-9, 9))
def test_a_key_is_among_those_that_are_it(connection: Connection, keys: set[int], key: int) -> None:
    for one, expected in ((key, key in keys), *((each, True) for each in list(keys)[:3])):
        assert bool(value(connection, among(connection, number(one), keys))) is expected


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


def test_yes_and_no_become_1_and_0(connection: Connection) -> None:
    assert value(connection, as_text(literal(True, Boolean()))) == "1"
    assert value(connection, as_text(literal(False, Boolean()))) == "0"
    assert value(connection, as_text(null().cast(Boolean))) is None


LATIN = ["Acme", "ACME", "acme", "Émile", "émile", "İstanbul"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AcMe", {"Acme", "ACME", "acme"}),
        ("émile", {"émile"}),
        ("ÉMILE", {"Émile"}),
        ("i", {"Émile", "émile"}),
    ],
)
def test_small_and_capital_letters_of_ascii_are_the_same_and_no_others(
    connection: Connection, text: str, found: set[str]
) -> None:
    """Where LIKE is used, as at the end of a phone number; what is found by position is exact."""
    rows = Table(
        f"latin_{len(text)}_{ord(text[0])}", MetaData(), Column("name", String), prefixes=["TEMPORARY"]
    )
    rows.create(connection)
    connection.execute(insert(rows), [{"name": name} for name in LATIN])
    inside = connection.scalars(select(rows.c.name).where(contains(rows.c.name, text)))
    assert set(inside) == {name for name in LATIN if text in name}, "search columns are folded before"
    whole = connection.scalars(select(rows.c.name).where(ends_with(rows.c.name, text)))
    assert set(whole) == {name for name in found if len(name) == len(text)}


@pytest.fixture(scope="module")
def ranked(connection: Connection) -> Table:
    rows = Table("ranked", MetaData(), Column("n", Integer), prefixes=["TEMPORARY"])
    rows.create(connection)
    connection.execute(insert(rows), [{"n": 2}, {"n": None}, {"n": 1}, {"n": None}])
    return rows


def test_what_is_missing_comes_first_and_last_when_the_order_descends(
    connection: Connection, ranked: Table
) -> None:
    n = ranked.c.n

    def ordered(*by: Any) -> list[int | None]:
        return list(connection.scalars(select(n).order_by(*by)))

    assert ordered(n) == ordered(n.asc()) == [None, None, 1, 2]
    assert ordered(n.desc()) == [2, 1, None, None]
    assert ordered(n.nulls_last()) == [1, 2, None, None]
    assert ordered(n.desc().nulls_first()) == [None, None, 2, 1]
    assert list(connection.scalars(select((n + 0).label("m")).order_by("m"))) == [None, None, 1, 2]


def test_a_window_orders_what_is_missing_in_the_same_way(connection: Connection, ranked: Table) -> None:
    up, down = (
        func.row_number().over(order_by=[order, ranked.c.n]) for order in (ranked.c.n, ranked.c.n.desc())
    )
    assert [tuple(row) for row in connection.execute(select(ranked.c.n, up).where(ranked.c.n == 1))] == [
        (1, 1)
    ]
    first = select(ranked.c.n, up.label("place")).subquery()
    assert list(connection.scalars(select(first.c.n).where(first.c.place <= 2))) == [None, None]
    last = select(ranked.c.n, down.label("place")).subquery()
    assert list(connection.scalars(select(last.c.n).where(last.c.place > 2))) == [None, None]


@pytest.mark.parametrize("count", [1, 19, 20, 500])
def test_many_rows_are_written_in_their_order_with_every_type(connection: Connection, count: int) -> None:
    rows = Table(
        f"many_{count}",
        MetaData(),
        Column("id", BIG_ID, primary_key=True),
        Column("amount", ExactInteger),
        Column("at", UtcInstant),
        Column("said", JsonText),
        Column("on", Date),
        Column("holds", Boolean),
        Column("name", String),
    )
    rows.create(connection)
    values = [
        {"amount": n if n % 3 else None, "at": datetime(2026, 11, 20, 1, tzinfo=UTC) + timedelta(hours=n),
         "said": {"b": [n, "二\t\n\\"], "a": None}, "on": date(2026, 1, 1) + timedelta(days=n),
         "holds": n % 2 == 0, "name": ["\\N", "a\tb", "一\n二", "", "'"][n % 5]}
        for n in range(count)
    ]  # fmt: skip
    insert_rows(connection, rows, values)
    found = connection.execute(select(rows).order_by(rows.c.id))
    assert [dict(row._mapping) for row in found] == [{"id": n, **v} for n, v in enumerate(values, 1)]


def test_rows_with_keys_of_their_own_leave_the_next_key_free(connection: Connection) -> None:
    rows = Table("keyed", MetaData(), Column("id", BIG_ID, primary_key=True), Column("name", String))
    rows.create(connection)
    insert_rows(connection, rows, [{"id": 7, "name": "a"}, {"id": 41, "name": "b"}])
    assert connection.execute(insert(rows).values(name="c")).inserted_primary_key == (42,)


def test_a_float_among_many_amounts_is_refused(connection: Connection) -> None:
    rows = Table("exact", MetaData(), Column("amount", ExactInteger), prefixes=["TEMPORARY"])
    rows.create(connection)
    with pytest.raises((TypeError, StatementError), match="exact integer"), connection.begin_nested():
        insert_rows(connection, rows, [{"amount": 1}] * 30 + [{"amount": 1.5}])
