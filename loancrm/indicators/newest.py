"""The newest row of a kind of dated fact, by customer: bureau reports, turnover, studies, ratings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, case, exists, func, select

from loancrm import models
from loancrm.dialect import days_between, total
from loancrm.indicators.sources import Sources
from loancrm.models import table
from loancrm.vocabulary import VOCABULARIES

CRITERIA = tuple(VOCABULARIES["criterion"])


def newest(
    sources: Sources, rows: Table, names: Iterable[str], *conditions: ColumnElement[bool], place: int = 1
) -> Select[Any]:
    """Return each customer's newest row of ``rows``, or that before it: customer_id, fact_id, effective_on.

    Of two rows of a day the one that was written later goes first.
    """
    c = rows.c
    order = (c.effective_on.desc(), c.id.desc())
    ranked = sources.scoped(
        select(
            c.id,
            c.customer_id,
            func.row_number().over(partition_by=c.customer_id, order_by=order).label("place"),
        ).where(sources.view.sees(rows), *conditions),
        c.customer_id,
    ).subquery("ranked")
    columns = (c.customer_id, c.id.label("fact_id"), c.effective_on, *(c[name] for name in names))
    return select(*columns).join_from(ranked, rows, c.id == ranked.c.id).where(ranked.c.place == place)


def bureau(sources: Sources) -> Any:
    """Return the columns of the newest bureau report."""
    names = ("outstanding_bad", "outstanding_watch", "outstanding_elsewhere", "overdue_elsewhere", "lenders",
             "guarantees_given", "queries", "payments_elsewhere", "repayment_string")  # fmt: skip
    return sources.of("bureau", lambda s: newest(s, table(models.BureauReport), names)).c


def academic(sources: Sources, place: int = 1) -> Any:
    """Return the columns of the newest academic record, or (place 2) of the one before."""
    names = ("gpa", "gpa_scale", "credits_earned", "credits_expected", "failed_courses", "standing")
    name = "academic" if place == 1 else "academic_before"
    return sources.of(name, lambda s: newest(s, table(models.AcademicRecord), names, place=place)).c


def referral(sources: Sources) -> Any:
    """Return the columns of the newest word about who brought the customer."""
    return sources.of(
        "referral", lambda s: newest(s, table(models.Referral), ("referrer_id", "partner_id"))
    ).c


def brought(sources: Sources) -> Any:
    """Return how many customers a customer brought, as ``customers``."""
    return sources.of("brought", _brought).c


def _brought(sources: Sources) -> Select[Any]:
    c = table(models.Referral).c
    query = select(
        c.referrer_id.label("customer_id"), func.count(c.customer_id.distinct()).label("customers")
    )
    query = query.where(c.referrer_id.is_not(None), sources.view.sees(table(models.Referral))).group_by(
        c.referrer_id
    )
    return sources.scoped(query, c.referrer_id)


def deposits(sources: Sources) -> Any:
    """Return the columns of the newest turnover that says the average deposits."""
    said = table(models.Turnover).c.average_deposits.is_not(None)
    return sources.of("deposits", lambda s: newest(s, table(models.Turnover), ("average_deposits",), said)).c


def ratings(sources: Sources) -> Any:
    """Return the officer's newest ratings, a column for each criterion."""
    return sources.of("ratings", _ratings).c


def _ratings(sources: Sources) -> Select[Any]:
    c = table(models.Rating).c
    order = (c.effective_on.desc(), c.id.desc())
    place = func.row_number().over(partition_by=(c.customer_id, c.criterion), order_by=order).label("place")
    query = select(c.customer_id, c.criterion, c.value, place).where(sources.view.sees(table(models.Rating)))
    ranked = sources.scoped(query, c.customer_id).subquery("ranked").c
    values = (func.max(case((ranked.criterion == one, ranked.value))).label(one) for one in CRITERIA)
    return select(ranked.customer_id, *values).where(ranked.place == 1).group_by(ranked.customer_id)


def rating(sources: Sources, criterion: str) -> Any:
    """Return the columns of the officer's newest rating by one criterion."""
    of_it = table(models.Rating).c.criterion == criterion
    return sources.of(f"rating_{criterion}", lambda s: newest(s, table(models.Rating), ("value",), of_it)).c


def imported(sources: Sources, name: str) -> Any:
    """Return the columns of the newest figure called ``name`` that a file brought."""
    of_it = table(models.ImportedFigure).c.name == name
    return sources.of(
        f"imported_{name}", lambda s: newest(s, table(models.ImportedFigure), ("value",), of_it)
    ).c


def sales(sources: Sources) -> Any:
    """Return what came in from sales over the accounts here in the last 365 days, as ``sales_inflow``.

    Periods that ended in that time count; a month within a year that is recorded too is not counted twice.
    """
    return sources.of("sales", _sales).c


def _sales(sources: Sources) -> Select[Any]:
    c, longer = table(models.Turnover).c, table(models.Turnover).alias("longer")
    within = days_between(longer.c.effective_on, c.effective_on) * 12 < longer.c.months * 365
    counted_there = exists().where(
        longer.c.customer_id == c.customer_id,
        longer.c.months > c.months,
        longer.c.effective_on >= c.effective_on,
        longer.c.sales_inflow.is_not(None),
        within,
        sources.view.sees(longer),
    )
    query = (
        select(c.customer_id, total(c.sales_inflow).label("sales_inflow"))
        .where(
            sources.view.sees(table(models.Turnover)), c.effective_on > sources.before(365), ~counted_there
        )
        .group_by(c.customer_id)
    )
    return sources.scoped(query, c.customer_id)


def products(sources: Sources) -> Any:
    """Return how many other products a customer has here, as ``held``."""
    return sources.of("products", _products).c


def _products(sources: Sources) -> Select[Any]:
    c, day = table(models.Holding).c, sources.view.as_of
    still = case((and_(c.closed_on.is_not(None), c.closed_on <= day), None), else_=c.product)
    query = (
        select(c.customer_id, func.count(still.distinct()).label("held"))
        .where(sources.view.sees(table(models.Holding)))
        .group_by(c.customer_id)
    )
    return sources.scoped(query, c.customer_id)
