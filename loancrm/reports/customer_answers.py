"""What a customer answered last in surveys, for the page before a call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from loancrm.models import Survey, SurveyAnswer, SurveyResponse, table
from loancrm.policy.policy import Policy
from loancrm.view import View

if TYPE_CHECKING:
    from loancrm.policy.due import LowAnswerShape

Line = dict[str, Any]
ANSWERS_SHOWN = 2  # responses: the last one, and the one that it is compared with
TOLD = ("overall", "nps", "ces")  # roles with a column of their own


def last_answers(view: View, policy: Policy, customer_id: int) -> Iterator[Line]:
    """Yield the newest responses of a customer, the newest first: one statement.

    Each has ``response``, ``survey``, ``on``, ``overall`` (1 to 5), ``nps`` (0 to 10), ``ces`` (1 to 7), None
    where it was not asked or not answered; ``dimensions`` with ``code``, ``title`` and ``value``; and
    ``low``, the codes of what was low: by the limits of the policy's ``due.low_answer``, a dimension that is
    on the scale of the answer overall by the limit of that. What was said of other banks is left out.
    """
    response, survey, answer = table(SurveyResponse), table(Survey), table(SurveyAnswer)
    newest = (
        select(response.c.id)
        .join(survey, survey.c.id == response.c.survey_id)
        .where(response.c.customer_id == customer_id, view.sees(response), view.stands(survey))
        .order_by(response.c.effective_on.desc(), response.c.id.desc())
        .limit(ANSWERS_SHOWN)
    )
    of_us = answer.c.response_id == response.c.id, answer.c.rival.is_(None), view.sees(answer)
    query = (
        select(response.c.id, response.c.number, response.c.effective_on, survey.c.code, survey.c.text)
        .add_columns(survey.c.data, answer.c.question, answer.c.role, answer.c.value)
        .join_from(response, survey, survey.c.id == response.c.survey_id)
        .outerjoin(answer, and_(*of_us))
        .where(response.c.id.in_(newest))
        .order_by(response.c.effective_on.desc(), response.c.id.desc(), answer.c.id)
    )
    for _key, rows in groupby(view.rows(query), key=lambda row: row.id):
        yield _line(list(rows), policy.due.low_answer)


def _line(rows: list[Any], limits: LowAnswerShape | None) -> Line:
    from loancrm.i18n import language
    from loancrm.policy.surveys import kept
    from loancrm.reports.surveys import response_code

    first = rows[0]
    asked = kept(first.text, first.data)
    said = {row.role: row.value for row in rows if row.role in TOLD}
    line: Line = {"response": response_code(first.number), "survey": first.code, "on": first.effective_on}
    line |= {role: said.get(role) for role in TOLD}
    line["dimensions"], low = [], [role for role in TOLD if _is_low(limits, role, said.get(role))]
    for row in rows:
        question = asked.question(row.question) if row.role == "dimension" else None
        if question is not None and row.value is not None:
            title = asked.said(question.name, language())
            line["dimensions"].append({"code": row.question, "title": title, "value": row.value})
            if question.has_shares and _is_low(limits, "overall", row.value):
                low.append(row.question)
    return line | {"low": low}


def _is_low(limits: LowAnswerShape | None, role: str, value: int | None) -> bool:
    """Whether the policy calls an answer low; the ease of things has no limit there."""
    most = {"nps": limits.nps_at_most, "overall": limits.overall_at_most} if limits else {}
    limit = most.get(role)
    return value is not None and limit is not None and value <= limit
