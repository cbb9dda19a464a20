"""Adding and voiding the dated facts of a customer's file, whatever their kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm import models
from loancrm.dossier import KINDS, FactKind
from loancrm.dossier.kinds import Field
from loancrm.dossier.marks import MARK
from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.models import table
from loancrm.reports import dossier as facts
from loancrm.reports import lookup
from loancrm.services.dossier_checks import Known, check, withdrawals
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork

# What goes with a fact and is no fact of a file: kind -> the models of its rows, and their column.
BELONGINGS = {
    "campaign": (("CampaignMember", "campaign_id"),),
    "playbook": (("PlaybookStep", "run_id"), ("PlaybookEvent", "run_id")),
}


class FactIn(Input):
    """A fact: its kind, whose it is (None: the book's), and its fields as values.

    ``values`` holds what was said, by field; references as they were named. ``replaces`` voids the fact of
    the same key that is there.
    """

    kind: str
    owner: str | None
    on: date | None
    values: dict[str, Any]
    replaces: bool = False


class FactVoid(Input):
    """Which fact was wrong, by its number."""

    kind: str
    fact: str
    why: str | None = None


class FactReceipt(Receipt):
    """The fact as written.

    ``replaced`` is the number of the one that it stands for now; ``warnings`` say what the policy has against
    it.
    """

    number: str
    kind: str
    owner: str | None
    on: date
    replaced: str | None = None
    warnings: tuple[str, ...] = ()


def add_fact(uow: UnitOfWork, request: FactIn) -> FactReceipt:
    """Write a fact.

    Raises:
        Conflict: the same fact is there, and ``replaces`` was not said.
        InvalidInput: a day to come, a field that is missing or not of this kind of customer, or what the
            kind's own check refuses.
        NotFound: nobody, or nothing, is called so.
    """
    kind = KINDS[request.kind]
    owner = facts.owner(uow.view(), kind, request.owner)
    warnings: list[str] = []
    columns = columns_of(uow, kind, owner, request.values, request.on, warnings)
    replaced = _make_way(uow, kind, key_of(kind, owner, columns), replaces=request.replaces)
    number = uow.next_number(facts.fact_table(kind).name)
    live_key = key_of(kind, owner, columns) or str(number)
    model = getattr(models, kind.model)
    whose = {} if owner is None else {str(kind.owner_column): owner.id}
    key = uow.insert(model, number=number, live_key=live_key, **whose, **columns)
    uow.record(
        Change("create", model, key, facts.customer_id(kind, owner), {}, said(uow, kind, key, columns))
    )
    follow(uow, kind, [{**whose, **columns}])
    return FactReceipt(
        number=kind.code(number),
        kind=kind.name,
        owner=facts.owner_code(kind, owner),
        on=columns["effective_on"],
        replaced=replaced,
        warnings=tuple(warnings),
    )


def follow(uow: UnitOfWork, kind: FactKind, facts_: Iterable[Mapping[str, Any]]) -> None:
    """Bring up to date what is derived from facts that were written or taken back."""
    if kind.name == "proceeds":
        from loancrm.services.proceeds import used

        used(uow, (one["loan_id"] for one in facts_))
    elif kind.name == MARK.name:
        from loancrm.services.misuse import recount_customers
        from loancrm.services.standing import restand_customers

        marked = [one["customer_id"] for one in facts_]
        recount_customers(uow, marked)
        restand_customers(uow, marked)


def columns_of(
    uow: UnitOfWork,
    kind: FactKind,
    owner: Row[Any] | None,
    values: Mapping[str, Any],
    on: date | None,
    warnings: list[str],
) -> dict[str, Any]:
    """Return the columns of a fact, all of them, from what was said; ``warnings`` takes what is against it.

    Raises:
        InvalidInput, NotFound: see ``add_fact``.
    """
    refers = {
        field.name: _reference(uow, field, owner, values[field.name])
        for field in kind.fields
        if field.is_reference and values.get(field.name) is not None
    }
    columns: dict[str, Any] = {}
    for field in kind.fields:
        value = values.get(field.name)
        if value is None and field.is_needed:
            raise InvalidInput(_("{field} is needed").format(field=field.option), field=field.option)
        columns[kind.column(field)] = refers[field.name]["id"] if field.name in refers else value
    columns["effective_on"] = happened_on(uow, columns.get("effective_on") or on, _effective_option(kind))
    if columns.get("known_on") is None:
        columns["known_on"] = uow.today
    if "currency" in table(getattr(models, kind.model)).c:
        columns["currency"] = uow.currency
    taken_back = withdrawals(uow, [owner.id]) if owner is not None and "consent" in refers else {}
    whose = {"owner_id": owner and owner.id, "officer_id": owner and owner._mapping.get("officer_id")}
    check(kind.name, Known(uow, refers, taken_back, **whose, warnings=warnings), columns)
    return columns


def key_of(kind: FactKind, owner: Row[Any] | None, columns: Mapping[str, Any]) -> str | None:
    """Return the natural key of a fact: its owner and the kind's key fields; None where there is none."""
    if not kind.key:
        return None
    parts = [columns[kind.column(kind.field(name))] for name in kind.key]
    whose = [] if owner is None else [owner.id]
    return ":".join(part.isoformat() if isinstance(part, date) else str(part) for part in (*whose, *parts))


def void_fact(uow: UnitOfWork, request: FactVoid) -> FactReceipt:
    """Void a fact; what was known before still shows it.

    Raises:
        NotFound: there is no such fact.
        Conflict: another fact refers to it.
    """
    kind = KINDS[request.kind]
    row = facts.fact(uow.view(), kind, request.fact)
    refuse_referred(uow, kind, row)
    owner = facts.owner_of(uow.view(), kind, row)
    after = {} if request.why is None else {"why": request.why}
    for part in KINDS.values():
        if part.part_of == kind.name:
            _void_many(uow, part, facts.parts(uow.view(), part, row.id), after)
    for model, whose in BELONGINGS.get(kind.name, ()):
        uow.void_where(getattr(models, model), whose, row.id)
    _void(uow, kind, row, after)
    follow(uow, kind, [dict(row._mapping)])
    return FactReceipt(
        number=kind.code(row.number), kind=kind.name, owner=facts.owner_code(kind, owner), on=row.effective_on
    )


def _void(uow: UnitOfWork, kind: FactKind, row: Row[Any], after: dict[str, Any]) -> None:
    uow.void(getattr(models, kind.model), row.id)
    uow.record(voided(uow, kind, row, after))


def _void_many(uow: UnitOfWork, kind: FactKind, rows: Sequence[Row[Any]], after: dict[str, Any]) -> None:
    """Void the parts of a fact, which all refer to it, in one statement."""
    if rows:
        changes = [voided(uow, kind, row, after) for row in rows]
        whole = kind.column(next(field for field in kind.fields if field.reading == f"fact:{kind.part_of}"))
        uow.void_where(getattr(models, kind.model), whole, rows[0]._mapping[whole])
        uow.record(*changes)


def voided(uow: UnitOfWork, kind: FactKind, row: Row[Any], after: dict[str, Any]) -> Change:
    """Return what the audit trail says of a fact that is void now."""
    before = {**said(uow, kind, row.id, dict(row._mapping)), "source_key": row.source_key}
    customer_id = row._mapping.get("customer_id")
    return Change("void", getattr(models, kind.model), row.id, customer_id, before, after)


def _make_way(uow: UnitOfWork, kind: FactKind, live_key: str | None, *, replaces: bool) -> str | None:
    """Void the fact of the same key, if it may be replaced; return its number."""
    rows = table(getattr(models, kind.model))
    if live_key is None:
        return None
    there = uow.connection.execute(select(rows).where(rows.c.live_key == live_key)).first()
    if there is None:
        return None
    number = kind.code(there.number)
    if not replaces:
        raise Conflict(
            _("{number} says this already, of {day}").format(number=number, day=there.effective_on),
            hint=_("--replace puts the new one in its place"),
            code="taken",
        )
    _void(uow, kind, there, {})
    return number


def _reference(uow: UnitOfWork, field: Field, owner: Row[Any] | None, named: str) -> Mapping[str, Any]:
    """Return the row that a field refers to; a loan, or a fact of a customer, must be the same customer's."""
    view = uow.view()
    if field.reading == "customer":
        return dict(lookup.customer(view, named)._mapping)
    if field.reading == "officer":
        return dict(lookup.officer(view, named)._mapping)
    if field.reading == "loan":
        row = lookup.loan(view, named)
    else:
        row = facts.fact(view, KINDS[field.reading.removeprefix("fact:")], named)
    if owner is not None and row._mapping.get("customer_id", owner.id) != owner.id:
        message = _("{field}: that is another customer's").format(field=field.option)
        raise Conflict(message, field=field.option)
    return dict(row._mapping)


def refuse_referred(uow: UnitOfWork, kind: FactKind, row: Row[Any]) -> None:
    """Refuse when another fact that stands refers to this one.

    Raises:
        Conflict: it names that one.
    """
    for other in KINDS.values():
        for field in other.fields:
            if field.reading == f"fact:{kind.name}" and other.part_of != kind.name:
                rows = table(getattr(models, other.model))
                of_it = rows.c[other.column(field)] == row.id
                found = uow.connection.scalar(select(rows.c.number).where(of_it, rows.c.voided_at.is_(None)))
                if found is not None:
                    raise Conflict(
                        _("{other} rests on {number}: void that first").format(
                            other=other.code(found), number=kind.code(row.number)
                        ),
                        code="in_use",
                    )


def _effective_option(kind: FactKind) -> str:
    return kind.field(kind.effective).option if kind.effective else "--on"


def said(uow: UnitOfWork, kind: FactKind, key: int, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the history shows of a fact: its fields that say something, and its day."""
    found = {field.name: columns[kind.column(field)] for field in kind.fields}
    found |= facts.references(uow.view(), kind, key)
    if kind.effective is None:
        found["effective_on"] = columns["effective_on"]
    return {name: value for name, value in found.items() if value is not None}
