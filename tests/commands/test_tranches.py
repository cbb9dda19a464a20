"""A loan that is paid out in parts, through the commands: every figure by hand, on the small loan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import SMALL, Do, check_refused, shown
from tests.support import EXAMPLE_TEXT, changed

NAMES = ("principal", "outstanding_principal", "overdue_principal", "next_due_on", "next_due_amount")


@pytest.fixture
def half(do: Do) -> Do:
    """600.00 of the 1,200.00 that were approved, paid out on the first of January: 206.00, 204.00, 202.00."""
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2025-12-20")
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28")):
        do(f"loan {step} L-00001 --on {on}")
    assert do("loan disburse L-00001 --amount 600 --on 2026-01-01")["amount"] == "600.00"
    return do


def plan(do: Do, on: str = "2026-11-20") -> list[tuple[Any, ...]]:
    rows = do(f"loan schedule L-00001 --as-of {on}")
    return [(row["due_on"], row["principal_due"], row["interest_due"], row["version"]) for row in rows]


def test_a_second_draw_makes_the_rest_anew(half: Do) -> None:
    """Half of January 3.00 on 600.00, half 6.00 on 1,200.00; 800.00 in February, 400.00 in March."""
    assert shown(half, "2026-01-15", *NAMES) == ["1200.00", "600.00", "0.00", "2026-02-01", "206.00"]
    before = plan(half)
    receipt = half("loan disburse L-00001 --on 2026-01-16")
    assert (receipt["amount"], receipt["stage"]) == ("600.00", "disbursement")
    assert plan(half) == [
        ("2026-02-01", "400.00", "9.00", 2),
        ("2026-03-01", "400.00", "8.00", 2),
        ("2026-04-01", "400.00", "4.00", 2),
    ]
    assert plan(half, "2026-01-15") == before
    assert shown(half, "2026-01-15", *NAMES) == ["1200.00", "600.00", "0.00", "2026-02-01", "206.00"]
    assert shown(half, "2026-02-02", *NAMES) == ["1200.00", "1200.00", "400.00", "2026-03-01", "408.00"]
    assert [(line["what"], line["amount"]) for line in half("loan statement L-00001")] == [
        ("disbursed", "600.00"),
        ("disbursed", "600.00"),
    ]
    half("loan pay L-00001 409 --on 2026-02-01")
    assert half("loan payoff L-00001 --on 2026-02-16")["amount"] == "804.00"  # 800.00, half a month: 4.00
    half("undo --yes")
    half("undo --yes")
    half("undo --yes")
    assert plan(half) == before


def test_arrears_stay_as_they_are_when_more_is_drawn(half: Do) -> None:
    """206.00 of February are unpaid on the 16th; of 400.00 and 300.00 more two instalments of 350.00.

    Half of February bears 2.00 on 400.00, the other half 3.50 on 700.00; March 3.50 on 350.00.
    """
    half("loan disburse L-00001 --amount 300 --on 2026-02-16")
    assert plan(half) == [
        ("2026-02-01", "200.00", "6.00", 1),
        ("2026-03-01", "350.00", "5.50", 2),
        ("2026-04-01", "350.00", "3.50", 2),
    ]
    names = ("outstanding_principal", "overdue_principal", "unpaid_interest", "days_past_due")
    assert shown(half, "2026-02-16", *names) == ["900.00", "200.00", "6.00", 15]
    assert half("loan disburse L-00001 --on 2026-02-16")["amount"] == "300.00"


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (
            "loan disburse L-00001 --amount 600.01 --on 2026-01-16",
            4,
            "at most what is left of the approval, 600.00",
        ),
        ("loan disburse L-00001 --amount 0 --on 2026-01-16", 4, "--amount"),
        ("loan disburse L-00001 --on 2025-12-31", 4, "--on is before the disbursement"),
        ("loan disburse L-00001 --on 2026-04-01", 5, "no instalment is left to change"),
    ],
)
def test_a_draw_that_cannot_be_is_refused(half: Do, refused: Any, line: str, code: int, said: str) -> None:
    check_refused(half, refused, line, code, said)


def test_what_is_drawn_whole_is_paid_out_no_more(half: Do, refused: Any) -> None:
    half("loan disburse L-00001 --on 2026-01-16")
    check_refused(half, refused, "loan disburse L-00001 --on 2026-01-17", 5, "was paid out on 2026-01-01")


def test_a_condition_holds_back_the_second_draw_too(half: Do, refused: Any) -> None:
    half("loan require L-00001 invoice --on 2026-01-10")
    check_refused(half, refused, "loan disburse L-00001 --on 2026-01-16", 5, "still needs: invoice")
    half("loan meet-condition L-00001 invoice --on 2026-01-15")
    half("loan disburse L-00001 --on 2026-01-16")
    check_refused(half, refused, "loan require L-00001 invoice --on 2026-01-20", 5, "was paid out on")


def test_an_own_table_is_drawn_in_proportion(do: Do) -> None:
    """800.00, none and 400.00 were agreed: of 600.00 that are 400.00, none and 200.00."""
    terms = "--principal 1200 --rate 12% --instalments 3 --repayment custom --table 800,0,400"
    do(f"loan apply C-00001 --product working_capital {terms} --on 2025-12-20")
    for step in ("approve", "sign"):
        do(f"loan {step} L-00001 --on 2025-12-24")
    do("loan disburse L-00001 --amount 600 --on 2026-01-01")
    assert [row[1] for row in plan(do)] == ["400.00", "0.00", "200.00"]
    do("loan disburse L-00001 --on 2026-01-16")
    assert [row[1:3] for row in plan(do)] == [("800.00", "9.00"), ("0.00", "4.00"), ("400.00", "4.00")]


def test_a_quote_takes_further_draws(do: Do, refused: Any) -> None:
    """Fineract's second draw on a due day (tests/lending/test_tranches.py)."""
    line = "loan quote --principal 100 --rate 9.4822% --instalments 6 --from 2024-01-01"
    rows = do(f"{line} --draws 2024-03-01:100")
    assert [row["total_due"] for row in rows] == ["17.13", "17.13", "42.63", "42.63", "42.63", "42.61"]
    for draws, code in (("2024-03-01", 4), ("2024-01-01:5", 4), ("2024-03-01:x", 4)):
        answer = refused(f"{line} --draws {draws}")
        assert (answer.code, "--draws" in answer.err) == (code, True)
    assert refused(f"{line} --draws 2024-03-01:5 --compare level,bullet").code == 2


def test_own_due_days_are_those_of_a_student_s_loan(do: Do, refused: Any) -> None:
    """Principal each 20 December, the last one on 20 September; 4 % by days on what is left (ACT/365).

    112 days on 9,000.00 from 30 August: 110.47; 365 on 6,000.00: 240.00; 274 on 3,000.00: 90.08.
    """
    line = "--principal 9000 --rate 4% --repayment equal_principal --day-count act/365"
    days = "--due-dates 2026-12-20,2027-12-20,2028-09-19"
    rows = do(f"loan quote {line} {days} --from 2026-08-30")
    assert [(row["due_on"], row["principal_due"], row["interest_due"]) for row in rows] == [
        ("2026-12-20", "3000.00", "110.47"),
        ("2027-12-20", "3000.00", "240.00"),
        ("2028-09-19", "3000.00", "90.08"),
    ]
    for more in (f"{days} --instalments 2", "--due-dates 2026-12-20,2026-12-19", "--due-dates 2026-08-30"):
        answer = refused(f"loan quote {line} {more} --from 2026-08-30")
        assert (answer.code, "--due-dates" in answer.err) == (4, True)
    do(f"loan apply C-00001 --product tuition {line} {days} --on 2026-08-20")
    for step in ("approve", "sign", "disburse"):
        do(f"loan {step} L-00001 --on 2026-08-30")
    assert [row[:3] for row in plan(do)] == [
        (row["due_on"], row["principal_due"], row["interest_due"]) for row in rows
    ]


def test_what_early_money_becomes_is_agreed_with_the_loan(do: Do, refused: Any, tmp_path: Any) -> None:
    """812.00 on the first of February: 412.00 are due, 400.00 pay the last instalment, not half of each."""
    config = tmp_path / "loancrm.yaml"
    config.write_text("products:\n  working_capital: {prepayment: shorter}\n", "utf-8")
    config.chmod(0o600)
    line = f"loan apply C-00001 --product working_capital {SMALL} --on 2025-12-20 --config {config}"
    bullet = line.replace("equal_principal", "bullet")
    check_refused(do, refused, bullet, 4, "--prepayment: a loan of this kind leaves: smaller")
    do(f"{bullet} --prepayment smaller")
    do(line)
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00002 --on {on}")
    do("loan prepay L-00002 812 --on 2026-02-01")
    assert [row["principal_due"] for row in do("loan schedule L-00002")] == ["400.00", "400.00", "400.00"]
    do("undo --yes")
    do("loan prepay L-00002 812 --on 2026-02-01 --choice smaller")
    assert [row["principal_due"] for row in do("loan schedule L-00002")][2:] == ["200.00", "200.00"]


LEFT = ("undrawn", "draw_until", "lapsed")
DAYS = "    - {product: [], days: 365}\n"


@pytest.fixture
def thirty_days(do: Do, tmp_path: Path) -> Do:
    """The policy says that what was signed for is drawn within thirty days."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(changed(EXAMPLE_TEXT, (DAYS, DAYS.replace("365", "30"))), "utf-8")
    do(f"policy adopt {policy} --on 2025-12-01")
    return do


def drawing(do: Do, on: str) -> list[tuple[Any, ...]]:
    """Return what the customer's agenda says of what was approved."""
    return [
        (reason["reason_code"], reason["amount"], reason["due_on"])
        for reason in do(f"agenda C-00001 --within 0d --as-of {on}")
        if reason["kind"] == "approval"
    ]


def test_what_may_be_drawn_is_shown_with_its_last_day(half: Do) -> None:
    """Approved on 24 December for 180 days, signed on the 28th; then it may be drawn for 365 days."""
    assert shown(half, "2025-12-23", *LEFT) == [None, None, None]
    assert shown(half, "2025-12-26", *LEFT) == ["1200.00", "2026-06-22", "0.00"]
    assert shown(half, "2025-12-30", *LEFT) == ["1200.00", "2026-12-28", "0.00"]
    assert shown(half, "2026-01-01", *LEFT) == ["600.00", "2026-12-28", "0.00"]
    half("loan disburse L-00001 --on 2026-01-16")
    assert shown(half, "2026-01-16", *LEFT) == ["0.00", None, "0.00"]
    assert shown(half, "2026-01-15", *LEFT) == ["600.00", "2026-12-28", "0.00"]


def test_what_is_not_drawn_by_the_last_day_lapses(thirty_days: Do, half: Do, refused: Any) -> None:
    """Signed on 28 December: 27 January is the last day; 600.00 of the 1,200.00 were drawn."""
    assert shown(half, "2026-01-27", *LEFT) == ["600.00", "2026-01-27", "0.00"]
    assert shown(half, "2026-01-28", *LEFT) == ["0.00", "2026-01-27", "600.00"]
    line = "loan disburse L-00001 --on 2026-01-28"
    check_refused(half, refused, line, 5, "600.00 of loan L-00001 could be drawn until 2026-01-27")
    half("loan disburse L-00001 --amount 100 --on 2026-01-27")
    assert shown(half, "2026-01-28", *LEFT) == ["0.00", "2026-01-27", "500.00"]


def test_what_lapses_soon_is_on_the_agenda(thirty_days: Do, half: Do) -> None:
    """The example's ladder has thirty days and seven: of the signed loan only its own last day is said."""
    assert drawing(half, "2026-01-20") == [("undrawn", "600.00", "2026-01-27")]
    assert drawing(half, "2026-01-28") == []
    half("loan disburse L-00001 --on 2026-01-10")
    assert drawing(half, "2026-01-20") == []


def test_a_signed_loan_that_nobody_draws_lapses_whole(thirty_days: Do, do: Do, refused: Any) -> None:
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2025-12-20")
    do("loan approve L-00001 --on 2025-12-24")
    assert drawing(do, "2026-06-01") == [("approval", "1200.00", "2026-06-22")]
    do("loan sign L-00001 --on 2025-12-28")
    assert drawing(do, "2026-01-20") == [("undrawn", "1200.00", "2026-01-27")]
    check_refused(do, refused, "loan disburse L-00001 --on 2026-01-28", 5, "and lapsed")
    assert shown(do, "2026-01-28", *LEFT) == ["0.00", "2026-01-27", "1200.00"]
    do("loan withdraw L-00001 --on 2026-02-01")
    assert shown(do, "2026-02-02", *LEFT) == [None, None, None]
