"""The loans that run when the book begins: loaded at once, as an import of the bank's list would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from loancrm.demo.loans import Terms
from loancrm.models import Contract, Facility, Loan, table
from loancrm.services.loans import LoanIn
from loancrm.unitofwork import Change, UnitOfWork, new_uid

_NAMED = ("product", "security", "principal", "annual_rate", "disbursed_on", "matures_on")
_ALSO = ("industry", "region", "purpose")


def request_of(terms: Terms, customer: str) -> LoanIn:
    """Return a draw as the service takes it; ``customer`` is a code."""
    named = {name: getattr(terms, name) for name in (*_NAMED, *_ALSO)}
    return LoanIn(
        customer=customer,
        number=terms.number,
        contract=terms.contract,
        contract_kind=terms.contract_kind,
        facility=terms.facility,
        **named,
    )


def load_loans(uow: UnitOfWork, drawn: Sequence[tuple[LoanIn, int]]) -> None:
    """Write old loans, each with its customer's key, into a book that has none yet.

    The rows are those of ``loans.add_loan`` (a test holds that), in three statements instead of five
    thousand: that saves seconds.
    """
    if not drawn:
        return
    contracts = _load_contracts(uow, drawn)
    changes, rows = [], []
    for key, (request, customer_id) in enumerate(drawn, 1):
        values = {name: getattr(request, name) for name in (*_NAMED, *_ALSO)}
        values |= {"number": request.number, "currency": uow.currency}
        links = {
            "id": key,
            "uid": new_uid(uow.clock.now),
            "customer_id": customer_id,
            "contract_id": contracts[str(request.contract)],
            "live_key": request.number,
            "effective_on": request.disbursed_on,
        }
        rows.append({**links, **values})
        after = values | {"contract": request.contract}
        changes.append(Change("create", Loan, key, customer_id, {}, after))
    uow.insert_many(Loan, rows)
    uow.record(*changes)


def _load_contracts(uow: UnitOfWork, drawn: Sequence[tuple[LoanIn, int]]) -> dict[str, int]:
    """Write the contracts of the loans and return their keys by number."""
    lines = table(Facility)
    facilities = {row.number: row.id for row in uow.connection.execute(select(lines.c.number, lines.c.id))}
    keys: dict[str, int] = {}
    changes, rows = [], []
    for request, customer_id in drawn:
        number = str(request.contract)
        if number in keys:
            continue
        keys[number] = len(keys) + 1
        values: dict[str, Any] = {"number": number, "kind": request.contract_kind}
        links = {
            "id": keys[number],
            "uid": new_uid(uow.clock.now),
            "customer_id": customer_id,
            "facility_id": facilities.get(request.facility) if request.facility else None,
            "live_key": number,
            "effective_on": request.disbursed_on,
        }
        rows.append({**links, **values})
        changes.append(Change("create", Contract, keys[number], customer_id, {}, values))
    uow.insert_many(Contract, rows)
    uow.record(*changes)
    return keys
