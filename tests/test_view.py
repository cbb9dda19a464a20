"""A view shows what had taken effect by a day, as far as it was known at a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from loancrm.indicators.facts import DATED, customers_at
from loancrm.models import Contact, table
from loancrm.unitofwork import UnitOfWork
from loancrm.view import View
from tests import support
from tests.support import CURRENCY, TODAY, ZONE, Book

book, empty_store, open_store = support.book, support.empty_store, support.open_store

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def seen_contacts(book: Book, as_of: str, known_at: str | None = None) -> list[str]:
    rows = table(Contact)
    with book.view(as_of, known_at) as view:
        return list(view.connection.scalars(select(rows.c.note).where(view.sees(rows)).order_by(rows.c.id)))


def test_a_fact_is_seen_from_its_day_on_and_known_from_the_day_it_was_learned(book: Book) -> None:
    customer = book.on("2026-11-01").customer()
    book.on("2026-11-10").contact(customer, "2026-11-05", note="late entry")
    assert seen_contacts(book, "2026-11-04") == []
    assert seen_contacts(book, "2026-11-05") == ["late entry"]
    assert seen_contacts(book, "2026-11-05", "2026-11-09") == []
    assert seen_contacts(book, "2026-11-05", "2026-11-10") == ["late entry"]


def test_a_voided_fact_is_gone_today_and_still_stands_in_what_was_known_before(book: Book) -> None:
    customer = book.on("2026-11-01").customer()
    contact = book.contact(customer, note="a mistake").contact
    book.on("2026-11-08").void_contact(contact)
    assert seen_contacts(book, "2026-11-20") == []
    assert seen_contacts(book, "2026-11-20", "2026-11-07") == ["a mistake"]
    assert seen_contacts(book, "2026-11-20", "2026-11-08") == []


def test_the_day_ends_at_midnight_in_the_books_zone() -> None:
    view = View(Any, date(2026, 11, 20), date(2026, 11, 20), ZONE, CURRENCY)  # type: ignore[arg-type]
    assert view.known_until == datetime(2026, 11, 20, 16, tzinfo=UTC)  # midnight in Shanghai
    assert View(Any, TODAY, None, ZONE, CURRENCY).known_until is None  # type: ignore[arg-type]


def test_what_was_voided_just_before_midnight_in_shanghai_was_voided_that_day(book: Book) -> None:
    from datetime import time

    customer = book.on("2026-11-01").customer()
    early = book.contact(customer, note="voided 23:59").contact
    sharp = book.contact(customer, note="voided 00:00").contact
    book.clock = support.clock_on("2026-11-08", time(23, 59))
    book.void_contact(early)
    book.clock = support.clock_on("2026-11-09", time(0, 0))
    book.void_contact(sharp)
    assert seen_contacts(book, "2026-11-20", "2026-11-08") == ["voided 00:00"]
    assert seen_contacts(book, "2026-11-20", "2026-11-09") == []


def test_the_copies_serve_only_where_nothing_dated_lies_ahead(book: Book) -> None:
    customer = book.on("2026-11-01").customer(region="北京")
    book.on("2026-11-10").edit(customer, region="上海")
    with book.view("2026-11-10") as view:
        assert view.is_current
    with book.view("2026-11-09") as view:
        assert not view.is_current
    with book.view("2026-11-10", "2026-11-10") as view:
        assert not view.is_current


def test_a_classification_ahead_counts_as_something_dated(book: Book) -> None:
    book.on("2026-11-01").customer()
    book.on("2026-11-10").classify()
    with book.view("2026-11-09") as view:
        assert not view.is_current
        people = customers_at(view, "segment")
        assert view.rows(select(people.c.segment)) == [(None,)]


def test_a_view_at_another_day_keeps_what_was_known(book: Book) -> None:
    with book.view("2026-11-20", "2026-11-19") as view:
        other = view.at(date(2026, 1, 1))
        assert (other.as_of, other.known_at) == (date(2026, 1, 1), date(2026, 11, 19))


# ── random edits ────────────────────────────────────────────────────────────────────────────────

START = date(2026, 1, 5)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.sampled_from(["华达机械", "华达机械有限公司", "张三"]),
    "region": st.sampled_from(["北京", "上海", None]),
    "service_tier": st.sampled_from(["key", "general", None]),
    "employees": st.sampled_from([0, 1, 250, None]),
    "founded_on": st.sampled_from([date(2001, 2, 3), date(1999, 12, 31), None]),
    "is_hardship": st.sampled_from([True, False, None]),
    "phone": st.sampled_from(["+8613800138000", None]),
}


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[int, int, str, Any]]:
    """Draw (day typed, day in effect, column, value): typed days rise, effect is not after typing."""
    typed = sorted(draw(st.lists(st.integers(0, 40), max_size=7)))
    found = []
    for day in typed:
        column = draw(st.sampled_from(sorted(VALUES)))
        found.append((day, draw(st.integers(0, day)), column, draw(VALUES[column])))
    return found


def at(connection: Connection, as_of: date, known_at: date | None) -> dict[str, dict[str, Any]]:
    view = View(connection, as_of, known_at, ZONE, CURRENCY)
    people = customers_at(view, *DATED, "segment")
    return {f"C-{row.number:05d}": dict(row._mapping) for row in view.rows(select(people))}


def apply(book: Book, customer: str, changes: list[tuple[int, int, str, Any]]) -> list[Any]:
    """Make the edits as far as the service takes them: effect never before that column's newest."""
    done, newest = [], dict.fromkeys(VALUES, 0)
    current: dict[str, Any] = dict.fromkeys(VALUES) | {"name": "初始"}
    for typed, effect, column, value in changes:
        value = "改名" if column == "name" and value is None else value
        if effect < newest[column] or current[column] == value:
            continue
        book.on(START + timedelta(days=typed))
        on = START + timedelta(days=effect)
        if value is None:
            book.edit(customer, on=on, clear=(column,))
        else:
            book.edit(customer, on=on, **{column: value})
        newest[column], current[column] = effect, value
        done.append((typed, effect, column, value))
    return done


@few
@given(changes=edits(), as_of=st.integers(0, 45), known=st.integers(0, 45))
def test_a_customers_file_on_any_day_is_what_had_been_written_by_then(
    book: Book, changes: list[tuple[int, int, str, Any]], as_of: int, known: int
) -> None:
    with book.scratch() as uow:
        book.on(START)
        customer = book.customer("student", "初始")
        done = apply(book, customer, changes)
        expected: dict[str, Any] = dict.fromkeys(VALUES) | {"name": "初始"}
        expected |= {c: value for typed, effect, c, value in done if effect <= as_of and typed <= known}
        days = START + timedelta(days=as_of), START + timedelta(days=known)
        seen = at(uow.connection, *days)[customer]
        assert {name: seen[name] for name in VALUES} == expected
        anyway = dict.fromkeys(VALUES) | {"name": "初始"}
        anyway |= {column: value for _typed, effect, column, value in done if effect <= as_of}
        seen = at(uow.connection, days[0], None)[customer]
        assert {name: seen[name] for name in VALUES} == anyway


@few
@given(changes=edits(), segments=st.lists(st.sampled_from(["past_due", "none"]), max_size=2))
def test_todays_copies_are_what_the_dated_rows_say(
    book: Book, changes: list[tuple[int, int, str, Any]], segments: list[str]
) -> None:
    with book.scratch() as uow:
        book.on(START)
        codes = [book.customer("student", "初始"), book.customer()]
        apply(book, codes[0], changes)
        today = START + timedelta(days=60)
        book.on(today)
        for state in segments:
            if state == "past_due":
                book.loan(codes[1], disbursed=START)
            book.classify()
        assert current_and_dated_agree(uow, today)


def current_and_dated_agree(uow: UnitOfWork, today: date) -> bool:
    current, dated = View(uow.connection, today, None, ZONE, CURRENCY), today
    assert current.is_current
    copies, rows = at(uow.connection, today, None), at(uow.connection, today, dated)
    assert copies == rows
    return len(copies) == 2
