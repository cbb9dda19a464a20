"""Warnings through the command line: raised once, renewed, cleared, answered, undone, merged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loancrm.policy.policy import example
from tests.conftest import Run

Do = Callable[..., Any]
RULES = """  rules:
    - {rule: late, kind: credit, severity: high, horizon_days: 90, en: late, zh_CN: 逾期,
       when: {days_past_due: ">= 1"}}
"""


@pytest.fixture
def do(cli: Run, book: Path, tmp_path: Path) -> Do:
    """A book with a firm that owes, and a policy of one rule; what is typed on a day, as JSON."""

    def run(line: str, *more: str, on: str = "2026-11-20", code: int = 0) -> Any:
        environment = {"LOANCRM_NOW": f"{on}T09:00"}
        answer = cli("--store", book, *line.split(), *more, "--format", "json", env=environment)
        assert answer.code == code, answer.err
        if code:
            return answer.err
        return answer.json if answer.out else None  # a check that finds nothing says nothing

    text = example().text
    start = text.index("  rules:\n", text.index("\nwarnings:\n"))
    text = text.replace(text[start : text.index("\n# What growth")], RULES)
    policy = tmp_path / "policy.yaml"
    policy.write_text(text.replace("name: example", "name: one rule"), encoding="utf-8")
    run(f"policy adopt {policy}", on="2026-11-01")
    for number, name in enumerate(("华达机械", "宏远贸易"), 1):
        run(f"customer add --kind enterprise --name {name}", on="2026-11-01")
        terms = "--product working_capital --principal 1000 --disbursed-on 2026-01-05 --matures-on 2028-01-05"
        run(f"loan add C-0000{number} --number L{number} {terms}", on="2026-11-01")
    return run


def position(do: Do, loan: str, day: str, dpd: int) -> None:
    do(f"snapshot add {loan} --on {day} --outstanding 1000 --days-past-due {dpd}", on=day)


def test_a_scan_says_of_whom_a_rule_could_not_be_judged(do: Do) -> None:
    """The second firm has a loan of which nothing says whether it is past due; the student has none of it."""
    do("customer add --kind student --name 张小雨", on="2026-11-01")
    position(do, "L1", "2026-11-02", 5)
    found = do("warning scan", on="2026-11-02")
    assert ([one["customer"] for one in found["raised"]], found["undecided"]) == (["C-00001"], {"late": 1})
    position(do, "L2", "2026-11-03", 0)
    assert do("warning scan", on="2026-11-03")["undecided"] == {}


def test_a_warning_is_raised_once_renewed_after_four_weeks_cleared_and_raised_anew(do: Do) -> None:
    position(do, "L1", "2026-11-02", 5)
    position(do, "L2", "2026-11-02", 0)
    found = do("warning scan", on="2026-11-02")
    assert [(one["warning"], one["customer"], one["expected_by"]) for one in found["raised"]] == [
        ("W-00001", "C-00001", "2027-01-31")
    ]
    assert found["raised"][0]["figures"] == {"days_past_due": "5"}
    for day in ("2026-11-02", "2026-11-29"):
        again = do("warning scan", on=day)
        assert (again["raised"], again["renewed"], again["cleared"], again["open"]) == ([], 0, 0, 1)
    position(do, "L1", "2026-11-30", 33)
    assert do("warning scan", on="2026-11-30")["renewed"] == 1
    assert do("warning scan", on="2026-11-30")["renewed"] == 0
    evidence = do("warning show W-1", on="2026-11-30")["evidence"]
    assert [(one["on"], one["value"]) for one in evidence] == [("2026-11-02", "5"), ("2026-11-30", "33")]
    position(do, "L1", "2026-12-05", 0)
    over = do("warning scan", on="2026-12-05")
    assert (over["cleared"], over["open"]) == (1, 0)
    assert do("warning list", on="2026-12-05") == []
    position(do, "L1", "2026-12-10", 2)
    assert [one["warning"] for one in do("warning scan", on="2026-12-10")["raised"]] == ["W-00002"]
    states = {one["warning"]: one["state"] for one in do("warning list --all", on="2026-12-10")}
    assert states == {"W-00001": "cleared", "W-00002": "open"}
    # as of the day before it was cleared it was open
    assert [one["state"] for one in do("warning list --as-of 2026-12-04", on="2026-12-10")] == ["open"]


def test_a_warning_stays_where_the_figure_is_missing(do: Do) -> None:
    position(do, "L1", "2026-11-02", 5)
    do("warning scan", on="2026-11-02")
    stale = do("warning scan", on="2027-01-04")  # the snapshot is 63 days old
    assert (stale["cleared"], stale["open"]) == (0, 1)


def test_a_warning_of_a_customer_put_away_or_of_a_rule_that_is_gone_is_cleared(
    do: Do, tmp_path: Path
) -> None:
    for loan in ("L1", "L2"):
        position(do, loan, "2026-11-02", 5)
    assert len(do("warning scan", on="2026-11-02")["raised"]) == 2
    do("loan close L1", on="2026-11-03")
    do("customer archive C-00001", on="2026-11-03")
    found = do("warning scan", on="2026-11-03")
    assert (found["cleared"], found["open"]) == (1, 1)
    policy = tmp_path / "policy.yaml"
    text = policy.read_text(encoding="utf-8").replace("rule: late,", "rule: later,")
    policy.write_text(text.replace("name: one rule", "name: another rule"), encoding="utf-8")
    do(f"policy adopt {policy}", on="2026-11-04")
    assert do("warning scan --rule later --dry-run", on="2026-11-04")["cleared"] == 0  # a part of the scan
    found = do("warning scan", on="2026-11-04")
    assert [one["rule"] for one in found["raised"]] == ["later"]
    assert (found["cleared"], found["open"]) == (1, 1)
    again = do("warning scan", on="2026-11-04")
    assert (again["raised"], again["cleared"], again["open"]) == ([], 0, 1)


def test_what_is_done_about_a_cleared_warning_leaves_it_cleared(do: Do) -> None:
    position(do, "L1", "2026-11-02", 5)
    do("warning scan", on="2026-11-02")
    position(do, "L1", "2026-11-03", 0)
    do("warning scan", on="2026-11-03")
    assert do("warning act W-1 --what 已回访", on="2026-11-04")["state"] == "cleared"
    assert [one["state"] for one in do("warning list --all", on="2026-11-04")] == ["cleared"]
    assert do("warning close W-1 late", on="2026-11-05")["state"] == "closed"
    assert [one["state"] for one in do("warning list --all", on="2026-11-05")] == ["closed"]


def test_an_officer_answers_and_a_closed_warning_does_not_come_back_while_the_rule_holds(do: Do) -> None:
    position(do, "L1", "2026-11-02", 5)
    do("warning scan", on="2026-11-02")
    lines = do("today --all", on="2026-11-03")
    (reason,) = [one for line in lines for one in line["reasons"] if one["kind"] == "warning"]
    assert (reason["band"], reason["ref"], reason["command"]) == (
        5,
        "W-00001",
        "loancrm warning show W-00001",
    )
    assert [one["warning"] for one in do("customer show C-00001", on="2026-11-03")["warnings"]] == ["W-00001"]
    assert do("report portfolio", on="2026-11-03")["open_warnings"] == 1
    assert do("warning acknowledge W-1", on="2026-11-03")["state"] == "acknowledged"
    assert "W-00001" in do("warning acknowledge W-1", on="2026-11-03", code=5)
    lines = do("today --all", on="2026-11-03")
    assert [one for line in lines for one in line["reasons"] if one["kind"] == "warning"] == []
    do("warning act W-1 --what 走访", on="2026-11-04")
    assert do("warning close W-1 true --on 2026-11-03", on="2026-11-05", code=4)
    closed = do("warning close W-1 true", on="2026-11-05")
    assert (closed["state"], closed["verdict"]) == ("closed", "true")
    position(do, "L1", "2026-11-20", 23)
    assert do("warning scan", on="2026-11-20")["raised"] == []
    steps = [one["step"] for one in do("warning show W-1", on="2026-11-20")["steps"]]
    assert steps == ["acknowledged", "acted", "closed"]
    assert do("report portfolio", on="2026-11-20")["open_warnings"] == 0
    assert do("report portfolio --as-of 2026-11-04", on="2026-11-20")["open_warnings"] == 1


def test_a_dry_run_writes_nothing_and_a_scan_is_undone_and_done_again(do: Do) -> None:
    position(do, "L1", "2026-11-20", 5)
    assert len(do("warning scan --dry-run")["raised"]) == 1
    assert do("warning list") == []
    do("warning scan")
    do("undo --yes")
    assert do("warning list --all") == []
    assert len(do("warning scan")["raised"]) == 1
    do("warning acknowledge W-2")
    do("undo --yes")
    assert [one["state"] for one in do("warning list")] == ["open"]
    do("store check")


def test_what_was_heard_is_a_warning_too_and_moves_with_a_merge(do: Do) -> None:
    do("warning add C-00002 --kind legal --severity high --signal 被列为被告 --source court")
    assert do("warning scan")["cleared"] == 0
    do("customer merge C-00001 C-00002 --why 重复录入")
    (line,) = do("warning list C-00001")
    assert (line["customer"], line["rule"], line["text"]) == ("C-00001", None, "被列为被告")
    do("undo --yes")
    assert [one["customer"] for one in do("warning list")] == ["C-00002"]
    do("store check")


def test_what_is_not_there_is_said(do: Do) -> None:
    assert "late" in do("warning scan --rule lates", code=3)
    do("warning show W-9", code=3)
    heard = "warning add C-00001 --kind legal --signal 诉讼 --source court --expected-by"
    assert "--expected-by" in do(f"{heard} 2026-11-19", code=4)
    do(f"{heard} 2026-11-20")
    do("warning list --state lost", code=2)
    do("warning list --state closed --all", code=2)


def test_warnings_of_one_day_are_alike_only_where_they_warn_of_the_same(
    cli: Run, book: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "alike.yaml"
    policy.write_text(example().text.replace("alike_from: 8 ", "alike_from: 2 "), encoding="utf-8")
    signals = ("被列为被告", "法人变更", "被列为被告", "法人变更")
    lines = [f"policy adopt {policy}"]
    lines += [f"customer add --kind enterprise --name 客户{n}" for n in range(1, 5)]
    for n, signal in enumerate(signals, 1):
        lines.append(f"warning add C-0000{n} --kind legal --severity high --signal {signal} --source court")
    for line in lines:
        assert cli("--store", book, *line.split()).code == 0, line
    page = cli("--store", book, "today", "--all", "--format", "table").text
    assert page.count("2 customers") == 2
    for rank, signal in ((1, "被列为被告"), (2, "法人变更")):
        assert f"({signal})" in page
        opened = cli("--store", book, "today", "--all", "--open", str(rank), "--format", "table").text
        assert [one in opened for one in ("客户1", "客户2")] == [rank == 1, rank == 2]
    assert "theme" not in cli("--store", book, "today", "--format", "json").json[0]["reasons"][0]
    assert "theme" not in cli("--store", book, "customer", "show", "C-00001", "-f", "json").json["reasons"][0]
