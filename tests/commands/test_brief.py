"""The brief before a call: who, figures beside last year's, talks, open points, what to offer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from loancrm.policy.policy import in_force
from loancrm.reports.brief import customer_brief
from loancrm.store import Store
from loancrm.typeset import display_width
from tests import places
from tests.conftest import Answer, Run, call

DAY = "2026-11-21"
LINES = (
    "officer add zhao.min --name 赵敏",
    "customer add --kind enterprise --name 华达机械有限公司 --officer li.wei --industry C34 --region 北京",
    "customer edit C-00001 --phone 13800138000 --tier key --second-officer zhao.min",
    "person add C-00001 --name 张敏 --role finance --phone 13900139000 --preferred-channel wechat",
    (
        "loan add C-00001 --number J1 --product working_capital --principal 2000000 "
        "--disbursed-on 2025-06-01 --matures-on 2027-01-15"
    ),
    "snapshot add J1 --on 2025-11-20 --outstanding 2000000 --days-past-due 0",
    (
        "snapshot add J1 --on 2026-11-19 --outstanding 1250000 --days-past-due 0 --next-due-on 2026-12-21 "
        "--next-due-amount 3593.75"
    ),
    "facility add C-00001 --number SX-01 --limit-amount 3000000 --expires-on 2027-03-31",
    "contact log C-00001 --channel phone --note 第一次 --on 2026-11-01",
    "contact log C-00001 --channel visit --outcome met --note 第二次 --on 2026-11-15",
    "followup add C-00001 --on 2026-12-05 --what 送合同",
    "promise add J1 --amount 120000 --by 2026-11-19 --on 2026-11-10",
    "promise add J1 --amount 5000 --by 2026-12-10 --on 2026-11-20",
    "need add C-00001 --kind equipment --amount 800000 --on 2026-11-15",
    "consent add C-00001 --person 张敏 --purpose contact --on 2026-01-01",
    "classify",
)
STATEMENT = (
    "statement add C-00001 --period-end {} --months 12 --current-assets {} --current-liabilities 100 "
    "--revenue {} --total-assets 1000"
)


@pytest.fixture(scope="module")
def known(empty_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A customer of whom much is known. Only to be looked at, or copied."""
    path = tmp_path_factory.mktemp("brief") / "brief.db"
    places.copy(empty_book, path)
    years = ("2024-12-31 148 900", "2025-12-31 112 1000")
    for line in (*LINES, *(STATEMENT.format(*year.split()) for year in years)):
        answer = call("--store", path, *line.split(), home=path.parent)
        assert answer.code == 0, (line, answer.err)
    return path


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def brief(cli: Run, book: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = done(
        cli("--store", book, "customer", "brief", "C-00001", *words, "--format", "json")
    ).json
    return found


def test_figures_stand_beside_those_of_a_year_ago(cli: Run, known: Path) -> None:
    figures = {one["name"]: (one["value"], one["a_year_ago"]) for one in brief(cli, known)["figures"]}
    assert figures["outstanding_principal"] == ("1250000.00", "2000000.00")  # as of that day
    assert figures["current_ratio"] == ("1.12", "1.48")  # of the statement of the year before
    assert figures["revenue"] == ("1000.00", "900.00")
    assert figures["average_deposits"] == (None, None)


def test_what_waits_and_what_comes_is_there_in_order(cli: Run, known: Path) -> None:
    found = brief(cli, known)
    assert [one["note"] for one in found["talks"]] == ["第二次", "第一次"]
    assert [(one["code"], one["due_on"]) for one in found["open_points"]] == [
        ("U-00001", "2026-12-05"),
        ("R-00001", "2026-11-19"),
        ("R-00002", "2026-12-10"),
    ]
    assert [(one["on"], one["what"], one["ref"], one["amount"]) for one in found["dates"]] == [
        ("2026-12-15", "next_talk", None, None),  # key customers: 30 days after the visit
        ("2026-12-21", "next_due", "J1", "3593.75"),
        ("2027-01-15", "maturity", "J1", "1250000.00"),
        ("2027-03-31", "line_expiry", "SX-01", "3000000.00"),
    ]


def test_what_to_offer_and_what_not(cli: Run, known: Path, tmp_path: Path, kept: list[Path]) -> None:
    found = brief(cli, known)
    assert (found["may_care"], found["may_offer"], found["held_back"]) == (True, False, [])
    assert "own officer and deputy" in found["benefits"]
    book = tmp_path / "changed.db"
    places.copy(known, book)
    kept.append(book)
    for line in (
        "feedback record C-00001 --kind complaint --text 太慢 --channel phone",
        "snapshot add J1 --on 2026-11-20 --outstanding 1250000 --overdue-principal 100 --days-past-due 9",
        "consent add C-00001 --person 张敏 --purpose contact --on 2026-11-02 --is-withdrawn yes",
        "consent add C-00001 --person 陈刚 --purpose marketing --on 2026-11-03",
        "classify",
    ):
        done(cli("--store", book, *line.split()))
    found = brief(cli, book)
    assert [one["rule"] for one in found["held_back"]] == ["past_due", "risk", "complaint"]
    assert (found["may_care"], found["may_offer"]) == (True, True)
    assert "F-00001" in [one["code"] for one in found["open_points"]]
    said = done(cli("--store", book, "customer", "brief", "C-00001", "--format", "table")).text
    assert "offers are held back: a complaint is open" in said
    assert "own officer and deputy" not in said


PARTS = (
    "people",
    "loans",
    "figures",
    "talks",
    "open points",
    "needs",
    "treatment",
    "to offer",
    "not now",
    "next dates",
)


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_the_page_fits_80_columns_with_every_part(cli: Run, known: Path, lang: str) -> None:
    line = ("--lang", lang, "--store", known, "customer", "brief", "C-00001")
    said = done(cli(*line, "--format", "table", env={"COLUMNS": "80"})).text
    assert max(map(display_width, said.splitlines())) <= 80
    if lang == "en":
        assert [part for part in PARTS if not re.search(f"^{part}  ", said, re.MULTILINE)] == []
    page = done(cli(*line, "--format", "html")).text
    assert page.startswith("<!DOCTYPE html>")
    for text in ("华达机械有限公司", "第二次", "送合同", "138****8000", "139****9000"):
        assert text in said
        assert text in page
    assert "13900139000" not in said + page


def test_phones_are_shown_when_the_look_is_recorded(
    cli: Run, known: Path, tmp_path: Path, kept: list[Path]
) -> None:
    book = tmp_path / "looked.db"
    places.copy(known, book)
    kept.append(book)
    found = brief(cli, book, "--unmask")
    assert (found["phone"], found["people"][0]["phone"]) == ("+8613800138000", "+8613900139000")
    looks = done(cli("--store", book, "history", "C-00001", "--format", "json")).json
    assert any(one["action"] == "look" for one in looks)


def test_a_brief_of_a_past_day_is_of_that_day(cli: Run, known: Path) -> None:
    found = brief(cli, known, "--as-of", "2026-11-05")
    assert [one["note"] for one in found["talks"]] == ["第一次"]
    assert [one["code"] for one in found["open_points"]] == []


@pytest.mark.sqlite_only("it counts what is sent to the file")
def test_it_takes_the_same_number_of_statements_for_much_and_for_little(
    known: Path, filled_book: Path
) -> None:
    from datetime import date

    def asked(path: Path, code: str) -> int:
        store, statements = Store(path), []
        with store.read(date.fromisoformat(DAY), None) as view:
            policy = in_force(view)
            event.listen(view.connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
            customer_brief(view, policy, code)
        store.close()
        return len(statements)

    assert asked(known, "C-00001") == 52
    assert (
        asked(filled_book, "C-00001") == 55
    )  # the appraisals of its collateral, and the book that its limits are shares of


def test_a_handover_names_the_promises_too(cli: Run, known: Path, tmp_path: Path, kept: list[Path]) -> None:
    book = tmp_path / "over.db"
    places.copy(known, book)
    kept.append(book)
    words = ("customer", "handover", "--from", "li.wei", "--to", "zhao.min", "--format", "json")
    (one,) = done(cli("--store", book, *words)).json
    assert [point["code"] for point in one["open_points"]] == ["U-00001", "R-00001", "R-00002"]
