from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.cells import cell_len

from loancrm.render.columns import Column

from .helpers import EMPTY, HUADA, Customer, one, shown, with_totals

LONG = replace(
    EMPTY,
    code="C-00388",
    name="北京市海淀区宏远国际贸易进出口股份有限公司",
    segment="risk",
    outstanding_principal=-5,
    days_past_due=120,
)
KEYS = ("code", "name", "segment", "outstanding_principal", "days_past_due", "due_on")


def test_a_table_with_chinese_names_is_aligned_and_fits_eighty_columns() -> None:
    assert shown([HUADA, LONG], "table", columns=KEYS).decode() == (
        "                                                                days\n"
        "                                                   outstanding  past\n"
        "code     name                        segment         principal   due  due on\n"
        "C-00042  华达机械有限公司            mass market  1,250,000.00     9  2026-11-21\n"
        "C-00388  北京市海淀区宏远国际贸易…   risk                -0.05   120\n"
    )


def test_a_table_with_room_cuts_nothing_and_breaks_no_heading() -> None:
    assert shown([HUADA, LONG], "table", columns=KEYS[:2] + KEYS[4:], width=100).decode() == (
        "code     name                                        days past due  due on\n"
        "C-00042  华达机械有限公司                                        9  2026-11-21\n"
        "C-00388  北京市海淀区宏远国际贸易进出口股份有限公司            120\n"
    )


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_numbers_and_codes_are_never_cut(width: int) -> None:
    table = shown([HUADA, LONG], "table", width=width).decode()
    for whole in ("C-00388", "1,250,000.00", "mass market", "138****8000", "3.45 %", "3.5 %", "2026-11-21"):
        assert whole in table


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_keep_to_the_width(width: int) -> None:
    lines = shown([HUADA, LONG], "table", width=width, columns=KEYS[:4]).decode().splitlines()
    assert max(cell_len(line) for line in lines) <= width


def test_a_bar_takes_the_room_that_is_left() -> None:
    rows = [{"n": 7, "b": 1_000_000}, {"n": 8, "b": 250_000}, {"n": 9, "b": None}]
    columns = (Column("n", "n", "int"), Column("b", "", "bar"))
    assert shown(rows, "table", columns, width=19).decode() == f"n\n7  {'█' * 16}\n8  {'█' * 4}\n9\n"
    assert shown(rows, "table", columns).decode() == f"n\n7  {'█' * 36}\n8  {'█' * 9}\n9\n"


def test_markup_and_emoji_codes_are_shown_literally() -> None:
    written = shown([replace(EMPTY, name="[/] [bold]x[/bold] :smile:")], "table", columns=("name",))
    assert written == b"name\n[/] [bold]x[/bold] :smile:\n"


def test_a_note_with_line_breaks_stays_on_one_line() -> None:
    written = shown([replace(EMPTY, name="a\nb\x1b")], "table", columns=("name",)).decode()
    assert written == "name\na ⏎ b\\u001B\n"


def test_long_tables_are_cut_and_say_how_to_see_the_rest() -> None:
    rows = [Customer(f"C-{n}", "x") for n in range(7)]
    written = shown(rows, "table", columns=("code",), table_rows=2)
    assert written == b"code\nC-0\nC-1\n5 more: --limit 7\n"
    assert shown(rows, "table", columns=("code",), table_rows=2, limit=3) == b"code\nC-0\nC-1\nC-2\n"


def test_an_empty_table_is_only_its_lines() -> None:
    assert shown([], "table") == b""
    assert (
        shown([], "table", header=["nobody yet"], footer=["add one: \x1b"])
        == b"nobody yet\nadd one: \\u001B\n"
    )


def test_totals_follow_the_rows() -> None:
    written = with_totals([HUADA], "table", columns=("code",))
    assert written == b"code\nC-00042\nloans 2   paid 0.05\n"
    narrow = with_totals([HUADA], "table", columns=("code",), width=12)
    assert narrow == b"code\nC-00042\nloans 2\npaid 0.05\n"


def test_a_total_that_is_missing_is_left_out() -> None:
    written = with_totals([HUADA], "table", loans=None, columns=("code",))
    assert written == b"code\nC-00042\npaid 0.05\n"


def test_one_thing_leaves_out_what_is_empty() -> None:
    item = replace(EMPTY, name="华达", is_local=False, outstanding_principal=100, parts={"a": 1})
    assert one(item, "table", header=["head"], footer=["foot"]).decode() == (
        "head\n"
        "code                   C-00043\n"
        "name                   华达\n"
        "outstanding principal  1.00\n"
        "foot\n"
    )
    assert one(item, "table", columns=("is_local", "code")).decode() == "local  no\ncode   C-00043\n"


def test_one_thing_folds_a_long_text_instead_of_cutting_it() -> None:
    written = one(replace(EMPTY, name="长" * 100), "table").decode()
    assert written.count("长") == 100
    assert max(cell_len(line) for line in written.splitlines()) <= 80


def test_labels_follow_the_language_and_chinese_headings_stay_aligned(chinese: None) -> None:
    written = shown([HUADA, LONG], "table", columns=("segment", "days_past_due", "code")).decode()
    assert written == ("客户分层  逾期天数  code\n大众             9  C-00042\nrisk           120  C-00388\n")


@pytest.mark.parametrize("color", [True, False])
def test_only_the_option_decides_about_colour(color: bool) -> None:
    program = (
        "import sys; from loancrm.render.columns import Column\n"
        "from loancrm.render.output import Options, write\n"
        "one = Column('n', 'n', 'int')\n"
        f"write([{{'n': 1}}], [one], sys.stdout.buffer, Options('table', color={color}))"
    )
    for extra in ({"FORCE_COLOR": "1", "COLUMNS": "5"}, {"NO_COLOR": "1", "TERM": "dumb"}):
        env = {**os.environ, **extra}
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=env)
        assert (b"\x1b[" in run.stdout) is color


def test_a_masked_number_is_not_cut() -> None:
    columns = (Column("name", "name"), Column("phone", "phone", mask="identifier"))
    row = {"name": "长" * 60, "phone": "110101199001011234"}
    assert "110*************34" in shown([row], "table", columns, width=40).decode()
