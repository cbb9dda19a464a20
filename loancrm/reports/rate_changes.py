"""How the rate of a loan that is serviced here changed: what a letter says, for any change of the past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from loancrm.lending.schedule import Instalment
from loancrm.reports.ledger import Kept, kept, running
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class RateChange:
    """A version of a loan's terms that has another rate than the one before it.

    Rates in millionths, amounts in minor units. ``next_due_on`` is the first due day after the change with
    something due; ``old_instalment`` is what was due next before it.
    """

    version: int
    on: date
    old: int
    new: int
    old_instalment: int
    new_instalment: int
    next_due_on: date | None
    matures_on: date


def rate_changes(view: View, loan_id: int) -> list[RateChange]:
    """Return the changes of a loan's rate by the view's day, the oldest first; none of one kept elsewhere."""
    facts = kept(view, loan_id)
    return [] if facts is None else list(_changes(view, facts))


def _changes(view: View, facts: Kept) -> Iterator[RateChange]:
    for place, row in enumerate(facts.terms[1:], 1):
        if row.effective_on > view.as_of:
            return
        earlier = replace(facts, terms=facts.terms[:place], versions=facts.versions[:place])
        before = running(earlier, row.effective_on)
        old = before.rates[-1][1] if before.rates else before.terms.annual_rate
        new = row.rates[-1][1] if row.rates else row.annual_rate
        if old != new:
            yield _change(row, old, new, before.rows, facts.versions[place].rows)


def _change(
    row: Row[Any], old: int, new: int, before: tuple[Instalment, ...], after: tuple[Instalment, ...]
) -> RateChange:
    was, first = _next(before, row.effective_on), _next(after, row.effective_on)
    return RateChange(
        version=row.version,
        on=row.effective_on,
        old=old,
        new=new,
        old_instalment=was.total_due if was else 0,
        new_instalment=first.total_due if first else 0,
        next_due_on=first.due_on if first else None,
        matures_on=after[-1].due_on,
    )


def _next(rows: tuple[Instalment, ...], on: date) -> Instalment | None:
    return next((row for row in rows if row.due_on > on and row.total_due), None)
