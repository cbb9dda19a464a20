"""Looks at what is otherwise masked: each is recorded."""

from __future__ import annotations

from loancrm.models import Customer
from loancrm.reports import lookup
from loancrm.services.inputs import Input, Receipt
from loancrm.unitofwork import Change, UnitOfWork


class LookIn(Input):
    """What was looked at unmasked: one customer, or a list (None)."""

    customer: str | None
    what: str


class LookReceipt(Receipt):
    """The look as recorded."""

    what: str


def look(uow: UnitOfWork, request: LookIn) -> LookReceipt:
    """Record that masked data was shown in full."""
    owner = lookup.customer(uow.view(), request.customer) if request.customer else None
    key = owner.id if owner is not None else 0
    after = {"unmasked": request.what}
    uow.record(Change("look", Customer, key, key if owner is not None else None, {}, after))
    return LookReceipt(what=request.what)
