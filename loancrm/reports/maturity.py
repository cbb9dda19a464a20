"""Live loans by what is left of their term: the balance by the months until the maturity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, literal, select

from loancrm.calendars import add_months
from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.grouping import KEYS, Grouping, named
from loancrm.view import View

PAST, UNKNOWN = "past", "unknown"
GROUPINGS = tuple(name for name in KEYS if name != "status")
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class MaturityLine:
    """A span of remaining term, of the book or of a group; amounts in minor units, shares in millionths.

    ``bucket``: ``past`` (matured before the day, and still owed), ``0_1`` (up to one month, the day itself
    with it: what is due today is not late), ``60_plus``, ``unknown``;
    ``from_on`` and ``to_on`` are its first and last day. ``balance_before``: on the day compared with, by
    the terms left then. Balances that are not known count in ``loans`` alone.
    """

    key: str | None
    name: str | None
    bucket: str
    from_on: date | None
    to_on: date | None
    loans: int
    customers: int
    outstanding_principal: int
    overdue_principal: int
    share: int | None
    balance_before: int | None


@dataclass(frozen=True, slots=True)
class Maturity:
    """The report: a line a span, and the loans that mature next with the most outstanding."""

    since: date | None
    lines: tuple[MaturityLine, ...]
    loans: int
    outstanding_principal: int
    loans_without_position: int
    largest: tuple[dict[str, Any], ...]
    basis: Basis


def maturity(
    view: View,
    policy: Policy,
    grouping: Grouping | None = None,
    since: date | None = None,
    officer_id: int | None = None,
) -> Maturity:
    """Return the live loans by remaining term as of the view's day; groups by balance downwards.

    Raises:
        UsageFault: loans cannot be grouped so.
    """
    if grouping is not None:
        grouping.check(GROUPINGS)
    months = policy.risk.maturity.months
    rows, largest = _rows(view, policy, months, grouping, officer_id)
    then = None if since is None else _rows(view.at(since), policy, months, grouping, officer_id)[0]
    return Maturity(
        since=since,
        lines=tuple(_lines(view, rows, then, months, grouping)),
        loans=sum(row.loans for row in rows),
        outstanding_principal=sum(row.owed or 0 for row in rows),
        loans_without_position=sum(row.without for row in rows),
        largest=tuple(largest),
        basis=basis(view, policy),
    )


def spans(as_of: date, months: tuple[int, ...]) -> dict[str, tuple[date | None, date | None]]:
    """Return the first and last day of each span by its code, in order; ``past`` ends the day before."""
    eve = date.fromordinal(as_of.toordinal() - 1)
    edges = [eve, *(add_months(as_of, n) for n in months)]
    names = [f"{low}_{high}" for low, high in zip((0, *months), months, strict=False)]
    found: dict[str, tuple[date | None, date | None]] = {PAST: (None, eve)}
    for place, name in enumerate(names):
        found[name] = (_after(edges[place]), edges[place + 1])
    found[f"{months[-1]}_plus"] = (_after(edges[-1]), None)
    return found | {UNKNOWN: (None, None)}


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _bucket(matures_on: ColumnElement[Any], as_of: date, months: tuple[int, ...]) -> ColumnElement[Any]:
    steps = [
        (matures_on <= last, literal(name)) for name, (_first, last) in spans(as_of, months).items() if last
    ]
    return case((matures_on.is_(None), literal(UNKNOWN)), *steps, else_=literal(f"{months[-1]}_plus"))


def _rows(
    view: View, policy: Policy, months: tuple[int, ...], grouping: Grouping | None, officer_id: int | None
) -> tuple[list[Row[Any]], list[dict[str, Any]]]:
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    loan = loans.c
    relation, key = (
        (loans, literal(None).label("key")) if grouping is None else grouping.keyed(view, loans, scope)
    )
    bucket = _bucket(loan.matures_on, view.as_of, months).label("bucket")
    inner = select(
        key, bucket, loan.customer_id, loan.outstanding_principal, loan.overdue_principal
    ).select_from(relation).where(loan.is_live == 1).subquery("maturing").c  # fmt: skip
    query = select(
        inner.key, inner.bucket,
        func.count().label("loans"),
        func.count(inner.customer_id.distinct()).label("customers"),
        total(inner.outstanding_principal).label("owed"),
        total(inner.overdue_principal).label("overdue"),
        count_where(inner.outstanding_principal.is_(None)).label("without"),
    ).group_by(inner.key, inner.bucket)  # fmt: skip
    next_ = select(loan.number, loan.matures_on, loan.outstanding_principal.label("owed")).where(
        loan.is_live == 1, loan.outstanding_principal > 0, loan.matures_on.is_not(None)
    )
    ordered = next_.order_by(loan.matures_on, loan.outstanding_principal.desc(), loan.number).limit(
        MOST_NAMED
    )
    largest = [
        {
            "loan": row.number,
            "matures_on": row.matures_on.isoformat(),
            "outstanding_principal": row.owed,
        }
        for row in view.rows(ordered)
    ]
    return view.rows(query), largest


def _lines(
    view: View,
    rows: list[Row[Any]],
    then: list[Row[Any]] | None,
    months: tuple[int, ...],
    grouping: Grouping | None,
) -> list[MaturityLine]:
    whole = sum(row.owed or 0 for row in rows)
    by_key = {(row.key, row.bucket): row for row in rows}
    before = {(row.key, row.bucket): row.owed or 0 for row in then or ()}
    names = {} if grouping is None else grouping.names(view)
    keys = sorted(
        dict.fromkeys(row.key for row in (*rows, *(then or ()))),
        key=lambda key: (-sum(row.owed or 0 for row in rows if row.key == key), key is None, str(key)),
    )
    lines = []
    for key in keys:
        shown = (None, None) if grouping is None else named(key, names)
        for bucket, (first, last) in spans(view.as_of, months).items():
            row = by_key.get((key, bucket))
            if (
                row is None
                and (bucket in (PAST, UNKNOWN) or grouping is not None)
                and (key, bucket) not in before
            ):
                continue
            lines.append(
                MaturityLine(
                    key=shown[0],
                    name=shown[1],
                    bucket=bucket,
                    from_on=first,
                    to_on=last,
                    loans=row.loans if row else 0,
                    customers=row.customers if row else 0,
                    outstanding_principal=(row.owed or 0) if row else 0,
                    overdue_principal=(row.overdue or 0) if row else 0,
                    share=ratio((row.owed or 0) if row else 0, whole),
                    balance_before=None if then is None else before.get((key, bucket), 0),
                )
            )
    return lines
