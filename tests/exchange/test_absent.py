"""Loans that a full extract should have named: of its own list only, and never for a row left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

from .conftest import Take, counts

LOANS = """
kind: loans
columns:
  loan.number: no
  loan.principal: {constant: "1000"}
  loan.disbursed_on: {constant: "2026-01-01"}
  loan.term_months: {constant: "24"}
  customer.name: name
  customer.kind: {constant: enterprise}
"""
LIST = """
kind: snapshots
extract: full
missing: settle
files: ["NAME*.csv"]
columns:
  loan.number: no
  snapshot.on: {file_name: true}
  snapshot.outstanding_principal: out
"""
INTEREST = """
kind: snapshots
files: ["interest*.csv"]
columns:
  loan.number: no
  snapshot.on: {file_name: true}
  snapshot.unpaid_interest: due
"""


@pytest.fixture
def inbox(take: Take, tmp_path: Path) -> Path:
    """A folder, profiles of two full lists and one that adds to them, and four loans."""
    for name in ("firms", "students"):
        (tmp_path / f"{name}.yaml").write_text(LIST.replace("NAME", name))
    (tmp_path / "interest.yaml").write_text(INTEREST)
    named = "".join(f"  {name}: {tmp_path / name}.yaml\n" for name in ("firms", "students", "interest"))
    (tmp_path / "loancrm.yaml").write_text(f"profiles:\n{named}")
    (tmp_path / "loancrm.yaml").chmod(0o600)
    answer = take("loans", "no,name\nF1,a\nF2,b\nS1,c\nS2,d\n", LOANS, "--apply")
    assert counts(answer) == {"read": 4, "new": 4}
    path = tmp_path / "inbox"
    path.mkdir()
    return path


@pytest.fixture
def morning(cli: Run, book: Path, inbox: Path) -> Any:
    """Take the folder in with these files; return state and warnings by profile."""

    def take_in(*words: str, **files: str) -> dict[str, tuple[str, Any]]:
        for name, rows in files.items():
            head = "no,due" if name.startswith("interest") else "no,out"
            (inbox / f"{name}.csv").write_text("\n".join([head, *rows.split()]) + "\n")
        answer = cli("--store", book, "import", "yesterday", "inbox", "--apply", "--format", "json", *words)
        assert "Traceback" not in answer.err
        return {line["profile"]: (line["state"], line["warnings"]) for line in answer.json}

    return take_in


def statuses(cli: Run, book: Path) -> dict[str, str]:
    rows = cli("--store", book, "loan", "list", "--format", "json").json
    live = {row["number"]: row["status"] for row in rows}
    return {number: live.get(number, "ended") for number in ("F1", "F2", "S1", "S2")}


def test_a_list_of_firms_settles_no_student(cli: Run, book: Path, morning: Any) -> None:
    morning(firms20261117="F1,900 F2,900", students20261117="S1,400 S2,400", interest20261117="F1,5")
    found = morning(firms20261118="F1,900 F2,900", students20261118="S1,400 S2,400")
    assert (found["firms"], found["students"]) == (("taken", {}), ("taken", {}))
    assert set(statuses(cli, book).values()) == {"live"}


def test_who_is_missing_is_settled_once_all_lists_of_the_day_are_here(
    cli: Run, book: Path, morning: Any
) -> None:
    morning(firms20261117="F1,900 F2,900", students20261117="S1,400 S2,400", interest20261117="F1,5")
    late = morning(firms20261118="F2,900")
    assert late["firms"] == ("taken", {}), "the list of students may still come, and have F1"
    found = morning(students20261118="S1,400 S2,400")
    assert found["students"] == ("taken", {"settled_by_absence": 1})
    assert statuses(cli, book) == {"F1": "ended", "F2": "live", "S1": "live", "S2": "live"}


def test_lists_taken_in_one_by_one_know_their_own(cli: Run, book: Path, inbox: Path) -> None:
    def one(name: str, day: str, rows: str) -> Any:
        (inbox / f"{name}{day}.csv").write_text("no,out\n" + rows)
        words = ("--profile", name, "--apply", "--format", "json")
        return cli("--store", book, "import", "snapshots", f"inbox/{name}{day}.csv", *words).json["warnings"]

    one("firms", "20261117", "F1,900\nF2,900\n")
    one("students", "20261117", "S1,400\nS2,400\n")
    assert one("firms", "20261118", "F2,900\n") == {"settled_by_absence": 1}
    assert statuses(cli, book) == {"F1": "ended", "F2": "live", "S1": "live", "S2": "live"}


def test_nothing_is_settled_where_rows_were_left_out(cli: Run, book: Path, morning: Any) -> None:
    morning(firms20261117="F1,900 F2,900")
    found = morning("--partial", firms20261118="F1,9oo F2,900")
    assert found["firms"] == ("taken", {"missing_from_extract": 1})
    assert statuses(cli, book)["F1"] == "live"


def test_what_only_an_officer_typed_is_asked_about_and_not_settled(
    cli: Run, book: Path, morning: Any
) -> None:
    typed = ("snapshot", "add", "S1", "--on", "2026-11-17", "--outstanding", "400")
    assert cli("--store", book, *typed).code == 0
    assert morning(firms20261118="F1,900 F2,900")["firms"] == ("taken", {"missing_from_extract": 1})
    assert statuses(cli, book)["S1"] == "live"


def test_the_same_balances_of_another_day_are_another_list(cli: Run, book: Path, morning: Any) -> None:
    morning(firms20261117="F1,900 F2,900")
    assert morning(firms20261118="F1,900 F2,900")["firms"][0] == "taken"
    shown = cli("--store", book, "loan", "show", "F1", "--format", "json").json
    assert shown["basis_on"] == "2026-11-18"
    assert morning()["firms"][0] == "known"


def test_rows_that_were_set_aside_in_the_folder_are_no_list_of_a_new_day(morning: Any, inbox: Path) -> None:
    (inbox / "firms20261118.rejects.csv").write_text("no,out\nF1,9oo\n")
    assert morning(firms20261118="F1,900 F2,900")["firms"] == ("taken", {})
