from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from loancrm.demo.book import build
from loancrm.demo.span import Span
from loancrm.store import Store

TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Book:
    """The sample book as plain SQL sees it, and as the store does."""

    store: Store
    connection: sqlite3.Connection
    span: Span

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        values = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        return self.connection.execute(query, values).fetchall()

    def value(self, query: str, **values: Any) -> Any:
        return self.rows(query, **values)[0][0]


@pytest.fixture(scope="session")
def progress() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory, progress: list[tuple[int, int]]) -> Iterator[Book]:
    path = tmp_path_factory.mktemp("demo") / "book.db"
    store = build(path, today=TODAY, progress=lambda done, of: progress.append((done, of)))
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    yield Book(store, connection, Span(TODAY))
    connection.close()
    store.close()
