"""The doctor finds what is wrong around the book and in it, says what to do, and never fails itself."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from loancrm.schema import SCHEMA_REVISION
from tests.conftest import Answer, Run

from .helpers import put

AT = datetime.fromisoformat("2026-11-21T09:00+08:00").timestamp()


def found(answer: Answer) -> dict[str, dict[str, Any]]:
    return {one["check"]: one for one in answer.json}


def states(answer: Answer) -> dict[str, str]:
    """Return the checks that are not ok."""
    return {one["check"]: one["state"] for one in answer.json if one["state"] != "ok"}


@pytest.mark.sqlite_only("it is about the modes of files and their backups")
def test_a_book_in_order_has_no_fault(cli: Run, book: Path, tmp_path: Path) -> None:
    book.chmod(0o600)
    tmp_path.chmod(0o700)
    assert cli("--store", book, "store", "backup", tmp_path / "COPY.db").code == 0
    answer = cli("--store", book, "doctor", "--format", "json")
    assert answer.code == 0
    left = states(answer)
    left.pop("compiled", None)  # as the machine has it
    assert left == {"clock": "warning"}  # the tests' own
    assert found(answer)["schema"]["found"] == SCHEMA_REVISION
    assert found(answer)["calendar"]["found"] == "known until 2026-12-31"


@pytest.mark.parametrize(
    ("day", "state"), [("2027-05-30", "ok"), ("2027-05-31", "ok"), ("2027-06-01", "warning")]
)
def test_a_policy_whose_review_is_past_is_a_warning(cli: Run, book: Path, day: str, state: str) -> None:
    """The example says ``review_by: 2027-05-31``."""
    now = {"LOANCRM_NOW": f"{day}T09:00+08:00"}
    one = found(cli("--store", book, "doctor", "--format", "json", env=now))["policy"]
    assert (one["state"], one["found"]) == (state, "example 2026-11 (1)")
    if state == "warning":
        assert "2027-05-31" in one["advice"]
        said = cli("--store", book, "--lang", "zh_CN", "doctor", "--format", "json", env=now)
        assert "2027-05-31" in found(said)["policy"]["advice"]


@pytest.mark.sqlite_only("it is about the modes of files and their backups")
@pytest.mark.parametrize(
    ("now", "state"), [("2026-11-28T09:00+08:00", "ok"), ("2026-11-30T09:00+08:00", "warning")]
)
def test_an_old_backup_is_missed(cli: Run, book: Path, tmp_path: Path, now: str, state: str) -> None:
    never = found(cli("--store", book, "doctor", "--format", "json"))["backup"]
    assert (never["state"], "store backup" in never["advice"]) == ("warning", True)
    assert cli("--store", book, "store", "backup", tmp_path / "COPY.db").code == 0
    answer = cli("--store", book, "doctor", "--format", "json", env={"LOANCRM_NOW": now})
    assert found(answer)["backup"]["state"] == state
    assert str(tmp_path / "COPY.db") in found(answer)["backup"]["found"]
    (tmp_path / "loancrm.yaml").write_text("backup_days: 30\n", encoding="utf-8")
    (tmp_path / "loancrm.yaml").chmod(0o600)
    again = cli("--store", book, "doctor", "--format", "json", env={"LOANCRM_NOW": now})
    assert found(again)["backup"]["state"] == "ok"


@pytest.mark.sqlite_only("it is about the modes of files and their backups")
def test_a_backup_that_is_gone_is_missed(cli: Run, book: Path, tmp_path: Path) -> None:
    assert cli("--store", book, "store", "backup", tmp_path / "COPY.db").code == 0
    (tmp_path / "COPY.db").unlink()
    assert found(cli("--store", book, "doctor", "--format", "json"))["backup"]["state"] == "warning"


@pytest.mark.sqlite_only("it is about the modes of files and their backups")
@pytest.mark.parametrize("manifest", [True, False])
def test_a_restored_book_knows_the_backup_that_it_came_from(
    cli: Run, book: Path, tmp_path: Path, manifest: bool
) -> None:
    copy = tmp_path / "COPY.db"
    assert cli("--store", book, "store", "backup", copy).code == 0
    if not manifest:
        (tmp_path / "COPY.db.manifest.json").unlink()
        os.utime(copy, (AT, AT))
    assert cli("--store", book, "officer", "add", "sun.li", "--name", "孙丽").code == 0
    assert cli("--store", book, "store", "restore", copy, "--yes").code == 0
    assert backup_of(cli, book) == ("ok", f"0 days ago: {copy}")
    assert backup_of(cli, book, "2026-12-01T10:00+08:00") == ("warning", f"10 days ago: {copy}")
    newer = tmp_path / "NEWER.db"
    later = {"LOANCRM_NOW": "2026-11-23T10:00+08:00"}
    assert cli("--store", book, "store", "backup", newer, env=later).code == 0
    assert backup_of(cli, book, "2026-11-24T10:00+08:00") == ("ok", f"1 days ago: {newer}")


@pytest.mark.sqlite_only("it is about the modes of files and their backups")
def test_another_book_in_the_place_of_a_restored_one_has_no_backup(
    cli: Run, book: Path, tmp_path: Path
) -> None:
    place = tmp_path / "place.db"
    assert cli("--store", book, "store", "backup", tmp_path / "COPY.db").code == 0
    assert cli("--store", place, "store", "restore", tmp_path / "COPY.db", "--yes").code == 0
    place.unlink()
    assert cli("--store", place, "init").code == 0
    assert backup_of(cli, place) == ("warning", "there was never a backup")
    for broken in ("{", "[]", '{"kind": "other"}'):
        (tmp_path / "place.db.restored.json").write_text(broken, encoding="utf-8")
        assert backup_of(cli, place)[0] == "warning"


def backup_of(cli: Run, book: Path, now: str = "2026-11-21T10:00+08:00") -> tuple[str, str]:
    one = found(cli("--store", book, "doctor", "--format", "json", env={"LOANCRM_NOW": now}))["backup"]
    return one["state"], one["found"]


def test_a_broken_invariant_is_a_fault_with_its_rows(cli: Run, full: Path, kept: list[Path]) -> None:
    kept.clear()
    put(full, "update customer set region = '别处' where number = 1")
    answer = cli("--store", full, "doctor", "--format", "json")
    assert (answer.code, answer.error["code"]) == (7, "check_failed")
    assert states(answer)["invariant.customer_copies"] == "fault"
    assert "C-00001:region" in found(answer)["invariant.customer_copies"]["found"]


def test_without_a_book_everything_else_is_still_said(cli: Run, tmp_path: Path) -> None:
    answer = cli("--store", "nowhere.db", "doctor", "--format", "json")
    assert (answer.code, answer.error["code"]) == (3, "no_store")
    assert {"program", "libraries", "sqlite", "config", "terminal", "calendar", "store"} <= set(found(answer))
    assert list(tmp_path.glob("*.db*")) == []


@pytest.mark.parametrize("content", [b"another file " * 20, b"SQLite format 3\x00", bytes(4096)])
def test_a_file_that_is_no_book_is_a_fault_and_untouched(cli: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    answer = cli("--store", "x.db", "doctor", "--format", "json")
    assert (answer.code, states(answer)["store"]) == (7, "fault")
    assert (tmp_path / "x.db").read_bytes() == content


@pytest.mark.parametrize(
    ("content", "mode"), [("nosuch: 1\n", 0o600), ("x: [\n", 0o600), ("lang: en\n", 0o666)]
)
def test_settings_at_fault_are_said_and_the_rest_goes_on(
    cli: Run, book: Path, tmp_path: Path, content: str, mode: int
) -> None:
    (tmp_path / "loancrm.yaml").write_text(content, encoding="utf-8")
    (tmp_path / "loancrm.yaml").chmod(mode)
    answer = cli("--store", book, "doctor", "--format", "json")
    assert answer.code == 7
    assert states(answer)["config"] == "fault"
    assert found(answer)["invariants"]["state"] == "ok"
    (tmp_path / "loancrm.yaml").unlink()


@pytest.mark.sqlite_only("it is about the modes of files and their backups")
def test_files_that_others_may_look_into_are_warned_of(cli: Run, book: Path, tmp_path: Path) -> None:
    book.chmod(0o644)
    tmp_path.chmod(0o755)
    name = f".B.db.{gone_process()}.part"
    (tmp_path / name).write_bytes(b"half a copy")
    (tmp_path / f".B.db.{os.getpid()}.part").write_bytes(b"of one that runs")
    answer = cli("--store", book, "doctor", "--format", "json")
    assert answer.code == 0
    assert {name: states(answer)[name] for name in ("store", "folder", "leftovers")} == dict.fromkeys(
        ("store", "folder", "leftovers"), "warning"
    )
    assert f"chmod 600 {book}" in found(answer)["store"]["advice"]
    assert found(answer)["leftovers"]["found"] == name
    assert found(answer)["leftovers"]["advice"].endswith(f"remove {tmp_path / name}")
    (tmp_path / name).unlink()


@pytest.mark.sqlite_only("it is about the modes of files and their backups")
def test_what_a_killed_backup_left_is_taken_away_by_the_next_one_of_the_same(
    cli: Run, book: Path, tmp_path: Path
) -> None:
    forgotten, fresh, running = (
        tmp_path / f".COPY.db.{pid}.part" for pid in (gone_process(), gone_process(), os.getppid())
    )
    for path in (forgotten, fresh, running):
        path.write_bytes(b"half a copy")
    for path in (forgotten, running):
        os.utime(path, (1, 1))
    forgotten.with_name(f"{forgotten.name}-journal").write_bytes(b"its journal")
    assert cli("--store", book, "store", "backup", tmp_path / "COPY.db").code == 0
    assert sorted(tmp_path.glob(".*.part*")) == sorted((fresh, running))


def gone_process() -> int:
    """Return the number of a process that is no more."""
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return process.pid


def test_a_terminal_without_utf8_is_warned_of(run: Run, book: Path) -> None:
    answer = run(
        "--store", book, "doctor", "--format", "json", env={"LANG": "C", "PYTHONIOENCODING": "latin-1"}
    )
    assert answer.code == 0
    assert "terminal" in found(answer)
