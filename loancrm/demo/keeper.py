"""Keeps the facts of customers' files, a day's at once: what the service writes, without its look-ups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row

from loancrm import models
from loancrm.demo.events import Filed
from loancrm.dossier import KINDS, FactKind
from loancrm.models import table
from loancrm.policy.policy import Policy, example
from loancrm.reports import lookup
from loancrm.reports.dossier import customer_id
from loancrm.services.dossier import follow, key_of
from loancrm.services.dossier_checks import Known, check
from loancrm.services.dossier_requests import read_default
from loancrm.unitofwork import Change, UnitOfWork

Owner = Row[Any] | None
CustomerOf = Callable[[int], Row[Any]]
KeyOf = Callable[[str, str], int]  # of a loan or an officer, by what it is and its name


class Keeper:
    """Collects a day's facts and writes them kind by kind, so that what they refer to is there."""

    def __init__(self) -> None:
        self._filed: list[Filed] = []
        self._facts: dict[int, dict[str, Any]] = {}  # number in the simulation -> the row it refers to
        policy = example()  # the book's one policy, read once
        self._policy_on: Callable[[date], Policy] = lambda _on: policy

    def add(self, event: Filed) -> None:
        """Take a fact."""
        self._filed.append(event)

    def write(self, uow: UnitOfWork, customer_of: CustomerOf, key_of: KeyOf) -> None:
        """Write what was taken; ``customer_of`` gives the row of a customer of the simulation."""
        self._customer_of, self._key_of = customer_of, key_of
        by_kind: defaultdict[str, list[tuple[Filed, Owner]]] = defaultdict(list)
        for event in self._filed:
            by_kind[event.kind].append((event, _owner(uow, event.owner, customer_of)))
        for kind in sorted(by_kind, key=_after_what_it_refers_to):
            self._write(uow, KINDS[kind], by_kind[kind])
        self._filed.clear()

    def _write(self, uow: UnitOfWork, kind: FactKind, filed: list[tuple[Filed, Owner]]) -> None:
        model = getattr(models, kind.model)
        first = uow.next_numbers(table(model).name, len(filed))
        rows = [
            self._row(uow, kind, event, owner, number) for number, (event, owner) in enumerate(filed, first)
        ]
        uow.insert_many(model, rows)
        changes = []
        for key, row, (event, owner) in zip(uow.ids_from(model, first), rows, filed, strict=True):
            self._facts[event.key] = {**row, "id": key}
            said = {kind.column(field): row[kind.column(field)] for field in kind.fields}
            after = {name: value for name, value in said.items() if value is not None}
            changes.append(Change("create", model, key, customer_id(kind, owner), {}, after))
        uow.record(*changes)
        follow(uow, kind, rows)

    def _row(
        self, uow: UnitOfWork, kind: FactKind, event: Filed, owner: Owner, number: int
    ) -> dict[str, Any]:
        refers: dict[str, Mapping[str, Any]] = {}
        columns: dict[str, Any] = {}
        for field in kind.fields:
            value = event.values.get(field.name)
            if field.is_reference and value is not None:
                refers[field.name] = self._referred(field.reading, value)
                value = refers[field.name]["id"]
            columns[kind.column(field)] = read_default(field) if value is None else value
        columns |= {"effective_on": event.on, "known_on": uow.today}
        known = Known(uow, refers, owner_id=owner and owner.id, policy_on=self._policy_on)
        check(kind.name, known, columns)
        money = {"currency": uow.currency} if "currency" in table(getattr(models, kind.model)).c else {}
        live_key = key_of(kind, owner, columns) or str(number)
        whose = {} if owner is None else {str(kind.owner_column): owner.id}
        return {**columns, **money, **whose, "number": number, "live_key": live_key}

    def _referred(self, reading: str, value: Any) -> Mapping[str, Any]:
        """Return the row that a field refers to: of a loan or an officer, its key."""
        if reading == "customer":
            return dict(self._customer_of(value)._mapping)
        if reading in ("loan", "officer"):
            return {"id": self._key_of(reading, value)}
        return self._facts[value]


def _owner(uow: UnitOfWork, owner: int | str | None, customer_of: CustomerOf) -> Owner:
    if isinstance(owner, int):
        return customer_of(owner)
    return None if owner is None else lookup.officer(uow.view(), owner)


def _after_what_it_refers_to(kind: str) -> tuple[int, str]:
    """Order kinds so that what others refer to comes first."""
    depth = 0
    for field in KINDS[kind].fields:
        other = field.reading.removeprefix("fact:")
        if field.reading.startswith("fact:") and other != kind:
            depth = max(depth, _after_what_it_refers_to(other)[0] + 1)
    return depth, kind
