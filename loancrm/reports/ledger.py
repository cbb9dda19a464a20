"""What is kept of a loan that is serviced here: its versions with their schedules, and its payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.lending.ledger import USUAL_ORDER, Arrears, Payment, Version
from loancrm.lending.schedule import Instalment
from loancrm.lending.terms import Terms, frequency
from loancrm.models import InstalmentRow, LoanTerms, PaymentRow, table
from loancrm.view import View

_OF_THE_TERMS = (
    "annual_rate", "instalments", "start_on", "repayment", "day_count", "rounding", "round_to",
    "principal_grace", "interest_grace", "recurring_grace", "balloon", "settlement_day", "holiday_shift",
    "subsidy_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """The facts of a loan's ledger, all that are known, whenever they take effect.

    ``terms`` are the rows of ``loan_terms``, one for each of ``versions``; ``keys`` are the payments' rows by
    sequence. The sequence is the order of recording: within a command, payments before the version.
    """

    terms: tuple[Row[Any], ...]
    versions: tuple[Version, ...]
    payments: tuple[Payment, ...]
    keys: dict[int, int]

    def in_force(self, on: date) -> Row[Any]:
        """Return the terms in force on a day; the first ones before it."""
        return next((row for row in reversed(self.terms) if row.effective_on <= on), self.terms[0])


def kept(view: View, loan_id: int) -> Kept | None:
    """Return the ledger of a loan, None for a loan that is kept elsewhere or not paid out yet."""
    rows = table(LoanTerms)
    query = select(rows).where(rows.c.loan_id == loan_id, rows.c.version > 0, view.knows(rows))
    terms = tuple(view.rows(query.order_by(rows.c.effective_on, rows.c.id)))
    if not terms:
        return None
    schedules, paid = _schedules(view, loan_id), payments(view, loan_id)
    order = sorted(
        [(row.command_id, 0, row.id) for row in paid] + [(row.command_id, 1, row.id) for row in terms]
    )
    place = {(is_terms, key): number for number, (_command, is_terms, key) in enumerate(order)}
    versions = tuple(
        Version(
            on=row.effective_on,
            rows=tuple(schedules[row.id]),
            after=row.after,
            drawn=row.drawn,
            arrears=arrears_of(row),
            sequence=place[1, row.id],
        )
        for row in terms
    )
    return Kept(
        terms=terms,
        versions=versions,
        payments=tuple(Payment(row.effective_on, row.amount, place[0, row.id]) for row in paid),
        keys={place[0, row.id]: row.id for row in paid},
    )


def _schedules(view: View, loan_id: int) -> dict[int, list[Instalment]]:
    rows = table(InstalmentRow)
    query = select(rows).where(rows.c.loan_id == loan_id, view.knows(rows)).order_by(rows.c.number)
    found: dict[int, list[Instalment]] = defaultdict(list)
    for row in view.rows(query):
        found[row.terms_id].append(instalment_of(row))
    return found


def instalment_of(row: Row[Any]) -> Instalment:
    """Return an instalment as arithmetic knows it."""
    return Instalment(**{name: row._mapping[name] for name in Instalment.__slots__})


def payments(view: View, loan_id: int) -> Sequence[Row[Any]]:
    """Return the payments of a loan that stand, by day and as they were recorded."""
    rows = table(PaymentRow)
    query = select(rows).where(rows.c.loan_id == loan_id, view.knows(rows))
    return view.rows(query.order_by(rows.c.effective_on, rows.c.id))


def agreed(view: View, loan_id: int, version: int) -> Row[Any] | None:
    """Return the terms of one version; 0: as applied for."""
    rows = table(LoanTerms)
    query = select(rows).where(rows.c.loan_id == loan_id, rows.c.version == version, view.knows(rows))
    return view.one(query.order_by(rows.c.id.desc()))


def terms_of(row: Row[Any], principal: int | None = None, start_on: date | None = None) -> Terms:
    """Return a version's terms as arithmetic knows them, with another principal or first day where given."""
    values = {name: row._mapping[name] for name in _OF_THE_TERMS}
    values["principal"] = row.principal if principal is None else principal
    values["start_on"] = row.start_on if start_on is None else start_on
    return Terms(frequency=frequency(row.frequency), table=tuple(row.custom_table or ()), **values)


def arrears_of(row: Row[Any]) -> Arrears:
    """Return how arrears bear interest in a version, and what a payment pays first."""
    return Arrears(
        contract_rate=row.annual_rate,
        penalty_rate=row.penalty_rate,
        has_compound=row.has_compound,
        day_count=row.day_count,
        order=tuple(row.allocation_order or USUAL_ORDER),
    )
