"""Customers that are put away: out of the lists, in the reports of the past, and back again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Run

from .helpers import rows_of
from .test_undo import holds

LATER = {"LOANCRM_NOW": "2026-11-25T10:00+08:00"}


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def rows(cli: Run, book: Path, *words: str, **more: Any) -> Any:
    return done(cli("--store", book, *words, "--format", "json", **more)).json


def codes(cli: Run, book: Path, *words: str, **more: Any) -> list[str]:
    return [row.get("code") or row["customer"] for row in rows(cli, book, *words, **more)]


@pytest.fixture
def pair(cli: Run, book: Path) -> Path:
    """Two students of one phone, on the daily list because nobody talked with them."""
    for name in ("甲", "乙"):
        words = ("--kind", "student", "--name", name, "--phone", "13900139000", "--since", "2026-01-05")
        done(cli("--store", book, "customer", "add", *words, "--officer", "li.wei"))
    return book


def test_the_next_steps_of_an_archived_customer_are_shown_when_all_are_asked_for(
    cli: Run, pair: Path
) -> None:
    for code in ("C-00001", "C-00002"):
        words = ("--on", "2026-12-05", "--what", "回访", "--officer", "li.wei")
        done(cli("--store", pair, "followup", "add", code, *words))
    done(cli("--store", pair, "customer", "archive", "C-00001"))
    assert codes(cli, pair, "followup", "list") == ["C-00002"]
    assert codes(cli, pair, "followup", "list", "--officer", "li.wei") == ["C-00002"]
    assert codes(cli, pair, "followup", "list", "--all") == ["C-00001", "C-00002"]
    assert codes(cli, pair, "followup", "list", "--customer", "C-00001") == [
        "C-00001"
    ]  # who is named is shown
    assert codes(cli, pair, "followup", "list", "--as-of", "2026-11-20") == []
    assert [one["status"] for one in rows(cli, pair, "customer", "show", "C-00001")["follow_ups"]] == ["open"]


def test_an_archived_customer_leaves_the_lists_and_is_found_when_asked_for(cli: Run, pair: Path) -> None:
    assert codes(cli, pair, "due") == ["C-00001", "C-00002"]
    receipt = rows(cli, pair, "customer", "archive", "C-00001", "--why", "毕业")
    assert receipt == {"code": "C-00001", "name": "甲", "archived_on": "2026-11-21"}
    for words in (
        ("customer", "list"),
        ("customer", "list", "--officer", "li.wei"),
        ("due",),
        ("due", "--officer", "li.wei"),
        ("due", "--limit", "1"),
    ):
        assert codes(cli, pair, *words) == ["C-00002"], words
    assert rows(cli, pair, "customer", "duplicates") == []
    assert codes(cli, pair, "customer", "find", "甲") == []
    assert codes(cli, pair, "customer", "find", "甲", "--limit", "1", "--all") == ["C-00001"]
    assert codes(cli, pair, "customer", "find", "甲", "--archived") == ["C-00001"]
    assert codes(cli, pair, "customer", "list", "--archived") == ["C-00001"]
    assert codes(cli, pair, "customer", "list", "--all") == ["C-00001", "C-00002"]
    shown = done(cli("--store", pair, "customer", "show", "C-00001", "--format", "table")).text
    assert "archived since 2026-11-21" in shown


def test_before_that_day_it_was_there(cli: Run, pair: Path) -> None:
    done(cli("--store", pair, "customer", "archive", "C-00001", "--on", "2026-11-10"))
    assert codes(cli, pair, "customer", "list", "--as-of", "2026-11-09") == ["C-00001", "C-00002"]
    assert codes(cli, pair, "customer", "list", "--as-of", "2026-11-10") == ["C-00002"]
    assert codes(cli, pair, "due", "--as-of", "2026-11-09") == ["C-00001", "C-00002"]
    assert codes(cli, pair, "due", "--as-of", "2026-11-10") == ["C-00002"]
    known = ("customer", "list", "--as-of", "2026-11-21", "--known-at", "2026-11-20")
    assert codes(cli, pair, *known, env=LATER) == []  # nothing was typed before the 21st


def test_what_it_borrowed_stays_in_the_reports(cli: Run, pair: Path) -> None:
    words = ("--number", "J1", "--product", "tuition", "--principal", "8000", "--disbursed-on", "2026-03-01")
    done(cli("--store", pair, "loan", "add", "C-00001", *words))
    done(cli("--store", pair, "loan", "close", "J1", "--on", "2026-11-01"))
    day = ("report", "portfolio", "--as-of", "2026-10-31")
    before = rows(cli, pair, *day)
    done(cli("--store", pair, "customer", "archive", "C-00001"))
    assert rows(cli, pair, *day) == before
    assert before["live_loans"] == 1


def test_one_with_live_loans_is_refused_with_the_way_out(cli: Run, pair: Path) -> None:
    words = ("--number", "J1", "--product", "tuition", "--principal", "8000", "--disbursed-on", "2026-03-01")
    done(cli("--store", pair, "loan", "add", "C-00001", *words))
    before = rows_of(pair)
    refused = cli("--store", pair, "customer", "archive", "C-00001", "--format", "json")
    assert (refused.code, refused.error["code"]) == (5, "live_loans")
    assert "J1" in refused.error["message"]
    assert refused.error["hint"] == "first end them: loancrm loan close J1"
    assert rows_of(pair) == before
    done(cli("--store", pair, "loan", "close", "J1"))
    done(cli("--store", pair, "customer", "archive", "C-00001"))


def test_it_comes_back_and_both_are_undone_exactly(cli: Run, pair: Path) -> None:
    before = holds(pair)
    done(cli("--store", pair, "customer", "archive", "C-00001"))
    archived = holds(pair)
    receipt = rows(cli, pair, "customer", "unarchive", "C-00001", env=LATER)
    assert receipt == {"code": "C-00001", "name": "甲", "archived_on": None}
    assert codes(cli, pair, "customer", "list", env=LATER) == ["C-00001", "C-00002"]
    assert codes(cli, pair, "customer", "list", "--as-of", "2026-11-24", env=LATER) == ["C-00002"]
    done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == archived
    done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == before


@pytest.mark.parametrize(
    ("line", "exit_code", "code"),
    [
        ("customer unarchive C-00001", 5, "not_archived"),
        ("customer archive C-00009", 3, "not_found"),
        ("customer archive C-00001 --on 2026-11-22", 4, "future_date"),
    ],
)
def test_what_makes_no_sense_is_refused(cli: Run, pair: Path, line: str, exit_code: int, code: str) -> None:
    answer = cli("--store", pair, *line.split(), "--format", "json")
    assert (answer.code, answer.error["code"]) == (exit_code, code)


def test_it_is_archived_once(cli: Run, pair: Path) -> None:
    done(cli("--store", pair, "customer", "archive", "C-00001"))
    again = cli("--store", pair, "customer", "archive", "C-00001", "--format", "json")
    assert (again.code, again.error["code"]) == (5, "archived")
