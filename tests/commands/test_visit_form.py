"""The form for visits: written, filled in as an officer would, and taken in again, in either language."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from loancrm.render.workbook import SHEET_NAME
from tests.conftest import Answer, Run
from tests.places import put

IMPORT = ("import", "contacts")
FILLED = {
    "en": {"day": "2026-11-20", "outcome": "met", "purpose": "post-loan check", "note": "看了仓库",
           "next day": "2026-12-05", "next step": "收报表"},
    "zh_CN": {"日期": "2026-11-20", "结果": "已面谈", "事由": "贷后检查", "备注": "看了仓库",
              "下次日期": "2026-12-05", "跟进事项": "收报表"},
}  # fmt: skip


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


@pytest.fixture
def two(cli: Run, book: Path) -> Path:
    for name in ("华达机械有限公司", "宏远贸易有限公司"):
        words = ("--kind", "enterprise", "--name", name, "--officer", "li.wei")
        done(cli("--store", book, "customer", "add", *words))
    words = ("--name", "张敏", "--role", "contact", "--phone", "13900139000")
    done(cli("--store", book, "person", "add", "C-00001", *words))
    return book


def form(cli: Run, book: Path, path: Path, *words: str, lang: str = "en") -> list[list[Any]]:
    line = ("--lang", lang, "--store", book, "contact", "form", "--officer", "li.wei", "--within", "365d")
    done(cli(*line, *words, "--output", path))
    return CalamineWorkbook.from_path(path).get_sheet_by_name(SHEET_NAME).to_python()


def filled_in(path: Path, rows: list[list[Any]], values: dict[str, str]) -> None:
    """Fill the first row in, with days as a spreadsheet keeps them."""
    from datetime import date

    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                value = values.get(str(rows[0][c]), cell) if r == 1 else cell
                if r == 1 and str(value).startswith("2026-"):
                    sheet.write_datetime(r, c, date.fromisoformat(str(value)), day)
                else:
                    sheet.write(r, c, value)


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_a_workbook_comes_back_as_talks(cli: Run, two: Path, tmp_path: Path, lang: str) -> None:
    rows = form(cli, two, tmp_path / "visits.xlsx", lang=lang)
    assert [row[0] for row in rows[1:]] == ["C-00001", "C-00002"]
    filled_in(tmp_path / "back.xlsx", rows, FILLED[lang])
    line = (
        "--lang",
        lang,
        "--store",
        two,
        *IMPORT,
        tmp_path / "back.xlsx",
        "--profile",
        "visits",
        "--format",
        "json",
    )
    rehearsed = done(cli(*line)).json
    taken = done(cli(*line, "--apply")).json
    for receipt in (rehearsed, taken):
        assert (receipt["new"], receipt["rejected"], receipt["skipped"]) == (1, 0, {"unfilled": 1})
    (talk,) = done(cli("--store", two, "contact", "list", "--format", "json")).json
    names = ("customer", "on", "channel", "purpose", "outcome", "note", "officer")
    assert [talk[name] for name in names] == [
        "C-00001", "2026-11-20", "visit", "post_loan_check", "met", "看了仓库", "li.wei",
    ]  # fmt: skip
    (step,) = done(cli("--store", two, "followup", "list", "--format", "json")).json
    assert (step["due_on"], step["what"]) == ("2026-12-05", "收报表")
    assert done(cli(*line, "--apply")).json["new"] == 0  # again: it is known


def test_a_csv_comes_back_too(cli: Run, two: Path, tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    done(cli("--store", two, "contact", "form", "C-00002", "C-00001", "--output", path))
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert [row["customer"] for row in rows] == ["C-00002", "C-00001"]
    rows[1] |= {"on": "2026/11/20", "outcome": "met", "note": "=1+1", "channel": "phone"}
    with (tmp_path / "back.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done(cli("--store", two, *IMPORT, tmp_path / "back.csv", "--profile", "visits", "--apply"))
    (talk,) = done(cli("--store", two, "contact", "list", "--format", "json")).json
    assert [talk[name] for name in ("customer", "channel", "note")] == ["C-00001", "phone", "=1+1"]


def test_half_a_row_is_told_and_nothing_is_taken(cli: Run, two: Path, tmp_path: Path) -> None:
    rows = form(cli, two, tmp_path / "visits.xlsx")
    filled_in(tmp_path / "back.xlsx", rows, {"note": "没填结果"})
    answer = cli(
        "--store", two, *IMPORT, tmp_path / "back.xlsx", "--profile", "visits", "--apply", "--format", "json"
    )
    assert answer.code == 4
    assert answer.json["rejected"] == 1
    assert done(cli("--store", two, "contact", "list", "--format", "json")).json == []


def test_it_offers_the_words_and_takes_days_only(cli: Run, two: Path, tmp_path: Path) -> None:
    form(cli, two, tmp_path / "visits.xlsx", lang="zh_CN")
    with zipfile.ZipFile(tmp_path / "visits.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count('type="list"') == 3
    assert sheet.count('type="date"') == 2
    for text in ("已面谈", "上门走访", "贷后检查"):
        assert text in sheet
    assert "<f>" not in sheet


def test_a_name_is_never_a_formula(cli: Run, two: Path, tmp_path: Path, kept: list[Path]) -> None:
    kept.clear()  # its name is not what was recorded
    put(two, "UPDATE customer SET name = '=1+1' WHERE number = 2")
    rows = form(cli, two, tmp_path / "visits.xlsx")
    assert "'=1+1" in [row[1] for row in rows]
    with zipfile.ZipFile(tmp_path / "visits.xlsx") as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_phones_are_masked_until_the_look_is_recorded(cli: Run, two: Path) -> None:
    line = ("--store", two, "contact", "form", "C-00001", "--format", "json")
    assert done(cli(*line)).json[0]["phone"] == "139****9000"
    assert done(cli(*line, "--unmask")).json[0]["phone"] == "+8613900139000"


def test_filled_in_names_targets_that_have_a_column(cli: Run, two: Path, tmp_path: Path) -> None:
    text = "kind: contacts\nfilled_in: [contact.note]\ncolumns:\n  contact.channel: a\n  contact.outcome: b\n"
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "t.csv").write_text("a,b\n", encoding="utf-8")
    answer = cli("--store", two, *IMPORT, tmp_path / "t.csv", "--profile", tmp_path / "p.yaml")
    assert (answer.code, "p.yaml:2:" in answer.err) == (4, True)
