"""A loan's pages: before its day, after relief, and what a change of its terms rests on; by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loancrm.typeset import display_width
from tests.commands.loan_books import SMALL, Do, shown
from tests.conftest import Run


@pytest.mark.parametrize(
    "command",
    ["loan show", "loan explain", "loan schedule", "loan statement", "relief compare"],
)
def test_of_a_loan_before_its_day_nothing_is_known(command: str, paid_out: Do, refused: Any) -> None:
    """It was applied for on 20 December 2025; the book was told of it on the day of the clock."""
    early = refused(f"{command} L-00001 --as-of 2025-12-19")
    assert (early.code, "nothing is known of this loan as of 2025-12-19" in early.err) == (3, True)
    assert "name a later day with --as-of" in early.err
    unknown = refused(f"{command} L-00001 --known-at 2025-12-31")
    assert (unknown.code, "nothing was known of this loan on 2025-12-31" in unknown.err) == (3, True)
    assert "name a later day with --known-at" in unknown.err


def test_before_it_is_paid_out_a_loan_is_shown_and_has_no_schedule_yet(do: Do, refused: Any) -> None:
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2025-12-20")
    assert shown(do, "2025-12-20", "status", "pipeline_stage") == ["pending", "application"]
    assert do("loan explain L-00001 --as-of 2025-12-20")["customer"] == "C-00001"
    said = refused("loan schedule L-00001 --as-of 2025-12-28")
    assert (said.code, "it is not paid out yet: loancrm loan disburse L-00001" in said.err) == (5, True)
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    said = refused("loan statement L-00001 --as-of 2025-12-31")
    assert (said.code, "it was paid out on 2026-01-01" in said.err, "snapshot" in said.err) == (
        5, True, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "given", "more", "is_allowed"),
    [
        ("--instalments 36", 18, 9, False),
        ("--instalments 36", 9, 9, True),
        ("--instalments 12", 6, 6, True),
        ("--instalments 12", 6, 7, False),
        ("--instalments 12 --frequency quarter", 18, 3, False),
        ("--instalments 12 --frequency quarter", 9, 9, True),
    ],
)
def test_extensions_together_are_limited_by_the_term_first_agreed(
    terms: str, given: int, more: int, is_allowed: bool, do: Do, refused: Any
) -> None:
    """36 months may be extended by half, 18 in all; 12 months by 12; a quarter is three months."""
    do(f"loan apply C-00001 --product working_capital --principal 9000 --rate 6% {terms} --on 2025-12-20")
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    do(f"relief apply L-00001 --kind extension --months {given} --why x --on 2026-01-10")
    lines = do(f"relief compare L-00001 --months {more} --as-of 2026-01-11")
    found = next(line for line in lines if line["kind"] == "extension")
    said = None if is_allowed else "longer than the limit"
    assert (found["is_allowed"], found["why_not"]) == (is_allowed, said)
    if not is_allowed:
        apply = f"relief apply L-00001 --kind extension --months {more} --why x --on 2026-01-11"
        assert refused(apply).code == 5


STATEMENT = (
    "statement add C-00001 --period-end 2025-12-31 --months 12 --ebit 1000 --depreciation 200 --tax 100"
    " --interest-expense 40 --short-term-debt 1224"
)


def relief(do: Do, kind: str, line: str = "") -> dict[str, Any]:
    lines = do(f"relief compare L-00001 --months 3 --as-of 2026-01-10 {line}")
    return next(one for one in lines if one["kind"] == kind)


def test_relief_says_how_the_debt_is_covered_afterwards_or_why_not(
    paid_out: Do, cli: Run, book: Path
) -> None:
    """Earned: 1,000 + 200 − 100 − 50 − 60 = 990.00; due in a year: 40 + 1,224 with the loan's 1,224.00.

    Three months more: principal of 200.00 over six months, and 1,200 · 12 % ÷ 12 · (6 + 5 + 4 + 3 + 2 + 1)
    ÷ 6 = 42.00 of interest: 1,242.00, 18.00 more than now. So 990 ÷ 1,282 = 0.772231; to-day's indicator is
    990 ÷ 1,264 = 0.783228.
    """
    assert relief(paid_out, "extension")["dscr_missing"] == "no financial statement is recorded"
    paid_out(STATEMENT)
    missing = "FS-00001 does not say: capital expenditure, distributions to owners"
    found = relief(paid_out, "extension")
    assert (found["dscr"], found["dscr_missing"]) == (None, missing)
    indicators = paid_out("customer indicators C-00001 --as-of 2026-01-10")
    assert next(one for one in indicators if one["name"] == "dscr")["missing"] == missing
    page = cli("--store", book, *COMPARE.split(), "--as-of", "2026-01-10", "--format", "table").text
    assert f"no DSCR: {missing}" in " ".join(page.split())
    paid_out(f"{STATEMENT} --capital-expenditure 50 --distributions 60 --replace")
    indicators = paid_out("customer indicators C-00001 --as-of 2026-01-10")
    assert next(one for one in indicators if one["name"] == "dscr")["value"] == "0.783228"
    found = relief(paid_out, "extension")
    assert (found["total_interest"], found["dscr"], found["dscr_missing"]) == ("42.00", "0.772231", None)
    assert relief(paid_out, "restructuring")["dscr"] == "0.772231"


COMPARE = "relief compare L-00001 --months 3"


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_the_kinds_of_relief_fit_a_terminal_with_the_cover_beside(
    lang: str, do: Do, cli: Run, book: Path
) -> None:
    do(f"loan apply C-00001 --product working_capital --principal 60000000 {LONG} --on 2025-12-20")
    do("loan approve L-00001 --on 2025-12-24 --me zhang.min")
    do("loan approve L-00001 --on 2025-12-24 --me wang.fang")
    do("loan sign L-00001 --on 2025-12-28")
    do("loan disburse L-00001 --on 2026-01-01")
    do(f"{STATEMENT} --capital-expenditure 50 --distributions 60")
    line = f"--lang {lang} {COMPARE} --as-of 2026-02-11 --format table"
    page = cli("--store", book, *line.split(), env={"COLUMNS": "80"}).text
    rows = [line for line in page.splitlines() if "loancrm" not in line]
    assert max(map(display_width, rows)) <= 80, page
    assert "0.0000" in page  # 990 ÷ some 60 million
    assert "2026-07-01" in page


LONG = "--rate 12% --instalments 3 --repayment equal_principal"


def due(do: Do, line: str) -> list[tuple[Any, ...]]:
    names = ("number", "principal_due", "interest_due", "moved", "balance", "settled_on", "version")
    return [tuple(row[name] for name in names) for row in do(f"loan schedule L-00001 {line}")]


def test_what_an_extension_moves_is_due_of_no_earlier_instalment(paid_out: Do) -> None:
    """The first instalment is paid, the second is not: of it 8.00 of interest stay due, its 400.00 move.

    On 11 March 800.00 are left: three months more make 200.00 each on the first of April, May, June and July.
    """
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    paid_out("relief apply L-00001 --kind extension --months 3 --why x --on 2026-03-11")
    rows = due(paid_out, "--as-of 2026-03-20")
    assert rows[:2] == [
        (1, "400.00", "12.00", "0.00", "800.00", "2026-02-01", 1),
        (2, "0.00", "8.00", "400.00", "800.00", None, 1),
    ]
    assert [(row[1], row[4]) for row in rows[2:]] == [
        ("200.00", "600.00"), ("200.00", "400.00"), ("200.00", "200.00"), ("200.00", "0.00"),
    ]  # fmt: skip
    paid_out("loan pay L-00001 8 --on 2026-03-25")
    assert due(paid_out, "--as-of 2026-03-26")[1] == (2, "0.00", "8.00", "400.00", "800.00", "2026-03-25", 1)
    # the version before, and the day before, are as they were
    for line in ("--version 1 --as-of 2026-03-20", "--as-of 2026-03-10"):
        assert due(paid_out, line)[1][:5] == (2, "400.00", "8.00", "0.00", "400.00")
    # what is unpaid of April moves once more, 200.00 to the end: the column still sums to what was lent
    paid_out("relief apply L-00001 --kind restructuring --months 1 --why x --on 2026-04-11")
    rows = due(paid_out, "--as-of 2026-04-12")
    assert [row[1] for row in rows] == ["400.00", "0.00", "0.00", "200.00", "200.00", "200.00", "200.00"]
    assert [row[4] for row in rows] == [
        "800.00", "800.00", "800.00", "600.00", "400.00", "200.00", "0.00",
    ]  # fmt: skip


def test_interest_that_became_principal_is_due_of_no_earlier_instalment(paid_out: Do) -> None:
    """12.00 that were due and 2.67 of ten days become principal: 1,214.67 in all, and nothing stays due."""
    paid_out("relief apply L-00001 --kind capitalisation --on 2026-02-11 --why x")
    rows = due(paid_out, "--as-of 2026-02-11")
    assert rows[0] == (1, "0.00", "0.00", "412.00", "1200.00", "2026-02-11", 1)
    assert [row[1] for row in rows[1:]] == ["607.34", "607.33"]


def test_what_relief_says_of_the_class_is_what_is_explained_afterwards(paid_out: Do) -> None:
    """Ten days past due; the first new due day is 1 March 2026: observed on 1 March 2027, not on the 2nd."""
    lines = paid_out("relief compare L-00001 --months 3 --as-of 2026-02-11")
    told = {line["kind"]: (line["five_tier"], line["until"]) for line in lines}
    assert told["extension"] == ("special_mention", "2027-03-02")
    paid_out("relief apply L-00001 --kind extension --months 3 --on 2026-02-11 --why x")
    paid_out("loan pay L-00001 12 --on 2026-02-11")
    reasons = paid_out("loan explain L-00001 --as-of 2026-02-12")["reasons"]
    (reason,) = [one for one in reasons if one["trigger"] == "restructured"]
    assert (reason["five_tier"], reason["until"]) == told["extension"]


def test_the_next_day_due_is_one_on_which_something_is_due(do: Do) -> None:
    """Nothing is due in February: 600.00 each on the first of March and of April."""
    grace = "--principal-grace 1 --interest-grace 1"
    do(f"loan apply C-00001 --product working_capital {SMALL} {grace} --on 2025-12-20")
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        do(f"loan {step} L-00001 --on {on}")
    row = do("loan schedule L-00001 --as-of 2026-01-02")[1]
    assert (row["due_on"], row["principal_due"]) == ("2026-03-01", "600.00")
    names = ("next_due_on", "next_due_amount")
    assert shown(do, "2026-01-02", *names) == ["2026-03-01", row["total_due"]]
    assert do("loan pay L-00001 1 --on 2026-01-02")["next_due_on"] == "2026-03-01"


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_credit_lines_show_what_is_left_within_a_terminal(lang: str, do: Do, cli: Run, book: Path) -> None:
    do("facility add C-00001 --limit-amount 88000000 --expires-on 2027-12-31")
    page = cli("--store", book, "--lang", lang, "facility", "list", "--format", "table").text
    assert max(map(display_width, page.splitlines())) <= 80, page
    assert page.count("88,000,000.00") == 2  # all of the limit is left
    assert "0.0 %" in page


def test_a_statement_says_why_it_was_agreed_anew_and_in_which_conversation(
    paid_out: Do, cli: Run, book: Path
) -> None:
    talk = "contact log C-00001 --channel phone --outcome reached --on 2026-02-10"
    code = paid_out(talk)["contact"]
    paid_out(f"relief apply L-00001 --kind extension --months 3 --on 2026-02-11 --why 停产 --contact {code}")
    paid_out("loan pay L-00001 12 --on 2026-02-12 --payer 李四")
    drawn, agreed, paid = paid_out("loan statement L-00001 --as-of 2026-03-01")
    names = ("payer", "reason", "note", "contact")
    assert [agreed[name] for name in names] == [None, "extension", "停产", code]
    assert [paid[name] for name in names] == ["李四", None, None, None]
    assert (drawn["payer"], drawn["contact"]) == (None, None)
    line = "loan statement L-00001 --as-of 2026-03-01 --format table"
    page = cli("--store", book, *line.split()).text
    assert f"extension · 停产 · {code}" in page
    assert all(line.strip() for line in page.splitlines())


def test_what_an_offer_and_the_book_assume_of_a_security_that_is_not_named_is_said(
    cli: Run, book: Path, paid_out: Do
) -> None:
    line = "loan quote --principal 1200 --rate 6% --instalments 12 --repayment level --grade C"
    words = "no security is named: priced as unsecured"
    assert words in cli("--store", book, *line.split(), "--format", "table").text
    named = f"{line} --security unsecured --format table"
    assert words not in cli("--store", book, *named.split()).text
    explained = "report provision --as-of 2026-05-12 --explain --format table"
    page = cli("--store", book, *explained.split()).text
    assert "no security is recorded, not even unsecured: all of it" in " ".join(page.split())


def test_a_schedule_sums_up_and_shows_the_interest_of_the_state_where_there_is_any(
    paid_out: Do, cli: Any, book: Any
) -> None:
    """12.00 of January are the state's, until 1 February; 8.00 and 4.00 the customer's, of 408.00 paid."""
    terms = "--principal 1200 --rate 12% --instalments 3 --repayment equal_principal"
    line = f"loan apply C-00001 --product tuition {terms} --subsidy-until 2026-02-01 --on 2025-12-20"
    given = paid_out(line)["loan"]
    for step, on in (("approve", "2025-12-24"), ("sign", "2025-12-28"), ("disburse", "2026-01-01")):
        paid_out(f"loan {step} {given} --on {on}")
    paid_out(f"loan pay {given} 408 --on 2026-02-01")
    found = call(cli, book, f"loan schedule {given} --totals --as-of 2026-02-01 --format json").json
    assert found["totals"] == {
        "instalments": 3,
        "principal_due": "1200.00",
        "interest_due": "12.00",
        "subsidised_interest": "12.00",
        "total_due": "1212.00",
        "moved": "0.00",
        "paid": "408.00",
    }
    page = "loan schedule {} --as-of 2026-02-01 --format table"
    lines = call(cli, book, page.format(given)).text.splitlines()
    assert ["1", "2026-02-01", "400.00", "0.00", "12.00", "400.00"] in [line.split()[:6] for line in lines]
    assert ["1", "2026-02-01", "400.00", "12.00", "412.00", "0.00"] in [
        line.split()[:6] for line in call(cli, book, page.format("L-00001")).text.splitlines()
    ]


def test_a_list_of_loans_sums_up_and_says_how_many_have_no_figures(paid_out: Do, cli: Any, book: Any) -> None:
    """1,200.00 are owed of the one; 400.00 and 12.00 of it since the first of February, 0.00 of penalty."""
    lent = "--product working_capital --principal 1000 --disbursed-on 2026-01-01"
    paid_out(f"loan add C-00001 --number B {lent}")
    found = call(cli, book, "loan list --totals --as-of 2026-02-02 --format json").json
    penalty = found["rows"][1]["penalty"]
    assert found["totals"] == {
        "loans": 2,
        "without_position": 1,
        "principal": "2200.00",
        "outstanding_principal": "1200.00",
        "overdue_principal": "400.00",
        "unpaid_interest": "12.00",
        "penalty": penalty,
    }


def call(cli: Any, book: Any, line: str) -> Any:
    answer = cli("--store", book, *line.split())
    assert answer.code == 0, answer.err
    return answer
