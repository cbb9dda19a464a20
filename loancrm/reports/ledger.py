"""What is kept of a loan that is serviced here: its versions with their schedules, and its payments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, exists, select

from loancrm.lending.allocation import USUAL_ORDER
from loancrm.lending.arrears import Arrears, Misused
from loancrm.lending.ledger import Carried, Payment, Position, Version, carry, position
from loancrm.lending.repricing import Floating
from loancrm.lending.rounding import rounded
from loancrm.lending.running import Running
from loancrm.lending.schedule import Instalment
from loancrm.lending.terms import Terms, frequency
from loancrm.models import (
    AllocationRow,
    InstalmentRow,
    Loan,
    LoanPosition,
    LoanTerms,
    PaymentRow,
    table,
)
from loancrm.reports.misuse import misused_of
from loancrm.view import View

CHUNK = 500  # loans that are replayed at once
_OF_THE_TERMS = (
    "annual_rate", "instalments", "start_on", "repayment", "day_count", "rounding", "round_to",
    "principal_grace", "interest_grace", "recurring_grace", "balloon", "settlement_day", "holiday_shift",
    "subsidy_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """The facts of a loan's ledger, all that are known, whenever they take effect.

    ``terms`` are the rows of ``loan_terms``, one for each of ``versions``; ``keys`` are the payments' rows by
    sequence. The sequence is the order of recording: within a command, the version before payments.
    ``misused`` is how much bears interest for misuse, from which day on.
    """

    terms: tuple[Row[Any], ...]
    versions: tuple[Version, ...]
    payments: tuple[Payment, ...]
    keys: dict[int, int]
    misused: tuple[Misused, ...] = ()

    def owes(self, on: date) -> Position:
        """Return what the loan owes at the end of a day."""
        return position(self.versions, self.payments, on, self.misused)

    def carried(self) -> Carried:
        """Return the steps of the loan's life, and what its payments paid."""
        return carry(self.versions, self.payments, self.misused)

    def in_force(self, on: date) -> Row[Any]:
        """Return the terms in force on a day; the first ones before it."""
        return next((row for row in reversed(self.terms) if row.effective_on <= on), self.terms[0])


def kept(view: View, loan_id: int) -> Kept | None:
    """Return the ledger of a loan, None for a loan that is kept elsewhere or not paid out yet."""
    return kept_of(view, [loan_id]).get(loan_id)


def kept_of(view: View, loan_ids: Sequence[int]) -> dict[int, Kept]:
    """Return the ledgers of loans by the loan's key; those that have none are left out."""
    terms = table(LoanTerms)
    agreed = _by_loan(view, terms, loan_ids, terms.c.effective_on, terms.c.id)
    schedules: dict[int, list[Instalment]] = defaultdict(list)
    for rows in _by_loan(view, table(InstalmentRow), loan_ids, table(InstalmentRow).c.number).values():
        for row in rows:
            schedules[row.terms_id].append(instalment_of(row))
    paid = payments_of(view, loan_ids)
    bearing = [loan_id for loan_id, rows in agreed.items() if any(row.misuse_rate for row in rows)]
    misused = misused_of(view, bearing) if bearing else {}
    return {
        loan_id: _kept(
            [row for row in rows if row.version > 0],
            schedules,
            paid.get(loan_id, []),
            misused.get(loan_id, ()),
        )
        for loan_id, rows in agreed.items()
        if any(row.version > 0 for row in rows)
    }


def _kept(
    terms: list[Row[Any]],
    schedules: dict[int, list[Instalment]],
    paid: list[Row[Any]],
    misused: tuple[Misused, ...],
) -> Kept:
    order = sorted(
        [(row.command_id, 1, row.id) for row in paid] + [(row.command_id, 0, row.id) for row in terms]
    )
    place = {(is_paid, key): number for number, (_command, is_paid, key) in enumerate(order)}
    versions = tuple(
        Version(
            on=row.effective_on,
            rows=tuple(schedules[row.id]),
            after=row.after,
            drawn=row.drawn,
            takes_over=row.takes_over,
            arrears=arrears_of(row),
            sequence=place[0, row.id],
        )
        for row in terms
    )
    return Kept(
        terms=tuple(terms),
        versions=versions,
        payments=tuple(Payment(row.effective_on, row.amount, place[1, row.id]) for row in paid),
        keys={place[1, row.id]: row.id for row in paid},
        misused=misused,
    )


def _by_loan(
    view: View, rows: Table, loan_ids: Sequence[int], *order: ColumnElement[Any]
) -> dict[int, list[Row[Any]]]:
    query = select(rows).where(rows.c.loan_id.in_(loan_ids), view.knows(rows))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in view.connection.execute(query.order_by(*order)):
        found[row.loan_id].append(row)
    return found


def payments_of(view: View, loan_ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Return the payments of loans that stand, by loan, by day and as they were recorded."""
    rows = table(PaymentRow)
    return _by_loan(view, rows, loan_ids, rows.c.effective_on, rows.c.id)


def running(facts: Kept, on: date) -> Running:
    """Return a loan as it runs on a day: what is left of instalments kept, and the version in force."""
    last = max(n for n, row in enumerate(facts.terms) if n == 0 or row.effective_on <= on)
    row = facts.terms[last]
    owes = facts.owes(on)
    own = tuple(one for one in owes.allocations if one.version == last and (one.number or 0) > row.after)
    return Running(
        terms=terms_of(row, _principal_of_terms(facts, last)),
        rows=tuple(
            line if line.number > row.after else _what_is_left(line, owes)
            for line in instalments(facts, last)
            if line.number > 0
        ),
        after=row.after,
        rates=rates_of(row),
        arrears=facts.versions[last].arrears,
        standing=replace(owes, allocations=own),
    )


def _principal_of_terms(facts: Kept, last: int) -> int:
    """Return the principal that the terms of a version are over, in minor units.

    A version's own ``principal`` counts what is paid early with it too. An own table sums to that of its
    terms. Flat interest stays in proportion to the first principal, whatever was repaid since: it changes as
    what is not due yet does when a version begins, and anew with a schedule that starts on that day.
    """
    row = facts.terms[last]
    if row.custom_table:
        return sum(row.custom_table)
    if row.repayment != "flat":
        return int(row.principal)
    whole = int(facts.terms[0].principal)
    for one, version in zip(facts.terms[1 : last + 1], facts.versions[1 : last + 1], strict=True):
        balance = sum(line.principal_due for line in version.rows if line.number > 0)
        before = one.principal - one.drawn
        is_anew = one.start_on == one.effective_on or before == 0
        whole = max(balance if is_anew else rounded(whole * balance, before), 1)
    return whole


def _what_is_left(line: Instalment, owes: Position) -> Instalment:
    principal, interest = owes.left.get(line.number, (0, 0))
    return replace(line, principal_due=principal, interest_due=interest)


def instalments(facts: Kept, last: int) -> list[Instalment]:
    """Return all instalments of a version by due day: what it keeps of those before it, and its own."""
    stays = [row.after for row in facts.terms[1 : last + 1]]  # of each version, in the one after it
    rows = [
        line
        for place, agreed_ in enumerate(facts.versions[: last + 1])
        for line in agreed_.rows
        if place == last or line.number <= min(stays[place:])
    ]
    return sorted(rows, key=lambda line: (line.due_on, line.number == 0, line.number))


OF_A_POSITION = (
    "effective_on", "terms_id", "outstanding_principal", "interest_paid", "penalty_paid",
    "principal_unsettled_on", "interest_unsettled_on", "days_before",
)  # fmt: skip
OF_AN_ALLOCATION = ("effective_on", "payment_id", "what", "instalment", "amount")


def positions(facts: Kept, carried: Carried) -> list[dict[str, Any]]:
    """Return the rows of ``loan_position`` that the steps of a loan's life give."""
    names = [name for name in OF_A_POSITION if name not in ("effective_on", "terms_id")]
    return [
        {
            "effective_on": step.on,
            "terms_id": facts.terms[step.version].id,
            **{name: getattr(step, name) for name in names},
        }
        for step in carried.steps
    ]


def allocations(facts: Kept, carried: Carried) -> list[dict[str, Any]]:
    """Return the rows of ``allocation``: what each payment paid."""
    return [
        {
            "effective_on": one.on,
            "payment_id": facts.keys[one.sequence],
            "what": one.what,
            "instalment": one.number,
            "amount": one.amount,
        }
        for one in carried.allocations
    ]


def contradicted(view: View) -> Iterator[str]:
    """Yield the numbers of the loans whose positions or allocations do not follow from their facts."""
    terms, loan = table(LoanTerms), table(Loan)
    with_ledger = exists().where(terms.c.loan_id == loan.c.id, terms.c.version > 0, view.knows(terms))
    query = select(loan.c.id, loan.c.number).where(with_ledger).order_by(loan.c.id)
    found = view.rows(query)
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        yield from _contradicted(view, {row.id: row.number for row in chunk})


def _contradicted(view: View, numbers: dict[int, str]) -> Iterator[str]:
    ids = list(numbers)
    derived = [
        (names, wanted, _by_loan(view, table(model), ids, table(model).c.id))
        for model, names, wanted in (
            (LoanPosition, OF_A_POSITION, positions),
            (AllocationRow, OF_AN_ALLOCATION, allocations),
        )
    ]
    for loan_id, facts in kept_of(view, ids).items():
        carried = facts.carried()
        for names, wanted, there in derived:
            kept_rows = sorted(repr([row._mapping[name] for name in names]) for row in there.get(loan_id, ()))
            if kept_rows != sorted(repr([row[name] for name in names]) for row in wanted(facts, carried)):
                yield numbers[loan_id]
                break


def instalment_of(row: Row[Any]) -> Instalment:
    """Return an instalment as arithmetic knows it."""
    return Instalment(**{name: row._mapping[name] for name in Instalment.__slots__})


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
    due_dates = tuple(date.fromisoformat(day) for day in row.due_dates or ())
    table_ = scaled(row.custom_table or (), values["principal"])
    return Terms(frequency=frequency(row.frequency), table=table_, due_dates=due_dates, **values)


def scaled(parts: Sequence[int], principal: int) -> tuple[int, ...]:
    """Return an own table over another principal (minor units), in proportion; it sums to it exactly."""
    whole = sum(parts)
    sums = [rounded(principal * part, whole) for part in accumulate(parts)] if whole else []
    return tuple(after - before for before, after in pairwise((0, *sums)))


def is_draw(row: Row[Any]) -> bool:
    """Say whether money is paid out with a version, and not only made principal."""
    return bool(row.version == 1 or row.reason == "draw")


def rates_of(row: Row[Any]) -> tuple[tuple[date, int], ...]:
    """Return the rates of a version in millionths, each from its day on."""
    return tuple((date.fromisoformat(day), rate) for day, rate in row.rates or ())


def floating_of(row: Row[Any]) -> Floating | None:
    """Return how the rate of a version follows a published one; None: it is fixed."""
    return None if row.reference is None else Floating(row.reference, row.spread, row.repricing)


def arrears_of(row: Row[Any]) -> Arrears:
    """Return how arrears bear interest in a version, and what a payment pays first."""
    return Arrears(
        contract_rate=row.annual_rate,
        penalty_rate=row.penalty_rate,
        has_compound=row.has_compound,
        day_count=row.day_count,
        order=tuple(row.allocation_order or USUAL_ORDER),
        misuse_rate=row.misuse_rate or 0,
    )
