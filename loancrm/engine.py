"""The connection to a store, a SQLite file or a database on a server; faults in our words.

SQLite's part is here: every line answers a failure that was measured, since SQLAlchemy's and sqlite3's
defaults lose updates between processes. PostgreSQL's is in ``postgres.py``, loaded only for its address.
See ARCHITECTURE.md, "The store".
"""

from __future__ import annotations

import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from loancrm.errors import Busy, Damaged, InvalidInput, NotFound, Refused
from loancrm.i18n import _

APPLICATION_ID = 0x4C43524D  # "LCRM"
FIRST_WAIT_MS = 2_000
LAST_WAIT_MS = 28_000
LOOKS, BETWEEN_LOOKS_S = 5, 0.05
# A write that the disk did not take: a quota, a limit, or a disk that fails. What was read before is whole.
_NOT_TAKEN = (
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
)
_MAGIC = b"SQLite format 3\x00"

Answer = TypeVar("Answer")
OnWait = Callable[[], None] | None


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Say whether this SQLite can checkpoint from two processes without losing pages."""
    fixed = ((3, 44, 6), (3, 50, 7))
    return version >= (3, 51, 3) or any(version[:2] == f[:2] and version >= f for f in fixed)


def make_engine(place: Path | str, on_wait: OnWait = None) -> Engine:
    """Return an engine for the store at ``place``, a path or an address.

    Transactions begin as their reader or writer asks. ``on_wait`` is told when a reader of a file has waited
    for its writer, and goes on waiting.
    """
    if isinstance(place, str):
        from loancrm import postgres

        return postgres.make_engine(place)
    file = URL.create("sqlite", database=str(place.absolute()))  # as text, ? and # would cut the path
    engine = create_engine(file, hide_parameters=True)
    event.listen(engine, "connect", lambda dbapi, _record: _configure(dbapi, on_wait))
    event.listen(engine, "begin", lambda connection: _begin(connection, on_wait))
    return engine


def _configure(dbapi: sqlite3.Connection, on_wait: OnWait) -> None:
    dbapi.isolation_level = None  # we say BEGIN ourselves
    journal = ("WAL", "FULL") if wal_is_safe(sqlite3.sqlite_version_info) else ("DELETE", "EXTRA")
    dbapi.execute(f"PRAGMA busy_timeout = {FIRST_WAIT_MS}")
    found: str = _patiently(dbapi, lambda: dbapi.execute("PRAGMA journal_mode").fetchone()[0], on_wait)
    if found.upper() != journal[0]:
        dbapi.execute(f"PRAGMA journal_mode = {journal[0]}")
    dbapi.execute(f"PRAGMA synchronous = {journal[1]}")
    for pragma in ("foreign_keys = ON", "trusted_schema = OFF", "secure_delete = ON", "cell_size_check = ON"):
        dbapi.execute(f"PRAGMA {pragma}")
    if dbapi.execute("PRAGMA foreign_keys").fetchone()[0] != 1:
        raise Damaged(_("this SQLite cannot enforce foreign keys"))


def _begin(connection: Connection, on_wait: OnWait) -> None:
    options = connection.get_execution_options()
    if options.get("loancrm_writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql("PRAGMA query_only = ON")
    connection.exec_driver_sql("BEGIN")
    driver: Any = connection.connection.driver_connection
    # BEGIN locks nothing; the first read does. Without WAL it waits for a writer that has begun to write.
    _patiently(driver, lambda: driver.execute("SELECT 1 FROM sqlite_master").fetchone(), on_wait)


def _patiently(dbapi: sqlite3.Connection, read: Callable[[], Answer], on_wait: OnWait) -> Answer:
    """Return what ``read`` does, which may wait for a writer; ``on_wait`` is told after the first wait."""
    try:
        return read()
    except sqlite3.OperationalError as fault:
        if not _is_busy(fault):
            raise
    if on_wait is not None:
        on_wait()
    dbapi.execute(f"PRAGMA busy_timeout = {LAST_WAIT_MS}")
    answer = read()
    dbapi.execute(f"PRAGMA busy_timeout = {FIRST_WAIT_MS}")
    return answer


def is_sqlite(engine: Engine | Connection) -> bool:
    """Say whether the store is a SQLite file."""
    return engine.dialect.name == "sqlite"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One snapshot: everything read inside it is of one moment, and nothing can be written."""
    with translated_faults(), engine.connect() as plain:
        if is_sqlite(engine):
            with plain.begin():
                yield plain
        else:
            from loancrm import postgres

            connection = postgres.for_reading(plain)
            with connection.begin():
                yield connection


@contextmanager
def writing(engine: Engine, on_wait: OnWait = None, *, foreign_keys: bool = True) -> Iterator[Connection]:
    """One transaction of the only writer: committed at the end, rolled back on any exception.

    ``foreign_keys=False`` is for migrations of SQLite: the pragma does nothing once a transaction has begun.

    Raises:
        Busy: somebody else held the store for half a minute.
    """
    with translated_faults(), engine.connect() as plain:
        if is_sqlite(engine):
            connection = plain.execution_options(loancrm_writes=True)
            driver: Any = plain.connection.driver_connection
            driver.execute("PRAGMA query_only = OFF")  # who read by this connection before left it on
            driver.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
            transaction = _begin_patiently(connection, on_wait)
        else:
            from loancrm import postgres

            connection = postgres.for_writing(plain)
            transaction = postgres.begin_patiently(connection, on_wait, (FIRST_WAIT_MS, LAST_WAIT_MS))
        try:
            yield connection
        except BaseException:
            transaction.rollback()
            raise
        if transaction.is_active:  # a dry run has rolled back already
            transaction.commit()


def _begin_patiently(connection: Connection, on_wait: OnWait) -> Any:
    try:
        return connection.begin()
    except OperationalError as fault:
        if not _is_busy(fault):
            raise
    if on_wait is not None:
        on_wait()
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout = {LAST_WAIT_MS}")
    return connection.begin()


def _code(fault: Exception) -> int:
    return _whole_code(fault) & 0xFF


def _whole_code(fault: Exception) -> int:
    return int(getattr(getattr(fault, "orig", fault), "sqlite_errorcode", 0))


def _is_busy(fault: Exception) -> bool:
    return _code(fault) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@contextmanager
def translated_faults() -> Iterator[None]:
    """Turn the database's own faults into ours; their texts may hold data, so they are dropped."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as fault:  # a busy store is an OperationalError, too
        if isinstance(fault, DatabaseError) and not isinstance(fault.orig, sqlite3.Error):
            from loancrm import postgres

            raise postgres.in_our_words(fault) from None
        code = _code(fault)
        if _is_busy(fault):
            raise Busy from None
        if code == sqlite3.SQLITE_FULL:
            raise Refused(_("the disk is full; nothing was changed"), code="disk_full") from None
        if _whole_code(fault) in _NOT_TAKEN:
            raise Refused(_("the disk takes no more; nothing was changed"), code="disk_full") from None
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            raise Refused(_("the store cannot be opened for writing"), code="not_writable") from None
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR):
            raise Damaged(_("the store is damaged"), hint=_("restore the newest backup")) from None
        raise


def inspect_file(path: Path) -> None:
    """Look at the file before SQLite does, so that a wrong one is never touched.

    Raises:
        NotFound: nothing there.
        InvalidInput: a folder, a FIFO, a device.
        Refused: not ours.
        Damaged: cut off, or empty.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        raise NotFound(
            _("there is no store at {path}").format(path=path),
            hint=_("loancrm init makes one (or name another with --store)"),
            code="no_store",
        ) from None
    if not stat.S_ISREG(mode):
        raise InvalidInput(_("{path} is not a file").format(path=path), field="--store")
    for _look in range(1, LOOKS):
        try:
            _inspect_header(path)
            return
        except Damaged:  # or another process is committing: it writes the header before the pages it counts
            time.sleep(BETWEEN_LOOKS_S)
    if not has_journal(path):  # a process was killed while it wrote: SQLite puts it right on opening
        _inspect_header(path)


def has_journal(path: Path) -> bool:
    """Say whether changes lie beside the file that are not in it, or not out of it, yet."""
    sidecars = (path.with_name(f"{path.name}-{ending}") for ending in ("journal", "wal"))
    return any(sidecar.is_file() and sidecar.stat().st_size for sidecar in sidecars)


def _inspect_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except PermissionError:
        raise Refused(_("{path} cannot be read").format(path=path), code="not_readable") from None
    size = path.stat().st_size
    if not header.startswith(_MAGIC[: min(len(header), 16)]):
        raise Refused(
            _("{path} is not a loancrm store; it was not touched").format(path=path), code="foreign"
        )
    if len(header) < 100:
        raise Damaged(_("{path} is cut off").format(path=path), hint=_("restore the newest backup"))
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise Refused(
            _("{path} is not a loancrm store; it was not touched").format(path=path), code="foreign"
        )
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    valid = header[24:28] == header[92:96]
    if valid and int.from_bytes(header[28:32], "big") * page > size:
        raise Damaged(_("{path} is cut off").format(path=path), hint=_("restore the newest backup"))


@contextmanager
def over_the_book(connection: Connection) -> Iterator[None]:
    """Keep PostgreSQL from nested loops while statements that join many figures of a whole book run.

    It takes a grouped relation for one row, and then works the next one out anew for every customer: a rule
    of warnings took 12 seconds for 500 customers, and 0.08 without. A fault ends the transaction, and this.
    """
    is_postgres = connection.dialect.name == "postgresql"
    if is_postgres:
        connection.exec_driver_sql("SET LOCAL enable_nestloop = off")
    yield
    if is_postgres:
        connection.exec_driver_sql("SET LOCAL enable_nestloop = on")
