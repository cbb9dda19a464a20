"""Recency, frequency, monetary value: each customer's figures and ranks among the whole book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from loancrm.indicators.figures import Figures
from loancrm.lending.ranks import FIFTHS
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.view import View

FIGURES = ("rfm_recency", "rfm_frequency", "rfm_monetary")


@dataclass(frozen=True, slots=True)
class RfmLine:
    """A customer: days since, draws, minor units, the rank of each from 1 to 5, and the three in a row."""

    customer: str
    name: str
    officer: str | None
    segment: str | None
    recency: int | None
    frequency: int
    monetary: int | None
    recency_rank: int | None
    frequency_rank: int | None
    monetary_rank: int | None
    rfm: str | None


def rfm(view: View, policy: Policy, officer_id: int | None = None) -> Iterator[RfmLine]:
    """Yield the customers, the best first; ranks are among the whole book, also of one officer's.

    Those with the same figure share a rank (``lending.ranks``); what is missing has none.
    """
    figures = Figures(view, policy.terms, FIGURES, attributes=("name", "officer_id", "segment"))
    people = figures.customers.c
    recency, frequency, monetary = (figures.columns[name].label(name) for name in FIGURES)
    found = figures.select(
        people.number, people.name, people.officer_id, people.segment, recency, frequency, monetary
    ).subquery("found").c  # fmt: skip
    ranked = (
        select(
            *found,
            _rank(found.rfm_recency, -found.rfm_recency).label("r"),
            _rank(found.rfm_frequency, found.rfm_frequency).label("f"),
            _rank(found.rfm_monetary, found.rfm_monetary).label("m"),
        )
        .subquery("ranked")
        .c
    )
    points = sum(func.coalesce(ranked[name], 0) for name in "rfm")
    query = select(*ranked).order_by(points.desc(), ranked.rfm_monetary.desc(), ranked.number)  # type: ignore[union-attr]
    if officer_id is not None:
        query = query.where(ranked.officer_id == officer_id)
    codes = lookup.officers(view)
    for row in view.connection.execute(query):
        ranks = (row.r, row.f, row.m)
        yield RfmLine(
            customer=lookup.customer_code(row.number),
            name=row.name,
            officer=codes.get(row.officer_id),
            segment=row.segment,
            recency=row.rfm_recency,
            frequency=row.rfm_frequency,
            monetary=row.rfm_monetary,
            recency_rank=row.r,
            frequency_rank=row.f,
            monetary_rank=row.m,
            rfm=None if None in ranks else "".join(map(str, ranks)),
        )


def _rank(value: ColumnElement[Any], order: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return 1 + ⌊5 · n(worse) ÷ n⌋ among those of whom the value is known."""
    is_known = value.is_not(None)
    worse = func.rank().over(partition_by=is_known, order_by=order) - 1
    return case((is_known, 1 + FIFTHS * worse // func.count().over(partition_by=is_known)))
