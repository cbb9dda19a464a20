"""A loan that is paid out in parts: each draw makes the rest of the schedule anew. Pure.

A draw adds to what is not due yet. The due days and their number stay; the instalments that are left carry
the new balance from the day of the draw on. Interest that ran until that day, on what was outstanding then,
comes with the first instalment that collects interest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.lending.due_dates import IsWorkingDay
from loancrm.lending.ledger import Payment
from loancrm.lending.prepay import over
from loancrm.lending.running import Owed, Running, owed
from loancrm.lending.schedule import Instalment, less_interest, remaining, schedule
from loancrm.lending.terms import Terms


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a further draw makes of a loan: terms and instalments of the rest, and what was owed before."""

    terms: Terms
    rows: tuple[Instalment, ...]
    found: Owed


def drawn(loan: Running, amount: int, on: date) -> Drawn | None:
    """Return what one more draw (minor units) makes of a loan; None: its last instalment is due.

    Raises:
        InvalidInput: the new terms cannot be.
    """
    found = owed(loan, on)
    if found.gone == len(loan.rows):
        return None
    balance = found.ahead + amount
    terms = over(loan, found, balance)
    rows = remaining(terms, balance, found.gone, rates=loan.rates, from_on=on, carried=found.accrued_interest)
    return Drawn(terms, less_interest(rows, found.interest_over), found)


def planned(
    terms: Terms, draws: Sequence[tuple[date, int]], working: IsWorkingDay | None = None
) -> tuple[Instalment, ...]:
    """Return the instalments of a loan that is drawn in parts and paid as agreed.

    Args:
        terms: of the first draw.
        draws: the further ones by day, amounts in minor units.
        working: whether a day is a working day; None: as decreed in mainland China.

    Raises:
        InvalidInput: a draw on or before the first one, or after the last instalment.
    """
    rows = schedule(terms) if working is None else schedule(terms, working)
    loan = Running(terms, rows)
    for on, amount in sorted(draws):
        paid = tuple(
            Payment(row.due_on, row.total_due) for row in loan.rows if row.due_on <= on and row.total_due
        )
        loan = Running(loan.terms, loan.rows, loan.after, payments=paid)
        found = None if on <= terms.start_on else drawn(loan, amount, on)
        if found is None:
            message = _("{day} is not between the first draw and the last instalment").format(day=on)
            raise InvalidInput(titled("--draws", message), field="--draws")
        loan = Running(found.terms, loan.rows[: found.found.gone] + found.rows, found.found.gone)
    return loan.rows
