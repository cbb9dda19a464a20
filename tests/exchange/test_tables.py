"""Where the table of a file begins and ends, and files that are no tables."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt

from loancrm.errors import LoanCrmError
from loancrm.exchange import sheet_file
from tests.conftest import Answer

from .conftest import Take, codes, counts

PROFILE = """
kind: rates
columns:
  rate.series: series
  rate.on: day
  rate.annual_rate: {column: rate, rate: percent}
"""
ROWS = [["series", "day", "rate"], ["LPR 1Y", "2026-10-20", "3.10"], ["LPR 5Y", "2026-10-20", "3.60"]]
TEXT = "\n".join(",".join(row) for row in ROWS) + "\n"


def with_format(text: str) -> str:
    return PROFILE + f"format: {text}\n"


def fault(answer: Answer) -> tuple[int, str]:
    assert "Traceback" not in answer.err
    return answer.code, answer.error["code"]


def workbook(rows: list[list[Any]], name: str = "Sheet1") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return out.getvalue()


def old_workbook(rows: list[list[Any]]) -> bytes:
    out, book = io.BytesIO(), xlwt.Workbook()
    sheet = book.add_sheet("余额")
    for n, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(n, place, cell)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        ("sep=|\n" + TEXT.replace(",", "|")).encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        ("基准利率表\n\n" + TEXT + "合计,,6.70\n").encode("gb18030"),
        workbook(ROWS),
        workbook([["利率公告"], [], *ROWS, ["合计", "", "6.7"]]),
        old_workbook(ROWS),
    ],
    ids=["utf-8", "bom", "utf-16", "semicolon", "tab", "sep=", "crlf", "cr", "gbk", "xlsx", "title", "xls"],
)
def test_the_same_table_is_read_whatever_it_is_kept_in(take: Take, content: bytes) -> None:
    assert counts(take("rates", content, PROFILE, "--apply")) == {"read": 2, "new": 2}


def test_what_is_no_row_is_passed_over_and_counted(take: Take) -> None:
    content = "基准利率表,,\n\n" + TEXT + ",,\n合计：,,6.70\n"
    assert take("rates", content, PROFILE).json["skipped"] == {"title": 1, "blank": 1, "total": 1}


def test_a_total_row_is_a_row_when_the_profile_says_so(take: Take) -> None:
    answer = take("rates", TEXT + "合计,,6.70\n", with_format("{skip_totals: false}"))
    assert codes(answer) == [(4, "day", "required")]


def test_a_header_in_two_rows_is_joined(take: Take) -> None:
    profile = """
kind: snapshots
columns:
  loan.number: 借据号
  snapshot.on: 日期
  snapshot.outstanding_principal: 余额 本金
  snapshot.unpaid_interest: 余额 利息
"""
    rows = [["借据号", "日期", "余额", ""], ["", "", "本金", "利息"], ["JJ-1", "2026-11-19", 100.0, 1.5]]
    for words in (profile, profile + "format: {header_row: [1, 2]}\n"):
        answer = take("snapshots", workbook(rows), words, name="book.xlsx")
        assert codes(answer) == [(3, "借据号", "unknown_loan")], answer.err


def test_the_header_may_be_named_by_its_row(take: Take) -> None:
    content = "series,day,rate\n" + TEXT
    assert counts(take("rates", content, with_format("{header_row: 2}"))) == {"read": 2, "new": 2}
    assert fault(take("rates", content, with_format("{header_row: 90}"))) == (4, "no_header")


def test_a_renamed_header_is_answered_with_the_likely_column(take: Take) -> None:
    answer = take("rates", TEXT.replace("rate\n", "Rate (%)\n"), PROFILE)
    assert fault(answer) == (4, "missing_column")
    assert answer.error["message"] == "there is no column rate; it is probably Rate (%) now"
    both = PROFILE.replace("column: rate", "column: [rate, Rate (%)]")
    assert counts(take("rates", TEXT.replace("rate\n", "Rate (%)\n"), both)) == {"read": 2, "new": 2}


def test_width_case_and_spaces_of_a_header_do_not_matter(take: Take) -> None:
    assert take("rates", TEXT.replace("series", "ＳＥＲＩＥＳ").replace("day", " Day "), PROFILE).code == 0


def test_two_columns_of_one_name_are_refused(take: Take) -> None:
    content = TEXT.replace("series,day,rate", "series,day,rate,day").replace("\nLPR", ",\nLPR")
    content = "series,day,rate,day\nLPR 1Y,2026-10-20,3.10,x\n"
    assert fault(take("rates", content, PROFILE)) == (4, "duplicate_header")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("LPR 1Y,2026-10-20", "ragged"),
        ("LPR 1Y,2026-10-20,3.10,x", "ragged"),
        ('"LPR" 1Y,2026-10-20,3.10', "unreadable"),
        (f"{'x' * 131_073},2026-10-20,3.10", "too_long"),
        ("LPR\u202e 1Y,2026-10-20,3.10", "invalid_input"),
        ("LPR 1Y,2026-13-20,3.10", "not_a_date"),
        (",2026-10-20,3.10", "required"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_and_nothing_else_is_lost(
    take: Take, bad: str, code: str
) -> None:
    head, first, last = TEXT.splitlines()
    answer = take("rates", f"{head}\n{first}\n{bad}\n{last}\n", PROFILE)
    assert answer.code == 4
    assert counts(answer) == {"read": 3, "new": 2, "rejected": 1}
    assert [(row, one) for row, _column, one in codes(answer)] == [(3, code)]
    partly = take("rates", f"{head}\n{first}\n{bad}\n{last}\n", PROFILE, "--apply", "--partial")
    assert (partly.code, counts(partly)) == (9, {"read": 3, "new": 2, "rejected": 1})


def test_the_line_is_that_of_the_file_when_cells_hold_line_breaks(take: Take) -> None:
    content = 'series,day,rate\n"LPR\n1Y",2026-10-20,3.10\n,2026-10-20,3.10\n'
    assert (4, "series", "required") in codes(take("rates", content, PROFILE))


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "file.csv", "empty_file"),
        (TEXT.replace("1Y", "1\0Y").encode(), "file.csv", "not_text"),
        (b"\n \n", "file.csv", "empty_file"),
        (TEXT.encode() + b'"never closed,1\nLPR,2026-10-20,3\n', "file.csv", "unclosed_quote"),
        (bytes(range(256)) * 8, "file.csv", "not_text"),
        (b"PK\x03\x04 but no archive", "file.xlsx", "not_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file.xls", "not_workbook"),
        (b"<html><body><p>no table</p></body></html>", "file.xls", "no_table"),
        ("series,day,rate\nébène,2026-10-20,3\n".encode("latin-1"), "file.csv", "missing_column"),
    ],
    ids=["empty", "NUL", "blank", "unclosed", "binary", "zip", "ole", "html", "latin-1"],
)
def test_a_file_that_is_no_table_is_refused_whole(take: Take, content: bytes, name: str, code: str) -> None:
    answer = take(
        "rates", content, PROFILE.replace("day", "day2") if code == "missing_column" else PROFILE, name=name
    )
    assert fault(answer) == (4, code)


def test_bytes_that_do_not_fit_the_named_encoding_are_refused_with_their_line(take: Take) -> None:
    content = "series,day,rate\n基准,2026-10-20,3\n".encode("gb18030")
    answer = take("rates", content, with_format("{encoding: utf-8}"))
    assert fault(answer) == (4, "wrong_encoding")
    assert "line 2" in answer.error["message"]


def test_html_that_calls_itself_xls_is_read(take: Take) -> None:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    page = f'<html><meta charset="gb2312"><table><tr><td colspan=3>基准利率</td></tr>{cells}</table></html>'
    assert counts(take("rates", page.encode("gb18030"), PROFILE, name="rates.xls")) == {"read": 2, "new": 2}


def page(rows: str) -> bytes:
    return f'<html><meta charset="utf-8"><body><table>{rows}</table></body></html>'.encode()


HEAD, LINE = "<tr><td>series</td><td>day</td><td>rate</td></tr>", "<td>2026-10-20</td><td>3.10</td></tr>"


@pytest.mark.parametrize(
    "rows",
    [
        f"{HEAD}<tr><td>LPR<br>1Y</td>{LINE}<tr><td>LPR&nbsp;5Y &amp; more</td>{LINE}",
        f"<thead>{HEAD}</thead><tbody><tr><TH>LPR 1Y</TH>{LINE}<!-- <tr> --><tr><td><b>LPR</b> 5Y</td>{LINE}",
        "<tr><td>series<td>day<td>rate<tr><td>LPR 1Y<td>2026-10-20<td>3.1<tr><td>LPR 5Y<td>2026-10-20<td>3",
        f"{HEAD}<tr><td>LPR 1Y<td rowspan=2>2026-10-20<td>3.1<tr><td>LPR 5Y<td>3</tr>",
        f"<tr><td rowspan=3></td><td colspan=3>rates</td></tr>{HEAD}<tr><td>LPR 1Y</td>{LINE}",
    ],
    ids=["marks", "sections", "no end tags", "over two rows", "over three rows"],
)
def test_two_readers_see_the_same_page(take: Take, rows: str) -> None:
    answer = take("rates", page(rows), PROFILE, name="rates.xls")
    assert answer.code in (0, 4)
    seen = (answer.json["read"], {code for _row, _column, code in codes(answer)})
    assert seen in ((2, set()), (2, {"required"}), (1, set())), (
        answer.err
    )  # a day over two rows is the first's


@pytest.mark.parametrize(
    ("rows", "row", "column"),
    [
        (f"{HEAD}<tr><td>LPR<table><tr><td>1Y</td></tr></table></td>{LINE}", 2, 1),
        (f"{HEAD}<tr><td>LPR 1Y</td><td>2026-10-20</td><td>3.1\0</td></tr>", 2, 3),
        (f"{HEAD}<tr><td>LPR 1Y</td>{LINE}<div><td>stray</td></div>", 2, 4),
    ],
    ids=["a table in a cell", "NUL", "a cell without a row"],
)
def test_a_page_that_two_readers_see_differently_is_refused_with_the_place(
    take: Take, rows: str, row: int, column: int
) -> None:
    answer = take("rates", page(rows), PROFILE, name="rates.xls")
    assert fault(answer) == (4, "readers_differ")
    assert f"row {row}, column {column} " in answer.error["message"]


def test_an_old_workbook_that_two_readers_see_differently_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(old_workbook(ROWS))
    seen = [list(row) for row in ROWS]
    sheet_file._compare(path, "余额", seen)
    seen[2][2] = "3.61"
    with pytest.raises(LoanCrmError) as differs:
        sheet_file._compare(path, "余额", seen)
    assert (differs.value.code, "3" in differs.value.message) == ("readers_differ", True)


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in files.items():
            book.writestr(name, content)
    return out.getvalue()


def test_a_workbook_with_macros_is_refused(take: Take) -> None:
    answer = take("rates", archive(**{"xl/vbaProject.bin": b"x"}), PROFILE, name="file.xlsm")
    assert fault(answer) == (8, "macros")


def test_a_workbook_that_unpacks_to_a_bomb_is_refused(take: Take) -> None:
    answer = take(
        "rates", archive(**{"xl/worksheets/sheet1.xml": b" " * (20 << 20)}), PROFILE, name="bomb.xlsx"
    )
    assert fault(answer) == (4, "too_large")


def test_another_sheet_may_be_named_and_a_missing_one_lists_those_there_are(take: Take) -> None:
    content = workbook(ROWS, "利率")
    assert take("rates", content, with_format("{sheet: 利率}")).code == 0
    answer = take("rates", content, with_format("{sheet: 余额}"))
    assert fault(answer) == (4, "no_sheet")
    assert "利率" in answer.error["message"]


def test_a_cell_that_was_guarded_against_formulas_loses_its_guard(take: Take) -> None:
    take("rates", "series,day,rate\n'=LPR,2026-10-20,3.10\n", PROFILE, "--apply")
    again = take("rates", "series,day,rate\n=LPR,2026-10-20,3.10\n", PROFILE, "--apply")
    assert counts(again) == {"read": 1, "known": 1}
