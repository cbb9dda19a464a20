"""How answers come out: the format by default, what is empty, files, columns, order and totals."""

from __future__ import annotations

import csv
import importlib
import io
import os
import pkgutil
import shlex
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import loancrm
from loancrm.render.columns import Column
from loancrm.render.selection import arrange
from loancrm.render.sheet import Options
from loancrm.vocabulary import codes_of
from tests.conftest import Run

from .helpers import FORMATS
from .shapes import LOOKS

BOM = b"\xef\xbb\xbf"
# ``remind`` is a message and takes no columns: test_remind.py.
ROWS = [line for line, shape in LOOKS if isinstance(shape, list) and not line.startswith("remind")]
# The same columns as another line, or no choice of columns (an explanation is one page).
NOT_SORTED = (
    "due --as-of 2026-12-25 --all",
    "customer find 华达",
    "config show",
    "classify --explain C-00001",
    "classify --explain C-00001 --scheme credit_standing",
)
# An object for each survey with its figures in it; the rows behind a page that itself is one object.
NESTED = ("report satisfaction", "report portfolio")
SORTED = [line for line in ROWS if line not in NOT_SORTED and not line.startswith(NESTED)]
STRUCTURES = ("before", "year_ago")  # of growth: a period beside, or none
PAGES = [line for line, shape in LOOKS if isinstance(shape, dict) and "rows" not in shape]
# Lists that nothing is in, and the report that has no buckets without loans.
EMPTY = (
    "today",
    "customer list",
    "customer find 华达",
    "contact list",
    "followup list",
    "feedback list",
    "loan list",
    "facility list",
    "report delinquency",
    "report concentration",
)


def test_a_pipe_gets_tsv_with_a_line_of_keys(cli: Run, filled_book: Path) -> None:
    piped = cli("--store", filled_book, "officer", "list")
    assert piped.text == (
        "code\tname\tbranch\tis_active\tcustomers\nli.wei\t李伟\t\t1\t2\nzhao.min\t赵敏\t朝阳支行\t1\t0\n"
    )
    assert cli("--store", filled_book, "officer", "list", "--format", "tsv").out == piped.out


def test_tsv_is_never_cut(cli: Run, full: Path) -> None:
    note = "很长的备注" * 400
    cli("--store", full, "contact", "log", "C-00002", "--channel", "phone", "--note", note)
    assert f"\t{note}\n" in cli("--store", full, "contact", "list").text


@pytest.mark.parametrize("line", EMPTY)
def test_an_empty_list_is_silent_or_empty_by_format(cli: Run, book: Path, line: str) -> None:
    words = ("--store", book, *shlex.split(line))
    assert (cli(*words).code, cli(*words).out) == (0, b"")
    assert cli(*words, "--format", "json").out == b"[]\n"
    assert cli(*words, "--format", "jsonl").out == b""
    header = cli(*words, "--format", "csv").out
    assert header.startswith(BOM)
    assert header.count(b"\n") == 1


@pytest.mark.parametrize("line", ["customer list", "contact list", "loan list", "officer list --limit 0"])
def test_an_empty_table_prints_nothing(cli: Run, book: Path, line: str) -> None:
    assert cli("--store", book, *shlex.split(line), "--format", "table").out == b""


def test_an_empty_day_sends_no_mail_from_cron(cli: Run, book: Path) -> None:
    answer = cli("--store", book, "today", "--format", "table")
    assert (answer.code, answer.out, answer.err) == (0, b"", "")


# What a list holds is asked of both databases by test_json.py, line by line, and by test_two_databases.py.
drawn = pytest.mark.sqlite_only("it is about how rows are drawn that were read")


@drawn
@pytest.mark.parametrize("line", SORTED)
def test_every_list_has_every_format(cli: Run, filled_book: Path, line: str) -> None:
    words = ("--store", filled_book, *shlex.split(line), "--format")
    answers = {name: cli(*words, name) for name in FORMATS if name != "jsonl"}
    beside = "not judged, since a figure is missing: last_loan_ends of 1 customer\n"
    said = beside if line.startswith("churn list") else ""
    assert {(answer.code, answer.err) for answer in answers.values()} == {(0, said)}
    rows = answers["json"].json
    assert len(answers["tsv"].text.splitlines()) == len(rows) + 1
    table = list(csv.DictReader(io.StringIO(answers["csv"].out.removeprefix(BOM).decode())))
    flat = [{k: v for k, v in row.items() if not isinstance(v, list | dict)} for row in rows]
    if line.startswith("report growth"):
        flat = [{k: v for k, v in row.items() if k not in STRUCTURES} for row in flat]
    assert [list(row) for row in table] == [list(row) for row in flat]
    assert answers["tsv"].text.split("\n")[0].split("\t") == list(flat[0])
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(answers["xlsx"].out))
    sheets = [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]
    sections = [cells for cells in sheets if cells[-1][0] != "loancrm"]  # not the sheet of the basis
    assert sum(len(cells) - 1 for cells in sections) == len(rows)
    assert answers["html"].text.lower().startswith("<!doctype html>")


@drawn
@pytest.mark.parametrize("line", [line for line in PAGES if not line.startswith(("classify", "policy try"))])
def test_every_page_has_every_format(cli: Run, filled_book: Path, line: str) -> None:
    words = ("--store", filled_book, *shlex.split(line), "--format")
    for name in FORMATS:
        answer = cli(*words, name)
        assert (answer.code, bool(answer.out)) == (0, True), (name, answer.err)


@drawn
@pytest.mark.parametrize("line", SORTED)
def test_every_column_can_be_asked_for(cli: Run, filled_book: Path, line: str) -> None:
    words = ("--store", filled_book, *shlex.split(line))
    first = cli(*words, "--format", "json").json[0]
    flat = {key: value for key, value in first.items() if not isinstance(value, list | dict)}
    structures = STRUCTURES if line.startswith("report growth") else ()
    keys = [key for key in flat if key not in structures][::-1]
    shown = cli(*words, "--columns", ",".join(keys), "--sort", f"-{keys[0]}")
    assert (shown.code, shown.text.split("\n")[0].split("\t")) == (0, keys), shown.err


def all_columns() -> dict[str, tuple[Column, ...]]:
    """Return every list of columns that a command shows."""
    found = {}
    for module in pkgutil.walk_packages(loancrm.__path__, "loancrm."):
        if module.name.startswith(("loancrm.commands.", "loancrm.shell.")):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, tuple) and value and all(isinstance(one, Column) for one in value):
                    found[f"{module.name}.{name}"] = value
    return found


COLUMNS = all_columns()
VALUES: dict[str, tuple[object, object]] = {
    "text": ("乙", "甲"),
    "code": ("C-9", "C-10"),
    "date": (date(2026, 1, 1), date(2026, 2, 1)),
    "instant": (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
    "bool": (False, True),
}


@pytest.mark.parametrize("columns", COLUMNS.values(), ids=COLUMNS)
def test_every_list_can_be_sorted_by_every_column(columns: tuple[Column, ...]) -> None:
    for column in columns:
        if column.kind == "nested" or column.mask:  # what is masked has no order of its own
            continue
        low, high = VALUES.get(column.kind, (1, 2))
        if column.vocabulary is not None:  # its own order, and what it does not know comes last
            low, high = codes_of(column.vocabulary)[0], "unheard_of"
        rows = [{column.key: value} for value in (high, None, low)]
        up = list(arrange(rows, columns, Options(format="tsv", sort=column.key)))
        assert [row[column.key] for row in up] == [low, high, None]
        down = list(arrange(rows, columns, Options(format="tsv", sort=f"-{column.key}")))
        assert [row[column.key] for row in down] == [high, low, None]


@pytest.mark.parametrize("option", ["--columns", "--sort"])
def test_an_unknown_column_is_a_usage_error_that_names_the_known_ones(
    cli: Run, filled_book: Path, option: str
) -> None:
    answer = cli("--store", filled_book, "officer", "list", option, "naem", "--format", "json")
    assert (answer.code, answer.out) == (2, b"")
    assert answer.error["field"] == option
    assert "code, name, branch, is_active, customers" in answer.error["message"]
    assert "'name'" in answer.error["hint"]


def test_an_unknown_column_is_not_repeated_at_length(cli: Run, filled_book: Path) -> None:
    answer = cli("--store", filled_book, "officer", "list", "--columns", "x" * 100_000)
    assert answer.code == 2
    assert len(answer.err) < 300


def test_sorting_goes_both_ways_by_value_and_keeps_what_is_missing_last(cli: Run, filled_book: Path) -> None:
    words = ("--store", filled_book, "loan", "list", "--all", "--format", "json", "--sort")
    up = [row["number"] for row in cli(*words, "outstanding_principal").json]
    down = [row["number"] for row in cli(*words, "-outstanding_principal").json]
    assert up == ["JJ-0002", "JJ-0001", "JJ-0003"]  # 400000, 1250000, none
    assert down == ["JJ-0001", "JJ-0002", "JJ-0003"]


def test_a_limit_counts_rows_after_sorting(cli: Run, filled_book: Path) -> None:
    words = ("--store", filled_book, "customer", "list", "--format", "json", "--sort", "-code", "--limit")
    assert [row["code"] for row in cli(*words, "1").json] == ["C-00002"]
    assert cli(*words, "0").json == []


def test_totals_stand_beside_the_rows_in_json_and_are_refused_where_they_cannot(
    cli: Run, filled_book: Path
) -> None:
    words = ("--store", filled_book, "report", "concentration", "--by", "product", "--totals")
    found = cli(*words, "--format", "json").json
    assert set(found) == {"rows", "totals"}
    assert found["totals"]["total"] == "1650000.00"  # 1250000 and 400000
    # shares 25/33 and 8/33: (625 + 64) / 1089 of 10000
    assert (found["totals"]["hhi"], found["totals"]["effective_names"]) == ("6326.9", "1.6")
    for name in ("tsv", "csv", "jsonl", "xlsx"):
        assert cli(*words, "--format", name).code == 2


# ── files ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.csv", BOM + b"code,"),
        ("a.xlsx", b"PK"),
        ("a.HTML", b"<!"),
        ("a.json", b"[\n"),
        ("a.txt", b"code\t"),
    ],
)
def test_the_ending_of_the_file_says_the_format(
    cli: Run, filled_book: Path, tmp_path: Path, name: str, begins: bytes
) -> None:
    answer = cli("--store", filled_book, "officer", "list", "--output", name)
    assert (answer.code, answer.out) == (0, b"")
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_the_format_that_is_asked_for_counts_more_than_the_ending(
    cli: Run, filled_book: Path, tmp_path: Path
) -> None:
    cli("--store", filled_book, "officer", "list", "--output", "a.csv", "--format", "json")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"[\n")


def test_a_file_is_only_for_its_owner_whatever_the_umask(cli: Run, filled_book: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cli("--store", filled_book, "officer", "list", "--output", "a.csv")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == 0o600


def test_a_file_that_is_there_stays_without_force(cli: Run, filled_book: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("mine", encoding="utf-8")
    words = ("--store", filled_book, "officer", "list", "--output", "a.json")
    answer = cli(*words, "--format", "json")
    assert (answer.code, answer.error["code"]) == (8, "exists")
    assert "--force" in answer.error["hint"]
    assert file.read_text(encoding="utf-8") == "mine"
    assert cli(*words, "--force").code == 0
    assert file.read_text(encoding="utf-8").startswith("[\n")


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_symlink_is_never_written_through(
    cli: Run, filled_book: Path, tmp_path: Path, force: tuple[str, ...]
) -> None:
    target, link = tmp_path / "target", tmp_path / "link.json"
    target.write_text("mine", encoding="utf-8")
    link.symlink_to(target)
    answer = cli("--store", filled_book, "officer", "list", "--output", "link.json", *force)
    assert (answer.code, answer.out) == (4, b"")
    assert (link.is_symlink(), target.read_text(encoding="utf-8")) == (True, "mine")


@pytest.mark.parametrize("name", ["/dev/full", "folder", "nowhere/a.json", "n" * 300])
def test_a_place_that_takes_no_file_is_refused(
    cli: Run, filled_book: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    answer = cli("--store", filled_book, "officer", "list", "--output", name, "--format", "json")
    assert answer.code in (4, 8)
    assert answer.error["field"] == "--output"


@pytest.mark.parametrize(
    ("more", "exit_code"),
    [(("--format", "jsn"), 2), (("--output", "taken"), 8), (("--output", "nowhere/a"), 8)],
)
def test_what_cannot_be_shown_is_refused_before_it_is_stored(
    cli: Run, untouched: Path, tmp_path: Path, more: tuple[str, ...], exit_code: int
) -> None:
    (tmp_path / "taken").touch()
    answer = cli("--store", untouched, "customer", "add", "--kind", "student", "--name", "张三", *more)
    assert answer.code == exit_code


def test_a_look_that_is_refused_leaves_no_file_behind(cli: Run, filled_book: Path, tmp_path: Path) -> None:
    answer = cli("--store", filled_book, "officer", "list", "--sort", "nope", "--output", "a.csv")
    assert answer.code == 2
    assert [file.name for file in tmp_path.iterdir() if not file.is_dir()] == []


def test_a_change_can_answer_in_every_format(cli: Run, full: Path) -> None:
    for number, name in enumerate(FORMATS):
        words = ("customer", "add", "--kind", "student", "--name", f"学生{number}", "--format", name)
        answer = cli("--store", full, *words)
        assert (answer.code, bool(answer.out)) == (0, True), (name, answer.err)
