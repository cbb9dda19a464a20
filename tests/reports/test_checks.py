"""Each invariant of the book, broken once by hand, is reported under its name with the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from loancrm.errors import Damaged
from loancrm.reports.checks import CHECKS, check_store
from loancrm.store import Store
from tests import places
from tests.support import TODAY, Book

BROKEN = {
    "days": ("update follow_up set due_on = 'soon' where id = 1", ("follow_up:1",)),
    "codes": ("update contact set outcome = 'gone' where id = 1", ("contact:1:outcome",)),
    "foreign_keys": ("update contact set customer_id = 77", ("contact:1",)),
    "audit_chain": ("update audit set action = 'look' where id = 3", ("3",)),
    "audited": (
        (
            "insert into customer (id, known_on, recorded_at, command_id, uid, number, kind, since_on,"
            " version, name_key, name) select 9, known_on, recorded_at, command_id, 'u9', 0, kind, since_on,"
            " 1, 'x', 'x' from customer where id = 1"
        ),
        ("C-00000",),
    ),
    "customer_copies": ("update customer set region = '火星' where id = 1", ("C-00001:region",)),
    "name_keys": ("update customer set name_key = '华' where id = 1", ("C-00001",)),
    "segment_copies": ("update customer set segment = 'quality' where id = 1", ("C-00001",)),
    "class_copies": (
        "update customer set life_cycle = 'lost' where id = 1",
        ("C-00001:life_cycle",),
    ),
    "loan_copies": ("update loan set status = 'live' where number = 'JJ-2'", ("JJ-2",)),
    "tickets": ("update feedback_state set level = 7 where id = 1", ("F-00001",)),
    "snapshots_in_life": ("update snapshot set effective_on = '2020-01-01' where id = 1", ("1",)),
    "live_keys": ("update loan set live_key = null where id = 1", ("loan:1",)),
    "currency": ("update snapshot set currency = 'USD' where id = 1", ("snapshot:1",)),
    "sequences": ("update sequence set next_value = 1 where name = 'customer'", ("customer",)),
    "standing": (
        "update facility set live_key = null, voided_at = '2026-11-20 01:00:00' where id = 1",
        ("contract:1",),
    ),
    "done_once": (
        (
            "insert into follow_up_event (known_on, recorded_at, command_id, effective_on, follow_up_id,"
            " action) select known_on, recorded_at, command_id, effective_on, follow_up_id, action"
            " from follow_up_event"
        ),
        ("follow_up_event:1",),
    ),
    "running_warnings": (
        (
            "insert into warning (known_on, recorded_at, command_id, effective_on, customer_id, number, rule,"
            " kind, severity) select known_on, recorded_at, command_id, effective_on, customer_id, 77 + n,"
            " 'losses', 'credit', 'high' from contact, (select 0 as n union all select 1) as twice"
        ),
        ("C-00001:losses",),
    ),
}
MORE = {
    "pinyin of another name": ("name_keys", "update customer set pinyin_key = 'x x' where id = 1"),
    "pinyin lost": ("name_keys", "update customer set pinyin_key = null where id = 1"),
    "segment missing though a row says one": ("segment_copies", "update customer set segment = null"),
    "loan's end without its day": ("loan_copies", "update loan set closed_on = null where number = 'JJ-2'"),
    "loan written off by another amount": (
        "loan_copies", "update loan set written_off_amount = 5 where number = 'JJ-2'"
    ),
    "key of a voided row still stands": (
        "live_keys", "update snapshot set voided_at = '2026-11-20 01:00:00' where id = 1"
    ),
    "day of a month that is not so long": ("days", "update snapshot set known_on = '2026-02-30'"),
    "code of a ticket": ("codes", "update feedback set urgency = 'now'"),
    "attribute emptied": ("customer_copies", "update customer set region = null where id = 1"),
    "ticket resolved twice": (
        "done_once",
        ("insert into feedback_event (known_on, recorded_at, command_id, effective_on, feedback_id,"
        " action) select known_on, recorded_at, command_id, effective_on, feedback_id, action"
            " from feedback_event"),
    ),
    "number given out again": ("sequences", "update sequence set next_value = 1 where name = 'contact'"),
}  # fmt: skip


@pytest.fixture(scope="module")
def full_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a row of every kind, in which all is well."""
    path = tmp_path_factory.mktemp("full") / "book.db"
    places.copy(empty_store, path)
    book = Book(places.opened(path))
    with book.batch():
        officer = book.officer()
        customer = book.customer(region="北京", officer=officer)
        book.edit(customer, region="上海")
        line = book.facility(customer, 5_000_000)
        book.loan(customer, "JJ-1", contract="HT-1", facility=line)
        book.snapshot("JJ-1")
        book.loan(customer, "JJ-2")
        book.close("JJ-2", "written_off", amount=1000)
        book.contact(customer)
        book.done(book.follow_up(customer, TODAY))
        ticket = book.feedback(customer)
        book.step("resolve", ticket)
        book.classify()
    with book.view() as view:
        assert check_store(view) == []
    book.store.close()
    return path


@pytest.fixture
def full(full_store: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "broken.db"
    places.copy(full_store, path)
    return path


def found_after(path: Path, statement: str) -> dict[str, tuple[int, tuple[str, ...]]]:
    places.put(path, statement)
    store = places.opened(path)
    with store.read(TODAY) as view:
        found = {broken.check: (broken.count, broken.ids) for broken in check_store(view)}
    store.close()
    return found


UNBREAKABLE = pytest.mark.sqlite_only("PostgreSQL lets no reference and no day break")


@pytest.mark.parametrize(
    "check",
    [pytest.param(name, marks=UNBREAKABLE if name in ("foreign_keys", "days") else ()) for name in BROKEN],
)
def test_a_broken_invariant_is_reported_with_its_rows(full: Path, check: str) -> None:
    statement, ids = BROKEN[check]
    assert found_after(full, statement).get(check) == (len(ids), ids)


@pytest.mark.parametrize(
    "case", [pytest.param(name, marks=UNBREAKABLE if MORE[name][0] == "days" else ()) for name in MORE]
)
def test_other_ways_to_break_an_invariant_are_reported_too(full: Path, case: str) -> None:
    check, statement = MORE[case]
    assert check in found_after(full, statement)


@pytest.mark.sqlite_only("its check constraints can be switched off")
def test_a_row_that_the_file_itself_forbids_is_reported(full: Path) -> None:
    with closing(sqlite3.connect(full)) as raw:
        raw.execute("pragma ignore_check_constraints = on")
        raw.execute("update snapshot set outstanding_principal = -1")
        raw.commit()
    assert "integrity" in found_after(full, "select 1")


@pytest.mark.sqlite_only("it writes into the file")
def test_a_page_overwritten_with_nothing_is_reported_as_damage(full: Path) -> None:
    page, content = 4096, bytearray(full.read_bytes())
    with closing(sqlite3.connect(full)) as raw:
        page = raw.execute("pragma page_size").fetchone()[0]
        (root,) = raw.execute("select rootpage from sqlite_master where name = 'customer'").fetchone()
    content[(root - 1) * page : root * page] = bytes(page)
    full.write_bytes(content)
    store = Store(full)
    with pytest.raises(Damaged), store.read(TODAY) as view:
        check_store(view)
    store.close()


def test_every_named_invariant_is_broken_here_once() -> None:
    assert set(BROKEN) | {"integrity", "ledgers"} == set(CHECKS)  # ledgers: test_loan_life.py


def test_many_broken_rows_are_counted_and_the_first_are_named(full: Path) -> None:
    with places.raw(full) as raw:
        for number in range(100, 130):
            raw.execute(
                "insert into customer (known_on, recorded_at, command_id, uid, number, kind, since_on,"
                " version, name_key, name) select known_on, recorded_at, command_id, ?, ?, kind, since_on,"
                " 1, 'x', 'x' from customer where id = 1",
                (f"u{number}", number),
            )
        raw.execute("update sequence set next_value = 1000")
    store = places.opened(full)
    with store.read(TODAY) as view:
        broken = {found.check: found for found in check_store(view)}["audited"]
    store.close()
    assert broken.count == 30
    assert len(broken.ids) == 20
    assert broken.first_ids == "C-00100, C-00101, C-00102, C-00103, C-00104"
