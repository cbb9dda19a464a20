"""A disk without room, a reader that goes away, no input, Ctrl-C: the right exit code, and nothing half.

A disk without room is a small one in memory where the account may mount it; and everywhere a limit on the
size of a file, which SQLite and the system answer as they answer a quota.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import forked
from tests.conftest import call
from tests.places import asked, rows_of

CHANGES = {
    "import": "import customers many.csv --profile customers.yaml --apply",
    "import in part": "import customers many.csv --profile customers.yaml --apply --partial --rejects R.csv",
    "yesterday": "import yesterday folder --apply --partial",
    "backup": "store backup NEW.db",
    "restore": "store restore COPY.db --yes",
    "undo": "undo --yes",
}
LOOKS = {
    "doctor": "doctor",
    "changes": "changes --since 2026-01-01",
    "quality": "report quality --as-of 2027-06-01",
}
LINES = {**CHANGES, **LOOKS}
LEFT_BY = {"import in part": ["R.csv"], "yesterday": ["customers.rejects.csv"], "backup": ["NEW.db"]}
USUAL = {"import": 0, "import in part": 9, "yesterday": 9, "doctor": 0}
HALF_MEGABYTE = 1 << 19

pytestmark = [
    pytest.mark.sqlite_only("it is about files; what a server does without room is its own"),
    pytest.mark.usefixtures("around"),
]


@pytest.fixture
def many(full: Path, tmp_path: Path, around: Path) -> Path:
    """The filled book, changed since its copy; files beside it hold a lot, one row of them bad."""
    words = ("officer", "add", "qian.duo", "--name", "钱多")
    assert call("--store", full, *words, home=tmp_path / "home").code == 0
    head, *_rows = (around / "customers.csv").read_text(encoding="utf-8").splitlines()
    rows = "".join(f"9{n:05d},企业,第{n}有限公司,,北京,li.wei\n" for n in range(1_500))
    (around / "many.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    (around / "folder" / "customers.csv").write_text(f"{head}\n{rows},学生,无名氏,,,\n", encoding="utf-8")
    return full


def words_of(name: str, store: Path) -> list[str]:
    """Return the command line; the part of an import has a row that is left out."""
    if name == "import in part":
        file = store.parent / "many.csv"
        file.write_text(file.read_text(encoding="utf-8") + ",学生,无名氏,,,\n", encoding="utf-8")
    return ["--store", str(store), *LINES[name].split()]


def state(store: Path) -> tuple[object, ...]:
    """Return how many customers and commands stand, which every one of these changes alters."""
    return tuple(asked(store, "select (select count(*) from customer), (select count(*) from command)")[0])


def left_over(folder: Path) -> list[str]:
    """Return the files of a command that was not carried out."""
    known = {name for names in LEFT_BY.values() for name in names} | {"NEW.db.manifest.json"}
    return [path.name for path in folder.iterdir() if path.name in known or path.name.endswith(".part")]


# ── where the answer goes ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", LINES)
def test_an_answer_that_finds_no_room_is_no_success_and_the_work_is_whole(many: Path, name: str) -> None:
    words, before = words_of(name, many), state(many)

    def no_room() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)

    code, said = forked.start(words, many.parent, no_room).wait()
    assert (code, said.splitlines()[-1]) == (8, "loancrm: the disk is full")
    assert (state(many) == before) == (name in LOOKS)


@pytest.mark.parametrize("name", LINES)
def test_a_reader_that_went_away_is_141_and_the_work_is_whole(many: Path, name: str) -> None:
    words, before = words_of(name, many), state(many)

    def no_reader() -> None:
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, 1)

    code, said = forked.start(words, many.parent, no_reader).wait()
    assert (code, "Traceback" in said) == (141, False)
    assert (state(many) == before) == (name in LOOKS)


@pytest.mark.parametrize("name", LINES)
def test_without_any_input_all_is_as_usual(many: Path, name: str) -> None:
    code, said = forked.start(words_of(name, many), many.parent, lambda: os.close(0)).wait()
    assert (code, "Traceback" in said) == (USUAL.get(name, 0), False), said


def test_a_question_without_any_input_is_not_answered_with_yes(many: Path) -> None:
    before = rows_of(many)
    for words in (["undo"], ["store", "restore", "COPY.db"]):
        child = forked.start(["--store", str(many), *words], many.parent, lambda: os.close(0))
        assert child.wait()[0] == 2
    assert rows_of(many) == before


# ── where the book is ───────────────────────────────────────────────────────────────────────


def small_files() -> None:
    """Let no file grow beyond a few pages: what lies further on cannot be written either."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192))


@pytest.mark.parametrize("name", CHANGES)
def test_a_file_that_may_not_grow_is_said_and_nothing_is_changed(many: Path, name: str) -> None:
    words, before = words_of(name, many), rows_of(many)
    code, said = forked.start(words, many.parent, small_files).wait()
    assert (code, "disk" in said, "Traceback" in said) == (8, True, False), said
    assert rows_of(many) == before
    assert left_over(many.parent) == []
    assert forked.start(words, many.parent).wait()[0] == USUAL.get(name, 0)


@pytest.fixture
def disk() -> Iterator[Callable[[int], Path] | None]:
    """Mount a disk of so many bytes, if the account may; None if not.

    Not among the folders of pytest, which could not be taken away if this were killed before it is unmounted.
    """
    folder = Path(tempfile.mkdtemp(prefix="loancrm-disk-"))

    def mount(size: int) -> bool:
        words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def unmount() -> None:  # lazily: somebody may look at it, such as what indexes files
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)

    def of(size: int) -> Path:
        assert mount(size)
        return folder

    may = os.geteuid() == 0 and mount(HALF_MEGABYTE)
    if may:
        unmount()
    yield of if may else None
    unmount()
    folder.rmdir()


@pytest.mark.parametrize("name", CHANGES)
def test_a_disk_without_room_is_said_and_nothing_is_changed(
    many: Path, disk: Callable[[int], Path] | None, name: str
) -> None:
    words_of(name, many)
    if disk is None:  # the limit above is what can be tried here
        return
    size = sum(path.stat().st_size for path in many.parent.rglob("*") if path.is_file())
    place = disk(size + HALF_MEGABYTE)
    shutil.copytree(many.parent, place, dirs_exist_ok=True)
    store, before = place / many.name, rows_of(many)
    room = shutil.disk_usage(place).free
    with (place / "filler").open("wb") as filler:
        filler.write(bytes(room - 8_192 if name != "undo" else room))
    words = ["--store", str(store), *LINES[name].split()]
    code, said = forked.start(words, place).wait()
    (place / "filler").unlink()
    assert (code, "disk is full" in said or "cannot be" in said) == (8, True), said
    assert rows_of(store) == before
    assert left_over(place) == []


# ── Ctrl-C ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", CHANGES)
def test_ctrl_c_is_130_and_leaves_all_or_nothing(many: Path, name: str) -> None:
    words, before, content = words_of(name, many), state(many), many.read_bytes()
    started = time.monotonic()
    assert forked.start(words, many.parent).wait()[0] in (0, 9)
    longest, after = time.monotonic() - started, state(many)
    chance, codes = random.Random(name), set()
    for _time in range(6):
        for path in (*many.parent.glob("full.db?*"), *map(many.parent.joinpath, left_over(many.parent))):
            path.unlink()
        many.write_bytes(content)
        child = forked.start(words, many.parent)
        child.interrupt(chance.uniform(0, longest))
        code, said = child.wait()
        codes.add(code)
        assert (code in (0, 9, 130), "Traceback" in said) == (True, False), (code, said)
        assert state(many) in ((before, after) if code == 130 else (after,))
        assert [one for one in left_over(many.parent) if one.endswith(".part")] == []
    assert 130 in codes
