"""The images in the audit trail: what records held before a command changed them, put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, Row, Table, select, update

from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.indicators.facts import CLASSES_KEPT, CUSTOMER, DATED
from loancrm.models import METADATA, Audit, table
from loancrm.reports import commands, lookup
from loancrm.services.customers import IDS, UNIQUE, derived_keys
from loancrm.unitofwork import UnitOfWork

CHUNK = 1_000
KEPT = {"id", "uid", "number", "version", "segment", *CLASSES_KEPT}  # never restored from an image


def trail(uow: UnitOfWork, command_id: int, *actions: str) -> Iterator[Row[Any]]:
    """Yield what a command left in the audit trail, in pieces, newest first."""
    audit, last = table(Audit), None
    query = select(audit).where(audit.c.command_id == command_id, audit.c.action.in_(actions))
    while True:
        piece = query if last is None else query.where(audit.c.id < last)
        found = uow.connection.execute(piece.order_by(audit.c.id.desc()).limit(CHUNK)).all()
        yield from found
        if len(found) < CHUNK:
            return
        last = found[-1].id


def restore_images(uow: UnitOfWork, command_id: int) -> int:
    """Give the changed records back what they held; the earliest image of a record counts.

    Raises:
        Conflict: an image was erased, or a number in it is another customer's by now.
    """
    images: dict[tuple[str, int], dict[str, Any]] = {}
    for entry in trail(uow, command_id, "change"):
        if entry.payload is None:
            raise Conflict(_("what the command changed was erased since"), code="erased")
        image = _image(uow, METADATA.tables[entry.subject], entry.payload["before"])
        if image:
            images[entry.subject, entry.subject_id] = {**images.get(_key(entry), {}), **image}
    for (subject, key), image in images.items():
        _restore(uow, METADATA.tables[subject], key, image)
    return len(images)


def _key(entry: Row[Any]) -> tuple[str, int]:
    return entry.subject, entry.subject_id


def _image(uow: UnitOfWork, rows: Table, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of an audit image as the table keeps them: officers by key, days as days."""
    image = {}
    for word, value in before.items():
        name = f"{word}_id" if f"{word}_id" in IDS else word
        if name not in rows.c or name in KEPT:
            continue
        if name in IDS:
            image[name] = None if value is None else lookup.officer(uow.view(), value).id
        elif value is not None and isinstance(rows.c[name].type, Date):
            image[name] = date.fromisoformat(value)
        else:
            image[name] = value
    return image


def _restore(uow: UnitOfWork, rows: Table, key: int, image: dict[str, Any]) -> None:
    values: dict[str, Any] = dict(image)
    if rows.name == CUSTOMER.name:
        _refuse_taken_numbers(uow, key, image)
        row = uow.connection.execute(select(rows.c.kind, rows.c.name).where(rows.c.id == key)).one()
        values |= derived_keys(row.kind, {"name": row.name, **image})
    if "version" in rows.c and (rows.name != CUSTOMER.name or set(image) & set(DATED)):
        values["version"] = rows.c.version + 1
    uow.connection.execute(update(rows).where(rows.c.id == key).values(values))


def _refuse_taken_numbers(uow: UnitOfWork, key: int, image: Mapping[str, Any]) -> None:
    c = CUSTOMER.c
    for name in UNIQUE:
        if image.get(name) is None:
            continue
        query = select(c.id).where(c[name] == image[name], c.voided_at.is_(None), c.id != key)
        other = uow.connection.scalar(query)
        if other is not None:
            raise commands.in_the_way(uow.view(), commands.newest_change(uow.view(), "customer", other))
