"""A new loan that repays an old one: renewal without repayment, new loan for old; by hand, on the small loan.

800.00 are left of it after the first instalment; until 16 February they bear half of a month's 8.00.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.commands.loan_books import Do, check_refused
from tests.conftest import Run
from tests.support import EXAMPLE_TEXT

RENEWAL = "relief apply L-00001 --kind renewal --months 6 --why 周转 --on 2026-02-16"
CLASS = ("computed_five_tier", "ifrs9_stage")


@pytest.fixture
def begun(paid_out: Do) -> Do:
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    return paid_out


def seen(do: Do, number: str, on: str, *names: str) -> list[Any]:
    found = do(f"loan show {number} --as-of {on}")
    return [found[name] for name in names]


def test_a_renewal_repays_the_old_loan_with_a_new_one(begun: Do, refused: Any) -> None:
    """133.33 a month of 800.00 over six, 8.00 of interest in the first; 4.00 come from the customer."""
    check_refused(begun, refused, RENEWAL, 5, "takes 4.00 of the customer's own money on that day")
    check_refused(begun, refused, f"{RENEWAL} --paid 5", 5, "takes 4.00")
    receipt = begun(f"{RENEWAL} --paid 4 --contract HT-9")
    assert (receipt["new_loan"], receipt["stage"], receipt["waits_because"]) == (
        "L-00002",
        "disbursement",
        None,
    )
    assert (receipt["outstanding_principal"], receipt["new_instalment"], receipt["next_due_on"]) == (
        "800.00",
        "141.33",
        "2026-03-16",
    )
    names = ("status", "outstanding_principal", "replaces", "replaced_by", "contract")
    assert seen(begun, "L-00001", "2026-02-15", *names) == ["live", "800.00", None, None, None]
    assert seen(begun, "L-00001", "2026-02-16", *names) == ["settled", None, None, "L-00002", None]
    assert seen(begun, "L-00002", "2026-02-16", *names) == ["live", "800.00", "L-00001", None, "HT-9"]
    assert [(line["what"], line["amount"], line["interest"]) for line in begun("loan statement L-00001")][
        2:
    ] == [
        ("agreed", "0.00", "0.00"),
        ("repayment", "4.00", "4.00"),
        ("renewal", "800.00", "0.00"),
    ]
    assert [line["what"] for line in begun("loan statement L-00002")] == ["disbursed"]
    assert [row["due_on"] for row in begun("loan schedule L-00002")][::5] == ["2026-03-16", "2026-08-16"]


def test_a_renewal_changes_no_class_and_a_refinancing_gives_special_mention(begun: Do) -> None:
    """The policy's kinds of relief: normal as before; of a sound debtor special mention, and not observed."""
    begun(f"{RENEWAL} --paid 4")
    assert seen(begun, "L-00002", "2026-02-17", *CLASS) == ["normal", 1]
    begun("undo --yes")
    lines = {line["kind"]: line for line in begun("relief compare L-00001 --months 6 --as-of 2026-02-16")}
    said = [(lines[kind]["five_tier"], lines[kind]["is_observed"]) for kind in ("renewal", "refinancing")]
    assert said == [(None, False), ("special_mention", False)]
    new = begun(f"{RENEWAL.replace('renewal', 'refinancing')} --paid 4")["new_loan"]
    assert seen(begun, new, "2026-02-17", *CLASS) == ["special_mention", 1]
    (reason,) = begun(f"loan explain {new} --as-of 2026-02-17")["reasons"]
    assert (reason["trigger"], reason["until"]) == ("relieved", None)
    assert [line["what"] for line in begun("loan statement L-00001")][-1] == "refinancing"


def test_a_new_contract_forgets_nothing(begun: Do) -> None:
    """Restructured on 5 February, observed until a year after the first due day; renewed on the 16th.

    Then 12 months from 1 March 2026 on: the new loan is not better than special mention until 2 March 2027.
    """
    begun("relief apply L-00001 --kind restructuring --months 3 --why 困难 --on 2026-02-05")
    assert seen(begun, "L-00001", "2026-02-16", *CLASS) == ["special_mention", 2]
    owed = begun("loan payoff L-00001 --on 2026-02-16 --dry-run")["amount"]
    begun(f"{RENEWAL} --paid {float(owed) - 800:.2f}")
    assert seen(begun, "L-00002", "2026-02-17", *CLASS) == ["special_mention", 2]
    (reason,) = begun("loan explain L-00002 --as-of 2026-02-17")["reasons"]
    assert (reason["trigger"], reason["until"]) == ("restructured", "2027-03-02")


def test_undo_brings_the_old_loan_back(begun: Do) -> None:
    before = begun("loan show L-00001"), begun("loan schedule L-00001"), begun("loan list --all")
    begun(f"{RENEWAL} --paid 4")
    begun("undo --yes")
    assert (begun("loan show L-00001"), begun("loan schedule L-00001"), begun("loan list --all")) == before
    begun(f"{RENEWAL} --paid 4")


def test_what_the_policy_asks_first_holds_the_new_loan_back(
    begun: Do, cli: Run, book: Any, tmp_path: Any, refused: Callable[[str], Any]
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        EXAMPLE_TEXT.replace("second_person_above: 5000000", "second_person_above: 500"), "utf-8"
    )
    assert cli("--store", book, "policy", "adopt", policy).code == 0
    receipt = begun(f"{RENEWAL} --dry-run")  # by an account that may be anybody's
    assert (receipt["stage"], receipt["waits_because"]) == (
        "application",
        "a loan of more than 500.00 is approved by two persons, each by name",
    )
    receipt = begun(f"{RENEWAL} --me li.wei")
    assert (receipt["stage"], receipt["waits_because"]) == (
        "approval",
        "the approval waits for a second person",
    )
    assert seen(begun, "L-00001", "2026-02-20", "status", "outstanding_principal") == ["live", "800.00"]
    begun("loan approve L-00002 --me zhang.min --on 2026-02-18")
    begun("loan sign L-00002 --on 2026-02-18")
    check_refused(begun, refused, "loan disburse L-00002 --on 2026-02-21", 5, "takes 5.33")
    check_refused(begun, refused, "loan disburse L-00002 --amount 700 --on 2026-02-21", 4, "paid out whole")
    begun("loan disburse L-00002 --paid 5.33 --on 2026-02-21")  # 20 of 30 days of 8.00
    assert seen(begun, "L-00001", "2026-02-21", "status") == ["settled"]
    begun("undo --yes")
    begun("loan pay L-00001 408 --on 2026-03-01")
    begun("loan pay L-00001 404 --on 2026-04-01")
    check_refused(begun, refused, "loan disburse L-00002 --on 2026-04-01", 5, "has ended already")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (f"{RENEWAL} --number L-00001", 5, "L-00001"),
        (f"{RENEWAL.replace('--on 2026-02-16', '--on 2026-04-02')}", 5, "not allowed"),
        (
            f"{RENEWAL.replace('renewal', 'deferral')} --paid 4",
            4,
            "--paid: goes with a kind that takes a new contract",
        ),
        ("loan disburse L-00001 --paid 4 --on 2026-02-16", 5, "was paid out"),
    ],
)
def test_what_cannot_be_renewed_is_refused(begun: Do, refused: Any, line: str, code: int, said: str) -> None:
    check_refused(begun, refused, line, code, said)


def test_the_line_has_room_for_the_loan_that_takes_the_place_of_another(do: Do) -> None:
    """A line of 1,200.00: 800.00 are drawn, and the renewal draws them anew."""
    do("facility add C-00001 --limit-amount 1200 --number CL-1 --on 2025-12-01")
    small = "--principal 1200 --rate 12% --instalments 3 --repayment equal_principal"
    do(f"loan apply C-00001 --product working_capital {small} --contract HT-1 --contract-kind maximum "
       "--facility CL-1 --on 2025-12-20")  # fmt: skip
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    do("loan pay L-00001 412 --on 2026-02-01")
    assert do(f"{RENEWAL} --paid 4 --contract HT-1")["stage"] == "disbursement"
    assert do("facility list --as-of 2026-02-17")[0]["drawn"] == "800.00"


def test_a_renewal_follows_the_rate_that_the_old_loan_followed(do: Do) -> None:
    """LPR 3.00 % and 50 basis points at the old draw; 2.90 % was published since."""
    do("rate add LPR-1Y 3.00% --on 2025-12-22")
    do("rate add LPR-1Y 2.90% --on 2026-01-20")
    terms = "--principal 1200 --instalments 3 --repayment equal_principal --reference LPR-1Y --spread +50bp"
    do(f"loan apply C-00001 --product working_capital {terms} --on 2025-12-22")
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    do("loan pay L-00001 403.50 --on 2026-02-01")
    assert do(RENEWAL.replace("2026-02-16", "2026-02-01"))["new_rate"] == "0.034000"
    do("undo --yes")
    assert do(f"{RENEWAL.replace('2026-02-16', '2026-02-01')} --rate 3%")["new_rate"] == "0.030000"
