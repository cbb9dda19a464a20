"""What a bank's extract says of loans beside their figures: credit line, contract, and the loan before."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.exchange.conftest import Take, codes, counts

PROFILE = """
kind: loans
columns:
  customer.bank_number: no
  customer.name: name
  customer.kind: {constant: enterprise}
  loan.number: loan
  loan.contract: contract
  loan.facility: line
  loan.principal: principal
  loan.disbursed_on: start
  loan.renews: renews
  loan.refinances: repays
"""
HEAD = "no,name,loan,contract,line,principal,start,renews,repays\n"
OLD = "1001,华达机械有限公司,JJ-1,,,1000,2025-01-31,,\n"
RENEWED = "1001,华达机械有限公司,JJ-2,HT-2,,1000,2026-01-31,JJ-1,\n"
AGAIN = "1001,华达机械有限公司,JJ-3,HT-3,,900,2026-06-30,,JJ-2\n"
OTHER = "1002,宏远贸易有限公司,JJ-9,,,500,2026-03-31,JJ-1,\n"
LINKS = ("contract", "replaces", "replaced_by")


def links(cli: Run, book: Path, loan: str) -> list[object]:
    found = cli("--store", book, "loan", "show", loan, "--format", "json").json
    return [found[name] for name in LINKS]


def test_a_loan_before_may_stand_in_a_later_row(take: Take, cli: Run, book: Path) -> None:
    answer = take("loans", HEAD + AGAIN + RENEWED + OLD, PROFILE, "--apply")
    assert (answer.code, counts(answer)) == (0, {"read": 3, "new": 3}), answer.err
    assert links(cli, book, "JJ-1") == [None, None, "JJ-2"]
    assert links(cli, book, "JJ-2") == ["HT-2", "JJ-1", "JJ-3"]
    assert links(cli, book, "JJ-3") == ["HT-3", "JJ-2", None]
    again = take("loans", HEAD + AGAIN + RENEWED + OLD, PROFILE + "# again\n", "--apply")
    assert counts(again) == {"read": 3, "known": 3}
    assert cli("--store", book, "undo", "--yes").code == 0
    assert links(cli, book, "JJ-3") == ["HT-3", "JJ-2", None]


def test_links_of_loans_that_are_known_are_tied_and_undone(take: Take, cli: Run, book: Path) -> None:
    plain = RENEWED.replace("HT-2", "").replace(",JJ-1,\n", ",,\n")
    assert take("loans", HEAD + OLD + plain, PROFILE, "--apply").code == 0
    assert links(cli, book, "JJ-2") == [None, None, None]
    assert take("loans", HEAD + RENEWED, PROFILE, "--apply").code == 0
    assert links(cli, book, "JJ-2") == ["HT-2", "JJ-1", None]
    assert cli("--store", book, "undo", "--yes").code == 0
    assert links(cli, book, "JJ-2") == [None, None, None]
    assert cli("--store", book, "store", "check", "--format", "json").code == 0


def test_a_row_of_a_known_loan_need_not_say_whose_it_is(take: Take, cli: Run, book: Path) -> None:
    assert take("loans", HEAD + OLD, PROFILE, "--apply").code == 0
    profile = "kind: loans\ncolumns: {loan.number: loan, loan.contract: contract}\n"
    assert take("loans", "loan,contract\nJJ-1,HT-1\n", profile, "--apply").code == 0
    assert links(cli, book, "JJ-1") == ["HT-1", None, None]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (RENEWED, "unknown_loan"),
        (OLD + OTHER, "other_customer"),
        (OLD.replace("2025-01-31", "2026-02-28") + RENEWED, "days_reversed"),
        (OLD + RENEWED.replace(",JJ-1,\n", ",JJ-2,\n"), "contradicts_row"),
        (OLD + RENEWED.replace(",JJ-1,\n", ",JJ-1,JJ-1\n"), "contradicts_row"),
    ],
)
def test_a_link_that_cannot_be_is_left_out_and_said(
    take: Take, cli: Run, book: Path, rows: str, code: str
) -> None:
    answer = take("loans", HEAD + rows, PROFILE, "--apply")
    assert answer.code == 0, answer.err
    assert answer.json["warnings"] == {code: 1}
    number = "JJ-9" if "JJ-9" in rows else "JJ-2"
    assert links(cli, book, number)[1] is None


def test_a_contract_is_under_the_credit_line_that_the_row_names(take: Take, cli: Run, book: Path) -> None:
    take("loans", HEAD + OLD, PROFILE, "--apply")
    cli(
        "--store",
        book,
        "facility",
        "add",
        "C-00001",
        "--limit-amount",
        "5000",
        "--number",
        "CL-1",
        "--on",
        "2025-01-01",
    )
    under = RENEWED.replace("HT-2,,", "HT-2,CL-1,")
    assert take("loans", HEAD + under, PROFILE, "--apply").code == 0
    assert take("snapshots", "loan,day,owed\nJJ-2,2026-10-31,800\n", SNAPSHOTS, "--apply").code == 0
    [line] = cli("--store", book, "facility", "list", "--as-of", "2026-11-01", "--format", "json").json
    assert (line["number"], line["drawn"]) == ("CL-1", "800.00")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (RENEWED.replace("HT-2,,", "HT-2,CL-7,"), "unknown_facility"),
        (RENEWED.replace("HT-2,,", ",CL-1,"), "required"),
        (OTHER.replace(",JJ-9,,,", ",JJ-9,HT-9,CL-1,").replace(",JJ-1,\n", ",,\n"), "other_customer"),
    ],
)
def test_a_line_that_cannot_be_is_refused(take: Take, cli: Run, book: Path, row: str, code: str) -> None:
    take("loans", HEAD + OLD, PROFILE, "--apply")
    cli(
        "--store",
        book,
        "facility",
        "add",
        "C-00001",
        "--limit-amount",
        "5000",
        "--number",
        "CL-1",
        "--on",
        "2025-01-01",
    )
    answer = take("loans", HEAD + row, PROFILE)
    assert [one for _row, _column, one in codes(answer)] == [code]


SNAPSHOTS = """
kind: snapshots
columns:
  loan.number: loan
  snapshot.on: day
  snapshot.outstanding_principal: owed
"""
