"""The facts behind a figure: the rows that it was drawn from, for the customers in scope.

An indicator names its facts; each name is a select here, over the same relations and with the same filters
as the figure's own. A row has ``key`` (number or code), ``on`` and what it says; ``noun`` where its kind is
another than that of the fact, such as a loan's ledger in place of a snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Table, case, null, select

from loancrm import models
from loancrm.indicators import capacity, newest, past, security, series, signs, ties
from loancrm.indicators.facts import LOAN, customers_at, loans_at
from loancrm.indicators.sources import Sources
from loancrm.indicators.statements import lines, of_a_year, one_back, statement
from loancrm.models import Contact, Facility, Feedback, table

Evidence = Callable[[Sources], Select[Any]]
_CONTACT, _FACILITY, _FEEDBACK = table(Contact), table(Facility), table(Feedback)
_SIZE = ("size_class", "industry", "employees")
_TICKET = ("kind", "importance", "urgency")


def _row(rows: Table | Any, key: ColumnElement[Any], *names: str) -> list[ColumnElement[Any]]:
    return [key.label("key"), rows.c.effective_on.label("on"), *(rows.c[name] for name in names)]


def _of_customers(
    sources: Sources, rows: Table, key: str, *names: str, since: int | None = None
) -> Select[Any]:
    query = select(*_row(rows, rows.c[key], *names)).where(sources.view.sees(rows))
    if since is not None:
        query = query.where(rows.c.effective_on > sources.before(since))
    return sources.scoped(query, rows.c.customer_id)


_OWED = ("outstanding_principal", "overdue_principal", "unpaid_interest", "days_past_due")


def _positions(sources: Sources, scope: Select[Any] | None = None) -> Select[Any]:
    stale, whose = sources.terms.stale_after_days, sources.scope if scope is None else scope
    loan = loans_at(sources.view, stale_after_days=stale, scope=whose, name="behind").c
    noun = case((loan.is_ledger == 1, "ledger"), else_="snapshot").label("noun")
    key = (loan.number.label("key"), loan.basis_on.label("on"), noun)
    return select(*key, *(loan[name] for name in _OWED)).where(loan.is_live == 1)


def _observed(span: int, *, demands: bool) -> Evidence:
    """Return what was seen of payment: how long was past due, or which demands were met in time."""

    def query(sources: Sources) -> Select[Any]:
        found = past.observations(sources, span, with_days=not demands, with_demands=demands)
        seen = found.subquery("observed").c
        on_time = case((seen.is_on_time == 1, "yes"), (seen.is_on_time == 0, "no"))
        says = on_time.label("on_time") if demands else seen.days_past_due
        return select(seen.key, seen.on, seen.noun, says)

    return query


def _paid_a_month(stage: str) -> Evidence:
    def query(sources: Sources) -> Select[Any]:
        loan = capacity.loan_payments(sources).subquery("paid_a_month").c
        return select(loan.key, loan.on, loan.noun, loan.payment).where(loan.stage == stage)

    return query


def _contacts(sources: Sources) -> Select[Any]:
    query = _of_customers(sources, _CONTACT, "number", "channel", "outcome")
    return query.where(_CONTACT.c.outcome.in_(sources.terms.real_outcomes))


def _facilities(sources: Sources) -> Select[Any]:
    expires = _FACILITY.c.expires_on
    in_force = expires.is_(None) | (expires > sources.view.as_of)
    return _of_customers(sources, _FACILITY, "number", "limit_amount", "expires_on").where(in_force)


def _complaints(sources: Sources) -> Select[Any]:
    query = _of_customers(sources, _FEEDBACK, "number", *_TICKET, since=_YEAR)
    return query.where(_FEEDBACK.c.kind == "complaint")


def _statement(lines_of: Callable[[Sources], Any]) -> Evidence:
    """Return the statement that a relation of statements took."""

    def query(sources: Sources) -> Select[Any]:
        key = lines_of(sources).statement_id
        columns = _row(table(models.Statement), table(models.Statement).c.number, "months", *lines())
        return select(*columns).where(table(models.Statement).c.id.in_(select(key)))

    return query


def _size(sources: Sources) -> Select[Any]:
    """Return what the customer's own row says of its size: the class as recorded, industry, employees."""
    people = customers_at(sources.view, *_SIZE).c
    on = null().cast(Date).label("on")  # each of the three has a day of its own
    query = select(people.number.label("key"), on, *(people[name] for name in _SIZE))
    return sources.scoped(query, people.id)


def _size_statement(sources: Sources) -> Select[Any]:
    """Return the statement of a year, where no class is recorded that goes before it."""
    people = customers_at(sources.view, "size_class").c
    computed = select(people.id).where(people.size_class.is_(None))
    return _statement(of_a_year)(sources).where(table(models.Statement).c.customer_id.in_(computed))


def _one(rows: Table, relation: Callable[[Sources], Any], *names: str) -> Evidence:
    """Return the row that a relation of newest rows took."""

    def query(sources: Sources) -> Select[Any]:
        return select(*_row(rows, rows.c.number, *names)).where(
            rows.c.id.in_(select(relation(sources).fact_id))
        )

    return query


def _collateral(sources: Sources) -> Select[Any]:
    worth, c = security.newest_appraisals(sources).subquery("worth"), table(models.Collateral).c
    columns = _row(table(models.Collateral), c.number, "kind")
    query = (
        select(*columns, worth.c.value.label("collateral_value"))
        .join_from(table(models.Collateral), worth, worth.c.collateral_id == c.id, isouter=True)
        .where(security.standing_collateral(sources))
    )
    return sources.scoped(query, c.customer_id)


def _clocks(sources: Sources) -> Select[Any]:
    query = select(*_row(table(models.LegalClock), table(models.LegalClock).c.number, "kind", "expires_on"))
    return sources.scoped(
        query.where(security.running_clock(sources)), table(models.LegalClock).c.customer_id
    )


def _members(kind: str) -> Evidence:
    def query(sources: Sources) -> Select[Any]:
        member = ties.members(sources, kind).subquery("found").c.member_id
        rows = table(models.Connection)
        names = select(rows.c.name).where(rows.c.kind == kind, sources.view.sees(rows))
        own = sources.scoped(names, rows.c.customer_id)
        return select(*_row(rows, rows.c.number, "kind", "name")).where(
            rows.c.customer_id.in_(select(member)),
            rows.c.kind == kind,
            rows.c.name.in_(own),
            sources.view.sees(rows),
        )

    return query


def _brought(sources: Sources) -> Select[Any]:
    rows = table(models.Referral)
    query = select(*_row(rows, rows.c.number)).where(sources.view.sees(rows), rows.c.referrer_id.is_not(None))
    return sources.scoped(query, rows.c.referrer_id)


def _group_positions(sources: Sources) -> Select[Any]:
    member = ties.members(sources, "group").subquery("found").c.member_id
    return _positions(sources, select(member))


def _rating(criterion: str) -> Evidence:
    return _one(table(models.Rating), lambda s: newest.rating(s, criterion), "criterion", "value")


def _holdings(sources: Sources) -> Select[Any]:
    closed_on = table(models.Holding).c.closed_on
    query = _of_customers(sources, table(models.Holding), "number", "product", "closed_on")
    return query.where(closed_on.is_(None) | (closed_on > sources.view.as_of))


def _opinions(role: str) -> Evidence:
    def query(sources: Sources) -> Select[Any]:
        rows, whole = table(models.SurveyAnswer), table(models.SurveyResponse)
        columns = [*_row(whole, whole.c.number), rows.c.role, rows.c.value]
        found = select(*columns).select_from(whole.join(rows, rows.c.response_id == whole.c.id))
        seen = (sources.view.sees(whole), sources.view.sees(rows))
        return sources.scoped(found.where(rows.c.role == role, *seen), whole.c.customer_id)

    return query


_YEAR = past.YEAR
_ACADEMIC = ("gpa", "gpa_scale", "credits_earned", "credits_expected", "failed_courses", "standing")
_BUREAU = ("outstanding_bad", "outstanding_watch", "outstanding_elsewhere", "overdue_elsewhere", "lenders",
           "guarantees_given", "queries", "payments_elsewhere", "repayment_string")  # fmt: skip
EVIDENCE: Mapping[str, tuple[str, Evidence]] = {
    "loan": ("loan", lambda s: _of_customers(s, LOAN, "number", "principal", "disbursed_on", "matures_on")),
    "snapshot": ("snapshot", _positions),
    "days_year": ("snapshot", _observed(past.YEAR, demands=False)),
    "days_two_years": ("snapshot", _observed(past.TWO_YEARS, demands=False)),
    "demand_year": ("snapshot", _observed(past.YEAR, demands=True)),
    "facility": ("facility", _facilities),
    "contact": ("contact", _contacts),
    "feedback": ("feedback", lambda s: _of_customers(s, _FEEDBACK, "number", *_TICKET)),
    "complaint_year": ("feedback", _complaints),
    "statement": ("statement", _statement(statement)),
    "statement_a_year_ago": ("statement", _statement(lambda s: statement(s, "a_year_ago"))),
    "statement_a_quarter_ago": ("statement", _statement(lambda s: statement(s, "a_quarter_ago"))),
    "size": ("customer", _size),
    "size_statement": ("statement", _size_statement),
    "bureau": ("bureau", _one(table(models.BureauReport), newest.bureau, *_BUREAU)),
    "academic": ("academic", _one(table(models.AcademicRecord), newest.academic, *_ACADEMIC)),
    "academic_before": (
        "academic",
        _one(table(models.AcademicRecord), lambda s: newest.academic(s, 2), *_ACADEMIC),
    ),
    "income": ("income", _one(table(models.Income), capacity.income, "earner", "basis", "monthly_amount")),
    "payments": ("snapshot", _paid_a_month("live")),
    "applied": ("ledger", _paid_a_month("applied")),
    "referral": ("referral", _one(table(models.Referral), newest.referral)),
    "brought": ("referral", _brought),
    "deposits": ("turnover", _one(table(models.Turnover), newest.deposits, "months", "average_deposits")),
    "sales": (
        "turnover",
        lambda s: _of_customers(s, table(models.Turnover), "number", "months", "sales_inflow", since=_YEAR),
    ),
    "holding": ("holding", _holdings),
    "collateral": ("collateral", _collateral),
    "clock": ("clock", _clocks),
    "survey_response": (
        "survey_response",
        lambda s: _of_customers(s, table(models.SurveyResponse), "number", "channel"),
    ),
    "answer_overall": ("survey_response", _opinions("overall")),
    "answer_nps": ("survey_response", _opinions("nps")),
    "group": ("connection", _members("group")),
    "circle": ("connection", _members("guarantee_circle")),
    "broken_promise": ("promise", signs.broken_promises),
    "relief": ("loan", signs.reliefs),
    "warning": ("warning", signs.open_warnings),
    "group_positions": ("snapshot", _group_positions),
    **{f"rating_{criterion}": ("rating", _rating(criterion)) for criterion in newest.CRITERIA},
}


def evidence(sources: Sources, fact: str) -> tuple[str, Select[Any]]:
    """Return the noun and the select of the facts called ``fact``, newest first.

    Of ``imported.NAME`` and ``series.NAME`` it is the row that the figure was taken from, of ``statement.2``
    the statement two periods before the newest.
    """
    kind, _dot, name = fact.partition(".")
    if kind == "imported":
        rows = table(models.ImportedFigure)
        noun, query = kind, _one(rows, lambda s: newest.imported(s, name), "name", "value")(sources)
    elif kind == "series":
        rows = table(models.SeriesValue)
        key = series.series(sources, name.removesuffix(".change_1y")).series_value_id
        columns = [*_row(rows, rows.c.number, "name"), rows.c.key.label("series_key"), rows.c.value]
        noun, query = kind, select(*columns).where(rows.c.id.in_(select(key)))
    elif name:
        noun, query = kind, _statement(lambda s: one_back(s, int(name)))(sources)
    else:
        noun, make = EVIDENCE[fact]
        query = make(sources)
    return noun, query.order_by(query.selected_columns["on"].desc(), query.selected_columns["key"].desc())
