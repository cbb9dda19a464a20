"""Showing the kinds of relief for a loan side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loancrm import parsing
from loancrm.i18n import _, titled
from loancrm.render.columns import Column
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.services.relief import ReliefReceipt


def show_relief(
    crm: Context,
    columns: Sequence[Column],
    loan: str,
    months: str,
    rate: str | None,
    *,
    has_consent: bool,
    is_capitalising: bool,
) -> None:
    """Show every kind of relief, and below the table why one is not allowed."""
    from loancrm.reports.relief import compare

    more = parsing.count(months, "--months", 0, 360)
    annual_rate = None if rate is None else parsing.rate(rate, "--rate")
    with crm.view() as view:
        lines = compare(
            view,
            crm.policy(view),
            loan,
            months=more,
            annual_rate=annual_rate,
            has_consent=has_consent,
            is_capitalising=is_capitalising,
        )
        refused = [titled(label("relief", line.kind), line.why_not) for line in lines if line.why_not]
        footer = [*refused, f"loancrm relief apply {loan} --kind … --months {more} --why …"]
        crm.show(lines, columns, title=_("relief"), footer=footer, whole=True)


def relief_given(receipt: ReliefReceipt) -> list[str]:
    """Return what is said of relief that was given: a sentence, then notes."""
    due = _("next due {day}: {amount}").format(day=receipt.next_due_on or "—", amount=receipt.new_instalment)
    if receipt.new_loan is None:
        words = _("loan {number} has version {n} of its schedule")
        return [words.format(number=receipt.loan, n=receipt.version), due]
    if receipt.waits_because is None:
        words = _("loan {new} repays loan {old}")
        return [words.format(new=receipt.new_loan, old=receipt.loan), due]
    return [
        _("application for loan {number} taken in").format(number=receipt.new_loan),
        receipt.waits_because,
        _("loancrm loan disburse {new} then repays loan {old}").format(
            new=receipt.new_loan, old=receipt.loan
        ),
    ]
