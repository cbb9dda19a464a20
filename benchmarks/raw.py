"""What the program is compared with: the sqlite3 and csv modules and nothing else, without a check.

``python -m benchmarks.raw contacts|snapshots|customers STORE FILE`` inserts a file with ``executemany``.
``replay STORE STATEMENTS`` runs what ``benchmarks.capture`` wrote down and reads the rows, ``export`` writes
them as CSV too.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

STAMP = ("2026-11-20 01:00:00.000000", 1)  # recorded_at, command_id
_SCATTER = 0x9E3779B97F4A7C15F39CC0605CEDC835  # spreads keys as digests and random numbers lie
Line = Sequence[str]


def _key(n: int) -> str:
    return f"{n * _SCATTER % 2**128:032x}"


def _uid(n: int) -> str:
    text = _key(n)
    return f"019aa000-0000-7{text[:3]}-{text[3:7]}-{text[7:19]}"


def _minor(text: str) -> int:
    return int(text.replace(".", ""))


def _contact(n: int, line: Line) -> tuple[Any, ...]:
    code, on, channel, outcome, purpose, note = line
    key = int(code[2:])
    said = (channel, "out", purpose, outcome, note)
    return on, *STAMP, on, _uid(n), n, key, key % 40 + 1, *said, f"{_key(n)}:1"


def _snapshot(n: int, line: Line) -> tuple[Any, ...]:
    number, on, owed, overdue, interest, late, tier = line
    loan = int(number[3:])
    figures = (_minor(owed), _minor(overdue), _minor(interest), "CNY", int(late), tier)
    return on, *STAMP, on, loan, f"{loan}:{on}", *figures


def _customer(n: int, line: Line) -> tuple[Any, ...]:
    name, uscc, bank_number, phone, region, officer = line
    keys = (name, name, None)  # name_key, company_key, pinyin_key: what an import computes
    numbers = (bank_number, uscc, f"+86{phone}")
    on = "2026-11-20"
    return on, *STAMP, _uid(n), n, "enterprise", on, 1, *keys, name, *numbers, region, int(officer[1:])


_STAMPS = "known_on, recorded_at, command_id"
_OF_CONTACT = "uid, number, customer_id, officer_id, channel, direction, purpose, outcome, note, source_key"
_FIGURES = "outstanding_principal, overdue_principal, unpaid_interest, currency, days_past_due, five_tier"
_OF_CUSTOMER = "uid, number, kind, since_on, version, name_key, company_key, pinyin_key, name"
_NUMBERS = "bank_number, uscc, phone, region, officer_id"
# kind of file -> table, its columns, and from a line to their values
TABLES: dict[str, tuple[str, str, Callable[[int, Line], tuple[Any, ...]]]] = {
    "contacts": ("contact", f"{_STAMPS}, effective_on, {_OF_CONTACT}", _contact),
    "snapshots": ("snapshot", f"{_STAMPS}, effective_on, loan_id, live_key, {_FIGURES}", _snapshot),
    "customers": ("customer", f"{_STAMPS}, {_OF_CUSTOMER}, {_NUMBERS}", _customer),
}


def take_in(kind: str, connection: sqlite3.Connection, file: Path) -> None:
    """Insert the rows of a file in one transaction."""
    table, columns, values = TABLES[kind]
    first = connection.execute(f"SELECT max(id) + 1 FROM {table}").fetchone()[0]
    marks = ", ".join("?" * len(columns.split(",")))
    connection.execute("PRAGMA foreign_keys = ON")
    with connection, file.open(encoding="utf-8", newline="") as source:
        lines = csv.reader(source)
        next(lines)
        rows = (values(n, line) for n, line in enumerate(lines, first))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _rows(connection: sqlite3.Connection, file: Path) -> Iterator[tuple[Any, ...]]:
    for sql, parameters in json.loads(file.read_text(encoding="utf-8")):
        yield from connection.execute(sql, parameters)


def main(what: str, store: str, file: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        if what == "replay":
            for _row in _rows(connection, file):
                pass
        elif what == "export":
            csv.writer(sys.stdout).writerows(_rows(connection, file))
        else:
            take_in(what, connection, file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
