"""What was signed for and not drawn yet: it lapses on the day that was set at the signing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, exists, func, literal, or_, select

from loancrm.agenda.base import Agenda
from loancrm.dialect import total
from loancrm.models import Loan, LoanStage, LoanStatus, LoanTerms, table


def undrawn(agenda: Agenda) -> Select[Any]:
    """Return signed loans of which something may still be drawn, before that ends."""
    shape, view = agenda.due.approval, agenda.view
    assert shape is not None
    loan, rows, later = table(Loan), table(LoanStage), table(LoanStage).alias("later")
    terms = table(LoanTerms)
    is_draw = or_(terms.c.version == 1, terms.c.reason == "draw")
    drawn = (
        select(func.coalesce(total(case((is_draw, terms.c.drawn), else_=0)), 0))
        .where(terms.c.loan_id == rows.c.loan_id, view.sees(terms))
        .correlate(rows)
        .scalar_subquery()
    )
    left = rows.c.amount - drawn
    query = agenda.ladder(
        "approval",
        shape,
        loan.c.customer_id,
        rows.c.expires_on,
        until_talked=False,
        amount=left,
        code=literal("undrawn"),
        ref=loan.c.number,
    )
    is_over = exists().where(
        later.c.loan_id == rows.c.loan_id, later.c.stage.in_(("declined", "withdrawn")), view.sees(later)
    )
    ends = table(LoanStatus)  # not the loan's copy of it, which is of what is known today
    has_ended = exists().where(ends.c.loan_id == loan.c.id, view.sees(ends))
    query = query.select_from(rows.join(loan, loan.c.id == rows.c.loan_id)).where(
        rows.c.stage == "contract",
        view.sees(rows),
        view.stands(loan),
        rows.c.expires_on >= view.as_of,
        left > 0,
        ~is_over,
        ~has_ended,
    )
    return agenda.of_scope(query, loan.c.customer_id)
