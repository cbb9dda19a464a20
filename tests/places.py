"""Where a store of the tests is: the same path in a test stands for a file, or for a database of its own.

Without ``LOANCRM_TEST_PG`` a path is a path. With it, ``place`` gives the address of the database that
stands for the path (empty until somebody makes a book in it), unless a file is there. Everything here that
takes a path works on that database, and ``conftest`` gives the program its address wherever a test says
``--store PATH``.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from tests import postgres

FIXTURES = {
    "book", "empty_book", "filled_book", "full", "untouched", "empty_store", "open_store", "kept", "cli",
    "run", "tour", "errors", "uow", "sba", "connection", "database", "two_books", "empty_database",
}  # fmt: skip
ONLY_POSTGRES = {"two_books", "empty_database"}  # fixtures of tests that need the server
_made: dict[str, Path] = {}  # database -> the path that it stands for
_sources: dict[Path, Path] = {}  # copy of a file -> what it was copied from

_opened: list[Any] = []


def on_postgres() -> bool:
    """Say whether the tests run on PostgreSQL."""
    return bool(os.environ.get(postgres.VARIABLE))


def database_of(path: str | Path) -> str:
    """Return the name of the database that ``path`` stands for."""
    return "t" + hashlib.sha256(os.path.abspath(path).encode()).hexdigest()[:20]


def place(path: str | Path, base: Path | None = None) -> str:
    """Return where the store of ``path`` is: the path as it is, or the address of its database."""
    if not on_postgres() or "://" in str(path):
        return str(path)
    whole = (base or Path.cwd()) / path
    if whole.exists():  # a file, whatever the tests run on
        return str(path)
    database = database_of(whole)
    if database not in _made and not postgres.exists(database):
        postgres.create(database)
    _made[database] = whole
    return postgres.url_of(database)


def opened(path: Path) -> Any:
    """Open the store of ``path``."""
    from loancrm.store import Store

    store = Store(place(path))
    if on_postgres():
        _opened.append(store)
    return store


def path_of(store: Any) -> Path:
    """Return the path that an open store goes by."""
    return store.path if store.is_sqlite else _made[make_url(store._place).database]


def copy(source: Path, target: Path) -> None:
    """Copy a store that nobody has open."""
    if not on_postgres():
        shutil.copy(source, target)
        target.chmod(0o600)
        _sources[target] = source
        return
    postgres.create(database_of(target), database_of(source))
    _made[database_of(target)] = target


def is_as_copied(path: Path) -> bool:
    """Say whether a file is, byte for byte, what it was copied from; of a database that is not known."""
    source = _sources.pop(path, None)
    if source is None or not path.exists() or [*path.parent.glob(f"{path.name}-*")]:
        return False
    return filecmp.cmp(source, path, shallow=False)


def forget(folder: Path) -> None:
    """Take the databases away that stand for paths in ``folder``."""
    for store in _opened:
        if path_of(store).is_relative_to(folder):
            store.close()
    _opened[:] = [store for store in _opened if not path_of(store).is_relative_to(folder)]
    for database, path in list(_made.items()):
        if path.is_relative_to(folder):
            postgres.drop(database)
            del _made[database]


# ── past the program ────────────────────────────────────────────────────────────────────────────


@contextmanager
def raw(path: Path) -> Iterator[Any]:
    """A connection of the database's own driver; values stand for ``?`` on both."""
    if not on_postgres():
        with closing(sqlite3.connect(path)) as file, file:
            yield file
        return
    import psycopg

    with psycopg.connect(**postgres.words(database_of(path))) as connection:
        yield _Asked(connection)


class _Asked:
    """A connection that takes SQL as SQLite's driver does."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def execute(self, statement: str, values: Sequence[object] = ()) -> Any:
        if not values:
            return self.connection.execute(statement)
        return self.connection.execute(statement.replace("%", "%%").replace("?", "%s"), values)


def asked(path: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    """Return the answer of the database itself."""
    with raw(path) as connection:
        return list(connection.execute(query, values).fetchall())


def put(path: Path, statement: str, *values: object) -> None:
    """Write behind the program's back."""
    with raw(path) as connection:
        connection.execute(statement, values)


def rows_of(path: Path) -> list[str]:
    """Return everything that a store holds, as text."""
    if not on_postgres():
        with closing(sqlite3.connect(path)) as connection:
            return list(connection.iterdump())
    with raw(path) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        each = (f"select '{table}: ' || whole.*::text from {table} whole" for (table,) in tables)
        return sorted(row for (row,) in connection.execute(" union all ".join(each)))
