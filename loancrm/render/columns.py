"""What a column is: its key for scripts, its label for people, and the kind of value under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from loancrm.i18n import _, p_

Kind = Literal[
    "text", "code", "money", "ratio", "rate", "points", "int", "number", "date", "instant", "bool", "bar",
    "figure", "nested",
]  # fmt: skip
NUMBERS = ("money", "ratio", "rate", "points", "int", "number", "figure")
STRUCTURED_FORMATS = ("json", "jsonl")
SCREEN_FORMATS = ("table", "html")
ON_PAGES = ("command",)  # what to do next: a page has room for it, and is read where there is no list


class Figure(NamedTuple):
    """A value that says itself what it is: in a column of figures of which each has a unit of its own."""

    kind: Kind
    value: Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer.

    Attributes:
        key: name of the attribute (or mapping key) in the row, and in every data format.
        label: English, marked with ``N_``; translated where it is shown.
        context: what the label is meant in, where it is marked with ``NP_`` instead.
        kind: what the value is. ``money`` is int minor units, ``ratio``, ``rate`` and ``bar`` int
            millionths, ``points`` too, of which hundredths are shown, ``number`` the text of a decimal,
            ``instant`` an aware datetime, ``figure`` a ``Figure``, ``nested`` any JSON-able structure; None
            is missing.
        vocabulary: name in ``vocabulary.VOCABULARIES``: people read the label, scripts the code.
        mask: how a personal value is masked, in every format, unless ``Options.unmask``.
        table: whether it stands in the default table (it can still be asked for by key).
        data: whether it is part of the data formats.
        fill: to be filled in by hand: a workbook offers the vocabulary's labels, and takes days only.
    """

    key: str
    label: str
    kind: Kind = "text"
    vocabulary: str | None = None
    mask: Literal["phone", "identifier", "email"] | None = None
    table: bool = True
    data: bool = True
    below: bool = False
    fold: bool = False
    fill: bool = False
    context: str | None = None

    @property
    def align(self) -> Literal["left", "right"]:
        """Numbers stand right, everything else left."""
        return "right" if self.kind in NUMBERS else "left"

    @property
    def title(self) -> str:
        """The label in the language in use."""
        return _(self.label) if self.context is None else p_(self.context, self.label)

    def fits(self, output: str) -> bool:
        """Whether format ``output`` can hold the column at all."""
        if self.kind == "nested":
            return self.data and output in STRUCTURED_FORMATS
        if output in SCREEN_FORMATS:
            return True
        return self.data and self.kind != "bar"

    def by_default(self, output: str) -> bool:
        """Whether format ``output`` holds the column when no columns are named."""
        wanted = self.table or (output == "html" and self.key in ON_PAGES)
        return self.fits(output) and (wanted or output not in SCREEN_FORMATS)


def reader(columns: Sequence[Column], *, unmask: bool) -> Callable[[object], list[object]]:
    """Return a function that takes a row apart into the values of ``columns``, personal ones masked.

    A row is a mapping or anything with attributes; every key must be there.
    """
    keys = [column.key for column in columns]
    masks = [] if unmask else [(i, _mask(c.mask)) for i, c in enumerate(columns) if c.mask]

    pick = attrgetter(*keys) if len(keys) > 1 else lambda row: [getattr(row, key) for key in keys]

    def read(row: object) -> list[object]:
        values = [row[key] for key in keys] if isinstance(row, Mapping) else list(pick(row))
        for place, mask in masks:
            if values[place] is not None:
                values[place] = mask(str(values[place]))
        return values

    return read


def _mask(name: str) -> Callable[[str], str]:
    from loancrm import identity

    masks = {
        "phone": identity.mask_phone,
        "identifier": identity.mask_identifier,
        "email": identity.mask_email,
    }
    return masks[name]
