"""The list of three past days of the sample book, and of one of a real book, in both languages.

Of the sample book an officer's pages are kept word for word, and of the whole bank's lists, as of the real
book's, how many lines there are by kind and band and a digest: who reads them learns nothing of the file.

``LOANCRM_UPDATE_GOLDEN=1 pytest tests/golden`` writes them anew; read the difference before it is committed.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loancrm.calendars import end_of_month, is_working_day
from loancrm.typeset import display_width
from tests.conftest import REPO, Answer, call

from .test_transcripts import FOLDER, WIDTH

pytestmark = [
    pytest.mark.slow,
    pytest.mark.sqlite_only("the sample book is a file; test_two_databases compares the lists"),
]

SHARED = REPO.parent / "shared" / "data"
LANGUAGES = ("en", "zh_CN")
DAYS = {
    "2026-10-20": "an ordinary Tuesday: the day before the quarter's instalments",
    "2026-09-30": "a month's end: what is cut by class, and the day's data",
    "2026-02-14": "a Saturday that is worked, three days before the Spring Festival",
}
OFFICER = "li.wei"
SBA_DAY = "2008-12-31"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample book. Only to be looked at."""
    home = tmp_path_factory.mktemp("sample")
    path = home / "D.db"
    made = call("demo", "--keep", path, home=home)
    assert made.code == 0, made.err
    return path


@pytest.fixture(scope="session")
def sba_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with the real loans that lie beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the shared data are not here")
    home = tmp_path_factory.mktemp("sba")
    path, profile = home / "A.db", REPO / "examples" / "profiles" / "sba_loans.yaml"
    file = SHARED / "datasets" / "SBAnational_first22427.csv"
    lines_typed: tuple[tuple[str | Path, ...], ...] = (
        ("init",),
        ("import", "loans", file, "--profile", profile, "--apply"),
    )
    for words in lines_typed:
        done = call("--store", path, *words, home=home)
        assert done.code == 0, done.err
    return path


def ask(book: Path, day: str, language: str, *words: str) -> Answer:
    env = {"COLUMNS": str(WIDTH)}
    said = ("--store", book, "--lang", language, "today", "--as-of", day, *words)
    answer = call(*said, env=env, home=book.parent)
    assert (answer.code, answer.err) == (0, "")
    return answer


def page(book: Path, day: str, language: str) -> str:
    return ask(book, day, language, "--officer", OFFICER, "--all", "--format", "table").text


def lines(book: Path, day: str, language: str = "en") -> list[dict[str, Any]]:
    return list(ask(book, day, language, "--all", "--format", "json").json)


def counted(rows: Iterable[dict[str, Any]]) -> str:
    """Return how many lines and reasons there are, by band and kind: one a line."""
    leading = Counter((row["band"], row["kind"]) for row in rows)
    every = Counter((reason["band"], reason["kind"]) for row in rows for reason in row["reasons"])
    head = f"{'band kind':20}{'lines':>8}{'reasons':>9}"
    found = [f"{band:4} {kind:15}{leading[band, kind]:8}{n:9}" for (band, kind), n in sorted(every.items())]
    total = f"{'':4} {'':15}{leading.total():8}{every.total():9}"
    return "\n".join([head, *found, total, ""])


def digests(book: Path, day: str) -> str:
    """Return what the whole list is as bytes, in each language."""
    found = {language: ask(book, day, language, "--all", "--format", "jsonl").out for language in LANGUAGES}
    return "".join(f"{name:6}{hashlib.sha256(out).hexdigest()}\n" for name, out in found.items())


def summed(book: Path, day: str) -> str:
    return f"{counted(lines(book, day))}{digests(book, day)}"


def is_as_kept(name: str, seen: str) -> bool:
    path = FOLDER / name
    if os.environ.get("LOANCRM_UPDATE_GOLDEN"):
        path.write_text(seen, encoding="utf-8")
    return seen == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_officers_list_of_a_past_day_is_as_it_was(sample: Path, day: str, language: str) -> None:
    seen = page(sample, day, language)
    assert is_as_kept(f"today.{day}.{language}.txt", seen)
    assert [line for line in seen.splitlines() if display_width(line) > WIDTH] == []


@pytest.mark.parametrize("day", DAYS)
def test_the_banks_list_of_a_past_day_is_as_it_was(sample: Path, day: str) -> None:
    assert is_as_kept(f"today.{day}.bank.txt", summed(sample, day))


def test_the_real_books_list_is_as_it_was(sba_book: Path) -> None:
    assert is_as_kept("today.sba.txt", f"{SBA_DAY}\n{summed(sba_book, SBA_DAY)}")


def test_the_days_are_what_they_are_called(sample: Path) -> None:
    ordinary, end, saturday = map(date.fromisoformat, DAYS)
    assert [day.isoweekday() for day in (ordinary, saturday)] == [2, 6]
    assert end == end_of_month(end)
    assert [is_working_day(day) for day in (ordinary, end, saturday)] == [True] * 3
    assert {row["kind"] for row in lines(sample, str(ordinary))} >= {"instalment", "maturity", "cadence"}
    assert {row["kind"] for row in lines(sample, str(end))} >= {"past_due", "legal_clock"}
    greeted = [row for row in lines(sample, str(saturday)) if row["reason_code"] == "festival"]
    assert {row["due_on"] for row in greeted} == {"2026-02-17"}
