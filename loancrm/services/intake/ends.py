"""How a loan ended, as a row of a file says it: a status, its day if there is one, what was written off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from loancrm.i18n import _
from loancrm.reports.quality import MEANINGS
from loancrm.services.intake.tally import Item, Tally
from loancrm.view import BEGINNING

FINAL = ("settled", "written_off", "transferred", "cancelled")


@dataclass(frozen=True, slots=True)
class End:
    """An end as ``LoanStatus`` keeps it. ``effective_on`` is ``BEGINNING`` where nobody gave a day."""

    status: str
    effective_on: date
    is_dated: bool
    amount: int | None
    write_off_reported_on: date | None

    @property
    def closed_on(self) -> date | None:
        """The day as today's copy keeps it."""
        return self.effective_on if self.is_dated else None


def end_of(item: Item) -> End | None:
    """Return how the row says its loan ended, or None."""
    given = item.part("loan")
    status = given.get("status")
    if status not in FINAL:
        return None
    reported = given.get("written_off_on")
    day = reported if status == "written_off" else given.get("settled_on")
    return End(
        status=status,
        effective_on=day or BEGINNING,
        is_dated=day is not None,
        amount=given.get("written_off_amount") or None,
        write_off_reported_on=reported if status != "written_off" else None,
    )


def warn_of_oddities(item: Item, tally: Tally) -> None:
    """Warn of what contradicts itself or is missing in a loan's row, as ``report quality`` does."""
    given = item.part("loan")
    end = end_of(item)
    principal, lost = given.get("principal"), given.get("written_off_amount") or 0
    start, matures = given.get("disbursed_on"), given.get("matures_on")
    odd = (
        ("no_disbursement_date", "disbursed_on", start is None and "principal" in given),
        ("zero_principal", "principal", principal == 0),
        ("zero_term", "term_months", given.get("term_months") == 0),
        ("unknown_outcome", "status", given.get("status") == "unknown"),
        ("matures_before_disbursed", "matures_on", bool(start and matures and matures < start)),
        ("written_off_above_principal", "written_off_amount", principal is not None and lost > principal),
        (
            "settled_with_write_off",
            "written_off_on",
            end is not None and end.status == "settled" and bool(end.amount or end.write_off_reported_on),
        ),
        (
            "written_off_without_date",
            "written_off_on",
            end is not None and end.status == "written_off" and not end.is_dated,
        ),
        ("write_off_without_outcome", "written_off_amount", end is None and "status" in given and lost > 0),
        (
            "ended_before_disbursed",
            "settled_on",
            bool(end and end.is_dated and start and end.effective_on < start),
        ),
    )
    for check, name, holds in odd:
        if holds:
            tally.warn(item, f"loan.{name}", check, _(MEANINGS[check]))
