"""The least that a loan must earn, worked by hand; and that the policy's figures are what is used."""

from __future__ import annotations

import pytest

from loancrm.errors import InvalidInput
from loancrm.lending.pricing import GradeRule, PricingRules, floor
from loancrm.policy.policy import example, read_policy
from tests.support import EXAMPLE_TEXT, changed

RULES = PricingRules(
    funding=((12, 18_000), (60, 22_000), (None, 26_000)),
    cost=6_000,
    margin=4_000,
    loss_given_default={"unsecured": 450_000, "pledge": 100_000},
    grades={"A": GradeRule(5_000, 2_000), "C": GradeRule(30_000, 9_000)},
    usual_grade="C",
)


def test_a_floor_is_funding_expected_loss_cost_and_margin_by_hand() -> None:
    """A year, unsecured, grade C: 1.80 % + 3 % · 45 % = 1.35 % + 0.60 % + 0.40 % = 4.15 %; asked 5.05 %."""
    found = floor(RULES, 12, "unsecured")
    assert (found.grade, found.expected_loss, found.floor, found.asked) == ("C", 13_500, 41_500, 50_500)


def test_half_a_millionth_of_expected_loss_is_rounded_up() -> None:
    # 0.5 % · 10 % = 0.05 %
    assert floor(RULES, 12, "pledge", "A").floor == 18_000 + 500 + 6_000 + 4_000
    odd = PricingRules(((None, 0),), 0, 0, {"pledge": 500_000}, {"A": GradeRule(1, 0)}, "A")
    assert floor(odd, 12, "pledge").expected_loss == 1


@pytest.mark.parametrize(("months", "funding"), [(12, 18_000), (13, 22_000), (61, 26_000), (None, 26_000)])
def test_money_is_dearer_for_longer(months: int | None, funding: int) -> None:
    assert floor(RULES, months, "pledge").funding == funding


def test_a_security_that_the_policy_does_not_name_loses_all() -> None:
    assert floor(RULES, 12, "mortgage").expected_loss == 30_000


def test_a_grade_that_the_policy_does_not_price_is_refused() -> None:
    with pytest.raises(InvalidInput) as fault:
        floor(RULES, 12, "pledge", "AAA")
    assert fault.value.field == "--grade"


def test_the_policy_s_figures_are_what_a_floor_is_made_of() -> None:
    assert floor(example().pricing, 12, "unsecured").floor == 41_500
    dearer = read_policy(changed(EXAMPLE_TEXT, ("cost: 0.60%", "cost: 75bp")), "test.yaml")
    assert floor(dearer.pricing, 12, "unsecured").floor == 43_000


def test_a_policy_from_before_has_the_example_s_prices_relief_and_promises() -> None:
    start, end = EXAMPLE_TEXT.index("pricing:"), EXAMPLE_TEXT.index("duplicates:")
    old = read_policy(EXAMPLE_TEXT[:start] + EXAMPLE_TEXT[end:], "old.yaml")
    assert (old.pricing, old.relief, old.promises) == (
        example().pricing, example().relief, example().promises,
    )  # fmt: skip
    assert (old.promises.tolerance_percent, old.promises.grace_days) == (1, 2)


def test_the_policy_s_limits_of_relief_are_read() -> None:
    rules = example().relief
    extension = rules.kinds["extension"]
    assert [(one.up_to_months, one.percent, one.months) for one in extension.by_term] == [
        (12, 100, None), (60, 50, None), (None, None, 36),
    ]  # fmt: skip
    assert rules.tenor_rates == ((60, 30_000), (None, 35_000))
    assert rules.kinds["policy_deferral"].customers == ("student",)
    assert rules.kinds["restructuring"].observed == "always"


def test_a_rate_that_is_none_is_refused_with_its_line() -> None:
    with pytest.raises(InvalidInput, match=r"test.yaml:\d+"):
        read_policy(changed(EXAMPLE_TEXT, ("cost: 0.60%", "cost: cheap")), "test.yaml")
