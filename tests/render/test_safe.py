from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loancrm.render.safe import json_safe, one_line, safe, spreadsheet_safe


@pytest.mark.parametrize(
    ("hostile", "visible"),
    [
        ("华达 [bold]x[/]", "华达 [bold]x[/]"),
        ("a\x1b[31mb", "a\\u001B[31mb"),
        ("\x00\x07\x7f", "\\u0000\\u0007\\u007F"),
        ("\x9b31m", "\\u009B31m"),
        ("a\u202eb\u2066", "a\\u202Eb\\u2066"),
        ("zero\u200bwidth\ufeff", "zero\\u200Bwidth\\uFEFF"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud800", "\\uD800"),
        ("\ue000", "\\uE000"),
        ("\U000e0041", "\\U000E0041"),
        ("a\tb\r\n", "a\\u0009b\\u000D\\u000A"),
        ("全角　空格\u00a0é", "全角　空格\u00a0é"),
    ],
)
def test_acting_characters_become_visible_and_others_stay(hostile: str, visible: str) -> None:
    assert safe(hostile) == visible


def test_line_breaks_of_a_note_stand_on_one_line() -> None:
    assert one_line("called\r\npays Friday\nor\rnot") == "called ⏎ pays Friday ⏎ or\\u000Dnot"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_formula_start_gets_an_apostrophe(start: str) -> None:
    assert spreadsheet_safe(start + "1+1") == "'" + start + "1+1"


@pytest.mark.parametrize("text", ["", "1+1", "a=b", "'=1", " =1", "华达"])
def test_other_texts_get_no_apostrophe(text: str) -> None:
    assert spreadsheet_safe(text) == text


def test_json_escapes_beyond_the_basic_plane_are_surrogate_pairs() -> None:
    assert json_safe('"\U000e0041\u202e\x85"\n') == '"\\udb40\\udc41\\u202e\\u0085"\n'


@given(st.text())
def test_escaped_json_means_the_same(text: str) -> None:
    assert json.loads(json_safe(json.dumps(text, ensure_ascii=False))) == text
