"""A loan that is paid out in parts: a published case, others by hand, and what always holds."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loancrm.errors import InvalidInput
from loancrm.lending.ledger import Payment
from loancrm.lending.quote import cost
from loancrm.lending.running import Running, owed
from loancrm.lending.schedule import Instalment, schedule
from loancrm.lending.terms import Terms
from loancrm.lending.tranches import drawn, planned
from tests.lending.loans import a_day_within, some_terms, weekdays

JANUARY = date(2026, 1, 1)


def parts(rows: tuple[Instalment, ...]) -> list[tuple[int, int, int]]:
    return [(row.principal_due, row.interest_due, row.balance) for row in rows]


def test_fineract_s_second_draw_on_a_due_day() -> None:
    """Apache Fineract, ProgressiveEMICalculatorTest, test_multi_disbursedAmt200_2ndOnDueDate.

    100.00 at 9.4822 % over six months, 30/360, and 100.00 more on the day of the second instalment.
    """
    rows = planned(Terms(10_000, 94_822, 6, date(2024, 1, 1)), [(date(2024, 3, 1), 10_000)])
    assert [(row.total_due, row.interest_due, row.principal_due) for row in rows] == [
        (1713, 79, 1634),
        (1713, 66, 1647),
        (4263, 132, 4131),
        (4263, 99, 4164),
        (4263, 67, 4196),
        (4261, 33, 4228),
    ]
    assert [row.balance for row in rows[2:]] == [12_588, 8_424, 4_228, 0]  # 167.19 after the draw


EQUAL = Terms(60_000, 120_000, 3, JANUARY, repayment="equal_principal")
# 600.00 at 1 % a month, 600.00 more on 16 January: half a month bears 3.00, the other half 6.00 on 1,200.00.
BY_HAND = {
    "equal_principal": [(40_000, 900, 80_000), (40_000, 800, 40_000), (40_000, 400, 0)],
    "bullet": [(0, 900, 120_000), (0, 1_200, 120_000), (120_000, 1_200, 0)],
    # at the end 3.00, and 2.5 months on 1,200.00: 30.00
    "single": [(120_000, 3_300, 0)],
    # two thirds and a third were agreed: of 1,200.00 so too
    "custom": [(80_000, 900, 40_000), (0, 400, 40_000), (40_000, 400, 0)],
}


@pytest.mark.parametrize("repayment", BY_HAND)
def test_a_draw_within_a_period_splits_it_by_days(repayment: str) -> None:
    table = (40_000, 0, 20_000) if repayment == "custom" else ()
    terms = Terms(60_000, 120_000, 3, JANUARY, repayment=repayment, table=table)
    assert parts(planned(terms, [(date(2026, 1, 16), 60_000)])) == BY_HAND[repayment]


def test_draws_come_in_the_order_of_their_days() -> None:
    """600.00, 300.00 on 1 February (400.00 are left, 700.00 over two), 300.00 on 1 March (650.00 at once)."""
    draws = [(date(2026, 3, 1), 30_000), (date(2026, 2, 1), 30_000)]
    assert parts(planned(EQUAL, draws)) == [(20_000, 600, 40_000), (35_000, 700, 35_000), (65_000, 650, 0)]


@pytest.mark.parametrize("day", [JANUARY, date(2025, 12, 31), date(2026, 4, 1), date(2027, 1, 1)])
def test_a_draw_outside_the_loan_is_refused(day: date) -> None:
    with pytest.raises(InvalidInput, match="--draws"):
        planned(EQUAL, [(day, 100)])


def test_interest_paid_ahead_of_a_draw_is_not_asked_for_again() -> None:
    """6.00 of interest were paid on 10 January; by the 16th 3.00 ran: 3.00 less of the 6.00 that run."""
    loan = Running(EQUAL, schedule(EQUAL), payments=(Payment(date(2026, 1, 10), 600),))
    found = drawn(loan, 60_000, date(2026, 1, 16))
    assert found is not None
    assert [row.interest_due for row in found.rows] == [300, 800, 400]


def test_the_effective_rate_counts_each_draw_from_its_day() -> None:
    """One year at 10 % simple, all at the end; 1,000.00, and 1,000.00 more after half of it."""
    days = (date(2027, 1, 1),)
    terms = Terms(100_000, 100_000, 1, JANUARY, repayment="single", day_count="act/365", due_dates=days)
    draws = [(date(2026, 7, 2), 100_000)]
    rows = planned(terms, draws)
    assert rows[0].total_due == 215_013  # 182 days on 1,000.00: 49.86, 183 days on 2,000.00: 100.27
    found = cost(terms, rows, draws=draws)
    # 1000 (1 + x) + 1000 (1 + x)^(183/365) = 2150.13: 2149.66 at 10.05 %, 2150.91 at 10.15 %
    assert found.annual_percentage_rate is None
    assert found.effective_annual_rate is not None
    assert 100_500 < found.effective_annual_rate < 101_500


@settings(max_examples=80)
@given(seed=st.integers(0, 2**32), amount=st.integers(1, 10**9))
def test_a_draw_keeps_days_and_sums(seed: int, amount: int) -> None:
    rng = random.Random(seed)
    terms = some_terms(rng, 20)
    on = a_day_within(rng, terms) + timedelta(days=1)
    before = schedule(terms, weekdays)
    if on >= before[-1].due_on or terms.repayment == "balloon":
        return
    loan = Running(terms, before, payments=tuple(
        Payment(row.due_on, row.total_due) for row in before if row.due_on <= on and row.total_due
    ))  # fmt: skip
    gone = owed(loan, on).gone
    found = drawn(loan, amount, on)
    if found is None:
        assert gone == len(before)
        return
    left = owed(loan, on).ahead
    assert sum(row.principal_due for row in found.rows) == left + amount
    assert found.rows[-1].balance == 0
    assert all(row.balance >= 0 and row.interest_due >= 0 for row in found.rows)
    assert [row.due_on for row in found.rows][-1] >= before[-1].starts_on
