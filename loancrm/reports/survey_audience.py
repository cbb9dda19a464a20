"""Whom a survey goes to: its audience, who is left in peace and why, and how many each segment lacks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, null, select

from loancrm.indicators.figures import Figures
from loancrm.indicators.lots import by_lot
from loancrm.models import SurveyInvitation, table
from loancrm.policy.conditions import Asked
from loancrm.policy.policy import Policy
from loancrm.policy.survey_shapes import NO_SEGMENT
from loancrm.policy.unjudged import open_columns
from loancrm.reports.audience import without_consent
from loancrm.reports.surveys import Found
from loancrm.reports.undecided import by_rule
from loancrm.view import View

ROWS = table(SurveyInvitation)
LATELY = "asked_lately"


def candidates(
    view: View, policy: Policy, found: Found, scope: Select[Any] | None = None, asked: Asked | None = None
) -> Select[Any]:
    """Return who may be drawn: customer_id, number, segment, reason (why not after all; NULL: may be).

    Those who have an invitation to it are none of them, nor archived customers. With a ``scope`` (a select
    of customer ids) it is about those, whatever the survey's condition says. ``asked`` stands in for that.
    """
    return _asked(view, policy, found, scope, asked)[1]


def unjudged(view: View, policy: Policy, found: Found, scope: Select[Any] | None = None) -> dict[str, int]:
    """Return of how many who may be drawn a rule of ``spare`` cannot be judged, by rule."""
    figures, query = _asked(view, policy, found, scope, None)
    rules = policy.surveys.spare
    people = query.add_columns(*open_columns(rules, figures)).subquery("people")
    return by_rule(view, select(people).where(people.c.reason.is_(None)), rules)


def _asked(
    view: View, policy: Policy, found: Found, scope: Select[Any] | None, asked: Asked | None
) -> tuple[Figures, Select[Any]]:
    rules, condition = policy.surveys, asked or found.survey.audience
    names = {name for _rule, when in rules.spare for name in when.indicators()}
    names |= set() if scope is not None else condition.indicators()
    figures = Figures(view, policy.terms, sorted(names), attributes=("archived_on", "segment"), scope=scope)
    people = figures.customers.c
    reasons = without_consent(view, people.id, "contact", rules.shape.consent)
    if rules.shape.rest_days is not None:
        reasons.append((_asked_since(view, people.id, rules.shape.rest_days), literal(LATELY)))
    reasons += [(when.sql(figures.columns), literal(rule)) for rule, when in rules.spare]
    reason = case(*reasons, else_=null()) if reasons else null()
    query = figures.select(
        people.id.label("customer_id"),
        people.number,
        func.coalesce(people.segment, NO_SEGMENT).label("segment"),
        reason.label("reason"),
    ).where(people.archived_on.is_(None), ~_is_invited(view, people.id, found.id))
    return figures, query if scope is not None else query.where(condition.sql(figures.columns))


def _is_invited(view: View, customer_id: ColumnElement[Any], survey_id: int) -> ColumnElement[bool]:
    there = ROWS.c.customer_id == customer_id, ROWS.c.survey_id == survey_id, view.stands(ROWS)
    return exists().where(*there)


def _asked_since(view: View, customer_id: ColumnElement[Any], days: int) -> ColumnElement[bool]:
    since = ROWS.c.effective_on >= view.as_of - timedelta(days=days)
    return exists().where(ROWS.c.customer_id == customer_id, since, view.sees(ROWS))


def placed(people: Select[Any], seed: int) -> Select[Any]:
    """Return candidates with their place in the lot of their segment: those held back apart."""
    one = people.subquery("people")
    order = (by_lot(one.c.number, seed), one.c.number)
    apart = (one.c.segment, one.c.reason.is_(None))
    place = func.row_number().over(partition_by=apart, order_by=order).label("place")
    return select(one, by_lot(one.c.number, seed).label("lot"), place)


def lacking(view: View, found: Found) -> dict[str, int] | None:
    """Return how many each segment lacks of its sample; None where everybody is asked."""
    sample = found.survey.shape.sample
    if sample is None:
        return None
    query = select(func.coalesce(ROWS.c.segment, NO_SEGMENT).label("segment"), func.count().label("n"))
    query = query.where(ROWS.c.survey_id == found.id, view.stands(ROWS)).group_by(ROWS.c.segment)
    invited = {row.segment: row.n for row in view.rows(query)}
    return {segment: max(0, n - invited.get(segment, 0)) for segment, n in sample.per_segment.items()}
