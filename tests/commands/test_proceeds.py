"""What a loan was used for: when the bank has to pay the payee itself, and what misuse does to the class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.loan_books import SMALL, Do, check_refused, shown
from tests.conftest import Run

USE = "proceeds add C-00001 --loan L-00001 --on 2026-01-05"
PROFILE = """
kind: proceeds
columns:
  customer.name: name
  customer.kind: {constant: enterprise}
  proceeds.loan: loan
  proceeds.reference: ref
  proceeds.on: day
  proceeds.method: how
  proceeds.amount: amount
"""
CLASS = ("computed_five_tier", "ifrs9_stage")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{USE} --reference A --method entrusted --amount 500", "--payee: who the bank paid"),
        (
            f"{USE} --reference A --method self --amount 1200.01",
            "--amount: 0.01 more than the 1,200.00 that were drawn; 0.00 are recorded already",
        ),
        (
            f"{USE} --reference A --method self --amount 5 --found-on 2026-02-01",
            "--found-on goes with --deviation",
        ),
        (
            f"{USE} --reference A --method self --amount 5 --deviation use_changed --found-on 2026-01-04",
            "--found-on: that day lies before",
        ),
        (
            f"{USE} --reference A --method self --amount 5 --deviation use_changed --settled-on 2026-01-04",
            "--settled-on: that day lies before",
        ),
    ],
)
def test_what_cannot_be_is_refused(paid_out: Do, refused: Any, line: str, said: str) -> None:
    check_refused(paid_out, refused, line, 4, said)


def test_above_the_policy_s_limit_the_bank_pays(do: Do, refused: Any) -> None:
    """10,000,000 in the example: at the limit the customer may pay, a cent above it the bank does."""
    do("loan add C-00001 --number JJ-1 --product fixed_asset --principal 20000000 --disbursed-on 2026-01-01")
    line = "proceeds add C-00001 --loan JJ-1 --on 2026-01-05 --method self"
    check_refused(
        do, refused, f"{line} --reference A --amount 10000000.01", 4,
        "--method: above 10,000,000.00 the bank pays the payee itself",
    )  # fmt: skip
    do(f"{line} --reference A --amount 10000000")
    entrusted = line.replace("self", "entrusted")
    do(f"{entrusted} --reference B --amount 10000000", "--payee", "宏远贸易有限公司")


def test_all_uses_together_are_no_more_than_was_drawn(paid_out: Do, refused: Any) -> None:
    """1,200.00 were drawn: 700.00 and 500.01 are a cent too much; one in the place of another counts once."""
    paid_out(f"{USE} --reference A --method self --amount 700")
    over = "--amount: 0.01 more than the 1,200.00 that were drawn; 700.00 are recorded already"
    check_refused(paid_out, refused, f"{USE} --reference B --method self --amount 500.01", 4, over)
    paid_out(f"{USE} --reference B --method self --amount 500")
    paid_out(f"{USE} --reference A --method self --amount 650 --replace")
    paid_out("proceeds void UP-00002 --why 误记")
    paid_out(f"{USE} --reference C --method self --amount 550")


def test_what_is_not_drawn_yet_was_used_for_nothing(do: Do, refused: Any) -> None:
    do(f"loan apply C-00001 --product working_capital {SMALL} --on 2025-12-20")
    for step in ("approve", "sign"):
        do(f"loan {step} L-00001 --on 2025-12-24")
    use = f"{USE} --reference A --method self --amount 300"
    check_refused(do, refused, use, 4, "300.00 more than the 0.00 that were drawn")
    do("loan disburse L-00001 --amount 600 --on 2026-01-01")
    do(use)
    check_refused(do, refused, use.replace("A", "B").replace("300", "301"), 4, "1.00 more than the 600.00")


def test_the_rows_of_a_file_are_counted_together(paid_out: Do, cli: Run, book: Path, tmp_path: Path) -> None:
    """700.00, 400.00 and 200.00: the third row is 100.00 too much."""
    profile, file = tmp_path / "P.yaml", tmp_path / "uses.csv"
    profile.write_text(PROFILE, "utf-8")
    rows = [
        f"华达机械有限公司,L-00001,T{n},2026-01-05,self,{amount}" for n, amount in enumerate((700, 400, 200))
    ]
    file.write_text("name,loan,ref,day,how,amount\n" + "\n".join(rows) + "\n", "utf-8")
    line = ("--store", book, "import", "proceeds", file, "--profile", profile, "--format", "json")
    found = cli(*line).json
    assert [(one["row"], one["code"]) for one in found["problems"]] == [(4, "beyond_draws")]
    assert "100.00 more than the 1,200.00" in found["problems"][0]["reason"]


def test_misuse_is_special_mention_from_the_day_it_was_found_until_it_is_put_right(paid_out: Do) -> None:
    """Order 2023 No. 1 by the policy's marks: normal until 20 January, then special mention."""
    for on, amount in (("2026-02-01", "412"), ("2026-03-01", "408")):
        paid_out(f"loan pay L-00001 {amount} --on {on}")
    paid_out(f"{USE} --reference A --method self --amount 100")
    assert shown(paid_out, "2026-03-20", *CLASS) == ["normal", 1]
    found = f"{USE} --reference A --method self --amount 100 --deviation use_changed --found-on 2026-01-20"
    paid_out(f"{found} --replace")
    assert shown(paid_out, "2026-01-19", *CLASS) == ["normal", 1]
    assert shown(paid_out, "2026-01-20", *CLASS)[0] == "special_mention"
    assert shown(paid_out, "2026-03-20", *CLASS)[0] == "special_mention"
    reasons = paid_out("loan explain L-00001 --as-of 2026-03-20")["reasons"]
    assert [one["trigger"] for one in reasons] == ["deviation"]
    paid_out(f"{found} --settled-on 2026-03-10 --replace")
    assert shown(paid_out, "2026-03-09", *CLASS)[0] == "special_mention"
    assert shown(paid_out, "2026-03-10", *CLASS) == ["normal", 1]
    for _n in range(2):
        paid_out("undo --yes")
    assert shown(paid_out, "2026-03-20", *CLASS) == ["normal", 1]


def test_what_is_no_misuse_by_the_policy_changes_no_class(paid_out: Do) -> None:
    paid_out(f"{USE} --reference A --method self --amount 100 --deviation no_evidence")
    assert shown(paid_out, "2026-01-20", *CLASS) == ["normal", 1]


def test_a_use_that_was_taken_back_is_no_misuse(paid_out: Do) -> None:
    paid_out(f"{USE} --reference A --method self --amount 100 --deviation flowed_back")
    assert shown(paid_out, "2026-01-20", *CLASS)[0] == "special_mention"
    paid_out("proceeds void UP-00001 --why 误记")
    assert shown(paid_out, "2026-01-20", *CLASS) == ["normal", 1]
