"""What is to be repriced: shown, or agreed on with a letter for each loan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loancrm.errors import PartlyDone, UsageFault
from loancrm.i18n import _, n_
from loancrm.render.columns import Column

if TYPE_CHECKING:
    from loancrm.context import Context


def show_due(crm: Context, columns: Sequence[Column], loans: Sequence[str], on: str | None) -> None:
    """Show the loans whose repricing day has come by the day.

    Raises:
        UsageFault: a day of a change where nothing is changed.
    """
    from loancrm.reports.repricing import repricings

    if on is not None:
        raise UsageFault(_("--on goes with --apply; --as-of looks at another day"), field="--on")
    with crm.view() as view:
        rows = repricings(view, crm.policy(view), loans)
        footer = [_("next: loancrm loan reprice-due --apply")] if rows else []
        crm.show(rows, columns, title=_("to be repriced"), footer=footer)


def apply_due(crm: Context, loans: Sequence[str], on: str | None) -> None:
    """Agree on the new rates, show the letters, and say which loans wait.

    Raises:
        PartlyDone: some wait; what could be done is done.
    """
    from loancrm.services.change_requests import reprice_due_in
    from loancrm.services.repricing import reprice_due
    from loancrm.shell.letters import rate_letter

    receipt = crm.change(reprice_due, reprice_due_in(loans, on), "loan reprice-due")
    n = len(receipt.repriced)
    sentence = n_("{n} loan has another rate", "{n} loans have another rate", n).format(n=n)
    crm.receipt(receipt, sentence, *(line for one in receipt.repriced for line in rate_letter(crm, one)))
    if receipt.waiting:
        first = receipt.waiting[0]
        m = len(receipt.waiting)
        words = n_("{n} loan waits: {loan}, {why}", "{n} loans wait; the first is {loan}: {why}", m)
        raise PartlyDone(
            words.format(n=m, loan=first.loan, why=first.why),
            hint=_("loancrm rate add SERIES RATE --on DAY says what was published; then once more"),
        )
