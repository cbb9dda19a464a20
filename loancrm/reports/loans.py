"""Loans with their positions, credit lines with what is drawn, and a loan's snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Date, Row, Select, Subquery, func, literal, or_, select

from loancrm.dialect import days_between, millionths, total, unindexed
from loancrm.indicators.facts import customer_ids, customers_at, loans_at
from loancrm.indicators.loan_catalogue import ABOUT_THE_END
from loancrm.indicators.loan_figures import LoanFigures
from loancrm.industries import scheme_of
from loancrm.lending.delinquency import bucket_of, days_after_grace
from loancrm.models import Contract, Facility, Loan, Snapshot, table
from loancrm.policy.conditions import Condition, Undecided
from loancrm.policy.policy import Policy
from loancrm.reports import lookup
from loancrm.reports.loan_terms import priced, undrawn
from loancrm.reports.post_loan_checks import last_check_on, next_check
from loancrm.view import View

CHUNK = 500  # loans whose penalty interest is asked for at once


@dataclass(frozen=True, slots=True)
class LoanLine:
    """A loan with its position: figures are missing without a recent snapshot.

    ``penalty``: penalty and compound interest by the day; missing of a loan that is kept elsewhere.
    """

    number: str
    customer: str
    name: str
    officer: str | None
    contract: str | None
    replaces: str | None
    replaced_by: str | None
    product: str
    status: str
    principal: int
    annual_rate: int | None
    disbursed_on: date | None
    matures_on: date | None
    outstanding_principal: int | None
    overdue_principal: int | None
    unpaid_interest: int | None
    penalty: int | None
    days_past_due: int | None
    bucket: str | None
    five_tier: str | None
    computed_five_tier: str | None
    ifrs9_stage: int | None
    pipeline_stage: str | None
    next_due_on: date | None
    next_due_amount: int | None
    industry: str | None
    region: str | None
    basis: str | None
    basis_on: date | None
    extra: dict[str, str] | None


def loans(
    view: View,
    policy: Policy,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    number: str | None = None,
    all_: bool = False,
    overdue: bool = False,
    where: Condition | None = None,
) -> Iterator[LoanLine]:
    """Return loans by number: live ones, or ``all_``; of one customer or officer; only overdue ones.

    ``where`` is a condition over the indicators of loans: those for which it holds. One that asks how a
    loan ended looks at all of them.
    """
    one = None if number is None else lookup.loan(view, number)
    scope = _scope(view, customer, officer_id) if one is None else customer_ids(view, ids=[one.customer_id])
    names = where.indicators() if where else frozenset()
    figures = LoanFigures(
        view, policy.terms, sorted(names), attributes=_LISTED, scope=scope, with_standing=True
    )
    loan, people, contract = figures.loans, figures.customers, table(Contract)
    older = table(Loan).alias("older")
    query = (
        figures.select(
            loan,
            people.c.number.label("owner"),
            people.c.name,
            people.c.officer_id,
            contract.c.number.label("contract"),
            older.c.number.label("replaces"),
            _replaced_by(view, loan).label("replaced_by"),
            func.coalesce(loan.c.industry, people.c.industry).label("lent_to_industry"),
            func.coalesce(loan.c.region, people.c.region).label("lent_to_region"),
        )
        .outerjoin(contract, contract.c.id == loan.c.contract_id)
        .outerjoin(older, older.c.id == loan.c.replaces_id)
        .order_by(loan.c.number)
    )
    if one is not None:
        query = query.where(loan.c.id == one.id)
    elif not (all_ or names.intersection(ABOUT_THE_END)):
        query = query.where(loan.c.is_live == 1)
    if where is not None:
        query = query.where(where.sql(figures.columns))
    if overdue:
        query = query.where(loan.c.days_past_due >= 1)
    codes = lookup.officers(view)
    found = view.connection.execute(query)
    while rows := found.fetchmany(CHUNK):
        owed = _penalties(view, rows)
        for row in rows:
            yield _line(row._mapping, codes, policy, owed)


def left_out(
    view: View,
    policy: Policy,
    where: Condition,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    all_: bool = False,
    overdue: bool = False,
) -> int:
    """Return of how many loans nobody can say whether ``where`` holds; the others as in ``loans``."""
    names = where.indicators()
    figures = LoanFigures(view, policy.terms, sorted(names), scope=_scope(view, customer, officer_id))
    query = figures.select(func.count()).where(Undecided(where).sql(figures.columns))
    if not (all_ or names.intersection(ABOUT_THE_END)):
        query = query.where(figures.loans.c.is_live == 1)
    if overdue:
        query = query.where(figures.loans.c.days_past_due >= 1)
    return int(view.connection.scalar(query) or 0)


def _scope(view: View, customer: str | None, officer_id: int | None) -> Select[Any] | None:
    if customer is not None:
        return customer_ids(view, ids=[lookup.customer(view, customer).id])
    return None if officer_id is None else customer_ids(view, officer_id=officer_id)


def _penalties(view: View, rows: Sequence[Row[Any]]) -> dict[int, int]:
    """Return penalty and compound interest of those rows that have a ledger; only for these it is asked."""
    kept = [row for row in rows if row.is_ledger and row.outstanding_principal is not None]
    if not kept:
        return {}
    from loancrm.reports.penalties import penalties

    owed = penalties(view, [row.id for row in kept], [row.id for row in kept if row.days_past_due])
    return {row.id: owed.get(row.id, 0) for row in kept}


def _replaced_by(view: View, loan: Any) -> ColumnElement[Any]:
    """Return the number of the loan that repaid one by the view's day."""
    rows = table(Loan).alias("newer")
    query = select(rows.c.number).where(rows.c.replaces_id == loan.c.id, view.sees(rows))
    return query.where(rows.c.disbursed_on <= view.as_of).limit(1).correlate(loan).scalar_subquery()


def loan_page(view: View, policy: Policy, number: str) -> tuple[LoanLine, dict[str, Any]]:
    """Return a loan, and what its page says beside: how its rate follows, what may be drawn, its checks.

    Raises:
        NotFound: there is no such loan, or nothing was known of it yet.
    """
    row = lookup.loan_seen(view, number)
    found = next(iter(loans(view, policy, number=number)))
    check = next_check(view, policy, row.customer_id, row.number)
    return found, {
        **priced(view, row),
        **undrawn(view, row),
        "days_after_grace": past_grace(policy, found.days_past_due),
        "next_check_kind": check and check.kind,
        "next_check_on": check and check.due_on,
        "next_check_rule": check and check.rule,
        "last_check_on": last_check_on(view, row.id),
        "industry_scheme": scheme_of(found.industry),
    }


def past_grace(policy: Policy, days_past_due: int | None) -> int | None:
    """Return the days past due beyond the policy's days of grace, missing where days past due are."""
    if days_past_due is None:
        return None
    return days_after_grace(days_past_due, policy.shape.delinquency.grace_days)


_LISTED = ("name", "officer_id", "region", "industry")
_SAME = (
    "number", "name", "contract", "replaces", "replaced_by", "product", "status", "principal", "annual_rate",
    "disbursed_on", "matures_on", "outstanding_principal", "overdue_principal", "unpaid_interest",
    "days_past_due",
    "computed_five_tier", "ifrs9_stage", "next_due_on", "next_due_amount", "basis_on", "extra",
)  # fmt: skip


def _line(row: Any, codes: dict[int, str], policy: Policy, owed: dict[int, int]) -> LoanLine:
    edges, days = policy.shape.delinquency.bucket_edges, row["days_past_due"]
    return LoanLine(
        customer=lookup.customer_code(row["owner"]),
        officer=codes.get(row["officer_id"]),
        industry=row["lent_to_industry"],
        region=row["lent_to_region"],
        basis=_basis(row),
        five_tier=row["class_that_counts"],
        bucket=None if days is None else bucket_of(days, edges).code,
        pipeline_stage=_pipeline_stage(row),
        penalty=owed.get(row["id"]),
        **{name: row[name] for name in _SAME},
    )


def _pipeline_stage(row: Any) -> str | None:
    """Return where a loan is between application and end."""
    if row["stage"] in ("declined", "withdrawn"):
        return str(row["stage"])
    if row["status"] not in ("live", "pending"):
        return "closed"
    if row["status"] == "live" and row["disbursed_on"] is not None:
        return "repayment"
    return None if row["stage"] is None else str(row["stage"])


def _basis(row: Any) -> str | None:
    if row["outstanding_principal"] is None:
        return None
    return "ledger" if row["is_ledger"] else "snapshot"


@dataclass(frozen=True, slots=True)
class FacilityLine:
    """A credit line: what is drawn and what is left, missing where a position is."""

    number: str
    customer: str
    name: str
    limit_amount: int
    drawn: int | None
    headroom: int | None
    utilisation: int | None
    is_revolving: bool
    expires_on: date | None
    days_left: int | None


def facilities(
    view: View,
    policy: Policy,
    *,
    customer: str | None = None,
    officer_id: int | None = None,
    all_: bool = False,
) -> Iterator[FacilityLine]:
    """Return credit lines by expiry: those in force, or ``all_``."""
    rows, scope = table(Facility), None
    if customer is not None:
        scope = customer_ids(view, ids=[lookup.customer(view, customer).id])
    elif officer_id is not None:
        scope = customer_ids(view, officer_id=officer_id)
    people = customers_at(view, "name", scope=scope)
    loan = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    drawn = _drawn_by_facility(loan)
    used = func.coalesce(drawn.c.drawn, 0)
    query = (
        select(
            rows,
            people.c.number.label("owner"),
            people.c.name,
            used.label("drawn"),
            millionths(used, rows.c.limit_amount).label("utilisation"),
            days_between(rows.c.expires_on, literal(view.as_of, Date())).label("days_left"),
        )
        .join(people, people.c.id == rows.c.customer_id)
        .outerjoin(drawn, drawn.c.facility_id == rows.c.id)
        .where(view.sees(rows))
        .order_by(unindexed(rows.c.expires_on), rows.c.number)
    )
    if scope is not None:
        query = query.where(rows.c.customer_id.in_(scope))
    if not all_:
        query = query.where(or_(rows.c.expires_on.is_(None), rows.c.expires_on > view.as_of))
    for row in view.connection.execute(query):
        yield FacilityLine(
            number=row.number,
            customer=lookup.customer_code(row.owner),
            name=row.name,
            limit_amount=row.limit_amount,
            drawn=row.drawn,
            headroom=row.limit_amount - row.drawn,
            utilisation=row.utilisation,
            is_revolving=row.is_revolving,
            expires_on=row.expires_on,
            days_left=row.days_left,
        )


def _drawn_by_facility(loan: CTE) -> Subquery:
    contract = table(Contract)
    return (
        select(contract.c.facility_id, total(loan.c.outstanding_principal).label("drawn"))
        .join(loan, loan.c.contract_id == contract.c.id)
        .where(contract.c.facility_id.is_not(None), loan.c.is_live == 1)
        .group_by(contract.c.facility_id)
        .subquery("drawn")
    )


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """What the core system said on a day."""

    on: date
    outstanding_principal: int
    overdue_principal: int | None
    unpaid_interest: int | None
    days_past_due: int | None
    interest_days_past_due: int | None
    five_tier: str | None
    next_due_on: date | None
    next_due_amount: int | None


def snapshots(view: View, number: str) -> Iterator[SnapshotLine]:
    """Return the snapshots of a loan, newest first.

    Raises:
        NotFound: there is no such loan.
    """
    rows, loan = table(Snapshot), lookup.loan(view, number)
    query = (
        select(rows).where(rows.c.loan_id == loan.id, view.sees(rows)).order_by(rows.c.effective_on.desc())
    )
    names = [name for name in SnapshotLine.__slots__ if name != "on"]
    for row in view.connection.execute(query.order_by(rows.c.effective_on.desc())):
        yield SnapshotLine(on=row.effective_on, **{name: row._mapping[name] for name in names})
