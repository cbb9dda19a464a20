"""Penalty, compound and misuse interest that serviced loans owe on a day: replayed, where any can be."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, or_, select

from loancrm.models import LoanPosition, LoanTerms, table
from loancrm.reports.ledger import kept_of
from loancrm.reports.misuse import bear_misuse, spoken_of
from loancrm.view import View


def penalties(view: View, loan_ids: Collection[int], late_ids: Collection[int]) -> dict[int, int]:
    """Return what loans owe of it at the end of the view's day, in minor units; those not named owe none.

    Args:
        view: as of which day.
        loan_ids: loans that are serviced here, not too many for one statement.
        late_ids: those of them that are past due on the day; others may owe what ran before they paid.
    """
    terms, steps = table(LoanTerms), table(LoanPosition)
    bears = or_(terms.c.penalty_rate > 0, terms.c.has_compound.is_(True), terms.c.misuse_rate > 0)
    was_late = exists().where(steps.c.loan_id == terms.c.loan_id, steps.c.days_before > 0, view.sees(steps))
    query = select(terms.c.loan_id).where(terms.c.loan_id.in_(loan_ids), bears, view.sees(terms))
    query = query.where(or_(terms.c.loan_id.in_(late_ids), was_late)).distinct()
    found = {*view.connection.scalars(query), *spoken_of(view, bear_misuse(view, loan_ids))}
    return {
        loan_id: facts.owes(view.as_of).penalty
        for loan_id, facts in (kept_of(view, sorted(found)) if found else {}).items()
    }
