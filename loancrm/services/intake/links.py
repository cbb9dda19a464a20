"""What loans of a list are tied to: their contract's credit line, and the loan that they renew or repay.

The loan before may stand in a later row, or in no row: links are tied when the whole file is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from loancrm.dialect import among
from loancrm.i18n import _
from loancrm.indicators.facts import LOAN
from loancrm.models import Contract, Facility, Loan, table
from loancrm.services.intake.tally import Item, Tally, standing
from loancrm.services.standing import restand_touched
from loancrm.unitofwork import Change, UnitOfWork

CHUNK = 1_000  # links that are tied at once
KINDS = {"loan.renews": "renewal", "loan.refinances": "refinancing"}


@dataclass(frozen=True, slots=True)
class _Link:
    """A loan of a row, the one before it, and the kind of relief that this was."""

    item: Item
    target: str
    number: str
    before: str


class Links:
    """Takes what rows say of lines and of loans before."""

    def __init__(self, uow: UnitOfWork, tally: Tally) -> None:
        self._uow = uow
        self._tally = tally
        self._pending: list[_Link] = []

    # ── credit lines ────────────────────────────────────────────────────────────────────────

    def lines(self, items: list[Item]) -> dict[str, int]:
        """Return the keys of the credit lines that rows name; rows that cannot name them are rejected."""
        named = [item for item in standing(items) if item.values.get("loan.facility")]
        if not named:
            return {}
        rows = table(Facility)
        query = select(rows.c.id, rows.c.live_key, rows.c.customer_id)
        wanted = {item.values["loan.facility"] for item in named}
        known = {
            row.live_key: row
            for row in self._uow.connection.execute(query.where(rows.c.live_key.in_(wanted)))
        }
        for item in named:
            line = known.get(item.values["loan.facility"])
            if line is None:
                reason = _("there is no such credit line; loancrm facility add makes one")
                self._tally.reject(item, "loan.facility", "unknown_facility", reason)
            elif item.customer_id not in (0, line.customer_id):
                reason = _("this credit line is another customer's")
                self._tally.reject(item, "loan.facility", "other_customer", reason)
            elif not item.values.get("loan.contract"):
                reason = _("a draw is under a contract, and the contract under the line: map loan.contract")
                self._tally.reject(item, "loan.facility", "required", reason)
        return {number: int(row.id) for number, row in known.items()}

    def put_under(self, items: list[Item], lines: dict[str, int]) -> None:
        """Put contracts that were under no credit line yet under the one that a row names."""
        named = {
            item.values["loan.contract"]: item for item in standing(items) if item.values.get("loan.facility")
        }
        rows = table(Contract)
        query = select(rows).where(rows.c.live_key.in_(list(named)))
        for row in self._uow.connection.execute(query).all() if named else ():
            item = named[row.live_key]
            wanted = lines[item.values["loan.facility"]]
            if row.facility_id is None:
                self._uow.update(Contract, row.id, facility_id=wanted)
                changed = {"facility_id": wanted}
                before = {"facility_id": None}
                self._uow.record(Change("change", Contract, row.id, row.customer_id, before, changed))
            elif row.facility_id != wanted:
                reason = _("the contract is kept under another credit line; it stays there")
                self._tally.warn(item, "loan.facility", "contradicts_book", reason)

    # ── loans before ────────────────────────────────────────────────────────────────────────

    def take(self, items: list[Item]) -> None:
        """Remember which loans rows renew or refinance."""
        for item in standing(items):
            said = [target for target in KINDS if item.values.get(target)]
            number = item.values["loan.number"]
            if len(said) > 1 or any(item.values[target] == number for target in said):
                reason = _("a loan renews or refinances one other loan")
                self._tally.warn(item, said[0], "contradicts_row", reason)
                continue
            self._pending += [_Link(item, target, number, item.values[target]) for target in said]

    def finish(self) -> None:
        """Tie what was remembered; a loan before that is not in the book is warned of."""
        tied: list[int] = []
        for start in range(0, len(self._pending), CHUNK):
            part = self._pending[start : start + CHUNK]
            loans = self._loans({number for link in part for number in (link.number, link.before)})
            for link in part:
                one, before = loans.get(link.number), loans.get(link.before)
                if one is not None and self._is_right(link, one, before):
                    assert before is not None
                    self._tie(link, one, before)
                    tied.append(one.id)
        restand_touched(self._uow, tied)

    def _loans(self, numbers: set[str]) -> dict[str, Row[Any]]:
        query = select(LOAN).where(among(self._uow.connection, LOAN.c.live_key, numbers))
        return {row.live_key: row for row in self._uow.connection.execute(query)}

    def _is_right(self, link: _Link, one: Row[Any], before: Row[Any] | None) -> bool:
        """Say whether a link can be; what is kept already is not tied again."""
        if before is None:
            problem = ("unknown_loan", _("the loan before is not in the book; the link is left out"))
        elif before.customer_id != one.customer_id:
            problem = ("other_customer", _("the loan before is another customer's; the link is left out"))
        elif before.disbursed_on and one.disbursed_on and before.disbursed_on > one.disbursed_on:
            problem = ("days_reversed", _("the loan before was paid out later; the link is left out"))
        elif one.replaces_id not in (None, before.id):
            problem = ("contradicts_book", _("the book says another loan before; it stays"))
        else:
            return one.replaces_id is None
        self._tally.warn(link.item, link.target, *problem)
        return False

    def _tie(self, link: _Link, one: Row[Any], before: Row[Any]) -> None:
        values = {"replaces_id": before.id, "replacement": KINDS[link.target]}
        if one.command_id == self._uow.command_id:  # it came with this file: no image of it is needed
            self._uow.connection.execute(update(LOAN).where(LOAN.c.id == one.id).values(values))
            return
        self._uow.update(Loan, one.id, **values)
        nothing = dict.fromkeys(values)
        self._uow.record(Change("change", Loan, one.id, one.customer_id, nothing, values))
