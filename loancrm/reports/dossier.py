"""The dated facts of customers' files: one by its number, and lists of a kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, select

from loancrm import models
from loancrm.dossier import KINDS, FactKind
from loancrm.errors import InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER, LOAN
from loancrm.models import Officer, table
from loancrm.reports import lookup
from loancrm.view import View


def fact_table(kind: FactKind) -> Table:
    """Return the table of a kind."""
    return table(getattr(models, kind.model))


def owner(view: View, kind: FactKind, named: str | None) -> Row[Any] | None:
    """Return the row of whose a fact is; None where facts are the book's own.

    Raises:
        NotFound: nobody is called so.
        InvalidInput: a customer of another kind.
    """
    if kind.owner == "book":
        return None
    assert named is not None
    if kind.owner == "officer":
        return lookup.officer(view, named)
    row = lookup.customer(view, named)
    if row.kind not in kind.kinds:
        raise InvalidInput(
            _("{noun} is not for this kind of customer").format(noun=kind.name),
            field="CUSTOMER",
            code="wrong_kind",
        )
    return row


def owner_code(kind: FactKind, row: Row[Any] | None) -> str | None:
    """Return the code of whose a fact is."""
    if row is None:
        return None
    return lookup.customer_code(row.number) if kind.owner == "customer" else str(row.code)


def owner_of(view: View, kind: FactKind, fact: Row[Any]) -> Row[Any] | None:
    """Return the row of whose ``fact`` is."""
    if kind.owner_column is None:
        return None
    rows = CUSTOMER if kind.owner == "customer" else table(Officer)
    return view.one(select(rows).where(rows.c.id == fact._mapping[kind.owner_column]))


def customer_id(kind: FactKind, row: Row[Any] | None) -> int | None:
    """Return the customer's key for the audit trail."""
    return int(row.id) if row is not None and kind.owner == "customer" else None


def fact(view: View, kind: FactKind, named: str) -> Row[Any]:
    """Return the fact with the number ``named``: ``FS-00042``, ``fs-42``.

    Raises:
        NotFound: there is none that stands.
    """
    rows = fact_table(kind)
    match = re.fullmatch(rf"(?i:{kind.prefix})-?0*([0-9]{{1,9}})", named.strip())
    row = None
    if match is not None:
        row = view.one(select(rows).where(rows.c.number == int(match[1]), view.stands(rows)))
    if row is None:
        raise NotFound(
            _("there is no {noun} with that number; they look like {example}").format(
                noun=kind.name, example=kind.code(42)
            ),
            hint=_("loancrm {noun} list shows them").format(noun=kind.name.replace("_", " ")),
        )
    return row


def facts(view: View, kind: FactKind, named: str | None) -> Iterator[dict[str, Any]]:
    """Yield the facts of a kind that are seen, newest first: of one owner, or of all.

    Each has ``number``, ``owner``, ``owner_name``, ``on`` and the kind's fields; what they refer to is
    named as it is typed.
    """
    rows = fact_table(kind)
    query = select(rows, *_owner_columns(kind, rows), *_named(kind, rows)).where(view.sees(rows))
    if named is not None:
        row = owner(view, kind, named)
        assert row is not None
        query = query.where(rows.c[str(kind.owner_column)] == row.id)
    for row in view.connection.execute(query.order_by(rows.c.effective_on.desc(), rows.c.id.desc())):
        yield _line(kind, row)


def _owner_columns(kind: FactKind, rows: Table) -> list[ColumnElement[Any]]:
    if kind.owner_column is None:
        return []
    whose = (CUSTOMER if kind.owner == "customer" else table(Officer)).alias("owner")
    code = whose.c.number if kind.owner == "customer" else whose.c.code
    of_it = whose.c.id == rows.c[kind.owner_column]
    found: list[ColumnElement[Any]] = [
        select(column).where(of_it).scalar_subquery().label(label)
        for column, label in ((code, "owner_key"), (whose.c.name, "owner_name"))
    ]
    return found


def _named(kind: FactKind, rows: Table) -> list[ColumnElement[Any]]:
    """Return, for each field that refers to something, how that is called."""
    found: list[ColumnElement[Any]] = []
    for field in kind.fields:
        if field.is_reference:
            other = _referred(field.reading).alias(f"of_{field.name}")
            of_it = other.c.id == rows.c[kind.column(field)]
            found.append(select(other.c.number).where(of_it).scalar_subquery().label(f"named_{field.name}"))
    return found


def _referred(reading: str) -> Table:
    if reading in ("customer", "loan"):
        return CUSTOMER if reading == "customer" else LOAN
    return fact_table(KINDS[reading.removeprefix("fact:")])


def _line(kind: FactKind, row: Row[Any]) -> dict[str, Any]:
    values = row._mapping
    line: dict[str, Any] = {"number": kind.code(row.number)}
    if kind.owner_column is not None:
        key = row.owner_key
        line["owner"] = lookup.customer_code(key) if kind.owner == "customer" else key
        line["owner_name"] = row.owner_name
    line["on"] = row.effective_on
    for field in kind.fields:
        if field.is_reference:
            line[field.name] = _reference(field.reading, values[f"named_{field.name}"])
        else:
            line[field.name] = values[kind.column(field)]
    return line


def _reference(reading: str, number: Any) -> str | None:
    if number is None or reading == "loan":
        return None if number is None else str(number)
    if reading == "customer":
        return lookup.customer_code(number)
    return KINDS[reading.removeprefix("fact:")].code(number)
