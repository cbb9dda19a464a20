"""Delinquency ageing: live loans by days past due, and portfolio at risk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, and_, case, func, literal, select

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.lending.delinquency import PAR_DAYS, Bucket, buckets
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import Grouping, named
from loancrm.view import View

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BucketLine:
    """A bucket of days past due, of the book or of a group; amounts in minor units.

    ``share`` of the outstanding principal, of the group's where there are groups, in millionths.
    ``balance_before``: what was outstanding in it on the earlier day, None where none is compared with.
    """

    key: str | None
    name: str | None
    bucket: str
    from_days: int | None
    to_days: int | None
    loans: int
    customers: int
    outstanding_principal: int | None
    overdue_principal: int | None
    share: int | None
    balance_before: int | None


@dataclass(frozen=True, slots=True)
class Delinquency:
    """The report: a line a bucket (and group), PAR over all of them, and what it rests on."""

    lines: tuple[BucketLine, ...]
    loans: int
    loans_without_position: int
    outstanding_principal: int
    par: dict[int, int | None]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Compared:
    """In which groups, and beside which earlier day."""

    grouping: Grouping | None = None
    since: date | None = None


def delinquency(
    view: View, policy: Policy, officer_id: int | None = None, asked: Compared = Compared()
) -> Delinquency:
    """Return delinquency as of the view's day, of the book or of one officer's customers.

    PAR(x) is the whole balance of loans more than x days past due ÷ gross outstanding principal. Of groups
    that with most past due comes first; in each only the buckets with loans.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    loans = _loans(view, policy, officer_id)
    loan = loans.c
    live = loan.is_live == 1
    known = and_(live, loan.days_past_due.is_not(None))
    at_risk = [total(case((loan.days_past_due > days, loan.outstanding_principal))) for days in PAR_DAYS]
    query = select(count_where(live), count_where(and_(live, ~known)), total(loan.outstanding_principal))
    count, unknown, outstanding, *risks = tuple(view.one(query.add_columns(*at_risk).where(live)) or ())
    return Delinquency(
        lines=tuple(_lines(view, policy, officer_id, asked)) if count else (),
        loans=count,
        loans_without_position=unknown,
        outstanding_principal=outstanding or 0,
        par={
            days: ratio(at or 0, outstanding) if outstanding else None
            for days, at in zip(PAR_DAYS, risks, strict=True)
        },
        basis=basis(view, policy),
    )


def _loans(view: View, policy: Policy, officer_id: int | None) -> CTE:
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    return loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)


def _lines(view: View, policy: Policy, officer_id: int | None, asked: Compared) -> Iterator[BucketLine]:
    grouping, edges = asked.grouping, buckets(policy.shape.delinquency.bucket_edges)
    if grouping is not None:
        grouping.check()
    now = _by_bucket(view, policy, officer_id, grouping)
    then = {} if asked.since is None else _by_bucket(view.at(asked.since), policy, officer_id, grouping)
    names = {} if grouping is None else grouping.names(view)
    places: tuple[int | None, ...] = (*range(len(edges)), None)
    for key in sorted(dict.fromkeys(key for key, _place in (*now, *then)), key=lambda key: _order(key, now)):
        whole = sum(now[key, place].outstanding or 0 for place in places if (key, place) in now)
        for place in places:
            row, was = now.get((key, place)), then.get((key, place))
            if row is None and was is None and (grouping is not None or place is None):
                continue
            before = None if asked.since is None else (was.outstanding or 0) if was else 0
            bucket = None if place is None else edges[place]
            yield _line(named(key, names), bucket, row, whole, before)


def _by_bucket(
    view: View, policy: Policy, officer_id: int | None, grouping: Grouping | None
) -> dict[tuple[Any, int | None], Any]:
    """Return loans, customers and amounts by group (None without groups) and place of the bucket."""
    loans = _loans(view, policy, officer_id)
    loan = loans.c
    relation: Any = loans
    keys: list[ColumnElement[Any]] = []
    if grouping is not None:
        scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
        relation, key = grouping.keyed(view, loans, scope)
        keys = [key]
    place = _place(loan.days_past_due, policy.shape.delinquency.bucket_edges)
    query = (
        select(
            place.label("place"),
            func.count().label("loans"),
            func.count(loan.customer_id.distinct()).label("customers"),
            total(loan.outstanding_principal).label("outstanding"),
            total(loan.overdue_principal).label("overdue"),
            *keys,
        )
        .select_from(relation)
        .where(loan.is_live == 1)
        .group_by(place, *keys)
    )
    return {(row.key if keys else None, row.place): row for row in view.rows(query)}


def _order(key: Any, rows: dict[tuple[Any, int | None], Any]) -> tuple[int, int, bool, str]:
    """Return where a group stands: by what is past due, then by what is outstanding."""
    mine = [row for (of, _place), row in rows.items() if of == key]
    late = sum(row.outstanding or 0 for row in mine if row.place)
    return -late, -sum(row.outstanding or 0 for row in mine), key is None, str(key)


def _place(days: ColumnElement[Any], edges: tuple[int, ...]) -> ColumnElement[Any]:
    """Return the place of the bucket, NULL where days past due are missing."""
    cases = [(days >= edge, literal(place, Integer())) for place, edge in reversed(list(enumerate(edges, 1)))]
    return case((days.is_(None), literal(None, Integer())), *cases, else_=0)


def _line(
    group: tuple[str | None, str | None], bucket: Bucket | None, row: Any, whole: int, before: int | None
) -> BucketLine:
    """The unknown line (no bucket) has the balances that came without days past due, and no share."""
    amount = row.outstanding if row else 0
    overdue = row.overdue if row else 0
    return BucketLine(
        key=group[0],
        name=group[1],
        bucket=bucket.code if bucket else UNKNOWN,
        from_days=bucket.first if bucket else None,
        to_days=bucket.last if bucket else None,
        loans=row.loans if row else 0,
        customers=row.customers if row else 0,
        outstanding_principal=amount,
        overdue_principal=overdue if bucket is None else overdue or 0,
        share=None if bucket is None else ratio(amount, whole),
        balance_before=before,
    )
