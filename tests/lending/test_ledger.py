"""What a loan owes on a day: the scenario of Fineract, cases worked by hand, and what always holds."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loancrm.errors import InvalidInput
from loancrm.lending.allocation import USUAL_ORDER, check_order
from loancrm.lending.arrears import Arrears
from loancrm.lending.delinquency import bucket_of, days_after_grace
from loancrm.lending.ledger import Payment, replay
from loancrm.lending.schedule import Instalment, schedule
from loancrm.lending.terms import Frequency, Terms

START = date(2026, 1, 1)


def loan(n: int = 3, rate: int = 120_000, **more: object) -> tuple[Instalment, ...]:
    """1,200.00 in equal principal: 1 % a month of what is left."""
    terms = {"repayment": "equal_principal", "start_on": START, **more}
    return schedule(Terms(principal=120_000, annual_rate=rate, instalments=n, **terms))  # type: ignore[arg-type]


def test_fineract_s_delinquency_by_instalment_is_reproduced(vectors: Path) -> None:
    """1,000 without interest: 250 on the day of the draw and every 15 days after it; nothing is paid."""
    [scenario] = json.loads((vectors / "delinquency.json").read_text("utf-8"))["scenarios"]
    edges, names = (
        (1, 4, 31, 61),
        {"1_3": "RANGE_1", "4_30": "RANGE_3", "31_60": "RANGE_30", "61_plus": "RANGE_60"},
    )
    dues = [date(2023, 10, 1) + timedelta(days=15 * n) for n in range(4)]
    expected = [event for event in scenario["events"] if event["event"] == "EXPECT"]
    assert len(expected) == 2
    for event in expected:
        as_of = date.fromisoformat(event["date"])
        found: dict[str, int] = {}
        for due in dues:
            rows = (Instalment(1, due - timedelta(days=15), due, 25_000, 0, 0, 0),)
            position = replay(rows, [], as_of)
            name = names[bucket_of(position.days_past_due, edges).code]
            found[name] = found.get(name, 0) + position.overdue_principal
        assert found == {row["Range"]: int(float(row["Amount"]) * 100) for row in event["rows"]}


def test_an_instalment_is_no_day_past_due_on_its_day_and_one_the_day_after() -> None:
    days = {day: replay(loan(), [], date(2026, 2, day)).days_past_due for day in (1, 2, 28)}
    assert days == {1: 0, 2: 1, 28: 27}


def test_a_payment_pays_what_is_past_due_before_what_is_due_and_interest_before_principal() -> None:
    """Due 412.00 on 1 February, 408.00 on 1 March, 404.00 on 1 April; 500.00 comes on 1 March."""
    position = replay(loan(), [Payment(date(2026, 3, 1), 50_000)], date(2026, 3, 2))
    assert [(a.what, a.number, a.amount) for a in position.allocations] == [
        ("interest", 1, 1_200),
        ("principal", 1, 40_000),
        ("interest", 2, 800),
        ("principal", 2, 8_000),
    ]
    assert (position.overdue_principal, position.days_past_due) == (32_000, 1)
    assert position.settled_on == {1: date(2026, 3, 1)}
    assert (position.next_due_on, position.next_due_amount) == (date(2026, 4, 1), 40_400)


def test_a_day_in_the_past_does_not_see_a_later_payment() -> None:
    payments = [Payment(date(2026, 2, 10), 41_200)]
    assert replay(loan(), payments, date(2026, 2, 9)).days_past_due == 8
    assert replay(loan(), payments, date(2026, 2, 10)).days_past_due == 0


def test_penalty_and_compound_interest_of_three_missed_days_by_hand() -> None:
    """1,200,000 at 4.35 %, ACT/360, interest by quarter then bullet; penalty rate 1.5 times: 6.525 %.

    The interest of the first quarter, 92 days from 21 March, is 1,200,000 · 4.35 % · 92 ÷ 360 = 13,340.00. It
    falls due on 21 June and comes three days late: 13,340.00 · 4.35 % · 3 ÷ 360 = 4.84 of compound interest.
    At the end principal and interest are three days late: 1,200,000 · 6.525 % · 3 ÷ 360 = 652.50 of
    penalty, and of the last interest, 92 days again, 13,340.00 · 6.525 % · 3 ÷ 360 = 7.25: together 659.75.
    """
    rows = schedule(
        Terms(120_000_000, 43_500, 2, date(2026, 3, 21), repayment="bullet", frequency=Frequency(0, 3),
              day_count="act/360")
    )  # fmt: skip
    assert [row.interest_due for row in rows] == [1_334_000, 1_334_000]
    rules = Arrears(contract_rate=43_500, penalty_rate=65_250, has_compound=True)
    late = [Payment(date(2026, 6, 24), 1_334_484, 1)]
    after = replay(rows, late, date(2026, 6, 24), rules)
    assert (after.penalty, after.days_past_due, after.unallocated) == (0, 0, 0)
    assert after.allocations[0].amount == 484
    end = replay(rows, late, date(2026, 9, 24), rules)
    assert (end.overdue_principal, end.overdue_interest, end.days_past_due) == (120_000_000, 1_334_000, 3)
    assert end.penalty == 65_975


def test_money_beyond_everything_owed_is_kept_apart() -> None:
    position = replay(loan(), [Payment(date(2026, 1, 15), 200_000)], date(2026, 1, 15))
    assert (position.outstanding_principal, position.unallocated) == (0, 200_000 - 122_400)
    assert position.next_due_on is None


def test_grace_is_counted_apart_from_the_contract() -> None:
    position = replay(loan(), [], date(2026, 2, 5))
    assert position.days_past_due == 4
    assert [days_after_grace(4, grace) for grace in (0, 3, 4, 10)] == [4, 1, 0, 0]


payments = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60_000)), max_size=12)


@given(payments, st.integers(0, 500), st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_minor_unit_is_somewhere(paid: list[tuple[int, int]], day: int, with_penalty: bool) -> None:
    rows = loan(12, 180_000)
    rules = Arrears(180_000, 270_000, has_compound=True) if with_penalty else Arrears()
    money = [Payment(START + timedelta(days=after), amount, n) for n, (after, amount) in enumerate(paid)]
    position = replay(rows, money, START + timedelta(days=day), rules)
    came = sum(one.amount for one in money if one.on <= position.on)
    assert came == sum(one.amount for one in position.allocations) + position.unallocated
    principal = sum(one.amount for one in position.allocations if one.what == "principal")
    assert position.outstanding_principal == 120_000 - principal >= 0
    assert 0 <= position.overdue_principal <= position.outstanding_principal
    assert position.penalty >= 0
    assert (position.days_past_due > 0) == (position.overdue_principal + position.overdue_interest > 0)


@given(payments, st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_payments_are_told_does_not_matter(
    paid: list[tuple[int, int]], random: object
) -> None:
    money = [Payment(START + timedelta(days=after), amount, n) for n, (after, amount) in enumerate(paid)]
    mixed = money.copy()
    random.shuffle(mixed)
    end = START + timedelta(days=500)
    assert replay(loan(12), mixed, end) == replay(loan(12), money, end)


def test_an_order_names_every_kind_once() -> None:
    principal_first = tuple(sorted(USUAL_ORDER, key=lambda kind: not kind.endswith("principal")))
    assert check_order(principal_first) == principal_first
    with pytest.raises(InvalidInput):
        check_order(USUAL_ORDER[1:])
    position = replay(
        loan(), [Payment(date(2026, 2, 1), 40_000)], date(2026, 2, 2), Arrears(order=principal_first)
    )
    assert (position.overdue_principal, position.overdue_interest) == (0, 1_200)
