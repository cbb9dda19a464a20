"""A list of loans: the customer is found or made, the contract too; then what is new, and what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from loancrm.calendars import add_months
from loancrm.dialect import among
from loancrm.i18n import _
from loancrm.indicators.facts import LOAN
from loancrm.models import Contract, Loan, LoanStatus, table
from loancrm.services.intake.ends import End, end_of, warn_of_oddities
from loancrm.services.intake.links import Links
from loancrm.services.intake.people import People
from loancrm.services.intake.tally import Item, Tally, newest_key, standing
from loancrm.services.standing import restand_marked
from loancrm.unitofwork import Change, UnitOfWork
from loancrm.view import BEGINNING

OF_THE_LOAN = (
    "product",
    "security",
    "principal",
    "annual_rate",
    "disbursed_on",
    "matures_on",
    "term_months",
    "industry",
    "region",
    "purpose",
)
_later = lru_cache(maxsize=65_536)(add_months)


class Loans:
    """Takes chunks of a loan list."""

    def __init__(self, uow: UnitOfWork, tally: Tally, *, counts: bool = True) -> None:
        self._uow = uow
        self._tally = tally
        self._counts = counts
        self._people = People(uow, tally)
        self._changed: set[int] = set()
        self._met: set[int] = set()  # loans of the chunk before
        self._before = newest_key(uow.connection, LOAN)
        self._ends: dict[int, Row[Any]] = {}
        self._links = Links(uow, tally)

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        known = known_loans(self._uow, {item.values["loan.number"] for item in items})
        for item in items:
            _derive_maturity(item)
            warn_of_oddities(item, self._tally)
        news = self._news(items, known)
        self._people.find([item for item in items if _says_who(item)], is_needed=False)
        self._refuse_other_owners(items, known)
        self._refuse_said_otherwise(items, known)
        repeated = self._repeated(news)
        self._people.make([item for item in news if not item.is_rejected])
        lines = self._links.lines(items)
        contracts = self._contracts(_without_contract(standing(items), known), lines)
        self._insert([item for item in standing(news) if item.line not in repeated], contracts)
        changed = self._change(standing(items), known, contracts)
        self._links.put_under(items, lines)
        self._links.take(items)
        self._count(items, news, repeated, changed)

    def finish(self) -> None:
        """Tie loans to those that they renew or refinance, once all rows are in."""
        self._links.finish()

    def _news(self, items: list[Item], known: dict[str, Row[Any]]) -> list[Item]:
        news = [item for item in items if item.values["loan.number"] not in known]
        for item in standing(news):
            if item.values.get("loan.principal") is None:
                self._tally.reject(item, "loan.principal", "required", _("a new loan needs its principal"))
            elif not _says_who(item):
                self._tally.reject(item, "customer.name", "required", _("a new loan needs its customer"))
        return news

    def _refuse_other_owners(self, items: list[Item], known: dict[str, Row[Any]]) -> None:
        for item in standing(items):
            row = known.get(item.values["loan.number"])
            if row is not None and item.customer_id not in (0, row.customer_id):
                reason = _("this loan is kept as another customer's")
                self._tally.reject(item, "loan.number", "other_customer", reason)
            elif row is not None:
                item.customer_id = row.customer_id  # a row of a known loan need not say whose it is

    def _refuse_said_otherwise(self, items: list[Item], known: dict[str, Row[Any]]) -> None:
        """Reject what a row says otherwise of a loan that an earlier row, of another chunk, has made."""
        for item in standing(items):
            row = known.get(item.values["loan.number"])
            if row is None or row.id <= self._before:
                continue
            values, end = _differences(item, row, with_extra=False), end_of(item)
            if end is not None or item.values.get("loan.status") == "live":
                values |= {name: value for name, value in _copies(end).items() if row._mapping[name] != value}
            if any(row._mapping[name] is not None for name in values if name != "effective_on"):
                reason = _("an earlier row of this file says something else of the same loan")
                self._tally.reject(item, "loan.number", "contradicts_row", reason)
            else:
                reason = _("the same loan stands in an earlier row; it is counted once")
                self._tally.warn(item, "loan.number", "repeated_in_file", reason)

    def _repeated(self, news: list[Item]) -> set[int]:
        """Return the lines that say again what an earlier row of the chunk says: a draw is counted once."""
        first: dict[str, Item] = {}
        repeated = set()
        for item in standing(news):
            one = first.setdefault(item.values["loan.number"], item)
            if one is item:
                continue
            if one.part("loan") == item.part("loan"):
                reason = _("the same loan stands in an earlier row; it is counted once")
                self._tally.warn(item, "loan.number", "repeated_in_file", reason)
                repeated.add(item.line)
            else:
                reason = _("row {line} says something else of the same loan").format(line=one.line)
                self._tally.reject(item, "loan.number", "contradicts_row", reason)
        return repeated

    def _insert(self, items: list[Item], contracts: dict[str | None, int]) -> None:
        rows, ends = [], {}
        for item in items:
            given, end = item.part("loan"), end_of(item)
            day = given.get("disbursed_on") or BEGINNING
            number = given["number"]
            values = {name: given.get(name) for name in OF_THE_LOAN}
            values["product"] = values["product"] or "other"
            if end is not None:
                ends[number] = (end, day)
            rows.append(
                {
                    **values,
                    **_copies(end),
                    "number": number,
                    "live_key": number,
                    "customer_id": item.customer_id,
                    "contract_id": contracts.get(given.get("contract")),
                    "currency": self._uow.currency,
                    "effective_on": day,
                    "known_on": day,
                    "extra": item.extras("loan") or None,
                }
            )
        self._uow.insert_many(Loan, rows)
        restand_marked(self._uow, [row["customer_id"] for row in rows])
        self._insert_ends(ends)

    def _insert_ends(self, ends: dict[str, tuple[End, date]]) -> None:
        if not ends:
            return
        query = select(LOAN.c.id, LOAN.c.live_key).where(LOAN.c.live_key.in_(list(ends)))
        rows = []
        for row in self._uow.connection.execute(query):
            end, _granted = ends[row.live_key]
            rows.append(_end_row(end, row.id, self._uow.currency, end.effective_on))
        self._uow.insert_many(LoanStatus, rows)

    def _contracts(self, items: list[Item], lines: dict[str, int]) -> dict[str | None, int]:
        """Return the keys of the contracts that rows name; those that are new are made."""
        named = {item.values["loan.contract"]: item for item in items if item.values.get("loan.contract")}
        if not named:
            return {}
        rows = table(Contract)
        query = select(rows.c.id, rows.c.live_key).where(rows.c.live_key.in_(list(named)))
        found = {row.live_key: row.id for row in self._uow.connection.execute(query)}
        news = [(number, item) for number, item in named.items() if number not in found]
        for_insert = []
        for number, item in news:
            day = item.values.get("loan.disbursed_on") or self._uow.today
            shared = {"number": number, "live_key": number, "customer_id": item.customer_id}
            under = lines.get(item.values.get("loan.facility") or "")
            for_insert.append({**shared, "facility_id": under, "effective_on": day, "known_on": day})
        self._uow.insert_many(Contract, for_insert)
        if news:
            self._tally.made["contracts"] += len(news)
            found = {row.live_key: row.id for row in self._uow.connection.execute(query)}
        return dict(found)

    def _change(self, items: list[Item], known: dict[str, Row[Any]], contracts: dict[str | None, int]) -> int:
        """Write what rows say differently of loans that are known; return how many loans changed."""
        done: dict[int, dict[str, Any]] = {}
        self._ends = _standing_ends(self._uow, known)
        met: set[int] = set()  # of several rows of a loan, one for each collateral, the first says its extras
        for item in items:
            row = known.get(item.values["loan.number"])
            if row is None:
                continue
            is_first = row.id <= self._before and row.id not in met and row.id not in self._met
            met.add(row.id)
            values = _differences(item, row, with_extra=is_first)
            if row.contract_id is None and item.values.get("loan.contract") in contracts:
                values["contract_id"] = contracts[item.values["loan.contract"]]
            end = end_of(item)
            if end is not None or item.values.get("loan.status") == "live":
                values |= self._move_end(row, end)
            if values:
                if row.id in self._changed:
                    reason = _("an earlier row of this file says something else of the same loan")
                    self._tally.warn(item, "loan.number", "contradicts_row", reason)
                done[row.id] = done.get(row.id, {}) | values
                self._changed.add(row.id)
        self._met = met
        self._update(done, {row.id: row for row in known.values()})
        return len(done)

    def _move_end(self, row: Row[Any], end: End | None) -> dict[str, Any]:
        """Void the end that stands and write the other one, when the row says another."""
        stands = self._ends.get(row.id)
        if stands is None and end is None:
            return {}
        if stands is not None:
            same = end is not None and all(
                stands._mapping[name] == getattr(end, name)
                for name in ("status", "effective_on", "amount", "write_off_reported_on")
            )
            if same:
                return {}
            self._uow.void(LoanStatus, stands.id)
        if end is not None:
            known_on = max(end.effective_on, self._uow.today) if stands is not None else end.effective_on
            self._uow.insert(LoanStatus, **_end_row(end, row.id, row.currency, known_on))
        return _copies(end)

    def _update(self, done: dict[int, dict[str, Any]], known: dict[int, Row[Any]]) -> None:
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        records = []
        for key, values in done.items():
            row = known[key]
            alike[tuple(sorted(values))].append({**values, "key_": key})
            before = {name: row._mapping[name] for name in values}
            records.append(Change("change", Loan, key, row.customer_id, before, values))
        target = table(Loan)
        for names, rows in alike.items():
            columns: dict[str, Any] = {name: bindparam(name) for name in names}
            self._uow.connection.execute(
                update(target).where(target.c.id == bindparam("key_")).values(columns), rows
            )
        self._uow.record(*records)

    def _count(self, items: list[Item], news: list[Item], repeated: set[int], changed: int) -> None:
        new = len(standing(news)) - len(repeated)
        if not self._counts:
            self._tally.made["loans"] += new
            return
        self._tally.new += new
        self._tally.changed += changed
        self._tally.known += len(standing(items)) - new - changed


def known_loans(uow: UnitOfWork, numbers: Collection[str], *names: str) -> dict[str, Row[Any]]:
    """Return the loans of ``numbers`` that are known, by number: with the columns ``names``, or all."""
    columns = [LOAN.c[name] for name in ("live_key", *names)] if names else list(LOAN.c)
    query = select(*columns).where(among(uow.connection, LOAN.c.live_key, numbers))
    return {row.live_key: row for row in uow.connection.execute(query).all()}


def _standing_ends(uow: UnitOfWork, known: dict[str, Row[Any]]) -> dict[int, Row[Any]]:
    """Return how the known loans ended, by the loan's key."""
    ended = [row.id for row in known.values() if row.status != "live"]
    rows = table(LoanStatus)
    query = select(rows).where(rows.c.loan_id.in_(ended), rows.c.voided_at.is_(None))
    return {row.loan_id: row for row in uow.connection.execute(query)} if ended else {}


def _without_contract(items: list[Item], known: dict[str, Row[Any]]) -> list[Item]:
    """Return the rows of loans that are new, or that the book has under no contract."""
    there = {number for number, row in known.items() if row.contract_id is not None}
    return [item for item in items if item.values["loan.number"] not in there]


def _says_who(item: Item) -> bool:
    return any(
        name.startswith("customer.") and name not in ("customer.kind", "customer.region")
        for name in item.values
    )


def _derive_maturity(item: Item) -> None:
    """A loan matures its term after its disbursement, unless the row says when."""
    start, term = item.values.get("loan.disbursed_on"), item.values.get("loan.term_months")
    if start is not None and term is not None and item.values.get("loan.matures_on") is None:
        item.put("loan.matures_on", _later(start, term))


def _differences(item: Item, row: Row[Any], *, with_extra: bool) -> dict[str, Any]:
    given = item.part("loan")
    values = {
        name: given[name]
        for name in OF_THE_LOAN
        if given.get(name) is not None and given[name] != row._mapping[name]
    }
    if values.get("disbursed_on"):
        values["effective_on"] = values["disbursed_on"]
    extra = item.extras("loan") if with_extra else {}
    if any((row.extra or {}).get(name) != value for name, value in extra.items()):
        values["extra"] = {**(row.extra or {}), **extra}
    return values


def _copies(end: End | None) -> dict[str, Any]:
    if end is None:
        return {"status": "live", "closed_on": None, "written_off_amount": None}
    return {"status": end.status, "closed_on": end.closed_on, "written_off_amount": end.amount}


def _end_row(end: End, loan_id: int, currency: str, known_on: date) -> dict[str, Any]:
    return {
        "loan_id": loan_id,
        "status": end.status,
        "effective_on": end.effective_on,
        "known_on": known_on,
        "is_dated": end.is_dated,
        "amount": end.amount,
        "write_off_reported_on": end.write_off_reported_on,
        "currency": currency,
    }
