"""The table of bad input in the trust model, where it comes in a file: a row is rejected, or the whole file.

Quotes, ragged rows, headers, NUL, long cells, bombs and macros are in ``test_tables``; days and amounts in
every form in ``test_values``; equal rows and the same file again in ``test_kinds``.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.commands.helpers import asked, rows_of
from tests.conftest import Run

from .conftest import Take, codes, counts
from .test_kinds import CONTACT_HEAD, CONTACTS, CUSTOMERS, HEAD, HUADA, LOAN, LOAN_HEAD, LOANS, TALK
from .test_tables import PROFILE as RATES

STUDENTS = """
kind: customers
columns: {customer.resident_id: id, customer.name: name, customer.kind: {constant: student}}
"""
ACTING = {
    "ESC": "\x1b[31m", "C1": "\x9b31m", "BEL": "\x07", "bidi": "\u202e", "zero width": "\u200b",
    "newline": "\n", "tab": "\t", "line": "\u2028", "private": "\ue000",
}  # fmt: skip


def rejected(take: Take, book: Path, kind: str, content: str, profile: str) -> list[tuple[Any, Any, str]]:
    """Return the problems of a file that is to be kept, and is not."""
    before = rows_of(book)
    answer = take(kind, content, profile, "--apply")
    assert (answer.code, answer.error["code"], rows_of(book) == before) == (4, "rows_rejected", True)
    return [one for one in codes(take(kind, content, profile)) if one[1] is not None]


@pytest.mark.parametrize("hidden", ACTING.values(), ids=ACTING)
def test_a_character_that_acts_is_refused_in_a_name(take: Take, book: Path, hidden: str) -> None:
    line = HUADA.replace("华达机械有限公司", f'"华达{hidden}公司"')
    assert rejected(take, book, "customers", HEAD + line, CUSTOMERS) == [(2, "name", "invalid_input")]


@pytest.mark.parametrize("name", ["[/]", "[bold]粗[/bold]", ":smile:", "'; DROP TABLE customer; --", "%s{0}"])
def test_what_looks_like_markup_is_a_name(take: Take, book: Path, name: str) -> None:
    assert take("customers", HEAD + HUADA.replace("华达机械有限公司", name), CUSTOMERS, "--apply").code == 0
    assert asked(book, "select name from customer") == [(name,)]


def test_a_name_and_a_note_have_their_limits(take: Take, book: Path) -> None:
    long = HUADA.replace("华达机械有限公司", "名" * 201)
    assert rejected(take, book, "customers", HEAD + long, CUSTOMERS) == [(2, "name", "invalid_input")]
    assert take("customers", HEAD + HUADA, CUSTOMERS, "--apply").code == 0
    talk = TALK.replace("谈续贷", "x" * 65_537)
    assert rejected(take, book, "contacts", CONTACT_HEAD + talk, CONTACTS) == [(2, "note", "invalid_input")]


@pytest.mark.parametrize(
    "amount", ["NaN", "Infinity", "1e5", "1_000", "0x10", "½", "٣", "1.005", "1" + "0" * 17, "12.5万", "¥100"]
)
def test_an_amount_in_another_form_is_refused(take: Take, book: Path, amount: str) -> None:
    line = LOAN.replace("2000000", amount)
    assert rejected(take, book, "loans", LOAN_HEAD + line, LOANS) == [(2, "principal", "invalid_input")]


@pytest.mark.parametrize("number", ["3.10101E+17", "110105194912310021", "110105204912310020"])
def test_a_resident_number_that_cannot_be_is_refused(take: Take, book: Path, number: str) -> None:
    (problem,) = rejected(take, book, "customers", f"id,name\n{number},张三\n", STUDENTS)
    assert problem[:2] == (2, "id")


def test_a_check_letter_may_be_written_small(take: Take, book: Path) -> None:
    assert take("customers", "id,name\n11010519491231002x,张三\n", STUDENTS, "--apply").code == 0
    assert asked(book, "select resident_id from customer") == [("11010519491231002X",)]


def test_links_to_other_workbooks_and_formulas_give_the_values_that_were_kept(take: Take, book: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["series", "day", "rate"])
        sheet.write_row(1, 0, ["LPR 1Y", "2026-10-20"])
        sheet.write_formula(1, 2, "='file:///etc/[passwd]Sheet1'!A1", None, "3.10")
        sheet.write_row(2, 0, ["LPR 5Y", "2026-10-20"])
        sheet.write_formula(2, 2, '=WEBSERVICE("http://localhost/")', None, "3.60")
    answer = take("rates", out.getvalue(), RATES, "--apply", name="rates.xlsx")
    assert counts(answer) == {"read": 2, "new": 2}, answer.err
    assert asked(book, "select annual_rate from reference_rate order by 1") == [(31_000,), (36_000,)]


@pytest.mark.parametrize("kind", ["symlink", "dangling", "folder", "fifo", "file"])
def test_rejected_rows_are_never_written_over_what_is_there(
    take: Take, book: Path, tmp_path: Path, kind: str
) -> None:
    path, mine, before = tmp_path / "R.csv", tmp_path / "mine.csv", rows_of(book)
    mine.write_text("mine", encoding="utf-8")
    if kind in ("symlink", "dangling"):
        path.symlink_to(mine if kind == "symlink" else tmp_path / "nowhere.csv")
    elif kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.write_text("mine", encoding="utf-8")
    words = ("--apply", "--partial", "--rejects", str(path))
    for more in ((), ("--force",)) if kind != "file" else ((),):
        answer = take("customers", f"{HEAD}{HUADA},学生,无名氏,,,\n", CUSTOMERS, *words, *more)
        assert (answer.code, answer.error["code"]) == (8, "exists")
    assert (rows_of(book) == before, mine.read_text(encoding="utf-8")) == (True, "mine")
    assert not (tmp_path / "nowhere.csv").exists()
    if kind == "file":
        forced = take("customers", f"{HEAD}{HUADA},学生,无名氏,,,\n", CUSTOMERS, *words, "--force")
        assert (forced.code, "无名氏" in path.read_text(encoding="utf-8-sig")) == (9, True)


def test_a_file_that_never_ends_is_no_file(cli: Run, book: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "p.yaml").write_text(CUSTOMERS, encoding="utf-8")
    for file in ("pipe.csv", "/dev/zero"):
        words = ("import", "customers", file, "--profile", "p.yaml", "--format", "json")
        answer = cli("--store", book, *words)
        assert (answer.code, answer.error["code"]) == (3, "not_found")


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_settings_that_others_may_write_name_no_profile(
    cli: Run, book: Path, tmp_path: Path, mode: int
) -> None:
    """They could say where the profiles are, and so what becomes of a file."""
    (tmp_path / "c.csv").write_text(HEAD + HUADA, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "loancrm.yaml").write_text(f"profiles: {{mine: {tmp_path}/p.yaml}}\n", encoding="utf-8")
    (tmp_path / "loancrm.yaml").chmod(mode)
    answer = cli("--store", book, "import", "customers", "c.csv", "--profile", "mine", "--apply")
    assert (answer.code, "chmod go-w" in answer.err) == (8, True)
    assert asked(book, "select count(*) from customer") == [(0,)]
    (tmp_path / "loancrm.yaml").unlink()
