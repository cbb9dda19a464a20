"""Credit lines, loans and their snapshots: enough for the position of a loan kept elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.models import Contract, Facility, Loan, LoanStatus, Snapshot, table
from loancrm.numerals import format_money, plain_money
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.standing import restand_marked, restand_touched
from loancrm.unitofwork import Change, UnitOfWork


class FacilityIn(Input):
    """A credit line. ``limit_amount`` in minor units."""

    customer: str
    number: str | None = None
    limit_amount: int
    is_revolving: bool = True
    on: date | None = None
    expires_on: date | None = None


class LoanIn(Input):
    """A draw. ``principal`` in minor units, ``annual_rate`` in millionths."""

    customer: str
    number: str | None = None
    contract: str | None = None
    contract_kind: str = "single"
    facility: str | None = None
    product: str
    security: str | None = None
    principal: int
    annual_rate: int | None = None
    disbursed_on: date | None = None
    matures_on: date | None = None
    industry: str | None = None
    region: str | None = None
    purpose: str | None = None


class LoanEnd(Input):
    """How a loan ended. ``amount`` is what was written off, in minor units."""

    loan: str
    status: str
    on: date | None = None
    amount: int | None = None


class SnapshotIn(Input):
    """What the core system says of a loan on a day. Amounts in minor units."""

    loan: str
    on: date | None = None
    outstanding_principal: int
    overdue_principal: int | None = None
    unpaid_interest: int | None = None
    days_past_due: int | None = None
    interest_days_past_due: int | None = None
    five_tier: str | None = None
    next_due_on: date | None = None
    next_due_amount: int | None = None


class SnapshotVoid(Input):
    """Which snapshot was wrong."""

    loan: str
    on: date


class FacilityReceipt(Receipt):
    """The credit line as written."""

    number: str
    customer: str
    limit_amount: str
    expires_on: date | None


class LoanReceipt(Receipt):
    """The loan as written."""

    number: str
    uid: str
    customer: str
    contract: str | None
    product: str
    principal: str
    status: str


class SnapshotReceipt(Receipt):
    """The snapshot as written."""

    loan: str
    customer: str
    on: date
    outstanding_principal: str
    days_past_due: int | None


def add_facility(uow: UnitOfWork, request: FacilityIn) -> FacilityReceipt:
    """Add a credit line.

    Raises:
        Conflict: the number is taken.
    """
    owner = lookup.customer(uow.view(), request.customer)
    number = request.number or f"CL-{uow.next_number('facility'):05d}"
    _refuse_taken(uow, Facility, number)
    on = happened_on(uow, request.on)
    if request.expires_on is not None and request.expires_on <= on:
        raise InvalidInput(_("--expires-on is not after the day it begins"), field="--expires-on")
    values: dict[str, Any] = {
        "number": number,
        "limit_amount": request.limit_amount,
        "currency": uow.currency,
        "is_revolving": request.is_revolving,
        "effective_on": on,
        "expires_on": request.expires_on,
    }
    key = uow.insert(Facility, customer_id=owner.id, live_key=number, **values)
    uow.record(Change("create", Facility, key, owner.id, {}, values))
    return FacilityReceipt(
        number=number,
        customer=lookup.customer_code(owner.number),
        limit_amount=plain_money(request.limit_amount),
        expires_on=request.expires_on,
    )


def add_loan(uow: UnitOfWork, request: LoanIn) -> LoanReceipt:
    """Add a draw; its contract is made when it is not there yet.

    Raises:
        Conflict: the number is taken, or the contract is another customer's.
        InvalidInput: the dates run backwards.
    """
    owner = lookup.customer(uow.view(), request.customer)
    number = next_loan_number(uow, request.number)
    _check_dates(uow, request)
    contract_id = contract_for(uow, request, owner)
    named = ("product", "security", "principal", "annual_rate", "disbursed_on", "matures_on")
    values = {name: getattr(request, name) for name in (*named, "industry", "region", "purpose")}
    values |= {"number": number, "currency": uow.currency}
    key = uow.insert(
        Loan,
        customer_id=owner.id,
        contract_id=contract_id,
        live_key=number,
        effective_on=request.disbursed_on or uow.today,
        **values,
    )
    uow.record(Change("create", Loan, key, owner.id, {}, values | {"contract": request.contract}))
    restand_marked(uow, [owner.id])
    row = lookup.loan(uow.view(), number)
    return _loan_receipt(row, owner, request.contract)


def next_loan_number(uow: UnitOfWork, wanted: str | None) -> str:
    """Return ``wanted``, or a number of the book's own, which counts every loan that was typed.

    Raises:
        Conflict: the number is taken.
    """
    own = f"L-{uow.next_number('loan'):05d}"
    _refuse_taken(uow, Loan, wanted or own)
    return wanted or own


def _check_dates(uow: UnitOfWork, request: LoanIn) -> None:
    if request.disbursed_on is not None:
        happened_on(uow, request.disbursed_on, "--disbursed-on")
    start, end = request.disbursed_on, request.matures_on
    if start is not None and end is not None and end <= start:
        raise InvalidInput(_("--matures-on is not after --disbursed-on"), field="--matures-on")


def contract_for(uow: UnitOfWork, request: LoanIn, owner: Row[Any]) -> int | None:
    """Return the key of the contract that a draw is under: known, or made now.

    Raises:
        Conflict: the contract or the credit line is another customer's.
        InvalidInput: a credit line without a contract.
    """
    if request.contract is None:
        if request.facility is not None:
            raise InvalidInput(
                _("--facility needs --contract: a draw is under a contract"), field="--facility"
            )
        return None
    known = lookup.contract(uow.view(), request.contract)
    if known is not None:
        if known.customer_id != owner.id:
            raise Conflict(_("this contract is another customer's"), field="--contract")
        return int(known.id)
    line = lookup.facility(uow.view(), request.facility) if request.facility else None
    if line is not None and line.customer_id != owner.id:
        raise Conflict(_("this credit line is another customer's"), field="--facility")
    values = {"number": request.contract, "kind": request.contract_kind}
    key = uow.insert(
        Contract,
        customer_id=owner.id,
        facility_id=line.id if line is not None else None,
        live_key=request.contract,
        effective_on=request.disbursed_on or uow.today,
        **values,
    )
    uow.record(Change("create", Contract, key, owner.id, {}, values))
    return key


def close(uow: UnitOfWork, request: LoanEnd) -> LoanReceipt:
    """Record that a loan was settled, written off, transferred or cancelled.

    Raises:
        Conflict: it has ended already.
        InvalidInput: before its disbursement, an amount that does not belong, or above the principal.
    """
    row = lookup.loan(uow.view(), request.loan)
    on = happened_on(uow, request.on)
    _check_end(row, request, on)
    values = {"status": request.status, "amount": request.amount, "effective_on": on}
    key = uow.insert(LoanStatus, loan_id=row.id, currency=row.currency, **values)
    uow.update(Loan, row.id, status=request.status, closed_on=on, written_off_amount=request.amount)
    uow.record(Change("create", LoanStatus, key, row.customer_id, {}, {"loan": row.number, **values}))
    return _loan_receipt(lookup.loan(uow.view(), request.loan), _owner(uow, row), _contract_number(uow, row))


def _check_end(row: Row[Any], request: LoanEnd, on: date) -> None:
    if row.status != "live":
        raise Conflict(_("this loan has ended already, on {day}").format(day=row.closed_on), code="ended")
    if row.disbursed_on is not None and on < row.disbursed_on:
        raise InvalidInput(_("--on is before the disbursement"), field="--on")
    if (request.status == "written_off") != (request.amount is not None):
        raise InvalidInput(_("--amount goes with --status written_off, and only with it"), field="--amount")
    if request.amount is not None and request.amount > row.principal:
        message = _("--amount: at most the principal, {amount}").format(amount=format_money(row.principal))
        raise InvalidInput(message, field="--amount")


def add_snapshot(uow: UnitOfWork, request: SnapshotIn) -> SnapshotReceipt:
    """Record what the core system says of a loan at the end of a day.

    Raises:
        Conflict: there is a snapshot of that day.
        InvalidInput: before the disbursement, after the end, or more overdue than outstanding.
    """
    row = lookup.loan(uow.view(), request.loan)
    on = happened_on(uow, request.on)
    _check_snapshot(row, request, on)
    live_key = f"{row.id}:{on.isoformat()}"
    rows = table(Snapshot)
    if uow.connection.scalar(select(rows.c.id).where(rows.c.live_key == live_key)) is not None:
        raise Conflict(
            _("loan {number} has a snapshot of {day}").format(number=row.number, day=on),
            hint=_("loancrm snapshot void {number} --on {day}, then add it again").format(
                number=row.number, day=on
            ),
            code="taken",
        )
    values = {**request.model_dump(exclude={"loan", "on"}), "effective_on": on, "currency": row.currency}
    key = uow.insert(Snapshot, loan_id=row.id, live_key=live_key, **values)
    uow.record(Change("create", Snapshot, key, row.customer_id, {}, {"loan": row.number, **values}))
    restand_touched(uow, [row.id])
    return _snapshot_receipt(uow, row, request.outstanding_principal, request.days_past_due, on)


def _check_snapshot(row: Row[Any], request: SnapshotIn, on: date) -> None:
    if row.disbursed_on is None:
        message = _("loan {number} has no day of disbursement, and counts nowhere").format(number=row.number)
        hint = _("loancrm undo takes its adding back; add it again with --disbursed-on")
        raise InvalidInput(message, field="LOAN", hint=hint)
    if on < row.disbursed_on:
        raise InvalidInput(_("--on is before the disbursement"), field="--on")
    if row.closed_on is not None and on > row.closed_on:
        raise InvalidInput(_("--on is after the loan ended, {day}").format(day=row.closed_on), field="--on")
    if (request.overdue_principal or 0) > request.outstanding_principal:
        message = _("--overdue-principal is more than --outstanding")
        raise InvalidInput(message, field="--overdue-principal")


def void_snapshot(uow: UnitOfWork, request: SnapshotVoid) -> SnapshotReceipt:
    """Void the snapshot of a day; reports as known before still see it.

    Raises:
        NotFound: there is none of that day.
    """
    row = lookup.loan(uow.view(), request.loan)
    rows = table(Snapshot)
    wrong = uow.connection.execute(
        select(rows).where(rows.c.live_key == f"{row.id}:{request.on.isoformat()}")
    ).first()
    if wrong is None:
        message = _("loan {number} has no snapshot of {day}").format(number=row.number, day=request.on)
        raise NotFound(message, field="--on")
    uow.void(Snapshot, wrong.id)
    before = {
        "loan": row.number,
        "effective_on": request.on,
        "outstanding_principal": wrong.outstanding_principal,
    }
    uow.record(Change("void", Snapshot, wrong.id, row.customer_id, before, {}))
    restand_touched(uow, [row.id])
    return _snapshot_receipt(uow, row, wrong.outstanding_principal, wrong.days_past_due, request.on)


def _refuse_taken(uow: UnitOfWork, model: Any, number: str) -> None:
    rows = table(model)
    if uow.connection.scalar(select(rows.c.id).where(rows.c.live_key == number)) is not None:
        message = _("the number {number} is taken").format(number=number)
        raise Conflict(message, field="--number", code="taken")


def _owner(uow: UnitOfWork, loan: Row[Any]) -> Row[Any]:
    from loancrm.indicators.facts import CUSTOMER

    return uow.connection.execute(select(CUSTOMER).where(CUSTOMER.c.id == loan.customer_id)).one()


def _contract_number(uow: UnitOfWork, loan: Row[Any]) -> str | None:
    rows = table(Contract)
    return uow.connection.scalar(select(rows.c.number).where(rows.c.id == loan.contract_id))


def _loan_receipt(row: Row[Any], owner: Row[Any], contract: str | None) -> LoanReceipt:
    return LoanReceipt(
        number=row.number,
        uid=row.uid,
        customer=lookup.customer_code(owner.number),
        contract=contract,
        product=row.product,
        principal=plain_money(row.principal),
        status=row.status,
    )


def _snapshot_receipt(
    uow: UnitOfWork, loan: Row[Any], outstanding: int, days: int | None, on: date
) -> SnapshotReceipt:
    return SnapshotReceipt(
        loan=loan.number,
        customer=lookup.customer_code(_owner(uow, loan).number),
        on=on,
        outstanding_principal=plain_money(outstanding),
        days_past_due=days,
    )
