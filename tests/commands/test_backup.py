"""A backup of a book in use is whole, a restored book is the one that was copied, damage is noticed."""

# ruff: noqa: E501 - a case a line

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from loancrm import engine
from loancrm.copies import at_rest
from loancrm.engine import reading
from loancrm.errors import Damaged
from loancrm.reports.digest import Rows, everything
from loancrm.schema import SCHEMA_REVISION
from loancrm.services.backups import restore
from loancrm.unitofwork import Clock
from tests import forked
from tests.conftest import REPO, Run, environment

from .helpers import asked, put, rows_of
from .shapes import COPIES, misfits
from .test_exit_codes import another_writer

pytestmark = pytest.mark.sqlite_only("it is about the file; a database has pg_dump")

CLOCK = Clock(datetime(2026, 11, 21, 2, tzinfo=UTC), date(2026, 11, 21), is_fixed=True)
FLIPS = 400


def rows_in(path: Path) -> Mapping[str, Rows]:
    """Return the digests of all rows of a book that nobody writes."""
    found = at_rest(path)
    with reading(found) as connection:
        digests = everything(connection)
    found.dispose()
    return digests


def backed_up(cli: Run, store: Path, copy: Path) -> Path:
    answer = cli("--store", store, "store", "backup", copy)
    assert answer.code == 0, answer.err
    return copy


def test_a_restored_book_holds_the_rows_of_the_book_that_was_copied(
    cli: Run, full: Path, tmp_path: Path
) -> None:
    before = rows_in(full)
    copy = backed_up(cli, full, tmp_path / "COPY.db")
    for words in (("undo", "--yes"), ("customer", "edit", "C-00001", "--region", "别处")):
        assert cli("--store", full, *words).code == 0
    changed = rows_in(full)
    assert changed != before
    answer = cli("--store", full, "store", "restore", copy, "--yes", "--format", "json")
    assert answer.code == 0, answer.err
    assert rows_in(full) == rows_in(copy) == before
    assert answer.json["has_manifest"] is True
    kept = Path(answer.json["kept"])
    assert kept.name == "full.db.before-restore-20261121T020000Z"
    assert rows_in(kept) == changed
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_a_book_is_restored_where_there_is_none(cli: Run, full: Path, tmp_path: Path) -> None:
    copy, place = backed_up(cli, full, tmp_path / "COPY.db"), tmp_path / "new" / "book.db"
    answer = cli("--store", place, "store", "restore", copy, "--yes", "--format", "json")
    assert (answer.code, answer.json["kept"]) == (0, None)
    assert rows_in(place) == rows_in(copy)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_the_manifest_says_what_the_copy_holds(cli: Run, full: Path, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        copy = backed_up(cli, full, tmp_path / "COPY.db")
    finally:
        os.umask(old)
    manifest = json.loads((tmp_path / "COPY.db.manifest.json").read_text(encoding="utf-8"))
    told = subprocess.run(["sha256sum", copy], capture_output=True, text=True, check=True).stdout.split()[0]
    assert manifest["sha256"] == told
    assert manifest["size"] == copy.stat().st_size
    assert [(manifest["audit_chain"],)] == asked(
        full, "select chain_digest from audit order by id desc limit 1"
    )
    assert [(manifest["rows"]["customer"],)] == asked(full, "select count(*) from customer")
    assert (manifest["made_at"], manifest["schema_revision"]) == ("2026-11-21T02:00:00Z", SCHEMA_REVISION)
    for path in (copy, tmp_path / "COPY.db.manifest.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_book_remembers_that_it_was_copied(cli: Run, book: Path, tmp_path: Path) -> None:
    copy = backed_up(cli, book, tmp_path / "COPY.db")
    ((name, result),) = asked(book, "select name, result from command order by id desc limit 1")
    assert (name, json.loads(str(result))["file"]) == ("store backup", str(copy))
    assert cli("--store", book, "undo", "--yes", "--format", "json").json["command"] == "officer add"


def test_another_file_is_replaced_only_when_that_was_asked_for(cli: Run, book: Path, tmp_path: Path) -> None:
    copy = tmp_path / "COPY.db"
    copy.write_bytes(b"mine")
    refused = cli("--store", book, "store", "backup", copy, "--format", "json")
    assert (refused.code, refused.error["code"], copy.read_bytes()) == (8, "exists", b"mine")
    assert cli("--store", book, "store", "backup", copy, "--force").code == 0
    assert rows_in(copy)["officer"].count == 1
    assert cli("--store", tmp_path / "new.db", "store", "restore", copy, "--yes").code == 0


def test_the_book_itself_links_and_folders_are_never_a_backup(cli: Run, book: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "elsewhere.db")
    (tmp_path / "hard.db").hardlink_to(book)
    before = book.read_bytes()
    for name in (book.name, "hard.db", "link.db", "home"):
        for more in ((), ("--force",)):
            answer = cli("--store", book, "store", "backup", tmp_path / name, *more)
            assert answer.code in (4, 8), name
    assert book.read_bytes() == before
    assert not (tmp_path / "elsewhere.db").exists()
    assert cli("--store", book, "store", "restore", book, "--yes").code == 4
    (tmp_path / "hard.db").unlink()


def test_what_both_answer_is_pinned(cli: Run, full: Path, tmp_path: Path) -> None:
    copy = tmp_path / "COPY.db"
    for command, more in (("store backup", ()), ("store restore", ("--yes",)), ("store restore", ("--yes",))):
        answer = cli("--store", full, *command.split(), copy, *more, "--format", "json")
        assert misfits(answer.json, COPIES[command]) == []
    assert len(list(tmp_path.glob("full.db.before-restore-*"))) == 2


def test_a_restore_without_a_terminal_needs_yes(cli: Run, full: Path, tmp_path: Path) -> None:
    copy, before = backed_up(cli, full, tmp_path / "COPY.db"), full.read_bytes()
    answer = cli("--store", full, "store", "restore", copy, "--format", "json")
    assert (answer.code, answer.error["code"], full.read_bytes()) == (2, "needs_yes", before)


def test_every_flip_of_one_bit_is_noticed_and_the_book_is_left_alone(
    cli: Run, full: Path, tmp_path: Path
) -> None:
    copy, before = backed_up(cli, full, tmp_path / "COPY.db"), full.read_bytes()
    whole, dice = copy.read_bytes(), random.Random(20261121)
    header = [8 * byte + dice.randrange(8) for byte in range(100)]
    places = header + [dice.randrange(8 * len(whole)) for _flip in range(FLIPS - len(header))]
    unnoticed = []
    for place in places:
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        copy.write_bytes(damaged)
        try:
            restore(full, copy, CLOCK, None)
        except Damaged:
            continue
        unnoticed.append(place)
    assert unnoticed == []
    assert full.read_bytes() == before
    assert [path.name for path in tmp_path.glob("full.db*")] == ["full.db"]
    copy.write_bytes(whole)
    assert restore(full, copy, CLOCK, None).has_manifest


@pytest.mark.parametrize(
    "what", ["cut", "header", "page", "manifest", "foreign", "newer", "text", "nothing", "in use"]
)
@pytest.mark.parametrize("manifest", [True, False])
def test_what_is_no_whole_backup_is_refused_and_the_book_is_left_alone(
    cli: Run, untouched: Path, tmp_path: Path, what: str, manifest: bool
) -> None:
    copy = tmp_path / "COPY.db"
    shutil.copy(untouched, tmp_path / "source.db")
    backed_up(cli, tmp_path / "source.db", copy)
    if not manifest:
        (tmp_path / "COPY.db.manifest.json").unlink()
    exit_code = spoil(copy, what)
    if what == "manifest" and not manifest:
        return
    answer = cli("--store", untouched, "store", "restore", copy, "--yes")
    changed = manifest and what in ("foreign", "newer", "text")  # the checksum notices it first
    assert answer.code == (7 if changed else exit_code), answer.err
    assert (answer.out, "Traceback" in answer.err) == (b"", False)


def spoil(copy: Path, what: str) -> int:
    """Make of a backup something that is none, and return the exit code that says so."""
    if what == "cut":
        copy.write_bytes(copy.read_bytes()[:200_000])
    elif what == "header":
        copy.write_bytes(copy.read_bytes()[:60])
    elif what == "page":
        content = bytearray(copy.read_bytes())
        content[3 * 4096 : 20 * 4096] = bytes(17 * 4096)
        copy.write_bytes(content)
    elif what == "manifest":
        copy.with_name("COPY.db.manifest.json").write_text("{", encoding="utf-8")
    elif what == "foreign":
        copy.unlink()
        with closing(sqlite3.connect(copy)) as other:
            other.execute("create table t (x)")
        return 8
    elif what == "newer":
        put(copy, "update alembic_version set version_num = '9999'")
        return 8
    elif what == "text":
        copy.write_text("another file " * 100, encoding="utf-8")
        return 8
    elif what == "nothing":
        copy.unlink()
        return 3
    else:
        copy.with_name("COPY.db-wal").write_bytes(b"changes")
        return 8
    return 7


def test_a_backup_without_a_manifest_is_checked_as_far_as_that_goes_and_says_so(
    cli: Run, full: Path, tmp_path: Path
) -> None:
    copy = backed_up(cli, full, tmp_path / "COPY.db")
    (tmp_path / "COPY.db.manifest.json").unlink()
    answer = cli("--store", full, "store", "restore", copy, "--yes", "--format", "json")
    assert (answer.code, answer.json["has_manifest"]) == (0, False)
    assert "no manifest" in answer.err


def test_a_book_that_does_not_hold_together_is_not_copied_over_a_good_copy(
    cli: Run, full: Path, kept: list[Path], tmp_path: Path
) -> None:
    kept.clear()
    copy = backed_up(cli, full, tmp_path / "COPY.db")
    whole = copy.read_bytes()
    put(full, "update customer set region = '别处' where number = 1")
    answer = cli("--store", full, "store", "backup", copy, "--force", "--format", "json")
    assert (answer.code, answer.error["code"], copy.read_bytes()) == (7, "check_failed", whole)


@pytest.mark.parametrize("damage", ["page", "header", "cut"])
def test_a_damaged_book_is_restored_and_kept_as_it_was(
    cli: Run, full: Path, kept: list[Path], tmp_path: Path, damage: str
) -> None:
    copy = backed_up(cli, full, tmp_path / "COPY.db")
    spoil(full, damage)
    broken = full.read_bytes()
    answer = cli("--store", full, "store", "restore", copy, "--yes", "--format", "json")
    assert answer.code == 0, answer.err
    assert rows_in(full) == rows_in(copy)
    assert Path(answer.json["kept"]).stat().st_size == len(broken)
    assert kept == [full]


def test_another_programs_file_is_never_replaced(cli: Run, full: Path, tmp_path: Path) -> None:
    copy, other = backed_up(cli, full, tmp_path / "COPY.db"), tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as made:
        made.execute("create table theirs (x)")
    before = other.read_bytes()
    assert cli("--store", other, "store", "restore", copy, "--yes").code == 8
    assert other.read_bytes() == before


def test_a_book_that_somebody_else_uses_is_busy(
    cli: Run, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "FIRST_WAIT_MS", 20)
    monkeypatch.setattr(engine, "LAST_WAIT_MS", 50)
    copy, before = backed_up(cli, full, tmp_path / "COPY.db"), full.read_bytes()
    with another_writer(full):
        answer = cli("--store", full, "store", "restore", copy, "--yes", "--format", "json")
        assert (answer.code, answer.error["code"]) == (6, "busy")
    assert full.read_bytes() == before
    assert cli("--store", full, "store", "restore", copy, "--yes").code == 0


def test_a_process_that_has_the_book_open_sees_what_was_restored(
    cli: Run, full: Path, tmp_path: Path
) -> None:
    copy = backed_up(cli, full, tmp_path / "COPY.db")
    with closing(sqlite3.connect(full)) as reader:
        assert reader.execute("select count(*) from officer").fetchone() == (2,)
        assert cli("--store", full, "officer", "add", "sun.li", "--name", "孙丽").code == 0
        assert reader.execute("select count(*) from officer").fetchone() == (3,)
        assert cli("--store", full, "store", "restore", copy, "--yes").code == 0
        assert reader.execute("select count(*) from officer").fetchone() == (2,)


def test_a_journal_of_a_book_that_is_gone_is_not_played_into_the_restored_one(
    cli: Run, full: Path, tmp_path: Path
) -> None:
    copy, place = backed_up(cli, full, tmp_path / "COPY.db"), tmp_path / "new.db"
    (tmp_path / "new.db-journal").write_bytes(b"old pages")
    assert cli("--store", place, "store", "restore", copy, "--yes").code == 0
    assert [path.name for path in tmp_path.glob("new.db-*")] == []


def test_a_book_in_postgresql_is_left_to_its_own_programs(cli: Run, tmp_path: Path) -> None:
    for words in (("backup", "COPY.db"), ("restore", "COPY.db", "--yes")):
        answer = cli("--store", "postgresql://host/book", "store", *words, "--format", "json")
        assert (answer.code, answer.error["code"]) == (8, "use_pg_dump")


# ── under load, and killed ──────────────────────────────────────────────────────────────────

WRITER = """
import sys
from tests.conftest import call
from pathlib import Path
path, number = Path(sys.argv[1]), 0
while True:
    number += 1
    done = call("--store", path, "customer", "add", "--kind", "student", "--name", f"学生{number}", home=path.parent)
    assert done.code == 0, done.err
    print(number, flush=True)
"""


@contextmanager
def writing_on(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Let another process add customers until the end."""
    command = [sys.executable, "-c", WRITER, str(path)]
    env = {**environment(path.parent), "PYTHONPATH": str(REPO)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"1\n"
        yield process
        process.kill()


@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=pytest.mark.slow)])
def test_a_backup_under_write_load_is_whole(cli: Run, book: Path, tmp_path: Path, rounds: int) -> None:
    seen = []
    with writing_on(book) as writer:
        for number in range(rounds):
            copy = backed_up(cli, book, tmp_path / f"{number}.db")  # reads it back: every invariant
            seen.append(rows_in(copy)["customer"].count)
        assert writer.poll() is None
    assert seen == sorted(seen)
    assert seen[-1] > 1
    assert cli("--store", tmp_path / "new.db", "store", "restore", copy, "--yes").code == 0
    assert rows_in(tmp_path / "new.db") == rows_in(copy)


def killed(words: list[str | Path], folder: Path, after: float) -> None:
    """Run a command line and kill it after so many seconds, if it still runs."""
    child = forked.start([str(word) for word in words], folder)
    child.interrupt(after, signal.SIGKILL)
    child.wait()


@pytest.mark.slow
def test_a_restore_killed_anywhere_leaves_the_old_book_or_the_new_one(
    cli: Run, full: Path, book: Path, tmp_path: Path
) -> None:
    """The files differ in size, so that a half would show; the dice are thrown over the time it takes."""
    small, large = backed_up(cli, book, tmp_path / "S.db"), backed_up(cli, full, tmp_path / "L.db")
    place, dice, found = tmp_path / "place.db", random.Random(7), set()
    wanted = {
        json.dumps({n: r.digest for n, r in rows_in(path).items()}): path.name for path in (small, large)
    }
    for copy in (small, large):  # the second one is put over the first, as all that follow
        started = time.monotonic()
        assert cli("--store", place, "store", "restore", copy, "--yes").code == 0
    took, is_now = 2 * (time.monotonic() - started), large.name
    for _number in range(40):
        copy = small if is_now == large.name else large  # what is not there already
        killed(["--store", place, "store", "restore", copy, "--yes"], tmp_path, dice.uniform(0, took))
        assert cli("--store", place, "store", "check").code == 0
        is_now = wanted[json.dumps({n: r.digest for n, r in rows_in(place).items()})]
        took *= 0.8 if is_now == copy.name else 1.25  # as long as it takes now, whoever else is at work
        found.add(is_now)
    assert found == {"S.db", "L.db"}


@pytest.mark.slow
def test_a_backup_killed_anywhere_leaves_the_old_copy_or_the_new_one(
    cli: Run, full: Path, tmp_path: Path
) -> None:
    started = time.monotonic()
    copy, dice = backed_up(cli, full, tmp_path / "COPY.db"), random.Random(8)
    took = 1.5 * (time.monotonic() - started)
    for number in range(25):
        assert cli("--store", full, "officer", "add", f"o{number}", "--name", "某人").code == 0
        killed(["--store", full, "store", "backup", copy, "--force"], tmp_path, dice.uniform(0, took))
        assert cli("--store", tmp_path / f"{number}.db", "store", "restore", copy, "--yes").code == 0
        assert rows_of(tmp_path / f"{number}.db")
