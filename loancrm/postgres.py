"""The connection to a PostgreSQL store; loaded only when an address names one.

A reader is one REPEATABLE READ READ ONLY snapshot. Writers come one after another, as with SQLite's
BEGIN IMMEDIATE: each takes one advisory lock of the store before it reads anything, so that what it reads
to write (the next number, the newest audit row, a customer's version) is still so when it commits. A
writer is READ COMMITTED: under REPEATABLE READ its snapshot would be older than the lock it waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Table,
    UnaryExpression,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import ClauseElement, _label_reference

from loancrm.errors import Busy, Damaged, InvalidInput, LoanCrmError, NotFound, Refused, Unreachable
from loancrm.i18n import _

DRIVER = "postgresql+psycopg"
CONNECT_SECONDS = 10
LOCK_CLASS = 0x4C43524D  # "LCRM", with the schema's hash beside it: two books in one database do not wait
OURS = {"alembic_version", "audit", "book", "command", "officer", "sequence"}  # since the first revision

_MODIFIED = (operators.asc_op, operators.desc_op, operators.nulls_first_op, operators.nulls_last_op)
_BUSY = ("55P03", "40P01", "40001")
_GONE = ("08", "53", "57P")
_DAMAGED = ("XX001", "XX002", "58030")


class _Compiler(PGCompiler_psycopg):
    """Orders as SQLite does: what is missing comes first, and last when the order is descending.

    A column that is never missing is left alone, so that its index still gives the order.
    """

    def order_by_clause(self, select: Any, **kw: Any) -> str:
        """Say for each part of an ORDER BY where what is missing goes."""
        parts = [self._placed(clause, **kw) for clause in select._order_by_clauses]
        return f" ORDER BY {', '.join(parts)}" if parts else ""

    def visit_over(self, over: Any, **kwargs: Any) -> str:
        """Say the same in a window."""
        if over.order_by is None or over.range_ is not None or over.rows is not None:
            plain: str = super().visit_over(over, **kwargs)  # type: ignore[no-untyped-call]
            return plain
        order = ", ".join(self._placed(clause, **kwargs) for clause in over.order_by.clauses)
        parts = [f"ORDER BY {order}"]
        if over.partition_by is not None and len(over.partition_by):
            parts.insert(0, f"PARTITION BY {over.partition_by._compiler_dispatch(self, **kwargs)}")
        return f"{over.element._compiler_dispatch(self, **kwargs)} OVER ({' '.join(parts)})"

    def _placed(self, clause: ClauseElement, **kw: Any) -> str:
        inner = clause.element if isinstance(clause, _label_reference) else clause
        said: str = clause._compiler_dispatch(self, **kw)
        modifier = inner.modifier if isinstance(inner, UnaryExpression) else None
        if modifier in (operators.nulls_first_op, operators.nulls_last_op) or _is_there(inner):
            return said
        return f"{said} NULLS {'LAST' if modifier is operators.desc_op else 'FIRST'}"


def _is_there(clause: Any) -> bool:
    """Say whether ``clause`` is a column of a table that cannot be missing."""
    while isinstance(clause, UnaryExpression) and clause.modifier in _MODIFIED:
        clause = clause.element
    return isinstance(clause, Column) and isinstance(clause.table, Table) and clause.nullable is False


class _DdlCompiler(PGDDLCompiler):
    """Makes an index of some rows of the same rows as on SQLite, where the models say which."""

    def visit_create_index(self, create: Any, *args: Any, **kw: Any) -> str:
        """Add the condition that is said for SQLite."""
        made: str = super().visit_create_index(create, *args, **kw)  # type: ignore[no-untyped-call]
        options = create.element.dialect_options
        where = options["sqlite"]["where"]
        if where is None or options["postgresql"]["where"] is not None:
            return made
        condition = self.sql_compiler.process(where, include_table=False, literal_binds=True)
        return f"{made} WHERE {condition}"


def make_engine(address: str) -> Engine:
    """Return an engine for the database at ``address``; nothing is connected yet.

    Raises:
        InvalidInput: not an address of a PostgreSQL database.
        Refused: the driver is not installed.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in (DRIVER, "postgresql"):
        raise InvalidInput(
            _("--store takes the path of a file, or postgresql+psycopg://user@host/database"), field="--store"
        )
    try:
        engine = create_engine(
            url.set(drivername=DRIVER),
            hide_parameters=True,
            use_native_hstore=False,  # one question less when it connects
            connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "loancrm"},
        )
    except ModuleNotFoundError:
        raise Refused(
            _("PostgreSQL needs a driver that is not installed"),
            hint=_("install it: pip install 'loancrm[pg]'"),
            code="missing_extra",
        ) from None
    engine.dialect.statement_compiler = _Compiler
    engine.dialect.ddl_compiler = _DdlCompiler
    event.listen(engine, "connect", _configure)
    return engine


def _configure(dbapi: Any, record: object) -> None:
    """Say what the server's or the role's own settings must not decide; JIT costs more than it gives here.

    What is streamed is read to its end, so that its plan must not be one for the first rows.
    """
    del record
    wanted = (("TimeZone", "UTC"), ("DateStyle", "ISO, YMD"), ("jit", "off"), ("cursor_tuple_fraction", "1"))
    dbapi.execute("SELECT " + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in wanted))
    dbapi.commit()


def for_reading(plain: Connection) -> Connection:
    """Return the connection for one snapshot that writes nothing."""
    return plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def for_writing(plain: Connection) -> Connection:
    """Return the connection for the one writer."""
    return plain.execution_options(isolation_level="READ COMMITTED", postgresql_readonly=False)


def begin_patiently(
    connection: Connection, on_wait: Callable[[], None] | None, waits_ms: Sequence[int]
) -> Any:
    """Begin a transaction and become the store's one writer; ``on_wait`` is told after the first wait."""
    for last, wait in enumerate(waits_ms, 1 - len(waits_ms)):
        transaction = connection.begin()
        try:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait:d}")
            connection.exec_driver_sql(
                f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, hashtext(coalesce(current_schema(), '')))"
            )
        except OperationalError as fault:
            transaction.rollback()
            if last == 0 or _state(fault) not in _BUSY:
                raise
            if on_wait is not None:
                on_wait()
        else:
            return transaction
    raise AssertionError("the last wait raises")


# ── faults ──────────────────────────────────────────────────────────────────────────────────────


def _state(fault: DBAPIError) -> str | None:
    state: str | None = getattr(fault.orig, "sqlstate", None)
    return state


def in_our_words(fault: DatabaseError) -> Exception:
    """Return the fault of the server in our words, or as it is when it is a bug of ours."""
    state = _state(fault)
    if state is None:
        return _of_connecting(str(fault.orig))
    if state in _BUSY:
        return Busy()
    if state == "53100":
        return Refused(_("the disk is full; nothing was changed"), code="disk_full")
    if state == "3D000":
        return _no_database()
    if state.startswith("28") or state == "42501":
        return _no_permission()
    if state == "25006":
        return Refused(_("the store cannot be opened for writing"), code="not_writable")
    if state in _DAMAGED:
        return Damaged(_("the store is damaged"), hint=_("restore the newest backup"))
    if state == "2BP01":
        return Refused(
            _("something that others made in this database depends on a view of ours; nothing was changed"),
            hint=_("its owner drops it and makes it again after the upgrade"),
            code="depended_on",
        )
    return Unreachable() if state.startswith(_GONE) else fault


def _of_connecting(words: str) -> LoanCrmError:
    """A connection that failed has no code, only the server's words, in English or Chinese."""
    if ("database" in words or "数据库" in words) and ("does not exist" in words or "不存在" in words):
        return _no_database()
    if any(sign in words for sign in ("authentication failed", "pg_hba", "permission denied", "认证失败")):
        return _no_permission()
    if any(sign in words for sign in ("no password supplied", "role", "角色")):
        return _no_permission()
    return Unreachable()


def _no_database() -> NotFound:
    return NotFound(
        _("the server has no such database"),
        hint=_("its administrator makes one with createdb; then loancrm init"),
        code="no_store",
    )


def _no_permission() -> Refused:
    return Refused(
        _("the database does not let you do that"),
        hint=_("ask its owner for the right, or name another role in --store"),
        code="permission",
    )


# ── what is there ───────────────────────────────────────────────────────────────────────────────


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the book in the schema that is searched first, or None where nothing is.

    Raises:
        Refused: there are tables, and they are not ours.
    """
    relations = text(
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (SELECT FROM pg_depend AS d"
        " WHERE d.classid = 'pg_class'::regclass AND d.objid = pg_class.oid AND d.deptype = 'e')"
    )
    names = set(connection.scalars(relations))
    if not names:
        return None
    if not names >= OURS:
        raise Refused(_("this database holds something else; it was not touched"), code="foreign")
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def collate_texts(connection: Connection) -> None:
    """Make every text column compare byte by byte, as SQLite does, whatever the database's language is."""
    columns = text(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type FROM pg_attribute AS a"
        " JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_collation AS k ON k.oid = a.attcollation"
        " WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relkind = 'r'"
        " AND NOT a.attisdropped AND a.attnum > 0 AND k.collname <> 'C' ORDER BY c.relname, a.attnum"
    )
    quoted = connection.dialect.identifier_preparer.quote_identifier
    changes: dict[str, list[str]] = {}
    for table, column, type_ in connection.execute(columns):
        changes.setdefault(table, []).append(f'ALTER {quoted(column)} TYPE {type_} COLLATE "C"')
    for table, alters in changes.items():
        connection.exec_driver_sql(f"ALTER TABLE {quoted(table)} {', '.join(alters)}")


# ── many rows ───────────────────────────────────────────────────────────────────────────────────


def copy_rows(connection: Connection, target: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows with COPY, in their order; all have the same columns.

    Where they bring their own keys, the table's sequence goes on after the highest.
    """
    import psycopg
    from psycopg import sql

    names = list(rows[0])
    place = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(target.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(place) as copy:
            for values in _bound(connection, target, names, rows):
                copy.write_row(values)
    except psycopg.Error as fault:
        raise DBAPIError.instance(
            "COPY", None, fault, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from None
    if "id" in names:
        _go_on_after(connection, target)


def _bound(
    connection: Connection, target: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> Iterable[list[Any]]:
    """Yield the values as the driver takes them: exact integers checked, JSON as its one text."""
    types = [target.c[name].type.dialect_impl(connection.dialect) for name in names]
    processors = [type_.bind_processor(connection.dialect) for type_ in types]
    for row in rows:
        yield [
            row[name] if process is None else process(row[name])
            for name, process in zip(names, processors, strict=True)
        ]


def _go_on_after(connection: Connection, target: Table) -> None:
    query = text(
        f"SELECT setval(pg_get_serial_sequence(:t, 'id'), max(id)) FROM {target.name}"  # noqa: S608 - ours
    )
    connection.execute(query, {"t": target.name})
