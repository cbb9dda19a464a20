"""The record of a saved answer, worked out a second time; charts; figures each with a unit of its own."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from loancrm import i18n
from loancrm.render.chart import Chart, svg
from loancrm.render.columns import Column, Figure
from loancrm.render.output import Options, write, write_sections
from loancrm.render.proof import Proof
from loancrm.render.sheet import Section

from .helpers import COLUMNS, EMPTY, HUADA

ORIGIN = {"command": ["report", "x"]}


def proof() -> Proof:
    return Proof(ORIGIN, {"as_of": "2026-11-20"}, [("as of", "2026-11-20")])


def test_the_digest_is_sha_256_over_lines_of_canonical_json() -> None:
    made = proof()
    options = Options("html", columns=("code", "phone", "share", "bar"), title="T")
    write([HUADA, EMPTY], COLUMNS, BytesIO(), options, header=["above"], footer=["below"], proof=made)
    lines = [
        ["basis", {"as_of": "2026-11-20"}],
        ["text", ["T", "above", "below"]],
        ["section", ["", ["code", "phone", "share"]]],
        ["row", ["C-00042", "138****8000", "0.035000"]],  # masked, as it is shown; a bar is the share again
        ["row", ["C-00043", None, None]],
    ]
    text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in lines)
    assert made.digest == hashlib.sha256(text.encode()).hexdigest()
    assert made.record() == {**ORIGIN, "basis": {"as_of": "2026-11-20"}, "digest": made.digest}


def test_the_page_carries_the_digest_of_all_its_rows() -> None:
    made, out = proof(), BytesIO()
    write((one for one in [HUADA, EMPTY]), COLUMNS, out, Options("html", columns=("code",)), proof=made)
    assert out.getvalue().decode().count(made.digest) == 2  # to be read, and in the record
    assert b"<script" not in out.getvalue()


FIGURES = (Column("figure", "figure"), Column("day", "2026-11-20", "figure"))
SECTIONS = [
    Section("Balance", FIGURES, [{"figure": "owed", "day": Figure("money", 125_000_000)}]),
    Section(
        "Quality: [PAR] / loans, and more than Excel takes",
        FIGURES,
        [
            {"figure": "PAR30", "day": Figure("ratio", 35_000)},
            {"figure": "late", "day": Figure("int", 7)},
            {"figure": "=1+1", "day": Figure("text", "=1+1")},
            {"figure": "nothing", "day": Figure("money", None)},
        ],
    ),
    Section("balance", FIGURES, []),
]


def test_each_section_is_a_sheet_with_numbers_in_it() -> None:
    out = BytesIO()
    write_sections(SECTIONS, out, Options("xlsx"), proof=proof())
    book = CalamineWorkbook.from_filelike(BytesIO(out.getvalue()))
    assert book.sheet_names == ["Balance", "Quality   PAR    loans, and mor", "balance 2", "basis"]
    rows = book.get_sheet_by_index(1).to_python()
    assert rows[1:] == [["PAR30", 0.035], ["late", 7.0], ["'=1+1", "'=1+1"], ["nothing", ""]]
    assert book.get_sheet_by_index(0).to_python()[1] == ["owed", 1250000.0]
    assert book.get_sheet_by_name("basis").to_python()[-1][0] == "loancrm"


def test_sections_of_the_same_columns_stand_below_each_other() -> None:
    out = BytesIO()
    write_sections(SECTIONS, out, Options("table"), header=["H"], footer=["F"])
    assert out.getvalue().decode().splitlines() == [
        "H",
        "figure     2026-11-20",
        "Balance",
        "owed     1,250,000.00",
        "Quality: [PAR] / loans, and more than Excel takes",
        "PAR30           3.5 %",
        "late                7",
        "=1+1             =1+1",
        "nothing",
        "F",
    ]


def test_a_format_without_sections_is_a_bug() -> None:
    with pytest.raises(ValueError, match="csv"):
        write_sections(SECTIONS, BytesIO(), Options("csv"))


def drawn(chart: Chart) -> ElementTree.Element:
    markup = svg(chart)
    assert markup.startswith("<figcaption>")
    return ElementTree.fromstring(markup.partition("</figcaption>")[2])


def test_bars_are_as_long_as_their_values_and_say_them() -> None:
    chart = Chart("bars", 'a "title" <b>', ["A&B", "C", "D"], [("", [500_000, 250_000, 0])])
    picture = drawn(chart)
    widths = [float(bar.get("width") or 0) for bar in picture.iter("rect")]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.1)
    assert widths[2] == 0
    assert picture.get("aria-label") == 'a "title" <b>'
    assert [text.text for text in picture.iter("text")] == ["A&B", "50.0 %", "C", "25.0 %", "D", "0.0 %"]


def test_a_line_is_broken_where_a_value_is_missing() -> None:
    picture = drawn(Chart("lines", "t", list("abcd"), [("one", [1, 2, None, 4]), ("two", [4, 3, 2, 1])]))
    lines = [line for line in picture.iter("polyline") if line.get("class") == "l0"]
    assert [len((line.get("points") or "").split()) for line in lines] == [2, 1]
    heights = [float(point.split(",")[1]) for point in (lines[0].get("points") or "").split()]
    assert heights[0] > heights[1]  # more stands higher


def test_nothing_is_drawn_of_nothing() -> None:
    for values in ([], [None, None], [0, 0]):
        labels = ["a"] * len(values)
        assert svg(Chart("bars", "t", labels, [("", values)])) == ""
    assert svg(Chart("lines", "t", ["a"], [("", [5])])) == ""


@pytest.mark.parametrize(("lang", "said"), [("en", "800 m"), ("zh_CN", "8 亿")])
def test_large_amounts_are_said_as_people_say_them(lang: str, said: str) -> None:
    i18n.set_language(lang)
    chart = Chart("lines", "t", ["a", "b"], [("", [80_000_000_000, 70_000_000_000])], "money")
    assert said in [text.text for text in drawn(chart).iter("text")]
