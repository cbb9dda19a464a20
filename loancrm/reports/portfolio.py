"""The portfolio on one page: balance, count, quality, growth, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from loancrm.dialect import count_where, total
from loancrm.indicators.facts import customer_ids, customers_at, loans_at
from loancrm.lending.delinquency import PAR_DAYS
from loancrm.lending.standing import CLASSES, NON_PERFORMING
from loancrm.numerals import ratio
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.provided import provided
from loancrm.reports.warnings import open_warnings
from loancrm.view import View


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Figures of the book as of a day. Amounts in minor units, shares in millionths."""

    customers: int
    borrowers: int
    live_loans: int
    loans_without_position: int
    live_disbursed: int
    outstanding_principal: int | None
    average_balance: int | None
    overdue_principal: int
    unpaid_interest: int
    overdue_loans: int
    arrears_rate: int | None
    par_1: int | None
    par_30: int | None
    par_60: int | None
    par_90: int | None
    npl: int | None
    npl_ratio: int | None
    over_90_to_npl: int | None
    provision: int | None
    coverage: int | None
    classified_loans: int
    disbursed_in_month: int
    disbursed_in_month_loans: int
    settled_in_month_loans: int
    written_off_in_month: int
    settled: int
    written_off: int
    default_rate: int | None
    open_warnings: int
    basis: Basis


def portfolio(view: View, policy: Policy, officer_id: int | None = None) -> Portfolio:
    """Return the portfolio as of the view's day, of the book or of one officer's customers.

    Outstanding principal is the sum of known positions; loans without one are counted, not guessed.
    The NPL ratio runs over the loans that have a class: the bank's where its data say one, else ours, as in
    ``reports.standing``; ``provision`` is what the policy provides for them, the general provision with it,
    ``coverage`` this ÷ NPL. ``classified_loans``: those whose class the bank's data say.
    """
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loan = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope).c
    people = customers_at(view, scope=scope)
    row = view.one(select(*(column.label(name) for name, column in sums_of(view, loan).items())))
    assert row is not None
    customers = view.connection.scalar(select(func.count()).select_from(people)) or 0
    sums = {name: value or 0 for name, value in row._mapping.items()}
    known = sums["live_loans"] - sums["loans_without_position"]
    outstanding, classes = sums["outstanding_principal"], {name: sums[f"class_{name}"] for name in CLASSES}
    has_class = bool(sums["classified_loans"])
    if sums["unclassified"]:
        found = _by_class(view, policy, scope)
        classes, has_class = {name: found.get(name, 0) for name in CLASSES}, bool(found)
    npl, provision = sum(classes[name] for name in NON_PERFORMING), provided(policy, classes).whole
    named = set(Portfolio.__slots__) & set(sums)
    pars: dict[str, Any] = {f"par_{days}": ratio(sums[f"at_risk_{days}"], outstanding) for days in PAR_DAYS}
    return Portfolio(
        customers=customers,
        average_balance=(2 * outstanding + known) // (2 * known) if known else None,
        arrears_rate=ratio(sums["overdue_principal"], outstanding),
        npl_ratio=ratio(npl, sum(classes.values())),
        over_90_to_npl=ratio(sums["at_risk_90"], npl),
        provision=provision if has_class else None,
        coverage=ratio(provision, npl),
        default_rate=ratio(sums["written_off"], sums["settled"] + sums["written_off"]),
        open_warnings=open_warnings(view, scope),
        basis=basis(view, policy),
        **pars,
        **{name: sums[name] for name in named - {"outstanding_principal"}},
        outstanding_principal=outstanding if known or not sums["live_loans"] else None,
        npl=npl if has_class else None,
    )


def _by_class(view: View, policy: Policy, scope: Select[Any] | None) -> dict[str, int]:
    """Return the balance of each class that counts: asked for where the bank's data leave one out."""
    from loancrm.indicators.standing import standing_at

    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    stands = standing_at(view, policy.standing, loans, only=()).c
    query = select(stands.class_that_counts, total(stands.outstanding_principal).label("owed"))
    query = query.where(stands.is_live == 1, stands.class_that_counts.is_not(None))
    return {
        row.class_that_counts: row.owed or 0 for row in view.rows(query.group_by(stands.class_that_counts))
    }


def sums_of(view: View, loan: Any) -> dict[str, Any]:
    """Return the sums of the page by name, over the columns ``loan`` of ``loans_at``."""
    live = loan.is_live == 1
    owed = loan.outstanding_principal
    month_start = date(view.as_of.year, view.as_of.month, 1)
    this_month = loan.disbursed_on >= month_start
    ended = loan.ended_on >= month_start
    written_off = loan.status == "written_off"
    columns = {
        "borrowers": func.count(case((live, loan.customer_id)).distinct()),
        "live_loans": count_where(live),
        "loans_without_position": count_where(and_(live, owed.is_(None))),
        "live_disbursed": total(case((live, loan.principal))),
        "outstanding_principal": total(owed),
        "overdue_principal": total(loan.overdue_principal),
        "unpaid_interest": total(loan.unpaid_interest),
        "overdue_loans": count_where(loan.days_past_due >= 1),
        "classified_loans": count_where(loan.five_tier.is_not(None)),
        "unclassified": count_where(and_(live, owed.is_not(None), loan.five_tier.is_(None))),
        **{f"class_{name}": total(case((loan.five_tier == name, owed))) for name in CLASSES},
        "disbursed_in_month": total(case((this_month, loan.principal))),
        "disbursed_in_month_loans": count_where(this_month),
        "settled_in_month_loans": count_where(and_(loan.status == "settled", ended)),
        "written_off_in_month": total(case((and_(written_off, ended), loan.written_off_amount))),
        "settled": count_where(loan.status == "settled"),
        "written_off": count_where(written_off),
    }
    for days in PAR_DAYS:
        columns[f"at_risk_{days}"] = total(case((loan.days_past_due > days, owed)))
    return columns
