"""Stores to measure on: a seeded bank of any size, written in bulk."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import debts, mornings, people, talks, tickets
from benchmarks.bank import DAY, SEED, Bank, Size
from benchmarks.people import officer_code
from benchmarks.writer import Writer
from loancrm.models import METADATA
from loancrm.policy.policy import EXAMPLE
from loancrm.services.books import BookIn, create
from loancrm.store import Order
from loancrm.unitofwork import Clock

__all__ = ["DAY", "SEED", "SIZES", "Size", "build", "officer_code", "store_of"]

Rows = Callable[[Bank], Iterator[dict[str, Any]]]
NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
SIZES = {
    size.name: size
    for size in (
        Size("2k", 2_000, 10),
        Size("10k", 10_000, 10),
        Size("100k", 100_000, 10),
        Size("1m", 1_000_000, 5),  # ten minutes already
    )
}
GENERATOR = (
    "bank",
    "book",
    "debts",
    "mornings",
    "people",
    "talks",
    "tickets",
    "writer",
)  # a change of one builds the stores anew
# table -> its rows, in the order in which they refer to each other
TABLES = {
    "officer": people.officers,
    "customer": people.customers,
    "customer_attribute": people.attributes,
    "customer_segment": people.segments,
    "facility": debts.facilities,
    "contract": debts.contracts,
    "loan": debts.loans,
    "loan_status": debts.ends,
    "snapshot": debts.snapshots,
    "contact": talks.contacts,
    "follow_up": talks.follow_ups,
    "follow_up_event": talks.follow_up_events,
    "feedback": tickets.feedback,
    "feedback_event": tickets.feedback_events,
    "feedback_state": tickets.feedback_states,
    "legal_clock": mornings.clocks,
    "promise": mornings.promises,
    "person": mornings.people,
    "consent": mornings.consents,
    "loyalty_entry": mornings.points,
    "offer": mornings.offers,
}


def versioned(name: str, folder: Path, *more: str) -> Path:
    """Return where a store lies that this schema, generator and ``more`` make; older ones go."""
    schema = "".join(str(sorted(index.name or "" for index in t.indexes)) for t in METADATA.sorted_tables)
    generator = [(Path(__file__).with_name(f"{name}.py")).read_text(encoding="utf-8") for name in GENERATOR]
    sources = (*more, *generator, EXAMPLE.read_text(encoding="utf-8"), schema)
    version = hashlib.sha256("".join(sources).encode()).hexdigest()[:8]
    path = folder / f"{name}-{version}.db"
    if not path.exists():
        for old in folder.glob(f"{name}-*.db*"):
            old.unlink()
    return path


def store_of(size: Size, folder: Path) -> Path:
    """Return the store of ``size``, built when it is not there yet for this schema and generator."""
    path = versioned(size.name, folder)
    if not path.exists():
        folder.mkdir(exist_ok=True)
        part = folder / f"{size.name}.part.db"
        part.unlink(missing_ok=True)
        build(part, size)
        part.replace(path)
    return path


def build(path: Path, size: Size, seed: int = SEED, tables: Mapping[str, Rows] | None = None) -> None:
    """Make the store at ``path`` through ``init``, and fill it, or only ``tables`` of it."""
    clock = Clock(NOW, DAY, is_fixed=True)
    create(
        BookIn(path=str(path), zone="Asia/Shanghai", currency="CNY"), lambda _zone: Order("init", "?", clock)
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("foreign_keys = ON", "synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        _fill(connection, Bank(size, random.Random(seed)), TABLES if tables is None else tables)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


def _fill(connection: sqlite3.Connection, bank: Bank, tables: Mapping[str, Rows]) -> None:
    writer = Writer(connection)
    for name, rows in tables.items():
        writer.write(name, rows(bank))
    n = bank.size.customers
    numbers = {"customer": n, "contact": n * bank.size.contacts, "follow_up": n // 2, "feedback": n // 20}
    numbers |= dict.fromkeys(("legal_clock", "promise", "person", "consent", "offer"), n)  # as many at most
    numbers["loyalty_entry"] = 2 * n
    given = [(name, last + 1) for name, last in numbers.items()]
    connection.executemany("INSERT INTO sequence VALUES (?, ?)", given)


if __name__ == "__main__":
    print(store_of(SIZES[sys.argv[1]], Path(sys.argv[2])))
