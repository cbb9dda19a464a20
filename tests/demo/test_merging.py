"""Two customers of the sample book become one: whatever leads to the second leads to the first afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import call

from .conftest import Book

Leads = list[tuple[str, str]]
# Of these the sample book has no row.
NOBODY_HAS = {
    (name, "customer_id")
    for name in (
        "agenda_answer",
        "assessment",
        "customer_alias",
        "imported_figure",
        "offer",
        "use_of_proceeds",
    )
}

# Its own values stay with the old code, void: the first one's stand, and fill their gaps from that day on.
OWN_VALUES = {"customer_attribute", "customer_class", "customer_segment"}


def leading(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield the columns that lead to a customer, as SQLite has them."""
    tables = connection.execute("select name from sqlite_master where type = 'table' order by name")
    for (name,) in tables.fetchall():
        for row in connection.execute(f"pragma foreign_key_list({name})"):
            if row[2] == "customer":
                yield name, row[3]


def give(connection: sqlite3.Connection, leads: Leads, other: int) -> None:
    """Give ``other`` a fact of every kind that anybody has, past the program: one row of each column."""
    for name, column in leads:
        standing = "and voided_at is null" if "voided_at" in columns(connection, name) else ""
        mine = f"select count(*) from {name} where {column} = ? {standing}"
        if connection.execute(mine, (other,)).fetchone()[0]:
            continue
        keys = f"select rowid from {name} where ifnull({column}, 0) != ? {standing} limit 50"
        for (key,) in connection.execute(keys, (other,)).fetchall():
            try:
                connection.execute(f"update {name} set {column} = ? where rowid = ?", (other, key))
            except sqlite3.IntegrityError:  # of a natural key that the customer has already
                continue
            break


def columns(connection: sqlite3.Connection, name: str) -> set[str]:
    return {row[1] for row in connection.execute(f"pragma table_info({name})")}


def of(connection: sqlite3.Connection, leads: Leads, key: int) -> dict[tuple[str, str], int]:
    query = "select count(*) from {} where {} = ?"
    return {(n, c): connection.execute(query.format(n, c), (key,)).fetchone()[0] for n, c in leads}


@pytest.mark.sqlite_only("the rows are given past the program")
def test_whatever_leads_to_the_second_leads_to_the_first(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "merged.db"
    with closing(sqlite3.connect(path)) as copy:
        book.connection.backup(copy)
        enterprises = (
            "select id, number from customer where kind = 'enterprise' and archived_on is null limit 2"
        )
        (one, first), (other, second) = copy.execute(enterprises).fetchall()
        leads = list(leading(copy))
        give(copy, leads, other)
        copy.commit()
        before = {key: of(copy, leads, key) for key in (one, other)}
    assert len(leads) > 40
    assert {lead for lead, n in before[other].items() if not n} == NOBODY_HAS
    words = ("customer", "merge", f"C-{first:05d}", f"C-{second:05d}", "--why", "重复录入", "--force")
    answer = call("--store", path, *words, home=tmp_path)
    assert answer.code == 0, answer.err
    with closing(sqlite3.connect(path)) as copy:
        left, found = of(copy, leads, other), of(copy, leads, one)
    lost = {lead for lead in leads if found[lead] < before[one][lead] + before[other][lead]}
    assert {name for name, _column in lost} == OWN_VALUES
    assert {name for (name, _column), n in left.items() if n} == OWN_VALUES
    with closing(sqlite3.connect(path)) as copy:
        standing = "select count(*) from {} where customer_id = ? and voided_at is null"
        assert [copy.execute(standing.format(name), (other,)).fetchone()[0] for name in OWN_VALUES] == [
            0,
            0,
            0,
        ]
