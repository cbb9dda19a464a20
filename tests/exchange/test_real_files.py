"""Real files, and figures that were computed from them independently (``expected_shared.json``)."""

from __future__ import annotations

import calendar
import csv
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from loancrm.exchange.opening import open_rows
from loancrm.exchange.profile import Format
from loancrm.exchange.source import Record
from tests.commands.shapes import IMPORTS, PROBLEM, misfits
from tests.conftest import REPO, Answer, call

from .conftest import SHARED, Take, counts

PROFILES = REPO / "examples" / "profiles"


@pytest.fixture(scope="module")
def sba(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, Any], Answer, Answer]]:
    """A book with the SBA sample: its path, the expected figures, the dry run and what was kept."""
    if not SHARED.is_dir():
        pytest.skip("the shared data are not here")
    home = tmp_path_factory.mktemp("sba")
    book, file = home / "A.db", SHARED / "datasets" / "SBAnational_first22427.csv"
    assert call("--store", book, "init", home=home).code == 0
    words = (
        "--store",
        book,
        "import",
        "loans",
        file,
        "--profile",
        PROFILES / "sba_loans.yaml",
        "--format",
        "json",
    )
    expected = json.loads((SHARED / "expected_shared.json").read_text("utf-8"))["sba_national_sample"]
    yield book, expected, call(*words, home=home), call(*words, "--apply", home=home)
    assert call("--store", book, "store", "check", home=home).out == b""


def ask(book: Path, *words: str | Path) -> Any:
    answer = call("--store", book, *words, "--format", "json", home=book.parent)
    assert answer.code == 0, answer.err
    return answer.json


def test_the_dry_run_says_word_for_word_what_is_then_kept(sba: Any) -> None:
    _book, _expected, dry, kept = sba
    assert dry.code == kept.code == 0
    problems = dry.json["problems"]
    assert {key: value for key, value in dry.json.items() if key != "problems"} == kept.json
    assert misfits(kept.json, IMPORTS["import loans"]) == misfits(problems, [PROBLEM]) == []
    assert all(one["is_odd"] for one in problems)


def test_all_rows_are_taken_and_what_is_odd_is_a_warning(sba: Any) -> None:
    _book, expected, _dry, kept = sba
    assert counts(kept) == {"read": expected["rows"], "new": expected["rows"]}
    quality = expected["data_quality"]
    warned = kept.json["warnings"]
    assert warned["settled_with_write_off"] == quality["PIF_with_ChgOffDate"]
    assert warned["written_off_without_date"] == quality["CHGOFF_without_ChgOffDate"]
    assert warned["zero_term"] == quality["Term_0"]
    assert warned["no_disbursement_date"] == expected["blank"]["DisbursementDate"]
    assert warned["unknown_outcome"] == expected["blank"]["MIS_Status"]


def test_the_same_file_again_adds_nothing(sba: Any) -> None:
    book, expected, *_answers = sba
    file = SHARED / "datasets" / "SBAnational_first22427.csv"
    again = ask(book, "import", "loans", file, "--profile", PROFILES / "sba_loans.yaml", "--apply")
    assert (again["new"], again["changed"], again["known"]) == (0, 0, expected["rows"])


def test_default_rates_by_industry_are_those_of_the_file(sba: Any) -> None:
    book, expected, *_answers = sba
    words = ("--by", "industry", "--digits", "2", "--measure", "disbursed", "--as-of", "2014-12-31")
    rows = ask(book, "report", "concentration", *words, "--limit", "1000")
    found = {
        row["key"] or "00": (row["settled"] + row["written_off"], row["written_off"], row["default_rate"])
        for row in rows
    }
    assert found == {
        key: (group["loans"], group["defaults"], f"{group['rate']:.6f}")
        for key, group in expected["default_by_naics2"].items()
    }


def test_a_loan_lives_until_its_end_or_maturity(sba: Any) -> None:
    """Count and sum were computed from the file apart: disbursed by then, not matured or written off."""
    book, *_rest = sba
    found = ask(book, "report", "portfolio", "--as-of", "2008-12-31")
    assert (found["live_loans"], found["live_disbursed"]) == (14635, "1951956939.00")
    assert found["outstanding_principal"] is None, "without a snapshot nothing is known to be outstanding"


def _day(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def test_ends_without_a_day_count_on_every_day_and_the_basis_says_so(sba: Any) -> None:
    book, expected, *_answers = sba
    early, late = (ask(book, "report", "portfolio", "--as-of", day) for day in ("1990-01-01", "2020-01-01"))
    with (SHARED / "datasets" / "SBAnational_first22427.csv").open(encoding="utf-8") as file:
        paid = [row["DisbursementDate"] for row in csv.DictReader(file) if row["MIS_Status"] == "P I F"]
    granted = [text for text in paid if not text or _day(text) <= date(1990, 1, 1)]
    assert (early["settled"], late["settled"]) == (len(granted), expected["mis_status"]["P I F"])
    assert late["default_rate"] == f"{expected['default_rate']:.6f}"
    assert late["basis"]["undated_ends"] == expected["mis_status"]["P I F"] + 1


def test_a_column_without_a_name_is_kept_and_groups(sba: Any) -> None:
    book, expected, *_answers = sba
    found = ask(book, "report", "concentration", "--by", "extra.lender", "--measure", "disbursed", "--totals")
    unknown = next(row for row in found["rows"] if row["key"] is None)
    assert unknown["loans"] == expected["blank"]["Bank"]
    assert found["totals"]["loans"] == expected["rows"]
    assert ask(book, "loan", "show", "1000014003")["extra"] == {"lender": "FIFTH THIRD BANK"}


def test_the_quality_report_names_the_contradictions(sba: Any) -> None:
    book, expected, *_answers = sba
    found = {line["check"]: line for line in ask(book, "report", "quality")}
    assert found["settled_with_write_off"]["count"] == expected["data_quality"]["PIF_with_ChgOffDate"]
    assert found["no_industry"]["count"] == expected["data_quality"]["NAICS_0"]
    assert len(found["settled_with_write_off"]["examples"]) == 5


CUSTOMERS = """
kind: customers
columns:
  customer.name: 客户名称
  customer.kind: {constant: enterprise}
  customer.uscc: 统一社会信用代码
  customer.phone: 联系电话
  customer.extra.contact: 联系人
  customer.extra.capital: 注册资本(元)
  customer.extra.amount: 贷款金额
  customer.extra.granted: {column: 放款日期}
  customer.extra.months: 期限(月)
  customer.extra.rate: 年利率(%)
  customer.extra.note: 备注
"""
SPELLINGS = (
    "customers_utf8.csv",
    "customers_excel_utf8bom.csv",
    "customers_excel_ansi_gbk.csv",
    "customers.xlsx",
)
NAMED = {
    "capital": "注册资本(元)",
    "contact": "联系人",
    "amount": "贷款金额",
    "granted": "放款日期",
    "months": "期限(月)",
    "rate": "年利率(%)",
    "note": "备注",
}


def as_number(text: str) -> str | float:
    """Return what a text says; a workbook has no trailing zeros."""
    try:
        return float(text)
    except ValueError:
        return " ".join(text.split())


@pytest.mark.parametrize("name", SPELLINGS)
def test_the_same_customers_in_four_spellings_are_the_same_rows(data: Path, take: Take, name: str) -> None:
    expected = json.loads((data / "text" / "customers_expected.json").read_text("utf-8"))["rows"]
    answer = take("customers", data / "text" / name, CUSTOMERS, "--apply")
    assert counts(answer) == {"read": 200, "new": 200}
    book = Path.cwd() / "B.db"
    found = ask(book, "customer", "list", "--columns", "code,name")
    assert [row["name"] for row in found] == [row["客户名称"] for row in expected]
    for place in (0, 7, 199):
        page = ask(book, "customer", "show", found[place]["code"])
        row = expected[place]
        assert page["uscc"] == row["统一社会信用代码"]
        got = {NAMED[key]: as_number(value) for key, value in page["extra"].items()}
        assert got == {key: as_number(row[key]) for key in NAMED.values() if row[key].strip()}


def test_how_a_file_was_read_is_said(data: Path, take: Take) -> None:
    how = {name: take("customers", data / "text" / name, CUSTOMERS).json["how"] for name in SPELLINGS}
    assert how["customers_excel_ansi_gbk.csv"] == {
        "encoding": "gb18030",
        "encoding_by": "detected",
        "delimiter": ",",
    }
    assert how["customers_excel_utf8bom.csv"]["encoding"] == "utf-8"
    assert how["customers.xlsx"] == {"sheet": "台账", "sheet_by": "first"}


@pytest.mark.parametrize(
    ("kind", "file", "profile", "rows"),
    [
        ("customers", "berka/client.asc", "berka_clients.yaml", 5369),
        ("loans", "berka/loan.asc", "berka_loans.yaml", 682),
        ("customers", "polish_1year.data", "polish_firms.yaml", 7027),
    ],
)
def test_other_public_data_come_in_by_the_example_profiles(
    data: Path, take: Take, kind: str, file: str, profile: str, rows: int
) -> None:
    text = (PROFILES / profile).read_text("utf-8")
    path = data / "datasets" / file
    assert counts(take(kind, path, text, "--apply")) == {"read": rows, "new": rows}
    assert counts(take(kind, path, text, "--apply")) == {"read": rows, "known": rows}


def test_berka_default_rates_are_those_of_the_set(data: Path, take: Take) -> None:
    expected = json.loads((data / "expected_shared.json").read_text("utf-8"))["berka"]
    text = (PROFILES / "berka_loans.yaml").read_text("utf-8")
    take("loans", data / "datasets" / "berka" / "loan.asc", text, "--apply")
    words = ("report", "concentration", "--by", "extra.status", "--measure", "disbursed")
    rows = ask(Path.cwd() / "B.db", *words)
    assert {row["key"]: row["loans"] for row in rows} == expected["status"]
    amounts = {row["key"]: int(row["disbursed"].removesuffix(".00")) for row in rows}
    assert amounts == expected["status_amount"]


SPECTRUM = sorted((SHARED / "text" / "csv-spectrum").glob("*.csv")) if SHARED.is_dir() else []


@pytest.mark.parametrize("path", SPECTRUM or [None], ids=lambda path: path.stem if path else "absent")
def test_every_oddity_of_csv_is_read_right(path: Path | None) -> None:
    if path is None:
        pytest.skip("the shared data are not here")
    with closing(open_rows(path, Format())) as opened:
        rows = [row.cells for row in opened.rows if isinstance(row, Record)]
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    # This copy of the set has lost the carriage returns of its files, and not those of its answers.
    assert found == json.loads(path.with_suffix(".json").read_text("utf-8").replace("\\r\\n", "\\n"))


def test_vintages_are_those_of_the_file(sba: Any) -> None:
    """Worked out from the file apart: years of disbursement, every twelfth month, charged off by then."""
    book, *_rest = sba
    end = date(2014, 12, 31)
    rows = ask(book, "report", "vintage", "--cohort", "year", "--as-of", str(end), "--limit", "10000")
    found = {
        (row["cohort"], row["months_on_book"]): (
            row["loans"],
            row["original_principal"],
            row["bad_principal"],
        )
        for row in rows
    }
    by_hand = vintages_by_hand(end)
    assert len(by_hand) > 200
    assert found == by_hand


def vintages_by_hand(end: date) -> dict[tuple[str, int | None], tuple[int, str, str]]:
    lent: dict[int, list[tuple[date, int, date | None]]] = {}
    with (SHARED / "datasets" / "SBAnational_first22427.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["DisbursementDate"] and int(row["DisbursementGross"]):
                start, gone = _day(row["DisbursementDate"]), None
                if row["MIS_Status"] == "CHGOFF" and row["ChgOffDate"]:
                    gone = datetime.strptime(row["ChgOffDate"], "%d-%b-%y").date()  # noqa: DTZ007 - a day
                elif row["MIS_Status"] == "CHGOFF":
                    gone = min(end, _later(start, int(row["Term"])))
                if start <= end:
                    lent.setdefault(start.year, []).append((start, int(row["DisbursementGross"]), gone))
    cells: dict[tuple[str, int | None], tuple[int, str, str]] = {}
    for year, loans in lent.items():
        youngest, whole = (
            max(start for start, *_rest in loans),
            sum(amount for _start, amount, _gone in loans),
        )
        for age in [*range(12, 1200, 12), None]:
            if age is None or _later(youngest, age) <= end:
                bad = sum(
                    amount
                    for start, amount, gone in loans
                    if gone is not None and gone <= (end if age is None else min(end, _later(start, age)))
                )
                cells[str(year), age] = (len(loans), f"{whole}.00", f"{bad}.00")
    return cells


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
