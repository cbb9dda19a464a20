"""Showing the kinds of relief for a loan side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from loancrm import parsing
from loancrm.i18n import _, titled
from loancrm.numerals import exact_number
from loancrm.render.columns import Column
from loancrm.vocabulary import label

if TYPE_CHECKING:
    from loancrm.context import Context
    from loancrm.reports.relief import ReliefLine
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
    """Show every kind of relief, with why one is not allowed and what becomes of the class below it."""
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
        missing = next((line.dscr_missing for line in lines if line.dscr_missing), None)
        footer = [
            *([titled(_("no DSCR"), missing)] if missing else []),
            f"loancrm relief apply {loan} --kind … --months {more} --why …",
        ]
        rows = [_shown(line) for line in lines]
        crm.show(rows, _with_values(columns, rows), title=_("relief"), footer=footer, whole=True)


def _shown(line: ReliefLine) -> dict[str, Any]:
    """Return a line with what stands below it: why it is refused, when it ends, and the class meanwhile."""
    parts = [] if line.why_not is None else [line.why_not]
    parts.append(_("matures {day}").format(day=line.matures_on))
    if line.five_tier is not None:
        words = label("five_tier", line.five_tier)
        until = line.until and _("{class} until {day}").format(**{"class": words, "day": line.until})
        parts.append(until or words)
    dscr = None if line.dscr is None else exact_number(line.dscr)
    shown = {"kind_shown": label("relief", line.kind), "says": " · ".join(parts)}
    return {**asdict(line), "dscr": dscr, **shown}


def _with_values(columns: Sequence[Column], rows: Sequence[dict[str, Any]]) -> list[Column]:
    """Return the columns; on the page those of the debtor's capacity only where something is known of it."""
    known = {name for name in ("payment_to_income", "dscr") if any(row[name] is not None for row in rows)}
    unknown = {"payment_to_income", "dscr"} - known
    return [replace(column, table=column.table and column.key not in unknown) for column in columns]


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
