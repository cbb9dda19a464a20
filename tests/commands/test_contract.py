"""Section 6 of the issue: its lines work as written, in order, on a new book."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Run

from .helpers import SECTION_6, asked, words

Answers = list[Answer]


@pytest.fixture
def answers(cli: Run, tmp_path: Path, kept: list[Path]) -> Answers:
    path = tmp_path / "B.db"
    kept.append(path)
    return [cli(*words(line, path)) for line in SECTION_6]


def place(start: str) -> int:
    """Return where the line is that begins so."""
    (found,) = [n for n, line in enumerate(SECTION_6) if line.startswith(f"loancrm --store B.db {start}")]
    return found


def test_the_lines_of_the_issue_work_as_written(answers: Answers) -> None:
    for line, answer in zip(SECTION_6, answers, strict=True):
        assert (answer.code, line) == (0, line), answer.err
    silent = [line for line, answer in zip(SECTION_6, answers, strict=True) if not answer.out]
    assert silent == ["loancrm --store B.db store check"]

    def of(start: str) -> Any:
        return answers[place(start)].json

    customer = of("customer add --kind enterprise")
    assert customer["code"] == "C-00001"
    assert customer["name"] == "华达机械有限公司"
    (contact,) = of("contact list")
    assert contact["contact"] == "K-00001"
    assert (contact["on"], contact["note"], contact["officer"]) == ("2026-11-20", "谈续贷", "li.wei")

    first = of("due --as-of")[0]
    asserted = {
        "rank": 1,
        "customer": "C-00001",
        "name": "华达机械有限公司",
        "officer": "li.wei",
        "kind": "follow_up",
        "due_on": "2026-12-01",
        "days_late": 0,
        "reason_code": "follow_up",
    }
    assert {key: first[key] for key in asserted} == asserted
    assert "送授信方案" in first["reason"]
    assert first["command"].startswith("loancrm ")

    dry, done = of("classify --as-of"), of("classify --format json")
    assert dry["customers"] == 1  # the student's first fact is of the 21st
    assert done["customers"] == 2
    moves = {move["customer"]: move for move in done["moved"]}
    assert set(moves) == {"C-00001", "C-00002"}
    assert {"customer", "from", "to", "rule", "reason"} <= set(moves["C-00001"])
    assert (moves["C-00001"]["from"], moves["C-00001"]["to"]) == (None, "risk")  # 9 days past due
    assert "9" in moves["C-00001"]["reason"]
    assert list(done["segments"]) == ["quality", "potential", "mass_market", "risk"]
    assert sum(done["segments"].values()) == 2
    assert dry["segments"]["risk"] == done["segments"]["risk"] == 1
    assert "days_past_due" in answers[place("classify --explain")].text

    buckets = {row["bucket"]: row for row in of("report delinquency")}
    assert buckets["1_30"]["loans"] == 1
    assert buckets["1_30"]["outstanding_principal"] == "1250000.00"
    assert buckets["1_30"]["share"] == "1.000000"
    assert sum(row["loans"] for row in buckets.values()) == 1
    portfolio = of("report portfolio")
    assert portfolio["live_loans"] == 1
    assert portfolio["outstanding_principal"] == "1250000.00"
    assert (portfolio["par_1"], portfolio["par_30"]) == ("1.000000", "0.000000")
    assert portfolio["arrears_rate"] == "0.083333"  # 104166.67 / 1250000
    assert portfolio["basis"]["data_on"] == "2026-11-19"
    (group,) = of("report concentration")
    assert (group["key"], group["share"], group["disbursed"]) == ("C34", "1.000000", "2000000.00")
    moved = [line for line in of("history") if line["field"] == "region" and line["before"]]
    assert [(line["before"], line["after"]) for line in moved] == [("北京", "上海")]
    assert "loancrm" in answers[-1].text


def test_the_totals_of_delinquency_hold_what_the_issue_names(cli: Run, filled_book: Path) -> None:
    found = cli(
        "--store",
        filled_book,
        "report",
        "delinquency",
        "--as-of",
        "2026-11-20",
        "--format",
        "json",
        "--totals",
    ).json
    assert set(found) == {"rows", "totals"}
    totals = found["totals"]
    # 1250000 is 9 days past due, 400000 is not, the third loan has no position
    assert (totals["loans"], totals["loans_without_position"]) == (3, 1)
    assert totals["outstanding_principal"] == "1650000.00"
    assert [totals[f"par_{days}"] for days in (1, 30, 60, 90)] == ["0.757576", *["0.000000"] * 3]


def test_logging_with_the_same_key_twice_is_logging_once(cli: Run, tmp_path: Path, kept: list[Path]) -> None:
    path = tmp_path / "B.db"
    kept.append(path)
    for line in SECTION_6[: place("contact log")]:
        cli(*words(line, path))
    log = words(SECTION_6[place("contact log")], path)
    first, second = cli(*log), cli(*log)
    assert first.code == second.code == 0
    assert first.out == second.out
    assert asked(path, "select count(*) from contact") == [(1,)]
    assert asked(path, "select count(*) from follow_up") == [(1,)]
    other = cli(*log, "--note", "another", "--format", "json")
    assert (other.code, other.error["code"]) == (5, "key_reused")


@pytest.mark.slow
@pytest.mark.sqlite_only("a process for each line says nothing of a database that the lines above do not")
def test_the_lines_of_the_issue_work_from_a_shell(run: Run, tmp_path: Path, kept: list[Path]) -> None:
    path = tmp_path / "B.db"
    kept.append(path)
    for line in SECTION_6:
        answer = run(*words(line, path))
        assert (answer.code, answer.err.count("Traceback")) == (0, 0), (line, answer.err)
