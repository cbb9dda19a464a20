"""What is personal, in the book or typed, stands in no fault, log or crash file, wherever a command fails.

A command is run once whole and its calls are counted; then again, each time with a bug at another call, that
carries all the values it can lay hands on.
"""

from __future__ import annotations

import random
import shlex
import sys
from inspect import CO_GENERATOR
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from tests import places
from tests.conftest import Answer, Run

from .files import FILES
from .helpers import put
from .shapes import CHANGES, COPIES, DAMAGED, IMPORTS, LOOKS, PLAIN
from .shapes_dossier import FACT_FILES

FAULTS = 2  # of each command
CANARIES = (
    "华达机械有限公司", "王小明", "13800138000", "wang.xiaoming@example.com", "11010519491231002X", "陈刚",
    "91110000600037341L", "谈续贷", "审批太慢", "已说明", "送授信方案", "宏远贸易有限公司", "何时放款",
    "8800123",
)  # fmt: skip
OTHERS = (
    *(f"import {kind} {kind}.csv --profile {kind}.yaml --apply --partial" for kind in FILES),
    "import yesterday FOLDER --apply --partial",
    "import profile customers.csv",
    "store check",
    "store backup NEW.db",
    "store restore COPY.db --yes",
    "remind --all",
    "calendar export",
    "customer vcards --unmask",
    "policy show",
    "policy check POLICY",
    "config check",
    "config path",
    "store path",
    "completion bash",
    "customer show C-00002 --unmask",
    "survey form S-2026Q4",
    "survey profile S-2026Q4",
)
LINES = (*(f"{line} --format json" for line, _shape in (*LOOKS, *CHANGES)), *OTHERS)
# The demo's people are made up, and it takes no options that could name one. Facts of every kind come in the
# same way, which the file of people goes. A file of payments is tried in test_loan_life.py,
# one of answers, by codes, in test_surveys.py.
WITHOUT_PEOPLE = {
    "demo",
    "import payments",
    "import answers",
    *(f"import {kind}" for kind in FACT_FILES if kind != "people"),
}


class Bug:
    """A trace function that fails at the call ``at`` of our own code, with what it was called with."""

    def __init__(self, at: int | None = None) -> None:
        self.calls = 0
        self.at = at
        self.entries: dict[CodeType, int] = {}

    def __call__(self, frame: FrameType, _event: str, _arg: Any) -> Any:
        if "/loancrm/" not in frame.f_code.co_filename:
            return None
        is_first = frame.f_code.co_name == "_invoke" and not self.calls
        if not (self.calls or is_first):
            return None
        if self._is_resumed(frame):
            return None
        self.calls += 1
        if self.calls == self.at:
            sys.settrace(None)
            raise RuntimeError(f"{CANARIES} {frame.f_locals!r}")
        return _until_the_end if is_first else None

    def _is_resumed(self, frame: FrameType) -> bool:
        """Say whether a generator goes on: one that is thrown away is entered too, and nobody hears it."""
        code = frame.f_code
        return bool(code.co_flags & CO_GENERATOR) and frame.f_lasti != self.entries.setdefault(
            code, frame.f_lasti
        )

    def during(self, cli: Run, *words: str | Path) -> Answer:
        before = sys.gettrace()
        sys.settrace(self)
        try:
            return cli(*words)
        finally:
            sys.settrace(before)


def _until_the_end(_frame: FrameType, event: str, _arg: Any) -> Any:
    """What comes after the command is the tests' own."""
    if event == "return":
        sys.settrace(None)
    return _until_the_end


def found_in(folder: Path, answer: Answer) -> list[tuple[str, str]]:
    """Return where a canary stands: in what was said, or in a file that the program left by itself."""
    said = {"standard error": answer.err}
    for path in (*(folder / "home").rglob("*"), *folder.glob("*crash*"), *folder.glob("*.log")):
        if path.is_file():
            said[path.name] = path.read_bytes().decode("utf-8", "replace")
    return [(place, canary) for place, text in said.items() for canary in CANARIES if canary in text]


def test_every_command_is_among_them() -> None:
    named = {*(line for line, _shape in (*LOOKS, *CHANGES)), *IMPORTS, *COPIES, *DAMAGED, *PLAIN}
    left = [name for name in named if not any(f"{line} ".startswith(f"{name} ") for line in LINES)]
    assert set(left) == WITHOUT_PEOPLE


@pytest.mark.slow
@pytest.mark.sqlite_only("the bugs are in our own calls; a database's complaints are tested below on both")
@pytest.mark.parametrize("line", LINES)
def test_a_bug_anywhere_in_a_command_shows_nothing_personal(
    cli: Run, full: Path, around: Path, line: str
) -> None:
    words = ("--store", full, *shlex.split(line.replace("FOLDER", "folder")))
    before = full.read_bytes()

    def again(bug: Bug) -> Answer:
        full.write_bytes(before)
        for left in (*around.glob("*.rejects.csv"), *around.glob("NEW.db*"), *around.glob("full.db?*")):
            left.unlink()
        return bug.during(cli, *words)

    whole = Bug()
    answer = again(whole)
    assert answer.code in (0, 9), answer.err
    assert found_in(around, answer) == []
    for at in random.Random(line).sample(range(2, whole.calls), FAULTS):
        bug = Bug(at)
        assert found_in(around, again(bug)) == [], at
        if bug.calls < at:  # what is remembered is not called again: at the last call there is, then
            assert found_in(around, again(Bug(bug.calls))) == [], bug.calls
    if line.split()[0] not in ("completion", "config"):
        assert list((around / "home").glob("loancrm-crash-*.txt")), "no bug of these was one"


VIOLATING = {
    "customer": "customer add --kind student --name 王小明 --resident-id 11010519491231002X",
    "contact": "contact log C-00001 --channel phone --note 谈续贷",
    "feedback": "feedback record C-00001 --kind praise --text 审批太慢",
    "audit": "customer edit C-00001 --legal-representative 陈刚刚",
}


@pytest.mark.parametrize("table", VIOLATING)
def test_what_the_database_complains_of_is_not_repeated(
    cli: Run, full: Path, tmp_path: Path, kept: list[Path], table: str
) -> None:
    """PostgreSQL names the whole row that a check refuses; SQLite repeats what a trigger says."""
    kept.clear()
    if places.on_postgres():
        put(full, f"alter table {table} add constraint none check (id < 0) not valid")
    else:
        said = " ".join(CANARIES)
        put(full, f"create trigger none before insert on {table} begin select raise(abort, '{said}'); end")
    for more in ((), ("--format", "json"), ("--lang", "zh_CN")):
        answer = cli("--store", full, *shlex.split(VIOLATING[table]), *more)
        assert answer.code != 0
        assert found_in(tmp_path, answer) == []
