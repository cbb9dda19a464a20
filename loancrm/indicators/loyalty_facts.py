"""Facts that can earn points: a select for each kind, with customer_id, the fact's key, and its day.

A key names one fact of a customer for ever, so that it earns once however often accruals run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    cast,
    exists,
    extract,
    func,
    literal,
    select,
    union_all,
)

from loancrm import models
from loancrm.dialect import add_days, as_text
from loancrm.indicators.draws import draws
from loancrm.indicators.facts import CUSTOMER, LOAN, SNAPSHOT, days_overdue
from loancrm.indicators.past import observations
from loancrm.indicators.sources import Sources
from loancrm.models import LoanStatus, table

YEARS_KEPT = range(1, 61)
FOUR_YEARS = 1461  # days
Facts = Callable[[Sources, date], Select[Any]]


def _fact(customer_id: Any, key: ColumnElement[Any], on: Any) -> list[ColumnElement[Any]]:
    return [customer_id.label("customer_id"), as_text(key).label("fact"), on.label("on")]


def month_in_order(sources: Sources, since: date) -> Select[Any]:
    """Months before this one of which every snapshot says that nothing is past due; serviced here: none."""
    view, c = sources.view, SNAPSHOT.c
    days, month = days_overdue(SNAPSHOT), _month(c.effective_on)
    query = select(
        LOAN.c.customer_id, month.label("month"), func.max(c.effective_on).label("on"),
        func.max(days).label("worst"), func.count(days).label("told"), func.count().label("all"),
    ).join_from(SNAPSHOT, LOAN, LOAN.c.id == c.loan_id)  # fmt: skip
    this_month = view.as_of.year * 100 + view.as_of.month
    query = query.where(view.sees(SNAPSHOT), view.knows(LOAN), c.effective_on >= since, month < this_month)
    if view.has_applications:
        kept = table(models.LoanPosition).alias("kept_here")
        query = query.where(~exists().where(kept.c.loan_id == LOAN.c.id, view.sees(kept)))
    found = query.group_by(LOAN.c.customer_id, month).subquery("months").c
    return select(*_fact(found.customer_id, found.month, found.on)).where(
        found.worst <= 0, found.told == found.all
    )


def _month(day: Any) -> ColumnElement[int]:
    return cast(extract("year", day) * 100 + extract("month", day), Integer)


def instalment_on_time(sources: Sources, since: date) -> Select[Any]:
    """Instalments of loans that are serviced here, paid by the end of their day."""
    span = (sources.view.as_of - since).days + 1
    seen = observations(sources, span, with_days=False, with_demands=True).subquery("demands").c
    key = seen.key.concat(literal(":", Text())).concat(as_text(seen.on))
    return select(*_fact(seen.customer_id, key, seen.on)).where(
        seen.noun == "instalment", seen.is_on_time == 1, seen.on >= since
    )


def settled_early(sources: Sources, since: date) -> Select[Any]:
    """Loans repaid in full before they matured."""
    rows = table(LoanStatus)
    c = rows.c
    return (
        select(*_fact(LOAN.c.customer_id, LOAN.c.number, c.effective_on))
        .join_from(rows, LOAN, LOAN.c.id == c.loan_id)
        .where(sources.view.sees(rows), sources.view.knows(LOAN), c.status == "settled", c.is_dated)
        .where(c.effective_on < LOAN.c.matures_on, c.effective_on >= since)
    )


def referral_disbursed(sources: Sources, since: date) -> Select[Any]:
    """Customers whom a customer brought, from their first loan after that on."""
    view, rows = sources.view, table(models.Referral)
    c, first = rows.c, func.min(LOAN.c.disbursed_on)
    drawn = and_(LOAN.c.customer_id == c.customer_id, LOAN.c.disbursed_on >= c.effective_on)
    found = (
        select(c.referrer_id, CUSTOMER.c.number, first.label("on"))
        .join_from(rows, LOAN, drawn)
        .join(CUSTOMER, CUSTOMER.c.id == c.customer_id)
        .where(view.sees(rows), view.sees(LOAN), c.referrer_id.is_not(None))
        .where(LOAN.c.disbursed_on <= view.as_of)
        .group_by(c.referrer_id, CUSTOMER.c.number)
        .subquery("brought_in")
        .c
    )
    return select(*_fact(found.referrer_id, found.number, found.on)).where(found.on >= since)


def tenure_year(sources: Sources, since: date) -> Select[Any]:
    """Full years since the first draw, a year being 365 1/4 days."""
    years = union_all(*(select(literal(n, Integer()).label("n")) for n in YEARS_KEPT)).subquery("years").c
    first = draws(sources)
    on = add_days(first.first_on, years.n * FOUR_YEARS // 4)
    every = first.customer_id.table.join(years.n.table, years.n >= YEARS_KEPT.start)
    query = select(*_fact(first.customer_id, years.n, on)).select_from(every)
    return query.where(on <= sources.view.as_of, on >= since)


def event_attended(sources: Sources, since: date) -> Select[Any]:
    """Events that a customer came to."""
    guest, event = table(models.EventGuest), table(models.Event)
    on = func.min(guest.c.effective_on)
    return (
        select(*_fact(guest.c.customer_id, event.c.number, on))
        .join_from(guest, event, event.c.id == guest.c.event_id)
        .where(sources.view.sees(guest), guest.c.step == "attended", guest.c.effective_on >= since)
        .group_by(guest.c.customer_id, event.c.number)
    )


def survey_answered(sources: Sources, since: date) -> Select[Any]:
    """Surveys that a customer answered, whatever was answered; one that is answered anew counts once."""
    response, survey = table(models.SurveyResponse), table(models.Survey)
    view, c, on = sources.view, response.c, func.min(response.c.effective_on)
    return (
        select(*_fact(c.customer_id, survey.c.code, on))
        .join_from(response, survey, survey.c.id == c.survey_id)
        .where(view.sees(response), view.stands(survey), c.effective_on >= since)
        .group_by(c.customer_id, survey.c.code)
    )


FACTS: Mapping[str, Facts] = {
    "month_in_order": month_in_order,
    "instalment_on_time": instalment_on_time,
    "settled_early": settled_early,
    "referral_disbursed": referral_disbursed,
    "tenure_year": tenure_year,
    "event_attended": event_attended,
    "survey_answered": survey_answered,
}
