"""Undo of what is one command and many rows: a file that was taken in, whatever its length."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select

from loancrm.errors import Conflict
from loancrm.models import Contact, Customer, CustomerAttribute, ImportBatch, Loan, Snapshot, table
from loancrm.reports import lookup
from loancrm.reports.digest import content
from loancrm.services.undo import UndoIn, undo
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import BEGINNING
from tests.support import TODAY, Book

SNAPSHOT = {"currency": "CNY", "overdue_principal": 0, "effective_on": TODAY}


def take_in(uow: UnitOfWork, customer: str, loan: str, rows: int) -> None:
    """Write as an import does: many rows at once, one audit entry for them, an image of what changed."""
    owner, owed = lookup.customer(uow.view(), customer), lookup.loan(uow.view(), loan)
    counts = {"rows_read": rows, "rows_new": rows, "rows_changed": 1, "rows_known": 0, "rows_rejected": 0}
    named = {"kind": "contacts", "profile": "core", "file_name": "a.csv", "file_digest": "d"}
    batch = uow.insert(ImportBatch, **named, **counts)
    said = {"channel": "phone", "direction": "out", "purpose": "service", "outcome": "reached"}
    first = uow.next_number("contact")
    fields = {**said, "customer_id": owner.id, "officer_id": None, "effective_on": TODAY, "note": None}
    uow.insert_many(
        Contact,
        [
            {**fields, "number": first + n, "uid": f"{first}-{n}", "source_key": f"core:{n}"}
            for n in range(rows)
        ],
    )
    for _n in range(rows - 1):
        uow.next_number("contact")
    key = f"{owed.id}:{TODAY.isoformat()}"
    uow.insert_many(Snapshot, [{**SNAPSHOT, "loan_id": owed.id, "live_key": key, "outstanding_principal": 5}])
    dated = {"customer_id": owner.id, "name": "region"}
    uow.insert_many(
        CustomerAttribute,
        [
            {**dated, "value": owner.region, "effective_on": BEGINNING},
            {**dated, "value": "广州", "effective_on": TODAY},
        ],
    )
    uow.update(Customer, owner.id, region="广州", version=owner.version + 1)
    uow.update(Loan, owed.id, matures_on=TODAY, principal=7)
    before = {"matures_on": owed.matures_on, "principal": owed.principal}
    uow.record(
        Change("create", ImportBatch, batch, None, {}, counts),
        Change("change", Customer, owner.id, owner.id, {"region": owner.region}, {"region": "广州"}),
        Change("change", Loan, owed.id, owner.id, before, {"matures_on": TODAY, "principal": 7}),
    )


@pytest.fixture
def lent(book: Book) -> Book:
    officer = book.officer()
    book.loan(book.customer(region="北京", officer=officer), "JJ-1")
    return book


def standing(book: Book) -> Any:
    return book.ask(lambda view: content(view.connection))


def take(book: Book, rows: int) -> None:
    with book.unit() as uow:
        take_in(uow, "C-00001", "JJ-1", rows)


def test_a_file_is_taken_back_whole_and_can_be_taken_in_again(lent: Book) -> None:
    before = standing(lent)
    for _time in range(2):
        take(lent, 30)
        assert standing(lent)["contact"].count == 30
        receipt = lent.do(undo, UndoIn())
        assert (receipt.voided, receipt.restored) == (1 + 30 + 1 + 2, 2)
        assert standing(lent) == before
    rows = table(Customer)
    with lent.view() as view:
        assert view.connection.scalar(select(rows.c.version)) == 5  # two edits, each undone


def statements_for(book: Book, rows: int) -> int:
    take(book, rows)
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        seen.append(sql)

    event.listen(book.store._engine, "before_cursor_execute", note)
    try:
        book.do(undo, UndoIn())
    finally:
        event.remove(book.store._engine, "before_cursor_execute", note)
    return len(seen)


def test_a_long_file_takes_as_many_statements_as_a_short_one(lent: Book) -> None:
    assert statements_for(lent, 10) == statements_for(lent, 900)


def test_what_a_file_brought_and_was_changed_since_is_not_taken_back(lent: Book) -> None:
    take(lent, 3)
    lent.void_contact("K-00002")
    with pytest.raises(Conflict) as fault:
        lent.do(undo, UndoIn(command_id=5))
    assert fault.value.code == "changed_since"
    assert "command 6 (test void" in fault.value.message


def test_a_voided_row_of_a_file_stands_again_under_its_key(lent: Book) -> None:
    take(lent, 3)
    before = standing(lent)
    lent.void_contact("K-00002")
    lent.do(undo, UndoIn())
    assert standing(lent) == before
    rows = table(Contact)
    with lent.view() as view:
        assert view.connection.scalar(select(rows.c.source_key).where(rows.c.number == 2)) == "core:1"


def test_what_was_known_before_an_undo_is_known_then_for_ever(lent: Book) -> None:
    lent.on("2026-11-21").edit("C-00001", region="上海")
    lent.on("2026-11-22").do(undo, UndoIn())
    lent.on("2026-11-23").edit("C-00001", region="天津")

    def seen(known_at: str | None) -> tuple[Any, ...]:
        from loancrm.indicators.facts import customers_at

        with lent.view("2026-11-23", known_at) as view:
            people = customers_at(view, "region", "version")
            return tuple(view.rows(select(people.c.region, people.c.version))[0])

    assert [seen(day) for day in ("2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", None)] == [
        ("北京", 1),
        ("上海", 2),
        ("北京", 3),
        ("天津", 4),
        ("天津", 4),
    ]
