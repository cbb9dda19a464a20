"""loancrm mark: what lowers a class beside days past due, from which day, for which loans, and until when."""

from __future__ import annotations

from typing import Any

import pytest

from tests.commands.loan_books import SMALL


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
