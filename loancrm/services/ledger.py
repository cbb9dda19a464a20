"""Keeping a loan's ledger: a new version of what is agreed, and the positions that follow from the facts.

Positions and allocations are derived: whatever changes, all facts are replayed, and rows are void and written
anew from the first day on which the replay gives something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, select, update

from loancrm.lending.allocation import USUAL_ORDER
from loancrm.lending.arrears import Arrears
from loancrm.lending.ledger import Carried
from loancrm.lending.repricing import Floating
from loancrm.lending.schedule import Instalment, monthly_payment, schedule
from loancrm.lending.terms import Terms
from loancrm.models import AllocationRow, InstalmentRow, LoanPosition, LoanTerms, table
from loancrm.reports.ledger import OF_A_POSITION, OF_AN_ALLOCATION, allocations, kept, positions
from loancrm.unitofwork import Change, UnitOfWork

_PLAIN = (
    "annual_rate", "instalments", "start_on", "repayment", "day_count", "rounding", "round_to",
    "principal_grace", "interest_grace", "recurring_grace", "balloon", "settlement_day", "holiday_shift",
    "subsidy_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agreement:
    """A version as it is agreed.

    Attributes:
        terms: what the schedule follows from.
        frequency: the span between instalments as it was typed.
        reason: why there is a new version.
        on: the day from which it counts.
        rows: its instalments; none for what is only applied for.
        principal: outstanding and not yet due when it begins, in minor units.
        drawn: what is paid out with it.
        after: the number of the last instalment of the versions before it that stays.
        interest_before: the borrower's interest of the instalments that stay.
        takes_over: arrears that its instalments hold: ``principal`` or ``all``; None: they stay due.
        arrears: how arrears bear interest, and what a payment pays first.
        grace_days: days past due that are not counted after grace.
        rates: annual rates, each from its day on; that of ``terms`` is in force from the version's day.
        floating: how the rate follows a published one; None: it is fixed.
        reprices_on: the next day on which it does.
        prepayment: what the rest becomes when money comes early and nobody says.
    """

    terms: Terms
    frequency: str
    reason: str
    on: date
    rows: Sequence[Instalment]
    principal: int
    drawn: int = 0
    after: int = 0
    interest_before: int = 0
    takes_over: str | None = None
    arrears: Arrears = field(default_factory=Arrears)
    grace_days: int = 0
    rates: Sequence[tuple[date, int]] = ()
    floating: Floating | None = None
    reprices_on: date | None = None
    prepayment: str | None = None
    contact_id: int | None = None
    note: str | None = None


def agree(uow: UnitOfWork, loan: Row[Any], version: int, agreement: Agreement) -> int:
    """Write a version with its schedule, and return its key; positions are left to ``rewrite``."""
    values = _columns(version, agreement)
    key = uow.insert(LoanTerms, loan_id=loan.id, currency=loan.currency, **values)
    rows, shared = list(_instalments(agreement)), {"loan_id": loan.id, "currency": loan.currency}
    uow.insert_many(InstalmentRow, rows, terms_id=key, effective_on=agreement.on, **shared)
    uow.record(Change("create", LoanTerms, key, loan.customer_id, {}, {"loan": loan.number, **values}))
    return key


def _columns(version: int, agreement: Agreement) -> dict[str, Any]:
    arrears, floating = agreement.arrears, agreement.floating
    return {
        "version": version,
        "reason": agreement.reason,
        "effective_on": agreement.on,
        "principal": agreement.principal,
        "drawn": agreement.drawn,
        "after": agreement.after,
        "interest_before": agreement.interest_before,
        "frequency": agreement.frequency,
        "takes_over": agreement.takes_over,
        "due_dates": [on.isoformat() for on in agreement.terms.due_dates] or None,
        "custom_table": list(agreement.terms.table) or None,
        "rates": [[on.isoformat(), rate] for on, rate in agreement.rates] or None,
        "reference": None if floating is None else floating.reference,
        "spread": None if floating is None else floating.spread,
        "repricing": None if floating is None else floating.rule,
        "reprices_on": agreement.reprices_on,
        "prepayment": agreement.prepayment,
        "monthly_payment": monthly_payment(agreement.rows or schedule(agreement.terms)),
        "grace_days": agreement.grace_days,
        "penalty_rate": arrears.penalty_rate,
        "has_compound": arrears.has_compound,
        "misuse_rate": arrears.misuse_rate or None,
        "allocation_order": None if arrears.order == USUAL_ORDER else list(arrears.order),
        "contact_id": agreement.contact_id,
        "note": agreement.note,
        **{name: getattr(agreement.terms, name) for name in _PLAIN},
    }


def _instalments(agreement: Agreement) -> Iterable[dict[str, Any]]:
    interest = agreement.interest_before
    for row in agreement.rows:
        interest += row.interest_due
        yield {
            "interest_to_date": interest,
            "number": row.number,  # one by one: a loop over the names takes twice as long
            "starts_on": row.starts_on,
            "due_on": row.due_on,
            "principal_due": row.principal_due,
            "interest_due": row.interest_due,
            "subsidised_interest": row.subsidised_interest,
            "balance": row.balance,
        }


def rewrite(uow: UnitOfWork, loan: Row[Any]) -> Carried:
    """Replay a loan's facts, and bring its positions and allocations to what they give."""
    facts = kept(uow.view(), loan.id)
    assert facts is not None, "only for a loan that was paid out"
    carried = facts.carried()
    shared = {"loan_id": loan.id, "currency": loan.currency}
    _bring(uow, LoanPosition, loan.id, OF_A_POSITION, [shared | row for row in positions(facts, carried)])
    _bring(
        uow, AllocationRow, loan.id, OF_AN_ALLOCATION, [shared | row for row in allocations(facts, carried)]
    )
    return carried


def _bring(
    uow: UnitOfWork, model: Any, loan_id: int, names: Sequence[str], wanted: Sequence[Mapping[str, Any]]
) -> None:
    """Make the standing rows of a loan those that are wanted; what is the same stays as it is."""
    rows = table(model)
    query = select(rows).where(rows.c.loan_id == loan_id, rows.c.voided_at.is_(None))
    there = uow.connection.execute(query.order_by(rows.c.effective_on, rows.c.id)).all()
    left = {tuple(row[name] for name in names): row for row in wanted}
    gone = [row.id for row in there if left.pop(tuple(row._mapping[name] for name in names), None) is None]
    _void(uow, rows, gone)
    uow.insert_many(model, list(left.values()))


def _void(uow: UnitOfWork, rows: Table, keys: Sequence[int]) -> None:
    values = {"voided_at": uow.clock.now, "voided_by": uow.command_id}
    if keys:
        uow.connection.execute(update(rows).where(rows.c.id.in_(keys)).values(values))
