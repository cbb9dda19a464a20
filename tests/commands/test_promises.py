"""Promises to pay: kept, kept in part or broken, by the amount, within two days of grace and one per cent."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from tests.commands.loan_books import Do, check_refused

PROMISE = "promise add L-00001 --amount 412 --by 2026-02-10 --on 2026-02-05"


def states(do: Do, on: str) -> list[tuple[Any, ...]]:
    return [(line["received"], line["state"]) for line in do(f"promise list --all --as-of {on}")]


@pytest.mark.parametrize(
    ("amount", "paid_on", "as_of", "expected"),
    [
        ("412", "2026-02-10", "2026-02-10", ("412.00", "kept")),
        ("412", "2026-02-12", "2026-02-13", ("412.00", "kept")),  # two days of grace
        ("412", "2026-02-13", "2026-02-13", ("0.00", "broken")),
        ("407.88", "2026-02-10", "2026-02-13", ("407.88", "kept")),  # 412.00 less one per cent
        ("407.87", "2026-02-10", "2026-02-13", ("407.87", "part_kept")),
        ("407.87", "2026-02-10", "2026-02-12", ("407.87", "open")),
        ("412", "2026-02-04", "2026-02-13", ("0.00", "broken")),  # before it was promised
    ],
)
def test_a_promise_is_kept_by_what_comes_in_time(
    paid_out: Do, amount: str, paid_on: str, as_of: str, expected: tuple[str, str]
) -> None:
    paid_out(PROMISE)
    assert states(paid_out, "2026-02-05") == [("0.00", "open")]
    paid_out(f"loan pay L-00001 {amount} --on {paid_on}")
    assert states(paid_out, as_of) == [expected]


def test_only_what_is_open_or_broken_is_listed_unless_all_is_asked(paid_out: Do) -> None:
    paid_out(PROMISE)
    paid_out("loan pay L-00001 412 --on 2026-02-06")
    assert paid_out("promise list --as-of 2026-02-06") == []
    [line] = paid_out("promise list --all --customer C-00001")
    assert (line["promise"], line["loan"], line["state"]) == ("R-00001", "L-00001", "kept")
    paid_out("promise void R-00001 --why typo")
    assert paid_out("promise list --all") == []
    paid_out("undo --yes")
    assert len(paid_out("promise list --all")) == 1


def test_of_a_loan_kept_elsewhere_the_fall_of_its_arrears_counts(do: Do) -> None:
    """Overdue 400.00 and 12.00 before; 300.00 after: 112.00 came."""
    do("loan add C-00001 --number JJ-1 --product other --principal 1200 --disbursed-on 2026-01-01")
    do("promise add JJ-1 --amount 412 --by 2026-02-10 --on 2026-02-05")
    assert states(do, "2026-02-13") == [(None, "unknown")]
    sum_of = "--outstanding 1200 --overdue-principal"
    do(f"snapshot add JJ-1 --on 2026-02-04 {sum_of} 400 --unpaid-interest 12")
    do(f"snapshot add JJ-1 --on 2026-02-11 {sum_of} 300 --unpaid-interest 0")
    assert states(do, "2026-02-13") == [("112.00", "part_kept")]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("promise add L-00001 --amount 0 --by 2026-03-01", 4, "--amount"),
        ("promise add L-00001 --amount 5 --by 2026-02-01 --on 2026-02-05", 4, "--by is before"),
        ("promise add L-00009 --amount 5 --by 2026-03-01", 3, "there is no loan L-00009"),
        ("promise add L-00001 --amount 5 --by 2027-03-01 --contact K-00009", 3, "K-00009"),
        ("promise void R-00009", 3, "there is no promise R-00009"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(
    paid_out: Do, refused: Any, line: str, code: int, said: str
) -> None:
    check_refused(paid_out, refused, line, code, said)


FIRST, SECOND, THIRD, FOURTH = "2026-02-10", "2026-02-11", "2026-02-20", "2026-02-28"


@pytest.mark.parametrize(
    ("promised", "paid", "expected"),
    [
        # One payment keeps one promise, the one that falls due first.
        (
            [("2026-02-05", THIRD, 400), ("2026-02-05", FIRST, 400)],
            [("2026-02-08", 400)],
            [("400.00", "kept"), ("0.00", "broken")],
        ),
        # What is left over is the next one's: 500.00 less 400.00.
        (
            [("2026-02-05", FIRST, 400), ("2026-02-05", THIRD, 400)],
            [("2026-02-08", 500)],
            [("400.00", "kept"), ("100.00", "part_kept")],
        ),
        # What came after the first had run out does not help it, and is not taken by it.
        (
            [("2026-02-05", FIRST, 100), ("2026-02-15", FOURTH, 100)],
            [("2026-02-25", 100)],
            [("0.00", "broken"), ("100.00", "kept")],
        ),
        # The second is starved by the first; nobody takes for it what comes after its day.
        (
            [("2026-02-05", due_on, 100) for due_on in (FIRST, SECOND, THIRD, FOURTH)],
            [("2026-02-08", 100), ("2026-02-18", 100), ("2026-02-25", 100)],
            [("100.00", "kept"), ("0.00", "broken"), ("100.00", "kept"), ("100.00", "kept")],
        ),
        # Made later and due earlier: 100.00 of the 120.00, and the other one 20.00 and the 60.00 from before.
        (
            [("2026-02-05", FOURTH, 400), ("2026-02-10", THIRD, 100)],
            [("2026-02-06", 60), ("2026-02-15", 120)],
            [("100.00", "kept"), ("80.00", "part_kept")],
        ),
        # Of two of one day the one recorded first; more than all is nobody's.
        (
            [("2026-02-05", FIRST, 150), ("2026-02-05", FIRST, 200)],
            [("2026-02-06", 150), ("2026-02-07", 100)],
            [("150.00", "kept"), ("100.00", "part_kept")],
        ),
        ([("2026-02-05", FIRST, 150)], [("2026-02-06", 400)], [("150.00", "kept")]),
    ],
)
def test_a_payment_counts_for_one_promise_only(
    paid_out: Do,
    promised: list[tuple[str, str, int]],
    paid: list[tuple[str, int]],
    expected: list[tuple[str, str]],
) -> None:
    for made_on, due_on, amount in promised:
        paid_out(f"promise add L-00001 --amount {amount} --by {due_on} --on {made_on}")
    for on, amount in paid:
        paid_out(f"loan pay L-00001 {amount} --on {on}")
    assert states(paid_out, "2026-03-05") == expected


def in_february(day: int) -> date:
    return date(2026, 1, 31) + timedelta(days=day)


def shared_by_hand(promised: list[tuple[int, int, int]], paid: list[tuple[int, int]]) -> list[str]:
    """Give each payment, the oldest first, to the promises that are open on its day, the first due first."""
    left = [amount for _made, _due, amount in promised]
    for day, money in paid:
        rest = money
        for place, (made, due, _amount) in enumerate(promised):
            if made <= day <= due + 2:  # two days of grace
                part = min(rest, left[place])
                left[place], rest = left[place] - part, rest - part
    return [f"{amount - open_:.2f}" for (_made, _due, amount), open_ in zip(promised, left, strict=True)]


@pytest.mark.parametrize("seed", range(4))
def test_many_promises_share_many_payments(paid_out: Do, seed: int) -> None:
    chosen = random.Random(seed)
    days = sorted(chosen.sample(range(3, 20), 6))
    promised = [(made, made + 4 + place, chosen.randint(20, 90)) for place, made in enumerate(days)]
    paid = [(day, chosen.randint(10, 60)) for day in sorted(chosen.sample(range(3, 28), 8))]
    for made, due, amount in promised:
        paid_out(f"promise add L-00001 --amount {amount} --by {in_february(due)} --on {in_february(made)}")
    for day, amount in paid:
        paid_out(f"loan pay L-00001 {amount} --on {in_february(day)}")
    got = [received for received, _state in states(paid_out, "2026-04-01")]
    assert got == shared_by_hand(promised, paid)


def test_two_promises_share_the_fall_of_the_arrears_of_a_loan_kept_elsewhere(do: Do) -> None:
    """Overdue 400.00, then 250.00: 150.00 came, of which the first promise takes its 100.00."""
    do("loan add C-00001 --number JJ-1 --product other --principal 1200 --disbursed-on 2026-01-01")
    for due_on in (FIRST, THIRD):
        do(f"promise add JJ-1 --amount 100 --by {due_on} --on 2026-02-05")
    for on, overdue in (("2026-02-04", 400), ("2026-02-09", 250)):
        do(f"snapshot add JJ-1 --on {on} --outstanding 1200 --overdue-principal {overdue}")
    assert states(do, "2026-03-05") == [("100.00", "kept"), ("50.00", "part_kept")]
