"""The use of a loan: when the bank itself has to pay, and what a deviation does to the class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from loancrm.errors import InvalidInput
from loancrm.i18n import _
from loancrm.models import UseOfProceeds, table
from loancrm.numerals import format_money
from loancrm.policy.policy import Policy
from loancrm.reports.loan_terms import drawn_of
from loancrm.services.misuse import recount
from loancrm.services.standing import restand_touched
from loancrm.unitofwork import UnitOfWork

MINOR_UNITS = 100  # in one unit of the currency


class Uses:
    """What was drawn of loans, and for what it was used: read once for each loan, added to by each use."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._drawn: dict[int, int] = {}
        self._spent: dict[int, dict[str, int]] = {}

    def prepare(self, loan_ids: Iterable[int]) -> None:
        """Read what is known of these loans, in few statements."""
        wanted = sorted(set(loan_ids) - self._drawn.keys())
        if not wanted:
            return
        view, uses = self._uow.view(), table(UseOfProceeds)
        self._drawn |= drawn_of(view, wanted)
        self._spent |= {loan_id: {} for loan_id in wanted}
        query = select(uses.c.loan_id, uses.c.reference, uses.c.amount)
        for row in view.rows(query.where(uses.c.loan_id.in_(wanted), uses.c.voided_at.is_(None))):
            self._spent[row.loan_id][row.reference] = row.amount

    def take(self, loan_id: int, reference: str, amount: int) -> None:
        """Count a use in, in the place of one of the same reference.

        Raises:
            InvalidInput: all uses are more than was drawn.
        """
        self.prepare([loan_id])
        spent, drawn = self._spent[loan_id], self._drawn[loan_id]
        others = sum(spent.values()) - spent.get(reference, 0)
        if others + amount > drawn:
            message = _(
                "{field}: {over} more than the {drawn} that were drawn; {others} are recorded already"
            )
            shown = message.format(
                field="--amount",
                over=format_money(others + amount - drawn),
                drawn=format_money(drawn),
                others=format_money(others),
            )
            raise InvalidInput(shown, field="--amount", code="beyond_draws")
        spent[reference] = amount


def check_use(policy: Policy, loan: Mapping[str, Any], columns: Mapping[str, Any], uses: Uses) -> None:
    """Refuse a use that the policy, or the loan, does not allow.

    Raises:
        InvalidInput: the customer paid what the bank had to pay, nobody was paid, or days contradict.
    """
    _refuse_self_payment(policy, loan, columns)
    if columns["method"] == "entrusted" and columns["payee"] is None:
        raise _refuse(_("{field}: who the bank paid for the customer"), "--payee", "missing")
    if columns["deviation"] is None:
        for name in ("found_on", "settled_on"):
            if columns[name] is not None:
                option = "--" + name.replace("_", "-")
                raise _refuse(_("{field} goes with --deviation"), option, "missing")
    found_on = columns["found_on"] or columns["effective_on"]
    if found_on < columns["effective_on"]:
        raise _refuse(_("{field}: that day lies before the first one"), "--found-on", "days_reversed")
    if columns["settled_on"] is not None and columns["settled_on"] < found_on:
        raise _refuse(_("{field}: that day lies before the first one"), "--settled-on", "days_reversed")
    uses.take(loan["id"], columns["reference"], columns["amount"])


def _refuse_self_payment(policy: Policy, loan: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    limit = next(
        (
            rule.above
            for rule in policy.proceeds.entrusted
            if not rule.product or loan["product"] in rule.product
        ),
        None,
    )
    if columns["method"] != "self" or limit is None or columns["amount"] <= limit * MINOR_UNITS:
        return
    message = _("{field}: above {amount} the bank pays the payee itself (entrusted)")
    shown = message.format(field="--method", amount=format_money(limit * MINOR_UNITS))
    raise InvalidInput(shown, field="--method", code="entrusted_required")


def _refuse(message: str, option: str, code: str) -> InvalidInput:
    return InvalidInput(message.format(field=option), field=option, code=code)


def used(uow: UnitOfWork, loan_ids: Iterable[int]) -> None:
    """Bring ledgers and classes of loans up to date of whose use something was recorded or taken back."""
    touched = sorted(set(loan_ids))
    recount(uow, touched)
    restand_touched(uow, touched)
