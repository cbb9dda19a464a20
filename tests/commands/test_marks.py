"""loancrm mark: what lowers a class beside days past due, from which day, for which loans, and until when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import SMALL
from tests.support import EXAMPLE_TEXT, changed


def stands(do: Any, loan: str, on: str, *more: str) -> list[Any]:
    found = do(f"loan explain {loan} --as-of {on}", *more)
    return [found[name] for name in ("five_tier", "ifrs9_stage", "trigger")]


LENT = "--product working_capital --principal 1000"
IN_ORDER = ["normal", 1, "in_order"]


@pytest.fixture
def two(do: Any) -> Any:
    """Two loans of C-00001 that the core system keeps, nothing past due, data of each month's end."""
    for number in ("A", "B"):
        do(f"loan add C-00001 --number {number} {LENT} --disbursed-on 2025-01-15")
        for on in ("2026-05-31", "2026-06-30", "2026-07-31"):
            do(f"snapshot add {number} --outstanding 900 --days-past-due 0 --on {on}")
    return do


@pytest.mark.parametrize(
    ("kind", "five_tier", "stage"),
    [
        ("bankruptcy", "loss", 3),
        ("evasion", "doubtful", 3),
        ("impaired", "substandard", 3),
        ("downgraded", "substandard", 3),
        ("unfound", "substandard", 3),
        ("misuse", "special_mention", 1),
        ("refinanced", "special_mention", 1),
        ("expected_loss --expected-loss 50%", "doubtful", 3),
        ("expected_loss --expected-loss 90%", "loss", 3),
    ],
)
def test_a_mark_lowers_every_loan_of_the_customer_from_its_day_on(
    two: Any, kind: str, five_tier: str, stage: int
) -> None:
    two(f"mark add C-00001 --kind {kind} --on 2026-06-10")
    for loan in ("A", "B"):
        assert stands(two, loan, "2026-06-09") == IN_ORDER
        assert stands(two, loan, "2026-06-10") == [five_tier, stage, kind.split()[0]]


def test_a_mark_of_one_loan_leaves_the_other(two: Any) -> None:
    two("mark add C-00001 --kind misuse --loan A --on 2026-06-10")
    assert stands(two, "A", "2026-06-30") == ["special_mention", 1, "misuse"]
    assert stands(two, "B", "2026-06-30") == IN_ORDER


def test_one_bad_loan_of_a_company_makes_the_other_non_performing(two: Any) -> None:
    """Half of what is owed here: more than a tenth."""
    two("mark add C-00001 --kind evasion --loan A --on 2026-06-10")
    assert stands(two, "B", "2026-06-30") == ["substandard", 3, "debtor"]


def test_a_mark_holds_until_it_is_lifted_and_a_void_one_never_did(two: Any) -> None:
    two("mark add C-00001 --kind bankruptcy --on 2026-06-10")
    two("mark add C-00001 --kind bankruptcy --is-lifted yes --on 2026-06-20")
    days = ("2026-06-09", "2026-06-10", "2026-06-19", "2026-06-20")
    assert [stands(two, "A", day)[0] for day in days] == ["normal", "loss", "loss", "normal"]
    two("mark void MK-00002")
    assert stands(two, "A", "2026-06-20")[0] == "loss"
    two("mark void MK-00001")
    assert stands(two, "A", "2026-06-10") == IN_ORDER
    assert two("loan reclassify")["changes"] == []


def test_a_loss_that_is_expected_to_be_smaller_gives_another_class_and_at_last_none(two: Any) -> None:
    for share, on in (("90%", "2026-06-01"), ("89.9999%", "2026-06-10"), ("49.9999%", "2026-06-20")):
        two(f"mark add C-00001 --kind expected_loss --expected-loss {share} --on {on}")
    days = ("2026-06-01", "2026-06-10", "2026-06-20")
    assert [stands(two, "A", day)[0] for day in days] == ["loss", "doubtful", "normal"]


def test_a_loan_that_comes_later_is_lowered_by_what_stands(do: Any) -> None:
    do("mark add C-00001 --kind misuse --on 2026-01-10")
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2026-02-01")
    for step, on in (("approve", "2026-02-02"), ("sign", "2026-02-03"), ("disburse", "2026-02-04")):
        do(f"loan {step} L-00001 --on {on}")
    assert stands(do, "L-00001", "2026-02-05") == ["special_mention", 1, "misuse"]
    do(f"loan add C-00001 --number B {LENT} --disbursed-on 2026-02-10")
    do("snapshot add B --outstanding 900 --days-past-due 0 --on 2026-02-28")
    assert stands(do, "B", "2026-02-28") == ["special_mention", 1, "misuse"]


def test_a_loan_of_the_core_system_that_was_restructured_is_observed(two: Any) -> None:
    """For a year and two periods of three months from the day: until 10 June 2027."""
    two("mark add C-00001 --kind restructured --loan A --on 2026-06-10")
    assert stands(two, "A", "2026-06-30") == ["special_mention", 2, "restructured"]
    (reason,) = two("loan explain A --as-of 2026-06-30")["reasons"]
    assert (reason["since"], reason["until"]) == ("2026-06-10", "2027-06-11")
    two("mark add C-00001 --kind restructured --loan A --on 2026-07-10")
    assert stands(two, "A", "2026-07-31") == ["substandard", 3, "restructured_again"]


def test_trouble_that_was_not_solved_begins_the_observation_anew(two: Any) -> None:
    two("mark add C-00001 --kind restructured --loan A --on 2026-06-10")
    two("mark add C-00001 --kind unsolved --loan A --on 2026-07-10")
    (reason,) = two("loan explain A --as-of 2026-07-31")["reasons"]
    assert (reason["trigger"], reason["until"]) == ("unsolved", "2027-07-11")


def test_a_loan_that_is_serviced_here_is_restructured_by_relief_and_not_by_a_mark(
    paid_out: Any, refused: Any
) -> None:
    answer = refused("mark add C-00001 --kind restructured --loan L-00001")
    assert (answer.code, answer.error["code"]) == (4, "serviced")


def test_two_customers_that_are_one_share_their_marks(two: Any) -> None:
    two("customer add --kind enterprise --name 华达机械")
    two("mark add C-00002 --kind misuse --on 2026-06-10")
    assert stands(two, "A", "2026-06-30") == IN_ORDER
    two("customer merge C-00001 C-00002 --force")
    assert stands(two, "A", "2026-06-30") == ["special_mention", 1, "misuse"]
    two("undo --yes")
    assert stands(two, "A", "2026-06-30") == IN_ORDER


def test_a_mark_is_undone_with_what_followed_from_it_later(do: Any) -> None:
    """The second loan came after the mark; undone, the mark lowers neither."""
    do("mark add C-00001 --kind misuse --on 2026-01-10")
    (mark,) = [row["command_id"] for row in do("undo --list") if row["command"] == "mark add"]
    do(f"loan add C-00001 --number B {LENT} --disbursed-on 2026-02-10")
    do("snapshot add B --outstanding 900 --days-past-due 0 --on 2026-02-28")
    do(f"undo {mark} --yes")
    assert stands(do, "B", "2026-02-28") == IN_ORDER


def test_a_payment_that_is_undone_leaves_the_later_one_where_a_reversal_leaves_it(paid_out: Any) -> None:
    """412.00 of February, then 408.00 of March, which pays February without the first, all but 4.00."""
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    (first,) = [row["command_id"] for row in paid_out("undo --list") if row["command"] == "loan pay"]
    paid_out("loan pay L-00001 408 --on 2026-03-01")
    paid_out(f"undo {first} --yes")
    found = paid_out("loan show L-00001 --as-of 2026-03-15")
    # 12.00 interest and 396.00 principal of February; March: 8.00 and 400.00, beside the 4.00 that are left
    assert [found[name] for name in ("outstanding_principal", "overdue_principal", "unpaid_interest")] == [
        "804.00", "404.00", "8.00",
    ]  # fmt: skip
    assert found["days_past_due"] == 42  # since 1 February


def test_a_loan_written_off_still_counts_against_the_debtor_s_others(two: Any) -> None:
    """100.01 of the 900.00 and it is more than a tenth; exactly a tenth, 100.00 of 1,000.00, is not."""
    two(f"loan add C-00001 --number Z {LENT} --disbursed-on 2025-01-15")
    two("snapshot add Z --outstanding 200 --days-past-due 400 --on 2026-05-31")
    assert stands(two, "B", "2026-05-31") == IN_ORDER  # 200.00 of 2,000.00
    two("loan close Z --status written_off --amount 200.01 --on 2026-06-10")
    assert stands(two, "B", "2026-06-09") == IN_ORDER
    assert stands(two, "B", "2026-06-30") == ["substandard", 3, "debtor_written_off"]
    (reason,) = two("loan explain B --as-of 2026-06-30")["reasons"]
    assert (reason["trigger"], reason["five_tier"]) == ("debtor_written_off", "substandard")


def test_a_loan_written_off_counts_no_longer_once_it_was_recovered(two: Any) -> None:
    """1,200.00 beside 1,800.00 here; at last 200.00 are left, a tenth of 2,000.00 and not more.

    1,024.00 come: 412.00, 408.00, and 4.00 of interest and 200.00 of the last 400.00.
    """
    given = two(f"loan apply C-00001 --product working_capital {SMALL} --on 2025-12-20")["loan"]
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        two(f"loan {step} {given} --on {on}")
    assert two(f"loan write-off {given} --on 2026-01-01")["amount"] == "1200.00"
    assert stands(two, "B", "2026-05-31") == ["substandard", 3, "debtor_written_off"]
    two(f"loan recover {given} 900 --on 2026-01-01")
    assert stands(two, "B", "2026-06-30") == ["substandard", 3, "debtor_written_off"]
    two(f"loan recover {given} 124 --on 2026-01-01")
    assert stands(two, "B", "2026-06-30") == IN_ORDER


def test_a_bank_may_leave_loans_written_off_out(two: Any, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(changed(EXAMPLE_TEXT, ("written_off: counts}", "written_off: left_out}")), "utf-8")
    two(f"loan add C-00001 --number Z {LENT} --disbursed-on 2025-01-15")
    two("loan close Z --status written_off --amount 900 --on 2026-06-10")
    assert stands(two, "B", "2026-06-30")[2] == "debtor_written_off"
    assert stands(two, "B", "2026-06-30", "--policy", str(policy)) == IN_ORDER
