"""A new loan that repays an old one on the day of its draw: renewal without repayment, new loan for old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.errors import Conflict, InvalidInput
from loancrm.i18n import _
from loancrm.lending.running import Owed, owed
from loancrm.lending.schedule import Instalment
from loancrm.lending.terms import Terms
from loancrm.models import Contract, Loan, table
from loancrm.numerals import format_money, plain_money
from loancrm.policy import policy as policies
from loancrm.reports.ledger import Kept, running
from loancrm.services.payments import PayIn, book
from loancrm.services.stage_checks import Case
from loancrm.services.versions import agree_anew, open_loan
from loancrm.unitofwork import UnitOfWork


@dataclass(frozen=True, slots=True)
class Replaced:
    """A loan that another one repays on a day, and with how much; amounts in minor units.

    ``freed`` is the room that this makes in the credit line of the new one.
    """

    loan: Row[Any]
    facts: Kept
    terms: Terms
    found: Owed
    kind: str
    amount: int
    paid: int
    freed: int


def replaced(uow: UnitOfWork, case: Case, amount: int, paid: int, on: date) -> Replaced | None:
    """Return the loan that a new one repays with ``amount`` on its day, None for a loan that repays no other.

    Args:
        uow: of the command.
        case: the new loan.
        amount: what is drawn, in minor units.
        paid: what the customer paid for the old loan on the day.
        on: the day.

    Raises:
        Conflict: the customer has to pay another amount on the day, or the old loan cannot be repaid on it.
        InvalidInput: more is drawn than the old loan owes, or it is said what was paid for no loan.
    """
    if case.loan.replaces_id is None:
        if paid:
            raise InvalidInput(_("--paid: this loan repays no other"), field="--paid")
        return None
    rows = table(Loan)
    query = select(rows.c.number).where(rows.c.id == case.loan.replaces_id)
    loan, facts, on = open_loan(uow, uow.connection.execute(query).scalar_one(), on)
    runs = running(facts, on)
    found = owed(runs, on)
    _refuse_difference(loan.number, found.total - amount, paid)
    _refuse_matured(uow, case, loan.number, runs.rows[-1].due_on, on)
    freed = found.outstanding_principal if _same_line(uow, loan, case.loan) else 0
    return Replaced(loan, facts, runs.terms, found, case.loan.replacement, amount, paid, freed)


def repay(uow: UnitOfWork, old: Replaced) -> None:
    """End the old loan: what the customer paid settles what was owed, the new loan repays the principal."""
    found = old.found
    row = Instalment(0, found.on, found.on, found.ahead, found.last_interest, 0, 0)
    agree_anew(uow, old.loan, old.facts, "replaced", old.terms, (row,), found, on=found.on)
    for kind, part in (("repayment", old.paid), (old.kind, old.amount)):
        if part:
            book(uow, old.loan, PayIn(loan=old.loan.number, amount=part, on=found.on, kind=kind), found.on)


def _refuse_difference(number: str, needed: int, paid: int) -> None:
    if needed < 0:
        message = _("--amount: more than loan {number} owes on that day").format(number=number)
        raise InvalidInput(message, field="--amount")
    if paid != needed:
        raise Conflict(
            _("loan {number} takes {amount} of the customer's own money on that day").format(
                number=number, amount=format_money(needed)
            ),
            hint=_("--paid {amount} says that it came").format(amount=plain_money(needed)),
            field="--paid",
            code="to_settle",
        )


def _refuse_matured(uow: UnitOfWork, case: Case, number: str, matures_on: date, on: date) -> None:
    """The limits of the kind hold on the day of the draw too."""
    rule = policies.in_force(uow.view()).relief.kinds.get(case.loan.replacement)
    if rule is not None and rule.before_maturity and on > matures_on:
        raise Conflict(
            _("loan {number} matured on {day}, before its renewal").format(number=number, day=matures_on),
            code="not_allowed",
        )


def _same_line(uow: UnitOfWork, one: Row[Any], other: Row[Any]) -> bool:
    rows = table(Contract)
    query = select(rows.c.facility_id).where(rows.c.id.in_([one.contract_id, other.contract_id]))
    lines = list(uow.connection.scalars(query))
    both = 1 if one.contract_id == other.contract_id else 2
    return len(lines) == both and lines[0] is not None and len(set(lines)) == 1
