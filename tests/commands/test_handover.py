"""Customers go from one officer to another in one command: dated, with what waits, and one undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import places
from tests.conftest import Answer, Run, call

from .helpers import asked, rows_of
from .shapes import misfits
from .shapes_care import HANDOVER
from .test_undo import holds

MANY = 500
PROFILE = """
kind: customers
columns:
  customer.kind: {constant: student}
  customer.bank_number: no
  customer.name: name
  customer.region: region
  customer.officer: officer
"""
HAND_OVER = ("customer", "handover", "--from", "li.wei", "--to", "zhao.min")


@pytest.fixture(scope="module")
def many(empty_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """500 customers of li.wei, one of zhao.min, with steps, tickets and talks at a few."""
    path = tmp_path_factory.mktemp("many") / "many.db"
    places.copy(empty_book, path)
    lines = [f"{n},王{n},{'北京' if n % 2 else '上海'},li.wei" for n in range(1, MANY + 1)]
    lines.append("999,旁人,北京,zhao.min")
    (path.parent / "c.csv").write_text("no,name,region,officer\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (path.parent / "c.yaml").write_text(PROFILE, encoding="utf-8")
    for words in (
        ("officer", "add", "zhao.min", "--name", "赵敏"),
        ("import", "customers", path.parent / "c.csv", "--profile", path.parent / "c.yaml", "--apply"),
        ("customer", "edit", "C-00003", "--second-officer", "zhao.min"),
        ("customer", "edit", "C-00501", "--second-officer", "li.wei"),
        ("loan", "add", "C-00001", "--number", "J1", "--product", "tuition", "--principal", "8000"),
        ("contact", "log", "C-00001", "--channel", "phone", "--note", "想提前还款"),
        ("followup", "add", "C-00001", "--on", "2026-12-05", "--what", "送合同", "--officer", "li.wei"),
        ("followup", "add", "C-00002", "--on", "2026-12-05", "--what", "已办", "--officer", "li.wei"),
        ("followup", "done", "U-00002"),
        ("feedback", "record", "C-00001", "--kind", "complaint", "--text", "太慢", "--channel", "phone"),
        ("feedback", "assign", "F-00001", "--to", "li.wei"),
        ("feedback", "record", "C-00002", "--kind", "complaint", "--text", "态度", "--about", "zhao.min"),
        ("feedback", "assign", "F-00002", "--to", "li.wei"),
    ):
        answer = call("--store", path, *words, home=path.parent)
        assert answer.code == 0, answer.err
    return path


@pytest.fixture
def book(many: Path, tmp_path: Path, kept: list[Path]) -> Path:
    path = tmp_path / "many.db"
    places.copy(many, path)
    kept.append(path)
    return path


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def rows(cli: Run, book: Path, *words: str) -> Any:
    return done(cli("--store", book, *words, "--format", "json")).json


def test_all_customers_go_with_what_waits_and_each_has_a_brief(cli: Run, book: Path) -> None:
    briefs = rows(cli, book, *HAND_OVER)
    assert misfits(briefs, [HANDOVER]) == []
    assert len(briefs) == MANY + 1
    first = briefs[0]
    assert (first["customer"], first["part"], first["last_note"]) == ("C-00001", "lead", "想提前还款")
    assert [(p["code"], p["due_on"], p["what"]) for p in first["open_points"]] == [
        ("U-00001", "2026-12-05", "送合同"),
        ("F-00001", "2026-11-24", "太慢"),  # two working days after Saturday the 21st
    ]
    assert {row["customer"]: row["part"] for row in briefs}["C-00501"] == "lead"  # was, and stays, theirs
    assert len(rows(cli, book, "customer", "list", "--officer", "zhao.min")) == MANY + 1
    assert rows(cli, book, "customer", "list", "--officer", "li.wei") == []
    steps = rows(cli, book, "followup", "list", "--all")
    assert {step["follow_up"]: step["officer"] for step in steps} == {
        "U-00001": "zhao.min",
        "U-00002": "li.wei",  # was done
    }
    tickets = {row["feedback"]: row["officer"] for row in rows(cli, book, "feedback", "list")}
    assert tickets == {"F-00001": "zhao.min", "F-00002": "li.wei"}  # never to whom it is about


def test_nobody_is_lead_and_second_of_one_customer(cli: Run, book: Path) -> None:
    done(cli("--store", book, *HAND_OVER))
    for code in ("C-00003", "C-00501"):
        page = rows(cli, book, "customer", "show", code)
        assert (page["officer"], page["second_officer"]) == ("zhao.min", None)


def test_the_day_before_they_are_still_the_old_officers(cli: Run, book: Path) -> None:
    done(cli("--store", book, *HAND_OVER))
    imported = rows(cli, book, "customer", "show", "C-00005", "--as-of", "2026-11-21")
    assert imported["officer"] == "zhao.min"
    later = {"LOANCRM_NOW": "2026-11-25T10:00+08:00"}
    done(cli("--store", book, "customer", "handover", "--from", "zhao.min", "--to", "li.wei", env=later))
    for day, officer in (("2026-11-24", "zhao.min"), ("2026-11-25", "li.wei")):
        listed = done(
            cli("--store", book, "customer", "list", "--as-of", day, "--format", "json", env=later)
        ).json
        assert {row["officer"] for row in listed} == {officer}


def test_a_step_is_on_the_list_of_whoever_had_it_that_day(cli: Run, book: Path) -> None:
    """From li.wei to zhao.min on the 22nd, to sun.li on the 25th; a list of each day says whose it was."""
    done(cli("--store", book, "officer", "add", "sun.li", "--name", "孙丽"))
    done(cli("--store", book, *HAND_OVER))
    later = {"LOANCRM_NOW": "2026-11-25T10:00+08:00"}
    words = ("customer", "handover", "--from", "zhao.min", "--to", "sun.li", "--customer", "C-00001")
    done(cli("--store", book, *words, env=later))
    for day, officer in (("2026-11-22", "zhao.min"), ("2026-11-24", "zhao.min"), ("2026-11-25", "sun.li")):
        for name in ("li.wei", "zhao.min", "sun.li"):
            words = ("followup", "list", "--officer", name, "--as-of", day, "--format", "json")
            steps = done(cli("--store", book, *words, env=later)).json
            expected = ["U-00001"] if name == officer else []
            assert [step["follow_up"] for step in steps] == expected, (day, name)
            words = ("today", "--officer", name, "--as-of", day, "--within", "30", "--format", "json")
            reasons = [
                reason["ref"]
                for line in done(cli("--store", book, *words, env=later)).json
                for reason in line["reasons"]
                if reason["kind"] == "follow_up"
            ]
            assert reasons == (["U-00001"] if name == officer else []), (day, name)
    assert asked(book, "select officer from v_follow_up where follow_up = 'U-00001'") == [("sun.li",)]
    done(cli("--store", book, "undo", "--yes", env=later))
    again = done(cli("--store", book, "followup", "list", "--format", "json", env=later)).json
    assert [step["officer"] for step in again] == ["zhao.min"]


def test_the_history_says_who_had_the_customer(cli: Run, book: Path) -> None:
    done(cli("--store", book, *HAND_OVER))
    moved = [
        (line["field"], line["before"], line["after"])
        for line in rows(cli, book, "history", "C-00003")
        if line["command"] == "customer handover"
    ]
    assert moved == [("officer", "li.wei", "zhao.min"), ("second_officer", "zhao.min", None)]


def test_one_undo_takes_it_back_exactly(cli: Run, book: Path) -> None:
    before = holds(book)
    done(cli("--store", book, *HAND_OVER))
    assert holds(book) != before
    done(cli("--store", book, "undo", "--yes"))
    assert holds(book) == before
    assert done(cli("--store", book, "store", "check")).out == b""


def test_some_customers_or_those_of_a_condition(cli: Run, book: Path) -> None:
    two = rows(cli, book, *HAND_OVER, "--customer", "C-00002", "--customer", "C-00004", "--dry-run")
    assert [row["customer"] for row in two] == ["C-00002", "C-00004"]
    half = rows(cli, book, *HAND_OVER, "--where", "region = 北京")
    assert len(half) == MANY // 2 + 1
    assert len(rows(cli, book, "customer", "list", "--officer", "li.wei")) == MANY // 2
    tickets = {row["feedback"]: row["officer"] for row in rows(cli, book, "feedback", "list")}
    assert tickets == {"F-00001": "zhao.min", "F-00002": "li.wei"}


def test_a_day_of_the_past_counts_unless_somebody_changed_officers_since(cli: Run, book: Path) -> None:
    done(cli("--store", book, *HAND_OVER, "--customer", "C-00001", "--on", "2026-11-02"))
    dated = "select effective_on from customer_attribute where customer_id = 1 and name = 'officer_id'"
    assert sorted(str(row[0]) for row in asked(book, dated)) == ["1900-01-01", "2026-11-02"]
    back = ("customer", "handover", "--from", "zhao.min", "--to", "li.wei")
    refused = cli("--store", book, *back, "--on", "2026-11-01", "--format", "json")
    assert (refused.code, refused.error["code"]) == (5, "changed_since")
    assert "C-00001" in refused.error["message"]


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        ("--from li.wei --to li.wei", 4, "invalid_input"),
        ("--from li.wei --to nobody", 3, "not_found"),
        ("--from nobody --to li.wei", 3, "not_found"),
        ("--from li.wei", 2, "missing"),
        ("--from li.wei --to zhao.min --on 2026-11-22", 4, "future_date"),
        ("--from li.wei --to zhao.min --where region=广州", 5, "nothing_to_do"),
        ("--from li.wei --to zhao.min --where regoin=广州", 2, "unknown_indicator"),
        ("--from li.wei --to zhao.min --customer C-99999", 3, "not_found"),
    ],
)
def test_what_cannot_be_handed_over_is_refused(
    cli: Run, book: Path, words: str, exit_code: int, code: str
) -> None:
    before = rows_of(book)
    answer = cli("--store", book, "customer", "handover", *words.split(), "--format", "json")
    assert (answer.code, answer.error["code"]) == (exit_code, code)
    assert rows_of(book) == before


def test_an_officer_who_left_takes_nobody_over(cli: Run, book: Path) -> None:
    done(cli("--store", book, "officer", "edit", "zhao.min", "--inactive"))
    refused = cli("--store", book, *HAND_OVER, "--format", "json")
    assert (refused.code, refused.error["code"]) == (5, "inactive")


def test_a_dry_run_shows_the_briefs_and_stores_nothing(cli: Run, book: Path) -> None:
    before = rows_of(book)
    shown = done(cli("--store", book, *HAND_OVER, "--dry-run", "--format", "table", "--lang", "zh_CN"))
    assert "客户：501 · 跟进事项：1 · 反馈：1" in shown.text
    assert "U-00001 2026-12-05 送合同" in shown.text
    assert rows_of(book) == before
