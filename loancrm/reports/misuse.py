"""What was found to be used otherwise than agreed: parts by payments out of a loan, all of it by a mark."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from loancrm.lending.arrears import Misuse, Misused, misused_from
from loancrm.models import ClassMark, LoanTerms, UseOfProceeds, table
from loancrm.policy.policy import in_force
from loancrm.view import View

MISUSE, DEVIATION = "misuse", "deviation"  # a mark of the loan, and of one payment out of it
USE, MARK, TERMS = table(UseOfProceeds), table(ClassMark), table(LoanTerms)


def deviating(view: View, loan_ids: Collection[int]) -> list[Row[Any]]:
    """Return the payments out of these loans of which a deviation is known, of any day."""
    u = USE.c
    query = select(USE).where(u.loan_id.in_(loan_ids), u.deviation.is_not(None), view.knows(USE))
    return view.rows(query.order_by(u.loan_id, u.effective_on, u.id))


def found_on(row: Row[Any]) -> date:
    """Return the day from which a deviation counts: when it was found, else that of the payment."""
    return row.found_on or row.effective_on  # type: ignore[no-any-return]


def misused_of(view: View, loan_ids: Collection[int]) -> dict[int, tuple[Misused, ...]]:
    """Return how much of these loans bears interest for misuse from which day on, by the loan's key.

    A part is what was paid out otherwise than agreed, where the policy of the day on which that was found
    calls it misuse. A mark that names the loan is of all of it; one of the customer names no loan that was
    misused, and costs nothing.
    """
    found = _parts(view, loan_ids)
    for loan_id, more in _marked(view, loan_ids).items():
        found.setdefault(loan_id, []).extend(more)
    return {loan_id: misused_from(each) for loan_id, each in found.items()}


def _parts(view: View, loan_ids: Collection[int]) -> dict[int, list[Misuse]]:
    found: dict[int, list[Misuse]] = {}
    for row in deviating(view, loan_ids):
        on = found_on(row)
        if row.deviation in in_force(view.at(on)).proceeds.misuse:
            found.setdefault(row.loan_id, []).append(Misuse(on, row.settled_on, row.amount))
    return found


def _marked(view: View, loan_ids: Collection[int]) -> Mapping[int, list[Misuse]]:
    """Return the times in which a mark names the loan, until one of the loan or the customer lifts it."""
    m, of_loan = MARK.c, MARK.alias("of_loan")
    named = select(of_loan.c.customer_id).where(of_loan.c.loan_id.in_(loan_ids), of_loan.c.kind == MISUSE)
    query = select(MARK).where(m.kind == MISUSE, m.customer_id.in_(named), view.knows(MARK))
    rows = view.rows(query.order_by(m.effective_on, m.id))
    wanted = {row.loan_id for row in rows} & set(loan_ids)
    return {loan_id: _times([row for row in rows if row.loan_id in (loan_id, None)]) for loan_id in wanted}


def _times(rows: Sequence[Row[Any]]) -> list[Misuse]:
    found: list[Misuse] = []
    since: date | None = None
    for row in rows:
        if row.is_lifted and since is not None:
            found.append(Misuse(since, row.effective_on, None))
            since = None
        elif not row.is_lifted and since is None and row.loan_id is not None:
            since = row.effective_on
    return [*found, *([] if since is None else [Misuse(since, None, None)])]


def bear_misuse(view: View, loan_ids: Collection[int]) -> list[int]:
    """Return those of the loans that were agreed to bear interest for misuse."""
    agreed = select(TERMS.c.loan_id).where(TERMS.c.loan_id.in_(loan_ids), TERMS.c.misuse_rate > 0)
    return list(view.connection.scalars(agreed.where(view.knows(TERMS)).distinct()))


def spoken_of(view: View, loan_ids: Collection[int]) -> set[int]:
    """Return those of the loans of which a misuse is known, whatever became of it."""
    if not loan_ids:
        return set()
    uses = select(USE.c.loan_id).where(USE.c.loan_id.in_(loan_ids), USE.c.deviation.is_not(None))
    marks = select(MARK.c.loan_id).where(MARK.c.loan_id.in_(loan_ids), MARK.c.kind == MISUSE)
    return {
        *view.connection.scalars(uses.where(view.knows(USE))),
        *view.connection.scalars(marks.where(view.knows(MARK))),
    }
