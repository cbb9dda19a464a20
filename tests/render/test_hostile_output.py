from __future__ import annotations

import csv
import json
import unicodedata
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from loancrm.render.columns import Column
from loancrm.render.output import FORMATS

from .helpers import one, shown

COLUMNS = (Column("code", "code", "code"), Column("note", "note"))
NASTY = (
    "\x1b[2J", "\x1b]0;t\x07", "\x9b31m", "\x00", "\r\n", "\t", "\u202e", "\u200b", "\u2028", "\ufeff",
    "\U000e0041", "\ue000", "=", "+", "-", "@", "＝", "＋", "－", "＠", "[/]", "[bold]", ":smile:", "{{ x }}",
    "<script>", "'; DROP TABLE", '"', ",", "\ufffe", "_x001B_", "华达", "é",
)  # fmt: skip
hostile = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(NASTY), max_size=6).map("".join))
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def acting(text: str, allowed: str) -> list[str]:
    kinds = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return [char for char in text if unicodedata.category(char) in kinds and char not in allowed]


def readable(format: str, written: bytes) -> str:
    if format != "xlsx":
        return written.decode()
    parts = ZipFile(BytesIO(written))
    return "".join(parts.read(name).decode() for name in parts.namelist())


LAYOUT = {"tsv": "\t\n", "csv": "\ufeff\r\n"}


@pytest.mark.parametrize("format", FORMATS)
@settings(deadline=None, max_examples=60)
@given(code=hostile, note=hostile, line=hostile)
def test_no_output_holds_a_character_that_acts(format: str, code: str, note: str, line: str) -> None:
    row = {"code": code, "note": note}
    around = {"header": [line], "footer": [line], "title": line}
    for written in (shown([row], format, COLUMNS, **around), one(row, format, COLUMNS, **around)):
        text = readable(format, written)
        assert acting(text.removeprefix("\ufeff"), LAYOUT.get(format, "\n").strip("\ufeff")) == []


@settings(deadline=None)
@given(code=hostile, note=hostile)
def test_every_text_reads_back_from_json_as_it_was(code: str, note: str) -> None:
    row = {"code": code, "note": note}
    assert json.loads(shown([row], "json", COLUMNS)) == [row]
    assert json.loads(one(row, "json", COLUMNS)) == row
    lines = shown([row, row], "jsonl", COLUMNS).decode().splitlines()
    assert [json.loads(line) for line in lines] == [row, row]


@settings(deadline=None)
@given(code=hostile, note=hostile)
def test_tsv_keeps_its_shape(code: str, note: str) -> None:
    lines = shown([{"code": code, "note": note}], "tsv", COLUMNS).decode().split("\n")
    assert [line.count("\t") for line in lines] == [1, 1, 0]


@settings(deadline=None)
@given(code=hostile, note=hostile)
def test_no_csv_cell_is_a_formula(code: str, note: str) -> None:
    text = shown([{"code": code, "note": note}], "csv", COLUMNS).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text, newline="")))
    assert [len(row) for row in rows] == [2, 2]
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]


@settings(deadline=None, max_examples=40)
@given(code=hostile, note=hostile)
def test_no_xlsx_cell_is_a_formula(code: str, note: str) -> None:
    written = shown([{"code": code, "note": note}], "xlsx", COLUMNS)
    rows = CalamineWorkbook.from_filelike(BytesIO(written)).get_sheet_by_index(0).to_python()
    assert not [cell for row in rows for cell in row if str(cell).startswith(FORMULA)]
    assert "<f>" not in ZipFile(BytesIO(written)).read("xl/worksheets/sheet1.xml").decode()
