"""remind: what is new on the list, said once, to each officer, and never lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPO, Answer, Run
from tests.places import asked, place, put

from .reminding import at, config, fill

SHAPE = {
    "due_on", "customer", "name", "officer", "kind", "days_late", "band", "rule", "amount", "ref",
    "reason_code", "reason", "command",
}  # fmt: skip


@pytest.fixture
def told(cli: Run, book: Path) -> Path:
    """A book with something to tell."""
    fill(cli, book)
    return book


def said(answer: Answer) -> list[tuple[str, str, str]]:
    assert answer.code == 0, answer.err
    return [(row["officer"], row["customer"], row["ref"]) for row in answer.json]


def test_what_is_new_is_said_once_and_then_not_a_word(cli: Run, told: Path) -> None:
    first = cli("--store", told, "remind")
    assert first.code == 0
    assert first.text.splitlines()[0] == "2026-11-21: 2 new on the list"
    assert "华达机械有限公司" in first.text
    assert "next step: 回访" in first.text
    again = cli("--store", told, "remind")
    assert (again.code, again.out, again.err) == (0, b"", "")


def test_json_has_the_keys_of_the_list_and_an_empty_one_is_a_list(cli: Run, told: Path) -> None:
    rows = cli("--store", told, "remind", "--format", "json").json
    assert [set(row) for row in rows] == [SHAPE, SHAPE]
    assert rows[0] == {
        "due_on": "2026-11-21", "customer": "C-00001", "name": "华达机械有限公司", "officer": "li.wei",
        "kind": "follow_up", "days_late": 0, "band": 3, "rule": "due.follow_up", "amount": "0.00",
        "ref": "U-00001", "reason_code": "follow_up", "reason": "next step: 送合同",
        "command": "loancrm followup done U-00001",
    }  # fmt: skip
    assert cli("--store", told, "remind", "--format", "json").json == []


def test_each_officer_is_told_their_own_and_all_are_told_the_rest(cli: Run, told: Path) -> None:
    one = cli("--store", told, "remind", "--officer", "zhao.min", "-f", "json")
    assert said(one) == [("zhao.min", "C-00002", "U-00003")]
    assert said(cli("--store", told, "remind", "--me", "zhao.min", "-f", "json")) == []
    rest = cli("--store", told, "remind", "--all", "-f", "json")
    assert said(rest) == [("li.wei", "C-00001", "U-00001")]
    book = cli("--store", told, "remind", "-f", "json")  # the list of the whole book is one of its own
    assert len(said(book)) == 2


def test_a_line_that_comes_back_or_moves_is_news_again(cli: Run, told: Path) -> None:
    assert len(said(cli("--store", told, "remind", "-f", "json"))) == 2
    assert cli("--store", told, "followup", "snooze", "U-00001", "--until", "2026-11-23").code == 0
    assert said(cli("--store", told, "remind", "-f", "json")) == []
    assert asked(told, "select count(*) from reminder") == [(1,)]
    monday = cli("--store", told, "remind", "-f", "json", env=at("2026-11-23"))
    assert said(monday) == [("li.wei", "C-00001", "U-00001")]


def test_each_step_of_a_ladder_is_said(cli: Run, book: Path) -> None:
    loan = "loan add C-00001 --number J-1 --product tuition --principal 9"
    words = (
        "customer add --kind enterprise --name 华达机械有限公司 --officer li.wei",
        f"{loan} --disbursed-on 2026-01-15 --matures-on 2027-02-01",
        "snapshot add J-1 --on 2026-11-19 --outstanding 9 --days-past-due 0",
    )
    for line in words:
        assert cli("--store", book, *line.split()).code == 0
    found = []
    for day in ("2026-11-21", "2026-11-22", "2026-12-02", "2026-12-03", "2026-12-04", "2027-01-02"):
        rows = cli("--store", book, "remind", "-f", "json", env=at(day)).json
        found += [(day, row["reason"][-6:]) for row in rows if row["kind"] == "maturity"]
    assert found == [("2026-11-21", "(T-90)"), ("2026-12-03", "(T-60)"), ("2027-01-02", "(T-30)")]


def test_a_promise_is_said_when_it_is_due_and_again_when_it_is_broken(cli: Run, book: Path) -> None:
    position = (
        "snapshot add J-1 --outstanding 1200 --unpaid-interest 0 --days-past-due 40 --overdue-principal"
    )
    words = (
        "customer add --kind enterprise --name 华达机械有限公司 --officer li.wei",
        "loan add C-00001 --number J-1 --product other --principal 1200 --disbursed-on 2026-01-15",
        f"{position} 400 --on 2026-11-19",
        "promise add J-1 --amount 400 --by 2026-11-22 --on 2026-11-20",
    )
    for line in words:
        assert cli("--store", book, *line.split()).code == 0
    found = []
    for day in ("2026-11-21", "2026-11-22", "2026-11-23", "2026-11-25", "2026-11-26", "2026-11-27"):
        if day == "2026-11-25":  # the days of grace are over, and the data say that 100.00 came
            assert cli("--store", book, *f"{position} 300 --on 2026-11-24".split(), env=at(day)).code == 0
        rows = cli("--store", book, "remind", "-f", "json", env=at(day)).json
        found += [(day, row["reason_code"]) for row in rows if row["kind"] == "promise"]
    assert found == [("2026-11-22", "promise_due"), ("2026-11-25", "promise_part_kept")]


def test_a_dry_run_says_it_and_does_not_count(cli: Run, told: Path) -> None:
    answer = cli("--store", told, "remind", "--dry-run", "-f", "json")
    assert len(said(answer)) == 2
    assert answer.err == "dry run: nothing was stored\n"
    assert asked(told, "select count(*) from reminder") == [(0,)]
    assert len(said(cli("--store", told, "remind", "-f", "json"))) == 2


def test_ahead_as_far_as_the_settings_say(cli: Run, told: Path, tmp_path: Path) -> None:
    config(tmp_path, "remind:\n  within_days: 3\n")
    refs = {ref for _officer, _customer, ref in said(cli("--store", told, "remind", "-f", "json"))}
    assert {"U-00001", "U-00002", "U-00003"} <= refs


def test_undo_passes_over_it(cli: Run, told: Path) -> None:
    assert cli("--store", told, "remind").code == 0
    undone = cli("--store", told, "undo", "--yes", "-f", "json").json
    assert undone["command"] == "followup add"
    assert "remind" not in cli("--store", told, "undo", "--list").text


def test_what_cannot_be_written_is_not_said(cli: Run, told: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine", encoding="utf-8")
    assert cli("--store", told, "remind", "--output", "out.csv").code == 8
    assert len(said(cli("--store", told, "remind", "-f", "json"))) == 2


def test_a_reader_that_goes_away_was_not_told(told: Path, cli: Run, home: Path) -> None:
    line = f"{sys.executable} -m loancrm --store '{place(told)}' remind"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPO), "HOME": str(home), **at("2026-11-21")}
    done = subprocess.run(
        ["sh", "-c", f"{{ {line}; echo $? >&2; }} | true"],
        env=env,
        cwd=told.parent,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.stderr.split()[-1] == b"141"
    assert len(said(cli("--store", told, "remind", "-f", "json"))) == 2


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (("--officer", "nobody"), 3, "not_found"),
        (("--officer", "li.wei", "--all"), 2, "usage"),
        (("--mail", "--notify", "--all"), 2, "usage"),
        (("--mail",), 2, "usage"),
        (("--all", "--as-of", "2026-11-01"), 2, "usage"),
        (("--all", "--mail"), 4, "invalid_input"),  # no server in the settings
        (("--officer", "li.wei", "--notify"), 4, "invalid_input"),  # no place
    ],
)
def test_a_fault_is_said_and_nothing_counts(
    cli: Run, told: Path, words: tuple[str, ...], exit_code: int, code: str
) -> None:
    answer = cli("--store", told, "remind", *words, "--format", "json")
    assert (answer.code, answer.error["code"]) == (exit_code, code)
    assert asked(told, "select count(*) from reminder") == [(0,)]


def test_chinese_words(cli: Run, told: Path) -> None:
    text = cli("--store", told, "remind", "--lang", "zh_CN").text
    assert text.splitlines()[0].endswith("清单新增 2 项")
    assert "跟进事项" in text


def test_what_was_said_is_no_fact_and_an_officer_who_left_is_not_told(cli: Run, told: Path) -> None:
    assert cli("--store", told, "officer", "edit", "zhao.min", "--inactive").code == 0
    assert said(cli("--store", told, "remind", "--all", "-f", "json")) == [("li.wei", "C-00001", "U-00001")]
    put(told, "delete from reminder")
    assert cli("--store", told, "store", "check").code == 0
