"""Another rate for a loan that is serviced here: agreed by hand, or looked up on its repricing day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.errors import Conflict
from loancrm.i18n import _
from loancrm.lending.repricing import Floating, Repriced, rate_now, repriced
from loancrm.lending.running import Running
from loancrm.models import Loan, table
from loancrm.numerals import format_rate
from loancrm.policy import policy as policies
from loancrm.reports.ledger import Kept, floating_of, kept_of, running
from loancrm.reports.rates import Published
from loancrm.reports.repricing import Due, chunks, due_loans
from loancrm.services.inputs import Input, Receipt, happened_on
from loancrm.services.ledger import rewrite
from loancrm.services.payments import settle
from loancrm.services.standing import restand_touched
from loancrm.services.versions import (
    TermsReceipt,
    agree_anew,
    living_loan,
    next_instalment,
    open_loan,
    terms_receipt,
    values_before,
)
from loancrm.unitofwork import Change, UnitOfWork


class RepriceIn(Input):
    """Another rate from a day on: in millionths, or one that follows another (fields of ``Floating``).

    ``is_fixed``: the rate follows no other any more.
    """

    loan: str
    annual_rate: int | None = None
    floating: dict[str, Any] | None = None
    is_fixed: bool = False
    on: date | None = None
    contact: str | None = None
    note: str | None = None


class RepriceDueIn(Input):
    """That all loans whose repricing day has come by ``on`` take their new rates; only some where named."""

    loans: tuple[str, ...] = ()
    on: date | None = None


class Waiting(Receipt):
    """A loan that still waits for its new rate, and why."""

    loan: str
    on: date
    why: str


class RepriceDueReceipt(Receipt):
    """What each loan pays from now on, and which ones wait."""

    on: date
    repriced: tuple[TermsReceipt, ...]
    waiting: tuple[Waiting, ...]


def reprice(uow: UnitOfWork, request: RepriceIn) -> TermsReceipt:
    """Agree on another rate from a day on; the period that is running is split by days.

    A rate by hand for a loan that follows another one changes its spread by as much, unless it is fixed.

    Raises:
        Conflict: the loan is not serviced here, has ended, or has that rate; or no published one is known.
        InvalidInput: something later is recorded.
    """
    opened = living_loan if request.is_fixed or request.floating is not None else open_loan
    loan, facts, on = opened(uow, request.loan, request.on)
    runs, view = running(facts, on), uow.view()
    floating = floating_of(facts.in_force(on))
    if request.floating is not None:
        floating = Floating(**request.floating)
        rate = Published(view).rate(floating, on, policies.in_force(view))
    else:
        assert request.annual_rate is not None, "one of the two was typed"
        rate = request.annual_rate
        by = rate - rate_now(runs)
        floating = None if request.is_fixed or floating is None else floating.shifted(by)
    _refuse_the_same(runs, facts, on, rate, floating)
    found = repriced(runs, on, rate)
    if found is None:
        raise Conflict(_("no instalment is left to change"), code="nothing_left")
    return _take(
        uow, loan, facts, runs, found, floating, on=on, contact=request.contact, note=request.note
    )  # fmt: skip


def _refuse_the_same(
    runs: Running, facts: Kept, on: date, annual_rate: int, floating: Floating | None
) -> None:
    """Refuse what would change neither the rate nor what it follows: no version, and no letter."""
    if annual_rate == rate_now(runs) and floating == floating_of(facts.in_force(on)):
        raise Conflict(
            _("nothing changes: the loan has the rate {rate} already").format(rate=format_rate(annual_rate)),
            code="nothing_changes",
        )


def reprice_due(uow: UnitOfWork, request: RepriceDueIn) -> RepriceDueReceipt:
    """Give loans whose repricing day has come the rate that was published, from that day on.

    Money that came after the day pays what is due by the new rate. Several days that went by are taken one
    after the other. A loan whose published rate is not known waits.
    """
    until = happened_on(uow, request.on)
    done: list[TermsReceipt] = []
    waiting: dict[str, Waiting] = {}
    while True:
        fresh = [one for one in due_loans(uow.view(until), request.loans) if one.loan not in waiting]
        if not fresh:
            break
        for found in _looked_up(uow, fresh):
            if isinstance(found, Waiting):
                waiting[found.loan] = found
            else:
                done.append(found)
    restand_touched(uow, [one.id for one in _rows(uow, [receipt.loan for receipt in done])])
    return RepriceDueReceipt(on=until, repriced=tuple(done), waiting=tuple(waiting.values()))


def _looked_up(uow: UnitOfWork, due: Sequence[Due]) -> Iterator[TermsReceipt | Waiting]:
    """Yield what came of each loan's oldest repricing day."""
    view = uow.view()
    published, policy = Published(view), policies.in_force(view)
    for chunk in chunks(due):
        ledgers = kept_of(view, [one.loan_id for one in chunk])
        rows = {row.number: row for row in _rows(uow, [one.loan for one in chunk])}
        for one in chunk:
            facts = ledgers[one.loan_id]
            try:
                rate = published.rate(one.floating, one.on, policy)
            except Conflict as fault:
                yield Waiting(loan=one.loan, on=one.on, why=fault.message)
                continue
            runs = running(facts, one.on)
            found = repriced(runs, one.on, rate)
            assert found is not None, "a loan reprices only before its last instalment"
            yield _take(uow, rows[one.loan], facts, runs, found, one.floating, on=one.on, stands=False)


def _rows(uow: UnitOfWork, numbers: Sequence[str]) -> Iterator[Row[Any]]:
    rows = table(Loan)
    for part in chunks(list(dict.fromkeys(numbers))):
        yield from uow.connection.execute(select(rows).where(rows.c.live_key.in_(part)))


def _take(
    uow: UnitOfWork,
    loan: Row[Any],
    facts: Kept,
    runs: Running,
    found: Repriced,
    floating: Floating | None,
    *,
    on: date,
    contact: str | None = None,
    note: str | None = None,
    stands: bool = True,
) -> TermsReceipt:
    """Write the version with the new rate, and return what it changes for the customer."""
    old, new = rate_now(runs), found.terms.annual_rate
    before = next_instalment(runs.rows, on)
    version = agree_anew(
        uow, loan, facts, "reprice", found.terms, found.rows, found.found,
        on=on, rates=found.rates, floating=floating, contact=contact, note=note,
    )  # fmt: skip
    carried = rewrite(uow, loan)
    if any(one.on > on for one in facts.payments):  # which may pay more than all by the new rate
        settle(uow, loan, carried, on)
    if stands:
        restand_touched(uow, [loan.id])
    changed = {"annual_rate": new}
    uow.update(Loan, loan.id, **changed)
    uow.record(Change("change", Loan, loan.id, loan.customer_id, values_before(loan, changed), changed))
    outstanding = found.found.outstanding_principal
    return terms_receipt(uow, loan, version, "reprice", on, (old, new), (before, found.rows), outstanding)
