"""Books for the commands: one that the lines of the issue filled, to look at or to change a copy of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from loancrm.policy.policy import EXAMPLE
from tests import places
from tests.commands.loan_books import (  # noqa: F401 - fixtures
    book,
    do,
    enterprise_book,
    paid_out,
    paid_out_book,
    refused,
)
from tests.conftest import call, check_whole

from . import shapes_control, shapes_growth, shapes_warnings
from .files import FILES
from .helpers import FURTHER, SECTION_6, words
from .shapes_dossier import FILE
from .shapes_feedback import FILE as TICKETS
from .shapes_surveys import SURVEYS


@pytest.fixture(scope="session")
def filled_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with something of everything. Only to be looked at."""
    path = tmp_path_factory.mktemp("filled") / "filled.db"
    for line in (
        *SECTION_6,
        *FURTHER,
        *FILE,
        *TICKETS,
        *SURVEYS,
        *shapes_growth.FILE,
        *shapes_warnings.FILE,  # a playbook names one of these
        *shapes_control.FILE,
    ):
        done = call(*words(line, path), home=path.parent)
        assert done.code == 0, (line, done)
    check_whole(path, path.parent)
    return path


@pytest.fixture
def full(filled_book: Path, tmp_path: Path, kept: list[Path]) -> Path:
    """A copy of the filled book, to be changed; it is checked when the test is over."""
    path = tmp_path / "full.db"
    places.copy(filled_book, path)
    kept.append(path)
    return path


@pytest.fixture
def untouched(filled_book: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the filled book with the same bytes when the test is over; in a database, the same rows.

    Of a database there is no copy: making one takes longer than the test, and the next one has the same rows.
    """
    if places.on_postgres():
        rows = places.rows_of(filled_book)
        yield filled_book
        assert places.rows_of(filled_book) == rows, "something was written"
        return
    path = tmp_path / "untouched.db"
    places.copy(filled_book, path)
    before = path.read_bytes()
    yield path
    assert path.read_bytes() == before, "something was written"
    assert [file.name for file in path.parent.glob("untouched.db*")] == ["untouched.db"]


@pytest.fixture(scope="session")
def backup(filled_book: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The files of a backup of the filled book, to be copied; the book itself does not learn of it."""
    folder = tmp_path_factory.mktemp("backup")
    places.copy(filled_book, folder / "book.db")
    done = call("--store", folder / "book.db", "store", "backup", folder / "COPY.db", home=folder)
    assert done.code == 0, done.err
    return [*folder.glob("COPY.db*")]


@pytest.fixture
def around(full: Path, backup: list[Path], tmp_path: Path, kept: list[Path]) -> Path:
    """What the commands need beside the book: files with profiles, a folder of them, a backup, a policy."""
    kept.clear()
    folder = tmp_path / "folder"
    folder.mkdir()
    profiles = []
    for kind, (content, profile) in FILES.items():
        for name in (f"{kind}.csv", f"folder/{kind}.csv"):
            (tmp_path / name).write_text(content + "合同,,,\n", encoding="utf-8")
        (tmp_path / f"{kind}.yaml").write_text(f"{profile}\nfiles: ['{kind}.csv']\n", encoding="utf-8")
        profiles.append(f"  {kind}: {tmp_path}/{kind}.yaml\n")
    (tmp_path / "loancrm.yaml").write_text("profiles:\n" + "".join(profiles), encoding="utf-8")
    (tmp_path / "loancrm.yaml").chmod(0o600)
    policy = EXAMPLE.read_text(encoding="utf-8") + "# changed\n"
    (tmp_path / "POLICY").write_text(policy, encoding="utf-8")
    for file in backup:
        shutil.copy2(file, tmp_path)
    return tmp_path
