"""Lists of conversations: the same row again is known, two alike in one file are two."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, select

from loancrm.dialect import among
from loancrm.i18n import _
from loancrm.models import Contact, FollowUp, table
from loancrm.models.columns import canonical_json
from loancrm.services.intake.people import People
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.unitofwork import UnitOfWork

_BESIDE = ("hour",)  # makes no row another one: a profile may name its column later
_OF_CONTACT = {"direction": "out", "purpose": "other"}


class SeenBefore:
    """Tells rows that are in the store from new ones by a key over what they say.

    A row that says the same as an earlier one of the file is another occurrence, and has another key. How
    often a row was seen is remembered only for rows that an earlier import brought; a first import of a
    million rows needs no memory for it.
    """

    def __init__(self, uow: UnitOfWork, rows: Table) -> None:
        self._uow = uow
        self._rows = rows
        self._seen: Counter[str] = Counter()

    def keys(self, said: list[str]) -> list[str | None]:
        """Return the key of each row that is new, None for one that is known."""
        stored = self._stored(said)
        here: Counter[str] = Counter()
        keys: list[str | None] = []
        for one in said:
            here[one] += 1
            mine, before = stored.get(one, (0, 0))
            if before:
                self._seen[one] += 1
                number = self._seen[one]
                keys.append(None if number <= before else f"{one}:{number}")
            else:
                keys.append(f"{one}:{mine + here[one]}")
        return keys

    def _stored(self, said: list[str]) -> dict[str, tuple[int, int]]:
        """Return how many occurrences this command and earlier ones have stored."""
        c = self._rows.c
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        wanted = {f"{one}:1" for one in said}
        is_there = among(self._uow.connection, c.source_key, wanted)
        hits = self._uow.connection.scalars(select(c.source_key).where(is_there))
        known = {str(key).partition(":")[0] for key in hits}
        for one in known:  # only what is known has further occurrences to look for
            query = select(c.command_id).where(c.source_key.between(f"{one}:", f"{one}:~"))
            for command in self._uow.connection.scalars(query):
                found[one][command != self._uow.command_id] += 1
        return {one: (mine, before) for one, (mine, before) in found.items()}


class Contacts:
    """Takes chunks of a list of conversations."""

    def __init__(self, uow: UnitOfWork, tally: Tally, on: date | None) -> None:
        self._uow = uow
        self._tally = tally
        self._on = on
        self._people = People(uow, tally)
        self._before = SeenBefore(uow, table(Contact))

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        for item in items:
            check_day(item, "contact", self._on, self._uow.today, self._tally)
            if item.values.get("contact.next_on") and not _what(item):
                reason = _("a next step needs to say what is to be done")
                self._tally.reject(item, "contact.next_what", "required", reason)
        owners = self._people.find(standing(items))
        officers = {i.line: self._people.officer_id(i, "contact.officer") for i in standing(items)}
        taken = standing(items)
        keys = self._before.keys([said_by(item, "contact") for item in taken])
        news = [(item, key) for item, key in zip(taken, keys, strict=True) if key is not None]
        self._tally.known += len(taken) - len(news)
        self._tally.new += len(news)
        self._insert(news, owners, officers)

    def _insert(
        self, news: list[tuple[Item, str]], owners: dict[int, Row[Any]], officers: dict[int, int | None]
    ) -> None:
        if not news:
            return
        first = self._uow.next_numbers("contact", len(news))
        rows, steps = [], []
        for number, (item, key) in enumerate(news, first):
            given, owner = item.part("contact"), owners[item.customer_id]
            on = given["on"]
            self._tally.spoke_of(on)
            said = {"note": given.get("note"), "channel": given["channel"], "outcome": given["outcome"]}
            said |= {name: given.get(name) or default for name, default in _OF_CONTACT.items()}
            officer = officers[item.line] or owner.officer_id
            who = {"customer_id": owner.id, "officer_id": officer}
            said["hour"] = given.get("hour")
            rows.append(
                {**said, **who, "number": number, "source_key": key, "effective_on": on, "known_on": on}
            )
            if given.get("next_on"):
                steps.append((number - first, given["next_on"], _what(item), who, on))
        self._uow.insert_many(Contact, rows)
        self._leave_steps(steps, first)

    def _leave_steps(self, steps: list[tuple[int, date, str, dict[str, Any], date]], first: int) -> None:
        if not steps:
            return
        ids = self._uow.ids_from(Contact, first)
        number = self._uow.next_numbers("follow_up", len(steps))
        rows = [
            {
                **who,
                "number": n,
                "contact_id": ids[place],
                "due_on": due,
                "what": what,
                "effective_on": on,
                "known_on": on,
            }
            for n, (place, due, what, who, on) in enumerate(steps, number)
        ]
        self._uow.insert_many(FollowUp, rows)
        self._tally.made["follow_ups"] += len(rows)


def check_day(item: Item, prefix: str, usual: date | None, today: date, tally: Tally) -> None:
    """Reject a row without a day, or of a day to come."""
    target = f"{prefix}.on"
    on = item.values.get(target) or usual
    if on is None:
        tally.reject(
            item, target, "required", _("the day is missing; map {target} or give --on").format(target=target)
        )
    elif on > today:
        tally.reject(item, target, "future_date", _("is still to come"))
    item.put(target, on)


def _what(item: Item) -> str:
    what = item.values.get("contact.next_what") or item.values.get("contact.note") or ""
    return str(what)


def said_by(item: Item, prefix: str) -> str:
    """Return a short digest of what a row says: the bank's own number where there is one, else all of it."""
    given = {name: value for name, value in item.part(prefix).items() if name not in _BESIDE}
    said: Any = given["number"] if given.get("number") else [item.customer_id, plain(given)]
    return digest_of([prefix, said])


def digest_of(said: Any) -> str:
    """Return a short digest of what a row says; its days are texts already."""
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()[:32]


def plain(given: dict[str, Any]) -> dict[str, Any]:
    """Return what JSON can hold of a row's values: no empty ones, and days as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in given.items()
        if value is not None
    }
