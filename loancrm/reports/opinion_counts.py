"""How often which answer was given, by survey and group: all that a report on satisfaction rests on.

A statement each for answers, responses, invitations and pairs of answers, however many customers there are;
what comes back is as many rows as there are answers on the scales.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, func, select

from loancrm.dialect import count_where
from loancrm.indicators.facts import customers_at
from loancrm.models import Officer, SurveyAnswer, SurveyInvitation, SurveyResponse, table
from loancrm.reports.surveys import answered
from loancrm.view import View

RESPONSE, INVITATION, ANSWER = table(SurveyResponse), table(SurveyInvitation), table(SurveyAnswer)
WHOLE = "*"  # the group of everybody
GROUPS = {"segment": "segment", "officer": "officer_id", "region": "region"}
Group = str | None  # None: customers of whom it is not known
Place = tuple[int, Group]  # survey and group
Asked = tuple[int, Group, str, str | None]  # survey, group, question, other bank


@dataclass(frozen=True)
class Counts:
    """What was counted; ``groups`` are those there are, without that of everybody."""

    answers: Mapping[Asked, Counter[int]]
    responses: Mapping[Place, int]
    answered: Mapping[Place, int]
    invited: Mapping[Place, int]
    groups: tuple[Group, ...]

    def said(self, survey: int, group: Group, question: str, rival: str | None = None) -> Counter[int]:
        """Return how often each answer was given."""
        return self.answers.get((survey, group, question, rival), Counter())


def counts(view: View, by: str | None = None) -> Counts:
    """Return what was counted by the view's day, of everybody and of each group of customers of that day."""
    answers: dict[Asked, Counter[int]] = defaultdict(Counter)
    responses: Counter[Place] = Counter()
    answered_: Counter[Place] = Counter()
    invited: Counter[Place] = Counter()
    for row in view.rows(_answers(view, by)):
        for group in _groups(row.grouped, by):
            answers[row.survey_id, group, row.question, row.rival][row.value] += row.n
    for row in view.rows(_responses(view, by)):
        for group in _groups(row.grouped, by):
            responses[row.survey_id, group] += row.n
            answered_[row.survey_id, group] += row.hits
    for row in view.rows(_invited(view, by)):
        for group in _groups(row.grouped, by):
            invited[row.survey_id, group] += row.n
    known = {group for _survey, group in (*responses, *invited)} - {WHOLE}
    groups = sorted(known, key=lambda group: (group is None, group or ""))
    return Counts(answers, responses, answered_, invited, tuple(groups))


def _groups(group: Group, by: str | None) -> tuple[Group, ...]:
    return (WHOLE,) if by is None else (WHOLE, group)


def _grouped(view: View, rows: Table, by: str | None) -> tuple[Any, Any]:
    """Return the group of a row of a customer, and what the row is joined with for it."""
    if by is None:
        return func.max(rows.c.survey_id).label("grouped"), rows  # of no meaning: there is one group
    people = customers_at(view, GROUPS[by])
    joined = rows.join(people, people.c.id == rows.c.customer_id)
    if by != "officer":
        return people.c[GROUPS[by]].label("grouped"), joined
    officers = table(Officer)
    return officers.c.code.label("grouped"), joined.outerjoin(officers, officers.c.id == people.c.officer_id)


def _answers(view: View, by: str | None) -> Select[Any]:
    group, source = _grouped(view, RESPONSE, by)
    c = ANSWER.c
    keys = (RESPONSE.c.survey_id, c.question, c.rival, c.value)
    query = select(*keys, func.count().label("n"), group).select_from(
        source.join(ANSWER, c.response_id == RESPONSE.c.id)
    )
    query = query.where(c.value.is_not(None), view.sees(RESPONSE), view.sees(ANSWER))
    return query.group_by(*keys, *_by(group, by))


def _responses(view: View, by: str | None) -> Select[Any]:
    group, source = _grouped(view, RESPONSE, by)
    hits = count_where(answered(view)).label("hits")
    query = select(RESPONSE.c.survey_id, func.count().label("n"), hits, group).select_from(source)
    return query.where(view.sees(RESPONSE)).group_by(RESPONSE.c.survey_id, *_by(group, by))


def _invited(view: View, by: str | None) -> Select[Any]:
    group, source = _grouped(view, INVITATION, by)
    query = select(INVITATION.c.survey_id, func.count().label("n"), group).select_from(source)
    return query.where(view.sees(INVITATION)).group_by(INVITATION.c.survey_id, *_by(group, by))


def _by(group: Any, by: str | None) -> tuple[Any, ...]:
    return () if by is None else (group.element,)


Pairs = Mapping[tuple[str, str], Mapping[tuple[int, int], int]]  # (role, dimension) -> (answer, other) -> n


def pairs(view: View, survey_id: int, roles: tuple[str, ...]) -> Pairs:
    """Return how often who answered a dimension so answered the question of a role so, in one survey."""
    one, other = ANSWER.alias("one"), ANSWER.alias("other")
    keys = (other.c.role.label("with_role"), one.c.question, one.c.value, other.c.value.label("other_value"))
    query = (
        select(*keys, func.count().label("n"))
        .select_from(
            RESPONSE.join(one, one.c.response_id == RESPONSE.c.id).join(
                other, other.c.response_id == RESPONSE.c.id
            )
        )
        .where(
            RESPONSE.c.survey_id == survey_id,
            one.c.role == "dimension",
            one.c.rival.is_(None),
            one.c.value.is_not(None),
            other.c.role.in_(roles),
            other.c.value.is_not(None),
            *(view.sees(rows) for rows in (RESPONSE, one, other)),
        )
        .group_by(*(other.c.role, one.c.question, one.c.value, other.c.value))
    )
    found: dict[tuple[str, str], dict[tuple[int, int], int]] = defaultdict(dict)
    for row in view.rows(query):
        found[row.with_role, row.question][row.value, row.other_value] = row.n
    return found
