"""Whose row is it: customers found by number, USCC, resident ID, or company name and region; or made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Column, Row, select

from loancrm.dialect import among
from loancrm.i18n import _
from loancrm.identity import name_key
from loancrm.indicators.facts import CUSTOMER
from loancrm.models import Customer, CustomerAlias, Officer, table
from loancrm.reports.lookup import numbered
from loancrm.services.customer_fields import FIELDS, kinds_of
from loancrm.services.customers import derived_keys
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.unitofwork import UnitOfWork

NUMBERS = ("bank_number", "uscc", "resident_id")
PERSON = "student"
_TOLD_APART = ("id", "number", "kind", "name_key", "region", "officer_id", *NUMBERS)


@dataclass(slots=True)
class _New:
    """A customer that is about to be made, with the rows that speak of it."""

    values: dict[str, Any]
    items: list[Item] = field(default_factory=list)
    since_on: date | None = None


class People:
    """Finds the customers of rows, and makes those that are new. One for an import.

    ``since``: from when a new customer is one, where its row does not say; today without it. ``whole``: the
    found ones are read with every column, not only what tells them apart and whose they are.
    """

    def __init__(
        self, uow: UnitOfWork, tally: Tally, since: date | None = None, *, whole: bool = False
    ) -> None:
        self._since = since
        self._columns = list(CUSTOMER.c) if whole else [CUSTOMER.c[name] for name in _TOLD_APART]
        self._uow = uow
        self._tally = tally
        self._officers = self._known_officers()

    def _known_officers(self) -> dict[str, int]:
        """Return officers by code, and by name where only one has it."""
        rows = table(Officer)
        query = select(rows.c.id, rows.c.code, rows.c.name).where(rows.c.voided_at.is_(None))
        found = self._uow.connection.execute(query).all()
        names: dict[str, list[int]] = defaultdict(list)
        for row in found:
            names[row.name].append(row.id)
        by_name = {name: ids[0] for name, ids in names.items() if len(ids) == 1}
        return by_name | {row.code: row.id for row in found}

    def officer_id(self, item: Item, target: str) -> int | None:
        """Return the key of the officer that a row names by code or name; an unknown one is rejected."""
        named = item.values.get(target)
        if named is None:
            return None
        found = self._officers.get(named)
        if found is None:
            reason = _("there is no such officer; import the officers first")
            self._tally.reject(item, target, "unknown_officer", reason)
        return found

    def find(self, items: list[Item], *, is_needed: bool = True) -> dict[int, Row[Any]]:
        """Set ``customer_id`` of every row that means a known customer; return those customers by key.

        A row that could mean several is rejected; with ``is_needed`` also one that means nobody.
        """
        known = _Known(self._uow, items, self._columns)
        found: dict[int, Row[Any]] = {}
        for item in items:
            row = self._match(item, known)
            if row is not None:
                item.customer_id = row.id
                found[row.id] = row
            elif is_needed and not item.is_rejected:
                self._tally.reject(item, _named_by(item), "unknown_customer", _("there is no such customer"))
        return found

    def _match(self, item: Item, known: _Known) -> Row[Any] | None:
        keys = {name: item.values.get(f"customer.{name}") for name in (*NUMBERS, "code")}
        by_number = {row.id: row for name, value in keys.items() for row in known.by(name, value)}
        if len(by_number) > 1:
            reason = _("its numbers are those of different customers")
            self._tally.reject(item, _named_by(item), "keys_disagree", reason)
            return None
        if by_number:
            return next(iter(by_number.values()))
        name = item.values.get("customer.name")
        if name is None or item.values.get("customer.kind") == PERSON or keys["code"] is not None:
            return None
        rows = known.named(name_key(name), item.values.get("customer.region"))
        fitting = [row for row in rows if not _contradicts(row, keys)]
        if len(fitting) > 1:
            self._tally.reject(item, "customer.name", "ambiguous", _("fits several customers; give a number"))
        elif not fitting and known.elsewhere(name_key(name)):
            reason = _("a customer of the same name is kept in another region")
            self._tally.warn(item, "customer.name", "same_name_elsewhere", reason)
        return fitting[0] if len(fitting) == 1 else None

    def make(self, items: list[Item]) -> None:
        """Make the customers of rows that have none yet; several rows may speak of one."""
        news: list[_New] = []
        index: dict[tuple[Any, ...], _New] = {}
        for item in standing(items):
            if item.customer_id:
                continue
            values = self._values(item)
            if item.is_rejected:
                continue
            new = _pending(index, values)
            if new is None:
                new = _New(values)
                news.append(new)
            for key in _keys(values):
                index.setdefault(key, new)
            new.items.append(item)
            new.since_on = _earlier(new.since_on, _since(item))
        self._insert(news)

    def _values(self, item: Item) -> dict[str, Any]:
        """Return the columns of a new customer; what is missing or does not belong is rejected."""
        given = item.part("customer")
        for name, reason in (
            ("kind", _("a new customer needs a kind: enterprise, sole_proprietor or student")),
            ("name", _("a new customer needs a name")),
        ):
            if not given.get(name):
                self._tally.reject(item, f"customer.{name}", "required", reason)
                return {}
        if given.get("code") is not None:
            self._tally.reject(item, "customer.code", "unknown_customer", _("there is no such customer"))
        if given["kind"] == PERSON and not any(given.get(name) for name in NUMBERS):
            reason = _("a person is known by customer number or resident ID, never by name alone")
            self._tally.reject(item, "customer.name", "no_identity", reason)
        self.refuse_other_kinds(item, given["kind"])
        values = {name: value for name, value in given.items() if name in FIELDS}
        for column in ("officer", "second_officer"):
            values[f"{column}_id"] = self.officer_id(item, f"customer.{column}")
        values["extra"] = item.extras("customer") or None
        return {"kind": given["kind"], **values}

    def refuse_other_kinds(self, item: Item, kind: str) -> None:
        """Reject a row that says of one kind of customer what belongs to another."""
        for name in item.part("customer"):
            if name in FIELDS and kind not in kinds_of(name):
                reason = _("is not for this kind of customer")
                self._tally.reject(item, f"customer.{name}", "wrong_kind", reason)

    def _insert(self, news: list[_New]) -> None:
        if not news:
            return
        first = self._uow.next_numbers("customer", len(news))
        filled = [{**new.values, **derived_keys(new.values["kind"], new.values)} for new in news]
        columns = sorted({name for values in filled for name in values})
        rows = []
        for number, (new, values) in enumerate(zip(news, filled, strict=True), first):
            since = min(new.since_on or self._since or self._uow.today, self._uow.today)
            row = {name: values.get(name) for name in columns}
            rows.append({**row, "number": number, "since_on": since, "known_on": since})
        self._uow.insert_many(Customer, rows)
        ids = self._uow.ids_from(Customer, first)
        for key, new in zip(ids, news, strict=True):
            for item in new.items:
                item.customer_id = key
        self._tally.made["customers"] += len(news)


class _Known:
    """The customers that the rows of one chunk may mean, by each of the ways to name them."""

    def __init__(self, uow: UnitOfWork, items: list[Item], columns: list[Column[Any]]) -> None:
        c = CUSTOMER.c
        self._columns = columns
        self._by: dict[tuple[str, Any], list[Row[Any]]] = defaultdict(list)
        for name in NUMBERS:
            self._load(uow, name, c[name], _wanted(items, name))
        codes = {numbered(str(code), "C"): code for code in _wanted(items, "code")}
        numbers = {number for number in codes if number is not None}
        self._load(uow, "number", c.number, numbers)
        self._load_merged(uow, numbers)
        names = {name_key(name) for name in _wanted(items, "name")}
        self._load(uow, "name_key", c.name_key, names)

    def _load(self, uow: UnitOfWork, name: str, column: Any, values: Iterable[Any]) -> None:
        wanted = list(values)
        if not wanted:
            return
        is_wanted = among(uow.connection, column, wanted)
        query = select(*self._columns).where(is_wanted, CUSTOMER.c.voided_at.is_(None))
        for row in uow.connection.execute(query).all():
            self._by[name, getattr(row, column.name)].append(row)

    def _load_merged(self, uow: UnitOfWork, numbers: set[int]) -> None:
        """Know the codes of those that were merged into another, as that one's."""
        if not numbers:
            return
        alias = table(CustomerAlias)
        query = select(CUSTOMER, alias.c.number.label("merged")).join(
            alias, alias.c.customer_id == CUSTOMER.c.id
        )
        are_meant = among(uow.connection, alias.c.live_key, [str(number) for number in numbers])
        for row in uow.connection.execute(query.where(are_meant)):
            self._by["number", row.merged].append(row)

    def by(self, name: str, value: Any) -> list[Row[Any]]:
        """Return who has that number."""
        if value is None:
            return []
        if name == "code":
            return self._by.get(("number", numbered(str(value), "C")), [])
        return self._by.get((name, value), [])

    def named(self, key: str, region: str | None) -> list[Row[Any]]:
        """Return the companies of that name in that region."""
        return [row for row in self._companies(key) if row.region == region]

    def elsewhere(self, key: str) -> bool:
        """Say whether any company has that name."""
        return bool(self._companies(key))

    def _companies(self, key: str) -> list[Row[Any]]:
        return [row for row in self._by.get(("name_key", key), []) if row.kind != PERSON]


def _wanted(items: list[Item], name: str) -> set[Any]:
    target = f"customer.{name}"
    return {item.values[target] for item in items if item.values.get(target) is not None}


def _contradicts(row: Row[Any], keys: Mapping[str, Any]) -> bool:
    """Two companies may share name and region; a number that both have and that differs tells them apart."""
    return any(keys[name] and row._mapping[name] and keys[name] != row._mapping[name] for name in NUMBERS)


def _keys(values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    keys: list[tuple[Any, ...]] = [(name, values[name]) for name in NUMBERS if values.get(name)]
    if values["kind"] != PERSON:
        keys.append(("name", name_key(values["name"]), values.get("region")))
    return keys


def _pending(index: Mapping[tuple[Any, ...], _New], values: Mapping[str, Any]) -> _New | None:
    for key in _keys(values):
        new = index.get(key)
        if new is None:
            continue
        clash = any(
            values.get(name) and new.values.get(name) and values[name] != new.values[name] for name in NUMBERS
        )
        if key[0] != "name" or not clash:
            return new
    return None


def _since(item: Item) -> date | None:
    given = item.values.get("customer.since_on") or item.values.get("loan.disbursed_on")
    return given if isinstance(given, date) else None


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(one, other) if one is not None and other is not None else one or other


def _named_by(item: Item) -> str | None:
    given = [name for name in ("code", *NUMBERS, "name") if item.values.get(f"customer.{name}") is not None]
    return f"customer.{given[0]}" if given else None
