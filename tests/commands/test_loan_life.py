"""A loan from application to its last instalment: every step through the command line, figures by hand.

The loan of most tests: 1,200.00 at 12 % in three instalments of equal principal, paid out on 2026-01-01:
12.00, 8.00 and 4.00 of interest beside 400.00 each, due on the first of February, March and April.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import SMALL, Do, check_refused, shown
from tests.commands.patterns import misfits
from tests.commands.shapes_loans import STUCK_LINE
from tests.conftest import Run
from tests.support import EXAMPLE


def adopt(cli: Run, book: Path, folder: Path, **changes: str) -> None:
    """Adopt the example policy with lines of its pipeline changed."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for name, value in changes.items():
        head, _sep, rest = text.partition(f"\n  {name}: ")
        assert rest, name
        text = f"{head}\n  {name}: {value}\n{rest.split(chr(10), 1)[1]}"
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    answer = cli("--store", book, "policy", "adopt", str(folder / "p.yaml"))
    assert answer.code == 0, answer.err


# ── from application to disbursement ────────────────────────────────────────────────────────


def test_each_step_is_dated_and_says_who(do: Do) -> None:
    applied = do(
        f"loan apply C-00001 --product working_capital {SMALL} --on 2026-01-05", "--purpose", "采购 钢材"
    )
    assert (applied["loan"], applied["stage"], applied["amount"]) == ("L-00001", "application", "1200.00")
    do("loan investigate L-00001 --on 2026-01-06")
    do("loan review L-00001 --on 2026-01-07")
    assert do("loan approve L-00001 --me zhang.min --on 2026-01-08 --amount 1000")["by"] == "zhang.min"
    do("loan sign L-00001 --on 2026-01-10")
    assert do("loan disburse L-00001 --on 2026-01-15")["amount"] == "1000.00"
    stages = {
        on: shown(do, on, "pipeline_stage", "status")
        for on in ("2026-01-05", "2026-01-06", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-15")
    }
    assert stages == {
        "2026-01-05": ["application", "pending"],
        "2026-01-06": ["investigation", "pending"],
        "2026-01-07": ["review", "pending"],
        "2026-01-09": ["approval", "pending"],
        "2026-01-12": ["contract", "pending"],
        "2026-01-15": ["repayment", "live"],
    }
    assert shown(do, "2026-01-14", "outstanding_principal", "disbursed_on", "matures_on") == [
        None,
        None,
        None,
    ]
    assert shown(do, "2026-01-15", "outstanding_principal", "disbursed_on", "matures_on", "basis") == [
        "1000.00", "2026-01-15", "2026-04-15", "ledger",
    ]  # fmt: skip


def test_a_loan_that_was_typed_with_its_number_counts_too(do: Do) -> None:
    do("loan add C-00001 --number JJ-1 --product working_capital --principal 5 --disbursed-on 2026-01-01")
    assert do(f"loan apply C-00001 --product working_capital {SMALL}")["loan"] == "L-00002"


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_what_is_over_goes_no_further(do: Do, refused: Any, step: str) -> None:
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2026-01-05")
    do(f"loan {step} L-00001 --on 2026-01-09")
    stage = {"decline": "declined", "withdraw": "withdrawn"}[step]
    assert shown(do, "2026-01-09", "pipeline_stage", "status") == [stage, "cancelled"]
    assert shown(do, "2026-01-08", "pipeline_stage", "status") == ["application", "pending"]
    answer = refused("loan approve L-00001 --on 2026-01-10")
    assert (answer.code, "2026-01-09" in answer.err) == (5, True)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("loan sign L-00001", 5, "this step does not follow: loan L-00001 is at the stage « application »"),
        ("loan disburse L-00001", 5, "this step does not follow"),
        ("loan approve L-00001 --on 2026-01-04", 4, "--on is before the step before it, 2026-01-05"),
        ("loan approve L-00001 --amount 1200.01", 4, "--amount: at most what was applied for, 1,200.00"),
        ("loan approve L-00001 --on 2027-01-04", 4, "is still to come"),
        ("loan approve L-00009", 3, "there is no loan L-00009"),
        ("loan meet-condition L-00001 x", 5, "x is not asked for, or was met already"),
        ("loan pay L-00001 5", 5, "loan L-00001 is not serviced here"),
        ("loan schedule L-00001", 5, "has no schedule here"),
        (
            "loan apply C-00001 --product working_capital --principal 5 --instalments 3",
            4,
            "--rate is missing",
        ),
        ("loan apply C-00001 --product gold --principal 5 --rate 1% --instalments 3", 2, "--product"),
        ("loan apply C-00001 --product other --principal 5 --rate 1% --instalments 0", 4, "--instalments"),
        ("loan require L-00001 x --kind wish", 2, "--kind"),
    ],
)
def test_what_does_not_follow_is_refused_and_nothing_is_written(
    do: Do, refused: Any, line: str, code: int, said: str
) -> None:
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2026-01-05")
    check_refused(do, refused, line, code, said)


def test_a_loan_that_was_only_added_has_no_steps(do: Do, refused: Any) -> None:
    do("loan add C-00001 --number JJ-1 --product working_capital --principal 5 --disbursed-on 2026-01-01")
    assert "no application is kept of it" in refused("loan approve JJ-1").err
    assert "is not serviced here" in refused("loan pay JJ-1 5").err


def test_documents_are_needed_for_the_approval_and_conditions_for_the_disbursement(
    do: Do, refused: Any, cli: Run, book: Path, tmp_path: Path
) -> None:
    rule = "[{product: [working_capital], documents: [licence], conditions: [mortgage_registered]}]"
    adopt(cli, book, tmp_path, requirements=rule)
    assert do(f"loan apply C-00001 --product fixed_asset {SMALL} --on 2026-01-05")["waits_for"] == []
    receipt = do(f"loan apply C-00001 --product working_capital {SMALL} --on 2026-01-05")
    assert receipt["waits_for"] == ["licence", "mortgage_registered"]
    assert "loan L-00002 still needs: licence" in refused("loan approve L-00002 --on 2026-01-06").err
    do("loan meet-condition L-00002 licence --on 2026-01-06")
    do("loan approve L-00002 --on 2026-01-07")
    do("loan require L-00002 insurance --due 2026-02-01 --on 2026-01-07")
    do("loan sign L-00002 --on 2026-01-08")
    answer = refused("loan disburse L-00002 --on 2026-01-09")
    assert "still needs: insurance, mortgage_registered" in answer.err
    do("loan meet-condition L-00002 mortgage_registered --on 2026-01-09")
    assert do("loan meet-condition L-00002 insurance --waive --on 2026-01-09")["waits_for"] == []
    do("loan disburse L-00002 --on 2026-01-10")


def test_a_large_loan_waits_for_a_second_person(do: Do, refused: Any) -> None:
    """The example policy asks for two above 5,000,000."""
    big = SMALL.replace("1200", "5000000.01")
    do(f"loan apply C-00001 --product working_capital {big} --on 2026-01-05")
    answer = refused("loan approve L-00001 --on 2026-01-06")  # an account may be anybody's
    assert (answer.code, answer.error["code"], answer.error["field"]) == (5, "nameless", "--me")
    assert answer.error["hint"] == "--me CODE says who approves"
    do("loan approve L-00001 --me a.b --on 2026-01-06")
    assert "each by name" in refused("loan approve L-00001 --on 2026-01-07").err
    assert "a second person has to" in refused("loan approve L-00001 --me a.b --on 2026-01-07").err
    assert "waits for a second person" in refused("loan sign L-00001 --on 2026-01-07").err
    do("loan approve L-00001 --me c.d --on 2026-01-07")
    do("loan sign L-00001 --on 2026-01-08")
    do(f"loan apply C-00001 --product working_capital {SMALL.replace('1200', '5000000')} --on 2026-01-05")
    do("loan approve L-00002 --on 2026-01-06")
    do("loan sign L-00002 --on 2026-01-07")


def test_an_approval_expires(do: Do, refused: Any) -> None:
    """It holds for 180 days: until 2026-07-05."""
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2026-01-05")
    do("loan approve L-00001 --on 2026-01-06")
    assert "the approval expired on 2026-07-05" in refused("loan sign L-00001 --on 2026-07-06").err
    do("loan sign L-00001 --on 2026-07-05")


def test_stages_and_a_screening_may_be_asked_for(
    do: Do, refused: Any, cli: Run, book: Path, tmp_path: Path
) -> None:
    adopt(cli, book, tmp_path, stages="[investigation]", screening="[pass]")
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2026-01-05")
    assert "still needs: investigation" in refused("loan approve L-00001").err
    do("loan investigate L-00001 --on 2026-01-06")
    answer = refused("loan approve L-00001")
    assert "the screening of customer C-00001 says: refer" in answer.err


def test_a_draw_needs_room_in_its_credit_line(do: Do, refused: Any) -> None:
    do("facility add C-00001 --number CL-1 --limit-amount 2000 --on 2026-01-01 --expires-on 2026-06-30")
    for number in (1, 2):
        do(
            f"loan apply C-00001 --product working_capital {SMALL} --contract HT-1 --facility CL-1"
            " --on 2026-01-05"
        )
        do(f"loan approve L-0000{number} --on 2026-01-05")
        do(f"loan sign L-0000{number} --on 2026-01-05")
    do("loan disburse L-00001 --on 2026-01-06")
    assert "CL-1 has room for 800.00 only" in refused("loan disburse L-00002 --on 2026-01-07").err
    do("loan pay L-00001 412 --on 2026-02-06")
    [line] = do("facility list --as-of 2026-02-06")
    assert (line["drawn"], line["headroom"], line["utilisation"]) == ("800.00", "1200.00", "0.400000")
    assert "CL-1 expired on 2026-06-30" in refused("loan disburse L-00002 --on 2026-07-01").err
    do("loan disburse L-00002 --on 2026-02-06")


def test_terms_of_a_product_go_for_what_is_not_said(do: Do, tmp_path: Path) -> None:
    (tmp_path / "loancrm.yaml").write_text(
        "products:\n  working_capital: {rate: 12%, repayment: equal_principal, penalty: 150}\n",
        encoding="utf-8",
    )
    do("loan apply C-00001 --product working_capital --principal 1200 --instalments 3 --on 2025-12-20")
    for step in ("approve", "sign"):
        do(f"loan {step} L-00001 --on 2025-12-20")
    do("loan disburse L-00001 --on 2026-01-01")
    assert [row["interest_due"] for row in do("loan schedule L-00001")] == ["12.00", "8.00", "4.00"]
    # 28 days of 400.00 overdue at 18 % (30/360: 1 February to 1 March is one month): 6.00 penalty interest
    paid = do("loan pay L-00001 418 --on 2026-03-01")
    assert (paid["penalty"], paid["interest"], paid["principal"]) == ("6.00", "12.00", "400.00")


# ── payments ────────────────────────────────────────────────────────────────────────────────


def test_what_is_owed_follows_day_by_day(paid_out: Do) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    names = (
        "outstanding_principal",
        "overdue_principal",
        "unpaid_interest",
        "days_past_due",
        "next_due_on",
        "next_due_amount",
    )
    days = {
        on: shown(paid_out, on, *names)
        for on in ("2026-01-31", "2026-02-01", "2026-03-01", "2026-03-02", "2026-04-11")
    }
    assert days == {
        "2026-01-31": ["1200.00", "0.00", "0.00", 0, "2026-02-01", "412.00"],
        "2026-02-01": ["800.00", "0.00", "0.00", 0, "2026-03-01", "408.00"],
        "2026-03-01": ["800.00", "0.00", "0.00", 0, "2026-03-01", "408.00"],
        "2026-03-02": ["800.00", "400.00", "8.00", 1, "2026-04-01", "404.00"],
        "2026-04-11": ["800.00", "800.00", "12.00", 41, None, None],
    }
    assert shown(paid_out, "2026-04-11", "bucket") == ["31_60"]


def test_a_part_payment_leaves_the_rest_of_the_instalment(paid_out: Do) -> None:
    receipt = paid_out("loan pay L-00001 100 --on 2026-02-11")
    assert (receipt["interest"], receipt["principal"], receipt["days_past_due"]) == ("12.00", "88.00", 10)
    names = ("outstanding_principal", "overdue_principal", "unpaid_interest", "days_past_due")
    assert shown(paid_out, "2026-02-11", *names) == ["1112.00", "312.00", "0.00", 10]


def test_money_in_advance_pays_the_coming_instalment(paid_out: Do) -> None:
    paid_out("loan pay L-00001 500 --on 2026-01-20")
    names = ("outstanding_principal", "next_due_on", "next_due_amount")
    # 12.00 and 400.00 of the first, then 8.00 and 80.00 of the second: 320.00 left of it
    assert shown(paid_out, "2026-01-20", *names) == ["720.00", "2026-03-01", "320.00"]


def test_a_loan_that_is_paid_off_is_settled_and_a_reversal_brings_it_back(paid_out: Do) -> None:
    for amount, on in (("412", "2026-02-01"), ("408", "2026-03-01"), ("404", "2026-04-01")):
        last = paid_out(f"loan pay L-00001 {amount} --on {on}")
    assert (last["status"], last["outstanding_principal"], last["next_due_on"]) == ("settled", "0.00", None)
    assert shown(paid_out, "2026-04-01", "status", "pipeline_stage") == ["settled", "closed"]
    assert shown(paid_out, "2026-03-31", "status", "pipeline_stage") == ["live", "repayment"]
    paid_out("loan reverse P-00002 --why gone")
    names = ("status", "outstanding_principal", "overdue_principal", "days_past_due")
    # 404.00 pays 8.00 and 396.00 of the second instalment; 4.00 of it and the third are left
    assert shown(paid_out, "2026-04-11", *names) == ["live", "404.00", "404.00", 41]
    statement = paid_out("loan statement L-00001")
    assert [(row["what"], row["payment"], row["outstanding_principal"]) for row in statement] == [
        ("disbursed", None, "1200.00"),
        ("repayment", "P-00001", "800.00"),
        ("repayment", "P-00003", "404.00"),
    ]


def test_a_payment_of_an_earlier_day_is_worked_in(paid_out: Do) -> None:
    paid_out("loan pay L-00001 412 --on 2026-03-01")
    assert shown(paid_out, "2026-02-15", "days_past_due") == [14]
    late = shown(paid_out, "2026-03-01", "days_past_due", "outstanding_principal")
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    assert late == [0, "800.00"]
    assert shown(paid_out, "2026-02-15", "days_past_due") == [0]
    # the later payment now pays 8.00 and 400.00 of the second, and 4.00 of interest of the third
    assert shown(paid_out, "2026-03-01", "outstanding_principal") == ["400.00"]
    rows = paid_out("loan schedule L-00001 --as-of 2026-03-01")
    assert [(row["paid"], row["settled_on"]) for row in rows] == [
        ("412.00", "2026-02-01"), ("408.00", "2026-03-01"), ("4.00", None),
    ]  # fmt: skip


def test_what_was_known_before_stays_as_it_was(cli: Run, book: Path, paid_out: Do) -> None:
    """A payment of February is learned today: what the book said yesterday of February does not change."""
    questions = ("loan show L-00001", "loan schedule L-00001", "loan statement L-00001", "report portfolio")
    old = ["--as-of", "2026-02-15", "--known-at", "2026-11-20", "--format", "json"]

    def asked() -> list[str]:
        return [cli("--store", book, *line.split(), *old).out for line in questions]

    before = asked()
    cli(
        "--store",
        book,
        "loan",
        "pay",
        "L-00001",
        "412",
        "--on",
        "2026-02-01",
        env={"LOANCRM_NOW": "2026-11-25T09:00+08:00"},
    )
    assert asked() == before
    assert shown(paid_out, "2026-02-15", "days_past_due") == [0]


def test_a_reference_sent_twice_is_one_payment(paid_out: Do) -> None:
    line = "loan pay L-00001 412 --on 2026-02-01 --reference TX-1 --idempotency-key TX-1"
    assert paid_out(line) == paid_out(line)
    assert len(paid_out("loan statement L-00001")) == 2


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("loan pay L-00001 0", 4, "AMOUNT"),
        ("loan pay L-00001 -5", 2, ""),
        ("loan pay L-00001 1.234", 4, "AMOUNT"),
        ("loan pay L-00001 5 --on 2025-12-31", 4, "--on is before the disbursement, 2026-01-01"),
        ("loan pay L-00001 5 --on 2030-12-31", 4, "is still to come"),
        ("loan reverse P-00009", 3, "there is no payment P-00009"),
        ("loan reverse nothing", 3, "there is no payment nothing"),
        ("loan schedule L-00001 --version 7", 3, "there is no version 7; there are: 1"),
        ("loan statement L-00001 --as-of 2025-12-31", 5, "has no schedule here as of 2025-12-31"),
        ("loan disburse L-00001", 5, "loan L-00001 was paid out on 2026-01-01"),
        ("loan require L-00001 x", 5, "was paid out"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(
    paid_out: Do, refused: Any, line: str, code: int, said: str
) -> None:
    check_refused(paid_out, refused, line, code, said)


def test_nothing_comes_after_the_end(paid_out: Do, refused: Any) -> None:
    paid_out("loan payoff L-00001 --on 2026-01-20")
    assert refused("loan pay L-00001 5 --on 2026-02-01").code == 5


def test_every_step_can_be_undone_from_the_last_one_back(paid_out: Do) -> None:
    before = paid_out("loan show L-00001")
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    after = paid_out("loan show L-00001")
    paid_out("loan pay L-00001 408 --on 2026-03-01")
    paid_out("undo --yes")
    assert paid_out("loan show L-00001") == after
    paid_out("undo --yes")
    assert paid_out("loan show L-00001") == before
    paid_out("undo --yes")
    assert shown(paid_out, "2026-11-20", "status", "pipeline_stage", "principal") == [
        "pending",
        "contract",
        "1200.00",
    ]
    paid_out("undo --yes")
    assert shown(paid_out, "2026-11-20", "pipeline_stage") == ["approval"]


# ── how long it takes ───────────────────────────────────────────────────────────────────────


def test_stages_say_how_long_and_where_it_is_stuck(do: Do) -> None:
    """Applications of 2, 4 and 9 days against 3; approvals of 1 and 1 against 5; one waits since 40 days."""
    for number, (approved, signed) in enumerate(
        (("2026-01-07", "2026-01-08"), ("2026-01-09", "2026-01-10"), ("2026-01-14", None)), 1
    ):
        do(f"loan apply C-00001 --product working_capital {SMALL} --on 2026-01-05")
        do(f"loan approve L-0000{number} --on {approved}")
        if signed:
            do(f"loan sign L-0000{number} --on {signed}")
    rows = {row["stage"]: row for row in do("loan stages --as-of 2026-02-23")}
    names = ("loans", "done", "median_days", "within_target", "is_bottleneck")
    assert [rows["application"][name] for name in names] == [
        0, 3, 4, "0.333333", True,
    ]  # fmt: skip
    names = ("loans", "amount", "late", "oldest_days", "done", "median_days")
    assert [rows["approval"][name] for name in names] == [
        1, "1200.00", 1, 40, 2, 1,
    ]  # fmt: skip
    parted = {row["stage"]: row for row in do("loan stages --before-after 2026-01-09 --as-of 2026-02-23")}
    assert (parted["application"]["median_before"], parted["application"]["median_after"]) == (2, 4)
    later = {row["stage"]: row for row in do("loan stages --since 2026-01-10 --as-of 2026-02-23")}
    assert later["application"]["done"] == 1
    stuck = do("loan stages --stuck --as-of 2026-02-23")
    assert misfits(stuck, [STUCK_LINE]) == []
    assert [(row["loan"], row["stage"], row["days"]) for row in stuck] == [
        ("L-00001", "contract", 46), ("L-00002", "contract", 44), ("L-00003", "approval", 40),
    ]  # fmt: skip


def test_stages_are_compared_before_and_after_a_change(do: Do) -> None:
    """Applications passed on the 7th, 8th and 9th after 2, 3 and 4 days; from the 12th on after 1 and 1."""
    steps = (
        ("2026-01-05", "2026-01-07"), ("2026-01-05", "2026-01-08"), ("2026-01-05", "2026-01-09"),
        ("2026-01-11", "2026-01-12"), ("2026-01-13", "2026-01-14"),
    )  # fmt: skip
    for number, (applied, approved) in enumerate(steps, 1):
        do(f"loan apply C-00001 --product working_capital {SMALL} --on {applied}")
        do(f"loan approve L-0000{number} --on {approved}")
    names = ("median_days", "median_before", "median_after")
    for change, expected in (
        ("2026-01-12", [2, 3, 1]),
        ("2026-01-09", [2, 2, 1]),  # the day of the change is after
        ("2026-01-01", [2, None, 2]),
        ("2026-02-01", [2, 2, None]),
    ):
        rows = do(f"loan stages --before-after {change} --as-of 2026-02-23")
        application = next(row for row in rows if row["stage"] == "application")
        assert [application[name] for name in names] == expected, change
    alone = next(row for row in do("loan stages --as-of 2026-02-23") if row["stage"] == "application")
    assert [alone[name] for name in names] == [2, None, None]


@pytest.mark.sqlite_only("it changes a row behind the program's back")
def test_a_position_that_does_not_follow_from_the_facts_is_found(
    cli: Run, book: Path, paid_out: Do, kept: list[Path]
) -> None:
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    assert cli("--store", book, "store", "check").code == 0
    kept.remove(book)
    with closing(sqlite3.connect(book)) as raw, raw:
        raw.execute("update loan_position set outstanding_principal = 1 where outstanding_principal = 80000")
    answer = cli("--store", book, "store", "check", "--format", "json")
    assert (answer.code, [row["check"] for row in answer.json]) == (7, ["ledgers"])


# ── files of payments, and the core system beside the ledger ────────────────────────────────

PROFILE = """kind: payments
format: {type: csv}
columns:
  loan.number: loan
  payment.on: day
  payment.amount: amount
  payment.reference: reference
  payment.payer: payer
  payment.balance: balance
"""
HEADER = "loan,day,amount,reference,payer,balance\n"


@pytest.fixture
def brought(cli: Run, book: Path, tmp_path: Path) -> Callable[..., Any]:
    """Take a file of payments in, and return the answer."""
    (tmp_path / "pay.yaml").write_text(PROFILE, encoding="utf-8")

    def take(rows: str, *more: str) -> Any:
        (tmp_path / "pay.csv").write_text(HEADER + rows, encoding="utf-8")
        words = ("import", "payments", "pay.csv", "--profile", "pay.yaml", *more, "--format", "json")
        return cli("--store", book, *words)

    return take


def test_payments_of_a_file_find_their_loans_and_come_once(paid_out: Do, brought: Any) -> None:
    """By number; by a reference that is the loan's number; by payer and amount."""
    rows = (
        "L-00001,2026-02-01,412.00,,,\n,2026-03-01,408.00,L-00001,,\n,2026-04-01,404.00,,华达机械有限公司,\n"
    )
    dry = brought(rows)
    assert (dry.code, dry.json["new"]) == (0, 3)
    assert shown(paid_out, "2026-11-20", "outstanding_principal") == ["1200.00"]
    assert brought(rows, "--apply").json["new"] == 3
    assert shown(paid_out, "2026-11-20", "status", "outstanding_principal") == ["settled", None]
    again = brought(rows, "--apply")
    assert (again.code, again.json["new"], again.json["known"]) == (0, 0, 3)
    assert len(paid_out("loan statement L-00001")) == 4
    paid_out("undo --yes")  # of the file that brought nothing new
    paid_out("undo --yes")
    assert shown(paid_out, "2026-11-20", "status", "outstanding_principal") == ["live", "1200.00"]


def test_equal_rows_are_two_payments(paid_out: Do, brought: Any) -> None:
    row = "L-00001,2026-02-01,100.00,X,,\n"
    assert brought(row * 2, "--apply").json["new"] == 2
    assert brought(row * 2, "--apply").json["known"] == 2
    assert brought(row * 3, "--apply").json["new"] == 1
    assert shown(paid_out, "2026-02-01", "outstanding_principal") == ["912.00"]


def test_a_payment_that_fits_no_loan_or_cannot_be_is_listed_with_its_reason(
    paid_out: Do, brought: Any, tmp_path: Path
) -> None:
    paid_out("loan add C-00001 --number JJ-1 --product other --principal 5 --disbursed-on 2026-01-01")
    rows = (
        "L-00009,2026-02-01,1.00,,,\n"
        ",2026-02-01,413.00,,华达机械有限公司,\n"
        "JJ-1,2026-02-01,1.00,,,\n"
        "L-00001,2025-12-31,1.00,,,\n"
        "L-00001,2027-01-01,1.00,,,\n"
        "L-00001,2026-02-01,0,,,\n"
        "L-00001,2026-02-01,412.00,,,\n"
    )
    answer = brought(rows, "--apply")
    assert (answer.code, answer.json["rejected"]) == (4, 6)
    assert [(one["row"], one["code"]) for one in brought(rows).json["problems"]] == [
        (2, "unknown_loan"), (3, "unmatched"), (4, "not_serviced"), (5, "before_disbursement"),
        (6, "future_date"), (7, "not_above_zero"),
    ]  # fmt: skip
    assert shown(paid_out, "2026-11-20", "outstanding_principal") == ["1200.00"]
    answer = brought(rows, "--apply", "--partial")
    assert answer.code == 9
    assert "华达" not in answer.text + answer.err
    assert shown(paid_out, "2026-11-20", "outstanding_principal") == ["800.00"]
    assert len((tmp_path / "pay.rejects.csv").read_text("utf-8").splitlines()) == 7


def test_the_balance_of_the_file_is_asserted_when_it_is_asked(paid_out: Do, brought: Any) -> None:
    rows = "L-00001,2026-02-01,412.00,,,800.00\nL-00001,2026-03-01,408.00,,,400.01\n"
    assert brought(rows, "--apply", "--assert-balance").code == 4
    [problem] = brought(rows, "--assert-balance").json["problems"]
    assert (problem["row"], problem["code"]) == (3, "other_balance")
    assert "400.00 would be left after it" in problem["reason"]
    assert shown(paid_out, "2026-11-20", "outstanding_principal") == ["1200.00"]
    assert brought(rows.replace("400.01", "400.00"), "--apply", "--assert-balance").code == 0
    assert shown(paid_out, "2026-11-20", "outstanding_principal") == ["400.00"]


def test_an_asserted_balance_needs_a_column(
    cli: Run, book: Path, paid_out: Do, brought: Any, tmp_path: Path
) -> None:
    brought("")
    (tmp_path / "pay.yaml").write_text(PROFILE.replace("  payment.balance: balance\n", ""), encoding="utf-8")
    words = ["import", "payments", "pay.csv", "--profile", "pay.yaml", "--assert-balance"]
    assert "maps payment.balance" in cli("--store", book, *words).err


def test_the_ledger_is_compared_with_the_core_system(paid_out: Do, refused: Any) -> None:
    assert "no loan that is serviced here has a snapshot" in refused("loan reconcile").err
    paid_out("loan pay L-00001 412 --on 2026-02-01")
    paid_out(
        "snapshot add L-00001 --on 2026-03-11 --outstanding 800 --overdue-principal 400 --days-past-due 10"
    )
    assert paid_out("loan reconcile") == []
    [line] = paid_out("loan reconcile --all")
    assert (line["on"], line["agrees"], line["difference"]) == ("2026-03-11", True, "0.00")
    paid_out(
        "snapshot add L-00001 --on 2026-03-12 --outstanding 1200 --overdue-principal 400 --days-past-due 11"
    )
    [line] = paid_out("loan reconcile")
    assert [line[name] for name in ("outstanding_principal", "bank_outstanding_principal", "difference")] == [
        "800.00", "1200.00", "-400.00",
    ]  # fmt: skip
    assert paid_out("loan reconcile --on 2026-03-11") == []
    # what is shown of the loan stays the ledger's
    assert shown(paid_out, "2026-03-12", "outstanding_principal", "basis") == ["800.00", "ledger"]
