"""The sample book as a whole: its size, its soundness, and that it is the same every time."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from loancrm import identity
from loancrm.calendars import is_working_day
from loancrm.demo.book import build
from loancrm.demo.simulation import simulate
from loancrm.demo.span import Span
from loancrm.errors import Conflict
from tests.demo.conftest import TODAY, Book

pytestmark = pytest.mark.sqlite_only("its questions are SQLite's SQL; test_two_databases compares the books")
RANDOM = ("uid",)


def dump(connection: sqlite3.Connection) -> Iterator[tuple[str, tuple[object, ...]]]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    for (name,) in connection.execute(query).fetchall():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        kept = ", ".join(column for column in columns if column not in RANDOM)
        for row in connection.execute(f"SELECT {kept} FROM {name} ORDER BY 1"):
            yield name, row


def test_the_same_seed_gives_the_same_days() -> None:
    assert simulate(Span(TODAY), 7) == simulate(Span(TODAY), 7)


def test_another_seed_gives_another_bank() -> None:
    assert simulate(Span(TODAY), 7) != simulate(Span(TODAY), 8)


@pytest.mark.slow
def test_two_builds_hold_the_same_rows_whatever_the_hash_seed(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "again.db"
    code = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from loancrm.demo.book import build\n"
        "build(Path(sys.argv[1]), today=date.fromisoformat(sys.argv[2])).close()"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    command = [sys.executable, "-c", code, str(path), TODAY.isoformat()]
    subprocess.run(command, check=True, env=environment)
    again = sqlite3.connect(path)
    assert list(dump(again)) == list(dump(book.connection))
    again.close()


def test_progress_is_told_month_by_month(book: Book, progress: list[tuple[int, int]]) -> None:
    assert progress == [(n, 19) for n in range(1, 20)]


def test_a_store_that_is_there_is_not_written_into(book: Book) -> None:
    with pytest.raises(Conflict):
        build(book.store.path, today=TODAY)


def test_there_are_about_three_hundred_firms_and_two_hundred_students(book: Book) -> None:
    firms = book.value("SELECT count(*) FROM customer WHERE kind <> 'student'")
    students = book.value("SELECT count(*) FROM customer WHERE kind = 'student'")
    assert 290 <= firms <= 310
    assert 180 <= students <= 210
    assert book.value("SELECT count(*) FROM customer WHERE kind = 'sole_proprietor'") >= 20


def test_every_month_end_of_eighteen_and_the_two_newest_days_have_data(book: Book) -> None:
    full = {*book.span.month_ends, book.span.previous_data, book.span.last_day}
    found = book.rows("SELECT effective_on FROM snapshot GROUP BY 1 HAVING count(*) > 300")
    assert {date.fromisoformat(day) for (day,) in found} == full
    assert len(book.span.month_ends) == 18


def test_every_live_loan_has_a_position_in_the_newest_data(book: Book) -> None:
    query = """SELECT count(*) FROM loan WHERE status = 'live' AND id NOT IN
        (SELECT loan_id FROM snapshot WHERE effective_on = :day)
        AND id NOT IN (SELECT loan_id FROM loan_stage)"""
    assert book.value(query, day=book.span.last_day) == 0


def test_nothing_is_known_before_it_happened_and_nothing_happens_after_today(book: Book) -> None:
    for name in ("contact", "feedback", "feedback_event", "follow_up_event", "snapshot", "loan_status"):
        query = f"SELECT count(*) FROM {name} WHERE effective_on <> known_on OR effective_on > :today"
        assert book.value(query, today=TODAY) == 0, name
    late = "SELECT count(*) FROM loan WHERE known_on <> max(effective_on, :start)"
    assert book.value(late, start=book.span.start) == 0


def test_amounts_and_rates_are_integers(book: Book) -> None:
    amounts = {
        "loan": ("principal", "annual_rate", "written_off_amount"),
        "facility": ("limit_amount",),
        "snapshot": ("outstanding_principal", "overdue_principal", "unpaid_interest", "next_due_amount"),
    }
    for name, columns in amounts.items():
        for column in columns:
            query = f"SELECT count(*) FROM {name} WHERE typeof({column}) NOT IN ('integer', 'null')"
            assert book.value(query) == 0, (name, column)


def test_no_more_is_overdue_than_outstanding(book: Book) -> None:
    assert book.value("SELECT count(*) FROM snapshot WHERE overdue_principal > outstanding_principal") == 0
    query = """SELECT count(*) FROM snapshot s JOIN loan l ON l.id = s.loan_id
        WHERE s.outstanding_principal > l.principal OR s.effective_on < l.disbursed_on"""
    assert book.value(query) == 0


def test_days_past_due_grow_by_the_days_between_two_data_unless_something_was_paid(book: Book) -> None:
    query = """SELECT count(*) FROM (SELECT days_past_due AS days, effective_on AS day,
        lag(days_past_due) OVER w AS days_before, lag(effective_on) OVER w AS day_before
        FROM snapshot WINDOW w AS (PARTITION BY loan_id ORDER BY effective_on))
        WHERE days_before > 0 AND days >= julianday(day) - julianday(day_before)
        AND days - days_before <> julianday(day) - julianday(day_before)"""
    assert book.value(query) == 0


def test_foreign_keys_hold_and_the_file_is_whole(book: Book) -> None:
    assert book.rows("PRAGMA foreign_key_check") == []
    assert book.value("PRAGMA integrity_check") == "ok"


def test_lines_are_drawn_upon_by_contracts_and_loans(book: Book) -> None:
    query = """SELECT count(*) FROM (SELECT k.id FROM contract k JOIN loan l ON l.contract_id = k.id
        WHERE k.facility_id IS NOT NULL AND k.kind = 'maximum' GROUP BY k.id HAVING count(*) > 1)"""
    assert book.value(query) > 20
    elsewhere = """SELECT count(*) FROM loan l JOIN customer c ON c.id = l.customer_id
        WHERE l.industry <> c.industry"""
    assert book.value(elsewhere) > 20


def test_identifiers_and_phones_are_well_formed_and_unlike_each_other(book: Book) -> None:
    for uscc, resident_id, phone in book.rows("SELECT uscc, resident_id, phone FROM customer"):
        assert uscc is None or identity.check_uscc(uscc, "uscc") == uscc
        assert resident_id is None or identity.check_resident_id(resident_id, "id", TODAY) == resident_id
        assert identity.check_phone(phone, "phone", "CN") == phone
    assert book.value("SELECT count(DISTINCT phone) - count(*) FROM customer") == 0


def test_officers_talk_on_working_days(book: Book) -> None:
    days = book.rows("SELECT DISTINCT effective_on FROM contact WHERE effective_on < :day", day=TODAY)
    assert all(is_working_day(date.fromisoformat(day)) for (day,) in days)


def test_numbers_go_on_where_the_book_ends(book: Book) -> None:
    for name in ("contact", "customer", "feedback", "follow_up"):
        following = book.value("SELECT next_value FROM sequence WHERE name = :name", name=name)
        assert following == book.value(f"SELECT max(number) + 1 FROM {name}"), name
