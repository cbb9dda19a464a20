"""Customers who were not satisfied, or would not recommend us, by what they answered in a survey."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, case, false, literal, or_, select

from loancrm.agenda.base import Agenda
from loancrm.dialect import add_days, as_text
from loancrm.models import Survey, SurveyAnswer, SurveyResponse, table


def low_answers(agenda: Agenda) -> Select[Any] | None:
    """Return low answers of late, until somebody talks with the customer; of two low ones the NPS is told."""
    shape, rows, survey = agenda.due.low_answer, table(SurveyResponse), table(Survey)
    assert shape is not None
    nps, overall = _answer(agenda, "nps"), _answer(agenda, "overall")
    is_low_nps = false() if shape.nps_at_most is None else nps <= shape.nps_at_most
    is_low = false() if shape.overall_at_most is None else overall <= shape.overall_at_most
    call_by = add_days(rows.c.effective_on, literal(shape.call_days, Integer()))
    query = agenda.reason(
        "low_answer",
        shape,
        rows.c.customer_id,
        due_on=call_by,
        late_on=call_by,
        code=case((is_low_nps, "low_nps"), else_="low_satisfaction"),
        ref=as_text(rows.c.number),
        n=case((is_low_nps, nps), else_=overall),
        about=survey.c.code,
        talk_since=rows.c.effective_on,
    )
    query = query.select_from(rows.join(survey, survey.c.id == rows.c.survey_id)).where(
        agenda.view.sees(rows),
        rows.c.effective_on >= agenda.view.as_of - timedelta(days=shape.days_after),
        or_(is_low_nps, is_low),
    )
    return agenda.of_scope(query, rows.c.customer_id)


def _answer(agenda: Agenda, role: str) -> ColumnElement[Any]:
    """Return what a response says to the question of a role."""
    rows, whole = table(SurveyAnswer), table(SurveyResponse)
    of_it = rows.c.response_id == whole.c.id, rows.c.role == role, agenda.view.sees(rows)
    return select(rows.c.value).where(*of_it).limit(1).correlate(whole).scalar_subquery()
