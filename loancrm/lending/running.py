"""A loan while it runs: what it owes on a day, and what it would take to pay it off. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.lending.arrears import Arrears
from loancrm.lending.ledger import Payment, Position, replay
from loancrm.lending.schedule import Instalment, accrued, remaining
from loancrm.lending.terms import Terms


@dataclass(frozen=True, slots=True)
class Running:
    """A loan as it runs.

    Attributes:
        terms: those in force.
        rows: its instalments from the first to the last: those kept of earlier versions of the schedule, and
            those that follow from ``terms``.
        after: the number of the last instalment kept from an earlier version.
        rates: later rates, as ``schedule.remaining`` takes them.
        payments: money that came and was not reversed.
        arrears: how arrears bear interest; None: not at all.
        standing: what it owes on the day that is asked about, where its history is longer than ``rows`` say;
            kept rows then hold what is left of them, and its allocations are those of the version in force.
    """

    terms: Terms
    rows: tuple[Instalment, ...]
    after: int = 0
    rates: tuple[tuple[date, int], ...] = ()
    payments: tuple[Payment, ...] = ()
    arrears: Arrears | None = None
    standing: Position | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What pays a loan off at the end of a day; amounts in minor units.

    Attributes:
        on: the day.
        gone: the number of the last instalment that is due by then, or whose period has ended; 0: none.
        outstanding_principal: all of it, ``due_principal`` too.
        due_principal: of instalments that are gone and not paid.
        due_interest: of instalments that are gone and not paid.
        accrued_interest: of the period that is running, and of earlier ones whose interest comes later.
        penalty: penalty and compound interest.
        interest_ahead: paid already of instalments that are not gone.
        interest_over: as much of it as lies above what ran until the day.
    """

    on: date
    gone: int
    outstanding_principal: int
    due_principal: int
    due_interest: int
    accrued_interest: int
    penalty: int
    interest_ahead: int = 0
    interest_over: int = 0

    @property
    def total(self) -> int:
        """What pays the loan off: interest of days to come that was paid already is given back with it."""
        owing = self.outstanding_principal + self.due_interest + self.accrued_interest + self.penalty
        return owing - self.given_back

    @property
    def given_back(self) -> int:
        """What of interest paid ahead pays principal instead when it is all paid; a minor unit is left."""
        return min(self.interest_over, max(self.ahead - 1, 0))

    @property
    def last_interest(self) -> int:
        """The interest that comes with all the principal; below zero where more was paid than ran."""
        return self.accrued_interest - self.given_back

    @property
    def to_settle(self) -> int:
        """What comes before any principal can be paid early."""
        return self.due_principal + self.due_interest + self.accrued_interest + self.penalty

    @property
    def ahead(self) -> int:
        """The principal that is not due yet."""
        return self.outstanding_principal - self.due_principal


def owed(loan: Running, on: date) -> Owed:
    """Return what pays a loan off at the end of ``on``: interest runs to that day, by the loan's day count.

    Raises:
        InvalidInput: the day lies before the loan began.
    """
    began_on = loan.rows[0].starts_on if loan.rows else loan.terms.start_on
    if on < began_on:
        raise InvalidInput(_("the loan began on {day}").format(day=began_on), field="--on")
    position = loan.standing or replay(loan.rows, loan.payments, on, loan.arrears)
    gone = _gone(loan.rows, on)
    paid = {what: _paid(position, what, gone) for what in ("principal", "interest")}
    early = position.left.get(0, (0, 0))  # was to be paid early, and its payment was reversed
    due_principal = early[0] + sum(row.principal_due for row in loan.rows[:gone]) - paid["principal"][0]
    due_interest = early[1] + sum(row.interest_due for row in loan.rows[:gone]) - paid["interest"][0]
    running = deferred(loan, gone) + _running(loan, gone, on) - paid["interest"][1]
    return Owed(
        on,
        gone,
        position.outstanding_principal,
        due_principal,
        due_interest,
        max(running, 0),
        position.penalty,
        paid["interest"][1],
        max(-running, 0),
    )


def _gone(rows: Sequence[Instalment], on: date) -> int:
    """Return how many instalments are due, or have a period that has ended though the due day was moved."""
    ends = [*(row.starts_on for row in rows[1:]), *(row.due_on for row in rows[-1:])]
    return sum(min(row.due_on, end) <= on for row, end in zip(rows, ends, strict=True))


def _paid(position: Position, what: str, gone: int) -> tuple[int, int]:
    """Return what came of principal or interest: of the instalments that are gone, and of those ahead."""
    parts = [(one.number or 0, one.amount) for one in position.allocations if one.what == what]
    behind = sum(amount for number, amount in parts if number <= gone)
    return behind, sum(amount for _number, amount in parts) - behind


def _own(loan: Running) -> tuple[Instalment, ...]:
    """Return the rows of the version in force as if each collected its own interest."""
    first = loan.rows[loan.after]
    terms = replace(loan.terms, interest_grace=0)
    opening = first.balance + first.principal_due
    return remaining(terms, opening, loan.after, rates=loan.rates, from_on=first.starts_on)


def deferred(loan: Running, gone: int) -> int:
    """Return the interest of periods gone by, after so many instalments, that comes with a later one."""
    if loan.after == len(loan.rows):  # all was to be paid off
        return 0
    plain, rows = _own(loan), loan.rows[loan.after :]
    carried = sum(row.interest_due for row in rows) - sum(row.interest_due for row in plain)
    place = max(gone - loan.after, 0)
    so_far = sum(row.interest_due for row in plain[:place]) - sum(row.interest_due for row in rows[:place])
    return carried + so_far


def _running(loan: Running, gone: int, on: date) -> int:
    """Return the interest of the period that is running."""
    if gone == len(loan.rows):
        return 0
    row = loan.rows[gone]
    whole = _own(loan)[gone - loan.after].interest_due if gone >= loan.after else row.interest_due
    return min(accrued(loan.terms, row, max(on, row.starts_on), loan.rates), whole)
