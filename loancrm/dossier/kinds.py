"""The shape of a declaration: a kind of dated fact, and its fields. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Owner = Literal["customer", "officer", "book"]
REFERENCES = ("customer", "loan", "officer", "fact:")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a fact.

    Attributes:
        name: the column, the key in JSON, and ``KIND.name`` in a profile of a file.
        reading: how its text becomes a value: text, note, name, identifier, date, past_date, count, amount,
            signed_amount, rate, ratio, signed_ratio, flag, phone, email, resident_id, ``code:VOCABULARY``;
            or what it refers to: customer, loan, officer, ``fact:KIND`` (kept as ``name_id``).
        label: English, marked with ``N_``: the heading of the column and the help of the option.
        is_needed: whether a fact cannot do without it.
        default: what it is when nothing is said.
        is_listed: whether it stands in the table that ``list`` shows.
        heading: the heading of its column, where that is shorter than the label.
        typed_as: its option, where that is not made of the name.
        is_switch: whether the option alone says yes; a flag.
    """

    name: str
    reading: str
    label: str
    is_needed: bool = False
    default: str | None = None
    is_listed: bool = True
    heading: str | None = None
    typed_as: str | None = None
    is_switch: bool = False

    @property
    def is_reference(self) -> bool:
        """Whether it names a customer, a loan, an officer or another fact: it is kept as that one's key."""
        return self.reading.startswith(REFERENCES)

    @property
    def option(self) -> str:
        """The option on the command line."""
        return self.typed_as or "--" + self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class FactKind:
    """A kind of dated fact.

    Attributes:
        name: the noun that is typed, and the prefix of its targets in a profile.
        plural: the kind of file that brings many of them.
        model: the class of its table in ``loancrm.models``.
        prefix: the letters of its numbers: ``FS`` for ``FS-00042``.
        owner: whose it is: a customer's, an officer's, or the book's own.
        help: one line: what it is.
        added: the sentence after one was added; may name ``{number}``, ``{owner}`` and ``{on}``.
        fields: in the order in which they are shown.
        effective: the field that is the day on which it takes effect (column ``effective_on``); None:
            ``--on``.
        known: the field that says since when the bank knows it (column ``known_on``); None: since it was
            recorded.
        key: the fields that, with the owner, make it the same fact again; empty: each is one of its own.
        kinds: the kinds of customer that have it.
        part_of: the kind of which it is a part: it is void when that one is.
        derived: what the list shows beside the fields, found when it is asked for.
        verb: the verb that records one.
        is_imported: whether a file brings many of them.
        is_edited: whether one is changed under its number, and has a history and a version of its own. The
            column ``number`` of its table must be unique among what stands only.
    """

    name: str
    plural: str
    model: str
    prefix: str
    owner: Owner
    help: str
    added: str
    fields: tuple[Field, ...]
    effective: str | None = None
    known: str | None = None
    key: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("enterprise", "sole_proprietor", "student")
    part_of: str | None = None
    derived: tuple[Field, ...] = ()
    verb: Literal["add", "record"] = "add"
    is_imported: bool = True
    is_edited: bool = False

    @property
    def owner_column(self) -> str | None:
        """The column that says whose it is."""
        return None if self.owner == "book" else f"{self.owner}_id"

    def field(self, name: str) -> Field:
        """Return the field called ``name``."""
        return next(field for field in self.fields if field.name == name)

    def column(self, field: Field) -> str:
        """Return the column of the table that keeps a field."""
        if field.name in (self.effective, self.known):
            return "effective_on" if field.name == self.effective else "known_on"
        return f"{field.name}_id" if field.is_reference else field.name

    def code(self, number: int) -> str:
        """Return the code of a fact's number: ``FS-00042``."""
        return f"{self.prefix}-{number:05d}"
