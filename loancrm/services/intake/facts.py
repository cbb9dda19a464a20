"""Files of a customer's dated facts, whatever their kind: one row, one fact."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from loancrm import models
from loancrm.dossier import KINDS, FactKind
from loancrm.dossier.kinds import Field
from loancrm.dossier.wishes import PLAN_STEP
from loancrm.errors import LoanCrmError
from loancrm.i18n import _
from loancrm.indicators.facts import CUSTOMER, LOAN
from loancrm.models import table
from loancrm.policy import policy as policies
from loancrm.reports.dossier import fact_table
from loancrm.reports.lookup import numbered
from loancrm.services.dossier import follow, key_of
from loancrm.services.dossier_checks import Known, check, withdrawals
from loancrm.services.dossier_requests import read_default
from loancrm.services.intake.people import People
from loancrm.services.intake.talks import SeenBefore, digest_of, plain
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.unitofwork import Change, UnitOfWork

Fact = dict[str, Any]  # its columns
if TYPE_CHECKING:
    from loancrm.services.plans import PlanSteps
    from loancrm.services.proceeds import Uses

Refers = dict[str, dict[str, Any]]


class FactList:
    """Takes chunks of a file of facts of one kind.

    A fact with a natural key is new, known, or another than the one that stands, which is void then; what a
    file says nothing of stays as it was. A fact without a key is known when an earlier file had its row.
    """

    def __init__(self, kind: FactKind, uow: UnitOfWork, tally: Tally, on: date | None) -> None:
        self._kind = kind
        self._uow = uow
        self._tally = tally
        self._on = on
        self._model = getattr(models, kind.model)
        self._people = People(uow, tally)
        self._before = SeenBefore(uow, table(self._model))
        self._defaults = {field.name: read_default(field) for field in kind.fields}
        self._uses: Uses | None = None  # of the loans of a chunk
        self._steps: PlanSteps | None = None  # how the plans of the file stand
        self._policy_on = cache(lambda on: policies.in_force(uow.view(on)))

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        for item in items:
            self._set_day(item)
        owners = self._owners(standing(items))
        refers = self._references(standing(items), owners)
        if self._kind.key:
            self._take_keyed(standing(items), owners, refers)
        else:
            self._take_listed(standing(items), owners, refers)

    # ── whose it is, when it took effect, what it refers to ─────────────────────────────────

    def _target(self, name: str) -> str:
        return f"{self._kind.name}.{name}"

    def _set_day(self, item: Item) -> None:
        target = self._target(self._kind.effective or "on")
        on = item.values.get(target) or self._on or (None if self._kind.effective else self._uow.today)
        if on is None:
            reason = _("the day is missing; map {target} or give --on").format(target=target)
            self._tally.reject(item, target, "required", reason)
        elif on > self._uow.today:
            self._tally.reject(item, target, "future_date", _("is still to come"))
        item.put(target, on)

    def _owners(self, items: list[Item]) -> dict[int, Any]:
        """Return whose each row's fact is, by line; a row of nobody is rejected."""
        if self._kind.owner == "book":
            return dict.fromkeys(item.line for item in items)
        if self._kind.owner == "officer":
            keys = {item.line: self._people.officer_id(item, "officer.code") for item in items}
            return {line: _Owner(key) for line, key in keys.items() if key is not None}
        found = self._people.find(items)
        for item in standing(items):
            if found[item.customer_id].kind not in self._kind.kinds:
                reason = _("is not for this kind of customer")
                self._tally.reject(item, self._target(self._kind.fields[0].name), "wrong_kind", reason)
        return {item.line: found[item.customer_id] for item in standing(items)}

    def _references(self, items: list[Item], owners: dict[int, Any]) -> dict[int, Refers]:
        """Return the rows that each row refers to; what is not there, or another customer's, is rejected."""
        refers: dict[int, Refers] = defaultdict(dict)
        for field in self._kind.fields:
            if not field.is_reference:
                continue
            target = self._target(field.name)
            if field.reading == "officer":
                self._refer_to_officers(items, field, refers)
                continue
            named = {str(item.values[target]) for item in items if item.values.get(target) is not None}
            found = self._named(field, named)
            for item in items:
                value = item.values.get(target)
                if value is None:
                    continue
                row = found.get(str(value))
                if row is None:
                    self._tally.reject(item, target, "unknown_reference", _("there is no such record"))
                elif (
                    field.reading != "customer"
                    and row.get("customer_id", owners[item.line].id) != owners[item.line].id
                ):
                    self._tally.reject(item, target, "other_customer", _("that is another customer's"))
                else:
                    refers[item.line][field.name] = row
        return refers

    def _refer_to_officers(self, items: list[Item], field: Field, refers: dict[int, Refers]) -> None:
        """Note the officer that each row names, by code or name."""
        for item in items:
            key = self._people.officer_id(item, self._target(field.name))
            if key is not None:
                refers[item.line][field.name] = {"id": key}

    def _named(self, field: Field, named: set[str]) -> dict[str, dict[str, Any]]:
        """Return the standing rows by how they are named: one statement."""
        if field.reading == "loan":
            rows, column = LOAN, LOAN.c.number
            keys: dict[str, Any] = {one: one for one in named}
        elif field.reading == "customer":
            rows, column = CUSTOMER, CUSTOMER.c.number
            keys = {one: numbered(one, "C") for one in named}
        else:
            kind = KINDS[field.reading.removeprefix("fact:")]
            rows = fact_table(kind)
            column = rows.c.number
            keys = {one: _number(kind, one) for one in named}
        wanted = {key for key in keys.values() if key is not None}
        if not wanted:
            return {}
        query = select(rows).where(column.in_(wanted), rows.c.voided_at.is_(None))
        by_key = {
            row._mapping[column.name]: dict(row._mapping) for row in self._uow.connection.execute(query)
        }
        return {one: by_key[key] for one, key in keys.items() if key in by_key}

    # ── what it says ────────────────────────────────────────────────────────────────────────

    def _columns(self, item: Item, refers: Refers, before: Fact | None) -> Fact:
        """Return the columns of a row's fact: what it says over what is known, else the defaults."""
        kind, columns = self._kind, {}
        for field in kind.fields:
            column = kind.column(field)
            value = item.values.get(self._target(field.name))
            if field.name in refers:
                value = refers[field.name]["id"]
            if value is None:
                value = self._defaults.get(field.name) if before is None else before[column]
            columns[column] = value
        columns["effective_on"] = item.values[self._target(kind.effective or "on")]
        return columns

    def _checked(self, item: Item, columns: Fact, known: Known) -> bool:
        """Check a fact as a typed one is checked; what cannot be so is rejected."""
        try:
            check(self._kind.name, known, columns)
        except LoanCrmError as fault:
            names = (field.name for field in self._kind.fields if field.option == fault.field)
            on = None if fault.field != "--on" or self._kind.effective else self._target("on")
            ours = next(map(self._target, names), on)
            self._tally.reject(item, ours, fault.code, fault.message)
        return not item.is_rejected

    def _known(self, refers: Refers, taken_back: Any, owner: Any) -> Known:
        return Known(
            self._uow,
            refers,
            taken_back,
            getattr(owner, "id", None),
            getattr(owner, "officer_id", None),
            policy_on=self._policy_on,
            uses=self._uses,
            steps=self._steps,
        )

    def _counted(self, refers: Mapping[int, Refers]) -> Uses | None:
        """Return what is known of the use of the loans that the rows of a chunk are about."""
        if self._kind.name != "proceeds":
            return None
        from loancrm.services.proceeds import Uses

        uses = Uses(self._uow)
        uses.prepare(one["loan"]["id"] for one in refers.values() if "loan" in one)
        return uses

    def _withdrawals(self, owners: dict[int, Any]) -> dict[tuple[int, str], tuple[date, ...]]:
        if not any(field.reading == "fact:consent" for field in self._kind.fields):
            return {}
        return withdrawals(self._uow, sorted({row.id for row in owners.values()}))

    # ── facts with a natural key ────────────────────────────────────────────────────────────

    def _take_keyed(self, items: list[Item], owners: dict[int, Any], refers: dict[int, Refers]) -> None:
        taken_back = self._withdrawals(owners)
        self._uses = self._counted(refers)
        keys = {i.line: self._key(i, owners[i.line], refers[i.line]) for i in items}
        stands = self._standing(keys.values())
        news: dict[str, tuple[Fact, Any]] = {}
        records: list[Change] = []
        for item in items:
            key, owner = keys[item.line], owners[item.line]
            before = news[key][0] if key in news else stands.get(key)
            columns = self._columns(item, refers[item.line], before)
            if not self._checked(
                item, columns, self._known(refers[item.line], taken_back, owners[item.line])
            ):
                continue
            self._tally.spoke_of(columns["effective_on"])
            if before is not None and all(before[name] == value for name, value in columns.items()):
                self._tally.known += 1
            elif key in news or (before is not None and before["command_id"] == self._uow.command_id):
                reason = _("an earlier row of this file says something else of the same")
                self._tally.reject(item, None, "contradicts_row", reason)
            else:
                if before is not None:
                    records.append(self._replaced(before, columns, owner))
                self._tally.changed += before is not None
                self._tally.new += before is None
                since = self._since(columns, is_new=before is None)
                news[key] = ({**columns, "known_on": since, "live_key": key, "source_key": None}, owner)
        self._insert(list(news.values()))
        self._uow.record(*records)

    def _key(self, item: Item, owner: Any, refers: Refers) -> str:
        return str(key_of(self._kind, owner, self._columns(item, refers, None)))

    def _standing(self, keys: Iterable[str]) -> dict[str, Fact]:
        rows = table(self._model)
        query = select(rows).where(rows.c.live_key.in_(set(keys)))
        return {row.live_key: dict(row._mapping) for row in self._uow.connection.execute(query)}

    def _replaced(self, before: Fact, columns: Fact, owner: Any) -> Change:
        """Void the fact that stands, and say what of it was different."""
        self._uow.void(self._model, before["id"])
        differing = [name for name, value in columns.items() if before[name] != value]
        old = {name: before[name] for name in differing} | {"source_key": before["source_key"]}
        new = {name: columns[name] for name in differing}
        customer = owner.id if self._kind.owner == "customer" else None
        return Change("void", self._model, before["id"], customer, old, new)

    # ── facts without ───────────────────────────────────────────────────────────────────────

    def _take_listed(self, items: list[Item], owners: dict[int, Any], refers: dict[int, Refers]) -> None:
        taken_back = self._withdrawals(owners)
        facts = []
        for item in self._in_turn(items, refers):
            columns = self._columns(item, refers[item.line], None)
            if self._checked(item, columns, self._known(refers[item.line], taken_back, owners[item.line])):
                facts.append((columns, owners[item.line]))
                self._tally.spoke_of(columns["effective_on"])
        said = [
            digest_of([self._kind.name, getattr(owner, "id", None), plain(fact)]) for fact, owner in facts
        ]
        news = []
        for (columns, owner), key in zip(facts, self._before.keys(said), strict=True):
            self._tally.known += key is None
            self._tally.new += key is not None
            if key is not None:
                since = self._since(columns, is_new=True)
                news.append(({**columns, "known_on": since, "live_key": None, "source_key": key}, owner))
        self._insert(news)

    def _in_turn(self, items: list[Item], refers: Mapping[int, Refers]) -> list[Item]:
        """Return the rows in the order in which they are taken: steps of plans by day, others as given."""
        if self._kind.name != PLAN_STEP.name:
            return items
        from loancrm.services.plans import PlanSteps

        self._steps = self._steps or PlanSteps(self._uow)
        self._steps.prepare(refers[item.line]["plan"] for item in items)
        step, on = self._target("step"), self._target("on")
        return sorted(items, key=lambda item: PlanSteps.turn(item.values[step], item.values[on]))

    def _since(self, columns: Fact, *, is_new: bool) -> date:
        """Return since when a fact is known: the day it says, its own, or today when it was different."""
        said = columns.get("known_on")
        if isinstance(said, date):
            return said
        return columns["effective_on"] if is_new else self._uow.today

    def _insert(self, facts: list[tuple[Fact, Any]]) -> None:
        if not facts:
            return
        first = self._uow.next_numbers(table(self._model).name, len(facts))
        owned = self._kind.owner_column
        money = {"currency": self._uow.currency} if "currency" in table(self._model).c else {}
        rows = []
        for number, (columns, owner) in enumerate(facts, first):
            whose = {} if owned is None else {owned: owner.id}
            live_key = columns["live_key"] or str(number)
            rows.append({**columns, **whose, **money, "number": number, "live_key": live_key})
        self._uow.insert_many(self._model, rows)
        follow(self._uow, self._kind, rows)


class _Owner:
    """An officer of whom only the key is known."""

    def __init__(self, key: int) -> None:
        self.id = key


def _number(kind: FactKind, named: str) -> int | None:
    found = re.fullmatch(rf"(?i:{kind.prefix})-?0*([0-9]{{1,9}})", named.strip())
    return None if found is None else int(found[1])
