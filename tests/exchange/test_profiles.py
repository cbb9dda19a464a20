"""Profiles: what is wrong in one is named with its place; a drafted one works; a folder takes its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loancrm.errors import InvalidInput
from loancrm.exchange.profile import parse_profile
from tests.commands.shapes import IMPORTS, misfits
from tests.commands.test_undo import holds
from tests.conftest import Run

from .conftest import Take, counts
from .test_kinds import CUSTOMERS, HEAD, HUADA, LOAN, LOAN_HEAD, LOANS, SNAP_HEAD, SNAPSHOTS


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("kind: loan\ncolumns: {loan.number: x}", "p.yaml:1:1: kind: must be one of"),
        (
            "kind: rates\ncolumns: {rate.seris: x}",
            "p.yaml:2:11: rate.seris: a file of rates has no such target",
        ),
        ("kind: customers\ncolumns: {}", "p.yaml:2:1: columns: a profile names at least one column"),
        ("kind: loans\ncolumns: {loan.extra.A-B: x, loan.number: n}", "p.yaml:2:11: loan.extra.A-B"),
        ("kind: loans\ncolumns: {loan.principal: x}", "p.yaml:1:1: columns: loan.number is missing"),
        ("kind: customers\ncolumns: {customer.name: {map: {a: b}}}", "a target has one of: column, constant"),
        ("kind: customers\ncolumns: {customer.name: {column: a, unit: 斤}}", "unit is one of"),
        (
            "kind: customers\ncolumns: {customer.name: {column: a, unit: 万元}}",
            "p.yaml:2:38: customer.name: unit means nothing here",
        ),
        ("kind: loans\ncolumns: {loan.number: {file_name: true}}", "file_name means nothing here"),
        ("kind: rates\nextract: full\ncolumns: {}", "a profile names at least one column"),
        (
            "kind: customers\nextract: full\ncolumns: {customer.name: a}",
            "p.yaml:2:1: extract is for snapshots",
        ),
        ("kind: customers\ncolumns: {customer.since_on: {column: a, date: usa}}", "date is one of iso, ymd"),
        ("kind: customers\ncolumns: {customer.name: {colum: a}}", "unknown key (did you mean 'column'?)"),
        ("kind: customers\nformat: {delimeter: x}\ncolumns: {customer.name: a}", "did you mean 'delimiter'?"),
    ],
)
def test_a_wrong_profile_is_refused_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        parse_profile(text, "p.yaml", "p")
    assert complaint in fault.value.message


def test_a_constant_that_means_nothing_is_refused_before_any_row(take: Take) -> None:
    answer = take(
        "customers",
        HEAD + HUADA,
        CUSTOMERS.replace("{column: kind, map: {企业: enterprise, 学生: student}}", "{constant: factory}"),
    )
    assert (answer.code, answer.error["code"], answer.error["field"]) == (4, "invalid_file", "customer.kind")


def test_a_profile_of_another_kind_is_refused(take: Take) -> None:
    answer = take("loans", HEAD + HUADA, CUSTOMERS)
    assert (answer.code, answer.error["code"]) == (4, "other_kind")


def config(tmp_path: Path, profiles: dict[str, str]) -> None:
    lines = ["profiles:"]
    for name, text in profiles.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        lines.append(f"  {name}: {name}.yaml")
    (tmp_path / "loancrm.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "loancrm.yaml").chmod(0o600)


def test_a_profile_may_be_named_in_config(cli: Run, book: Path, tmp_path: Path) -> None:
    config(tmp_path, {"clients": CUSTOMERS})
    (tmp_path / "c.csv").write_text(HEAD + HUADA, encoding="utf-8")
    words = ("--store", book, "import", "customers", "c.csv", "--format", "json", "--profile")
    assert counts(cli(*words, "clients")) == {"read": 1, "new": 1}
    wrong = cli(*words, "client")
    assert (wrong.code, wrong.error["hint"]) == (3, "did you mean 'clients'?")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config(
        tmp_path,
        {
            "balances": SNAPSHOTS.replace("snapshot.on: day", "snapshot.on: {file_name: true}")
            + 'files: ["余额*.csv"]\n',
            "loans": LOANS + 'files: ["loans*.csv"]\n',
            "clients": CUSTOMERS + "files: clients*.csv\n",
        },
    )
    path = tmp_path / "inbox"
    path.mkdir()
    (path / "clients20261119.csv").write_text(HEAD + HUADA, encoding="utf-8")
    (path / "loans20261119.csv").write_text(LOAN_HEAD + LOAN, encoding="utf-8")
    head = SNAP_HEAD.replace(",day", "")
    (path / "余额20261118.csv").write_text(head + "JJ-1,1300000,0,0,正常\n", encoding="utf-8")
    (path / "余额20261119.csv").write_text(head + "JJ-1,1250000,100,3,关注\n", encoding="utf-8")
    (path / "notes.txt").write_text("not a list")
    return path


def yesterday(cli: Run, book: Path, *words: str) -> Any:
    return cli("--store", book, "import", "yesterday", "inbox", "--format", "json", *words)


@pytest.mark.usefixtures("folder")
def test_yesterdays_files_go_in_by_their_profiles_in_order_newest_first(cli: Run, book: Path) -> None:
    tried = yesterday(cli, book)
    assert [(line["profile"], line["state"], line["new"]) for line in tried.json] == [
        ("clients", "taken", 1),
        ("loans", "taken", 1),
        ("balances", "taken", 1),
    ]
    assert cli("--store", book, "customer", "list", "--format", "json").json == []
    taken = yesterday(cli, book, "--apply")
    assert (taken.code, taken.json) == (0, tried.json)
    assert misfits(taken.json, IMPORTS["import yesterday"]) == []
    assert {line["file"] for line in taken.json} >= {"余额20261119.csv"}
    assert {line["state"] for line in yesterday(cli, book, "--apply").json} == {"known"}
    loan = cli("--store", book, "loan", "show", "JJ-1", "--format", "json").json
    assert (loan["outstanding_principal"], loan["basis_on"]) == ("1250000.00", "2026-11-19")


def test_a_file_that_cannot_be_taken_does_not_keep_the_others_out(cli: Run, book: Path, folder: Path) -> None:
    (folder / "loans20261119.csv").write_text(LOAN_HEAD + LOAN.replace("2000000", "x"), encoding="utf-8")
    answer = yesterday(cli, book, "--apply")
    assert answer.code == 9
    assert [(line["profile"], line["state"]) for line in answer.json] == [
        ("clients", "taken"),
        ("loans", "rejected"),
        ("balances", "rejected"),
    ]
    assert [row["name"] for row in cli("--store", book, "customer", "list", "--format", "json").json] == [
        "华达机械有限公司"
    ]


@pytest.mark.usefixtures("folder")
def test_an_undo_takes_all_files_of_a_folder_back_together(cli: Run, book: Path) -> None:
    before = holds(book)
    yesterday(cli, book, "--apply")
    assert cli("--store", book, "undo", "--yes").code == 0
    assert holds(book) == before
    assert {line["state"] for line in yesterday(cli, book, "--apply").json} == {"taken"}


def test_a_folder_without_a_file_for_any_profile(cli: Run, book: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "gone"):
        answer = cli("--store", book, "import", "yesterday", name, "--format", "json")
        assert (answer.code, answer.error["code"]) == (3, "not_found")
    (tmp_path / "loancrm.yaml").write_text("profiles: {}\n")
    assert cli("--store", book, "import", "yesterday", folder, "--format", "json").code == 4


def test_a_drafted_profile_takes_the_file_it_was_drafted_from(cli: Run, book: Path, tmp_path: Path) -> None:
    content = (
        "客户名称,借据号,贷款金额(万元),放款日期,期限(月),年利率(%),经办人电话\n"
        '华达机械有限公司,JJ-1,"1,200.50",2026/1/15,12,3.45,x\n'
        "宏远贸易有限公司,JJ-2,80,2026/2/1,24,4.10,y\n"
    )
    (tmp_path / "台账20261119.csv").write_bytes(content.encode("gb18030"))
    drafted = cli("import", "profile", "台账20261119.csv")
    assert drafted.code == 0, drafted.err
    assert "# not mapped: 经办人电话" in drafted.text
    (tmp_path / "p.yaml").write_text(drafted.text, encoding="utf-8")
    words = ("import", "loans", "台账20261119.csv", "--profile", "p.yaml", "--apply", "--format", "json")
    assert counts(cli("--store", book, *words)) == {"read": 2, "new": 2}
    loan = cli("--store", book, "loan", "show", "JJ-1", "--format", "json").json
    assert (loan["principal"], loan["disbursed_on"], loan["annual_rate"]) == (
        "12005000.00",
        "2026-01-15",
        "0.034500",
    )


def test_a_header_that_tells_nothing_asks_for_the_kind(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    answer = cli("import", "profile", "x.csv")
    assert answer.code == 4
    assert "--kind" in answer.err
