"""Payments of a file that an officer has typed in already: the bank's reference tells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.dialect import among
from loancrm.i18n import _
from loancrm.models import Contract, PaymentRow, table
from loancrm.reports.lookup import payment_code
from loancrm.services.intake.tally import Item, Tally
from loancrm.unitofwork import UnitOfWork

_Typed = dict[tuple[int, str], list[Any]]


class ByHand:
    """Finds the rows of a file that were typed in; one for an import, since one typed payment is one row."""

    def __init__(self, uow: UnitOfWork, tally: Tally) -> None:
        self._uow = uow
        self._tally = tally
        self._met: set[int] = set()

    def others(
        self, items: list[Item], loans: Mapping[int, Row[Any]], days: Mapping[int, date]
    ) -> list[Item]:
        """Return the rows that nobody typed; ``loans`` and ``days`` are theirs by line.

        Known is what has loan, reference, day and amount of a typed payment. The same reference with another
        day or amount is rejected, unless it only names the loan or its contract: then every payment has it.
        """
        typed = self._typed(items, loans)
        names = self._names(items, loans) if typed else {}
        rest = []
        for item in items:
            loan, reference = loans[item.line], item.values.get("payment.reference")
            there = typed.get((loan.id, reference), []) if reference is not None else []
            said = (days[item.line], item.values["payment.amount"])
            free = [row for row in there if row.id not in self._met]
            same = next((row for row in free if (row.effective_on, row.amount) == said), None)
            if same is not None:
                self._met.add(same.id)
                self._tally.known += 1
            elif free and reference not in names[loan.id]:
                self._contradict(item, free[0], days[item.line])
            else:
                rest.append(item)
        return rest

    def _typed(self, items: list[Item], loans: Mapping[int, Row[Any]]) -> _Typed:
        keys = {loans[item.line].id for item in items if item.values.get("payment.reference") is not None}
        if not keys:
            return {}
        c = table(PaymentRow).c
        query = (
            select(c.id, c.number, c.loan_id, c.reference, c.effective_on, c.amount)
            .where(among(self._uow.connection, c.loan_id, keys), c.reference.is_not(None))
            .where(c.source_key.is_(None), c.voided_at.is_(None))
            .order_by(c.id)
        )
        found: _Typed = defaultdict(list)
        for row in self._uow.connection.execute(query).all():
            found[row.loan_id, row.reference].append(row)
        return found

    def _names(self, items: list[Item], loans: Mapping[int, Row[Any]]) -> dict[int, set[str]]:
        """Return the numbers of each loan: its own and that of its contract."""
        rows = table(Contract)
        keys = {loan.contract_id for item in items if (loan := loans[item.line]).contract_id is not None}
        query = select(rows.c.id, rows.c.number).where(rows.c.id.in_(keys))
        contracts = {row.id: row.number for row in self._uow.connection.execute(query)} if keys else {}
        named = {loans[item.line].id: loans[item.line] for item in items}.values()
        return {loan.id: {loan.number, contracts.get(loan.contract_id, loan.number)} for loan in named}

    def _contradict(self, item: Item, typed: Row[Any], on: date) -> None:
        code = payment_code(typed.number)
        if typed.effective_on != on:
            target, reason = "payment.on", _("payment {code} has this reference and another day")
        else:
            target, reason = "payment.amount", _("payment {code} has this reference and another amount")
        self._tally.reject(item, target, "typed_otherwise", reason.format(code=code))
