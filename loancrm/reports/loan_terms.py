"""What is agreed of a loan beside its figures: how its rate follows another, and what may still be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, or_, select

from loancrm.models import Loan, LoanStage, LoanTerms, Snapshot, table
from loancrm.view import View

TERMS, STAGE = table(LoanTerms), table(LoanStage)
GRANTED = ("approval", "contract")
OVER = ("declined", "withdrawn")


def pays_out(terms: Any = TERMS) -> ColumnElement[bool]:
    """Return the condition that money is paid out with a version, and not only made principal."""
    return or_(terms.c.version == 1, terms.c.reason == "draw")


def priced(view: View, loan: Row[Any]) -> dict[str, Any]:
    """Return the published rate that a loan follows, the spread over it, and the next day it is looked up.

    Of a loan that is kept elsewhere only the day is known, by its newest snapshot.
    """
    t, rows = TERMS.c, table(Snapshot)
    newest = select(TERMS).where(t.loan_id == loan.id, view.sees(TERMS))
    agreed = view.one(newest.order_by(t.version.desc(), t.id.desc()).limit(1))
    if agreed is not None:
        names = ("reference", "spread", "repricing", "reprices_on")
        return {name: agreed._mapping[name] for name in names}
    query = select(rows.c.reprices_on).where(rows.c.loan_id == loan.id, view.sees(rows))
    last = view.one(query.order_by(rows.c.effective_on.desc(), rows.c.id.desc()).limit(1))
    nothing = {"reference": None, "spread": None, "repricing": None}
    return {**nothing, "reprices_on": last and last.reprices_on}


def drawn_of(view: View, loan_ids: Sequence[int]) -> dict[int, int]:
    """Return what was drawn of loans, in minor units: all of one that is kept elsewhere."""
    loan, t = table(Loan), TERMS.c
    query = select(loan.c.id, loan.c.principal).where(loan.c.id.in_(loan_ids))
    found = {row.id: row.principal for row in view.rows(query)}
    paid = func.sum(case((pays_out(), t.drawn), else_=0)).label("drawn")
    ours = select(t.loan_id, paid).where(t.loan_id.in_(loan_ids), view.knows(TERMS)).group_by(t.loan_id)
    return found | {row.loan_id: int(row.drawn) for row in view.rows(ours)}


def undrawn(view: View, loan: Row[Any]) -> dict[str, Any]:
    """Return what of the approval may still be drawn and until when, and what lapsed since (minor units).

    All is missing of a loan that nobody approved here, and of one that was declined, withdrawn or has ended.
    """
    s = STAGE.c
    query = select(STAGE).where(s.loan_id == loan.id, view.sees(STAGE))
    steps = view.rows(query.order_by(s.effective_on, s.id))
    granted = next((step for step in reversed(steps) if step.stage in GRANTED), None)
    has_ended = loan.closed_on is not None and loan.closed_on <= view.as_of
    if granted is None or granted.amount is None or has_ended or steps[-1].stage in OVER:
        return {"undrawn": None, "draw_until": None, "lapsed": None}
    paid = select(func.coalesce(func.sum(TERMS.c.drawn), 0))
    drawn = view.connection.scalar(paid.where(TERMS.c.loan_id == loan.id, pays_out(), view.sees(TERMS)))
    left, until = granted.amount - int(drawn or 0), granted.expires_on
    is_over = until is not None and until < view.as_of
    return {
        "undrawn": 0 if is_over else left,
        "draw_until": until if left else None,
        "lapsed": left if is_over else 0,
    }
