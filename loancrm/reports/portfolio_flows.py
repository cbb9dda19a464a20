"""What moved in the month up to a day, and in what few names and industries the balance stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customer_ids, loans_at
from loancrm.lending.delinquency import hhi
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.grouping import Grouping, named
from loancrm.view import View

TOP = 10
ENDS = ("written_off", "settled", "cancelled")


@dataclass(frozen=True, slots=True)
class Flows:
    """What moved from the first of the month to the day. Amounts in minor units, shares in millionths.

    ``new_overdue_loans``: live loans that are past due and were not on the eve of the month;
    ``new_overdue`` is what they owe. ``matured``: what was outstanding, on that eve, on loans that matured in
    the month by their terms; ``maturity_unknown``: the part of it of which no data since then say
    what became of it; ``collected_at_maturity``: paid ÷ the rest of it (written off is not paid).
    ``interest_collected``, penalty included, is of the loans that are serviced here; None where none is.
    """

    new_overdue_loans: int
    new_overdue: int
    matured: int
    maturity_unknown: int
    collected_at_maturity: int | None
    interest_collected: int | None


@dataclass(frozen=True, slots=True)
class Largest:
    """How the balance is spread. Shares in millionths, ``hhi`` (of industries lent to) in tenths.

    A customer or industry is named by code, None where there is no balance or it is unknown.
    """

    top_customer: str | None
    top_customer_name: str | None
    top_customer_share: int | None
    top_10_share: int | None
    top_industry: str | None
    top_industry_share: int | None
    industry_hhi: int | None


def flows(view: View, policy: Policy, officer_id: int | None = None) -> Flows:
    """Return what moved in the month of the view's day, up to it."""
    start = date(view.as_of.year, view.as_of.month, 1)
    c = _two_days(view, policy, start, officer_id).c
    row = view.one(select(*_moved(view, policy, start, c)))
    assert row is not None
    return _flows(row, _interest(view, start, officer_id) if row.serviced else None)


def flows_by_group(
    view: View, policy: Policy, grouping: Grouping, officer_id: int | None = None
) -> dict[Any, Flows]:
    """Return the same by the key of each loan's group on the day, without the interest."""
    start = date(view.as_of.year, view.as_of.month, 1)
    c = _two_days(view, policy, start, officer_id, "_of_groups", grouping).c
    rows = view.rows(select(c.key, *_moved(view, policy, start, c)).group_by(c.key))
    return {row.key: _flows(row, None) for row in rows}


def _moved(view: View, policy: Policy, start: date, c: Any) -> list[ColumnElement[Any]]:
    """Return the sums over the loans of ``_two_days``."""
    newly = _newly(c)
    matured = and_(
        c.matures_on >= literal(start, Date()), c.matures_on <= literal(view.as_of, Date()), c.owed_then > 0
    )
    # What was carried forward from before the maturity does not say that nothing came.
    fresh = view.as_of - timedelta(days=policy.terms.stale_after_days)
    told = and_(c.said_on >= c.matures_on, c.said_on >= literal(fresh, Date()))
    is_known = or_(c.ended == 1, func.coalesce(told, False))
    left = case((c.wrote_off == 1, c.owed_then), else_=func.coalesce(c.owed_now, 0))
    return [
        total(c.serviced).label("serviced"),
        count_where(newly).label("loans"),
        total(case((newly, c.owed_now))).label("balance"),
        total(case((matured, c.owed_then))).label("due"),
        total(case((and_(matured, ~is_known), c.owed_then))).label("unknown"),
        total(case((and_(matured, is_known), left))).label("unpaid"),
    ]


def _flows(row: Any, interest: int | None) -> Flows:
    due, unknown, unpaid = row.due or 0, row.unknown or 0, row.unpaid or 0
    known = due - unknown
    return Flows(
        new_overdue_loans=row.loans or 0,
        new_overdue=row.balance or 0,
        matured=due,
        maturity_unknown=unknown,
        collected_at_maturity=ratio(max(known - unpaid, 0), known),
        interest_collected=interest,
    )


def _newly(c: Any) -> ColumnElement[bool]:
    return and_(c.lives == 1, c.days_now >= 1, func.coalesce(c.days_then, 0) < 1)


def newly_overdue(view: View, policy: Policy, officer_id: int | None = None) -> Select[Any]:
    """Return the keys of the loans that ``flows`` counts as newly past due."""
    start = date(view.as_of.year, view.as_of.month, 1)
    c = _two_days(view, policy, start, officer_id, "_of_newly").c
    return select(c.id).where(_newly(c))


def _two_days(
    view: View,
    policy: Policy,
    start: date,
    officer_id: int | None,
    mark: str = "",
    grouping: Grouping | None = None,
) -> Any:
    """Return each loan on the eve of the month and on the day: put below each other and grouped.

    Of an officer those of the customers on the day: what was handed over does not count as new. ``key``: of
    its group on the day, where there are groups.
    """
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    days, eve = policy.terms.stale_after_days, view.at(start - timedelta(days=1))
    s = loans_at(eve, stale_after_days=days, scope=scope, name=f"loans_then{mark}").c
    loans = loans_at(view, stale_after_days=days, scope=scope, name=f"loans_now{mark}")
    relation: Any = loans
    key: ColumnElement[Any] = null().cast(String()).label("key")
    if grouping is not None:
        relation, key = grouping.keyed(view, loans, scope)
    t = loans.c
    number, money, nothing = null().cast(Integer), null().cast(BigInteger), literal(0)
    then = select(
        s.id, s.days_past_due.label("days_then"), s.outstanding_principal.label("owed_then"),
        number.label("days_now"), money.label("owed_now"), nothing.label("lives"),
        nothing.label("wrote_off"), nothing.label("ended"), nothing.label("serviced"),
        null().cast(Date()).label("matures_on"), null().cast(Date()).label("said_on"),
        null().cast(key.type).label("key"),
    )  # fmt: skip
    wrote_off, ended = (case((t.status.in_(ends), 1), else_=0) for ends in (ENDS[:1], ENDS))
    now = select(
        t.id, number, money, t.days_past_due, t.outstanding_principal, t.is_live, wrote_off, ended,
        t.is_ledger, t.matures_on, t.basis_on, key,
    ).select_from(relation)  # fmt: skip
    u = union_all(then, now).subquery("both_days").c
    names = [column.name for column in then.selected_columns if column.name != "id"]
    columns = (func.max(u[name]).label(name) for name in names)
    return select(u.id, *columns).group_by(u.id).subquery("loans_of_two_days")


def _interest(view: View, start: date, officer_id: int | None) -> int:
    from loancrm import models

    rows, loan = models.table(models.AllocationRow), models.table(models.Loan)
    query = select(total(rows.c.amount)).where(
        rows.c.what.in_(("interest", "penalty")),
        view.sees(rows),
        rows.c.effective_on >= start,
    )
    if officer_id is not None:
        mine = select(loan.c.id).where(loan.c.customer_id.in_(customer_ids(view, officer_id=officer_id)))
        query = query.where(rows.c.loan_id.in_(mine))
    return view.connection.scalar(query) or 0


def largest(view: View, policy: Policy, officer_id: int | None = None) -> Largest:
    """Return the largest names and industries as of the view's day, by outstanding principal."""
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    owed = total(loans.c.outstanding_principal).label("owed")
    live = and_(loans.c.is_live == 1, loans.c.outstanding_principal > 0)
    by_name = select(loans.c.customer_id, owed).where(live).group_by(loans.c.customer_id)
    top = view.rows(by_name.order_by(owed.desc(), loans.c.customer_id).limit(TOP))
    relation, key = Grouping("industry").keyed(view, loans, scope)
    industries = view.rows(select(key, owed).select_from(relation).where(live).group_by(key))
    whole = sum(row.owed for row in industries)
    first = max(
        (row for row in industries if row.key is not None), key=lambda row: (row.owed, row.key), default=None
    )
    found = hhi([row.owed for row in industries])
    code, name = _named(view, top[0].customer_id) if top else (None, None)
    return Largest(
        top_customer=code,
        top_customer_name=name,
        top_customer_share=ratio(top[0].owed, whole) if top else None,
        top_10_share=ratio(sum(row.owed for row in top), whole) if top else None,
        top_industry=named(first.key, {})[0] if first else None,
        top_industry_share=ratio(first.owed, whole) if first else None,
        industry_hhi=found[0] if found else None,
    )


def _named(view: View, customer_id: int) -> tuple[str | None, str | None]:
    from loancrm.indicators.facts import customers_at
    from loancrm.reports.lookup import customer_code

    people = customers_at(view, "name")
    row = view.one(select(people.c.number, people.c.name).where(people.c.id == customer_id))
    return (None, None) if row is None else (customer_code(row.number), row.name)
