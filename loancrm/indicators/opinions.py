"""What customers answered in surveys, by customer: the newest answers, and when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select

from loancrm.indicators.sources import Sources
from loancrm.models import SurveyAnswer, SurveyResponse, table

ROLES = ("overall", "nps")


def opinions(sources: Sources) -> Any:
    """Return the newest answer of each role that is told of a customer, as ``overall`` and ``nps``."""
    return sources.of("opinions", _newest).c


def answered(sources: Sources) -> Any:
    """Return on which day a customer answered a survey for the last time, as ``last_on``."""
    return sources.of("answered", _last).c


def _newest(sources: Sources) -> Select[Any]:
    rows, whole = table(SurveyAnswer), table(SurveyResponse)
    newest = (whole.c.effective_on.desc(), whole.c.id.desc())
    place = func.row_number().over(partition_by=(whole.c.customer_id, rows.c.role), order_by=newest)
    query = (
        select(whole.c.customer_id, rows.c.role, rows.c.value, place.label("place"))
        .select_from(whole.join(rows, rows.c.response_id == whole.c.id))
        .where(rows.c.role.in_(ROLES), sources.view.sees(whole), sources.view.sees(rows))
    )
    ranked = sources.scoped(query, whole.c.customer_id).subquery("ranked_answers").c
    values = (func.max(case((ranked.role == role, ranked.value))).label(role) for role in ROLES)
    return select(ranked.customer_id, *values).where(ranked.place == 1).group_by(ranked.customer_id)


def _last(sources: Sources) -> Select[Any]:
    rows = table(SurveyResponse)
    query = select(rows.c.customer_id, func.max(rows.c.effective_on).label("last_on"))
    query = query.where(sources.view.sees(rows)).group_by(rows.c.customer_id)
    return sources.scoped(query, rows.c.customer_id)
