"""Two customers that are one: everything of the second becomes the first's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Table, exists, select, update

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _, listed
from loancrm.indicators.facts import DATED
from loancrm.models import (
    Customer,
    CustomerAlias,
    CustomerAttribute,
    CustomerClass,
    CustomerSegment,
    LoyaltyEntry,
    RiskWarning,
    table,
)
from loancrm.reports import lookup
from loancrm.services import moves
from loancrm.services.customers import UNIQUE, readable, write_attribute
from loancrm.services.inputs import Input, Receipt
from loancrm.services.points import make_good
from loancrm.services.standing import restand_marked
from loancrm.services.undo import LIVE_KEYS
from loancrm.services.warning_scan import end_doubles
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.vocabulary import label

KEPT_BACK = ("archived_on",)  # never taken over: the first one is not archived for the other


class MergeIn(Input):
    """Which customer stays, and which becomes it; ``force`` although their numbers differ."""

    customer: str
    other: str
    why: str | None = None
    force: bool = False


class MergeReceipt(Receipt):
    """What moved: rows by table; ``voided`` are those that the first one has, or that it would be to itself.

    ``filled`` are the fields that the first one did not have.
    """

    code: str
    merged: str
    name: str
    moved: dict[str, int]
    voided: dict[str, int]
    filled: tuple[str, ...]


def merge(uow: UnitOfWork, request: MergeIn) -> MergeReceipt:
    """Make ``other`` the same as ``customer``: facts move, its code stays an alias, one undo takes it back.

    What others' facts say of ``other`` they say of ``customer`` then; nobody answers for, or brought, itself.

    The first one's values stand, and the other's fill what is empty, from today on. Segments move only where
    the first one has none; other dated values, and classes, stay with the other, which is void.

    Raises:
        NotFound: no such customer.
        Conflict: their kinds or numbers differ.
        InvalidInput: they are one already.
    """
    view = uow.view()
    one, other = lookup.customer(view, request.customer), lookup.customer(view, request.other)
    _refuse(one, other, force=request.force)
    moved = _move_facts(uow, one, other)
    why = {} if request.why is None else {"why": request.why}
    _make_alias(uow, one, other, why)
    filled = _fill_gaps(uow, one, other, why)
    restand_marked(uow, [one.id])
    if any(part.table == table(RiskWarning).name for part in moved):
        end_doubles(uow, one.id)
    if any(part.table == table(LoyaltyEntry).name for part in moved):
        make_good(uow, one)
    return MergeReceipt(
        code=lookup.customer_code(one.number),
        merged=lookup.customer_code(other.number),
        name=one.name,
        moved={part.table: part.rows for part in moved},
        voided={part.table: part.voided for part in moved if part.voided},
        filled=filled,
    )


def _refuse(one: Row[Any], other: Row[Any], *, force: bool) -> None:
    names = [(lookup.customer_code(row.number), row.name) for row in (one, other)]
    if one.id == other.id:
        raise InvalidInput(_("these are one customer already"), field="OTHER", names=names[:1])
    if one.kind != other.kind:
        message = _("customers of different kinds are not one")
        raise Conflict(message, field="OTHER", names=names, code="wrong_kind")
    a, b = one._mapping, other._mapping
    differing = [name for name in UNIQUE if None not in (a[name], b[name]) and a[name] != b[name]]
    if differing and not force:
        words = listed(label("field", name) for name in differing)
        raise Conflict(
            _("these customers differ in {fields}").format(fields=words),
            field="OTHER",
            names=names,
            hint=_("--force merges them all the same, and keeps the number of the first"),
            code="contradiction",
        )


def _move_facts(uow: UnitOfWork, one: Row[Any], other: Row[Any]) -> list[moves.Moved]:
    """Move every row, and void the dated values that stay with the other."""
    segments = table(CustomerSegment)
    classified = exists().where(segments.c.customer_id == one.id, segments.c.voided_at.is_(None))
    staying = [table(CustomerAttribute), table(CustomerClass)]
    if uow.connection.scalar(select(classified)):
        staying.append(segments)
    else:
        uow.update(Customer, one.id, segment=other.segment)
    for rows in staying:
        _void_all(uow, rows, other.id)
    found = [
        moves.move(uow, rows, column, other, one, LIVE_KEYS)
        for rows, column in moves.references()
        if rows not in staying
    ]
    of_itself = moves.void_of_itself(uow, one.id)
    return sorted(
        (replace(part, voided=part.voided + of_itself[part.table]) for part in found if part is not None),
        key=lambda part: part.table,
    )


def _void_all(uow: UnitOfWork, rows: Table, customer_id: int) -> None:
    standing = (rows.c.customer_id == customer_id) & rows.c.voided_at.is_(None)
    void = update(rows).where(standing).values(voided_at=uow.clock.now, voided_by=uow.command_id)
    uow.connection.execute(void)


def _make_alias(uow: UnitOfWork, one: Row[Any], other: Row[Any], why: dict[str, str]) -> None:
    uow.void(Customer, other.id)
    held = {name: other._mapping[name] for name in DATED if other._mapping[name] is not None}
    code = lookup.customer_code(one.number)
    after = {"merged": code, **why}
    uow.record(Change("void", Customer, other.id, other.id, readable(uow, held), after))
    values = {"number": other.number, "live_key": str(other.number), "effective_on": uow.today}
    key = uow.insert(CustomerAlias, customer_id=one.id, **values)
    uow.record(Change("create", CustomerAlias, key, one.id, {}, {"code": lookup.customer_code(other.number)}))


def _fill_gaps(uow: UnitOfWork, one: Row[Any], other: Row[Any], why: dict[str, str]) -> tuple[str, ...]:
    """Give the first one what it lacks, from today on; it is a customer since the earlier day."""
    a, b = one._mapping, other._mapping
    gaps = {name: b[name] for name in DATED if a[name] is None and b[name] is not None}
    for name in KEPT_BACK:
        gaps.pop(name, None)
    for name, value in gaps.items():
        write_attribute(uow, one, name, value, uow.today)
    since = min(one.since_on, other.since_on)
    uow.update(Customer, one.id, **gaps, since_on=since, version=one.version + 1)
    changed = {**gaps, "since_on": since}
    before = {name: a[name] for name in changed if name in gaps or since != one.since_on}
    after = {name: changed[name] for name in before}
    said = {"merged": lookup.customer_code(other.number), **why}
    uow.record(
        Change("change", Customer, one.id, one.id, readable(uow, before), {**readable(uow, after), **said})
    )
    return tuple(sorted(gaps))
