"""A figure that is missing: no rule and no condition falls silent on it without saying so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loancrm.policy.policy import EXAMPLE
from tests.conftest import Run

TERM = "--disbursed-on 2026-01-15 --matures-on 2027-01-15"
SEGMENTS = """segments:
  enterprise:
    - {rule: late, segment: risk, when: {days_past_due: ">= 7"}}
    - {rule: liquid, segment: quality, when: {current_ratio: ">= 1.5", live_loans: ">= 1"}}
    - {rule: idle, segment: potential, when: {current_ratio: ">= 9", live_loans: "= 0"}}
    - {rule: everyone_else, segment: mass_market, when: always}
  student:
    - {rule: everyone_else, segment: mass_market, when: always}
"""


@pytest.fixture
def book(cli: Run, tmp_path: Path) -> Path:
    """Three loans: without a snapshot, 9 days late, and on time; none of the customers filed a statement."""
    store = tmp_path / "b.db"
    lines = ["init"]
    for n, days in ((1, None), (2, "9"), (3, "0")):
        lines += [
            f"customer add --kind enterprise --name 客户{n}",
            f"loan add C-0000{n} --number L{n} --product working_capital --principal 100 {TERM}",
        ]
        if days is not None:
            lines.append(f"snapshot add L{n} --on 2026-11-19 --outstanding 50 --days-past-due {days}")
    for line in lines:
        assert cli("--store", store, *line.split(" ")).code == 0, line
    policy = tmp_path / "policy.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    start, end = text.index("\nsegments:") + 1, text.index("\ntreatments:") + 1
    policy.write_text(text[:start] + SEGMENTS + text[end:], encoding="utf-8")
    answer = cli("--store", store, "policy", "adopt", policy)
    assert answer.code == 0, answer.err
    return store


def reasons(cli: Run, book: Path, *words: str) -> dict[str, str]:
    rows: Any = cli("--store", book, *words, "--format", "json").json
    moved = rows["moved"] if isinstance(rows, dict) else [r for r in rows if r["scheme"] == "segment"]
    return {row["customer"]: row["reason"] for row in moved}


def test_a_move_says_which_rules_above_could_not_be_judged(cli: Run, book: Path) -> None:
    """``idle`` is no for all of them, whatever the ratio: they have a loan."""
    undecided = "no rule above holds; undecided above:"
    assert reasons(cli, book, "classify") == {
        "C-00001": f"{undecided} late, liquid (days_past_due, current_ratio missing)",
        "C-00002": "days_past_due 9 ≥ 7",
        "C-00003": f"{undecided} liquid (current_ratio missing)",
    }
    kept = reasons(cli, book, "segment", "moves", "--since", "2026-01-01")
    assert kept == {
        "C-00001": "always; rules above undecided: current_ratio, days_past_due missing",
        "C-00002": "days_past_due 9 ≥ 7",
        "C-00003": "always; rules above undecided: current_ratio missing",
    }


@pytest.mark.parametrize(
    ("where", "found", "left_out"),
    [
        ("days_past_due < 7", ["C-00003"], 1),
        ("days_past_due >= 7", ["C-00002"], 1),
        ("not days_past_due >= 7", ["C-00003"], 1),
        ("current_ratio > 1 or days_past_due >= 7", ["C-00002"], 2),  # true for want of a figure or not
        ("current_ratio > 1 and days_past_due >= 7", [], 2),  # false for the one on time, whatever it is
        ("days_past_due is missing", ["C-00001"], 0),
        ("live_loans = 1", ["C-00001", "C-00002", "C-00003"], 0),
    ],
)
def test_a_list_by_a_condition_says_how_many_it_cannot_judge(
    cli: Run, book: Path, where: str, found: list[str], left_out: int
) -> None:
    answer = cli("--store", book, "customer", "list", "--where", where, "--format", "json")
    assert [row["code"] for row in answer.json] == found
    customers = {1: "1 customer", 2: "2 customers"}.get(left_out)
    said = f"left out: {customers} of whom a figure that --where reads is missing\n" if left_out else ""
    assert answer.err == said
    assert cli("--store", book, "--quiet", "customer", "list", "--where", where).err == ""


def test_so_does_a_list_of_loans(cli: Run, book: Path) -> None:
    answer = cli("--store", book, "loan", "list", "--where", "days_past_due < 7", "--format", "json")
    assert [row["number"] for row in answer.json] == ["L3"]
    assert answer.err == "left out: 1 loan of which a figure that --where reads is missing\n"
    answer = cli("--store", book, "--lang", "zh_CN", "loan", "list", "--where", "days_past_due < 7")
    assert answer.err == "未列入 1 笔：--where 所用的指标缺数据，无法判断\n"
