"""Expected credit loss: the design's golden values, and what always holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loancrm.lending.expected_loss import ProvisionRules, lifetime

RULES = ProvisionRules(
    default={1: 20_000, 2: 100_000},
    lost={"unsecured": 450_000, "mortgage": 200_000},
    by_class={"normal": 10_000, "special_mention": 20_000, "substandard": 250_000, "loss": 1_000_000},
)


def test_the_loss_of_twelve_months_is_pd_times_lgd_times_exposure() -> None:
    """PD 2 %, LGD 45 %, 1,000,000.00: 9,000.00."""
    assert lifetime(20_000, 450_000, [100_000_000], 0) == 900_000
    assert RULES.expected_loss(1, "unsecured", 100_000_000, years=20, annual_rate=50_000) == 900_000


def test_the_loss_of_a_life_is_discounted_and_only_what_survives_defaults() -> None:
    """2 % a year, exposures 1.0, 0.7 and 0.35 million, 5 %, LGD 45 %: 16,784.76."""
    assert lifetime(20_000, 450_000, [100_000_000, 70_000_000, 35_000_000], 50_000) == 1_678_476


def test_a_loan_of_stage_2_counts_the_years_left_and_one_of_stage_3_has_defaulted() -> None:
    """10 % a year of 1,000.00, LGD 45 %, two years at 0 %: 45.00 + 0.9 × 45.00 = 85.50; stage 3: 450.00."""
    assert RULES.expected_loss(2, "unsecured", 100_000, years=2, annual_rate=0) == 8_550
    assert RULES.expected_loss(2, "unsecured", 100_000, years=0, annual_rate=0) == 4_500
    assert RULES.expected_loss(3, "unsecured", 100_000, years=9, annual_rate=50_000) == 45_000
    assert RULES.expected_loss(3, None, 100_000, years=1, annual_rate=0) == 100_000  # security unknown: all


def test_provisions_are_shares_of_the_balance_by_class() -> None:
    shares = {
        name: RULES.provision(name, 100_050) for name in ("normal", "substandard", "loss", "doubtful", None)
    }
    # 1 % of 1,000.50 is 10.005: halves up; what the policy does not name is provided nothing
    assert shares == {"normal": 1_001, "substandard": 25_013, "loss": 100_050, "doubtful": 0, None: 0}


@given(
    st.integers(0, 1_000_000), st.integers(0, 1_000_000), st.lists(st.integers(0, 10**12), max_size=30),
    st.integers(0, 400_000),
)  # fmt: skip
def test_no_more_is_lost_than_could_be_lost(default: int, lost: int, exposures: list[int], rate: int) -> None:
    found = lifetime(default, lost, exposures, rate)
    assert 0 <= found <= max(exposures, default=0)
    assert lifetime(default, lost, [*exposures, 1_000], rate) >= found
