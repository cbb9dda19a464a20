"""What ``followup list`` says of steps that come again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

STEPS = """\
customer add --kind enterprise --name 华达机械有限公司 --officer li.wei
followup add C-00001 --on 2026-12-01 --what 对账 --every 30d
followup add C-00001 --on 2026-12-02 --what 回访 --after-done 2w
followup add C-00001 --on 2026-12-03 --what 年审 --every 1y
followup add C-00001 --on 2026-12-04 --what 送合同
""".splitlines()


@pytest.fixture
def steps(cli: Run, book: Path) -> Path:
    """A book with a step once, and three that come again."""
    for line in STEPS:
        done = cli("--store", book, *line.split())
        assert done.code == 0, done.err
    return book


def test_a_script_reads_how_and_how_often_a_step_repeats(cli: Run, steps: Path) -> None:
    rows = cli("--store", steps, "followup", "list", "--format", "json").json
    assert [(row["what"], row["repeats"], row["every"]) for row in rows] == [
        ("对账", "fixed", "30d"),
        ("回访", "after_done", "2w"),
        ("年审", "fixed", "1y"),
        ("送合同", None, None),
    ]
    on_page = cli("--store", steps, "customer", "show", "C-00001", "--format", "json").json["follow_ups"]
    assert [(row["repeats"], row["every"]) for row in on_page] == [
        (row["repeats"], row["every"]) for row in rows
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("every 30 days", "2 weeks after done", "every 1 year", "")),
        ("zh_CN", ("每 30 天", "完成后 2 周", "每 1 年", "")),
    ],
)
def test_an_officer_reads_it_in_words(cli: Run, steps: Path, language: str, words: tuple[str, ...]) -> None:
    shown = ("followup", "list", "--format", "table", "--columns", "what,again")
    lines = cli("--store", steps, "--lang", language, *shown).text.splitlines()
    assert [line.partition("  ")[2].strip() for line in lines[1:5]] == list(words)


def test_the_one_that_comes_next_repeats_too(cli: Run, steps: Path) -> None:
    assert cli("--store", steps, "followup", "done", "U-00001").code == 0
    rows = cli("--store", steps, "followup", "list", "--all", "--format", "json").json
    found = [(row["due_on"], row["every"], row["status"]) for row in rows if row["what"] == "对账"]
    assert found == [("2026-12-01", "30d", "done"), ("2026-12-31", "30d", "open")]
