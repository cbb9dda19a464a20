"""Relief: what each kind makes of a loan, worked by hand, its limits, and what always holds."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loancrm.lending.arrears import Arrears
from loancrm.lending.relief import KINDS, Case, KindRule, Outcome, Proposal, ReliefRules, TermLimit, relieve
from loancrm.lending.running import Running, owed
from loancrm.lending.schedule import schedule
from loancrm.lending.stretch import longer, months_of
from loancrm.lending.terms import Frequency, Terms
from tests.lending.loans import a_day_within, some_terms
from tests.lending.test_prepay import MANY, running

JANUARY = date(2026, 1, 1)
BY_TERM = (TermLimit(12, percent=100), TermLimit(60, percent=50), TermLimit(None, months=36))
RULES = ReliefRules(
    kinds={
        "deferral": KindRule(most_months=12),
        "extension": KindRule(
            before_maturity=True, guarantor_consent=True, by_term=BY_TERM, longer_tenor_rate=True
        ),
        "renewal": KindRule(before_maturity=True, most_days_past_due=0, observed="never"),
        "refinancing": KindRule(floor="special_mention"),
        "rate_cut": KindRule(),
        "capitalisation": KindRule(),
        "restructuring": KindRule(observed="always"),
        "policy_deferral": KindRule(customers=("student",), most_months=12, observed="never"),
    },
    difficulty_days=1,
    difficulty_classes=("special_mention", "substandard", "doubtful", "loss"),
    observation_months=12,
    observation_periods=2,
    observed_floor="special_mention",
    again_floor="substandard",
    tenor_rates=((12, 30_000), (60, 35_000), (None, 40_000)),
)


def case(loan: Running, on: date, **more: object) -> Case:
    usual = {
        "customer_kind": "enterprise", "five_tier": "normal", "days_past_due": 0, "applied_for_on": on,
        "first_months": months_of(loan.terms),
    }  # fmt: skip
    return Case(loan, owed(loan, on), **(usual | more))  # type: ignore[arg-type]


def bullet() -> Running:
    """1,000.00 at 6 % for a year, interest by quarter, 30/360: 15.00 a quarter; nothing was due yet."""
    terms = Terms(100_000, 60_000, 4, JANUARY, repayment="bullet", frequency=Frequency(0, 3))
    return running(terms)


def parts(found: Outcome) -> list[tuple[str, int, int]]:
    return [(row.due_on.isoformat(), row.principal_due, row.interest_due) for row in found.rows]


def test_an_extension_moves_the_end_at_the_rate_of_the_longer_tenor_by_hand() -> None:
    """On 15 February, half a year more: 18 months are dearer than 12 by 0.5 %, so 6.5 % from that day on.

    To 15 February 44 days of 30/360 bore 1,000 · 6 % · 44 ÷ 360 = 7.33; the other 46 days of the quarter bear
    1,000 · 6.5 % · 46 ÷ 360 = 8.31; each later quarter 16.25.
    """
    found = relieve(case(bullet(), date(2026, 2, 15)), "extension", Proposal(months=6), RULES)
    assert (found.refusals, found.terms.annual_rate, found.terms.instalments) == ((), 65_000, 6)
    assert parts(found)[0] == ("2026-04-01", 0, 733 + 831)
    assert parts(found)[1:] == [
        ("2026-07-01", 0, 1_625), ("2026-10-01", 0, 1_625), ("2027-01-01", 0, 1_625),
        ("2027-04-01", 0, 1_625), ("2027-07-01", 100_000, 1_625),
    ]  # fmt: skip
    assert found.effect.is_observed is False


@pytest.mark.parametrize(
    ("term", "months", "extended", "is_allowed"),
    [(12, 12, 0, True), (12, 13, 0, False), (12, 6, 6, True), (12, 6, 7, False), (36, 18, 0, True),
     (36, 19, 0, False), (36, 9, 9, True), (36, 9, 18, False), (48, 12, 13, False), (60, 6, 24, True),
     (120, 36, 0, True), (120, 37, 0, False), (120, 12, 25, False)],
)  # fmt: skip
def test_an_extension_is_at_most_the_term_half_of_it_or_three_years(
    term: int, months: int, extended: int, is_allowed: bool
) -> None:
    """12 months may get 12, 36 get 18 and 120 get 36, of the term first agreed, all extensions together."""
    loan = running(longer(Terms(100_000, 60_000, term, JANUARY, repayment="bullet"), extended))
    before = case(loan, JANUARY, first_months=term, extended_months=extended)
    found = relieve(before, "extension", Proposal(months=months), RULES)
    assert found.refusals == (() if is_allowed else ("longer than the limit",))


def test_an_extension_is_applied_for_before_maturity_and_the_guarantor_agrees() -> None:
    late = case(bullet(), date(2026, 2, 15), applied_for_on=date(2027, 1, 1), is_guaranteed=True)
    found = relieve(late, "extension", Proposal(months=6), RULES)
    assert found.refusals == ("not applied for before maturity", "the guarantor has not agreed")
    in_time = replace(late, applied_for_on=date(2026, 12, 31), has_consent=True)
    assert relieve(in_time, "extension", Proposal(months=6), RULES).refusals == ()


def test_a_renewal_is_a_new_agreement_over_the_same_principal_and_leaves_the_class() -> None:
    at_the_end = case(bullet_paid(), date(2026, 12, 20))
    found = relieve(at_the_end, "renewal", Proposal(months=12), RULES)
    assert (found.after, found.terms.start_on, found.refusals) == (0, date(2026, 12, 20), ())
    assert [row.principal_due for row in found.rows] == [0, 0, 0, 100_000]
    # 1 October to 20 December: 79 days of 30/360: 1,000 · 6 % · 79 ÷ 360 = 13.17 are paid on the day
    assert found.to_settle == 1_317
    assert (found.effect.is_observed, found.effect.floor) == (False, None)
    late = replace(at_the_end, days_past_due=1)
    assert relieve(late, "renewal", Proposal(months=12), RULES).refusals == ("past due for too long",)


def bullet_paid() -> Running:
    return running(bullet().terms, date(2026, 10, 1))


def test_new_for_old_is_at_best_special_mention_even_of_a_sound_debtor() -> None:
    found = relieve(case(bullet_paid(), date(2026, 12, 20)), "refinancing", Proposal(months=12), RULES)
    assert found.effect.is_observed is False
    assert found.effect.floor == "special_mention"


def test_a_lower_rate_costs_the_bank_its_present_value_by_hand() -> None:
    """1,000.00 for a year at 6 %, all at the end, cut to 3 % on the first day.

    Instead of 1,060.00 in 365 days 1,030.00 come; at 6 % they are worth 1,030 ÷ 1.06 = 971.70: less by 28.30.
    """
    terms = Terms(100_000, 60_000, 1, JANUARY, repayment="single", frequency=Frequency(0, 12))
    found = relieve(case(running(terms), JANUARY), "rate_cut", Proposal(annual_rate=30_000), RULES)
    assert parts(found) == [("2027-01-01", 100_000, 3_000)]
    assert (found.loss, found.total_interest) == (2_830, 3_000)
    higher = relieve(case(running(terms), JANUARY), "rate_cut", Proposal(annual_rate=70_000), RULES)
    assert higher.refusals == ("no lower rate is proposed",)


def test_unpaid_interest_becomes_principal_by_hand() -> None:
    """15.00 of 1 April were not paid; on 16 April half a month bore 2.50: 1,017.50 are the principal then.

    The 75 days that are left of the quarter bear 1,017.50 · 6 % · 75 ÷ 360 = 12.72.
    """
    late = case(bullet(), date(2026, 4, 16), days_past_due=15)
    found = relieve(late, "capitalisation", Proposal(), RULES)
    assert (found.terms.principal, found.to_settle, found.refusals) == (101_750, 0, ())
    assert parts(found)[0] == ("2026-07-01", 0, 1_272)
    assert found.rows[-1].balance == 0


def test_a_deferral_pays_interest_only_for_a_while_and_ends_later() -> None:
    """1,200.00 in four months, 1 % a month; from 1 February on no principal for two months."""
    terms = Terms(120_000, 120_000, 4, JANUARY, repayment="equal_principal")
    loan = running(terms, date(2026, 2, 1))
    found = relieve(case(loan, date(2026, 2, 1)), "deferral", Proposal(months=2), RULES)
    assert parts(found) == [
        ("2026-03-01", 0, 900), ("2026-04-01", 0, 900), ("2026-05-01", 30_000, 900),
        ("2026-06-01", 30_000, 600), ("2026-07-01", 30_000, 300),
    ]  # fmt: skip


def test_a_student_s_policy_deferral_costs_the_student_nothing_meanwhile() -> None:
    """The state owes the interest of a year; no principal in it, and the class is not touched."""
    terms = Terms(160_000, 36_000, 4, JANUARY, repayment="equal_principal", frequency=Frequency(0, 12))
    student = case(running(terms), JANUARY, customer_kind="student", five_tier="special_mention")
    found = relieve(student, "policy_deferral", Proposal(months=12), RULES)
    first = found.rows[0]
    assert (first.principal_due, first.interest_due, first.subsidised_interest) == (0, 0, 5_760)
    assert [row.principal_due for row in found.rows] == [0, 40_000, 40_000, 40_000, 40_000]
    assert (found.refusals, found.effect.floor) == ((), None)
    assert relieve(case(running(terms), JANUARY), "policy_deferral", Proposal(months=12), RULES).refusals


def test_what_is_restructured_is_observed_for_two_periods_and_a_year() -> None:
    """The first new due day is 1 April 2026: a year later is 1 April 2027, two quarters come before that.

    A loan by year is observed until its third new due day. Restructured again meanwhile it is substandard.
    """
    late = case(bullet(), date(2026, 2, 15), five_tier="special_mention")
    effect = relieve(late, "restructuring", Proposal(months=12), RULES).effect
    assert (effect.floor, effect.until) == ("special_mention", date(2027, 4, 2))
    by_year = Terms(100_000, 60_000, 5, JANUARY, repayment="equal_principal", frequency=Frequency(0, 12))
    effect = relieve(case(running(by_year), JANUARY), "restructuring", Proposal(months=12), RULES).effect
    assert (effect.floor, effect.until) == ("special_mention", date(2029, 1, 2))
    again = replace(late, is_observed=True)
    assert relieve(again, "restructuring", Proposal(), RULES).effect.floor == "substandard"
    worse = replace(late, five_tier="doubtful")
    assert relieve(worse, "deferral", Proposal(months=3), RULES).effect.floor == "doubtful"


def test_penalty_is_settled_and_never_becomes_principal() -> None:
    """After 15 days: compound interest at 6 % on 15.00, ACT/360: 15 · 6 % · 15 ÷ 360 = 0.04."""
    loan = replace(bullet(), arrears=Arrears(60_000, 90_000, has_compound=True))
    found = relieve(case(loan, date(2026, 4, 16), days_past_due=15), "capitalisation", Proposal(), RULES)
    assert (found.to_settle, found.terms.principal) == (4, 101_750)


def test_days_of_one_s_own_go_on_by_years() -> None:
    days = (date(2026, 12, 20), date(2027, 12, 20), date(2028, 9, 20))
    terms = Terms(30_000, 0, 3, JANUARY, repayment="equal_principal", due_dates=days)
    assert longer(terms, 12).due_dates == (*days[:2], date(2028, 12, 20), date(2029, 9, 20))
    assert months_of(terms) == 33


# ── what always holds ───────────────────────────────────────────────────────────────────────


def check(seed: int) -> None:
    """Relieve a loan that was paid until some day, or never, in every way, and look at the new schedule."""
    rng = random.Random(seed)
    terms = some_terms(rng)
    if terms.due_dates:
        terms = replace(terms, due_dates=())
    on = a_day_within(rng, terms)
    rows = schedule(terms)
    loan = running(terms, on) if rng.random() < 0.5 else Running(terms, rows)
    found = case(loan, on)
    if found.owed.outstanding_principal == 0:
        return
    for kind in KINDS:
        rate = terms.annual_rate // 2
        one = relieve(found, kind, Proposal(rng.choice((1, 6, 12)), rate, rng.random() < 0.5), RULES)
        capitalised = one.rows[0].balance + one.rows[0].principal_due - found.owed.outstanding_principal
        assert capitalised in (0, found.owed.due_interest + found.owed.accrued_interest)
        assert sum(row.principal_due for row in one.rows) == found.owed.outstanding_principal + capitalised
        assert one.rows[-1].balance == 0
        assert all(row.balance >= 0 and row.principal_due >= 0 and row.interest_due >= 0 for row in one.rows)
        days = [on, *(row.due_on for row in one.rows)]
        assert all(before < after for before, after in pairwise(days)), kind


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_a_loan_that_was_relieved_is_still_paid_exactly(seed: int) -> None:
    check(seed)


@pytest.mark.slow
def test_many_loans_that_were_relieved_are_still_paid_exactly() -> None:
    for seed in range(MANY // 4):
        check(seed)
