"""Customers: added, and changed attribute by attribute, each change dated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, or_, select

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.identity import company_key, name_key
from loancrm.indicators.facts import CUSTOMER
from loancrm.models import Audit, Command, Customer, CustomerAttribute, table
from loancrm.models.columns import canonical_json
from loancrm.pinyin import search_key
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.officers import present
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import BEGINNING
from loancrm.vocabulary import label

UNIQUE = ("bank_number", "uscc", "resident_id")
IDS = ("officer_id", "second_officer_id")


class CustomerIn(Input):
    """A new customer. ``fields`` are the columns of the file, already read."""

    kind: str
    fields: dict[str, Any]
    officer: str | None = None
    second_officer: str | None = None
    since_on: date | None = None


class CustomerEdit(Input):
    """Changes to a customer's file; ``clear`` names columns that become empty."""

    customer: str
    fields: dict[str, Any]
    officer: str | None = None
    second_officer: str | None = None
    clear: tuple[str, ...] = ()
    on: date | None = None
    expect_version: int | None = None


class CustomerReceipt(Receipt):
    """The customer as written; ``similar`` are codes of customers that may be the same."""

    code: str
    uid: str
    kind: str
    name: str
    officer: str | None
    version: int
    changed: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()


def add(uow: UnitOfWork, request: CustomerIn) -> CustomerReceipt:
    """Add a customer or prospect.

    Raises:
        Conflict: the bank number, USCC or resident ID is another customer's.
        NotFound: no such officer.
        InvalidInput: the studies end before they began.
    """
    fields = {**request.fields, **_officer_ids(uow, request)}
    _refuse_taken(uow, fields, None)
    _check_studies(fields, fields)
    similar = _similar(uow, request.kind, fields)
    number = uow.next_number("customer")
    since_on = happened_on(uow, request.since_on, "--since")
    key = uow.insert(
        Customer,
        number=number,
        kind=request.kind,
        since_on=since_on,
        **fields,
        **derived_keys(request.kind, fields),
    )
    uow.record(Change("create", Customer, key, key, {}, readable(uow, {"kind": request.kind, **fields})))
    return _receipt(uow, key, tuple(fields), similar)


def edit(uow: UnitOfWork, request: CustomerEdit) -> CustomerReceipt:
    """Change a customer's file: a dated row for each attribute, and today's copy.

    Raises:
        Conflict: somebody changed it since ``expect_version``, or a number is another customer's.
        InvalidInput: the change is dated before one that is already there, or what is cleared is given
            too, or the studies end before they began.
    """
    row = lookup.customer(uow.view(), request.customer)
    _expect_version(uow, row, request.expect_version)
    on = happened_on(uow, request.on)
    given = {**request.fields, **_officer_ids(uow, request)}
    wanted = {**given, **dict.fromkeys(request.clear)}
    if both := [name for name in request.clear if name in given]:
        message = _("{field} is cleared and given at once").format(field=label("field", both[0]))
        raise InvalidInput(message, field="--clear")
    if wanted.get("name", row.name) is None:
        raise InvalidInput(_("a customer has a name"), field="--clear")
    changes = {name: value for name, value in wanted.items() if row._mapping[name] != value}
    if not changes:
        return _receipt(uow, row.id, ())
    _refuse_taken(uow, changes, row.id)
    _check_studies({**row._mapping, **changes}, changes)
    for name, value in changes.items():
        write_attribute(uow, row, name, value, on)
    named = {**row._mapping, **changes}
    uow.update(Customer, row.id, **changes, **derived_keys(row.kind, named), version=row.version + 1)
    before = readable(uow, {name: row._mapping[name] for name in changes})
    uow.record(Change("change", Customer, row.id, row.id, before, readable(uow, changes)))
    return _receipt(uow, row.id, tuple(changes))


def write_attribute(uow: UnitOfWork, row: Row[Any], name: str, value: Any, on: date) -> None:
    """Write the value that a column takes on a day; today's copy is the caller's.

    Raises:
        InvalidInput: it was changed on a later day already.
    """
    rows = table(CustomerAttribute)
    newest = uow.connection.scalar(
        select(func.max(rows.c.effective_on)).where(
            rows.c.customer_id == row.id, rows.c.name == name, rows.c.voided_at.is_(None)
        )
    )
    if newest is None:  # the first change: the value until now held from the beginning
        first = {"value": as_text(row._mapping[name]), "effective_on": BEGINNING, "known_on": BEGINNING}
        uow.insert(CustomerAttribute, customer_id=row.id, name=name, **first)
    elif on < newest:
        raise InvalidInput(
            _("--on: {name} was changed on {day} already; date this change on that day or later").format(
                name=label("field", name), day=newest
            ),
            field="--on",
        )
    uow.insert(CustomerAttribute, customer_id=row.id, name=name, value=as_text(value), effective_on=on)


def as_text(value: Any) -> str | None:
    """Return a value as a dated row keeps it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict):
        return canonical_json(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _officer_ids(uow: UnitOfWork, request: CustomerIn | CustomerEdit) -> dict[str, int]:
    view, named = uow.view(), {"officer_id": request.officer, "second_officer_id": request.second_officer}
    return {
        column: present(view, code, "--" + column.removesuffix("_id").replace("_", "-")).id
        for column, code in named.items()
        if code is not None
    }


def _check_studies(fields: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Refuse studies that end before they began, as far as the change says anything of them."""
    start = fields.get("enrolled_on")
    for name in ("graduates_on", "graduated_on"):
        end = fields.get(name)
        if start is None or end is None or end > start or not {name, "enrolled_on"} & set(changed):
            continue
        option = "--" + name.replace("_", "-")
        raise InvalidInput(_("{field} is not after --enrolled-on").format(field=option), field=option)


def derived_keys(kind: str, fields: Any) -> dict[str, str | None]:
    """Return the columns that follow from a customer's name."""
    name = fields["name"]
    return {
        "name_key": name_key(name),
        "company_key": None if kind == "student" else company_key(name),
        "pinyin_key": search_key(name, kind != "enterprise"),
    }


def _refuse_taken(uow: UnitOfWork, fields: dict[str, Any], own: int | None) -> None:
    for name in UNIQUE:
        if fields.get(name) is None:
            continue
        query = select(CUSTOMER.c.number, CUSTOMER.c.name).where(CUSTOMER.c[name] == fields[name])
        query = query.where(CUSTOMER.c.voided_at.is_(None))
        taken = uow.connection.execute(query.where(CUSTOMER.c.id != own) if own else query).first()
        if taken is not None:
            raise Conflict(
                _("this number is already another customer's"),
                names=[(lookup.customer_code(taken.number), taken.name)],
                field="--" + name.replace("_", "-"),
                code="taken",
            )


def _similar(uow: UnitOfWork, kind: str, fields: dict[str, Any]) -> tuple[str, ...]:
    """Return customers that may be the same: by company name without legal form, or by phone.

    A person's name alone is no sign: two 王伟 are two borrowers; it warns all the same.
    """
    c = CUSTOMER.c
    signs: list[ColumnElement[bool]] = []
    if kind == "student":
        signs.append((c.name_key == name_key(fields["name"])) & (c.kind == "student"))
    else:
        signs.append(c.company_key == company_key(fields["name"]))
    if fields.get("phone"):
        signs.append(c.phone == fields["phone"])
    found = select(c.number).where(or_(*signs), c.voided_at.is_(None))
    rows = uow.connection.execute(found.order_by(c.number).limit(5))
    return tuple(lookup.customer_code(row.number) for row in rows)


def _expect_version(uow: UnitOfWork, row: Row[Any], expected: int | None) -> None:
    if expected is None or row.version == expected:
        return
    audit, command = table(Audit), table(Command)
    last = uow.connection.execute(
        select(command.c.actor, command.c.recorded_at)
        .join(audit, audit.c.command_id == command.c.id)
        .where(audit.c.customer_id == row.id, audit.c.subject == "customer")
        .order_by(audit.c.id.desc())
    ).first()
    who, when = ("?", "?")
    if last is not None:
        at = last.recorded_at.astimezone(ZoneInfo(uow.zone))
        who, when = last.actor, f"{at:%Y-%m-%d %H:%M}"
    raise Conflict(
        _("this customer is at version {version}: {who} changed it at {when}").format(
            version=row.version, who=who, when=when
        ),
        field="--expect-version",
        hint=_("look at it again, then repeat the change"),
        code="changed_meanwhile",
    )


def readable(uow: UnitOfWork, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as the history shows them: officers by code."""
    codes = lookup.officers(uow.view())
    return {_word(name): codes.get(value) if name in IDS else value for name, value in fields.items()}


def _word(column: str) -> str:
    """Return a column's name as officers and scripts know it: ``officer`` for ``officer_id``."""
    return column.removesuffix("_id") if column in IDS else column


def _receipt(
    uow: UnitOfWork, key: int, changed: tuple[str, ...], similar: tuple[str, ...] = ()
) -> CustomerReceipt:
    row = uow.connection.execute(select(CUSTOMER).where(CUSTOMER.c.id == key)).one()
    return CustomerReceipt(
        code=lookup.customer_code(row.number),
        uid=row.uid,
        kind=row.kind,
        name=row.name,
        officer=lookup.officers(uow.view()).get(row.officer_id),
        version=row.version,
        changed=tuple(sorted(map(_word, changed))),
        similar=similar,
    )
