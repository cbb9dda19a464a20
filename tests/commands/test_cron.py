"""Without a terminal, a locale, a home or streams: the same answers, private files, one book of eight."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import NOW, REPO, Run, environment
from tests.places import place

from .helpers import asked

QUESTIONS = (
    "due --as-of 2026-12-01 --format json",
    "customer show C-00001 --format json",
    "report portfolio --format json",
    "history C-00002 --format json",
)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def bare(store: Path, words: str, redirection: str = "<&-") -> subprocess.CompletedProcess[bytes]:
    """Run a command as a poor cron does: PATH and nothing else (and where our sources and the clock are)."""
    given = f"PATH='{os.environ['PATH']}' PYTHONPATH='{REPO}' LOANCRM_NOW={NOW}"
    line = f"exec env -i {given} {sys.executable} -m loancrm --store '{place(store)}' {words} {redirection}"
    return subprocess.run(["sh", "-c", line], capture_output=True, check=False, cwd=store.parent, timeout=60)


@pytest.mark.parametrize("words", QUESTIONS)
def test_a_bare_environment_gives_the_same_bytes(cli: Run, filled_book: Path, words: str) -> None:
    poor, rich = bare(filled_book, words), cli("--store", filled_book, *words.split())
    assert (poor.returncode, poor.stderr) == (0, b"")
    assert poor.stdout == rich.out
    assert len(rich.out) > 100


def test_a_bare_environment_can_write(book: Path) -> None:
    done = bare(book, "customer add --kind enterprise --name 华达机械有限公司 --officer li.wei --format json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "华达机械有限公司".encode() in done.stdout


@pytest.mark.parametrize(
    ("words", "redirection", "exit_code"),
    [
        ("customer add", "<&-", 2),
        ("officer list", "<&- >&-", 0),
        ("officer nosuch", "<&- >&- 2>&-", 2),
        ("contact log C-1 --channel phone --note -", "<&-", 4),
    ],
)
def test_closed_streams_change_no_exit_code(book: Path, words: str, redirection: str, exit_code: int) -> None:
    done = bare(book, words, redirection)
    assert done.returncode == exit_code
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("locale", ["C", "zh_CN.GB18030", "nonsense"])
def test_the_locale_changes_no_data(run: Run, cli: Run, filled_book: Path, locale: str) -> None:
    words = ("--store", filled_book, "--lang", "en", "customer", "list")
    answer = run(*words, env={"LANG": locale, "LC_ALL": locale, "PYTHONIOENCODING": "ascii"})
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == cli(*words).out


# ── private files ───────────────────────────────────────────────────────────────────────────


@pytest.mark.sqlite_only("a database has no file of ours")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077], ids=oct)
def test_a_book_and_its_folders_are_private_under_any_umask(
    cli: Run, tmp_path: Path, kept: list[Path], mask: int
) -> None:
    path = tmp_path / "a" / "b" / "B.db"
    kept.append(path)
    with umask(mask):
        assert cli("--store", path, "init").code == 0
        assert cli("--store", path, "officer", "add", "li.wei", "--name", "李伟").code == 0
    assert (mode(path), mode(path.parent), mode(path.parent.parent)) == (0o600, 0o700, 0o700)
    assert [mode(file) for file in path.parent.iterdir()] == [0o600]


@pytest.mark.sqlite_only("a database has no folder of ours")
def test_a_folder_that_was_there_keeps_its_mode(cli: Run, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o755)
    assert cli("--store", folder / "B.db", "init").code == 0
    assert mode(folder) == 0o755


# ── several at once ─────────────────────────────────────────────────────────────────────────


def test_eight_inits_at_once_make_one_book(tmp_path: Path, home: Path, kept: list[Path]) -> None:
    path = tmp_path / "new" / "B.db"
    kept.append(path)
    words = [sys.executable, "-m", "loancrm", "--store", place(path), "init", "--format", "json"]
    started = [
        subprocess.Popen(words, env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _n in range(8)
    ]
    answers = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * 8, answers
    assert sum(b'"is_new": true' in out for out, _err in answers) == 1
    assert asked(path, "select count(*) from book") == [(1,)]
    assert asked(path, "select count(*) from policy_version") == [(1,)]
    assert asked(path, "select name from command") == [("init",)]


# ── the clock ───────────────────────────────────────────────────────────────────────────────


def test_a_clock_that_was_set_is_noted_with_the_command(cli: Run, book: Path) -> None:
    add = ("--store", book, "customer", "add", "--kind", "student", "--name")
    assert cli(*add, "张三").code == 0
    assert cli(*add, "李四", env={"LOANCRM_NOW": None}).code == 0
    clocks = asked(book, "select clock from command where name = 'customer add' order by id")
    assert clocks == [("fixed",), ("system",)]
    at = asked(book, "select recorded_at from command where clock = 'fixed' and name = 'customer add'")
    assert str(at[0][0]).startswith("2026-11-21 02:00:00")
