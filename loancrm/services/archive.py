"""Customers that are put away: out of the lists, in every report of the past, and back again."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.errors import Conflict
from loancrm.i18n import _, listed
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.models import Customer
from loancrm.policy.policy import in_force
from loancrm.reports import lookup
from loancrm.services.customers import write_attribute
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.unitofwork import Change, UnitOfWork

COLUMN = "archived_on"
LOANS_NAMED = 5


class ArchiveIn(Input):
    """Who is put away or taken back, from which day on, and why."""

    customer: str
    on: date | None = None
    why: str | None = None


class ArchiveReceipt(Receipt):
    """The customer; ``archived_on`` is None when it is back."""

    code: str
    name: str
    archived_on: date | None


def archive(uow: UnitOfWork, request: ArchiveIn) -> ArchiveReceipt:
    """Put a customer away from a day on.

    Raises:
        NotFound: no such customer.
        Conflict: it has live loans, or is archived.
        InvalidInput: the day is to come, or before the last change of this.
    """
    row = lookup.customer(uow.view(), request.customer)
    if row.archived_on is not None:
        words = _("this customer is archived since {day}").format(day=row.archived_on)
        raise Conflict(words, field="CUSTOMER", code="archived")
    _refuse_live_loans(uow, row)
    on = happened_on(uow, request.on)
    return _write(uow, row, on, on, request.why)


def unarchive(uow: UnitOfWork, request: ArchiveIn) -> ArchiveReceipt:
    """Take a customer back from a day on.

    Raises:
        NotFound: no such customer.
        Conflict: it is not archived.
        InvalidInput: the day is to come, or before it was archived.
    """
    row = lookup.customer(uow.view(), request.customer)
    if row.archived_on is None:
        raise Conflict(_("this customer is not archived"), field="CUSTOMER", code="not_archived")
    return _write(uow, row, None, happened_on(uow, request.on), request.why)


def _refuse_live_loans(uow: UnitOfWork, row: Row[Any]) -> None:
    view = uow.view()
    stale = in_force(view).terms.stale_after_days
    loan = loans_at(view, stale_after_days=stale, scope=customer_ids(view, ids=[row.id])).c
    live = [found.number for found in view.rows(select(loan.number).where(loan.is_live == 1))]
    if live:
        numbers = listed(sorted(live)[:LOANS_NAMED])
        raise Conflict(
            _("this customer has live loans: {numbers}").format(numbers=numbers),
            field="CUSTOMER",
            hint=_("first end them: {command}").format(command=f"loancrm loan close {min(live)}"),
            code="live_loans",
        )


def _write(
    uow: UnitOfWork, row: Row[Any], archived_on: date | None, on: date, why: str | None
) -> ArchiveReceipt:
    write_attribute(uow, row, COLUMN, archived_on, on)
    uow.update(Customer, row.id, archived_on=archived_on, version=row.version + 1)
    said = {} if why is None else {"why": why}
    before, after = {COLUMN: row.archived_on}, {COLUMN: archived_on, **said}
    uow.record(Change("change", Customer, row.id, row.id, before, after))
    return ArchiveReceipt(code=lookup.customer_code(row.number), name=row.name, archived_on=archived_on)
