"""kill -9 at any moment: what was acknowledged is there, nothing is there twice, and the file is whole.

``LOANCRM_KILLS=10000`` asks for that many instead of the 480 that CI does.
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import REPO, call, environment
from tests.killing import in_child, killed_after

KILLS = int(os.environ.get("LOANCRM_KILLS", "480"))
LONGEST = 0.09  # seconds until a kill, at most: about two writes
CUSTOMER = ("customer", "add", "--kind", "enterprise", "--name", "华达机械有限公司")

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only("it is about the file and its journal")]


def log(key: str) -> tuple[str, ...]:
    return ("contact", "log", "C-00001", "--channel", "phone", "--note", key, "--idempotency-key", key)


def notes(book: Path) -> list[str]:
    with closing(sqlite3.connect(book)) as raw:
        assert raw.execute("pragma integrity_check").fetchall() == [("ok",)]
        return [note for (note,) in raw.execute("select note from contact where voided_at is null")]


def test_what_was_acknowledged_survives_and_a_retry_books_once(book: Path, home: Path) -> None:
    assert call("--store", book, *CUSTOMER, home=home).code == 0
    chance, acknowledged, begun = random.Random(3), set[str](), 0
    for _kill in range(KILLS):
        first = begun

        def work(tell: Callable[[str], None], first: int = first) -> None:
            for n in range(first, first + 50):
                if call("--store", book, *log(f"K{n}"), home=home).code == 0:
                    tell(f"K{n}")

        told = killed_after(*in_child(work), chance.uniform(0, LONGEST))
        acknowledged |= set(told)
        retried = f"K{first + len(told)}"  # perhaps stored, perhaps not: the officer does it again
        assert call("--store", book, *log(retried), home=home).code == 0
        acknowledged.add(retried)
        begun = first + len(told) + 1
    stored = notes(book)
    assert len(stored) == len(set(stored)), "a key was booked twice"
    assert acknowledged <= set(stored), "something that was acknowledged is lost"


def test_the_real_command_killed_is_done_or_not_done(book: Path, home: Path) -> None:
    assert call("--store", book, *CUSTOMER, home=home).code == 0
    chance, done = random.Random(5), set[str]()
    for n in range(20):
        words = [sys.executable, "-m", "loancrm", "--store", str(book), *log(f"R{n}")]
        child = subprocess.Popen(
            words, env=environment(home), cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            child.wait(timeout=chance.uniform(0.3, 1.2))
        except subprocess.TimeoutExpired:
            child.kill()
        out, _err = child.communicate()
        if child.returncode == 0 and out:
            done.add(f"R{n}")
        assert call("--store", book, *log(f"R{n}"), home=home).code == 0
    stored = notes(book)
    assert sorted(stored) == sorted(f"R{n}" for n in range(20))
    assert done <= set(stored)


PROFILE = """
kind: customers
columns: {customer.bank_number: no, customer.name: name, customer.kind: {constant: enterprise}}
"""


def test_a_killed_import_leaves_all_of_its_rows_or_none(book: Path, home: Path, tmp_path: Path) -> None:
    rows = 4_000
    (tmp_path / "p.yaml").write_text(PROFILE)
    (tmp_path / "c.csv").write_text("no,name\n" + "".join(f"B{n},企业{n}\n" for n in range(rows)))
    words = (
        "--store",
        book,
        "import",
        "customers",
        tmp_path / "c.csv",
        "--profile",
        tmp_path / "p.yaml",
        "--apply",
    )
    chance = random.Random(9)
    for _kill in range(40):
        told = killed_after(
            *in_child(lambda tell: tell(str(call(*words, home=home).code))), chance.uniform(0.02, 1.5)
        )
        with closing(sqlite3.connect(book)) as raw:
            assert raw.execute("pragma integrity_check").fetchall() == [("ok",)]
            kept = raw.execute("select count(*) from customer where voided_at is null").fetchone()[0]
        assert kept in (0, rows)
        assert kept == rows or not told
        if kept:
            assert call("--store", book, "undo", "--yes", home=home).code == 0
    assert call(*words, home=home).code == 0
