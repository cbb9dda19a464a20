"""Early repayment and pay-off: cases worked by hand, a published one, and what always holds."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loancrm.calendars import is_working_day
from loancrm.errors import InvalidInput
from loancrm.lending.arrears import Arrears
from loancrm.lending.due_dates import shifted
from loancrm.lending.ledger import Payment, Version, position
from loancrm.lending.prepay import CHOICES, Prepayment, choices, prepay
from loancrm.lending.running import Running, owed
from loancrm.lending.schedule import Instalment, schedule
from loancrm.lending.terms import Frequency, Terms
from tests.lending.loans import a_day_within, some_terms

JANUARY = date(2026, 1, 1)
MANY = int(os.environ.get("LOANCRM_RANDOM_LOANS", "2000"))


def running(terms: Terms, paid_until: date | None = None, **more: object) -> Running:
    """A loan of which every instalment due by ``paid_until`` was paid on its day."""
    rows = schedule(terms)
    paid = [Payment(row.due_on, row.total_due) for row in rows if paid_until and row.due_on <= paid_until]
    return Running(terms, rows, payments=tuple(one for one in paid if one.amount), **more)  # type: ignore[arg-type]


def four() -> Running:
    """1,200.00 at 1 % a month, 300.00 of principal a month; the first instalment was paid."""
    terms = Terms(120_000, 120_000, 4, JANUARY, repayment="equal_principal")
    return running(terms, date(2026, 2, 1))


def parts(found: Prepayment) -> list[tuple[str, int, int]]:
    return [(row.due_on.isoformat(), row.principal_due, row.interest_due) for row in found.rows]


# Half way through the second month 900.00 bore 900 · 1 % · 15 ÷ 30 = 4.50: of 454.50 it leaves 450.00 for the
# principal, and 450.00 are outstanding. The second half of the month bears 2.25 on that.
BY_HAND = {
    # 450.00 over three: 150.00 each; 2.25, 300 · 1 %, 150 · 1 %
    "smaller": [("2026-03-01", 15_000, 225), ("2026-04-01", 15_000, 300), ("2026-05-01", 15_000, 150)],
    # no more than 300.00 of principal each: two of 225.00
    "shorter": [("2026-03-01", 22_500, 225), ("2026-04-01", 22_500, 225)],
    # agreed were 600.00 and 300.00 after the next ones: nothing, then 150.00, then 300.00
    "next": [("2026-03-01", 0, 225), ("2026-04-01", 15_000, 450), ("2026-05-01", 30_000, 300)],
    # nothing at all in March; its 2.25 come in April
    "skip": [("2026-03-01", 0, 0), ("2026-04-01", 15_000, 675), ("2026-05-01", 30_000, 300)],
}


@pytest.mark.parametrize("choice", CHOICES)
def test_what_450_paid_early_does_by_hand(choice: str) -> None:
    found = prepay(four(), 45_450, date(2026, 2, 16), choice)
    assert (found.settled.accrued_interest, found.principal, found.balance) == (450, 45_000, 45_000)
    assert parts(found) == BY_HAND[choice]
    # without it: 4.50 for the rest of February, then 600 · 1 % and 300 · 1 %
    assert found.interest_before == 1_350
    assert found.interest_after == sum(interest for _day, _principal, interest in BY_HAND[choice])


def test_what_is_late_is_paid_before_principal_can_be_paid_early() -> None:
    """The first instalment, 312.00, was not paid; 15 days later penalty of 1.5 times runs on its 300.00.

    300 · 18 % · 15 ÷ 360 = 2.25. The month that runs bore 4.50 on 900.00. 318.75 come first.
    """
    loan = replace(four(), payments=(), arrears=Arrears(120_000, 180_000, day_count="30/360"))
    found = prepay(loan, 31_875 + 10_000, date(2026, 2, 16), "smaller")
    assert (found.settled.due_principal, found.settled.due_interest) == (30_000, 1_200)
    assert (found.settled.penalty, found.settled.accrued_interest) == (225, 450)
    assert (found.principal, found.balance) == (10_000, 80_000)


def test_fineract_s_prepayment_on_two_due_days_is_reproduced(vectors: Path) -> None:
    cases = json.loads((vectors / "schedules.json").read_text("utf-8"))["vectors"]
    [case] = [case for case in cases if case["id"] == "FIN-RP12-prepay-reduce-instalment"]
    terms = Terms(
        500_000, 120_000, 6, date(2022, 11, 1), day_count="act/365", rounding="half_even", round_to=100
    )
    loan = running(terms)
    payments = (Payment(date(2022, 12, 1), 100_000), Payment(date(2023, 1, 1), 200_000))
    for payment in payments:
        found = prepay(loan, payment.amount, payment.on, "smaller")
        kept = loan.rows[: found.after]
        loan = Running(found.terms, kept + found.rows, found.after, payments=paid_off(kept))
    for row, wanted in zip(loan.rows[2:], case["expected_rows"][2:], strict=True):
        found_row = (row.principal_due / 100, row.interest_due / 100, row.balance / 100)
        assert found_row == (float(wanted["principal"]), float(wanted["interest"]), float(wanted["balance"]))


def paid_off(rows: tuple) -> tuple[Payment, ...]:  # type: ignore[type-arg]
    return tuple(Payment(row.due_on, row.total_due) for row in rows if row.total_due)


def test_the_pay_off_of_a_corporate_loan_by_hand() -> None:
    """1,000,000 at 4.35 %, ACT/360, drawn 15 January 2026, interest on the 20th of the quarter's last month.

    On 1 May: the interest of 21 March, 65 days, 7,854.17, was not paid. In 41 days it bore compound interest:
    7,854.17 · 4.35 % · 41 ÷ 360 = 38.91. Since 21 March, 41 days: 1,000,000 · 4.35 % · 41 ÷ 360 = 4,954.17.
    """
    terms = Terms(
        100_000_000, 43_500, 12, date(2026, 1, 15), repayment="bullet", day_count="act/360",
        frequency=Frequency(0, 3), settlement_day=20,
    )  # fmt: skip
    loan = running(terms, arrears=Arrears(43_500, 65_250, has_compound=True))
    found = owed(loan, date(2026, 5, 1))
    assert (found.due_interest, found.accrued_interest, found.penalty) == (785_417, 495_417, 3_891)
    assert (found.outstanding_principal, found.due_principal) == (100_000_000, 0)
    assert found.total == 101_284_725


def test_interest_that_comes_later_is_owed_when_the_loan_is_paid_off() -> None:
    """1 % a month on 1,200.00, no interest for two months: 12.00 and half of the second month's 9.00."""
    terms = Terms(120_000, 120_000, 4, JANUARY, repayment="equal_principal", interest_grace=2)
    found = owed(running(terms, date(2026, 2, 1)), date(2026, 2, 16))
    assert (found.due_interest, found.accrued_interest, found.total) == (0, 1_650, 91_650)


def test_nobody_pays_for_days_to_come() -> None:
    loan = four()
    assert owed(loan, date(2026, 2, 1)).total == 90_000
    assert owed(loan, date(2026, 3, 1)).to_settle == 30_900


@pytest.mark.parametrize(
    ("amount", "choice", "words"),
    [
        (450, "smaller", "4.50 is owed"),
        (90_450, "smaller", "904.50 pays the loan off"),
        (30_449, "skip", "at least 304.50"),
        (45_450, "later", "leaves: shorter"),
    ],
)
def test_too_little_too_much_or_no_such_choice_is_refused(amount: int, choice: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        prepay(four(), amount, date(2026, 2, 16), choice)


def test_a_day_before_the_draw_is_refused() -> None:
    with pytest.raises(InvalidInput) as fault:
        owed(four(), date(2025, 12, 31))
    assert fault.value.field == "--on"


@pytest.mark.parametrize(("kind", "left"), [("bullet", ("smaller",)), ("flat", ("shorter", "smaller"))])
def test_what_pays_at_the_end_has_nothing_to_choose(kind: str, left: tuple[str, ...]) -> None:
    assert choices(Terms(120_000, 120_000, 4, JANUARY, repayment=kind)) == left


# ── what always holds ───────────────────────────────────────────────────────────────────────


def check(seed: int) -> None:
    """Pay a loan as agreed until some day, pay some of it early, and look at what is left."""
    rng = random.Random(seed)
    terms = some_terms(rng)
    on = a_day_within(rng, terms)
    loan = running(terms, on)
    found = owed(loan, on)
    assert found.outstanding_principal >= found.ahead >= 0
    assert found.penalty == 0
    if found.ahead < 2:
        return
    amount = found.to_settle + rng.randint(1, found.ahead - 1)
    made = {}
    for choice in choices(terms):
        try:
            made[choice] = prepay(loan, amount, on, choice)
        except InvalidInput:
            assert choice == "skip"
    for one in made.values():
        _right(loan, one)
    if "shorter" in made and is_regular(terms):
        assert made["shorter"].interest_after <= made["smaller"].interest_after


def is_regular(terms: Terms) -> bool:
    """Whether interest must fall with an early repayment.

    A balloon of more than the new balance makes it a bullet; with own days years may lie in one period, and
    in a leap year at 40 % a period may bear more than a level instalment: no principal is paid then.
    """
    if terms.repayment == "balloon" or terms.due_dates:
        return False
    if terms.repayment != "level" or terms.recurring_grace:
        return True
    rows = schedule(terms)[terms.principal_grace :]
    return all(row.principal_due > 0 for row in rows)


def _right(loan: Running, one: Prepayment) -> None:
    rows = one.rows
    kept = loan.rows[: one.after]
    assert sum(row.principal_due for row in (*kept, *rows)) + one.principal == loan.terms.principal
    assert rows[-1].balance == 0
    assert all(row.balance >= 0 and row.principal_due >= 0 and row.interest_due >= 0 for row in rows)
    days = [row.due_on for row in (*kept, *rows)]
    assert all(before < after for before, after in pairwise(days))
    if loan.terms.settlement_day is None:
        # A last day that stayed on a holiday, so as not to meet the next one, moves where there is no next.
        agreed = [row.due_on for row in loan.rows[: len(days)]]
        moved = shifted(agreed[-1], loan.terms.holiday_shift, is_working_day)
        assert days[:-1] == agreed[:-1]
        assert days[-1] in (agreed[-1], moved)
    assert not is_regular(loan.terms) or one.interest_after <= one.interest_before + len(rows)


@given(st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_a_loan_paid_early_is_still_paid_exactly(seed: int) -> None:
    check(seed)


@pytest.mark.slow
def test_many_loans_paid_early_are_still_paid_exactly() -> None:
    for seed in range(MANY):
        check(seed)


def check_the_end(seed: int) -> None:
    """Pay any part of what pays a loan off: the rest pays it off, to the minor unit, and no more is taken."""
    rng = random.Random(seed)
    terms = some_terms(rng)
    on = a_day_within(rng, terms)
    loan = running(terms, on)
    first = owed(loan, on)
    if first.ahead < 2:
        return
    part = rng.choice((first.total - 1, rng.randint(1, first.total - 1)))
    paid = replace(loan, payments=(*loan.payments, Payment(on, part, 1)))
    left = owed(paid, on)
    assert left.total == first.total - part
    early = Instalment(0, on, on, left.ahead, left.last_interest, 0, 0)
    versions = (
        Version(loan.rows[0].starts_on, loan.rows, drawn=terms.principal),
        Version(on, (early,), after=left.gone, sequence=2),
    )
    end = position(versions, (*paid.payments, Payment(on, left.total, 3)), on)
    assert (end.outstanding_principal, end.unallocated, end.next_due_on) == (0, 0, None)
    assert sum(one.amount for one in end.allocations) == sum(one.amount for one in paid.payments) + left.total
    interest = sum(one.amount for one in end.allocations if one.what == "interest")
    ran = sum(row.interest_due for row in loan.rows[: first.gone]) + first.accrued_interest
    assert interest == ran


@given(st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_however_a_loan_is_paid_it_bears_the_interest_that_ran(seed: int) -> None:
    check_the_end(seed)
