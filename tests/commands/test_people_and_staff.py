"""People at a customer by their role, and what the staff has still to learn or sit."""

# ruff: noqa: E501 - one command a line

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run

from .test_dossier import done, typed


@pytest.mark.parametrize(
    ("customer", "role", "share"),
    [("C-00001", "shareholder", "35.5%"), ("C-00002", "co_borrower", None), ("C-00001", "co_borrower", None)],
)
def test_co_borrowers_and_shareholders_are_kept_with_what_they_hold(
    cli: Run, full: Path, customer: str, role: str, share: str | None
) -> None:
    words = f"person add {customer} --name 李强 --role {role}" + (f" --share {share}" if share else "")
    number = done(cli, full, words).json["number"]
    (row,) = [row for row in done(cli, full, f"person list {customer}").json if row["number"] == number]
    assert (row["owner"], row["role"], row["name"]) == (customer, role, "李强")
    assert row["share"] == (None if share is None else "0.355000")
    # a person has a role once; the same person may have another one
    again = typed(cli, full, words)
    assert (again.code, again.error["code"]) == (5, "taken")
    done(cli, full, f"person add {customer} --name 李强 --role finance")
    done(cli, full, f"person void {number} --why 已转让")
    assert number not in {row["number"] for row in done(cli, full, f"person list {customer}").json}


def test_two_shareholders_hold_each_a_share_and_a_file_brings_more(
    cli: Run, full: Path, tmp_path: Path
) -> None:
    done(cli, full, "person add C-00001 --name 李强 --role shareholder --share 60%")
    (tmp_path / "people.yaml").write_text(
        "kind: people\ncolumns:\n  customer.bank_number: no\n  person.name: name\n  person.role: role\n"
        "  person.share: share\n",
        encoding="utf-8",
    )
    lines = (
        "no,name,role,share\n8800123,王芳,股东,40%\n8800123,李强,shareholder,55%\n8800123,赵云,共同借款人,\n"
    )
    (tmp_path / "people.csv").write_text(lines, encoding="utf-8")
    words = ("import", "people", tmp_path / "people.csv", "--profile", tmp_path / "people.yaml", "--apply")
    assert cli("--store", full, *words).code == 0
    roles = ("shareholder", "co_borrower")
    rows = [row for row in done(cli, full, "person list C-00001").json if row["role"] in roles]
    assert {(row["name"], row["role"], row["share"]) for row in rows} == {
        ("李强", "shareholder", "0.550000"), ("王芳", "shareholder", "0.400000"), ("赵云", "co_borrower", None),
    }  # fmt: skip


def dues(cli: Run, store: Path, words: str = "") -> list[tuple[str, str, str, int]]:
    rows = done(cli, store, f"training due {words}").json
    return [(row["officer"], row["what"], row["due_on"], row["days_late"]) for row in rows]


@pytest.fixture
def staffed(cli: Run, full: Path) -> Path:
    """Three further ones of October: late by 11 days on 21 November, due that day, and due on 21 December."""
    for line in (
        "training add li.wei --what 信贷考试 --kind examination --due-on 2026-12-21 --on 2026-10-01",
        "training add zhao.min --what 资格年审 --kind examination --due-on 2026-11-10 --on 2026-10-01",
        "training add zhao.min --what 消保培训 --due-on 2026-11-21 --on 2026-10-01",
    ):
        done(cli, full, line)
    return full


def test_what_is_due_is_listed_with_how_late_it_is_and_ahead_where_it_is_asked_for(
    cli: Run, staffed: Path
) -> None:
    late = ("zhao.min", "资格年审", "2026-11-10", 11)
    today, exam = ("zhao.min", "消保培训", "2026-11-21", 0), ("li.wei", "信贷考试", "2026-12-21", 0)
    assert dues(cli, staffed) == [late, today]
    assert dues(cli, staffed, "--within 29d") == [late, today]  # 30 days until 21 December
    assert dues(cli, staffed, "--within 30d") == [late, today, exam]
    assert dues(cli, staffed, "--within 30d --kind examination") == [late, exam]
    assert dues(cli, staffed, "--within 30d --officer li.wei") == [exam]
    assert dues(cli, staffed, "--within 60d")[-1] == ("li.wei", "反洗钱", "2026-12-31", 0)
    assert typed(cli, staffed, "training due --within soon").code == 4
    assert typed(cli, staffed, "training due --kind exam").code == 2


def test_an_examination_is_due_until_the_day_on_which_it_was_passed(cli: Run, staffed: Path) -> None:
    assert dues(cli, staffed, "--as-of 2026-09-30 --within 365d") == []  # nobody had set it yet
    assert dues(cli, staffed, "--as-of 2026-11-09") == []
    assert dues(cli, staffed, "--as-of 2026-11-12") == [("zhao.min", "资格年审", "2026-11-10", 2)]
    passed = "training add zhao.min --what 资格年审 --kind examination --due-on 2026-11-10 --on 2026-10-01"
    done(cli, staffed, f"{passed} --done-on 2026-11-13 --result 合格 --replace")
    assert dues(cli, staffed, "--as-of 2026-11-12") == [("zhao.min", "资格年审", "2026-11-10", 2)]
    assert dues(cli, staffed, "--as-of 2026-11-13") == []
    assert dues(cli, staffed, "--kind examination") == []
