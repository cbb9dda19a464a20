"""What tables share: how they are declared, a key, who wrote the row and when, how a fact is voided.

Annotations are written as types in this package, not as text: evaluating them again costs a tenth of
the start.
"""

from abc import ABCMeta
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index, text
from sqlmodel import SQLModel
from sqlmodel._compat import get_annotations
from sqlmodel.main import FieldInfo, SQLModelMetaclass

from loancrm.models.columns import BIG_ID, UtcInstant, plain
from loancrm.models.declare import Declared


class TableMeta(SQLModelMetaclass):
    """Turns a SQLModel class into its table, and leaves out what a row as an object would need.

    SQLModel and pydantic also collect the fields, and with ``table=True`` scan and map the class for the
    ORM: four fifths of what a declaration costs. Rows are never objects here, so the class is made as a
    plain one. A test builds every class anew as SQLModel does, and compares the tables.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *, table: bool = False) -> Any:
        """Make the class; with ``table`` it has the name of the table, which ``models.table`` makes of it."""
        annotations = get_annotations(body)
        fields = {key: field for key, field in body.items() if isinstance(field, FieldInfo)}
        rest = {key: value for key, value in body.items() if key not in fields and key != "__annotations__"}
        inherited = {key: field for base in bases for key, field in getattr(base, "declared", {}).items()}
        rest["declared"] = inherited | {key: (annotations[key], field) for key, field in fields.items()}
        if table:
            rest = {"__tablename__": name.lower(), "__table_args__": (), **rest}
        return ABCMeta.__new__(cls, name, bases, rest)


class TableModel(SQLModel, metaclass=TableMeta):
    """A table that is declared; its rows are written by the unit of work, and never are objects."""

    declared: ClassVar[Declared]

    def __init__(self, **values: Any) -> None:
        """Refuse: nothing here would check or keep the values."""
        raise TypeError(f"{type(self).__name__} is a table; write its rows through the unit of work")


class Row(TableModel):
    """A row with an integer key."""

    id: int | None = plain(BIG_ID, None, primary_key=True)


class Recorded(Row):
    """A row that says by which command it was written, when, and when the bank knew."""

    known_on: date = plain()
    recorded_at: datetime = plain(UtcInstant)
    command_id: int = plain(BIG_ID, foreign_key="command.id")


class Record(Recorded):
    """A row that can be voided: it stays, and is no longer seen."""

    voided_at: datetime | None = plain(UtcInstant, None)
    voided_by: int | None = plain(BIG_ID, None, foreign_key="command.id")


class Fact(Record):
    """A thing that took effect on a day. It is never changed; a mistake is voided."""

    effective_on: date = plain()


class FileFact(Fact):
    """A fact of a customer's file: numbered, and known again by its natural key, or by a file's row.

    ``live_key`` is the owner's key and the kind's key fields (``loancrm.dossier``), its own number where the
    kind has none; ``source_key`` is of a row of a file whose kind has no natural key. Both are empty once
    the fact is void.
    """

    number: int = plain(unique=True)
    live_key: str | None = plain(None, None, unique=True)
    source_key: str | None = plain(None, None, unique=True)


def unique_while_standing(column: str) -> Index:
    """Return the index that lets a value stand once: a voided row does not keep it from others.

    Said for SQLite alone: to hear of PostgreSQL, SQLAlchemy would load all of its dialect, a tenth of a
    start. ``postgres.py`` says the same there.
    """
    return Index(None, column, unique=True, sqlite_where=text("voided_at IS NULL"))
