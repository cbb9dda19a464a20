"""What an indicator is, and the words that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, func

from loancrm.i18n import N_, _
from loancrm.indicators.sources import Sources

Unit = Literal["days", "count", "money", "ratio", "number", "code", "text", "yes_no", "date"]
Level = Literal["customer", "loan"]
Sql = Callable[[Sources], ColumnElement[Any]]
EVERYONE = ("enterprise", "sole_proprietor", "student")
COMPANIES = ("enterprise", "sole_proprietor")
STUDENTS = ("student",)

NEVER = N_("never")
NOT_RECORDED = N_("not recorded for this customer")
NO_POSITION = N_("live loans, but none with a snapshot that is recent enough")
NO_LOAN = N_("no live loan")


@dataclass(frozen=True, slots=True)
class Indicator:
    """A named figure.

    Attributes:
        name: as policy writes it.
        unit: days, count, money (minor units), ratio (millionths, read as a share), number (millionths),
            code, text, yes_no or date.
        meaning: one sentence for an officer.
        source: the facts it is drawn from.
        missing: how it can be missing.
        sql: the column over the sources that it needs.
        group: what it is about: a code of the vocabulary ``indicator_group``.
        formula: how it is computed, in the names of fields and figures; the same in every language.
        kinds: the kinds of customer it applies to; missing for others.
        vocabulary: of a code.
        level: what it is a figure of: a customer or a loan.
        facts: the facts behind it, as ``indicators.evidence`` names them.
        attributes: the columns of the customer file that it reads.
        wording: how the meaning is said of a figure that was made from another one; has ``{meaning}``.
    """

    name: str
    unit: Unit
    meaning: str
    source: str
    missing: str
    sql: Sql
    group: str = "file"
    formula: str = ""
    kinds: tuple[str, ...] = EVERYONE
    vocabulary: str | None = None
    level: Level = "customer"
    facts: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    wording: str | None = None

    @property
    def said(self) -> str:
        """The meaning in the language in use."""
        meaning = _(self.meaning)
        return meaning if self.wording is None else _(self.wording).format(meaning=meaning)


def figure(
    name: str, unit: Unit, meaning: str, source: str, sql: Sql, missing: str = NEVER, **more: Any
) -> Indicator:
    """Return an indicator; the rest by its attributes' names."""
    return Indicator(name, unit, meaning, source, missing, sql, **more)


def none_is_zero(count: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a count over facts: no fact at all is zero of them, and is known."""
    return func.coalesce(count, 0)
