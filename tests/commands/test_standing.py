"""loancrm loan explain and reclassify, report five-tier: a loan that was non-performing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.patterns import misfits
from tests.commands.shapes_loans import CLASS_LINE, EXPLANATION, RECLASSIFIED
from tests.conftest import Run
from tests.support import EXAMPLE_TEXT, changed


@pytest.fixture
def do(cli: Run, book: Path) -> Any:
    """Run a line and return its answer as JSON; L-00001 was 100 days late on 30 April, and paid all."""

    def run(line: str, *more: str) -> Any:
        answer = cli("--store", book, *line.split(), *more, "--format", "json")
        assert answer.code == 0, answer.err
        return answer.json

    run("customer add --kind enterprise --name 华达机械有限公司 --officer li.wei")
    run("loan add C-00001 --product working_capital --principal 1000 --disbursed-on 2025-01-15")
    run("snapshot add L-00001 --outstanding 900 --days-past-due 100 --on 2026-04-30")
    run("snapshot add L-00001 --outstanding 800 --days-past-due 0 --class normal --on 2026-05-31")
    return run


def test_a_loan_on_its_way_up_is_explained_with_the_day_on_which_it_rises(do: Any) -> None:
    found = do("loan explain L-00001 --as-of 2026-06-15")
    assert misfits(found, EXPLANATION) == []
    assert (found["five_tier"], found["computed_five_tier"], found["ifrs9_stage"]) == (
        "normal", "substandard", 3,
    )  # fmt: skip
    assert found["reasons"] == [
        {
            "trigger": "cured",
            "five_tier": "substandard",
            "stage": 3,
            "since": "2026-05-31",
            "until": "2026-12-01",
        }
    ]
    assert found["outlook"] == [
        {"on": "2026-12-01", "five_tier": "normal", "stage": 1, "condition": "in_order"}
    ]


def test_the_bank_s_class_and_the_computed_one_are_named_where_they_differ(do: Any) -> None:
    lines = {line["five_tier"]: line for line in do("report five-tier --as-of 2026-06-15")}
    assert misfits(list(lines.values()), [CLASS_LINE]) == []
    assert (lines["normal"]["loans"], lines["substandard"]["computed_outstanding"]) == (1, "800.00")
    (found,) = do("report five-tier --differences --as-of 2026-06-15")
    assert (found["loan"], found["five_tier"], found["computed_five_tier"], found["trigger"]) == (
        "L-00001", "normal", "substandard", "cured",
    )  # fmt: skip


def test_another_policy_is_tried_and_then_applied(do: Any, tmp_path: Path) -> None:
    file = tmp_path / "longer.yaml"
    file.write_text(changed(EXAMPLE_TEXT, ("periods: 2, months: 6}", "periods: 2, months: 9}")), "utf-8")
    do("policy adopt", str(file))
    for more, changes in ((("--dry-run",), 2), ((), 2), ((), 0)):
        receipt = do("loan reclassify", *more)
        assert misfits(receipt, RECLASSIFIED) == []
        assert len(receipt["changes"]) == changes


@pytest.mark.parametrize(
    ("days", "after", "five_tier", "is_shown"),
    [(0, 0, "normal", False), (7, 0, "normal", True), (9, 2, "special_mention", True)],
)
def test_days_past_due_are_told_with_and_without_the_seven_days_of_grace(
    do: Any, cli: Run, book: Path, days: int, after: int, five_tier: str, is_shown: bool
) -> None:
    """The class goes by the contract's days: special mention from the eighth on."""
    do("customer add --kind enterprise --name 丰禾商贸有限公司 --officer li.wei")
    do("loan add C-00002 --number A --product working_capital --principal 1000 --disbursed-on 2026-01-15")
    do(f"snapshot add A --outstanding 900 --days-past-due {days} --on 2026-06-10")
    for command in ("loan show", "loan explain"):
        found = do(f"{command} A --as-of 2026-06-10")
        assert (found["days_past_due"], found["days_after_grace"]) == (days, after)
        page = cli("--store", book, *command.split(), "A", "--as-of", "2026-06-10", "--format", "table").text
        assert ("after days of grace" in page) is is_shown
    assert do("loan explain A --as-of 2026-06-10")["computed_five_tier"] == five_tier


def test_a_policy_that_grants_no_days_of_grace_counts_all(do: Any, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(changed(EXAMPLE_TEXT, ("  grace_days: 7\n", "")), "utf-8")
    do("snapshot add L-00001 --outstanding 800 --days-past-due 9 --on 2026-06-10")
    found = do("loan show L-00001 --as-of 2026-06-10", "--policy", str(policy))
    assert (found["days_past_due"], found["days_after_grace"]) == (9, 9)
