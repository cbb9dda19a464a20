"""What is left of a loan's instalments, one by one, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loancrm.lending.schedule import Instalment


@dataclass(slots=True)
class Owed:
    """What is left of one instalment."""

    row: Instalment
    principal: int
    interest: int
    settled_on: date | None = None

    def left(self, what: str) -> int:
        """Return the principal or the interest that is left, in minor units."""
        return self.principal if what == "principal" else self.interest

    def pay(self, what: str, amount: int, on: date) -> None:
        """Take an amount off the principal or the interest; what is paid in full is settled on that day."""
        if what == "principal":
            self.principal -= amount
        else:
            self.interest -= amount
        if self.principal == 0 and self.interest == 0:
            self.settled_on = on


def when_due(due_on: date, on: date) -> str:
    """Return whether a day is past due, due or ahead of ``on``, as an order of allocation names it."""
    if due_on == on:
        return "due"
    return "past_due" if due_on < on else "in_advance"


def oldest(late: Sequence[Owed], as_of: date, what: str) -> int:
    """Return the days past due of the oldest instalment with something unpaid."""
    return max(((as_of - one.row.due_on).days for one in late if one.left(what) > 0), default=0)


def first_unsettled(owed: Sequence[Owed], what: str) -> date | None:
    """Return the day of the first instalment with something unpaid; None where all is paid."""
    return min((one.row.due_on for one in owed if one.left(what) > 0), default=None)
