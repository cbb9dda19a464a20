"""The bank's whole list for a script is written line by line: twenty times the book, the same memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from benchmarks.book import DAY, Size, build, officer_code
from tests.conftest import REPO, call, environment

pytestmark = pytest.mark.sqlite_only("the bench's book is written into a file; the streams of both are one")

SMALL, TIMES = 500, 20
FORMATS = ("tsv", "csv", "json", "jsonl")
CHILD = """\
import sys
from loancrm.cli import run
code = run(sys.argv[1:])
sys.stdout.flush()
with open("/proc/self/status", encoding="ascii") as file:
    print(next(line.split()[1] for line in file if line.startswith("VmHWM")), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A book, and one that is twenty times as large. Only to be looked at."""
    folder = tmp_path_factory.mktemp("streams")
    paths = folder / "small.db", folder / "large.db"
    for path, customers in zip(paths, (SMALL, SMALL * TIMES), strict=True):
        build(path, Size(path.stem, customers, 3))
    return paths


def words(book: Path, *more: str | Path) -> tuple[str | Path, ...]:
    return ("--store", book, "today", "--as-of", str(DAY), "--all", "--within", "30d", *more)


def held(book: Path, form: str) -> tuple[int, int]:
    """Return the most bytes that Python held while the list was written, and how many bytes it has."""
    out = book.parent / f"out.{form}"
    tracemalloc.start()
    answer = call(*words(book, "--format", form, "--output", out, "--force", "--quiet"), home=book.parent)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.code, answer.err) == (0, "")
    return most, out.stat().st_size


@pytest.mark.slow
def test_what_python_holds_does_not_grow_with_the_book(books: tuple[Path, Path]) -> None:
    held(books[0], "jsonl")  # what is loaded and kept the first time
    (little, short), (much, long) = (held(book, "jsonl") for book in books)
    assert long > short * TIMES / 2
    assert much < little * 2, (little, much)  # what is found at once takes twelve times as much


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say the peak")
@pytest.mark.parametrize("form", FORMATS)
def test_the_process_does_not_grow_with_the_book(books: tuple[Path, Path], form: str) -> None:
    """The kernel's word of the child alone: what ``resource`` says is its parent's too.

    The list itself is 12 MB; what is left of growth is SQLite filling the caches that it has anyway.
    """
    peaks, lines = [], []
    for book in books:
        typed = [sys.executable, "-c", CHILD, *map(str, words(book, "--format", form, "--quiet"))]
        done = subprocess.run(
            typed, env=environment(book.parent), cwd=REPO, capture_output=True, check=True, timeout=120
        )
        peaks.append(int(done.stderr))
        lines.append(done.stdout.count(b"\n"))
    assert lines[1] > lines[0] * TIMES / 2
    assert peaks[1] < peaks[0] * 1.25, peaks


def test_it_is_the_same_list_as_the_one_that_is_found_at_once(books: tuple[Path, Path]) -> None:
    book = books[0]
    streamed, sorted_ = (
        call(*words(book, "--format", "json", *more), home=book.parent).json
        for more in ((), ("--sort", "rank"))
    )
    first = call(*words(book, "--format", "json", "--limit", "100000"), home=book.parent).json
    assert streamed == sorted_ == first
    assert [line["rank"] for line in streamed] == list(range(1, len(streamed) + 1))
    assert len({line["customer"] for line in streamed}) == len(streamed) > SMALL / 2


def test_of_a_kind_only_and_of_what_somebody_asked_for(books: tuple[Path, Path]) -> None:
    book = books[0]
    every = call(*words(book, "--format", "json"), home=book.parent).json
    some = call(*words(book, "--format", "json", "--kind", "maturity"), home=book.parent).json
    wanted = [line for line in every if any(one["kind"] == "maturity" for one in line["reasons"])]
    assert [(line["rank"], line["customer"]) for line in some] == [
        (line["rank"], line["customer"]) for line in wanted
    ]
    assert {one["kind"] for line in some for one in line["reasons"]} == {"maturity"}
    few = call(*words(book, "--format", "json", "--kind", "maturity", "--limit", "2"), home=book.parent).json
    assert few == some[:2]
    found = call(*words(book, "--format", "tsv", "--exit-code"), home=book.parent)
    assert found.code == 10


def test_an_officers_list_is_part_of_it_in_the_same_order(books: tuple[Path, Path]) -> None:
    book = books[0]
    officer = officer_code(1)
    mine = call(*words(book, "--format", "json", "--officer", officer), home=book.parent).json
    every = call(*words(book, "--format", "jsonl"), home=book.parent).text
    lines: list[Any] = [json.loads(line) for line in every.splitlines()]
    places = {line["customer"]: line["rank"] for line in lines}
    ranks = [places[line["customer"]] for line in mine if line["customer"] in places]
    assert ranks == sorted(ranks)
    assert len(ranks) > 10
