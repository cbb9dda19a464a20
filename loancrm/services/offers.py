"""Offers to customers: made, approved, used, or taken back; after their last day they have expired."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm import parsing
from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.i18n import _
from loancrm.identity import clean_text
from loancrm.models import Offer, OfferEvent, table
from loancrm.numerals import plain_money
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork

APPROVED, USED = "approved", "used"


class OfferIn(Input):
    """What is offered to whom, what it costs (minor units), and until when it stands."""

    customer: str
    what: str
    cost: int
    valid_until: date
    on: date | None = None


class OfferStep(Input):
    """Which offer was approved, used or is void, and when."""

    offer: str
    on: date | None = None
    why: str | None = None


class OfferReceipt(Receipt):
    """The offer as it is now."""

    offer: str
    customer: str
    cost: str
    valid_until: date
    approved_by: str | None
    used_on: date | None


def offer_in(customer: str, what: str, cost: str, until: str, on: str | None) -> OfferIn:
    """Return the offer that was typed."""
    return OfferIn(
        customer=customer,
        what=clean_text(what, "--what"),
        cost=parsing.amount(cost, "--cost"),
        valid_until=parsing.day(until, "--until"),
        on=None if on is None else parsing.day(on, "--on"),
    )


def step_in(offer: str, on: str | None = None, why: str | None = None) -> OfferStep:
    """Return the step that was typed."""
    day = None if on is None else parsing.day(on, "--on")
    return OfferStep(offer=offer, on=day, why=None if why is None else clean_text(why, "--why"))


def add(uow: UnitOfWork, request: OfferIn) -> OfferReceipt:
    """Record an offer; it counts once it is approved.

    Raises:
        NotFound: there is no such customer.
        InvalidInput: its last day is before its first.
    """
    customer, on = lookup.customer(uow.view(), request.customer), happened_on(uow, request.on)
    if request.valid_until < on:
        raise InvalidInput(_("--until is before the day of the offer"), field="--until")
    values = {"number": uow.next_number("offer"), "what": request.what, "cost": request.cost}
    values |= {"valid_until": request.valid_until, "effective_on": on}
    key = uow.insert(Offer, customer_id=customer.id, currency=uow.currency, **values)
    uow.record(Change("create", Offer, key, customer.id, {}, values))
    return _receipt(uow, _row(uow, key))


def approve(uow: UnitOfWork, request: OfferStep) -> OfferReceipt:
    """Approve an offer, in the name of who acts.

    Raises:
        NotFound: there is no such offer.
        Conflict: it is void, approved already, or past its last day.
    """
    row = _standing(uow, request.offer)
    if _event(uow, row.id, APPROVED) is not None:
        raise Conflict(_("offer {code} is approved already").format(code=_code(row)), code="approved")
    return _step(uow, row, APPROVED, request)


def use(uow: UnitOfWork, request: OfferStep) -> OfferReceipt:
    """Record that the customer made use of an offer.

    Raises:
        NotFound: there is no such offer.
        Conflict: it is void, not approved, used already, or past its last day.
    """
    row = _standing(uow, request.offer)
    approved = _event(uow, row.id, APPROVED)
    if approved is None:
        hint = _("loancrm offer approve {code}").format(code=_code(row))
        raise Conflict(
            _("offer {code} is not approved").format(code=_code(row)), hint=hint, code="not_approved"
        )
    if _event(uow, row.id, USED) is not None:
        raise Conflict(_("offer {code} is used already").format(code=_code(row)), code="used")
    return _step(uow, row, USED, request, since=approved.effective_on)


def void(uow: UnitOfWork, request: OfferStep) -> OfferReceipt:
    """Take an offer back.

    Raises:
        NotFound: there is no such offer.
        Conflict: it is void already, or used.
    """
    row = _standing(uow, request.offer)
    if _event(uow, row.id, USED) is not None:
        raise Conflict(_("offer {code} is used already").format(code=_code(row)), code="used")
    uow.void(Offer, row.id)
    before = {"offer": _code(row), "cost": row.cost, "why": request.why}
    uow.record(Change("void", Offer, row.id, row.customer_id, before, {}))
    return _receipt(uow, row)


def _step(
    uow: UnitOfWork, row: Row[Any], action: str, request: OfferStep, since: date | None = None
) -> OfferReceipt:
    on = happened_on(uow, request.on)
    if on < (since or row.effective_on):
        raise InvalidInput(_("--on is before the offer, or before its approval"), field="--on")
    if on > row.valid_until:
        raise Conflict(
            _("offer {code} has expired, on {day}").format(code=_code(row), day=row.valid_until),
            code="expired",
        )
    values = {"offer_id": row.id, "action": action, "decided_by": uow.actor, "effective_on": on}
    key = uow.insert(OfferEvent, **values)
    uow.record(Change("create", OfferEvent, key, row.customer_id, {}, {"offer": _code(row), **values}))
    return _receipt(uow, row)


def _standing(uow: UnitOfWork, code: str) -> Row[Any]:
    rows, number = table(Offer), lookup.numbered(code, "O")
    row = uow.connection.execute(select(rows).where(rows.c.number == number)).first()
    if number is None or row is None:
        raise NotFound(_("there is no offer {code}").format(code=code.strip()[:40]), field="OFFER")
    if row.voided_at is not None:
        raise Conflict(_("offer {code} is void already").format(code=_code(row)), code="void")
    return row


def _row(uow: UnitOfWork, key: int) -> Row[Any]:
    rows = table(Offer)
    return uow.connection.execute(select(rows).where(rows.c.id == key)).one()


def _event(uow: UnitOfWork, offer_id: int, action: str) -> Row[Any] | None:
    rows = table(OfferEvent)
    mine = (rows.c.offer_id == offer_id) & (rows.c.action == action) & rows.c.voided_at.is_(None)
    return uow.connection.execute(select(rows).where(mine)).first()


def _code(row: Row[Any]) -> str:
    return lookup.offer_code(row.number)


def _receipt(uow: UnitOfWork, row: Row[Any]) -> OfferReceipt:
    approved, used = (_event(uow, row.id, action) for action in (APPROVED, USED))
    return OfferReceipt(
        offer=_code(row),
        customer=lookup.customer_code(lookup.owner_number(uow.view(), row.customer_id)),
        cost=plain_money(row.cost),
        valid_until=row.valid_until,
        approved_by=None if approved is None else approved.decided_by,
        used_on=None if used is None else used.effective_on,
    )
