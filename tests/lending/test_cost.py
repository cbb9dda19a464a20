"""What a loan costs a year: Regulation Z's own examples, and loans whose rate is known."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from loancrm.lending.cost import Flow, effective_rate, nominal_rate
from loancrm.lending.schedule import schedule
from loancrm.lending.terms import Terms


def test_the_examples_of_regulation_z_are_reproduced(vectors: Path) -> None:
    cases = json.loads((vectors / "apr_regz.json").read_text("utf-8"))["vectors"]
    assert len(cases) == 5
    for case in cases:
        first = case["first_period"]
        flows = [
            Flow(first["whole"] + n, float(Fraction(first["odd_days_fraction"])), round(float(amount) * 100))
            for n, (_day, amount) in enumerate(case["payments"])
        ]
        rate = nominal_rate(round(float(case["advance"]) * 100), flows, case["unit_periods_per_year"])
        assert rate is not None
        assert round(rate / 10_000, 2) == case["expected_apr_pct"], case["id"]


@given(st.integers(0, 300_000), st.integers(2, 120))
@settings(deadline=None, max_examples=60)
def test_a_loan_without_fees_costs_its_own_rate(annual_rate: int, n: int) -> None:
    rows = schedule(Terms(10**9, annual_rate, n, date(2026, 1, 1)))
    found = nominal_rate(10**9, [Flow(row.number, 0.0, row.total_due) for row in rows], 12)
    assert found is not None
    assert abs(found - annual_rate) <= 2


def test_the_effective_rate_of_one_payment_after_a_year_is_its_interest() -> None:
    assert effective_rate(100_000, date(2026, 1, 1), [(date(2027, 1, 1), 106_000)]) == 60_000


def test_a_fee_makes_a_loan_dearer() -> None:
    payments = [(date(2027, 1, 1), 106_000)]
    # 1,000 less 10 now, 1,060 in a year: 1060 ÷ 990 - 1
    assert effective_rate(99_000, date(2026, 1, 1), payments) == 70_707


def test_what_is_never_repaid_has_no_rate() -> None:
    assert effective_rate(100_000, date(2026, 1, 1), [(date(2027, 1, 1), 90_000)]) is None
    assert nominal_rate(0, [Flow(1, 0.0, 100)], 12) is None
