"""Every documented exit code, reached; faults on standard error only, never a traceback."""

from __future__ import annotations

import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer

import pexpect
import pytest
from pydantic_core import SchemaValidator

from loancrm import engine
from loancrm.services import customers
from tests import places
from tests.conftest import Run, environment

from .helpers import put
from .shapes import DAMAGED, misfits

UNBREAKABLE = pytest.mark.sqlite_only("PostgreSQL lets no reference break")
SECRET = "机密张三13800138000"


@contextmanager
def another_writer(path: Path) -> Iterator[None]:
    """Hold the write lock of a store in another process; of a database, over another connection."""
    if places.on_postgres():
        other = engine.make_engine(places.place(path))
        with engine.writing(other):
            yield
        other.dispose()
        return
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        assert holder.stdin is not None
        holder.stdin.close()


@pytest.mark.parametrize(
    ("line", "exit_code"),
    [
        ("nosuch", 2),
        ("customer list --nosuch", 2),
        ("customer list --format nosuch", 2),
        ("loan add C-00001 --product tuition", 2),
        ("customer add --name 张三", 2),
        ("contact log C-00001 --channel pigeon", 2),
        ("customer show C-00099", 3),
        ("customer show 没有", 3),
        ("loan show JJ-9999", 3),
        ("feedback show F-00099", 3),
        ("followup done U-00099", 3),
        ("contact void K-00099", 3),
        ("customer list --officer nobody", 3),
        ("customer list --policy 99", 3),
        ("customer list --policy 99999999999999999999999999", 3),
        ("customer list --policy nowhere.yaml", 3),
        ("customer list --config nowhere.yaml", 3),
        ("today --explain 99", 3),
        ("customer list --as-of 2026-02-30", 4),
        ("snapshot add JJ-0001 --outstanding 1e5", 4),
        ("snapshot add JJ-0001 --on 2026-11-19 --outstanding 1", 5),
        ("officer add li.wei --name 李伟", 5),
        ("loan close JJ-0003", 5),
        ("feedback answer F-00001 --text 又说明", 5),
    ],
)
def test_a_fault_has_its_exit_code_and_speaks_on_standard_error(
    cli: Run, untouched: Path, line: str, exit_code: int
) -> None:
    answer = cli("--store", untouched, *line.split())
    assert (answer.code, answer.out) == (exit_code, b"")
    assert answer.err.startswith("loancrm: ")
    assert answer.err.count("\n") <= 2  # what is wrong, and what to do next


def test_a_missing_store_names_init(cli: Run, tmp_path: Path) -> None:
    answer = cli("--store", "nowhere.db", "customer", "list", "--format", "json")
    assert (answer.code, answer.error["code"]) == (3, "no_store")
    assert "loancrm init" in answer.error["hint"]
    assert list(tmp_path.glob("*.db*")) == []


def test_a_store_that_somebody_else_writes_to_is_busy(
    cli: Run, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "FIRST_WAIT_MS", 20)
    monkeypatch.setattr(engine, "LAST_WAIT_MS", 50)
    words = ("--store", book, "customer", "add", "--kind", "student", "--name", "张三", "--format", "json")
    with another_writer(book):
        answer = cli(*words)
        assert (answer.code, answer.out) == (6, b"")
        assert answer.error["code"] == "busy"
        assert "waiting" in answer.err.splitlines()[0]
        assert cli("--store", book, "customer", "list").code == 0, "readers need not wait"
    assert cli(*words).code == 0


@pytest.mark.sqlite_only("on PostgreSQL nobody who reads waits")
def test_who_reads_waits_until_what_is_being_written_is_there(
    cli: Run, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without WAL an import holds the whole file once it has written more than its cache holds."""
    monkeypatch.setattr(engine, "FIRST_WAIT_MS", 20)
    with closing(sqlite3.connect(book, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = Timer(0.5, other.rollback)
        timer.start()
        answer = cli("--store", book, "customer", "list")
        timer.join()
    assert answer.code == 0, answer.err
    if not engine.wal_is_safe(sqlite3.sqlite_version_info):
        assert "waiting" in answer.err


def test_a_check_that_fails_names_the_rows(cli: Run, full: Path, kept: list[Path]) -> None:
    kept.clear()
    put(full, "update customer set segment = 'quality' where number = 1")
    answer = cli("--store", full, "store", "check", "--format", "json")
    assert answer.code == 7
    assert misfits(answer.json, DAMAGED["store check"]) == []
    assert [(one["check"], one["ids"]) for one in answer.json] == [("segment_copies", ["C-00001"])]
    assert answer.error["code"] == "check_failed"


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("update audit set payload = '{}' where id = 3", "audit_chain"),
        ("delete from audit where id = 5", "audit_chain"),
        ("update customer set region = '别处' where number = 1", "customer_copies"),
        ("update loan set status = 'settled' where number = 'JJ-0001'", "loan_copies"),
        ("update sequence set next_value = 1 where name = 'customer'", "sequences"),
        ("update snapshot set currency = 'USD'", "currency"),
        ("update snapshot set effective_on = '2025-01-01' where id = 1", "snapshots_in_life"),
        pytest.param("update customer set officer_id = 77", "foreign_keys", marks=UNBREAKABLE),
    ],
)
def test_the_check_finds_what_was_changed_behind_the_program(
    cli: Run, full: Path, kept: list[Path], statement: str, check: str
) -> None:
    kept.clear()
    put(full, statement)
    answer = cli("--store", full, "store", "check", "--format", "json")
    assert answer.code == 7
    assert check in [one["check"] for one in answer.json]


def test_something_to_do_is_10_only_when_asked(cli: Run, filled_book: Path, book: Path) -> None:
    words = ("due", "--as-of", "2026-12-01")
    assert cli("--store", filled_book, *words).code == 0
    asked_for = cli("--store", filled_book, *words, "--exit-code")
    assert (asked_for.code, bool(asked_for.out)) == (10, True)
    assert cli("--store", book, *words, "--exit-code").code == 0


@pytest.mark.parametrize("words", ["officer list", "history C-00001 --format json", "policy show", "--help"])
def test_a_reader_that_goes_away_ends_the_command_quietly(filled_book: Path, home: Path, words: str) -> None:
    program = f"{sys.executable} -m loancrm --store {places.place(filled_book)} {words}"
    done = subprocess.run(
        ["bash", "-c", f"{program} | true; echo ${{PIPESTATUS[0]}}"],
        env=environment(home),
        capture_output=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (b"141\n", b"")


@pytest.mark.parametrize("words", ["officer list", "policy show"])
def test_a_full_disk_is_said_and_is_no_success(filled_book: Path, home: Path, words: str) -> None:
    with Path("/dev/full").open("wb") as full_disk:
        done = subprocess.run(
            [sys.executable, "-m", "loancrm", "--store", places.place(filled_book), *words.split()],
            env=environment(home),
            stdout=full_disk,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (8, b"loancrm: the disk is full\n")


# ── a bug ───────────────────────────────────────────────────────────────────────────────────


def break_adding(monkeypatch: pytest.MonkeyPatch) -> None:
    def add(uow: object, request: object) -> None:
        canary = SECRET
        raise RuntimeError(f"cannot add {canary}: {request}")

    monkeypatch.setattr(customers, "add", add)


def test_a_bug_is_one_line_and_a_private_report_without_values(
    cli: Run, untouched: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_adding(monkeypatch)
    answer = cli("--store", untouched, "customer", "add", "--kind", "student", "--name", SECRET)
    assert (answer.code, answer.out) == (1, b"")
    first, *rest = answer.err.splitlines()
    assert first.startswith("loancrm: this is a bug")
    assert (len(rest), "Traceback" in answer.err, SECRET in answer.err) == (1, False, False)
    (report,) = home.glob("loancrm-crash-*.txt")
    assert str(report) in rest[0]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text(encoding="utf-8")
    assert re.search(r"test_exit_codes\.py:\d+ add\n", text)
    assert "RuntimeError" in text
    assert "机密" not in text
    assert "13800138000" not in text


def test_a_bug_shows_its_traceback_to_those_who_ask(
    cli: Run, untouched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_adding(monkeypatch)
    words = ("customer", "add", "--kind", "student", "--name", "x", "--debug")
    answer = cli("--store", untouched, *words)
    assert (answer.code, "Traceback" in answer.err) == (1, True)


# ── on a terminal ───────────────────────────────────────────────────────────────────────────


@contextmanager
def terminal(home: Path, store: Path, *words: str, **more: str | None) -> Iterator[pexpect.spawn]:
    """Run a command line on a terminal of 100 columns."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "loancrm", "--store", places.place(store), *words],
        env=environment(home, TERM="xterm", **more),
        cwd=str(home),
        dimensions=(40, 100),
        encoding="utf-8",
        timeout=60,
    )
    try:
        yield child
    finally:
        child.close(force=True)


def two_of_one_name(cli: Run, book: Path) -> None:
    for name in ("华达机械有限公司", "华达置业有限公司"):
        assert cli("--store", book, "customer", "add", "--kind", "enterprise", "--name", name).code == 0


def test_an_ambiguous_name_lists_the_candidates_by_code(cli: Run, book: Path) -> None:
    two_of_one_name(cli, book)
    answer = cli("--store", book, "customer", "show", "华达", "--format", "json")
    assert (answer.code, answer.error["code"], answer.error["field"]) == (5, "ambiguous", "CUSTOMER")
    assert "C-00001, C-00002" in answer.error["message"]
    assert "华达" not in answer.err


def test_names_stand_in_a_fault_only_on_a_terminal(cli: Run, book: Path, home: Path) -> None:
    two_of_one_name(cli, book)
    with terminal(home, book, "customer", "show", "华达") as child:
        shown = child.read()
        child.wait()
        assert child.exitstatus == 5
    assert "C-00001 华达机械有限公司, C-00002 华达置业有限公司" in shown
    assert "\x1b" not in shown


def test_ctrl_c_is_130_and_stores_nothing(untouched: Path, home: Path) -> None:
    with terminal(home, untouched, "customer", "add") as child:
        child.expect("kind")
        child.sendintr()
        child.expect(pexpect.EOF)
        child.wait()
        assert child.exitstatus == 130
        assert "Traceback" not in child.before


def test_a_terminal_gets_a_table_and_a_change_is_a_sentence(book: Path, home: Path) -> None:
    with terminal(home, book, "officer", "list", NO_COLOR="1") as child:
        shown = child.read().splitlines()
    assert shown[0].split() == ["code", "name", "branch", "active", "customers"]
    assert shown[1].split() == ["li.wei", "李伟", "yes", "0"]
    with terminal(home, book, "officer", "add", "sun.li", "--name", "孙丽") as child:
        assert child.read().splitlines() == ["added officer sun.li"]


def test_a_workbook_is_never_written_on_a_terminal(book: Path, home: Path) -> None:
    with terminal(home, book, "officer", "list", "--format", "xlsx") as child:
        shown = child.read()
        child.wait()
        assert (child.exitstatus, "--output" in shown) == (2, True)


def test_ctrl_c_while_pydantic_builds_a_model_is_no_bug(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes at a moment that no test can choose: pydantic tells of it in the words of its own fault."""

    class Interrupted:
        @property
        def value(self) -> str:
            raise KeyboardInterrupt

    def add(uow: object, request: object) -> None:
        SchemaValidator({"type": "enum", "cls": Interrupted, "members": [Interrupted()]})

    monkeypatch.setattr(customers, "add", add)
    cli("--store", "B.db", "init")
    answer = cli(
        "--store", "B.db", "customer", "add", "--kind", "student", "--name", "张三", "--me", "li.wei"
    )
    assert (answer.code, answer.out, answer.err) == (130, b"", "")
