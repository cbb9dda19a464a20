"""The one door to the database: make it, open it, read one snapshot, write one unit of work."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, insert, select, text, update

from loancrm import models
from loancrm.engine import inspect_file, make_engine, reading, writing
from loancrm.errors import Conflict, NotFound, Refused
from loancrm.i18n import _
from loancrm.models import table
from loancrm.models.columns import canonical_json
from loancrm.view import Clock, View

if TYPE_CHECKING:  # loaded by what writes
    from loancrm.unitofwork import UnitOfWork

SCHEMA_REVISION = "0006"  # the newest revision in migrations/versions; a test keeps it so

Result = TypeVar("Result")
Request = TypeVar("Request")


@dataclass(frozen=True)
class Order:
    """How a command is carried out.

    Attributes:
        name: as the officer typed it, such as ``contact log``.
        actor: who acts: the officer's code, or the account's name.
        clock: the moment.
        idempotency_key: a retry with the same key writes nothing and returns the first result.
        dry_run: do everything, return the result, keep nothing.
    """

    name: str
    actor: str
    clock: Clock
    idempotency_key: str | None = None
    dry_run: bool = False


class Store:
    """An open store."""

    def __init__(
        self, path: Path, *, on_wait: Callable[[], None] | None = None, upgrade: bool = True
    ) -> None:
        """Open the store at ``path``; an older schema is upgraded first, after a copy of the file.

        Without ``upgrade`` an older one is refused: completing a word must change nothing.

        Raises:
            LoanCrmError: nothing there, not ours, newer than this program, damaged.
        """
        inspect_file(path)
        self.path = path
        self.on_wait = on_wait
        self._engine = make_engine(path)
        _meet_schema(self._engine, path, may_upgrade=upgrade)
        with reading(self._engine) as connection:
            book = table(models.Book)
            row = connection.execute(select(book.c.zone, book.c.currency)).first()
        if row is None:  # init was killed halfway, or is at it
            raise NotFound(
                _("the store at {path} is not complete").format(path=path),
                hint=_("loancrm init completes it"),
                code="no_store",
            )
        self.zone: str = row.zone
        self.currency: str = row.currency

    @classmethod
    def create(
        cls, path: Path, *, zone: str, currency: str, order: Order, first: Callable[[UnitOfWork], None]
    ) -> tuple[Store, bool]:
        """Make the store at ``path`` unless it is there, and say whether it was made now.

        ``first`` writes what a new book holds from the start. Of several processes that come at once
        one makes it and all succeed.
        """
        _make_private_file(path)
        engine = make_engine(path)
        _meet_schema(engine, path)
        with writing(engine) as connection:
            made = connection.scalar(select(table(models.Book).c.id)) is None
            if made:
                values = {"id": 1, "zone": zone, "currency": currency, "created_at": order.clock.now}
                connection.execute(insert(table(models.Book)).values(values))
                first(_unit(connection, order, zone, currency))
        engine.dispose()
        return cls(path), made

    @contextmanager
    def read(self, as_of: date, known_at: date | None = None) -> Iterator[View]:
        """Read one snapshot, seen as of a day."""
        with reading(self._engine) as connection:
            yield View(connection, as_of, known_at, self.zone, self.currency)

    def change(self, work: Callable[[UnitOfWork, Request], Result], request: Request, order: Order) -> Result:
        """Carry out ``work`` on ``request`` in one transaction and return its receipt.

        Raises:
            Conflict: the idempotency key was used for something else.
            Busy: another process holds the store.
        """
        digest = _digest(order.name, request)
        with writing(self._engine, self.on_wait) as connection:
            if order.idempotency_key is not None:
                known = _find_command(connection, order.idempotency_key)
                if known is not None:
                    return _replay(known, digest, work)
            unit = _unit(connection, order, self.zone, self.currency, request_digest=digest)
            receipt = work(unit, request)
            _keep_receipt(connection, unit, order, receipt)
            if order.dry_run:
                connection.get_transaction().rollback()  # type: ignore[union-attr]
        return receipt

    @contextmanager
    def unit_of_work(self, order: Order) -> Iterator[UnitOfWork]:
        """Write several things as one command, without an idempotency key."""
        with writing(self._engine, self.on_wait) as connection:
            yield _unit(connection, order, self.zone, self.currency)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def _meet_schema(engine: Engine, path: Path, *, may_upgrade: bool = True) -> None:
    """Bring an older schema up to date; a newer one is refused before anything is locked."""
    revision = _revision(engine)
    if revision == SCHEMA_REVISION:
        return
    if not may_upgrade:
        raise Refused(_("this store is of another version of loancrm"), code="other_schema")
    from loancrm.migrations import known_revisions, upgrade

    if revision is not None and revision not in known_revisions():
        raise Refused(
            _("this store was written by a newer loancrm; it was not touched"),
            hint=_("install the newest loancrm"),
            code="newer_store",
        )
    upgrade(engine, path)


def _revision(engine: Engine) -> str | None:
    with reading(engine) as connection:
        found = connection.exec_driver_sql(
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        ).first()
        return connection.scalar(text("SELECT version_num FROM alembic_version")) if found else None


def _unit(
    connection: Connection, order: Order, zone: str, currency: str, request_digest: str | None = None
) -> UnitOfWork:
    from loancrm.unitofwork import UnitOfWork, start_command

    command_id = start_command(
        connection,
        order.name,
        order.actor,
        order.clock,
        idempotency_key=order.idempotency_key,
        request_digest=request_digest,
    )
    return UnitOfWork(
        connection,
        clock=order.clock,
        actor=order.actor,
        zone=zone,
        currency=currency,
        command_id=command_id,
    )


def _digest(name: str, request: object) -> str:
    body = TypeAdapter(type(request)).dump_python(request, mode="json")
    return hashlib.sha256(canonical_json([name, body]).encode()).hexdigest()


def _find_command(connection: Connection, key: str) -> Any:
    command = table(models.Command)
    query = select(command.c.request_digest, command.c.result).where(command.c.idempotency_key == key)
    return connection.execute(query).first()


def _replay(known: Any, digest: str, work: Callable[..., Result]) -> Result:
    if known.request_digest != digest:
        raise Conflict(
            _("this idempotency key was already used for something else"),
            field="--idempotency-key",
            code="key_reused",
        )
    result: Result = TypeAdapter(get_type_hints(work)["return"]).validate_python(known.result)
    return result


def _keep_receipt(connection: Connection, unit: UnitOfWork, order: Order, receipt: object) -> None:
    if order.idempotency_key is None:
        return
    command = table(models.Command)
    body = TypeAdapter(type(receipt)).dump_python(receipt, mode="json")
    connection.execute(update(command).where(command.c.id == unit.command_id).values(result=body))


def _make_private_file(path: Path) -> None:
    """Make an empty file that only its owner reads, in folders that only their owner enters."""
    try:
        missing = [folder for folder in path.absolute().parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
        if path.exists():
            if path.stat().st_size or not path.is_file():
                inspect_file(path)
            return
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if sys.platform != "win32":
            path.chmod(0o600)
    except OSError:
        raise Refused(_("{path} cannot be made").format(path=path), code="not_writable") from None


__all__ = ["SCHEMA_REVISION", "Order", "Store"]
