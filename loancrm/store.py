"""The one door to the database: make it, open it, read one snapshot, write one unit of work."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, insert, select, update

from loancrm import models
from loancrm.config import without_password
from loancrm.engine import inspect_file, is_sqlite, make_engine, reading, writing
from loancrm.errors import Conflict, NotFound
from loancrm.i18n import _
from loancrm.models import table
from loancrm.models.columns import canonical_json
from loancrm.schema import SCHEMA_REVISION, as_place, file_of, make_private_file, meet_schema
from loancrm.view import Clock, View

if TYPE_CHECKING:  # loaded by what writes
    from loancrm.unitofwork import UnitOfWork

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
        is_named: whether somebody said who acts; an account alone may be anybody's.
    """

    name: str
    actor: str
    clock: Clock
    idempotency_key: str | None = None
    dry_run: bool = False
    is_named: bool = True


class Store:
    """An open store: a SQLite file, or a database on a PostgreSQL server.

    Attributes:
        shown: where it is, as it may be shown: an address without its password.
        zone: the book's zone.
        currency: the book's currency.
    """

    def __init__(
        self, place: Path | str, *, on_wait: Callable[[], None] | None = None, upgrade: bool = True
    ) -> None:
        """Open the store at ``place``, a path or an address.

        A file of an older schema is upgraded first, after a copy of it. A database is not: that is for its
        owner to do, by ``upgrade``.

        Without ``upgrade`` an older one is refused: completing a word must change nothing.

        Raises:
            LoanCrmError: nothing there, not ours, newer than this program, older on a server, damaged.
        """
        self._place = as_place(place)
        self.shown = without_password(str(place))
        if isinstance(self._place, Path):
            inspect_file(self._place)
        self.on_wait = on_wait
        self._engine = make_engine(self._place, on_wait)
        try:
            meet_schema(self._engine, self._place, self.shown, must_be_current=not upgrade)
            self.zone, self.currency = _zone_and_currency(self._engine, self.shown)
        except BaseException:
            self._engine.dispose()
            raise

    @property
    def backend(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @property
    def is_sqlite(self) -> bool:
        """Say whether the store is a SQLite file."""
        return is_sqlite(self._engine)

    @property
    def path(self) -> Path:
        """Return the store's file.

        Raises:
            Refused: it is no file.
        """
        return file_of(self._place)

    @classmethod
    def create(
        cls,
        place: Path | str,
        *,
        zone: str,
        currency: str,
        order: Order,
        first: Callable[[UnitOfWork], None],
    ) -> tuple[Store, bool]:
        """Make the store at ``place`` unless it is there, and say whether it was made now.

        ``first`` writes what a new book holds from the start. Of several processes that come at once
        one makes it and all succeed. On a server the database must be there, and empty.
        """
        where = as_place(place)
        if isinstance(where, Path):
            make_private_file(where)
        engine = make_engine(where)
        try:
            meet_schema(engine, where, without_password(str(place)), is_new=True)
            with writing(engine) as connection:
                made = connection.scalar(select(table(models.Book).c.id)) is None
                if made:
                    values = {"id": 1, "zone": zone, "currency": currency, "created_at": order.clock.now}
                    connection.execute(insert(table(models.Book)).values(values))
                    first(_unit(connection, order, zone, currency))
        finally:
            engine.dispose()
        return cls(where), made

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


def _zone_and_currency(engine: Engine, shown: str) -> tuple[str, str]:
    with reading(engine) as connection:
        book = table(models.Book)
        row = connection.execute(select(book.c.zone, book.c.currency)).first()
    if row is None:  # init was killed halfway, or is at it
        raise NotFound(
            _("the store at {path} is not complete").format(path=shown),
            hint=_("loancrm init completes it"),
            code="no_store",
        )
    return row.zone, row.currency


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
        is_named=order.is_named,
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


__all__ = ["SCHEMA_REVISION", "Order", "Store"]
