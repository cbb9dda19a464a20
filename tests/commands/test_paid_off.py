"""What pays a loan off after whatever happened to it: no day bears interest twice, none that never came."""

from __future__ import annotations

import pytest

from tests.commands.loan_books import Do


def takes(do: Do, on: str) -> tuple[str, str]:
    """Return what pays the loan off on a day, and how much of it is interest."""
    receipt = do(f"loan payoff L-00001 --on {on} --dry-run")
    assert (receipt["outstanding_principal"], receipt["unallocated"], receipt["status"]) == (
        "0.00",
        "0.00",
        "settled",
    )
    return receipt["amount"], receipt["interest"]


def lent(do: Do, terms: str, first: str) -> Do:
    """A loan of 1,200.00 at 12 %, of which the first instalment was paid."""
    terms = f"--principal 1200 --rate 12% {terms}"
    do(f"loan apply C-00001 --product working_capital {terms} --on 2025-12-20")
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    do(f"loan pay L-00001 {first} --on 2026-02-01")
    return do


@pytest.fixture
def flat(do: Do) -> Do:
    """In three, with 12.00 of flat interest each."""
    return lent(do, "--instalments 3 --repayment flat", "412")


@pytest.fixture
def four(do: Do) -> Do:
    """In four of 300.00 of principal each; 900.00 are left."""
    return lent(do, "--instalments 4 --repayment equal_principal", "312")


# ── interest that was settled is not owed again ─────────────────────────────────────────────


@pytest.mark.parametrize("choice", ["next", "skip", "smaller", "shorter"])
def test_what_was_settled_on_the_day_is_not_owed_again(four: Do, choice: str) -> None:
    """304.50 on 16 February: 4.50 of half a month on 900.00, and 300.00 of principal; 600.00 are left.

    They bear 6.00 a month: 3.00 until the first of March, and 3.00 until the sixteenth where none is due.
    """
    four(f"loan prepay L-00001 304.50 --on 2026-02-16 --choice {choice}")
    assert takes(four, "2026-02-16") == ("600.00", "0.00")
    assert takes(four, "2026-03-01") == ("603.00", "3.00")
    if choice in ("next", "skip"):
        assert takes(four, "2026-03-16") == ("606.00", "6.00")


def test_a_loan_paid_early_twice_owes_what_is_left(four: Do) -> None:
    """Of 600.00 another 100.00 are paid on 21 February, and 1.00 for five days.

    500.00 bear 1.17 in the seven days until the 28th.
    """
    four("loan prepay L-00001 304.50 --on 2026-02-16 --choice next")
    receipt = four("loan prepay L-00001 101 --on 2026-02-21 --choice next")
    assert (receipt["principal"], receipt["interest"]) == ("100.00", "1.00")
    assert takes(four, "2026-02-21") == ("500.00", "0.00")
    assert takes(four, "2026-02-28") == ("501.17", "1.17")


def test_flat_interest_follows_what_was_agreed_after_an_early_payment(flat: Do) -> None:
    """406.00 on 16 February: 6.00 of half a month, 400.00 of principal: half is left, and 6.00 a month.

    On 11 March 3.00 are due of February, and ten days bore 2.00.
    """
    receipt = flat("loan prepay L-00001 406 --on 2026-02-16")
    assert (receipt["principal"], receipt["interest"]) == ("400.00", "6.00")
    assert takes(flat, "2026-02-16") == ("400.00", "0.00")
    assert takes(flat, "2026-03-11") == ("405.00", "5.00")


def test_flat_interest_follows_what_was_agreed_after_another_rate_and_relief(flat: Do) -> None:
    """From 16 February on 6.00 a month on the first 1,200.00: 6.00 for half a month, 3.00 for the other.

    Three months more from 11 March change nothing of the interest: 9.00 are due, ten days bore 2.00.
    """
    flat("loan reprice L-00001 --rate 6% --on 2026-02-16")
    assert takes(flat, "2026-02-16") == ("806.00", "6.00")
    assert takes(flat, "2026-03-11") == ("811.00", "11.00")
    flat("relief apply L-00001 --kind restructuring --months 3 --why x --on 2026-03-11")
    assert takes(flat, "2026-03-11") == ("811.00", "11.00")
    assert takes(flat, "2026-03-21") == ("813.00", "13.00")
