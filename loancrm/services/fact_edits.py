"""Editing a fact of a kind that is edited: the one before is void, and what stands has its number."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from loancrm import models
from loancrm.dossier import KINDS, FactKind
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.models import Audit, Command, table
from loancrm.reports import dossier as facts
from loancrm.services.dossier import columns_of, follow, key_of, refuse_referred, said, voided
from loancrm.services.inputs import Input, Receipt
from loancrm.unitofwork import Change, UnitOfWork

DAY = "on"  # how the day is called among the fields that changed


class FactEdit(Input):
    """What is to be said of a fact from now on: ``values`` and the day replace, ``clear`` empties."""

    kind: str
    fact: str
    on: date | None
    values: dict[str, Any]
    clear: tuple[str, ...] = ()
    expect_version: int | None = None


class FactEditReceipt(Receipt):
    """The fact as it stands; ``changed`` are the fields that say something else now, ``on`` among them."""

    number: str
    kind: str
    on: date
    version: int
    changed: tuple[str, ...]


def edit_fact(uow: UnitOfWork, request: FactEdit) -> FactEditReceipt:
    """Change a fact under its number; a report with what was known before still shows what it was.

    Raises:
        NotFound: there is no such fact, or nothing is called as a reference says.
        Conflict: somebody changed it since ``expect_version``, or another fact refers to it.
        InvalidInput: a day to come, a field that is needed and would be empty, or what the kind's own check
            refuses.
    """
    kind = KINDS[request.kind]
    view = uow.view()
    row = facts.fact(view, kind, request.fact)
    version = facts.version_of(view, kind, row.number)
    _expect(uow, kind, row, version, request.expect_version)
    owner = facts.owner_of(view, kind, row)
    before = {field.name: row._mapping[kind.column(field)] for field in kind.fields}
    values = {**before, **facts.references(view, kind, row.id), **request.values}
    for name in request.clear:
        if kind.field(name).is_needed:
            message = _("{field} is needed").format(field=kind.field(name).option)
            raise InvalidInput(message, field="--clear")
        values[name] = None
    columns = columns_of(uow, kind, owner, values, request.on or row.effective_on, [])
    changed = [name for name, was in before.items() if columns[kind.column(kind.field(name))] != was]
    if kind.effective is None and columns["effective_on"] != row.effective_on:
        changed.append(DAY)
    if changed:
        _write(uow, kind, row, owner, columns)
        version = facts.version_of(uow.view(), kind, row.number)
    return FactEditReceipt(
        number=kind.code(row.number),
        kind=kind.name,
        on=columns["effective_on"],
        version=version,
        changed=tuple(changed),
    )


def _write(
    uow: UnitOfWork, kind: FactKind, row: Row[Any], owner: Row[Any] | None, columns: dict[str, Any]
) -> None:
    """Void the row and write the next one; a file that brought it finds it again by its ``source_key``."""
    refuse_referred(uow, kind, row)
    model = getattr(models, kind.model)
    uow.record(voided(uow, kind, row, {}))
    uow.void(model, row.id)
    whose = {} if owner is None else {str(kind.owner_column): owner.id}
    live_key = key_of(kind, owner, columns) or str(row.number)
    keys = {"number": row.number, "live_key": live_key, "source_key": row.source_key}
    key = uow.insert(model, **keys, **whose, **columns)
    uow.record(
        Change("create", model, key, facts.customer_id(kind, owner), {}, said(uow, kind, key, columns))
    )
    follow(uow, kind, [dict(row._mapping), {**whose, **columns}])


def _expect(uow: UnitOfWork, kind: FactKind, row: Row[Any], version: int, expected: int | None) -> None:
    """Refuse where somebody changed the fact since the version that was seen."""
    if expected is None or expected == version:
        return
    audit, command, rows = table(Audit), table(Command), facts.fact_table(kind)
    last = uow.connection.execute(
        select(command.c.actor, command.c.recorded_at)
        .join(audit, audit.c.command_id == command.c.id)
        .join(rows, rows.c.id == audit.c.subject_id)
        .where(audit.c.subject == rows.name, rows.c.number == row.number)
        .order_by(audit.c.id.desc())
    ).first()
    who, when = "?", "?"
    if last is not None:
        at = last.recorded_at.astimezone(ZoneInfo(uow.zone))
        who, when = last.actor, f"{at:%Y-%m-%d %H:%M}"
    raise Conflict(
        _("{number} is at version {version}: {who} changed it at {when}").format(
            number=kind.code(row.number), version=version, who=who, when=when
        ),
        field="--expect-version",
        hint=_("look at it again, then repeat the change"),
        code="changed_meanwhile",
    )
