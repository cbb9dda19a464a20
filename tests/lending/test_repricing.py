"""Repricing days and what another rate makes of a loan: a published case, days by hand, what always holds."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loancrm.lending.arrears import Arrears
from loancrm.lending.ledger import Payment
from loancrm.lending.repricing import RULES, Floating, next_on, rate_now, repriced, upcoming
from loancrm.lending.running import Running, owed
from loancrm.lending.schedule import schedule
from loancrm.lending.terms import Terms

DRAW = date(2024, 2, 29)
AFTER = date(2026, 5, 10)
DAYS = {
    "at_draw": None,
    "yearly": date(2027, 1, 1),
    "half_yearly": date(2026, 7, 1),
    "quarterly": date(2026, 7, 1),
    "monthly": date(2026, 6, 1),
    "anniversary": date(2027, 2, 28),  # drawn on a leap day; that of 2026 has gone by
}


def running(terms: Terms, until: date) -> Running:
    """A loan of which every instalment due by a day was paid."""
    rows = schedule(terms)
    paid = (Payment(row.due_on, row.total_due) for row in rows if row.due_on <= until)
    return Running(terms, rows, payments=tuple(one for one in paid if one.amount))


def test_the_rules_have_their_days() -> None:
    assert tuple(DAYS) == RULES
    assert {rule: next_on(rule, DRAW, AFTER) for rule in RULES} == DAYS


@pytest.mark.parametrize(
    ("rule", "after", "day"),
    [
        ("yearly", date(2026, 1, 1), date(2027, 1, 1)),  # the day itself is no later one
        ("yearly", date(2025, 12, 31), date(2026, 1, 1)),
        ("quarterly", date(2026, 12, 31), date(2027, 1, 1)),
        ("monthly", date(2026, 12, 1), date(2027, 1, 1)),
        ("anniversary", DRAW, date(2025, 2, 28)),
        ("anniversary", date(2027, 12, 31), date(2028, 2, 29)),
    ],
)
def test_the_next_day_is_a_later_one(rule: str, after: date, day: date) -> None:
    assert next_on(rule, DRAW, after) == day


def test_what_is_due_before_the_day_reprices_no_more() -> None:
    rows = schedule(Terms(1_000, 0, 3, date(2026, 10, 1)))  # the last one on 1 January 2027
    yearly = Floating("LPR-1Y")
    assert upcoming(yearly, date(2026, 10, 1), date(2026, 10, 1), rows) is None
    later = schedule(Terms(1_000, 0, 4, date(2026, 10, 1)))
    assert upcoming(yearly, date(2026, 10, 1), date(2026, 10, 1), later) == date(2027, 1, 1)
    assert upcoming(None, date(2026, 10, 1), date(2026, 10, 1), later) is None


def test_fineract_s_loan_whose_rate_falls_after_a_month() -> None:
    """Apache Fineract, ProgressiveEMICalculatorTest, test_reschedule_interest_on0201_4per_disbursedAmt100.

    100.00 at 7 % over six months, 17.01 each; 4 % from 1 February on.
    """
    loan = running(Terms(10_000, 70_000, 6, date(2024, 1, 1)), date(2024, 2, 1))
    found = repriced(loan, date(2024, 2, 1), 40_000)
    assert found is not None
    assert [(row.total_due, row.interest_due, row.principal_due, row.balance) for row in found.rows] == [
        (1688, 28, 1660, 6697),
        (1688, 22, 1666, 5031),
        (1688, 17, 1671, 3360),
        (1688, 11, 1677, 1683),
        (1689, 6, 1683, 0),
    ]


def test_the_spread_is_over_or_under_and_the_rate_never_below_zero() -> None:
    assert Floating("LPR-1Y", 5_000).rate(30_000) == 35_000
    assert Floating("LPR-5Y", -6_000).rate(35_000) == 29_000
    assert Floating("X", -40_000).rate(30_000) == 0
    assert Floating("LPR-1Y", 5_000).shifted(-2_500) == Floating("LPR-1Y", 2_500)


def test_a_penalty_follows_the_contract_rate() -> None:
    """150 % of 4.35 % are 6.525 %, of 3.95 % 5.925 %; what breaks off goes up."""
    old = Arrears(contract_rate=43_500, penalty_rate=65_250)
    assert (old.at_rate(39_500).contract_rate, old.at_rate(39_500).penalty_rate) == (39_500, 59_250)
    assert Arrears(30_000, 45_000).at_rate(30_001).penalty_rate == 45_002  # 45 001.5
    assert Arrears().at_rate(50_000) == Arrears(contract_rate=50_000)


def test_interest_that_was_paid_ahead_is_not_asked_for_again() -> None:
    """1,200.00 at 12 %, 400.00 a month: on 15 January 12.00 of interest for January were paid.

    From the 16th on 6 %: January bears 6.00 and 3.00, of which 12.00 are paid: 3.00 too much, off February's
    800.00 · 6 % ÷ 12 = 4.00.
    """
    terms = Terms(120_000, 120_000, 3, date(2026, 1, 1), repayment="equal_principal")
    loan = Running(terms, schedule(terms), payments=(Payment(date(2026, 1, 15), 1_200),))
    found = repriced(loan, date(2026, 1, 16), 60_000)
    assert found is not None
    assert [row.interest_due for row in found.rows] == [0, 100, 200]


@settings(max_examples=60)
@given(
    principal=st.integers(10_000, 10**9),
    n=st.integers(1, 40),
    rate=st.integers(0, 240_000),
    after=st.integers(0, 400_000),
    days=st.integers(0, 1_300),
    repayment=st.sampled_from(("level", "equal_principal", "bullet", "single")),
)
def test_another_rate_keeps_the_principal_and_the_days(
    principal: int, n: int, rate: int, after: int, days: int, repayment: str
) -> None:
    start = date(2022, 1, 31)
    terms = Terms(principal, rate, n, start, repayment=repayment, day_count="act/360")
    on = date.fromordinal(start.toordinal() + days)
    loan = running(terms, on)
    found, same = repriced(loan, on, after), repriced(loan, on, rate)
    gone = owed(loan, on).gone
    if found is None or same is None:
        assert gone == len(loan.rows)
        return
    assert sum(row.principal_due for row in found.rows) == found.found.ahead
    assert [row.due_on for row in found.rows] == [row.due_on for row in loan.rows[gone:]]
    assert all(one.due_on < two.due_on for one, two in pairwise(found.rows))
    assert found.rows[-1].balance == 0
    # At the rate that it has, the same is left; by days nothing is lost between two days.
    kept = [row.interest_due for row in loan.rows[gone:]]
    assert sum(row.interest_due for row in same.rows) == pytest.approx(sum(kept), abs=len(kept) + 1)
    again = Running(found.terms, loan.rows[:gone] + found.rows, gone, found.rates, loan.payments)
    assert rate_now(again) == after
