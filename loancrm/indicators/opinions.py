"""What customers answered in surveys, by customer: the newest answers, and when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, select

from loancrm import models
from loancrm.indicators.sources import Sources
from loancrm.models import table

ROLES = ("overall", "nps")


def opinions(sources: Sources) -> Any:
    """Return of a customer: the newest answer of each role, ``overall`` and ``nps``, and the day of the last.

    The day, ``last_on``, is that of any answer to a survey.
    """
    return sources.of("opinions", _opinions).c


def _opinions(sources: Sources) -> Select[Any]:
    rows, whole = table(models.SurveyAnswer), table(models.SurveyResponse)
    newest = (whole.c.effective_on.desc(), whole.c.id.desc())
    place = func.row_number().over(partition_by=(whole.c.customer_id, rows.c.role), order_by=newest)
    told = and_(rows.c.response_id == whole.c.id, rows.c.role.in_(ROLES), sources.view.sees(rows))
    query = (
        select(whole.c.customer_id, whole.c.effective_on, rows.c.role, rows.c.value, place.label("place"))
        .select_from(whole.outerjoin(rows, told))
        .where(sources.view.sees(whole))
    )
    ranked = sources.scoped(query, whole.c.customer_id).subquery("ranked_answers").c
    values = [
        func.max(case((and_(ranked.role == role, ranked.place == 1), ranked.value))).label(role)
        for role in ROLES
    ]
    last_on = func.max(ranked.effective_on).label("last_on")
    return select(ranked.customer_id, *values, last_on).group_by(ranked.customer_id)
