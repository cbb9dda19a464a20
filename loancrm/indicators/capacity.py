"""What a student's debt is measured against: the income, and the instalments that are due next."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, select

from loancrm import models
from loancrm.dialect import count_where, total
from loancrm.indicators.facts import loans_at
from loancrm.indicators.sources import Sources
from loancrm.models import table


def income(sources: Sources) -> Any:
    """Return the newest income that is the student's own, else the household's: fact_id, monthly_amount."""
    return sources.of("income", _income).c


def _income(sources: Sources) -> Select[Any]:
    c = table(models.Income).c
    order = (case((c.earner == "student", 0), else_=1), c.effective_on.desc(), c.id.desc())
    place = func.row_number().over(partition_by=c.customer_id, order_by=order).label("place")
    query = select(c.customer_id, c.id.label("fact_id"), c.monthly_amount, place).where(
        sources.view.sees(table(models.Income))
    )
    ranked = sources.scoped(query, c.customer_id).subquery("ranked")
    return select(ranked.c.customer_id, ranked.c.fact_id, ranked.c.monthly_amount).where(ranked.c.place == 1)


def instalments(sources: Sources) -> Any:
    """Return what is due next on the live loans together, NULL where it is not known of one of them."""
    return sources.of("instalments", _instalments).c


def _instalments(sources: Sources) -> Select[Any]:
    stale = sources.terms.stale_after_days
    loan = loans_at(sources.view, stale_after_days=stale, scope=sources.scope, name="loans_paid").c
    live = loan.is_live == 1
    unknown = count_where(and_(live, loan.next_due_amount.is_(None)))
    due = total(case((live, loan.next_due_amount)))
    return select(loan.customer_id, case((unknown == 0, due)).label("next_due_amount")).group_by(
        loan.customer_id
    )
