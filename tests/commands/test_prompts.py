"""Asking and telling: notes from standard input and the editor, prompts on a terminal and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.conftest import Run, environment
from tests.places import place

from .helpers import asked

LOG = ("contact", "log", "C-00001", "--channel", "phone")
NEWEST = "select note from contact order by id desc limit 1"


def editor(tmp_path: Path, body: str) -> str:
    """Return an editor: a script that is handed the file's name."""
    script = tmp_path / "my editor.py"
    script.write_text(f"import sys\npath = sys.argv[1]\n{body}\n", encoding="utf-8")
    return f"'{sys.executable}' '{script}'"


def test_a_note_comes_from_standard_input(cli: Run, full: Path) -> None:
    answer = cli("--store", full, *LOG, "--note", "-", stdin="谈续贷\n第二行\n")
    assert answer.code == 0
    assert asked(full, NEWEST) == [("谈续贷\n第二行",)]


def test_feedback_and_steps_read_standard_input_too(cli: Run, full: Path) -> None:
    cli("--store", full, "feedback", "record", "C-00001", "--kind", "praise", "--text", "-", stdin="很快")
    assert asked(full, "select text from feedback order by id desc limit 1") == [("很快",)]
    cli("--store", full, "followup", "done", "U-00001", "--note", "-", stdin="已送")
    assert asked(full, "select note from follow_up_event order by id desc limit 1") == [("已送",)]


def test_a_note_is_written_in_the_editor(cli: Run, full: Path, tmp_path: Path, home: Path) -> None:
    body = "with open(path, 'a', encoding='utf-8') as file:\n    file.write('第二行\\n')"
    env = {"EDITOR": editor(tmp_path, body)}
    answer = cli("--store", full, *LOG, "--edit", "--note", "第一行\n", env=env)
    assert answer.code == 0, answer.err
    assert asked(full, NEWEST) == [("第一行\n第二行",)]
    assert [file.name for file in home.iterdir()] == [], "the note was left behind"


@pytest.mark.parametrize(
    "body",
    ["sys.exit(1)", "open(path, 'wb').write('谈续贷'.encode('gb18030'))", "import os; os.unlink(path)"],
)
def test_an_editor_that_fails_stores_nothing(
    cli: Run, untouched: Path, tmp_path: Path, home: Path, body: str
) -> None:
    answer = cli("--store", untouched, *LOG, "--edit", env={"EDITOR": editor(tmp_path, body)})
    assert (answer.code, answer.out) == (4, b"")
    assert [file.name for file in home.iterdir()] == []


def test_a_note_that_was_meant_and_did_not_come_stores_nothing(
    cli: Run, untouched: Path, tmp_path: Path
) -> None:
    """The script before the pipe failed, or the editor was left without writing."""
    left = cli("--store", untouched, *LOG, "--edit", env={"EDITOR": editor(tmp_path, "pass")})
    assert (left.code, left.out) == (4, b"")
    for line, field in (
        ((*LOG, "--note", "-"), "--note"),
        (("followup", "done", "U-00001", "--note", "-"), "--note"),
        (("feedback", "record", "C-00001", "--kind", "praise", "--text", "-"), "--text"),
    ):
        for nothing in ("", "\n \n"):
            answer = cli("--store", untouched, *line, stdin=nothing)
            assert (answer.code, answer.out) == (4, b"")
            assert f"{field}: nothing came on standard input" in answer.err


@pytest.mark.parametrize("command", [None, "/nowhere/editor", "'unbalanced"])
def test_without_an_editor_nothing_is_stored(cli: Run, untouched: Path, command: str | None) -> None:
    answer = cli("--store", untouched, *LOG, "--edit", env={"EDITOR": command}, stdin="")
    assert answer.code == 4


def test_nobody_is_asked_without_a_terminal(cli: Run, run: Run, untouched: Path) -> None:
    for ask in (cli, run):
        answer = ask("--store", untouched, "customer", "add", stdin="enterprise\n华达\n")
        assert (answer.code, answer.out) == (2, b"")
        assert "--kind" in answer.err


# ── on a terminal ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def child(book: Path, home: Path) -> Iterator[pexpect.spawn]:
    """`customer add` on a terminal, in English."""
    process = pexpect.spawn(
        sys.executable,
        ["-m", "loancrm", "--store", place(book), "customer", "add"],
        env=environment(home, TERM="dumb"),
        encoding="utf-8",
        timeout=60,
    )
    yield process
    process.close(force=True)


def test_a_customer_is_asked_for_on_a_terminal(child: pexpect.spawn, book: Path) -> None:
    child.expect("kind .*: ")
    child.sendline("enterprise")
    child.expect("name: ")
    child.sendline("华达机械有限公司")
    for question, typed in (
        ("credit code", ""),
        ("industry", "C34"),
        ("region", "北京"),
        ("legal", ""),
        ("phone", ""),
        ("officer", "li.wei"),
    ):
        child.expect(f"{question}.*: ")
        child.sendline(typed)
    child.expect("added C-00001")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0
    assert asked(book, "select kind, name, uscc, industry, region, officer_id from customer") == [
        ("enterprise", "华达机械有限公司", None, "C34", "北京", 1)
    ]


def test_a_slip_is_asked_for_again_and_loses_nothing(child: pexpect.spawn, book: Path) -> None:
    for question, typed in (
        ("kind", "enterprize"),
        ("did you mean 'enterprise'.*kind", "enterprise"),
        ("name", "  "),
        ("must not be empty.*name", "华达机械有限公司"),
        ("credit code", "91110000600037341M"),
        ("is not a unified.*credit code", "91110000600037341L"),
        ("industry", ""),
        ("region", ""),
        ("legal", ""),
        ("phone", "12"),
        ("not a phone number.*phone", ""),
        ("officer", "li.wie"),
        ("no officer li.wie.*officer", ""),
    ):
        child.expect(f"(?s){question}[^\n]*: ")
        child.sendline(typed)
    child.expect("added C-00001")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0
    assert asked(book, "select kind, name, uscc, phone, officer_id from customer") == [
        ("enterprise", "华达机械有限公司", "91110000600037341L", None, None)
    ]


def test_the_end_of_input_stops_the_questions(child: pexpect.spawn, book: Path) -> None:
    child.expect("kind .*: ")
    child.sendeof()
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 130
    assert asked(book, "select count(*) from customer") == [(0,)]


def test_questions_do_not_mix_with_the_data(book: Path, home: Path, tmp_path: Path) -> None:
    program = (
        f"{sys.executable} -m loancrm --store {place(book)} customer add --format json > {tmp_path}/out.json"
    )
    process = pexpect.spawn(
        "bash", ["-c", program], env=environment(home, TERM="dumb"), encoding="utf-8", timeout=60
    )
    try:
        for answer in ("student", "王小明", "", "", "", "", "", "", ""):
            process.expect(": ")
            process.sendline(answer)
        process.expect(pexpect.EOF)
        process.wait()
        assert process.exitstatus == 0
    finally:
        process.close(force=True)
    written = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert written.startswith("{\n")
    assert written.endswith("\n}\n")


def on_terminal(book: Path, home: Path, *words: str) -> str:
    process = pexpect.spawn(
        sys.executable,
        ["-m", "loancrm", "--store", place(book), *words],
        env=environment(home, TERM="dumb"),
        encoding="utf-8",
        timeout=60,
    )
    process.expect(pexpect.EOF)
    process.close()
    assert process.exitstatus == 0
    return str(process.before)


def test_who_waits_at_a_terminal_is_told_that_nothing_is_there(book: Path, home: Path) -> None:
    for line in ("customer find 华达", "followup list", "feedback list --lang en", "loan list"):
        assert on_terminal(book, home, *line.split()).strip() == "nothing found"
    for line in ("followup list --quiet", "store check", "officer list --limit 0"):
        assert on_terminal(book, home, *line.split()) == ""
    assert "nothing found" not in on_terminal(book, home, "officer", "list")


def test_the_day_of_an_empty_book_says_how_to_begin(book: Path, home: Path, cli: Run) -> None:
    def page() -> str:
        process = pexpect.spawn(
            sys.executable,
            ["-m", "loancrm", "--store", place(book), "today"],
            env=environment(home, TERM="dumb"),
            encoding="utf-8",
            timeout=60,
        )
        process.expect(pexpect.EOF)
        process.close()
        assert process.exitstatus == 0
        return " ".join(str(process.before).split())

    first = page()
    assert "the book has no customers yet; add the first one: loancrm customer add" in first
    assert "loancrm import customers FILE" in first
    assert "nothing to do" not in first
    added = ("customer", "add", "--kind", "student", "--name", "王小明")
    assert cli("--store", book, *added).code == 0
    assert "no customers yet" not in page()
