"""What is odd in a file is said under the name of the check that finds it in the book."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import Run
from tests.support import EXAMPLE

from .conftest import Take, counts

LOANS = """
kind: loans
columns:
  loan.number: no
  loan.principal: lent
  loan.disbursed_on: {constant: "2026-01-01"}
  loan.status: status
  loan.written_off_on: lost_on
  loan.written_off_amount: lost
  customer.name: name
  customer.kind: {constant: enterprise}
"""
HEAD = "no,lent,status,lost_on,lost,name\n"


def test_a_loss_without_a_status_is_odd_since_it_is_not_kept(take: Take) -> None:
    answer = take(
        "loans", HEAD + "A,1000,unknown,2026-10-10,600,a\nB,1000,live,,,b\nC,1000,unknown,,0,c\n", LOANS
    )
    assert answer.json["warnings"] == {"unknown_outcome": 2, "write_off_without_outcome": 1}


def test_a_write_off_above_the_principal_counts_from_its_day(take: Take, cli: Run, book: Path) -> None:
    taken = take("loans", HEAD + "A,1000,written_off,2026-10-10,1200,a\n", LOANS, "--apply")
    assert taken.json["warnings"] == {"written_off_above_principal": 1}

    def checks(day: str) -> dict[str, int]:
        rows = cli("--store", book, "report", "quality", "--as-of", day, "--format", "json").json
        return {row["check"]: row["count"] for row in rows}

    assert checks("2026-10-10")["written_off_above_principal"] == 1
    assert "written_off_above_principal" not in checks("2026-10-09")


def test_a_file_of_more_than_one_chunk_says_one_thing_of_a_loan(take: Take) -> None:
    """5,000 rows are taken at a time; a row of the next five thousand is held against the first ones too."""
    rows = "".join(f"L{n},1000,live,,,a{n}\n" for n in range(5_000))
    answer = take("loans", f"{HEAD}{rows}L0,2000,live,,,a0\nL1,1000,live,,,a1\n", LOANS)
    assert counts(answer) == {"read": 5_002, "new": 5_000, "known": 1, "rejected": 1}
    found = {one["row"]: one["code"] for one in answer.json["problems"]}
    assert found == {5_002: "contradicts_row", 5_003: "repeated_in_file"}


def test_an_extract_of_more_than_one_chunk_says_one_thing_of_a_day(take: Take) -> None:
    profile = """
kind: snapshots
columns:
  loan.number: no
  snapshot.on: {constant: "2026-11-18"}
  snapshot.outstanding_principal: owed
"""
    loans = "".join(f"L{n},1000,live,,,a{n}\n" for n in range(5_000))
    take("loans", HEAD + loans, LOANS, "--apply")
    owed = "".join(f"L{n},900\n" for n in range(5_000))
    answer = take("snapshots", f"no,owed\n{owed}L0,800\nL1,900\n", profile)
    assert counts(answer) == {"read": 5_002, "new": 5_000, "known": 1, "rejected": 1}
    found = {one["row"]: one["code"] for one in answer.json["problems"]}
    assert found == {5_002: "contradicts_row", 5_003: "repeated_in_file"}
    assert take("snapshots", f"no,owed\n{owed}", profile, "--apply").code == 0
    again = take("snapshots", f"no,owed\n{owed}L1,900\n", profile, "--apply")
    assert counts(again) == {"read": 5_001, "known": 5_001}


def test_a_list_by_collateral_is_known_again_whatever_its_rows_say_beside_the_loan(take: Take) -> None:
    profile = LOANS + "  loan.extra.collateral: what\n"
    rows = "no,lent,status,lost_on,lost,name,what\nA,1000,live,,,a,flat\nA,1000,live,,,a,car\n"
    assert counts(take("loans", rows, profile, "--apply")) == {"read": 2, "new": 1, "known": 1}
    assert counts(take("loans", rows, profile, "--apply")) == {"read": 2, "known": 2}
    other = rows.replace("flat", "house")
    assert counts(take("loans", other, profile, "--apply")) == {"read": 2, "changed": 1, "known": 1}


@pytest.mark.parametrize("form", ["percent", "fraction", "bp"])
def test_a_number_that_a_sheet_shows_as_a_percentage_is_that_percentage(
    take: Take, cli: Run, book: Path, tmp_path: Path, form: str
) -> None:
    """0.0435 under the format 0.00% is what an officer sees as 4.35%; rejected rows keep it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet, shown = made.add_worksheet("a & b"), made.add_format({"num_format": '0.00"%"0%'})
        plain = made.add_format({"num_format": '0.00"% p.a."'})
        for n, row in enumerate((["no", "lent", "status", "lost_on", "lost", "name", "rate"], ["A"], ["B"])):
            sheet.write_row(n, 0, row if n == 0 else [*row, 1000, "live", None, None, "a"])
        sheet.write_number(1, 6, 0.0435, shown)
        sheet.write_number(2, 6, {"percent": 4.35, "fraction": 0.0435, "bp": 435}[form], plain)
        sheet.write_row(3, 0, ["C", "x", "live", None, None, "a"])
        sheet.write_number(3, 6, 0.0435, shown)
    profile = LOANS + f"  loan.annual_rate: {{column: rate, rate: {form}}}\n"
    answer = take("loans", out.getvalue(), profile, "--partial", "--apply", name="rates.xlsx")
    assert (answer.code, counts(answer)) == (9, {"read": 3, "new": 2, "rejected": 1})
    rows = cli("--store", book, "loan", "list", "--format", "json").json
    assert [row["annual_rate"] for row in rows] == ["0.043500", "0.043500"]
    assert (tmp_path / "rates.rejects.csv").read_text("utf-8-sig").splitlines()[1].endswith(",4.35%")


def test_codes_that_the_policy_does_not_know_are_counted(
    take: Take, cli: Run, book: Path, tmp_path: Path
) -> None:
    """Real lists hold stray codes: here of a column without a name of its own, and of the region."""
    text = EXAMPLE.read_text(encoding="utf-8")
    policy = text.replace("  known_codes: {}", '  known_codes: {extra.low_doc: ["Y", "N"], region: [CA, NY]}')
    assert policy != text
    (tmp_path / "p.yaml").write_text(policy, encoding="utf-8")
    profile = LOANS + "  loan.extra.low_doc: doc\n  loan.region: state\n"
    codes = {"A": "Y,CA", "B": "0,CA", "C": ",XX", "D": "1,YY", "E": ","}
    rows = "".join(f"{number},1000,live,,,{number},{said}\n" for number, said in codes.items())
    head = HEAD.replace("name", "name,doc,state")
    assert take("loans", head + rows, profile, "--apply").code == 0

    def odd(*words: str) -> list[tuple[int, list[str]]]:
        found = cli("--store", book, "report", "quality", "--format", "json", *words).json
        return [(row["count"], row["examples"]) for row in found if row["check"] == "unknown_code"]

    assert odd() == []
    assert odd("--policy", "p.yaml") == [(3, ["B", "C", "D"])]
    assert odd("--policy", "p.yaml", "--as-of", "2025-12-31") == []
    (tmp_path / "p.yaml").write_text(policy.replace("region: [CA, NY]", "town: [X]"), encoding="utf-8")
    wrong = cli("--store", book, "report", "quality", "--policy", "p.yaml")
    assert (wrong.code, "p.yaml:21" in wrong.err, "extra.NAME" in wrong.err) == (4, True, True)
