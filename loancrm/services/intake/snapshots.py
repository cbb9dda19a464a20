"""Extracts of the bank's core system: what it says of each loan at the end of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import compress
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from loancrm.dialect import among
from loancrm.i18n import _
from loancrm.indicators.facts import SNAPSHOT
from loancrm.models import Snapshot
from loancrm.services.intake.absent import FullExtract, look_for_absent
from loancrm.services.intake.loans import Loans, known_loans
from loancrm.services.intake.tally import Chunk, Item, Tally, newest_key
from loancrm.services.standing import Touched
from loancrm.unitofwork import Change, UnitOfWork

OF_THE_SNAPSHOT = (
    "outstanding_principal",
    "overdue_principal",
    "unpaid_interest",
    "off_balance_interest",
    "days_past_due",
    "interest_days_past_due",
    "five_tier",
    "bank_grade",
    "annual_rate",
    "reprices_on",
    "matures_on",
    "next_due_on",
    "next_due_amount",
)
_OF_THE_LOAN = ("id", "number", "customer_id", "currency", "disbursed_on", "closed_on")
_TARGETS = {name: f"snapshot.{'class' if name == 'five_tier' else name}" for name in OF_THE_SNAPSHOT}


class _Standing(NamedTuple):
    """What is known of a loan's day already."""

    id: int
    figures: dict[str, Any]


class Snapshots:
    """Takes chunks of an extract; ``brings_loans``: rows say enough to make a loan that is not known."""

    def __init__(self, uow: UnitOfWork, tally: Tally, on: date | None, *, brings_loans: bool) -> None:
        self._uow = uow
        self._tally = tally
        self._on = on
        self._loans = Loans(uow, tally, counts=False) if brings_loans else None
        self._touched = Touched(uow)
        self._before = newest_key(uow.connection, SNAPSHOT)

    def take_columns(self, chunk: Chunk) -> None:
        """Take one chunk."""
        if self._loans is not None:
            self._loans.take(chunk.filled())
        days = self._days(chunk)
        loans = known_loans(self._uow, set(chunk.column("loan.number")), *_OF_THE_LOAN)
        owners = [loans.get(number) for number in chunk.column("loan.number")]
        self._check(chunk, owners, days)
        stand = [not item.is_rejected for item in chunk.items]
        rows = chunk.standing()
        self._write(rows, list(compress(owners, stand)), list(compress(days, stand)))

    def _days(self, chunk: Chunk) -> list[date]:
        """Return the day that each row is of; rows without one, or of a day to come, are rejected."""
        today, given = self._uow.today, self._on
        days = [on or given or today for on in chunk.column("snapshot.on")]
        if given is None and None in chunk.column("snapshot.on"):
            reason = _("the day of the extract is missing; map snapshot.on or give --on")
            for item, on in zip(chunk.items, chunk.column("snapshot.on"), strict=True):
                if on is None:
                    self._tally.reject(item, "snapshot.on", "required", reason)
        if max(days, default=today) > today:
            for item, on in zip(chunk.items, days, strict=True):
                if on > today:
                    self._tally.reject(item, "snapshot.on", "future_date", _("is still to come"))
        return days

    def _check(self, chunk: Chunk, loans: list[Row[Any] | None], days: list[date]) -> None:
        owed, late = (
            chunk.column("snapshot.outstanding_principal"),
            chunk.column("snapshot.overdue_principal"),
        )
        for item, loan, on, outstanding, overdue in zip(chunk.items, loans, days, owed, late, strict=True):
            if item.is_rejected:
                continue
            if loan is None:
                self._tally.reject(item, "loan.number", "unknown_loan", _unknown())
                continue
            if outstanding is not None and overdue is not None and overdue > outstanding:
                self._reject_overdue(item)
            if loan.disbursed_on is not None and on < loan.disbursed_on:
                self._tally.reject(
                    item, "snapshot.on", "before_disbursement", _("is before the disbursement")
                )
            elif loan.closed_on is not None and on > loan.closed_on and (outstanding or 0) > 0:
                reason = _("is owed after the loan was recorded as ended")
                self._tally.warn(item, "snapshot.outstanding_principal", "owed_after_end", reason)

    def _reject_overdue(self, item: Item) -> None:
        reason = _("more is overdue than is outstanding")
        self._tally.reject(item, "snapshot.overdue_principal", "overdue_above_outstanding", reason)

    def _standing(self, keys: list[str]) -> dict[str, _Standing]:
        figures = (SNAPSHOT.c[name] for name in OF_THE_SNAPSHOT)
        query = select(SNAPSHOT.c.live_key, SNAPSHOT.c.id, *figures)
        is_asked = among(self._uow.connection, SNAPSHOT.c.live_key, keys)
        rows = self._uow.connection.execute(query.where(is_asked)).all()
        return {
            key: _Standing(id_, dict(zip(OF_THE_SNAPSHOT, said, strict=True)))
            for key, id_, *said in map(tuple, rows)
        }

    def _write(self, chunk: Chunk, loans: list[Any], days: list[date]) -> None:
        said = {on: on.isoformat() for on in set(days)}
        keys = [f"{loan.id}:{said[on]}" for loan, on in zip(loans, days, strict=True)]
        stands = self._standing(keys)
        figures = {name: chunk.column(target) for name, target in _TARGETS.items()}
        is_plain = not stands and len(set(keys)) == len(keys)
        if is_plain and None not in figures["outstanding_principal"]:
            self._insert(figures, keys, loans, days)
        else:
            self._merge(chunk.items, figures, keys, loans, days, stands)
        self._touched.add({loan.id for loan in loans})

    def _insert(
        self, figures: Mapping[str, Sequence[Any]], keys: list[str], loans: list[Any], days: list[date]
    ) -> None:
        """Write rows that say what nothing is known of yet, as they come."""
        for on in set(days):
            self._tally.spoke_of(on)
        self._tally.new += len(keys)
        whose = {
            "loan_id": [loan.id for loan in loans],
            "live_key": keys,
            "currency": [loan.currency for loan in loans],
        }
        self._uow.insert_columns(Snapshot, {**figures, **whose, "effective_on": days, "known_on": days})

    def _merge(
        self,
        items: list[Item],
        figures: Mapping[str, Sequence[Any]],
        keys: list[str],
        loans: list[Any],
        days: list[date],
        stands: Mapping[str, _Standing],
    ) -> None:
        """Write rows of which something is known already, or that stand in the file twice, one by one."""
        rows: dict[str, dict[str, Any]] = {}
        records: list[Change] = []
        said = [dict(zip(figures, one, strict=True)) for one in zip(*figures.values(), strict=True)]
        for item, key, loan, on, one in zip(items, keys, loans, days, said, strict=True):
            before = stands.get(key)
            values = self._values(item, one, rows.get(key), before)
            if values is None:
                continue
            self._tally.spoke_of(on)
            if key in rows:
                self._repeat(item, rows, key, values)
            elif before is None:
                self._tally.new += 1
                rows[key] = self._row(loan, on, key, values, known_on=on)
            elif before.id > self._before and self._is_said_otherwise(item, before.figures, values):
                continue  # an earlier row of this file wrote it, some thousands of rows ago
            elif values == before.figures:
                self._tally.known += 1
            else:
                self._tally.changed += 1
                self._uow.void(Snapshot, before.id)
                records.append(_record(loan, before, values))
                rows[key] = self._row(loan, on, key, values, known_on=self._uow.today)
        self._uow.insert_many(Snapshot, list(rows.values()))
        self._uow.record(*records)

    def _values(
        self, item: Item, said: dict[str, Any], row: dict[str, Any] | None, before: _Standing | None
    ) -> dict[str, Any] | None:
        """Return the snapshot's figures: those of the row over those that are known of that day already."""
        known = row if row is not None else before.figures if before is not None else None
        values = said
        if known is not None:
            values = {name: known[name] if value is None else value for name, value in said.items()}
        if values["outstanding_principal"] is None:
            reason = _("what is outstanding that day is not known yet; import the balance list first")
            self._tally.reject(item, "snapshot.outstanding_principal", "required", reason)
            return None
        if (values["overdue_principal"] or 0) > values["outstanding_principal"]:
            self._reject_overdue(item)
            return None
        return values

    def _repeat(self, item: Item, rows: dict[str, dict[str, Any]], key: str, values: dict[str, Any]) -> None:
        """The same draw again, as lists by collateral have it: once is enough, two truths are refused."""
        if not self._is_said_otherwise(item, rows[key], values):
            self._tally.known += 1
            rows[key].update(values)

    def _is_said_otherwise(self, item: Item, row: Mapping[str, Any], values: dict[str, Any]) -> bool:
        """Warn of a row that says again what one before it says, and reject one that says something else."""
        if all(row[name] in (None, value) for name, value in values.items()):
            reason = _("the same loan stands in an earlier row; it is counted once")
            self._tally.warn(item, "loan.number", "repeated_in_file", reason)
            return False
        reason = _("an earlier row of this file says something else of the same loan")
        self._tally.reject(item, "loan.number", "contradicts_row", reason)
        return True

    def _row(
        self, loan: Row[Any], on: date, key: str, values: dict[str, Any], *, known_on: date
    ) -> dict[str, Any]:
        whose = {"loan_id": loan.id, "live_key": key, "currency": loan.currency}
        return values | whose | {"effective_on": on, "known_on": known_on}

    def finish(self, full: FullExtract | None) -> None:
        """Bring the loans up to date, and look for those that a full extract should have named."""
        self._touched.restand()
        if self._loans is not None:
            self._loans.finish()
        if full is not None and self._tally.data_on is not None:
            look_for_absent(self._uow, self._tally, full, self._tally.data_on)


def _unknown() -> str:
    return _("there is no such loan; import the loans first, or map loan.principal and the customer")


def _record(loan: Row[Any], before: _Standing, values: dict[str, Any]) -> Change:
    differing = [name for name, value in values.items() if before.figures[name] != value]
    old = {"loan": loan.number, **{name: before.figures[name] for name in differing}}
    new = {"loan": loan.number, **{name: values[name] for name in differing}}
    return Change("void", Snapshot, before.id, loan.customer_id, old, new)
