from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from loancrm.errors import Refused
from loancrm.render import workbook
from loancrm.render.columns import Column

from .helpers import EMPTY, HUADA, one, shown


def cells(written: bytes) -> Sequence[Sequence[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(written)).get_sheet_by_index(0).to_python()


def part(written: bytes, name: str) -> str:
    return ZipFile(BytesIO(written)).read(name).decode()


def test_values_arrive_in_excel_as_what_they_are() -> None:
    assert cells(shown([HUADA], "xlsx")) == [
        [
            "code",
            "name",
            "segment",
            "phone",
            "outstanding principal",
            "annual rate",
            "share",
            "days past due",
            "due on",
            "seen at",
            "local",
        ],
        [
            "C-00042",
            "华达机械有限公司",
            "mass_market",
            "138****8000",
            1250000.0,
            0.0345,
            0.035,
            9,
            date(2026, 11, 21),
            "2026-11-21T01:02:03Z",
            True,
        ],
    ]


def test_money_is_exact_up_to_fifteen_digits_and_text_beyond() -> None:
    columns = (Column("paid", "paid", "money"),)
    written = shown(
        [{"paid": 999_999_999_999_999}, {"paid": None}, {"paid": -1_234_567_890_123_456}], "xlsx", columns
    )
    assert "<v>9999999999999.99</v>" in part(written, "xl/worksheets/sheet1.xml")
    assert cells(written)[1:] == [[9999999999999.99], [""], ["-12345678901234.56"]]
    assert 'formatCode="#,##0.00"' in part(written, "xl/styles.xml")


def test_long_numbers_links_and_formulas_stay_text() -> None:
    names = ["110101199001011234", "https://example.com", "=1+1", "{=1+1}", "＝1+1", "\x1b[2J", "_x0041_"]
    written = shown([replace(EMPTY, name=name) for name in names], "xlsx", columns=("name",))
    assert cells(written) == [
        ["name"],
        ["110101199001011234"],
        ["https://example.com"],
        ["'=1+1"],
        ["{=1+1}"],
        ["'＝1+1"],
        ["\\u001B[2J"],
        ["_x0041_"],
    ]
    assert "<f>" not in part(written, "xl/worksheets/sheet1.xml")
    assert "hyperlink" not in part(written, "xl/worksheets/sheet1.xml")


def test_days_that_excel_does_not_know_stay_text() -> None:
    columns = (Column("due_on", "due on", "date"),)
    written = shown([{"due_on": date(1899, 12, 31)}, {"due_on": date(1900, 1, 1)}], "xlsx", columns)
    assert cells(written)[1] == ["1899-12-31"]


def test_a_text_too_long_for_a_cell_says_that_it_is_cut() -> None:
    written = shown([replace(EMPTY, name="长" * 40_000)], "xlsx", columns=("name",))
    assert cells(written)[1] == ["长" * 32_766 + "…"]


def test_the_first_line_is_frozen_and_chinese_columns_are_wide_enough() -> None:
    written = shown([replace(EMPTY, name="长" * 20)], "xlsx", columns=("name",))
    sheet = part(written, "xl/worksheets/sheet1.xml")
    assert 'ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert 'width="42.7' in sheet


def test_the_same_rows_give_the_same_content() -> None:
    first, second = (ZipFile(BytesIO(shown([HUADA], "xlsx", title="t"))) for _ in range(2))
    assert {n: first.read(n) for n in first.namelist()} == {n: second.read(n) for n in second.namelist()}


def test_one_thing_is_labels_and_values_without_what_is_empty() -> None:
    item = replace(EMPTY, name="华达", days_past_due=0, is_local=False)
    assert cells(one(item, "xlsx")) == [
        ["field", "value"],
        ["code", "C-00043"],
        ["name", "华达"],
        ["days past due", 0],
        ["local", False],
    ]


def test_no_rows_are_only_the_headings() -> None:
    assert cells(shown([], "xlsx", columns=("code",))) == [["code"]]


def test_too_many_rows_are_refused_and_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert len(cells(shown([HUADA] * 2, "xlsx"))) == 3
    with pytest.raises(Refused, match="more rows than an Excel sheet holds"):
        shown([HUADA] * 3, "xlsx")
