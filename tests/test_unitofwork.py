"""One command's writes: stamped, audited in a chain, and all or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Text, cast, select

from loancrm.bulk import ROWS_TO_COPY
from loancrm.errors import Conflict
from loancrm.models import Audit, Command, Contact, Customer, Officer, table
from loancrm.reports.checks import check_store
from loancrm.services import contacts
from loancrm.unitofwork import chain_digest, new_uid
from loancrm.view import View
from tests import places, support
from tests.support import Book

book, empty_store, open_store = support.book, support.empty_store, support.open_store


def rows(book: Book, model: Any) -> list[Any]:
    return book.ask(lambda view: view.rows(select(table(model)).order_by(table(model).c.id)))


def test_every_row_says_who_wrote_it_when_and_when_it_was_known(book: Book) -> None:
    book.on("2026-11-20")
    code = book.customer()
    customer = rows(book, Customer)[-1]
    command = rows(book, Command)[-1]
    assert code == "C-00001"
    assert customer.known_on == date(2026, 11, 20)
    assert customer.recorded_at == datetime(2026, 11, 20, 1, tzinfo=UTC)  # nine in Shanghai
    assert customer.command_id == command.id
    assert (command.name, command.actor, command.clock) == ("test add", "li.wei", "fixed")


def test_the_audit_row_holds_before_and_after(book: Book) -> None:
    code = book.customer(region="北京")
    book.edit(code, region="上海")
    created, changed = rows(book, Audit)[-2:]
    assert created.action == "create"
    assert created.payload["before"] == {}
    assert created.payload["after"]["region"] == "北京"
    assert (changed.action, changed.subject, changed.subject_id) == ("change", "customer", 1)
    assert changed.payload == {"before": {"region": "北京"}, "after": {"region": "上海"}}


def test_a_command_that_fails_leaves_nothing_behind(book: Book) -> None:
    code = book.customer()
    before = [len(rows(book, model)) for model in (Command, Audit, Contact)]

    def fail(uow: Any, request: contacts.ContactIn) -> Any:
        contacts.log(uow, request)
        raise Conflict("no")

    request = contacts.ContactIn(customer=code, channel="phone", purpose="care", outcome="reached")
    with pytest.raises(Conflict):
        book.do(fail, request)
    assert [len(rows(book, model)) for model in (Command, Audit, Contact)] == before
    assert book.contact(code).contact == "K-00001"  # the number was not used up


def test_a_question_that_failed_does_not_keep_the_next_command_from_writing(book: Book) -> None:
    def fails(view: View) -> None:
        assert view.rows(select(table(Customer).c.id)) == []
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        book.ask(fails)
    assert book.customer() == "C-00001"


def test_a_dry_run_answers_like_the_command_and_keeps_nothing(book: Book) -> None:
    code = book.customer()
    request = contacts.ContactIn(customer=code, channel="phone", purpose="care", outcome="reached")
    tried = book.do(contacts.log, request, dry_run=True)
    assert rows(book, Contact) == []
    assert book.do(contacts.log, request) == tried


def test_the_same_key_with_the_same_request_writes_once_and_answers_the_same(book: Book) -> None:
    code = book.customer()
    request = contacts.ContactIn(customer=code, channel="phone", purpose="care", outcome="reached", note="一")
    first = book.do(contacts.log, request, idempotency_key="K1")
    again = book.on("2026-11-25").do(contacts.log, request, idempotency_key="K1")
    assert again == first
    assert len(rows(book, Contact)) == 1


def test_the_same_key_with_another_request_is_refused(book: Book) -> None:
    code = book.customer()
    request = contacts.ContactIn(customer=code, channel="phone", purpose="care", outcome="reached")
    book.do(contacts.log, request, idempotency_key="K1")
    with pytest.raises(Conflict) as fault:
        book.do(contacts.log, request.model_copy(update={"note": "二"}), idempotency_key="K1")
    assert fault.value.code == "key_reused"
    assert len(rows(book, Contact)) == 1


def test_a_dry_run_does_not_use_the_key_up(book: Book) -> None:
    code = book.customer()
    request = contacts.ContactIn(customer=code, channel="phone", purpose="care", outcome="reached")
    book.do(contacts.log, request, idempotency_key="K1", dry_run=True)
    book.do(contacts.log, request, idempotency_key="K1")
    assert len(rows(book, Contact)) == 1


def test_uids_sort_by_time_and_are_of_version_7() -> None:
    moments = [datetime(2026, 11, 20, 9, 0, second, tzinfo=UTC) for second in range(30)]
    uids = [new_uid(moment) for moment in moments]
    assert sorted(uids) == uids
    assert len(set(uids)) == 30
    assert all(uid[14] == "7" and uid[19] in "89ab" and len(uid) == 36 for uid in uids)


def test_numbers_of_a_kind_follow_each_other(book: Book) -> None:
    assert [book.customer() for _ in range(3)] == ["C-00001", "C-00002", "C-00003"]


# ── the chain ───────────────────────────────────────────────────────────────────────────────────


def test_the_chain_runs_over_all_rows_from_the_first(book: Book) -> None:
    book.edit(book.customer(), region="上海")
    previous = ""
    for row in rows(book, Audit):
        previous = chain_digest(previous, dict(row._mapping))
        assert row.chain_digest == previous


@pytest.fixture
def damaged(empty_store: Path, tmp_path: Path) -> Book:
    """A book with six audit rows that a test will damage: its invariants do not hold at the end."""
    path = tmp_path / "damaged.db"
    places.copy(empty_store, path)
    made = Book(places.opened(path))
    code = made.customer()
    for region in ("北京", "上海", "广州", "深圳"):
        made.edit(code, region=region)
    return made


def damage(book: Book, *statements: str) -> list[Any]:
    """Change the file by hand and return what the check finds."""
    for statement in statements:
        places.put(places.path_of(book.store), statement)
    return book.ask(check_store)


def test_a_changed_payload_is_found(damaged: Book) -> None:
    found = damage(damaged, """update audit set payload = replace(payload, '广州', '杭州') where id = 5""")
    assert [(broken.check, broken.ids) for broken in found] == [("audit_chain", ("5",))]


@pytest.mark.parametrize(
    ("column", "value"),
    [("action", "'void'"), ("subject_id", "2"), ("customer_id", "null"), ("command_id", "1"),
     ("payload_digest", "'00'")],
)  # fmt: skip
def test_a_changed_column_is_found(damaged: Book, column: str, value: str) -> None:
    found = damage(damaged, f"update audit set {column} = {value} where id = 4")
    assert [(broken.check, broken.ids) for broken in found] == [("audit_chain", ("4",))]


def test_a_deleted_row_is_found_at_the_next(damaged: Book) -> None:
    found = damage(damaged, "delete from audit where id = 4")
    assert [(broken.check, broken.ids) for broken in found] == [("audit_chain", ("5",))]


def test_two_swapped_rows_are_found(damaged: Book) -> None:
    found = damage(
        damaged,
        "update audit set id = 99 where id = 3",
        "update audit set id = 3 where id = 4",
        "update audit set id = 4 where id = 99",
    )
    assert [broken.check for broken in found] == ["audit_chain"]
    assert {"3", "4"} <= set(found[0].ids)


def test_a_row_slipped_in_is_found(damaged: Book) -> None:
    found = damage(
        damaged,
        "insert into audit select 99, command_id, action, subject, subject_id, customer_id, payload,"
        " payload_digest, chain_digest from audit where id = 5",
    )
    assert [(broken.check, broken.ids) for broken in found] == [("audit_chain", ("99",))]


def test_an_erased_payload_leaves_the_chain_whole(damaged: Book) -> None:
    assert damage(damaged, "update audit set payload = null where id = 4") == []


def test_an_instant_is_the_same_text_kept_one_by_one_and_many_at_once(book: Book) -> None:
    """SQLite compares the texts: a whole second without its microseconds would come before itself."""

    def add(uow: Any, request: contacts.ContactIn) -> Any:
        uow.insert(Officer, code="one", name="一")
        uow.insert_many(Officer, [{"code": f"o{n}", "name": "多"} for n in range(ROWS_TO_COPY)])
        return contacts.log(uow, request)

    book.do(
        add, contacts.ContactIn(customer=book.customer(), channel="phone", purpose="care", outcome="reached")
    )
    officer = table(Officer)
    kept = select(cast(officer.c.recorded_at, Text)).where(officer.c.code.like("o%"))
    assert len(book.ask(lambda view: view.rows(kept.distinct()))) == 1
