"""Hostile names are shown literally everywhere; personal data is masked unless a recorded look unmasks it."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from loancrm.identity import name_key
from loancrm.pinyin import search_key
from tests.conftest import Run

from .helpers import FORMATS, asked, put, unpacked

HOSTILE = (
    "[/]",
    "[bold]粗[/bold]",
    ":smile:",
    "'; DROP TABLE customer; --",
    "<script>alert(1)</script>",
    "=1+1",
    "%s%n{0}",
    "$(reboot)`id`",
)
PHONE, MAIL, NUMBER = "13800138000", "wang.xiaoming@example.com", "11010519491231002X"
ACTING = "\x1b]0;x\x07\x9b31m\u202e\u200b\x00"[:-1]


@pytest.fixture
def hostile(cli: Run, book: Path) -> Path:
    for name in HOSTILE:
        answer = cli("--store", book, "customer", "add", "--kind", "student", "--name", name)
        assert answer.code == 0, answer.err
    return book


def test_a_hostile_name_is_stored_as_it_was_typed(hostile: Path) -> None:
    stored = asked(hostile, "select name from customer order by number")
    assert stored == [(name,) for name in HOSTILE]


@pytest.mark.parametrize("name", FORMATS)
def test_a_hostile_name_is_shown_literally(cli: Run, hostile: Path, name: str) -> None:
    answer = cli("--store", hostile, "customer", "list", "--columns", "name", "--format", name)
    shown = unpacked(answer.out).decode("utf-8", "replace")
    if name in ("html", "xlsx"):
        assert "<script>alert" not in shown
        shown = html.unescape(shown)
    for typed in HOSTILE:
        if name in ("json", "jsonl"):
            typed = typed.replace('"', '\\"')
        assert typed in shown


def test_a_formula_is_made_a_text_where_a_spreadsheet_reads(cli: Run, hostile: Path) -> None:
    listed = ("--store", hostile, "customer", "list", "--columns", "name", "--format")
    assert "\r\n'=1+1\r\n" in cli(*listed, "csv").text
    assert b"<f>" not in unpacked(cli(*listed, "xlsx").out)


@pytest.mark.parametrize("name", FORMATS)
def test_what_acts_and_is_stored_already_is_shown_escaped(cli: Run, full: Path, name: str) -> None:
    name = f"华达{ACTING}公司"
    keys = (name_key(name), search_key(name, is_person=False))  # as the store's own check wants them
    put(full, "update customer set name = ?, name_key = ?, pinyin_key = ? where number = 1", name, *keys)
    put(full, "update contact set note = ? where number = 1", f"谈{ACTING}\r\n续贷")
    for words in (
        ("customer", "list"),
        ("customer", "show", "C-00001"),
        ("contact", "list"),
        ("due", "--as-of", "2026-12-01"),
        ("report", "concentration", "--by", "customer"),
    ):
        shown = unpacked(cli("--store", full, *words, "--format", name).out)
        if name == "xlsx":
            continue_at = shown.decode("utf-8", "replace")
            assert not set(continue_at) & set("\x1b\x07\u202e\u200b")
            continue
        text = shown.decode("utf-8")
        assert not set(text) & set("\x1b\x07\x9b\u202e\u200b"), words


def test_a_fault_never_acts_either(cli: Run, full: Path) -> None:
    for words in (
        (f"cust{ACTING}",),
        ("customer", "show", f"x{ACTING}"),
        ("loan", "show", f"x{ACTING}"),
        ("customer", "list", f"--{ACTING}"),
        ("customer", "list", "--columns", ACTING),
        ("customer", "list", "--where", f"x{ACTING} = 1"),
        ("--store", f"x{ACTING}.db", "customer", "list"),
        ("customer", "list", "--policy", f"x{ACTING}"),
        ("customer", "list", "--output", f"nowhere{ACTING}/x"),
    ):
        for more in ((), ("--format", "json")):
            answer = cli("--store", full, *words, *more)
            assert answer.code not in (0, 1), words
            assert not set(answer.err) & set("\x1b\x07\x9b\u202e\u200b"), words


# ── masks ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", FORMATS)
def test_personal_data_is_masked_in_every_format(cli: Run, filled_book: Path, name: str) -> None:
    for words in (
        ("customer", "list"),
        ("customer", "list", "--columns", "code,phone"),
        ("customer", "find", PHONE),
        ("customer", "show", "C-00002"),
        ("history", "C-00002"),
    ):
        shown = unpacked(cli("--store", filled_book, *words, "--format", name).out)
        assert shown
        for private in (PHONE, MAIL, NUMBER):
            assert private.encode() not in shown, words


def test_what_is_masked_can_be_recognised(cli: Run, filled_book: Path) -> None:
    page = cli("--store", filled_book, "customer", "show", "C-00002", "--format", "json").json
    assert (page["phone"], page["email"]) == ("138****8000", "w***@example.com")
    assert page["resident_id"] == "110*************2X"


def test_an_unmasked_look_is_in_the_history(cli: Run, full: Path) -> None:
    look = (
        "--store",
        full,
        "--me",
        "zhao.min",
        "customer",
        "show",
        "C-00002",
        "--unmask",
        "--format",
        "json",
    )
    page = cli(*look).json
    assert (page["phone"], page["email"], page["resident_id"]) == (f"+86{PHONE}", MAIL, NUMBER)
    last = cli("--store", full, "history", "C-00002", "--format", "json").json[-1]
    assert (last["actor"], last["action"], last["command"]) == ("zhao.min", "look", "customer show")


def test_an_unmasked_list_is_recorded_too(cli: Run, full: Path) -> None:
    before = asked(full, "select count(*) from audit where action = 'look'")
    shown = cli("--store", full, "customer", "list", "--unmask", "--format", "json").json
    assert shown[1]["phone"] == f"+86{PHONE}"
    cli("--store", full, "history", "C-00002", "--unmask")
    (count,) = asked(full, "select count(*) from audit where action = 'look'")
    assert (before, count) == ([(0,)], (2,))


def test_a_masked_column_does_not_give_its_order_away(cli: Run, full: Path) -> None:
    add = ("--store", full, "customer", "add", "--kind", "student", "--name")
    assert cli(*add, "甲", "--phone", "13811118000").code == 0
    assert cli(*add, "乙", "--phone", "13800008000").code == 0
    listed = ("--store", full, "customer", "list", "--sort", "phone", "--format", "json")
    order = [row["code"] for row in cli(*listed).json]
    assert order == ["C-00002", "C-00003", "C-00004", "C-00001"]  # all look alike: 138****8000, then none


def test_faults_never_repeat_personal_data(cli: Run, untouched: Path) -> None:
    for words in (
        ("customer", "add", "--kind", "student", "--name", "王小明\x1b", "--phone", PHONE),
        ("customer", "add", "--kind", "student", "--name", "王小明", "--resident-id", NUMBER),
        ("customer", "add", "--kind", "student", "--name", "王小明", "--phone", f"{PHONE}9"),
        ("customer", "show", "王小明", "--as-of", "nope"),
        ("contact", "log", "C-00002", "--channel", "x", "--note", f"王小明 {PHONE} {NUMBER}"),
        ("contact", "log", "C-00002", "--channel", "phone", "--note", f"王小明 {PHONE}\x1b"),
    ):
        for more in ((), ("--format", "json")):
            answer = cli("--store", untouched, *words, *more)
            assert answer.code in (2, 4, 5), words
            for private in ("王小明", PHONE, NUMBER, MAIL):
                assert private not in answer.err, words
