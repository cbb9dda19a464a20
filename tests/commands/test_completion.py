"""What a shell offers while an officer types, asked for as the shells ask."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Answer, Run

pytestmark = pytest.mark.sqlite_only("the store stands in the words of a shell")


def offered(run: Run, line: str, store: Path, shell: str = "bash") -> Answer:
    """Return what is offered for the last word of a line; it ends in a blank where that is still empty."""
    line = line.replace("B.db", str(store))
    words = line.split(" ")
    return run(
        env={
            "_LOANCRM_COMPLETE": f"complete_{shell}",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        }
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("loancrm --store B.db customer show C-0000", ["C-00001", "C-00002"]),
        ("loancrm --store B.db customer show c-00002", ["C-00002"]),
        ("loancrm --store B.db customer show C-00003", []),
        ("loancrm --store B.db contact log 华达", ["C-00001"]),
        ("loancrm --store B.db contact list wxm", ["C-00002"]),
        ("loancrm --store B.db followup add hua", ["C-00001"]),
        ("loancrm --store B.db history jixie", []),
        ("loancrm --store B.db loan show JJ-000", ["JJ-0001", "JJ-0002", "JJ-0003"]),
        ("loancrm --store B.db loan show %", []),
        ("loancrm --store B.db due --officer ", ["li.wei", "zhao.min"]),
        ("loancrm --store B.db officer edit z", ["zhao.min"]),
        ("loancrm contact log C-00001 --channel ph", ["phone"]),
        ("loancrm feedback record C-00001 --kind pr", ["praise"]),
        ("loancrm customer add --kind s", ["sole_proprietor", "student"]),
        ("loancrm loan close JJ-0001 --status w", ["written_off"]),
        ("loancrm loan add C-00001 --purpose c", []),
        ("loancrm report concentration --by ind", ["industry"]),
        ("loancrm due --format js", ["json", "jsonl"]),
    ],
)
def test_a_value_is_completed(run: Run, filled_book: Path, line: str, words: list[str]) -> None:
    answer = offered(run, line, filled_book)
    assert (answer.out.decode().split(), answer.err) == (words, "")


def test_a_code_stands_with_its_name(run: Run, filled_book: Path) -> None:
    answer = offered(run, "loancrm --store B.db customer show C-0000", filled_book, "fish")
    assert answer.out.decode().splitlines() == ["C-00001\t华达机械有限公司", "C-00002\t王小明"]


def test_a_shell_that_compares_gets_a_word_that_begins_as_was_typed(run: Run, filled_book: Path) -> None:
    answer = offered(run, "loancrm --store B.db customer show 华", filled_book, "fish")
    assert answer.out.decode().splitlines() == ["华达机械有限公司\tC-00001"]


def test_a_label_is_help_in_the_officers_language(run: Run, filled_book: Path) -> None:
    line = "loancrm contact log C-00001 --channel pho"
    answer = run(
        env={
            "_LOANCRM_COMPLETE": "complete_zsh",
            "_TYPER_COMPLETE_ARGS": line,
            "LOANCRM_LANG": "zh_CN",
        }
    )
    assert '"phone":"电话"' in answer.out.decode()


def test_a_name_never_reaches_the_shell_as_a_command(run: Run, filled_book: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(filled_book, tmp_path / "copy.db"))
    with closing(sqlite3.connect(store)) as raw, raw:
        raw.execute("update customer set name = ? where number = 1", (r"华\$(touch x)`id`;'\"",))
        raw.execute("update officer set code = '$(id)' where code = 'zhao.min'")
    for shell in ("zsh", "fish"):
        out = offered(run, "loancrm --store B.db customer show C-00001", store, shell).out.decode()
        assert "C-00001" in out
        assert not set(out.replace("_arguments '*: :((", "").replace("))'", "")) & set("$`\\;")
    assert offered(run, "loancrm --store B.db due --officer ", store).out.decode().split() == ["li.wei"]


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\x00" + bytes(500), b"no book"])
def test_without_a_book_nothing_is_offered_or_said_or_made(
    run: Run, tmp_path: Path, content: bytes | None
) -> None:
    store = tmp_path / "folder" / "B.db"
    if content is not None:
        store.parent.mkdir()
        store.write_bytes(content)
    answer = offered(run, "loancrm --store B.db customer show C", store)
    assert (answer.out.strip(), answer.err) == (b"", "")
    assert store.read_bytes() == content if content is not None else not store.parent.exists()


def test_a_book_of_another_schema_is_left_as_it_is(run: Run, filled_book: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(filled_book, tmp_path / "copy.db"))
    with closing(sqlite3.connect(store)) as raw, raw:
        raw.execute("update alembic_version set version_num = '0001'")
    before = store.read_bytes()
    answer = offered(run, "loancrm --store B.db customer show C", store)
    assert (answer.out.strip(), answer.err, store.read_bytes()) == (b"", "", before)
    assert [file.name for file in tmp_path.glob("*before*")] == []


def test_a_line_that_cannot_be_read_offers_nothing(run: Run, filled_book: Path) -> None:
    for line in ("loancrm nosuch x", "loancrm --lang xx customer show C"):
        answer = offered(run, line, filled_book)
        assert (answer.out.strip(), answer.err) == (b"", "")
