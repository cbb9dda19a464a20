"""A list of customers: new ones are made, known ones change by dated values, what is empty says nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from loancrm.i18n import _
from loancrm.models import Customer, CustomerAttribute, table
from loancrm.services.customer_fields import FIELDS
from loancrm.services.customers import as_text, derived_keys, readable
from loancrm.services.intake.people import People
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import BEGINNING

_OFFICERS = {"officer": "officer_id", "second_officer": "second_officer_id"}


class Customers:
    """Takes chunks of a customer list."""

    def __init__(self, uow: UnitOfWork, tally: Tally, on: date | None) -> None:
        self._uow = uow
        self._tally = tally
        self._on = on or uow.today
        self._people = People(uow, tally, self._on, whole=True)

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        known = self._people.find(items, is_needed=False)
        changes = self._changes(standing(items), known)
        before = self._tally.made["customers"]
        self._people.make(items)
        made = self._tally.made["customers"] - before
        self._tally.made["customers"] = before
        self._tally.new += made
        changed = self._write(changes, known)
        self._tally.changed += changed
        self._tally.known += len(standing(items)) - made - changed

    def _changes(
        self, items: list[Item], known: dict[int, Row[Any]]
    ) -> dict[int, dict[str, tuple[Any, date]]]:
        """Return what differs: by customer and column, the new value and its day."""
        found: dict[int, dict[str, tuple[Any, date]]] = defaultdict(dict)
        for item in items:
            row = known.get(item.customer_id)
            if row is None:
                continue
            wanted = self._wanted(item, row)
            if item.is_rejected:
                continue
            on = min(item.values.get("customer.on") or self._on, self._uow.today)
            earlier = found[row.id]
            for name, value in wanted.items():
                if name in earlier and earlier[name][0] != value:
                    reason = _("an earlier row of this file says something else of the same customer")
                    self._tally.warn(item, f"customer.{name}", "contradicts_row", reason)
                elif row._mapping[name] != value:
                    earlier[name] = (value, on)
        return found

    def _wanted(self, item: Item, row: Row[Any]) -> dict[str, Any]:
        given = item.part("customer")
        if given.get("kind") not in (None, row.kind):
            self._tally.reject(item, "customer.kind", "other_kind", _("is kept as another kind of customer"))
        self._people.refuse_other_kinds(item, row.kind)
        wanted = {name: value for name, value in given.items() if name in FIELDS}
        for name, column in _OFFICERS.items():
            officer = self._people.officer_id(item, f"customer.{name}")
            if officer is not None:
                wanted[column] = officer
        extra = item.extras("customer")
        if extra:
            wanted["extra"] = {**(row.extra or {}), **extra}
        return wanted

    def _write(self, changes: dict[int, dict[str, tuple[Any, date]]], known: dict[int, Row[Any]]) -> int:
        newest = self._newest(list(changes))
        attributes: list[dict[str, Any]] = []
        done: dict[int, dict[str, Any]] = {}
        for key, columns in changes.items():
            values = {}
            for name, (value, on) in columns.items():
                last = newest.get((key, name))
                if last is not None and on < last:
                    reason = _("{name} was changed on a later day already").format(name=name)
                    self._tally.warn(None, f"customer.{name}", "older_than_known", reason)
                    continue
                values[name] = value
                attributes += _dated(key, name, known[key]._mapping[name], value, on, is_first=last is None)
            if values:
                done[key] = values
        self._uow.insert_many(CustomerAttribute, attributes)
        self._update(done, known)
        return len(done)

    def _newest(self, keys: list[int]) -> dict[tuple[int, str], date]:
        rows = table(CustomerAttribute)
        query = (
            select(rows.c.customer_id, rows.c.name, func.max(rows.c.effective_on).label("newest"))
            .where(rows.c.customer_id.in_(keys), rows.c.voided_at.is_(None))
            .group_by(rows.c.customer_id, rows.c.name)
        )
        if not keys:
            return {}
        return {(row.customer_id, row.name): row.newest for row in self._uow.connection.execute(query)}

    def _update(self, done: dict[int, dict[str, Any]], known: dict[int, Row[Any]]) -> None:
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        records = []
        for key, values in done.items():
            row = known[key]
            full = dict(values)
            if "name" in values:
                full |= derived_keys(row.kind, values)
            alike[tuple(sorted(full))].append({**full, "key_": key, "version": row.version + 1})
            before = readable(self._uow, {name: row._mapping[name] for name in values})
            records.append(Change("change", Customer, key, key, before, readable(self._uow, values)))
        target = table(Customer)
        for names, rows in alike.items():
            columns: dict[str, Any] = {name: bindparam(name) for name in (*names, "version")}
            self._uow.connection.execute(
                update(target).where(target.c.id == bindparam("key_")).values(columns), rows
            )
        self._uow.record(*records)


def _dated(key: int, name: str, before: Any, value: Any, on: date, *, is_first: bool) -> list[dict[str, Any]]:
    """Return the dated rows of one change; the first one also keeps what held until then."""
    rows = []
    if is_first:
        old = {"value": as_text(before), "effective_on": BEGINNING, "known_on": BEGINNING}
        rows.append({"customer_id": key, "name": name, **old})
    rows.append(
        {"customer_id": key, "name": name, "value": as_text(value), "effective_on": on, "known_on": on}
    )
    return rows
