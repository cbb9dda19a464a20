"""The committee's one page: the portfolio, what moved and where it stands, on a day and on two before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from loancrm.calendars import add_months, end_of_month
from loancrm.numerals import MILLION, ratio
from loancrm.policy.policy import Policy
from loancrm.reports.portfolio import Portfolio, portfolio
from loancrm.reports.portfolio_flows import Flows, Largest, flows, largest
from loancrm.view import View

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class OnDay:
    """All figures of a day."""

    portfolio: Portfolio
    flows: Flows
    largest: Largest


@dataclass(frozen=True, slots=True)
class CommitteePage:
    """The page: the day, the same day a month and a year before, with what is known now; ``since``, if asked.

    Growth of the balance and of the count, in millionths; None where there was nothing, or it is unknown: of
    the balance wherever live loans have no position on one of the two days (``has_whole_balance``).
    """

    now: OnDay
    month_ago: OnDay
    year_ago: OnDay
    since: OnDay | None
    balance_growth_month: int | None
    balance_growth_year: int | None
    loans_growth_month: int | None
    loans_growth_year: int | None
    balance_growth_since: int | None
    loans_growth_since: int | None


def committee_page(
    view: View, policy: Policy, officer_id: int | None = None, since: date | None = None
) -> CommitteePage:
    """Return the page as of the view's day, of the book or of one officer's customers.

    ``since``: one more day that it is compared with.
    """
    now = on_day(view, policy, officer_id)
    month, year = (on_day(view.at(back(view.as_of, n)), policy, officer_id) for n in (1, MONTHS_OF_A_YEAR))
    then = None if since is None else on_day(view.at(since), policy, officer_id)
    return CommitteePage(
        now=now,
        since=then,
        month_ago=month,
        year_ago=year,
        balance_growth_month=_growth(_balance(month), _balance(now)),
        balance_growth_year=_growth(_balance(year), _balance(now)),
        loans_growth_month=_growth(month.portfolio.live_loans, now.portfolio.live_loans),
        loans_growth_year=_growth(year.portfolio.live_loans, now.portfolio.live_loans),
        balance_growth_since=None if then is None else _growth(_balance(then), _balance(now)),
        loans_growth_since=None
        if then is None
        else _growth(then.portfolio.live_loans, now.portfolio.live_loans),
    )


def back(day: date, months: int) -> date:
    """Return the day so many months before; of a month's last day the last day of that month."""
    then = add_months(day, -months)
    return end_of_month(then) if end_of_month(day) == day else then


def on_day(view: View, policy: Policy, officer_id: int | None = None) -> OnDay:
    """Return all figures as of the view's day, of the book or of one officer's customers."""
    return OnDay(
        portfolio(view, policy, officer_id),
        flows(view, policy, officer_id),
        largest(view, policy, officer_id),
    )


def has_whole_balance(found: OnDay) -> bool:
    """Say whether the balance is that of all live loans: what is lent after an extract is in none yet."""
    return not found.portfolio.loans_without_position


def _balance(found: OnDay) -> int | None:
    return found.portfolio.outstanding_principal if has_whole_balance(found) else None


def _growth(before: int | None, now: int | None) -> int | None:
    whole = ratio(now, before)
    return None if whole is None else whole - MILLION
