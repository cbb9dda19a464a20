"""Undo: a command that takes back what another one wrote, when nothing later rests on it.

What the command made is voided, what it voided stands again, and the records that it changed get back
what the audit trail says they held. Everything is done table by table, however many rows there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, select, update

from loancrm.dialect import as_text
from loancrm.dossier import KINDS, FactKind
from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.indicators.facts import CLASSES_KEPT, CUSTOMER, LOAN
from loancrm.models import METADATA, Command, CustomerClass, CustomerSegment, LoanStatus, table
from loancrm.reports import commands
from loancrm.reports.dossier import fact_table
from loancrm.services import moves
from loancrm.services.images import restore_images, trail
from loancrm.services.inputs import Input, Receipt
from loancrm.services.point_keys import entry_key
from loancrm.services.rederiving import rederive, touched_by
from loancrm.unitofwork import KEYS_WHILE_LIVE, Change, UnitOfWork

MIRRORED = {"create": "void", "change": "change", "void": "restore", moves.MOVE: moves.MOVE}


class UndoIn(Input):
    """Which command to undo; None is the actor's last."""

    command_id: int | None = None


class UndoReceipt(Receipt):
    """What was undone: how many rows are void now, how many are again as they were."""

    command_id: int
    command: str
    actor: str
    customers: int
    customer: str | None
    voided: int
    restored: int


def undo(uow: UnitOfWork, request: UndoIn) -> UndoReceipt:
    """Take a command back.

    Raises:
        NotFound: there is no such command, or none to undo.
        Conflict: it cannot be undone, was undone, or a later command rests on it.
    """
    view = uow.view()
    line = commands.command(view, request.command_id, uow.actor, running=uow.command_id)
    refuse_not_undoable(line)
    commands.refuse_if_built_upon(view, line.command_id)
    moves.refuse_if_used(uow, line.command_id)
    touched = touched_by(uow, line.command_id)
    moved = moves.take_back(uow, line.command_id, LIVE_KEYS)  # first: a key may begin with the customer's
    _refuse_taken_keys(uow, line.command_id)
    voided, images = _void(uow, line.command_id), restore_images(uow, line.command_id)
    again = _stand_again(uow, line.command_id)  # last: another's image may have held its number
    if not (voided or again or images):
        raise Conflict(_wrote_nothing(line), field="COMMAND_ID", code="nothing_to_undo")
    _renew_copies(uow, voided.keys() | again.keys() | moved.keys())
    _mirror_trail(uow, line.command_id)
    rederive(uow, touched)
    _mark(uow, line.command_id)
    return UndoReceipt(
        command_id=line.command_id,
        command=line.command,
        actor=line.actor,
        customers=line.customers,
        customer=line.customer,
        voided=voided.total(),
        restored=again.total() + images + moved.total(),
    )


def refuse_not_undoable(line: commands.CommandLine) -> None:
    """Refuse the making of the book, an undo, and what was undone already.

    Raises:
        Conflict: it is one of these.
    """
    if line.command == "init":
        message, hint = _("the making of the book cannot be undone"), None
    elif line.state == "undo":
        message, hint = _("an undo is not undone"), _("do again what it took back")
    elif line.state == "undone":
        message = _("command {id} ({command}) was undone already").format(
            id=line.command_id, command=line.command
        )
        hint = _("loancrm undo --list shows the commands")
    else:
        return
    raise Conflict(message, field="COMMAND_ID", hint=hint, code="not_undoable")


def _wrote_nothing(line: commands.CommandLine) -> str:
    words = _("command {id} ({command}) changed nothing, so there is nothing to undo")
    return words.format(id=line.command_id, command=line.command)


# ── what the command made, and what it voided ───────────────────────────────────────────────


def _void(uow: UnitOfWork, command_id: int) -> Counter[str]:
    count: Counter[str] = Counter()
    for rows in commands.records():
        values: dict[str, Any] = {"voided_at": uow.clock.now, "voided_by": uow.command_id}
        values |= dict.fromkeys(KEYS_WHILE_LIVE & set(rows.c.keys()))
        made = rows.c.command_id == command_id
        done = uow.connection.execute(update(rows).where(made, rows.c.voided_at.is_(None)).values(values))
        count[rows.name] = done.rowcount
    return +count


def _stand_again(uow: UnitOfWork, command_id: int) -> Counter[str]:
    count: Counter[str] = Counter()
    for rows in commands.records():
        values: dict[str, Any] = {"voided_at": None, "voided_by": None}
        if rows.name in LIVE_KEYS:
            values["live_key"] = LIVE_KEYS[rows.name](rows)
        voided = (rows.c.voided_by == command_id) & (rows.c.command_id != command_id)
        count[rows.name] = uow.connection.execute(update(rows).where(voided).values(values)).rowcount
    for rows, key, source_key in _source_keys(uow, command_id):
        uow.connection.execute(update(rows).where(rows.c.id == key).values(source_key=source_key))
    return +count


def _joined(rows: Any, *names: str) -> ColumnElement[str]:
    first, *rest = (as_text(rows.c[name]) for name in names)
    for part in rest:
        first = first.concat(":").concat(part)
    return first


def _of_kind(kind: FactKind) -> Callable[[Any], ColumnElement[str]]:
    if not kind.key:
        return lambda rows: as_text(rows.c.number)
    whose = (kind.owner_column,) if kind.owner_column else ()
    names = (*whose, *(kind.column(kind.field(name)) for name in kind.key))
    return lambda rows: _joined(rows, *names)


# How the key of a standing row follows from the row.
LIVE_KEYS: Mapping[str, Callable[[Any], ColumnElement[str]]] = {
    "facility": lambda rows: rows.c.number,
    "contract": lambda rows: rows.c.number,
    "loan": lambda rows: rows.c.number,
    "snapshot": lambda rows: _joined(rows, "loan_id", "effective_on"),
    "reference_rate": lambda rows: _joined(rows, "series", "effective_on"),
    "loyalty_entry": entry_key,
    "customer_alias": lambda rows: as_text(rows.c.number),
    "survey": lambda rows: rows.c.code,
    "survey_invitation": lambda rows: _joined(rows, "customer_id", "survey_id"),
    "survey_response": lambda rows: _joined(rows, "customer_id", "survey_id"),
    "imported_figure": lambda rows: _joined(rows, "customer_id", "name", "effective_on"),
    **{fact_table(kind).name: _of_kind(kind) for kind in KINDS.values()},
}


def _source_keys(uow: UnitOfWork, command_id: int) -> Iterator[tuple[Table, int, str]]:
    """Yield the keys of a file that voided rows had: they stand in the trail only."""
    for entry in trail(uow, command_id, "void"):
        key = (entry.payload or {"before": {}})["before"].get("source_key")
        if key is not None:
            yield METADATA.tables[entry.subject], entry.subject_id, key


def _refuse_taken_keys(uow: UnitOfWork, command_id: int) -> None:
    """Refuse when a key that would stand again is another row's by now."""
    for name, key_of in LIVE_KEYS.items():
        rows, other = METADATA.tables[name], METADATA.tables[name].alias("other")
        query = select(func.max(other.c.command_id)).select_from(
            rows.join(other, other.c.live_key == key_of(rows))
        )
        others = other.c.command_id != command_id
        taken = uow.connection.scalar(query.where(rows.c.voided_by == command_id, others))
        if taken is not None:
            raise commands.in_the_way(uow.view(), taken)
    for rows, _key, source_key in _source_keys(uow, command_id):
        taken = uow.connection.scalar(select(rows.c.command_id).where(rows.c.source_key == source_key))
        if taken is not None:
            raise commands.in_the_way(uow.view(), taken)


# ── today's copies, and the trail ───────────────────────────────────────────────────────────


def _renew_copies(uow: UnitOfWork, touched: Collection[str]) -> None:
    """Make today's copies of segments, classes and the ends of loans again what the dated rows say."""
    if CustomerSegment.__tablename__ in touched:
        rows = table(CustomerSegment)
        _renew(uow, "segment", rows, rows.c.segment, rows.c.voided_at.is_(None))
    if CustomerClass.__tablename__ in touched:
        rows = table(CustomerClass)
        for scheme in CLASSES_KEPT:
            _renew(uow, scheme, rows, rows.c.value, rows.c.voided_at.is_(None) & (rows.c.scheme == scheme))
    if LoanStatus.__tablename__ in touched:
        _renew_ends(uow)


def _renew(uow: UnitOfWork, name: str, rows: Table, value: Any, stands: ColumnElement[bool]) -> None:
    query = select(value).where(rows.c.customer_id == CUSTOMER.c.id, stands)
    newest = query.order_by(rows.c.effective_on.desc(), rows.c.id.desc())
    copy = newest.limit(1).correlate(CUSTOMER).scalar_subquery()
    differs = CUSTOMER.c[name].is_distinct_from(copy)
    uow.connection.execute(update(CUSTOMER).where(differs).values({name: copy}))


def _renew_ends(uow: UnitOfWork) -> None:
    rows = table(LoanStatus)
    of_it = (rows.c.loan_id == LOAN.c.id) & rows.c.voided_at.is_(None)
    copied = {"status": rows.c.status, "closed_on": rows.c.effective_on, "written_off_amount": rows.c.amount}
    values: dict[str, Any] = {
        name: select(column).where(of_it).limit(1).correlate(LOAN).scalar_subquery()
        for name, column in copied.items()
    }
    values["status"] = func.coalesce(values["status"], "live")
    differs = or_(*(LOAN.c[name].is_distinct_from(value) for name, value in values.items()))
    uow.connection.execute(update(LOAN).where(differs).values(values))


def _mirror_trail(uow: UnitOfWork, command_id: int) -> None:
    """Write the trail of the undone command once more, before and after exchanged."""
    changes = []
    for entry in trail(uow, command_id, *MIRRORED):
        payload = entry.payload or {"before": {}, "after": {}}
        changes.append(
            Change(
                MIRRORED[entry.action],
                METADATA.tables[entry.subject],
                entry.subject_id,
                entry.customer_id,
                payload["after"],
                payload["before"],
            )
        )
    uow.record(*changes)


def _mark(uow: UnitOfWork, command_id: int) -> None:
    """Say what was undone; its idempotency key is free again, since nothing of it stands."""
    rows = table(Command)
    uow.connection.execute(update(rows).where(rows.c.id == uow.command_id).values(undoes=command_id))
    uow.connection.execute(update(rows).where(rows.c.id == command_id).values(idempotency_key=None))
