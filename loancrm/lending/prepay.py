"""Early repayment: what is due and the interest to the day come first, the rest is principal. Pure.

What the borrower chooses decides the schedule of the rest, over the same due days as before:

- ``smaller``: as many instalments as before, each of them smaller;
- ``shorter``: as few instalments as keep each no larger than it would have been;
- ``next``: the principal of the next instalments is paid, the others stay; interest falls with the balance;
- ``skip``: as ``next``, and nothing at all is due until the instalments whose principal is paid are over;
  their interest comes, without capitalisation, with the instalment after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from loancrm.calendars import add_months
from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.lending.rounding import rounded
from loancrm.lending.running import Owed, Running, owed
from loancrm.lending.schedule import Instalment, less_interest, remaining
from loancrm.lending.terms import Terms
from loancrm.numerals import format_money

CHOICES = ("shorter", "smaller", "next", "skip")
# What pays all its principal at the end has nothing to choose; flat interest does not follow the balance.
_FEWER = {"bullet": ("smaller",), "single": ("smaller",), "flat": ("shorter", "smaller")}


@dataclass(frozen=True, slots=True)
class Prepayment:
    """What an early repayment does; amounts in minor units.

    Attributes:
        choice: one of ``CHOICES``.
        settled: what was owed on the day, and is paid first.
        principal: paid early.
        terms: of the rest; ``principal`` is what is outstanding then.
        after: the number of the last instalment that stays as it was.
        rows: the instalments of the rest.
        interest_before: what would have come after the day without the early repayment.
    """

    choice: str
    settled: Owed
    principal: int
    terms: Terms
    after: int
    rows: tuple[Instalment, ...]
    interest_before: int

    @property
    def balance(self) -> int:
        """What is outstanding after it."""
        return self.settled.ahead - self.principal

    @property
    def interest_after(self) -> int:
        """The borrower's interest after the day."""
        return sum(row.interest_due for row in self.rows)


def choices(terms: Terms) -> tuple[str, ...]:
    """Return what a borrower can choose for a loan of these terms."""
    return _FEWER.get(terms.repayment, CHOICES)


def prepay(loan: Running, amount: int, on: date, choice: str) -> Prepayment:
    """Return what paying ``amount`` (minor units) on ``on`` does.

    Raises:
        InvalidInput: the choice is not one for this loan, or the amount is too little or more than enough.
    """
    if choice not in choices(loan.terms):
        message = _("a loan of this kind leaves: {choices}").format(choices=", ".join(choices(loan.terms)))
        raise InvalidInput(message, field="--choice")
    found = owed(loan, on)
    principal = amount - found.to_settle
    _check(found, amount)
    present = _Rest(loan, found, found.ahead)
    plan = replace(present, balance=found.ahead - principal)
    terms = plan.terms(choice)
    rows = plan.rows(terms)
    before = sum(row.interest_due for row in loan.rows[found.gone :])
    before -= found.accrued_interest + found.interest_ahead
    return Prepayment(choice, found, principal, terms, found.gone, rows, before)


def over(loan: Running, found: Owed, balance: int) -> Terms:
    """Return a loan's terms over another balance that is not due yet, of the same kind.

    Where all was paid ahead there is nothing to be in proportion to: an own table pays at the end.
    """
    if found.ahead:
        return _Rest(loan, found, balance).terms("smaller")
    terms = replace(loan.terms, principal=balance)
    if terms.repayment != "custom":
        return terms
    return replace(terms, table=(0,) * (len(loan.terms.table) - 1) + (balance,))


def _check(found: Owed, amount: int) -> None:
    if amount <= found.to_settle:
        message = _("{amount} is owed on that day before principal can be paid early; pay more")
        raise InvalidInput(message.format(amount=format_money(found.to_settle)), field=_("amount"))
    if amount >= found.total:
        message = _("{amount} pays the loan off on that day; less can be paid early")
        raise InvalidInput(message.format(amount=format_money(found.total)), field=_("amount"))


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left of a loan on a day, and how its balance is spread."""

    loan: Running
    found: Owed
    balance: int

    def rows(self, terms: Terms) -> tuple[Instalment, ...]:
        rows = remaining(terms, self.balance, self.found.gone, rates=self.loan.rates, from_on=self.found.on)
        return less_interest(rows, self.found.interest_over)

    def terms(self, choice: str) -> Terms:
        if choice == "shorter":
            return self._shorter()
        if choice == "smaller":
            return self._same()
        return self._from_the_front(choice == "skip")

    @property
    def _balances(self) -> list[int]:
        """The balances that were agreed for the rest, from today's on, over what is not due yet."""
        rows = self.loan.rows[self.found.gone :]
        return [min(one, self.found.ahead) for one in (self.found.ahead, *(row.balance for row in rows))]

    def _same(self) -> Terms:
        """Return the terms as they are, over the new balance."""
        terms, ahead = self.loan.terms, self.found.ahead
        if terms.repayment == "custom":
            return self._table([rounded(self.balance * one, ahead) for one in self._balances])
        if terms.repayment == "flat":
            return replace(terms, principal=max(rounded(terms.principal * self.balance, ahead), 1))
        if terms.repayment == "balloon" and self.balance <= terms.balloon:
            return replace(terms, principal=self.balance, repayment="bullet", balloon=0)
        return replace(terms, principal=self.balance)

    def _from_the_front(self, is_skipping: bool) -> Terms:
        balances = self._balances
        terms = self._table([min(self.balance, one) for one in balances])
        if not is_skipping:
            return terms
        paid = [
            place for place, (before, one) in enumerate(pairwise(balances), 1) if before > one >= self.balance
        ]
        if not paid:
            first = next(before - one for before, one in pairwise(balances) if before > one)
            least = format_money(self.found.to_settle + first)
            raise InvalidInput(_("to skip an instalment takes at least {least}").format(least=least))
        return replace(terms, interest_grace=self.found.gone + paid[-1])

    def _table(self, balances: Sequence[int]) -> Terms:
        """Return terms whose principal follows from balances, of which the first is today's."""
        terms, gone = self.loan.terms, self.found.gone
        parts = [before - one for before, one in pairwise(balances)]
        table = ((0,) * gone + tuple(parts))[: None if terms.settlement_day else terms.instalments]
        return replace(
            terms,
            principal=self.balance,
            repayment="custom",
            table=table,
            principal_grace=0,
            interest_grace=min(terms.interest_grace, terms.instalments - 1),
            recurring_grace=0,
            balloon=0,
        )

    def _shorter(self) -> Terms:
        if self.loan.terms.repayment == "custom":
            return self._from_the_back()
        same = self._same()
        present = replace(self, balance=self.found.ahead)
        most = _burden(same, present.rows(present._same()))
        low, high = _fewest(same, self.found), same.instalments
        while low < high:
            middle = (low + high) // 2
            if _burden(same, self.rows(_cut(same, middle))) <= most:
                high = middle
            else:
                low = middle + 1
        return _cut(same, high)

    def _from_the_back(self) -> Terms:
        """Return a table that goes on as agreed, and ends when all is paid."""
        paid = self.found.ahead - self.balance
        balances = [max(one - paid, 0) for one in self._balances]
        whole = self._table(balances)
        used = max(n for n, part in enumerate(whole.table, 1) if part)
        return whole if whole.settlement_day else _cut(whole, used)


def _cut(terms: Terms, n: int) -> Terms:
    """Return the terms with so many instalments, or months where there is a settlement day."""
    grace = min(terms.interest_grace, n - 1)
    return replace(
        terms, instalments=n, interest_grace=grace, due_dates=terms.due_dates[:n], table=terms.table[:n]
    )


def _fewest(terms: Terms, found: Owed) -> int:
    """Return the fewest instalments, or months, that end after the day."""
    graces = max(terms.principal_grace, terms.recurring_grace)
    least = max(found.gone + 1, graces + 1)
    if terms.settlement_day is None:
        return min(least, terms.instalments)
    return next(
        n
        for n in range(graces + 1, terms.instalments + 1)
        if n == terms.instalments
        or add_months(terms.start_on, n) > add_months(found.on, terms.frequency.months)
    )


def _burden(terms: Terms, rows: Sequence[Instalment]) -> int:
    """Return the largest instalment before the last, or of equal principal the largest principal."""
    usual = rows[:-1] or rows
    if terms.repayment == "equal_principal" or terms.recurring_grace:
        return max(row.principal_due for row in usual)
    return max(row.total_due for row in usual)
