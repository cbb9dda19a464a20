"""A new version of what is agreed of a loan that is serviced here, and what it changes for the customer."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.lending.repricing import Floating, upcoming
from loancrm.lending.running import Owed
from loancrm.lending.schedule import Instalment
from loancrm.lending.terms import Terms
from loancrm.numerals import plain_millionths, plain_money
from loancrm.reports import lookup
from loancrm.reports.ledger import Kept, arrears_of, kept, rates_of
from loancrm.services.inputs import Receipt, happened_on
from loancrm.services.ledger import Agreement, agree
from loancrm.services.payments import refuse_outside, serviced_loan
from loancrm.unitofwork import UnitOfWork


class TermsReceipt(Receipt):
    """What is agreed now, and what changes for the customer from the next instalment on."""

    loan: str
    customer: str
    version: int
    reason: str
    on: date
    outstanding_principal: str
    old_rate: str
    new_rate: str
    old_instalment: str
    new_instalment: str
    next_due_on: date | None
    matures_on: date
    to_settle: str


def open_loan(uow: UnitOfWork, number: str, wanted: date | None) -> tuple[Row[Any], Kept, date]:
    """Return a loan that lives on the day, with its ledger; nothing may be recorded of a later day.

    Raises:
        Conflict: the loan is not serviced here or has ended, or its rate is to be looked up first.
        InvalidInput: before the disbursement, or something of a later day is recorded.
    """
    loan, facts, on = living_loan(uow, number, wanted)
    due_on = facts.in_force(on).reprices_on
    if due_on is not None and due_on <= on:
        raise Conflict(
            _("loan {number} takes another rate on {day} first").format(number=loan.number, day=due_on),
            hint=_("loancrm loan reprice-due --apply does it"),
            code="reprices_first",
        )
    return loan, facts, on


def living_loan(uow: UnitOfWork, number: str, wanted: date | None) -> tuple[Row[Any], Kept, date]:
    """Return what ``open_loan`` does, also where a repricing waits."""
    loan, on = serviced_loan(uow, number), happened_on(uow, wanted)
    refuse_outside(loan, on)
    if loan.status != "live":
        raise Conflict(_("this loan has ended already, on {day}").format(day=loan.closed_on), code="ended")
    facts = kept(uow.view(), loan.id)
    assert facts is not None
    refuse_later(facts, on)
    return loan, facts, on


def refuse_later(facts: Kept, on: date) -> None:
    """Refuse a day after which something is recorded of a loan.

    Raises:
        InvalidInput: something is.
    """
    newest = max(*(one.on for one in facts.payments), *(one.on for one in facts.versions), on)
    if newest > on:
        raise InvalidInput(
            _("--on: something of a later day is recorded of this loan, {day}").format(day=newest),
            field="--on",
        )


def agree_anew(
    uow: UnitOfWork,
    loan: Row[Any],
    facts: Kept,
    reason: str,
    terms: Terms,
    rows: tuple[Instalment, ...],
    found: Owed,
    *,
    on: date,
    rates: tuple[tuple[date, int], ...] | None = None,
    floating: Floating | None = None,
    takes_over: str | None = None,
    drawn: int = 0,
    contact: str | None = None,
    note: str | None = None,
) -> int:
    """Write the next version, and return its number.

    Args:
        uow: of the command.
        loan: its row.
        facts: its ledger.
        reason: why there is a new version.
        terms: what is agreed, with the rate that counts from now on.
        rows: the instalments that follow.
        found: what was owed on the day.
        on: the day.
        rates: as in ``Agreement``; None: as they were.
        floating: how the rate follows a published one from now on; None: not at all.
        takes_over: as in ``Agreement``.
        drawn: what is paid out with it, in minor units.
        contact: the conversation in which it was explained.
        note: a word on it.
    """
    now = facts.in_force(on)
    contact_row = None if contact is None else lookup.contact(uow.view(), contact)
    agreement = Agreement(
        terms=terms,
        frequency=now.frequency,
        reason=reason,
        on=on,
        rows=rows,
        principal=(found.ahead if takes_over is None else found.outstanding_principal) + drawn,
        drawn=drawn,
        after=found.gone,
        interest_before=_interest_before(facts, found, on),
        takes_over=takes_over,
        arrears=arrears_of(now).at_rate(terms.annual_rate),
        grace_days=now.grace_days,
        rates=rates_of(now) if rates is None else rates,
        floating=floating,
        reprices_on=upcoming(floating, terms.start_on, on, rows),
        prepayment=now.prepayment,
        contact_id=None if contact_row is None else contact_row.id,
        note=note,
    )
    agree(uow, loan, now.version + 1, agreement)
    return int(now.version + 1)


def _interest_before(facts: Kept, found: Owed, on: date) -> int:
    """Return the borrower's interest of the loan's life that was due or paid by the day."""
    steps = facts.carried().steps
    return max(step.interest_paid for step in steps if step.on <= on) + found.due_interest


def next_instalment(rows: tuple[Instalment, ...], on: date) -> Instalment | None:
    """Return the first instalment after a day with anything to pay."""
    return next((row for row in rows if row.due_on > on and row.total_due), None)


def values_before(loan: Row[Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Return what the record said of what is changed."""
    return {name: loan._mapping[name] for name in changed}


def terms_receipt(
    uow: UnitOfWork,
    loan: Row[Any],
    version: int,
    reason: str,
    on: date,
    rates: tuple[int, int],
    rows: tuple[Instalment | None, tuple[Instalment, ...]],
    outstanding: int,
    to_settle: int = 0,
) -> TermsReceipt:
    """Return what is agreed now: rates and instalments before and after, in millionths and minor units."""
    before, after = rows
    first = next_instalment(after, on)
    return TermsReceipt(
        loan=loan.number,
        customer=lookup.customer_code(lookup.owner_number(uow.view(), loan.customer_id)),
        version=version,
        reason=reason,
        on=on,
        outstanding_principal=plain_money(outstanding),
        old_rate=plain_millionths(rates[0]),
        new_rate=plain_millionths(rates[1]),
        old_instalment=plain_money(before.total_due if before else 0),
        new_instalment=plain_money(first.total_due if first else 0),
        next_due_on=first.due_on if first else None,
        matures_on=after[-1].due_on,
        to_settle=plain_money(to_settle),
    )
