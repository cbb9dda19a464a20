"""What pays a loan off after whatever happened to it: no day bears interest twice, none that never came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import Do, check_refused


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


# ── interest of days to come is not taken, and given back where it was ──────────────────────


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        # nineteen days on 1,200.00 at 12 %: 7.60
        ("1300", "the loan takes 1,207.60 at most"),
        ("1224", "the loan takes 1,207.60 at most"),  # all of the schedule, with interest of days to come
        ("1207.61", "the loan takes 1,207.60 at most"),
        ("1207.60", "1,207.60 pays the loan off on that day"),
        ("0", "must be above zero; the loan takes 1,207.60 at most"),
    ],
)
def test_no_more_is_taken_than_pays_the_loan_off(paid_out: Do, refused: Any, amount: str, said: str) -> None:
    check_refused(paid_out, refused, f"loan pay L-00001 {amount} --on 2026-01-20", 4, said)


def test_less_than_nothing_is_refused_with_the_most(paid_out: Do, cli: Any, book: Path) -> None:
    answer = cli("--store", book, "loan", "pay", "L-00001", "--on", "2026-01-20", "--", "-5")
    assert (answer.code, "1,207.60 at most" in answer.err) == (4, True)


def test_what_pays_the_loan_off_does_not_depend_on_how_it_came(paid_out: Do) -> None:
    """1,207.59 by the schedule pay 24.00 of interest; 16.40 of it never ran, and pay principal instead."""
    receipt = paid_out("loan pay L-00001 1207.59 --on 2026-01-20")
    assert (receipt["principal"], receipt["interest"]) == ("1183.59", "24.00")
    receipt = paid_out("loan payoff L-00001 --on 2026-01-20")
    assert (receipt["amount"], receipt["principal"], receipt["interest"]) == ("0.01", "16.41", "-16.40")
    assert receipt["status"] == "settled"


def test_a_pay_off_gives_back_interest_that_was_paid_ahead(paid_out: Do) -> None:
    """The instalment of the first of March, 408.00, came on that of February: 8.00 for 800.00.

    On 4 February three days of that bore 0.80; 7.20 go off the 400.00 that are left. Taken back, the payment
    is owed again, on any later day.
    """
    for amount in ("412", "408"):
        paid_out(f"loan pay L-00001 {amount} --on 2026-02-01")
    receipt = paid_out("loan payoff L-00001 --on 2026-02-04")
    assert (receipt["amount"], receipt["principal"], receipt["interest"]) == ("392.80", "400.00", "-7.20")
    last = paid_out("loan statement L-00001")[-1]
    assert (last["interest"], last["outstanding_principal"], last["unallocated"]) == ("-7.20", "0.00", "0.00")
    paid_out(f"loan reverse {receipt['payment']}")
    assert takes(paid_out, "2026-02-06") == ("392.80", "-7.20")


def test_a_loan_whose_pay_off_never_came_can_be_paid_off(paid_out: Do) -> None:
    """Before anything fell due: 1,200.00 and 7.60; the schedule ended on that day."""
    receipt = paid_out("loan payoff L-00001 --on 2026-01-20")
    paid_out(f"loan reverse {receipt['payment']}")
    assert takes(paid_out, "2026-01-25") == ("1207.60", "7.60")


def test_no_more_is_recovered_than_is_owed(paid_out: Do, refused: Any) -> None:
    paid_out("loan write-off L-00001 --on 2026-01-20")
    line = "loan recover L-00001 {} --on 2026-01-20"
    check_refused(paid_out, refused, line.format("1207.61"), 4, "the loan takes 1,207.60 at most")
    check_refused(paid_out, refused, line.format("0"), 4, "the loan takes 1,207.60 at most")
    receipt = paid_out(line.format("1207.60"))
    assert (receipt["principal"], receipt["interest"], receipt["unallocated"]) == ("1200.00", "7.60", "0.00")
    check_refused(paid_out, refused, line.format("1"), 4, "the loan takes 0.00 at most")


def test_a_payment_of_an_earlier_day_leaves_room_for_the_later_ones(paid_out: Do, refused: Any) -> None:
    """All is paid as agreed by April; nothing more came in March, of which 816.00 would have been left."""
    for amount, on in (("412", "2026-02-01"), ("408", "2026-03-01"), ("404", "2026-04-01")):
        paid_out(f"loan pay L-00001 {amount} --on {on}")
    check_refused(paid_out, refused, "loan pay L-00001 100 --on 2026-03-15", 4, "the loan takes 0.00 at most")


def test_a_file_brings_no_more_than_pays_the_loan_off(
    paid_out: Do, cli: Any, book: Path, tmp_path: Path
) -> None:
    """412.00 and 408.00 are taken; 500.00 are refused by 404.00, which then are taken, and 1.00 is late."""
    path = tmp_path / "payments.csv"
    lines = ["412,2026-02-01", "408,2026-03-01", "500,2026-04-01", "404,2026-04-01", "1,2026-04-01"]
    path.write_text("\n".join(["loan,amount,day", *(f"L-00001,{line}" for line in lines)]), "utf-8")
    profile = tmp_path / "payments.yaml"
    profile.write_text(
        "kind: payments\nformat: {type: csv}\ncolumns:\n  loan.number: loan\n  payment.amount: amount\n"
        "  payment.on: day\n",
        "utf-8",
    )
    rejected = tmp_path / "rejected.csv"
    options = ("--profile", profile, "--apply", "--partial", "--rejects", rejected, "--format", "json")
    answer = cli("--store", book, "import", "payments", path, *options)
    assert answer.code == 9
    found = paid_out("loan statement L-00001")
    assert [line["amount"] for line in found[1:]] == ["412.00", "408.00", "404.00"]
    assert [line[:11] for line in rejected.read_text("utf-8").split()[1:]] == ["L-00001,500", "L-00001,1,2"]


def test_a_row_that_pays_a_loan_off_early_is_rejected_with_the_command_that_takes_it(
    paid_out: Do, cli: Any, book: Path, tmp_path: Path
) -> None:
    """1,207.60 on 20 January: nineteen days on 1,200.00 at 12 %; a cent more nothing takes."""
    profile = tmp_path / "payments.yaml"
    profile.write_text(
        "kind: payments\nformat: {type: csv}\ncolumns:\n  loan.number: loan\n  payment.amount: amount\n"
        "  payment.on: day\n",
        "utf-8",
    )
    path = tmp_path / "payments.csv"
    way_out = "take it out of the file: loancrm loan payoff L-00001 --on 2026-01-20"
    for amount, is_told in (("1207.60", True), ("1207.61", False)):
        path.write_text(f"loan,amount,day\nL-00001,{amount},2026-01-20\n", "utf-8")
        answer = cli("--store", book, "import", "payments", path, "--profile", profile, "--format", "json")
        assert answer.code != 0
        assert (way_out in answer.text + answer.err) is is_told
    assert paid_out("loan payoff L-00001 --on 2026-01-20")["amount"] == "1207.60"


def test_the_rate_that_it_has_makes_no_version(paid_out: Do, refused: Any) -> None:
    line = "loan reprice L-00001 --rate 12% --on 2026-02-16"
    check_refused(paid_out, refused, line, 5, "nothing changes: the loan has the rate 12.00 % already")
    paid_out("loan reprice L-00001 --rate 6% --on 2026-02-16")
    check_refused(paid_out, refused, line.replace("12%", "6%"), 5, "nothing changes")
    assert paid_out(line.replace("16", "20"))["version"] == 3
