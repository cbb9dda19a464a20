"""A loan that is paid early, repriced, relieved or written off: every figure by hand, on the small loan."""

from __future__ import annotations

from typing import Any

import pytest

from tests.commands.loan_books import Do, check_refused, shown
from tests.conftest import Run


def plan(do: Do, on: str = "2026-11-20") -> list[tuple[Any, ...]]:
    return [
        (row["due_on"], row["principal_due"], row["interest_due"], row["balance"], row["version"])
        for row in do(f"loan schedule L-00001 --as-of {on}")
    ]


def test_what_is_due_comes_first_and_the_rest_is_paid_early(paid_out: Do) -> None:
    """612.00 on the first of February: 412.00 are due, 200.00 go off the 800.00 that are left."""
    receipt = paid_out("loan prepay L-00001 612 --on 2026-02-01")
    assert (receipt["principal"], receipt["interest"], receipt["outstanding_principal"]) == (
        "600.00",
        "12.00",
        "600.00",
    )
    assert plan(paid_out) == [
        ("2026-02-01", "400.00", "12.00", "800.00", 1),
        ("2026-02-01", "200.00", "0.00", "600.00", 2),
        ("2026-03-01", "300.00", "6.00", "300.00", 2),
        ("2026-04-01", "300.00", "3.00", "0.00", 2),
    ]
    assert [row[0] for row in plan(paid_out, "2026-01-31")] == ["2026-02-01", "2026-03-01", "2026-04-01"]
    assert paid_out("loan schedule L-00001 --version 1")[1]["principal_due"] == "400.00"
    names = ("outstanding_principal", "overdue_principal", "next_due_on", "next_due_amount", "days_past_due")
    assert shown(paid_out, "2026-02-15", *names) == ["600.00", "0.00", "2026-03-01", "306.00", 0]
    assert shown(paid_out, "2026-03-02", *names) == ["600.00", "300.00", "2026-04-01", "303.00", 1]


def test_interest_to_the_day_is_settled_first(paid_out: Do) -> None:
    """15 of 30 days on 800.00 at 12 %: 4.00; then 15 days on 600.00: 3.00."""
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    receipt = paid_out("loan prepay L-00001 204 --on 2026-02-16")
    assert (receipt["principal"], receipt["interest"], receipt["unallocated"]) == ("200.00", "4.00", "0.00")
    assert plan(paid_out)[1:] == [
        ("2026-02-16", "200.00", "4.00", "600.00", 2),
        ("2026-03-01", "300.00", "3.00", "300.00", 2),
        ("2026-04-01", "300.00", "3.00", "0.00", 2),
    ]


def test_a_shorter_term_keeps_the_instalment(paid_out: Do) -> None:
    paid_out("loan prepay L-00001 812 --on 2026-02-01 --choice shorter")
    assert plan(paid_out)[2:] == [("2026-03-01", "400.00", "4.00", "0.00", 2)]


def test_paying_off_takes_what_is_owed_on_the_day(paid_out: Do, cli: Run, book: Any) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    dry = cli(
        "--store", book, *["loan", "payoff", "L-00001", "--on", "2026-02-16", "--dry-run", "--format", "json"]
    ).json
    assert (dry["amount"], dry["status"]) == ("804.00", "settled")
    assert shown(paid_out, "2026-02-16", "status", "outstanding_principal") == ["live", "800.00"]
    paid_out("loan payoff L-00001 --on 2026-02-16")
    assert shown(paid_out, "2026-02-16", "status", "pipeline_stage") == ["settled", "closed"]
    assert shown(paid_out, "2026-02-15", "status", "outstanding_principal") == ["live", "800.00"]


def test_another_rate_counts_from_its_day_on_and_the_letter_says_both(
    paid_out: Do, cli: Run, book: Any
) -> None:
    """On the first of March 400.00 are left: 2.00 of interest at 6 % where it was 4.00."""
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    paid_out("loan pay L-00001 408 --on 2026-03-01")
    line = "loan reprice L-00001 --rate 6% --on 2026-03-01"
    letter = cli("--store", book, *line.split(), "--dry-run", "--format", "table").text
    assert "from 12.00 % to 6.00 % a year" in letter
    assert "The instalment of 1 April 2026 is 402.00; by the old rate it would be 404.00." in letter
    chinese = cli("--store", book, "--lang", "zh_CN", *line.split(), "--dry-run", "--format", "table").text
    assert "12.00 %" in chinese
    assert "402.00" in chinese
    assert "instalment" not in chinese
    receipt = paid_out(line)
    assert (receipt["old_instalment"], receipt["new_instalment"], receipt["version"]) == (
        "404.00",
        "402.00",
        2,
    )
    assert plan(paid_out)[-1] == ("2026-04-01", "400.00", "2.00", "0.00", 2)
    assert paid_out("loan pay L-00001 402 --on 2026-04-01")["status"] == "settled"


def test_a_rate_within_a_period_splits_it_by_days(paid_out: Do) -> None:
    """Of March 15 of 30 days at 12 % and 15 at 6 % on 400.00: 2.00 and 1.00."""
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    paid_out("loan pay L-00001 408 --on 2026-03-01")
    paid_out("loan reprice L-00001 --rate 6% --on 2026-03-16")
    assert plan(paid_out)[-1] == ("2026-04-01", "400.00", "3.00", "0.00", 2)


def test_relief_is_laid_side_by_side(paid_out: Do) -> None:
    """Ten days past due: the debtor is in difficulty, so what is changed is observed."""
    lines = {line["kind"]: line for line in paid_out("relief compare L-00001 --months 3 --as-of 2026-02-11")}
    assert set(lines) == {
        "deferral", "extension", "renewal", "refinancing", "rate_cut", "capitalisation", "restructuring",
        "policy_deferral",
    }  # fmt: skip
    longer = lines["extension"]
    assert (longer["is_allowed"], longer["first_instalment"], longer["to_settle"]) == (
        True,
        "250.67",
        "12.00",
    )
    assert (longer["matures_on"], longer["five_tier"], longer["is_observed"]) == (
        "2026-07-01",
        "special_mention",
        True,
    )
    assert longer["until"] == "2027-03-02"
    # 12.00 to settle; to the first of March 2.67 on 800.00 for ten days and 8.00 on 1,200.00 for twenty; then
    # 9.60, 7.20, 4.80 and 2.40 on a balance falling by 240.00
    assert longer["total_interest"] == "46.67"
    assert (lines["renewal"]["is_allowed"], lines["renewal"]["why_not"]) == (False, "past due for too long")
    assert lines["rate_cut"]["why_not"] == "no lower rate is proposed"
    assert lines["policy_deferral"]["why_not"] == "not for such customers"
    assert lines["capitalisation"]["to_settle"] == "0.00"


def test_an_extension_spreads_the_arrears_and_keeps_the_old_schedule(paid_out: Do) -> None:
    receipt = paid_out("relief apply L-00001 --kind extension --months 3 --on 2026-02-11", "--why", "停产")
    assert (receipt["new_instalment"], receipt["matures_on"], receipt["version"]) == (
        "250.67",
        "2026-07-01",
        2,
    )
    assert plan(paid_out)[1:3] == [
        ("2026-03-01", "240.00", "10.67", "960.00", 2),
        ("2026-04-01", "240.00", "9.60", "720.00", 2),
    ]
    names = ("outstanding_principal", "overdue_principal", "unpaid_interest", "days_past_due", "matures_on")
    assert shown(paid_out, "2026-02-10", *names) == ["1200.00", "400.00", "12.00", 9, "2026-04-01"]
    assert shown(paid_out, "2026-02-12", *names) == ["1200.00", "0.00", "12.00", 11, "2026-07-01"]
    paid_out("loan pay L-00001 12 --on 2026-02-12")
    assert shown(paid_out, "2026-02-12", *names) == ["1200.00", "0.00", "0.00", 0, "2026-07-01"]
    paid_out("undo --yes")
    paid_out("undo --yes")
    assert shown(paid_out, "2026-02-12", *names) == ["1200.00", "400.00", "12.00", 11, "2026-04-01"]


def test_unpaid_interest_may_become_principal(paid_out: Do) -> None:
    """12.00 that are due and 2.67 of ten days on the 800.00 that are not due make 1,214.67."""
    paid_out("relief apply L-00001 --kind capitalisation --on 2026-02-11", "--why", "停产")
    names = ("outstanding_principal", "overdue_principal", "unpaid_interest", "days_past_due")
    assert shown(paid_out, "2026-02-11", *names) == ["1214.67", "0.00", "0.00", 0]
    assert [row[:2] for row in plan(paid_out)[1:]] == [("2026-03-01", "607.34"), ("2026-04-01", "607.33")]


def test_what_is_written_off_may_be_recovered(paid_out: Do, refused: Any) -> None:
    assert "was not written off by then" in refused("loan recover L-00001 5 --on 2026-06-01").err
    assert paid_out("loan write-off L-00001 --on 2026-06-01")["amount"] == "1200.00"
    assert shown(paid_out, "2026-06-01", "status") == ["written_off"]
    assert shown(paid_out, "2026-05-31", "status", "outstanding_principal") == ["live", "1200.00"]
    receipt = paid_out("loan recover L-00001 100 --on 2026-07-01")
    # 12.00, 8.00 and 4.00 of interest first, then principal
    assert (receipt["interest"], receipt["principal"], receipt["status"]) == ("24.00", "76.00", "written_off")
    assert refused("loan pay L-00001 5 --on 2026-07-02").code == 5


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("loan prepay L-00001 412 --on 2026-02-01", 4, "412.00 is owed on that day"),
        ("loan prepay L-00001 1212 --on 2026-02-01", 4, "1,212.00 pays the loan off"),
        ("loan prepay L-00001 500 --choice later", 2, "--choice"),
        ("loan prepay L-00001 500 --on 2025-12-01", 4, "--on is before the disbursement"),
        ("loan reprice L-00001 --rate 4% --on 2026-05-01", 5, "no instalment is left to change"),
        ("loan reprice L-00001 --rate abc", 4, "--rate"),
        ("relief apply L-00001 --kind rate_cut --why x --on 2026-02-11", 5, "no lower rate is proposed"),
        ("relief apply L-00001 --kind renewal --why x --on 2026-02-11", 5, "past due for too long"),
        ("relief apply L-00001 --kind gift --why x", 2, "--kind"),
        ("relief compare L-00009", 3, "there is no loan L-00009"),
        ("relief compare L-00001 --months x", 4, "--months"),
        ("loan write-off L-00009", 3, "there is no loan L-00009"),
    ],
)
def test_what_cannot_be_agreed_is_refused(
    paid_out: Do, refused: Any, line: str, code: int, said: str
) -> None:
    check_refused(paid_out, refused, line, code, said)


def test_nothing_is_agreed_before_what_is_recorded_already(paid_out: Do, refused: Any) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    answer = refused("loan prepay L-00001 600 --on 2026-01-15")
    assert "something of a later day is recorded of this loan, 2026-02-01" in answer.err


# ── what the class remembers of a loan that is serviced here ────────────────────────────────


@pytest.fixture
def year(do: Do) -> Do:
    """1,200.00 at 0 % in twelve instalments of 100.00, due on the first of each month from February on."""
    do(
        "loan apply C-00001 --product working_capital --principal 1200 --rate 0% --instalments 12"
        " --repayment equal_principal --on 2025-12-20"
    )
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    return do


def test_a_loan_that_was_non_performing_stays_so_for_half_a_year_after_it_was_cured(year: Do) -> None:
    """Due on 1 February: 90 days past due on 2 May, 91 on 3 May; five instalments are paid on 10 June."""
    year("loan pay L-00001 500 --on 2026-06-10")
    for month in (7, 8, 9, 10, 11):
        year(f"loan pay L-00001 100 --on 2026-{month:02}-01")
    names = ("days_past_due", "five_tier", "ifrs9_stage")
    days = ("2026-02-08", "2026-02-09", "2026-05-02", "2026-05-03", "2026-06-10", "2026-07-05", "2026-11-20")
    assert {on: shown(year, on, *names) for on in days} == {
        "2026-02-08": [7, "normal", 1],  # a short technical overdue
        "2026-02-09": [8, "special_mention", 1],
        "2026-05-02": [90, "special_mention", 2],
        "2026-05-03": [91, "substandard", 3],
        "2026-06-10": [0, "substandard", 3],
        "2026-07-05": [0, "substandard", 3],
        "2026-11-20": [0, "substandard", 3],
    }
    ahead = year("loan explain L-00001 --as-of 2026-11-20")["outlook"]
    assert [(one["on"], one["five_tier"]) for one in ahead if one["condition"] == "in_order"] == [
        ("2026-12-11", "normal")
    ]
    # the instalment of 1 December was due before the end: unpaid, it keeps the loan where it is
    assert shown(year, "2026-12-11", *names) == [10, "substandard", 3]


def test_what_a_payment_cured_is_forgotten_when_it_is_reversed(year: Do) -> None:
    year("loan pay L-00001 500 --on 2026-06-10")
    assert shown(year, "2026-06-15", "days_past_due", "five_tier") == [0, "substandard"]
    year("loan reverse P-00001")
    assert shown(year, "2026-06-15", "days_past_due", "five_tier") == [134, "substandard"]
    year("loan pay L-00001 100 --on 2026-02-01")
    year("loan pay L-00001 400 --on 2026-03-05")
    # all five instalments were paid in March: the loan never was non-performing
    assert shown(year, "2026-06-15", "days_past_due", "five_tier") == [0, "normal"]


def test_relief_of_a_debtor_in_difficulty_is_observed(paid_out: Do) -> None:
    """Ten days past due, extended: the first new due day is 1 March, so until 1 March of the next year."""
    paid_out("relief apply L-00001 --kind extension --months 3 --on 2026-02-11 --why stopped")
    paid_out("loan pay L-00001 12 --on 2026-02-11")
    names = ("days_past_due", "computed_five_tier", "ifrs9_stage")
    assert shown(paid_out, "2026-02-28", *names) == [0, "special_mention", 2]
    paid_out("undo --yes")
    paid_out("undo --yes")
    assert shown(paid_out, "2026-02-05", *names) == [4, "normal", 1]


def test_relief_of_a_flat_loan_pays_nothing_out(do: Do) -> None:
    """1,200.00 in three, 12.00 of flat interest each: after the first 800.00 are left, and stay 800.00.

    Six months more: 800.00 over eight, 100.00 each and the 12.00 that 1,200.00 bear; nothing falls due at
    once.
    """
    terms = "--principal 1200 --rate 12% --instalments 3 --repayment flat"
    do(f"loan apply C-00001 --product working_capital {terms} --on 2025-12-20")
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    do("loan pay L-00001 412 --on 2026-02-01")
    receipt = do("relief apply L-00001 --kind restructuring --months 6 --why x --on 2026-02-01")
    assert (receipt["outstanding_principal"], receipt["new_instalment"]) == ("800.00", "112.00")
    names = ("outstanding_principal", "overdue_principal", "next_due_amount")
    assert shown(do, "2026-02-02", *names) == ["800.00", "0.00", "112.00"]


def test_relief_of_the_last_365_days_is_counted_and_other_changes_are_not(paid_out: Do) -> None:
    """Relief on 11 February and 5 June, and an early payment: a year later, at 365 days, each is out."""
    paid_out("relief apply L-00001 --kind extension --months 3 --on 2026-02-11 --why stopped")
    paid_out("loan pay L-00001 12 --on 2026-02-12")
    paid_out("loan prepay L-00001 100 --on 2026-02-20")
    paid_out("relief apply L-00001 --kind capitalisation --on 2026-06-05 --why stopped")

    def count(on: str) -> str:
        lines = paid_out(f"customer indicators C-00001 --as-of {on}")
        return next(str(line["value"]) for line in lines if line["name"] == "relief_12m")

    days = ("2026-02-10", "2026-02-11", "2026-06-04", "2026-06-05", "2027-02-10", "2027-02-11", "2027-06-05")
    assert [count(day) for day in days] == ["0", "1", "1", "2", "2", "1", "0"]


@pytest.mark.parametrize(
    ("on", "kind", "is_observed"),
    [
        ("2026-01-20", "extension", False),  # nothing is due: the debtor is sound
        ("2026-01-20", "restructuring", True),  # always
        ("2026-02-11", "extension", True),  # ten days past due
        ("2026-02-11", "deferral", False),  # standing: the class stays as before
    ],
)
def test_what_relief_is_said_to_do_to_the_class_is_what_it_does(
    paid_out: Do, on: str, kind: str, is_observed: bool
) -> None:
    if on == "2026-02-11":
        paid_out(f"loan pay L-00001 12 --on {on}")  # the interest, which an extension leaves due
    lines = {line["kind"]: line for line in paid_out(f"relief compare L-00001 --months 3 --as-of {on}")}
    assert lines[kind]["is_observed"] is is_observed
    paid_out(f"relief apply L-00001 --kind {kind} --months 3 --on {on} --why 停产")
    reasons = paid_out(f"loan explain L-00001 --as-of {on}")["reasons"]
    observed = [(one["five_tier"], one["until"]) for one in reasons if one["trigger"] == "restructured"]
    assert observed == ([(lines[kind]["five_tier"], lines[kind]["until"])] if is_observed else [])
