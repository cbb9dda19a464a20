"""A measure that is edited: its number, its history, its version, what was known before, and its file."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Run

ADD = (
    "measure add --title 增派审批人手 --cause slow_approval --line corporate --officer li.wei --on 2026-11-02"
)


@pytest.fixture
def do(cli: Run, book: Path) -> Any:
    """Run a line on a book with one measure of early November; its answer must be good."""

    def run(line: str, on: str = "2026-11-20") -> Any:
        answer = ask(cli, book, line, on)
        assert answer.code == 0, (line, answer.err)
        return answer.json

    run(ADD, "2026-11-03")
    return run


def ask(cli: Run, book: Path, line: str, on: str = "2026-11-20") -> Answer:
    words = ("--store", book, *shlex.split(line), "--format", "json")
    return cli(*words, env={"LOANCRM_NOW": f"{on}T09:00:00+08:00"})


def test_an_edit_keeps_the_number_and_what_was_known_before(do: Any) -> None:
    line = "measure edit ME-1 --title 增派两人 --cause documents --on 2026-11-05 --clear line"
    receipt = do(line, "2026-11-10")
    assert (receipt["number"], receipt["on"], receipt["version"]) == ("ME-00001", "2026-11-05", 2)
    assert receipt["changed"] == ["title", "cause", "business_line", "on"]
    (now,) = do("measure list")
    assert [now[name] for name in ("number", "on", "title", "cause", "business_line", "officer")] == [
        *("ME-00001", "2026-11-05", "增派两人", "documents", None, "li.wei")
    ]
    (then,) = do("measure list --known-at 2026-11-09")
    assert [then[name] for name in ("on", "title", "cause", "business_line", "version")] == [
        *("2026-11-02", "增派审批人手", "slow_approval", "corporate", 1)
    ]
    assert {one["after_from"] for one in do("feedback effect ME-1")} == {"2026-11-05"}
    then = do("feedback effect ME-1 --known-at 2026-11-09")
    assert {one["after_from"] for one in then} == {"2026-11-02"}


def test_its_history_says_who_changed_what_and_when(do: Any) -> None:
    do("measure edit ME-1 --title 增派两人", "2026-11-10")
    do("measure edit ME-1 --officer '' --clear officer", "2026-11-11")
    told = [
        (one["command"], one["action"], one["field"], one["before"], one["after"])
        for one in do("measure history ME-1")
    ]
    assert told[-2:] == [
        ("measure edit", "change", "title", "增派审批人手", "增派两人"),
        ("measure edit", "change", "officer", "li.wei", None),
    ]
    assert {one[1] for one in told[:-2]} == {"create"}
    assert [one["field"] for one in do("measure history ME-1 --as-of 2026-11-10")][-1] == "title"


def test_an_edit_is_undone_and_its_version_goes_on(cli: Run, book: Path, do: Any) -> None:
    do("measure edit ME-1 --title 增派两人 --expect-version 1")
    refused = ask(cli, book, "measure edit ME-1 --title 增派三人 --expect-version 1")
    assert (refused.code, refused.error["code"]) == (5, "changed_meanwhile")
    assert "version 2" in refused.error["message"]
    do("undo --yes")
    (stands,) = do("measure list")
    assert (stands["title"], stands["version"]) == ("增派审批人手", 3)
    assert ask(cli, book, "measure edit ME-1 --title 增派三人 --expect-version 1").code == 5
    do("measure edit ME-1 --title 增派三人 --expect-version 3")
    do("measure void ME-1")
    assert do("measure list") == []
    assert ask(cli, book, "measure edit ME-1 --title 增派四人").code == 3
    do("undo --yes")
    assert [one["title"] for one in do("measure list")] == ["增派三人"]
    assert ask(cli, book, "store check").code == 0


def test_an_edit_that_says_nothing_new_writes_nothing(do: Any) -> None:
    receipt = do("measure edit ME-1 --title 增派审批人手 --on 2026-11-02")
    assert (receipt["changed"], receipt["version"]) == ([], 1)
    assert len(do("measure history ME-1")) == 5


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("measure edit ME-1 --clear cause", 4, "--clear"),
        ("measure edit ME-1 --clear colour", 4, "--clear"),
        ("measure edit ME-1 --on 2026-11-21", 4, "--on"),
        ("measure edit ME-1 --cause nonsense", 2, "--cause"),
        ("measure edit ME-1 --expect-version none", 4, "--expect-version"),
        ("measure edit ME-1 --officer nobody", 3, "--officer"),
        ("measure edit ME-2 --title 别的", 3, None),
        ("measure history ME-2", 3, None),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(
    cli: Run, book: Path, do: Any, line: str, code: int, field: str | None
) -> None:
    answer = ask(cli, book, line)
    assert (answer.code, answer.error.get("field")) == (code, field), answer.err


def test_a_file_that_brought_a_measure_finds_it_again_after_an_edit(do: Any, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("what,why\n线上提交材料,online_service\n", encoding="utf-8")
    profile = "kind: measures\ncolumns:\n  measure.title: what\n  measure.cause: why\n"
    (tmp_path / "P.yaml").write_text(profile, encoding="utf-8")
    words = f"import measures {tmp_path / 'm.csv'} --profile {tmp_path / 'P.yaml'} --on 2026-11-10 --apply"
    assert do(words)["new"] == 1
    do("measure edit ME-2 --title 材料全部线上提交")
    again = do(words)
    assert (again["new"], again["known"]) == (0, 1)
    assert [one["version"] for one in do("measure list") if one["number"] == "ME-00002"] == [2]
