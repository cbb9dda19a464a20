"""What officers did, command by command, and what stands in the way of taking one back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, exists, func, or_, select

from loancrm.dialect import as_text
from loancrm.errors import Conflict, NotFound
from loancrm.i18n import _
from loancrm.models import METADATA, Audit, Command, Customer, CustomerAttribute, Officer, table
from loancrm.reports.lookup import customer_code
from loancrm.view import View

WITHOUT_CONTENT = ("store backup", "remind")  # commands that leave a trace and change nothing
COMMAND, AUDIT = table(Command), table(Audit)
_UNDO = COMMAND.alias("undo")
_MINE = bindparam("mine", type_=COMMAND.c.id.type)  # the command that is to be taken back


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command: ``customers`` is how many it touched, ``customer`` the code of the only one.

    ``state`` is ``done``, ``undone``, or ``undo`` when it took another one (``undoes``) back.
    """

    command_id: int
    at: datetime
    actor: str
    command: str
    customers: int
    customer: str | None
    state: str
    undoes: int | None


def commands(view: View, *, actor: str | None = None, limit: int | None = None) -> Iterator[CommandLine]:
    """Return the commands that changed something, newest first; one officer's, or all."""
    query = _lines().where(_changing()).order_by(COMMAND.c.id.desc())
    if actor is not None:
        query = query.where(COMMAND.c.actor == actor)
    for row in view.connection.execute(query if limit is None else query.limit(limit)):
        yield _line(row)


def command(view: View, command_id: int | None, actor: str, *, running: int | None = None) -> CommandLine:
    """Return the command ``command_id``; without one, the actor's last that was not undone.

    ``running`` is the command that asks, from inside its own transaction: it is not there yet.

    Raises:
        NotFound: there is none.
    """
    if command_id is not None:
        row = None if command_id == running else view.one(_lines().where(COMMAND.c.id == command_id))
        if row is None:
            raise NotFound(
                _("there is no command {id}").format(id=command_id),
                field="COMMAND_ID",
                hint=_("loancrm undo --list shows the commands"),
            )
        return _line(row)
    last = _lines().where(_changing(), COMMAND.c.actor == actor, COMMAND.c.undoes.is_(None), ~_is_undone())
    if running is not None:
        last = last.where(COMMAND.c.id < running)
    row = view.one(last.order_by(COMMAND.c.id.desc()).limit(1))
    if row is None:
        raise NotFound(
            _("{actor} has no command that could be undone").format(actor=actor),
            hint=_("loancrm undo --list shows the commands"),
            code="nothing_to_undo",
        )
    return _line(row)


def _lines() -> Select[Any]:
    c, touched = COMMAND.c, AUDIT.alias("touched")
    of_it = touched.c.command_id == c.id
    owner = table(Customer)
    newest = select(func.max(touched.c.customer_id)).where(of_it).correlate(c.id.table).scalar_subquery()
    count = select(func.count(touched.c.customer_id.distinct())).where(of_it).scalar_subquery()
    return select(
        *(c.id, c.recorded_at, c.actor, c.name, c.undoes),
        count.label("customers"),
        select(owner.c.number).where(owner.c.id == newest).scalar_subquery().label("number"),
        _is_undone().label("is_undone"),
    )


def _line(row: Any) -> CommandLine:
    state = "undo" if row.undoes is not None else "undone" if row.is_undone else "done"
    return CommandLine(
        command_id=row.id,
        at=row.recorded_at,
        actor=row.actor,
        command=row.name,
        customers=row.customers,
        customer=customer_code(row.number) if row.customers == 1 else None,
        state=state,
        undoes=row.undoes,
    )


def _is_undone() -> ColumnElement[bool]:
    return exists().where(_UNDO.c.undoes == COMMAND.c.id)


def _changing() -> ColumnElement[bool]:
    """Looks at unmasked data and backups are commands too: nothing of theirs can be taken back."""
    look = AUDIT.alias("look")
    looked = exists().where(look.c.command_id == COMMAND.c.id, look.c.action == "look")
    return and_(~looked, COMMAND.c.name.not_in(WITHOUT_CONTENT))


# ── what stands in the way ──────────────────────────────────────────────────────────────────


def records() -> list[Table]:
    """Return the tables of what commands write and void."""
    return [t for t in METADATA.sorted_tables if "command_id" in t.c and "voided_at" in t.c]


def refuse_if_built_upon(view: View, command_id: int) -> None:
    """Refuse when a later command that stands changed what ``command_id`` wrote, or rests upon it.

    Raises:
        Conflict: it names the newest of them.
    """
    mine = {_MINE.key: command_id}
    later = [found for query in _built_upon() if (found := view.connection.scalar(query, mine))]
    later += [newest_change(view, name, key) for name, key in _older_users(view, command_id)]
    if later:
        raise in_the_way(view, max(later))


def in_the_way(view: View, command_id: int) -> Conflict:
    """Return the fault that a command stands in the way."""
    row = _line(view.one(_lines().where(COMMAND.c.id == command_id)))
    return Conflict(
        _("command {id} ({command}, by {actor}) came later and rests on it").format(
            id=row.command_id, command=row.command, actor=row.actor
        ),
        field="COMMAND_ID",
        hint=_("undo that first: loancrm undo {id}").format(id=row.command_id),
        code="changed_since",
    )


@cache
def _built_upon() -> tuple[Select[Any], ...]:
    """Return the questions whose answers are later commands; there are many, so they are put once."""
    return tuple(_questions())


def _questions() -> Iterator[Select[Any]]:
    later, mine = AUDIT.alias("later"), AUDIT.alias("mine")
    stands = and_(later.c.action != "look", later.c.command_id > _MINE, _neither_undone(later))
    same = and_(later.c.subject == mine.c.subject, later.c.subject_id == mine.c.subject_id)
    by_trail = select(func.max(later.c.command_id)).select_from(mine.join(later, same))
    yield by_trail.where(mine.c.command_id == _MINE, mine.c.action != "look", stands)
    for rows in records():
        own = rows.c.command_id == _MINE
        yield select(func.max(rows.c.voided_by)).where(own, rows.c.voided_by != _MINE)
        same = and_(later.c.subject == rows.name, later.c.subject_id == rows.c.id)
        yield select(func.max(later.c.command_id)).select_from(rows.join(later, same)).where(own, stands)
        for key, parent in _references(rows):
            uses = select(func.max(rows.c.command_id)).select_from(rows.join(parent, key == parent.c.id))
            yield uses.where(
                parent.c.command_id == _MINE, rows.c.voided_at.is_(None), rows.c.command_id > _MINE
            )
    officer, dated = table(Officer), table(CustomerAttribute)
    named = and_(
        dated.c.name.in_(("officer_id", "second_officer_id")), dated.c.value == as_text(officer.c.id)
    )
    uses = select(func.max(dated.c.command_id)).select_from(officer.join(dated, named))
    uses = uses.where(officer.c.command_id == _MINE, dated.c.command_id > _MINE)
    yield uses.where(dated.c.voided_at.is_(None))


def _neither_undone(later: Any) -> ColumnElement[bool]:
    """What was undone, and the undoing of it, leave nothing behind."""
    moot = COMMAND.alias("moot")
    undone = exists().where(_UNDO.c.undoes == moot.c.id)
    return ~exists().where(moot.c.id == later.c.command_id, or_(moot.c.undoes.is_not(None), undone))


def _references(rows: Table) -> Iterator[tuple[Any, Any]]:
    """Yield the columns of ``rows`` that lead to another record, each with that table under a name."""
    known = records()
    for column in rows.c:
        for key in column.foreign_keys:
            if key.column.table in known:
                yield column, key.column.table.alias("parent")


def _older_users(view: View, command_id: int) -> Iterator[tuple[str, int]]:
    """Yield older records that were changed to lead to what the command made: a new officer's customers."""
    for name, query in _uses():
        found = view.connection.scalar(query, {_MINE.key: command_id})
        if found is not None:
            yield name, found


@cache
def _uses() -> tuple[tuple[str, Select[Any]], ...]:
    return tuple(
        (rows.name, _older_use(rows, key, parent)) for rows in records() for key, parent in _references(rows)
    )


def _older_use(rows: Table, key: Any, parent: Any) -> Select[Any]:
    by_itself = exists().where(
        AUDIT.c.command_id == _MINE, AUDIT.c.subject == rows.name, AUDIT.c.subject_id == rows.c.id
    )
    query = select(rows.c.id).select_from(rows.join(parent, key == parent.c.id))
    query = query.where(parent.c.command_id == _MINE, rows.c.command_id < _MINE)
    return query.where(rows.c.voided_at.is_(None), ~by_itself).limit(1)


def newest_change(view: View, subject: str, key: int) -> int:
    """Return the newest command in the audit trail of a record."""
    query = select(func.max(AUDIT.c.command_id))
    query = query.where(AUDIT.c.subject == subject, AUDIT.c.subject_id == key, AUDIT.c.action != "look")
    rows = METADATA.tables[subject]
    made = select(rows.c.command_id).where(rows.c.id == key)  # a file's rows are not in the trail one by one
    return int(
        view.connection.scalar(query.where(_neither_undone(AUDIT))) or view.connection.scalar(made) or 0
    )
