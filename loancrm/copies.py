"""Copies of a SQLite store as files: made while it is in use, and put back in one step.

A file is made under another name in the same folder, private, and gets its own name when it is whole and
on the disk: whoever is killed on the way leaves what was there before.
"""

from __future__ import annotations

import glob
import hashlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from loancrm import engine
from loancrm.errors import Conflict, Refused
from loancrm.i18n import _

PIECE = 1024 * 1024
FORGOTTEN_SECONDS = 3_600  # a part that nobody wrote to for so long is not one of another machine either
_SIDECARS = ("-journal", "-wal", "-shm")


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """Make an empty private file beside ``path``; whatever is left of it at the end is removed.

    So is what processes that were killed an hour ago or more left of the same.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:  # from before it is made on: Ctrl-C may come between any two steps
        _make(part, path)
        yield part
    finally:
        try:
            _remove(part)
        except KeyboardInterrupt:
            _remove(part)
            raise


def _make(part: Path, path: Path) -> None:
    try:
        with suppress(FileNotFoundError):
            part.unlink()  # of a process that was killed and had our number
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _remove_forgotten(path, part)
    except OSError:
        raise Refused(_("{path} cannot be written").format(path=path), code="not_writable") from None


def is_left_over(part: Path) -> bool:
    """Say whether the process that a part is named after is gone; it may be one of another machine."""
    if sys.platform == "win32":
        return True  # it cannot be asked there without ending it
    number = part.name.split(".")[-2]
    try:
        os.kill(int(number), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return True
    except OSError:  # there is one, and it is not ours
        return False
    return False


def _remove_forgotten(path: Path, part: Path) -> None:
    for old in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if is_left_over(old) and part.stat().st_mtime - old.stat().st_mtime > FORGOTTEN_SECONDS:
            _remove(old)


def _remove(part: Path) -> None:
    for leftover in (part, *(_sidecar(part, ending) for ending in _SIDECARS)):
        with suppress(OSError):  # in a folder that nobody may write to there is none either
            leftover.unlink()


def put_in_place(part: Path, path: Path, *, force: bool) -> None:
    """Give a whole file its name, on the disk too; without ``force`` never in place of another.

    Raises:
        Conflict: there is a file of that name.
    """
    _flush(part)
    if force:
        part.replace(path)
    else:
        try:
            os.link(part, path)
        except FileExistsError:
            raise Conflict(_("{path} is there already").format(path=path), code="exists") from None
        part.unlink()
    _flush(path.parent)


def copy_live(store: Path, part: Path) -> None:
    """Copy what is committed, as of one moment, while others read and write.

    Raises:
        Busy: a writer held the store for half a minute.
    """
    with engine.translated_faults(), closing(sqlite3.connect(store)) as source:
        source.isolation_level = None
        source.execute(f"PRAGMA busy_timeout = {engine.LAST_WAIT_MS}")
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()  # from here on it is one snapshot
        with closing(sqlite3.connect(part)) as target:
            source.backup(target)


def copy_bytes(source: Path, part: Path) -> tuple[str, int]:
    """Copy a file byte by byte and return the SHA-256 and the size of what was copied."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as file, part.open("wb") as target:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += target.write(piece)
    return digest.hexdigest(), size


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def at_rest(path: Path) -> Engine:
    """Return an engine that reads a file which nobody writes, without leaving anything beside it."""

    def connect() -> sqlite3.Connection:
        place = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(place, uri=True)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)


def put_over(part: Path, store: Path, kept: Path, on_wait: Callable[[], None] | None = None) -> None:
    """Put ``part`` in the place of the store; what was there is kept under the name ``kept``.

    It is written into the store's own file, in one transaction that nobody else can come between: another
    process that has the file open goes on with what was restored. A file that SQLite cannot open any more
    is replaced instead.

    Raises:
        Busy: another process reads or writes the store.
    """
    with engine.translated_faults():
        try:
            _write_into(part, store, kept, on_wait)
        except sqlite3.DatabaseError as fault:
            if _code(fault) not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            _replace(part, store, kept)


def _write_into(part: Path, store: Path, kept: Path, on_wait: Callable[[], None] | None) -> None:
    with closing(sqlite3.connect(store)) as target:
        target.isolation_level = None
        target.execute("PRAGMA locking_mode = EXCLUSIVE")  # the lock stays from now until it is closed
        target.execute("PRAGMA synchronous = EXTRA")
        target.execute("PRAGMA secure_delete = ON")
        _lock(target, on_wait)
        with part_of(kept) as copy:
            with closing(sqlite3.connect(copy)) as old:
                target.backup(old)
            put_in_place(copy, kept, force=False)
        with closing(sqlite3.connect(part)) as source:
            source.backup(target)


def _lock(target: sqlite3.Connection, on_wait: Callable[[], None] | None) -> None:
    target.execute(f"PRAGMA busy_timeout = {engine.FIRST_WAIT_MS}")
    try:
        target.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as fault:
        if _code(fault) != sqlite3.SQLITE_BUSY:
            raise
        if on_wait is not None:
            on_wait()
        target.execute(f"PRAGMA busy_timeout = {engine.LAST_WAIT_MS}")
        target.execute("BEGIN EXCLUSIVE")
    target.execute("COMMIT")


def _replace(part: Path, store: Path, kept: Path) -> None:
    if not kept.exists():
        os.link(store, kept)
    move_sidecars(store, kept)
    put_in_place(part, store, force=True)


def move_sidecars(store: Path, kept: Path) -> None:
    """Move journals that lie beside a store out of the way: they are not of the file that comes."""
    for ending in _SIDECARS:
        with suppress(FileNotFoundError):
            _sidecar(store, ending).rename(_sidecar(kept, ending))


def _sidecar(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _code(fault: Any) -> int:
    return int(getattr(fault, "sqlite_errorcode", 0)) & 0xFF


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if sys.platform == "win32" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
