"""When customers drew money: loans, and further draws of loans that are serviced here."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, func, select, union_all

from loancrm import models
from loancrm.dialect import count_where
from loancrm.indicators.facts import LOAN
from loancrm.indicators.ledger import disbursed_at
from loancrm.indicators.sources import Sources
from loancrm.models import table


def draws(sources: Sources) -> Any:
    """Return by customer first_on and last_on of its draws, and how many were ``recent`` (RFM)."""
    return sources.of("draws", _draws).c


def _draws(sources: Sources) -> Select[Any]:
    view = sources.view
    days: date = sources.before(sources.worth.draw_days)
    disbursed = disbursed_at(view, LOAN) if view.has_applications else LOAN.c.disbursed_on
    parts = [
        select(LOAN.c.customer_id, disbursed.label("drawn_on")).where(
            view.sees(LOAN), disbursed <= view.as_of
        )
    ]
    if view.has_applications:
        terms = table(models.LoanTerms)
        later = select(LOAN.c.customer_id, terms.c.effective_on).join_from(
            terms, LOAN, LOAN.c.id == terms.c.loan_id
        )
        parts.append(later.where(view.sees(terms), terms.c.version > 1, terms.c.drawn > 0))
    rows = union_all(*(sources.scoped(part, LOAN.c.customer_id) for part in parts)).subquery("drawn").c
    return select(
        rows.customer_id,
        func.min(rows.drawn_on).label("first_on"),
        func.max(rows.drawn_on).label("last_on"),
        count_where(rows.drawn_on > days).label("recent"),
    ).group_by(rows.customer_id)
