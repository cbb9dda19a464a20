"""Delinquency ageing: live loans by days past due, and portfolio at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal, select

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.lending.delinquency import PAR_DAYS, buckets
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.view import View

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BucketLine:
    """A bucket of days past due; ``share`` of the outstanding principal, in millionths."""

    bucket: str
    from_days: int | None
    to_days: int | None
    loans: int
    customers: int
    outstanding_principal: int | None
    overdue_principal: int | None
    share: int | None


@dataclass(frozen=True, slots=True)
class Delinquency:
    """The report: a line a bucket, PAR over all of them, and what it rests on."""

    lines: tuple[BucketLine, ...]
    loans: int
    loans_without_position: int
    outstanding_principal: int
    par: dict[int, int | None]
    basis: Basis


def delinquency(view: View, policy: Policy, officer_id: int | None = None) -> Delinquency:
    """Return delinquency as of the view's day, of the book or of one officer's customers.

    PAR(x) is the whole balance of loans more than x days past due ÷ gross outstanding principal.
    """
    edges = policy.shape.delinquency.bucket_edges
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loan = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope).c
    live = loan.is_live == 1
    known = and_(live, loan.days_past_due.is_not(None))
    place = _place(loan.days_past_due, edges)
    by_bucket = (
        select(
            place.label("place"),
            func.count().label("loans"),
            func.count(loan.customer_id.distinct()).label("customers"),
            total(loan.outstanding_principal).label("outstanding"),
            total(loan.overdue_principal).label("overdue"),
        )
        .where(live)
        .group_by(place)
    )
    found = {row.place: row for row in view.rows(by_bucket)}
    at_risk = [total(case((loan.days_past_due > days, loan.outstanding_principal))) for days in PAR_DAYS]
    query = select(count_where(live), count_where(and_(live, ~known)), total(loan.outstanding_principal))
    loans, unknown, outstanding, *risks = tuple(view.one(query.add_columns(*at_risk).where(live)) or ())
    lines = [
        _line(index, bucket, found.get(index), outstanding) for index, bucket in enumerate(buckets(edges))
    ]
    if None in found:
        lines.append(_line(None, None, found[None], outstanding))
    return Delinquency(
        lines=tuple(lines) if loans else (),
        loans=loans,
        loans_without_position=unknown,
        outstanding_principal=outstanding or 0,
        par={
            days: ratio(at or 0, outstanding) if outstanding else None
            for days, at in zip(PAR_DAYS, risks, strict=True)
        },
        basis=basis(view, policy),
    )


def _place(days: ColumnElement[Any], edges: tuple[int, ...]) -> ColumnElement[Any]:
    """Return the place of the bucket, NULL where days past due are missing."""
    cases = [(days >= edge, literal(place, Integer())) for place, edge in reversed(list(enumerate(edges, 1)))]
    return case((days.is_(None), literal(None, Integer())), *cases, else_=0)


def _line(index: int | None, bucket: Any, row: Any, outstanding: int | None) -> BucketLine:
    """The unknown line (no index) has the balances that came without days past due, and no share."""
    amount = row.outstanding if row else 0
    overdue = row.overdue if row else 0
    return BucketLine(
        bucket=bucket.code if bucket else UNKNOWN,
        from_days=bucket.first if bucket else None,
        to_days=bucket.last if bucket else None,
        loans=row.loans if row else 0,
        customers=row.customers if row else 0,
        outstanding_principal=amount,
        overdue_principal=overdue if index is None else overdue or 0,
        share=None if index is None else ratio(amount, outstanding),
    )
