"""Promises to pay: recorded with the conversation in which they were made, and taken back when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm import parsing
from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.identity import clean_note, clean_text
from loancrm.models import Loan, Promise, table
from loancrm.numerals import plain_money
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork


class PromiseIn(Input):
    """What was promised; ``amount`` in minor units, to be paid by ``due_on``."""

    loan: str
    amount: int
    due_on: date
    on: date | None = None
    contact: str | None = None
    note: str | None = None


class PromiseVoid(Input):
    """Which promise was never made."""

    promise: str
    why: str | None = None


class PromiseReceipt(Receipt):
    """The promise as written."""

    promise: str
    loan: str
    customer: str
    amount: str
    due_on: date
    on: date


def promise_in(typed: Mapping[str, Any]) -> PromiseIn:
    """Return the promise that was typed."""
    return PromiseIn(
        loan=typed["loan"],
        amount=parsing.positive_amount(typed["amount"], "--amount"),
        due_on=parsing.day(typed["by"], "--by"),
        on=None if typed["on"] is None else parsing.day(typed["on"], "--on"),
        contact=typed["contact"],
        note=None if typed["note"] is None else clean_note(typed["note"], "--note"),
    )


def promise_void(promise: str, why: str | None) -> PromiseVoid:
    """Return which promise is void."""
    return PromiseVoid(promise=promise, why=None if why is None else clean_text(why, "--why"))


def add(uow: UnitOfWork, request: PromiseIn) -> PromiseReceipt:
    """Record a promise to pay.

    Raises:
        NotFound: there is no such loan or conversation.
        InvalidInput: the day promised lies before that of the promise.
        Conflict: the loan has ended, or the conversation was with somebody else.
    """
    loan, on = lookup.loan(uow.view(), request.loan), happened_on(uow, request.on)
    if request.due_on < on:
        raise InvalidInput(_("--by is before the day of the promise"), field="--by")
    if loan.closed_on is not None and on > loan.closed_on:
        raise Conflict(_("this loan has ended already, on {day}").format(day=loan.closed_on), code="ended")
    contact = None if request.contact is None else lookup.contact(uow.view(), request.contact)
    if contact is not None and contact.customer_id != loan.customer_id:
        raise Conflict(_("this conversation was with another customer"), field="--contact")
    values = {"number": uow.next_number("promise"), "amount": request.amount, "due_on": request.due_on}
    values |= {"effective_on": on, "note": request.note, "contact_id": contact.id if contact else None}
    key = uow.insert(Promise, loan_id=loan.id, currency=loan.currency, **values)
    uow.record(Change("create", Promise, key, loan.customer_id, {}, {"loan": loan.number, **values}))
    return _receipt(uow, key)


def void(uow: UnitOfWork, request: PromiseVoid) -> PromiseReceipt:
    """Take back a promise that was never made; reports as known before still see it.

    Raises:
        NotFound: there is no such promise.
        Conflict: it was taken back already.
    """
    rows, number = table(Promise), lookup.numbered(request.promise, "R")
    row = uow.connection.execute(select(rows).where(rows.c.number == number)).first()
    if number is None or row is None:
        message = _("there is no promise {code}").format(code=request.promise.strip()[:40])
        raise NotFound(message, field="PROMISE")
    if row.voided_at is not None:
        raise Conflict(
            _("promise {code} is void already").format(code=lookup.promise_code(number)), code="void"
        )
    uow.void(Promise, row.id)
    loan = _loan(uow, row)
    before = {"loan": loan.number, "amount": row.amount, "due_on": row.due_on, "why": request.why}
    uow.record(Change("void", Promise, row.id, loan.customer_id, before, {}))
    return _receipt(uow, row.id)


def _loan(uow: UnitOfWork, row: Row[Any]) -> Row[Any]:
    loans = table(Loan)
    return uow.connection.execute(select(loans).where(loans.c.id == row.loan_id)).one()


def _receipt(uow: UnitOfWork, key: int) -> PromiseReceipt:
    rows = table(Promise)
    row = uow.connection.execute(select(rows).where(rows.c.id == key)).one()
    loan = _loan(uow, row)
    return PromiseReceipt(
        promise=lookup.promise_code(row.number),
        loan=loan.number,
        customer=lookup.customer_code(lookup.owner_number(uow.view(), loan.customer_id)),
        amount=plain_money(row.amount),
        due_on=row.due_on,
        on=row.effective_on,
    )
