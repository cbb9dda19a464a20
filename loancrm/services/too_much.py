"""How much a loan that is serviced here takes on a day, and what more than that gets for an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from loancrm.errors import InvalidInput
from loancrm.i18n import _, titled
from loancrm.lending.ledger import Payment, Step
from loancrm.lending.running import Owed, owed
from loancrm.numerals import format_money
from loancrm.reports.ledger import Kept, running


@dataclass(frozen=True, slots=True)
class Most:
    """What a loan takes on a day; amounts in minor units.

    Attributes:
        amount: the most; what pays it off, or less where money of later days leaves it less to take.
        found: what it owes.
        is_early: whether the most pays principal that is not due, where as much by the schedule would pay
            interest of days to come instead.
    """

    amount: int
    found: Owed
    is_early: bool


def most_of(facts: Kept, on: date, wanted: int) -> Most:
    """Return what a loan takes on a day, of an amount that is wanted (minor units)."""
    loan = running(facts, on)
    found = owed(loan, on)
    assert loan.standing is not None, "running has looked"
    whole = loan.standing.penalty + sum(sum(parts) for parts in loan.standing.left.values())
    amount = max(min(found.total, whole), 0)
    tried = min(amount, wanted)
    beyond = _beyond(facts, on, tried) if tried > 0 else 0
    return Most(amount if beyond <= 0 else tried - beyond, found, found.total < whole)


def _beyond(facts: Kept, on: date, amount: int) -> int:
    """Return how much of a payment would be left over once everything that is known has happened."""
    last = len(facts.payments) + len(facts.versions)
    after = replace(facts, payments=(*facts.payments, Payment(on, amount, last + 1)))
    return after.carried().steps[-1].unallocated - facts.carried().steps[-1].unallocated


def may_be_too_much(facts: Kept, amount: int) -> bool:
    """Say whether a payment could be too much: not while all that ever came is less than what was drawn.

    What pays a loan off is at least its principal less everything that was paid, interest too.
    """
    drawn = sum(version.drawn for version in facts.versions)
    return amount >= drawn - sum(one.amount for one in facts.payments)


def surely_fit(facts: Kept, payments: Sequence[Payment]) -> bool:
    """Say whether a loan takes all these payments for certain; one replay says it of a whole life.

    False is no answer: the last instalment paid early, or what pays off, is looked at one by one.
    """
    came = Counter[date]()
    for one in (*facts.payments, *payments):
        came[one.on] += one.amount
    new = {one.on for one in payments}
    after = replace(facts, payments=(*facts.payments, *payments))
    steps = after.carried().steps
    if steps[-1].unallocated:
        return False
    before = pairwise(steps)  # each says what is owed until the next
    return not any(
        _may_end(after, step, following.on, came[following.on])
        for step, following in before
        if following.on in new
    )


def _may_end(facts: Kept, step: Step, on: date, amount: int) -> bool:
    """Say whether what comes on a day could pay the loan off before all of it is due."""
    rows = facts.versions[step.version].rows
    if amount < step.outstanding_principal - step.interest_paid or all(row.due_on <= on for row in rows):
        return False
    paid_to = step.interest_unsettled_on or date.max
    ahead = sum(row.interest_due for row in rows if on < row.due_on <= paid_to)  # of it some may be paid
    return amount >= step.outstanding_principal - ahead


def problem(facts: Kept, amount: int, on: date, *, may_end: bool = False) -> str | None:
    """Return why a loan does not take an amount (minor units) on a day, naming the most; None: it does.

    Args:
        facts: its ledger.
        amount: what came.
        on: its day.
        may_end: whether just what pays the loan off is taken, though not all of it is due.
    """
    if amount > 0 and not may_be_too_much(facts, amount):
        return None
    most = most_of(facts, on, amount)
    words = format_money(most.amount)
    if amount <= 0:
        return _("must be above zero; the loan takes {amount} at most on that day").format(amount=words)
    if amount > most.amount:
        return _("the loan takes {amount} at most on that day").format(amount=words)
    if amount == most.found.total and most.is_early and not may_end:
        return _("{amount} pays the loan off on that day; less is paid by its schedule").format(amount=words)
    return None


def refuse_too_much(facts: Kept, amount: int, on: date, *, may_end: bool = False) -> None:
    """Refuse what is not above zero, or more than pays a loan off on a day; arguments as in ``problem``.

    Raises:
        InvalidInput: it names the most.
    """
    words = problem(facts, amount, on, may_end=may_end)
    if words is not None:
        hinted = _("{command} pays it off, without interest of days to come")
        hint = hinted.format(command="loancrm loan payoff")
        raise InvalidInput(
            titled("AMOUNT", words), field="AMOUNT", hint=None if may_end or amount <= 0 else hint
        )
