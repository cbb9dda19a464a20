"""Short lists: the bank's officers, and published reference rates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from loancrm.i18n import _
from loancrm.models import Officer, ReferenceRate, table
from loancrm.services.intake.tally import Item, Tally
from loancrm.unitofwork import Change, UnitOfWork

_OF_OFFICER = ("name", "branch", "email", "is_active")


class Officers:
    """Takes a list of officers: new ones are made, known ones changed."""

    def __init__(self, uow: UnitOfWork, tally: Tally) -> None:
        self._uow = uow
        self._tally = tally

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        rows = table(Officer)
        known = {
            row.code: row
            for row in self._uow.connection.execute(select(rows).where(rows.c.voided_at.is_(None)))
        }
        for item in items:
            given = item.part("officer")
            row = known.get(given["code"])
            if row is None:
                self._add(item, given)
                continue
            values = {
                name: given[name]
                for name in _OF_OFFICER
                if given.get(name) is not None and given[name] != row._mapping[name]
            }
            self._tally.changed += bool(values)
            self._tally.known += not values
            if values:
                before = {name: row._mapping[name] for name in values}
                self._uow.update(Officer, row.id, **values, version=row.version + 1)
                self._uow.record(Change("change", Officer, row.id, None, before, values))

    def _add(self, item: Item, given: dict[str, Any]) -> None:
        if not given.get("name"):
            self._tally.reject(item, "officer.name", "required", _("a new officer needs a name"))
            return
        values = {"code": given["code"], **{name: given.get(name) for name in _OF_OFFICER}}
        values["is_active"] = given.get("is_active") is not False
        key = self._uow.insert(Officer, **values)
        self._uow.record(Change("create", Officer, key, None, {}, values))
        self._tally.new += 1


class Rates:
    """Takes a list of reference rates: one a series and day."""

    def __init__(self, uow: UnitOfWork, tally: Tally) -> None:
        self._uow = uow
        self._tally = tally

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        rows = table(ReferenceRate)
        keys = {_key(item): item for item in items}
        query = select(rows).where(rows.c.live_key.in_(list(keys)))
        known = {row.live_key: row.annual_rate for row in self._uow.connection.execute(query)}
        ids = {row.live_key: row.id for row in self._uow.connection.execute(query)}
        news = []
        for item in items:
            key, given = _key(item), item.part("rate")
            if known.get(key) == given["annual_rate"]:
                self._tally.known += 1
                continue
            if key in ids:
                self._uow.void(ReferenceRate, ids.pop(key))
            elif key in known:
                reason = _("an earlier row of this file gives another rate for that day")
                self._tally.reject(item, "rate.annual_rate", "contradicts_row", reason)
                continue
            self._tally.changed += key in known
            self._tally.new += key not in known
            known[key] = given["annual_rate"]
            self._tally.spoke_of(given["on"])
            stamps = {"effective_on": given["on"], "known_on": given["on"], "live_key": key}
            news.append({"series": given["series"], "annual_rate": given["annual_rate"], **stamps})
        self._uow.insert_many(ReferenceRate, news)


def _key(item: Item) -> str:
    return f"{item.values['rate.series']}:{item.values['rate.on'].isoformat()}"
