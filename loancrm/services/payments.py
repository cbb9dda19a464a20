"""Payments of a loan that is serviced here: taken in, back-dated too, and reversed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.lending.ledger import Carried
from loancrm.models import Loan, LoanStatus, PaymentRow, table
from loancrm.numerals import plain_money
from loancrm.reports import lookup
from loancrm.reports.ledger import Kept, kept
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.ledger import rewrite
from loancrm.services.standing import restand_touched
from loancrm.services.too_much import refuse_too_much
from loancrm.unitofwork import Change, UnitOfWork


class PayIn(Input):
    """Money that came for a loan; ``amount`` in minor units. What is not above zero is refused."""

    loan: str
    amount: int
    on: date | None = None
    kind: str = "repayment"
    reference: str | None = None
    payer: str | None = None


class ReverseIn(Input):
    """Which payment never came."""

    payment: str
    why: str | None = None


class PaymentReceipt(Receipt):
    """What the payment paid, and what the loan owes at the end of its day."""

    payment: str
    loan: str
    customer: str
    on: date
    amount: str
    principal: str
    interest: str
    penalty: str
    unallocated: str
    outstanding_principal: str
    days_past_due: int
    next_due_on: date | None
    status: str


def pay(uow: UnitOfWork, request: PayIn) -> PaymentReceipt:
    """Take a payment in, and replay the loan from its day on; what is paid off is settled.

    Raises:
        Conflict: the loan is not serviced here, or has ended before; or the payment is here already, by its
            reference, day and amount.
        InvalidInput: before the disbursement, or not an amount that the loan takes on the day.
    """
    loan = serviced_loan(uow, request.loan)
    on = happened_on(uow, request.on)
    refuse_outside(loan, on)
    _refuse_taken(uow, loan, request, on)
    facts = kept(uow.view(), loan.id)
    assert facts is not None
    refuse_too_much(facts, request.amount, on)
    return book(uow, loan, request, on)


def book(uow: UnitOfWork, loan: Row[Any], request: PayIn, on: date) -> PaymentReceipt:
    """Write a payment, replay the loan, and end it where nothing is left to pay."""
    key = write_payment(uow, loan, request, on)
    settle(uow, loan, rewrite(uow, loan), on)
    restand_touched(uow, [loan.id])
    return _receipt(uow, loan, key)


def serviced_loan(uow: UnitOfWork, number: str) -> Row[Any]:
    """Return the row of a loan that was paid out here.

    Raises:
        NotFound: there is none of that number.
        Conflict: it is kept elsewhere, or not paid out yet.
    """
    loan = lookup.loan(uow.view(), number)
    if kept(uow.view(), loan.id) is None:
        raise Conflict(
            _("loan {number} is not serviced here").format(number=loan.number),
            hint=_("its balances come with loancrm snapshot add or import snapshots"),
            code="not_serviced",
        )
    return loan


def refuse_outside(loan: Row[Any], on: date) -> None:
    """Refuse a day on which the loan did not live.

    Raises:
        InvalidInput: before the disbursement.
        Conflict: after its end.
    """
    if on < loan.disbursed_on:
        message = _("--on is before the disbursement, {day}").format(day=loan.disbursed_on)
        raise InvalidInput(message, field="--on")
    if loan.closed_on is not None and on > loan.closed_on:
        raise Conflict(_("this loan has ended already, on {day}").format(day=loan.closed_on), code="ended")


def _refuse_taken(uow: UnitOfWork, loan: Row[Any], request: PayIn, on: date) -> None:
    """Refuse what a file brought before, or somebody typed; the loan's own number is no reference of one."""
    if request.reference is None or request.reference == loan.number:
        return
    c = table(PaymentRow).c
    same = (c.loan_id == loan.id, c.reference == request.reference, c.effective_on == on)
    query = select(c.number).where(*same, c.amount == request.amount, c.voided_at.is_(None))
    there = uow.connection.execute(query.order_by(c.id)).first()
    if there is not None:
        code = lookup.payment_code(there.number)
        hint = _("another payment has another reference; {command} takes that one out")
        raise Conflict(
            _("{code} has this reference, day and amount already").format(code=code),
            field="--reference",
            hint=hint.format(command=f"loancrm loan reverse {code}"),
            code="taken_already",
        )


def write_payment(uow: UnitOfWork, loan: Row[Any], request: PayIn, on: date, **more: Any) -> int:
    """Write a payment and its audit row, and return its key; the loan is not replayed yet."""
    number = uow.next_number("payment")
    values = {
        "number": number,
        "kind": request.kind,
        "amount": request.amount,
        "reference": request.reference,
        "payer": request.payer,
        "effective_on": on,
        **more,
    }
    key = uow.insert(PaymentRow, loan_id=loan.id, currency=loan.currency, **values)
    uow.record(Change("create", PaymentRow, key, loan.customer_id, {}, {"loan": loan.number, **values}))
    return key


def settle(uow: UnitOfWork, loan: Row[Any], carried: Carried, on: date) -> None:
    """End a loan that owes nothing any more, and let one live again that does."""
    last = carried.steps[-1]
    facts = kept(uow.view(), loan.id)
    assert facts is not None
    owes = facts.owes(max(last.on, on))
    is_paid = last.principal_unsettled_on is None and last.interest_unsettled_on is None and owes.penalty <= 0
    now = lookup.loan(uow.view(), loan.number)
    if is_paid and now.status == "live":
        values = {"status": "settled", "amount": None, "effective_on": last.on}
        key = uow.insert(LoanStatus, loan_id=loan.id, currency=loan.currency, **values)
        uow.update(Loan, loan.id, status="settled", closed_on=last.on)
        uow.record(Change("create", LoanStatus, key, loan.customer_id, {}, {"loan": loan.number, **values}))
    elif not is_paid and now.status == "settled":
        _live_again(uow, now)


def _live_again(uow: UnitOfWork, loan: Row[Any]) -> None:
    rows = table(LoanStatus)
    query = select(rows).where(rows.c.loan_id == loan.id, rows.c.voided_at.is_(None))
    for row in uow.connection.execute(query).all():
        uow.void(LoanStatus, row.id)
        before = {"loan": loan.number, "status": row.status, "effective_on": row.effective_on}
        uow.record(Change("void", LoanStatus, row.id, loan.customer_id, before, {}))
    uow.update(Loan, loan.id, status="live", closed_on=None)


def reverse(uow: UnitOfWork, request: ReverseIn) -> PaymentReceipt:
    """Take a payment out: it stays on record as void, and the loan is replayed without it.

    Raises:
        NotFound: there is no such payment.
        Conflict: it was reversed already.
    """
    row = payment_row(uow, request.payment)
    loan = uow.connection.execute(select(table(Loan)).where(table(Loan).c.id == row.loan_id)).one()
    uow.void(PaymentRow, row.id)
    before = {"loan": loan.number, "amount": row.amount, "effective_on": row.effective_on}
    before |= {"source_key": row.source_key, "why": request.why}
    uow.record(Change("void", PaymentRow, row.id, loan.customer_id, before, {}))
    carried = rewrite(uow, loan)
    settle(uow, loan, carried, row.effective_on)
    restand_touched(uow, [loan.id])
    return _receipt(uow, loan, row.id)


def payment_row(uow: UnitOfWork, code: str) -> Row[Any]:
    """Return the row of the payment ``code`` that stands.

    Raises:
        NotFound: there is none.
        Conflict: it was reversed.
    """
    rows, number = table(PaymentRow), lookup.numbered(code, "P")
    row = uow.connection.execute(select(rows).where(rows.c.number == number)).first()
    if number is None or row is None:
        raise NotFound(_("there is no payment {code}").format(code=code.strip()[:40]), field="PAYMENT")
    if row.voided_at is not None:
        raise Conflict(
            _("payment {code} was reversed already").format(code=lookup.payment_code(number)), code="void"
        )
    return row


def _receipt(uow: UnitOfWork, loan: Row[Any], key: int) -> PaymentReceipt:
    rows = table(PaymentRow)
    row = uow.connection.execute(select(rows).where(rows.c.id == key)).one()
    facts = kept(uow.view(), loan.id)
    assert facts is not None
    owes = facts.owes(row.effective_on)
    parts = _parts(facts, owes.allocations, key)
    return PaymentReceipt(
        payment=lookup.payment_code(row.number),
        loan=loan.number,
        customer=lookup.customer_code(lookup.owner_number(uow.view(), loan.customer_id)),
        on=row.effective_on,
        amount=plain_money(row.amount),
        principal=plain_money(parts["principal"]),
        interest=plain_money(parts["interest"]),
        penalty=plain_money(parts["penalty"]),
        unallocated=plain_money(row.amount - sum(parts.values()) if row.voided_at is None else 0),
        outstanding_principal=plain_money(owes.outstanding_principal),
        days_past_due=owes.days_past_due,
        next_due_on=owes.next_due_on,
        status=lookup.loan(uow.view(), loan.number).status,
    )


def _parts(facts: Kept, allocations: Any, key: int) -> dict[str, int]:
    parts = dict.fromkeys(("principal", "interest", "penalty"), 0)
    for one in allocations:
        if facts.keys[one.sequence] == key:
            parts[one.what] += one.amount
    return parts
