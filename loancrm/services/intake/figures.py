"""Files of ready-made figures about customers: one row a customer and day, one column a figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.i18n import _
from loancrm.models import ImportedFigure, table
from loancrm.services.intake.people import People
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.unitofwork import Change, UnitOfWork

ON = "figure.on"


class FigureList:
    """Takes chunks of a file of figures. What is missing in a row stays missing; it says nothing else."""

    def __init__(self, uow: UnitOfWork, tally: Tally, on: date | None) -> None:
        self._uow = uow
        self._tally = tally
        self._on = on
        self._people = People(uow, tally)

    def take(self, items: list[Item]) -> None:
        """Take one chunk."""
        for item in items:
            on = item.values.get(ON) or self._on
            if on is None:
                reason = _("the day is missing; map {target} or give --on").format(target=ON)
                self._tally.reject(item, ON, "required", reason)
            elif on > self._uow.today:
                self._tally.reject(item, ON, "future_date", _("is still to come"))
            item.put(ON, on)
        self._people.find(standing(items))
        self._write(standing(items))

    def _write(self, items: list[Item]) -> None:
        stands = self._standing(items)
        news: dict[str, dict[str, Any]] = {}
        records: list[Change] = []
        for item in items:
            row, changed = self._row(item, stands, news)
            if row is None:
                continue
            self._tally.changed += bool(changed)
            self._tally.new += bool(row) and not changed
            self._tally.known += not row
            self._tally.made["figures"] += len(row)
            self._tally.spoke_of(item.values[ON])
            news |= row
            records += [self._replaced(item, before, row[before.live_key]["value"]) for before in changed]
        self._insert(list(news.values()))
        self._uow.record(*records)

    def _row(
        self, item: Item, stands: dict[str, Row[Any]], news: dict[str, dict[str, Any]]
    ) -> tuple[dict[str, dict[str, Any]] | None, list[Row[Any]]]:
        """Return the figures of a row that are new or different, and those that they stand for now."""
        on, row, changed = item.values[ON], {}, []
        for name, value in item.part("figure").items():
            if name == "on" or value is None:
                continue
            key = f"{item.customer_id}:{name}:{on.isoformat()}"
            before = stands.get(key)
            earlier = news[key]["value"] if key in news else None
            if before is not None and before.command_id == self._uow.command_id:
                earlier = before.value
            if earlier is not None and earlier != value:
                reason = _("an earlier row of this file says something else of the same")
                self._tally.reject(item, f"figure.{name}", "contradicts_row", reason)
                return None, []
            if earlier is not None or (before is not None and before.value == value):
                continue
            if before is not None:
                changed.append(before)
            since = on if before is None else self._uow.today
            row[key] = {
                "customer_id": item.customer_id,
                "name": name,
                "value": value,
                "effective_on": on,
                "known_on": since,
                "live_key": key,
            }
        return row, changed

    def _standing(self, items: list[Item]) -> dict[str, Row[Any]]:
        """Return the figures that stand of the rows' customers and days, by their key."""
        rows = table(ImportedFigure)
        columns = (rows.c.id, rows.c.live_key, rows.c.name, rows.c.value, rows.c.command_id)
        query = select(*columns).where(
            rows.c.customer_id.in_({item.customer_id for item in items}),
            rows.c.effective_on.in_({item.values[ON] for item in items}),
            rows.c.voided_at.is_(None),
        )
        found: list[Row[Any]] = list(self._uow.connection.execute(query))
        return {row.live_key: row for row in found}

    def _replaced(self, item: Item, before: Row[Any], value: int) -> Change:
        self._uow.void(ImportedFigure, before.id)
        old = {"name": before.name, "value": before.value}
        return Change("void", ImportedFigure, before.id, item.customer_id, old, {"value": value})

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        first = self._uow.next_numbers("imported_figure", len(rows))
        self._uow.insert_many(ImportedFigure, [{**row, "number": n} for n, row in enumerate(rows, first)])
