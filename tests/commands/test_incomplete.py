"""What files lack of what the policy asks for: by every rule that holds, with words and the next command."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from loancrm.policy.policy import EXAMPLE
from tests.conftest import Answer, Run

HEAD = EXAMPLE.read_text(encoding="utf-8").partition("\n# What a customer's file must hold")[0]
FILE = """
file:
  - {rule: everyone, need: [phone]}
  - {rule: firm, when: {kind: enterprise}, need: [industry, phone, officer]}
  - rule: borrower
    when: {live_loans: ">= 1"}
    need: [{fact: statement, within_months: 18}, {fact: consent, with: {purpose: bureau_query}}]
"""
STATEMENT = "statement add C-00001 --period-end 2025-12-31 --revenue 1"
QUERY = "--purpose bureau_query --on"
LATER = {"LOANCRM_NOW": "2026-11-25T10:00+08:00"}


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def rows(cli: Run, book: Path, *words: str, **more: Any) -> Any:
    return done(cli("--store", book, *words, "--format", "json", **more)).json


def lacking(cli: Run, book: Path, *words: str, **more: Any) -> dict[str, list[str]]:
    found = rows(cli, book, "customer", "incomplete", *words, **more)
    return {row["customer"]: [one["item"] for one in row["missing"]] for row in found}


@pytest.fixture
def firm(cli: Run, book: Path, tmp_path: Path) -> Path:
    """A firm that borrows, a student, and a policy that asks for little."""
    (tmp_path / "p.yaml").write_text(HEAD + FILE, encoding="utf-8")
    for line in (
        "policy adopt p.yaml",
        "customer add --kind enterprise --name 华达机械有限公司",
        "customer add --kind student --name 王伟 --officer li.wei",
        "loan add C-00001 --number J1 --product green --principal 500000 --disbursed-on 2026-03-02",
    ):
        done(cli("--store", book, *shlex.split(line)))
    return book


def test_the_needs_of_every_rule_that_holds_add_up(cli: Run, firm: Path) -> None:
    first, second = rows(cli, firm, "customer", "incomplete")
    assert first == {
        "customer": "C-00001",
        "name": "华达机械有限公司",
        "kind": "enterprise",
        "officer": None,
        "needed": 5,  # phone counts once
        "completeness": "0.000000",
        "missing": [
            {"item": "phone", "words": "phone"},
            {"item": "industry", "words": "industry"},
            {"item": "officer", "words": "officer"},
            {"item": "statement", "words": "financial statement"},
            {"item": "consent.bureau_query", "words": "consent (credit bureau query)"},
        ],
        "undecided": [],
        "command": "loancrm customer edit C-00001 --phone … --industry … --officer …",
    }
    assert (second["customer"], second["needed"], second["officer"]) == ("C-00002", 1, "li.wei")


def test_what_is_filled_in_is_missing_no_more(cli: Run, firm: Path) -> None:
    edit = "customer edit C-00001 --phone 13800138000 --industry C34 --officer li.wei"
    done(cli("--store", firm, *edit.split()))
    line = rows(cli, firm, "customer", "incomplete", "--where", "kind = enterprise")[0]
    assert (line["completeness"], line["command"]) == ("0.600000", "loancrm statement add C-00001 …")
    done(cli("--store", firm, *STATEMENT.split()))
    line = rows(cli, firm, "customer", "incomplete", "--where", "kind = enterprise")[0]
    assert line["command"] == "loancrm consent add C-00001 --purpose bureau_query …"
    consent = f"consent add C-00001 --person 陈刚 {QUERY} 2026-01-01"
    done(cli("--store", firm, *consent.split()))
    assert lacking(cli, firm) == {"C-00002": ["phone"]}
    page = rows(cli, firm, "customer", "show", "C-00001")
    assert page["completeness"] == {"needed": 5, "completeness": "1.000000", "missing": [], "undecided": []}


def test_the_page_of_a_customer_says_how_complete_its_file_is(cli: Run, firm: Path) -> None:
    page = rows(cli, firm, "customer", "show", "C-00002")
    assert page["completeness"] == {
        "needed": 1,
        "completeness": "0.000000",
        "missing": ["phone"],
        "undecided": [],
    }
    shown = done(cli("--store", firm, "customer", "show", "C-00001", "--format", "table")).text
    assert "0.0 % complete: phone, industry, officer, financial statement" in " ".join(shown.split())
    chinese = done(
        cli("--store", firm, "customer", "show", "C-00001", "--format", "table", "--lang", "zh_CN")
    )
    assert "授权（征信查询）" in "".join(chinese.text.split())


def test_a_size_class_that_can_be_computed_is_not_asked_for(cli: Run, firm: Path, tmp_path: Path) -> None:
    """Industry needs staff and revenue of a year: 19 people make micro whatever is sold, 20 not."""
    rule = "  - {rule: size, when: {kind: [enterprise, student]}, need: [size_class]}\n"
    (tmp_path / "p.yaml").write_text(HEAD + "\nfile:\n" + rule, encoding="utf-8")
    done(cli("--store", firm, "policy", "adopt", "p.yaml"))
    asked = {"C-00001": ["size_class"], "C-00002": ["size_class"]}
    assert lacking(cli, firm) == asked  # the student cannot have one
    edit = ("--store", firm, "customer", "edit", "C-00001")
    done(cli(*edit, "--industry", "C34", "--employees", "20"))
    assert lacking(cli, firm) == asked  # what was sold is missing
    done(cli(*edit, "--employees", "19"))
    assert lacking(cli, firm) == {"C-00002": ["size_class"]}
    done(cli(*edit, "--employees", "20"))
    done(cli("--store", firm, *STATEMENT.split()))
    assert lacking(cli, firm) == {"C-00002": ["size_class"]}
    assert lacking(cli, firm, "--as-of", "2020-01-01") == {}
    done(cli(*edit, "--clear", "employees"))
    assert lacking(cli, firm) == {"C-00002": ["size_class"]}  # revenue of 1 is micro whoever works there
    done(cli(*edit, "--industry", "J66"))
    assert lacking(cli, firm) == asked  # finance has no class by the standard
    done(cli(*edit, "--size", "small"))
    assert lacking(cli, firm) == {"C-00002": ["size_class"]}


@pytest.mark.parametrize(
    ("period_end", "is_missing"), [("2025-05-21", True), ("2025-05-22", False), ("2026-10-31", False)]
)
def test_a_fact_counts_for_so_many_months(cli: Run, firm: Path, period_end: str, is_missing: bool) -> None:
    """Eighteen months before 21 November 2026 is 21 May 2025."""
    done(cli("--store", firm, *f"statement add C-00001 --period-end {period_end} --revenue 1".split()))
    assert ("statement" in lacking(cli, firm)["C-00001"]) is is_missing


@pytest.mark.parametrize(
    ("lines", "is_missing"),
    [
        ([f"{QUERY} 2026-01-01 --expires-on 2026-11-21"], False),
        ([f"{QUERY} 2026-01-01 --expires-on 2026-11-20"], True),
        (["--purpose marketing --on 2026-01-01"], True),
        ([f"{QUERY} 2026-01-01", f"{QUERY} 2026-02-01 --is-withdrawn yes"], True),
        ([f"{QUERY} 2026-01-01 --is-withdrawn yes", f"{QUERY} 2026-02-01"], False),
        ([f"{QUERY} 2026-01-01", "--purpose marketing --on 2026-02-01 --is-withdrawn yes"], False),
    ],
)  # fmt: skip
def test_a_consent_counts_while_it_stands(cli: Run, firm: Path, lines: list[str], is_missing: bool) -> None:
    for line in lines:
        done(cli("--store", firm, *f"consent add C-00001 --person 陈刚 {line}".split()))
    assert ("consent.bureau_query" in lacking(cli, firm)["C-00001"]) is is_missing


def test_an_earlier_day_is_judged_by_what_was_there_then(cli: Run, firm: Path) -> None:
    done(cli("--store", firm, "customer", "edit", "C-00002", "--phone", "13800138000", env=LATER))
    assert "C-00002" not in lacking(cli, firm, env=LATER)
    assert lacking(cli, firm, "--as-of", "2026-11-24", env=LATER)["C-00002"] == ["phone"]
    before_the_loan = lacking(cli, firm, "--as-of", "2026-03-01", "--policy", "p.yaml")
    assert "C-00001" not in before_the_loan


def test_one_officers_and_those_of_a_condition(cli: Run, firm: Path) -> None:
    assert list(lacking(cli, firm, "--officer", "li.wei")) == ["C-00002"]
    assert list(lacking(cli, firm, "--where", "live_loans >= 1")) == ["C-00001"]
    done(cli("--store", firm, "customer", "archive", "C-00002"))
    assert list(lacking(cli, firm)) == ["C-00001"]


def test_a_policy_that_asks_for_nothing_says_so(cli: Run, firm: Path, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(HEAD, encoding="utf-8")
    answer = done(cli("--store", firm, "customer", "incomplete", "--policy", "old.yaml", "--format", "json"))
    assert answer.json == []
    assert answer.err == "policy example 2026-11 does not say what a file must hold\n"
    page = rows(cli, firm, "customer", "show", "C-00001", "--policy", "old.yaml")
    assert page["completeness"] is None


@pytest.mark.parametrize(
    ("needs", "place"),
    [
        ("[fone]", "file[0].need"),
        ("[{fact: statment}]", "fact"),
        ("[{fact: series}]", "fact"),
        ("[{fact: consent, with: {purpose: query}}]", "with"),
        ("[{fact: statement, within_months: 0}]", "within_months"),
        ("[]", "file[0].need"),
    ],
)
def test_a_need_that_means_nothing_is_refused_with_its_place(
    cli: Run, tmp_path: Path, needs: str, place: str
) -> None:
    text = f"{HEAD}\nfile:\n  - {{rule: everyone, need: {needs}}}\n"
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    answer = cli("policy", "check", "p.yaml")
    assert answer.code == 4
    assert place in answer.err
    assert f"p.yaml:{text.count(chr(10))}:" in answer.err
