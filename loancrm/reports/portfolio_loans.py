"""The loans behind a figure of the portfolio: which of them count in it, and with what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, func, select

from loancrm.indicators.facts import customer_ids, customers_at, loans_at
from loancrm.indicators.standing import standing_at
from loancrm.lending.delinquency import PAR_DAYS
from loancrm.lending.standing import NON_PERFORMING
from loancrm.policy.policy import Policy
from loancrm.reports.basis import Basis, basis
from loancrm.reports.lookup import customer_code, officers
from loancrm.reports.portfolio_flows import newly_overdue
from loancrm.view import View

Loan = Any
Part = Callable[[Loan, date], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class FigureLoan:
    """A loan that counts in a figure; ``amount``: with what, minor units, None where nothing is known."""

    loan: str
    customer: str
    name: str
    officer: str | None
    five_tier: str | None
    days_past_due: int | None
    status: str
    matures_on: date | None
    outstanding_principal: int | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class FigureLoans:
    """The loans of a figure, what most counts first; ``total`` is what they count with in all."""

    figure: str
    lines: tuple[FigureLoan, ...]
    total: int
    basis: Basis


def _owed(loan: Loan, _start: date) -> ColumnElement[Any]:
    return loan.outstanding_principal  # type: ignore[no-any-return]


def _principal(loan: Loan, _start: date) -> ColumnElement[Any]:
    return loan.principal  # type: ignore[no-any-return]


def _lives(loan: Loan, _start: date) -> ColumnElement[Any]:
    return loan.is_live == 1  # type: ignore[no-any-return]


def _over(days: int) -> Part:
    return lambda loan, _start: and_(loan.days_past_due > days, loan.outstanding_principal.is_not(None))


def _ended(*statuses: str, this_month: bool = False) -> Part:
    def holds(loan: Loan, start: date) -> ColumnElement[Any]:
        is_one = loan.status.in_(statuses)
        return and_(is_one, loan.ended_on >= start) if this_month else is_one

    return holds


# Figure -> which loans count in it, and with what: the same columns as ``reports.portfolio`` sums.
_LIVE = (_lives, _owed)
_OVERDUE = (lambda loan, _start: loan.days_past_due >= 1, lambda loan, _start: loan.overdue_principal)
_BAD = (lambda loan, _start: loan.five_tier.in_(NON_PERFORMING), _owed)
_LENT = (lambda loan, start: loan.disbursed_on >= start, _principal)
FIGURES: Mapping[str, tuple[Part, Part]] = {
    "live_loans": _LIVE,
    "outstanding_principal": _LIVE,
    "average_balance": _LIVE,
    "live_disbursed": (_lives, _principal),
    "loans_without_position": (
        lambda loan, _start: and_(loan.is_live == 1, loan.outstanding_principal.is_(None)),
        _owed,
    ),
    "disbursed_in_month": _LENT,
    "disbursed_in_month_loans": _LENT,
    "settled_in_month_loans": (_ended("settled", this_month=True), _principal),
    "settled": (_ended("settled"), _principal),
    "overdue_loans": _OVERDUE,
    "overdue_principal": (lambda loan, _start: loan.overdue_principal > 0, _OVERDUE[1]),
    "arrears_rate": (lambda loan, _start: loan.overdue_principal > 0, _OVERDUE[1]),
    "unpaid_interest": (
        lambda loan, _start: loan.unpaid_interest > 0,
        lambda loan, _start: loan.unpaid_interest,
    ),
    **{f"par_{days}": (_over(days), _owed) for days in PAR_DAYS},
    "over_90_to_npl": (_over(PAR_DAYS[-1]), _owed),
    "npl": _BAD,
    "npl_ratio": _BAD,
    "provision": (lambda loan, _start: loan.five_tier.is_not(None), _owed),
    "coverage": _BAD,
    "classified_loans": (lambda loan, _start: loan.five_tier.is_not(None), _owed),
    "written_off_in_month": (
        _ended("written_off", this_month=True),
        lambda loan, _start: loan.written_off_amount,
    ),
    "written_off": (_ended("written_off"), lambda loan, _start: loan.written_off_amount),
    "default_rate": (_ended("written_off"), lambda loan, _start: loan.written_off_amount),
}
NEWLY = ("new_overdue_loans", "new_overdue")
BY_CLASS = ("npl", "npl_ratio", "provision", "coverage")  # by the class that counts, whoever says it
KNOWN = (*FIGURES, *NEWLY)


def loans_behind(
    view: View, policy: Policy, figure: str, officer_id: int | None = None, most: int | None = None
) -> FigureLoans:
    """Return the loans that count in one of ``KNOWN``, of the book or of one officer's customers.

    Of a ratio these are the loans above its line; of all of them so many at ``most``.
    """
    scope = None if officer_id is None else customer_ids(view, officer_id=officer_id)
    loans = loans_at(view, stale_after_days=policy.terms.stale_after_days, scope=scope)
    if figure in BY_CLASS:
        loans = _by_class_that_counts(view, policy, loans)
    people, loan = customers_at(view, "name", "officer_id", scope=scope), loans.c
    start = date(view.as_of.year, view.as_of.month, 1)
    holds, counts = FIGURES.get(figure, _LIVE)
    condition, amount = holds(loan, start), counts(loan, start)
    if figure in NEWLY:
        condition = loan.id.in_(newly_overdue(view, policy, officer_id))
    query = (
        select(
            loan.number, people.c.number.label("owner"), people.c.name, people.c.officer_id, loan.five_tier,
            loan.days_past_due, loan.status, loan.matures_on, loan.outstanding_principal,
            amount.label("amount"),
        )
        .join_from(loans, people, people.c.id == loan.customer_id)
        .where(condition)
        .order_by(func.coalesce(amount, 0).desc(), loan.number)
        .limit(most)
    )  # fmt: skip
    codes = officers(view)
    lines = tuple(
        FigureLoan(
            loan=row.number,
            customer=customer_code(row.owner),
            name=row.name,
            officer=codes.get(row.officer_id),
            five_tier=row.five_tier,
            days_past_due=row.days_past_due,
            status=row.status,
            matures_on=row.matures_on,
            outstanding_principal=row.outstanding_principal,
            amount=row.amount,
        )
        for row in view.rows(query)
    )
    return FigureLoans(figure, lines, sum(line.amount or 0 for line in lines), basis(view, policy))


def _by_class_that_counts(view: View, policy: Policy, loans: CTE) -> CTE:
    """Return the loans with the class that counts as their ``five_tier``."""
    stands = standing_at(view, policy.standing, loans)
    others = [column for column in stands.c if column.name != "five_tier"]
    return select(*others, stands.c.class_that_counts.label("five_tier")).cte("by_class_that_counts")
