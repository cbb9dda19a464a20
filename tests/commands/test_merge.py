"""Two customers that are one: every fact moves, the old code finds the other, one undo takes it all back."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from tests import places
from tests.conftest import Answer, Run, call

from .helpers import asked, rows_of
from .shapes import misfits
from .shapes_care import ELSEWHERE
from .test_undo import holds

# C-00001 stays; C-00002 was typed a second time, and has a fact of every kind.
LINES = """\
officer add zhao.min --name 赵敏
customer add --kind enterprise --name 华达机械有限公司 --uscc 91110000600037341L --region 北京 --officer li.wei --since 2024-03-01
customer add --kind enterprise --name 北京市华达机械有限公司 --region 上海 --phone 13800138000 --employees 120 --officer zhao.min --since 2023-05-01
customer add --kind enterprise --name 宏远贸易有限公司
customer edit C-00002 --industry C34 --on 2026-06-01
loan add C-00001 --number A1 --product working_capital --principal 1000000 --disbursed-on 2026-01-15 --matures-on 2027-12-15
snapshot add A1 --on 2026-11-19 --outstanding 600000 --days-past-due 0
facility add C-00002 --number SX-B --limit-amount 3000000 --expires-on 2027-03-31
loan add C-00002 --number B1 --contract HT-B --facility SX-B --product green --principal 500000 --disbursed-on 2026-03-02 --matures-on 2027-12-15
snapshot add B1 --on 2026-11-19 --outstanding 400000 --days-past-due 9 --overdue-principal 1000
contact log C-00001 --on 2026-05-01 --channel phone
contact log C-00002 --on 2026-11-20 --channel visit --note 谈续贷 --next 2026-12-01 --next-what 送方案
feedback record C-00002 --kind complaint --text 审批太慢 --channel phone
statement add C-00001 --period-end 2025-12-31 --revenue 1200
statement add C-00002 --period-end 2025-12-31 --revenue 1300
statement add C-00002 --period-end 2024-12-31 --revenue 900
consent add C-00002 --person 陈刚 --purpose bureau_query --on 2026-01-01
bureau add C-00002 --on 2026-02-01 --consent CN-00001 --lenders 3
person add C-00002 --name 陈刚 --role legal_representative --phone 13900139000
collateral add C-00002 --kind equipment --description 车床 --loan B1
appraisal add C-00002 --collateral CO-00001 --on 2026-01-10 --value 800000
guarantor add C-00003 --name 华达 --other C-00002
classify C-00001 C-00002
contact log C-00002 --on 2026-11-20 --channel phone --note 记错
contact void K-00003
""".splitlines()  # noqa: E501 - one command a line
MERGE = ("customer", "merge", "C-00001", "C-00002", "--why", "重复录入")


@pytest.fixture(scope="module")
def two(empty_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "two.db"
    places.copy(empty_book, path)
    for line in LINES:
        answer = call("--store", path, *shlex.split(line), home=path.parent)
        assert answer.code == 0, (line, answer.err)
    return path


@pytest.fixture
def pair(two: Path, tmp_path: Path, kept: list[Path]) -> Path:
    """A copy of the book of two, to be changed; ``store check`` is silent on it in the end."""
    path = tmp_path / "pair.db"
    places.copy(two, path)
    kept.append(path)
    return path


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def rows(cli: Run, book: Path, *words: str) -> Any:
    return done(cli("--store", book, *words, "--format", "json")).json


def test_every_fact_moves_and_the_receipt_says_how_many(cli: Run, pair: Path) -> None:
    receipt = rows(cli, pair, *MERGE)
    assert misfits(receipt, ELSEWHERE["customer merge"]) == []
    assert (receipt["code"], receipt["merged"], receipt["name"]) == (
        "C-00001",
        "C-00002",
        "华达机械有限公司",
    )
    assert receipt["moved"] == {
        "facility": 1, "contract": 1, "loan": 1, "contact": 2, "follow_up": 1, "feedback": 1, "statement": 2,
        "consent": 1, "bureau_report": 1, "person": 1, "collateral": 1, "appraisal": 1, "guarantor": 1,
    }  # fmt: skip
    assert receipt["voided"] == {"statement": 1}
    assert set(receipt["filled"]) == {"employees", "industry", "phone"}
    assert {row["number"] for row in rows(cli, pair, "loan", "list")} == {"A1", "B1"}
    assert {row["customer"] for row in rows(cli, pair, "loan", "list")} == {"C-00001"}
    assert len(rows(cli, pair, "contact", "list", "C-00001")) == 2
    statements = rows(cli, pair, "statement", "list", "C-00001")
    assert {row["period_end"]: row["revenue"] for row in statements} == {
        "2025-12-31": "1200.00",
        "2024-12-31": "900.00",
    }
    assert [row["other"] for row in rows(cli, pair, "guarantor", "list")] == ["C-00001"]
    left = "select count(*) from {} where customer_id = 2 and voided_at is null"
    for table in ("loan", "contact", "customer_attribute", "customer_segment", "statement", "facility"):
        assert asked(pair, left.format(table)) == [(0,)]


def test_the_first_ones_values_stand_and_the_others_fill_gaps_from_today_on(cli: Run, pair: Path) -> None:
    done(cli("--store", pair, *MERGE))
    page = rows(cli, pair, "customer", "show", "C-00001")
    assert (page["region"], page["officer"], page["name"]) == ("北京", "li.wei", "华达机械有限公司")
    assert (page["employees"], page["industry"], page["since_on"]) == (120, "C34", "2023-05-01")
    before = rows(cli, pair, "customer", "show", "C-00001", "--as-of", "2026-11-20")
    assert (before["employees"], before["industry"]) == (None, None)


def test_the_old_code_finds_the_other_and_says_so(cli: Run, pair: Path) -> None:
    done(cli("--store", pair, *MERGE))
    shown = done(cli("--store", pair, "customer", "show", "C-2", "--format", "json"))
    assert shown.json["code"] == "C-00001"
    assert shown.err == "C-00002 was merged into C-00001\n"
    assert [row["code"] for row in rows(cli, pair, "customer", "find", "C-00002")] == ["C-00001"]
    assert [row["code"] for row in rows(cli, pair, "customer", "list")] == ["C-00001", "C-00003"]
    logged = rows(cli, pair, "contact", "log", "C-00002", "--channel", "phone")
    assert logged["customer"] == "C-00001"


def test_the_history_of_both_is_the_history_of_one(cli: Run, pair: Path) -> None:
    done(cli("--store", pair, *MERGE))
    lines = rows(cli, pair, "history", "C-00001")
    assert {"北京市华达机械有限公司", "华达机械有限公司"} <= {
        line["after"] for line in lines if line["field"] == "name"
    }
    merged = [(line["action"], line["field"], line["after"]) for line in lines if line["field"] == "merged"]
    assert merged == [("void", "merged", "C-00001"), ("change", "merged", "C-00002")]
    assert "重复录入" in {line["after"] for line in lines if line["field"] == "why"}
    assert rows(cli, pair, "history", "C-00002") == lines


def test_one_undo_takes_it_back_exactly(cli: Run, pair: Path) -> None:
    before = holds(pair)
    done(cli("--store", pair, *MERGE))
    assert holds(pair) != before
    done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == before
    assert done(cli("--store", pair, "store", "check")).out == b""
    assert rows(cli, pair, "customer", "show", "C-00002")["name"] == "北京市华达机械有限公司"
    done(cli("--store", pair, *MERGE))
    done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == before


def test_what_others_say_of_it_they_say_of_the_one_that_stays(cli: Run, pair: Path) -> None:
    """C-00002 answers for C-00003 and brought it; it answered for C-00001 too, and brought it: for itself."""
    for line in (
        "guarantor add C-00001 --name 华达 --other C-00002",
        "guarantor add C-00002 --name 华达 --other C-00001",
        "referral add C-00003 --on 2026-01-05 --referrer C-00002",
        "referral add C-00001 --on 2026-01-06 --referrer C-00002",
    ):
        done(cli("--store", pair, *shlex.split(line)))
    before = holds(pair)
    receipt = rows(cli, pair, *MERGE)
    assert receipt["voided"] == {"guarantor": 2, "referral": 1, "statement": 1}
    named = {"guarantor": "other", "referral": "referrer"}
    for noun, field in named.items():
        assert [row[field] for row in rows(cli, pair, noun, "list", "C-00003")] == ["C-00001"]
        assert rows(cli, pair, noun, "list", "C-00001") == []
    (figure,) = [
        row["value"]
        for row in rows(cli, pair, "customer", "indicators", "C-00001")
        if row["name"] == "customers_brought"
    ]
    assert figure == "1"
    assert done(cli("--store", pair, "store", "check")).out == b""
    done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == before


def test_the_other_way_round_moves_numbers_and_segments_too(cli: Run, pair: Path) -> None:
    """C-00003 was never classified and has no numbers: it takes the other's."""
    before = holds(pair)
    receipt = rows(cli, pair, "customer", "merge", "C-00003", "C-00001")
    assert receipt["moved"]["customer_segment"] == 1
    assert {"uscc", "region", "officer_id"} <= set(receipt["filled"])
    page = rows(cli, pair, "customer", "show", "C-00003")
    assert (page["uscc"], page["segment"]) == ("91110000600037341L", "mass_market")
    done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == before


def test_a_chain_of_merges_is_followed_and_taken_back_link_by_link(cli: Run, pair: Path) -> None:
    before = holds(pair)
    done(cli("--store", pair, *MERGE))
    (first,) = asked(pair, "select max(id) from command")[0]
    done(cli("--store", pair, "customer", "merge", "C-00003", "C-00001"))
    assert rows(cli, pair, "customer", "show", "C-00002")["code"] == "C-00003"
    assert {row["customer"] for row in rows(cli, pair, "loan", "list")} == {"C-00003"}
    lines = rows(cli, pair, "history", "C-00003")
    made = [line for line in lines if (line["subject"], line["field"]) == ("customer", "name")]
    assert len({line["after"] for line in made if line["action"] == "create"}) == 3
    refused = cli("--store", pair, "undo", str(first), "--yes", "--format", "json")
    assert (refused.code, refused.error["code"]) == (5, "changed_since")
    for _ in range(2):
        done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == before


@pytest.mark.parametrize(
    "line",
    [
        "loan add C-00001 --number N1 --contract HT-B --product green --principal 5",
        "bureau add C-00001 --on 2026-11-02 --consent CN-00001",
        "appraisal add C-00001 --collateral CO-00001 --on 2026-11-02 --value 700000",
        "customer edit C-00001 --region 天津",
    ],
)
def test_what_rests_on_a_row_that_moved_keeps_it_there(cli: Run, pair: Path, line: str) -> None:
    before = holds(pair)
    done(cli("--store", pair, *MERGE))
    (mine,) = asked(pair, "select max(id) from command")[0]
    assert isinstance(mine, int)
    done(cli("--store", pair, *shlex.split(line)))
    refused = cli("--store", pair, "undo", str(mine), "--yes", "--format", "json")
    assert (refused.code, refused.error["code"]) == (5, "changed_since")
    assert refused.error["hint"] == f"undo that first: loancrm undo {mine + 1}"
    for _ in range(2):
        done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == before


def test_what_came_later_and_rests_on_nothing_stays(cli: Run, pair: Path) -> None:
    done(cli("--store", pair, *MERGE))
    (mine,) = asked(pair, "select max(id) from command")[0]
    done(cli("--store", pair, "contact", "log", "C-00002", "--channel", "phone", "--note", "之后"))
    done(cli("--store", pair, "undo", str(mine), "--yes"))
    notes = {code: {row["note"] for row in rows(cli, pair, "contact", "list", code)} for code in CODES}
    assert "之后" in notes["C-00001"]
    assert notes["C-00002"] == {"谈续贷"}


CODES = ("C-00001", "C-00002")


def test_a_report_of_before_counts_the_loans_as_the_firsts(cli: Run, pair: Path) -> None:
    """The book's sums are the same on every day; whose a loan is, is what is known now."""
    days = (("--as-of", "2026-11-20"), ("--as-of", "2026-11-20", "--known-at", "2026-11-21"))
    before = [rows(cli, pair, "report", "portfolio", *day) for day in days]
    done(cli("--store", pair, *MERGE, env={"LOANCRM_NOW": "2026-11-25T10:00+08:00"}))
    after = [rows(cli, pair, "report", "portfolio", *day) for day in days]
    for one, other in zip(before, after, strict=True):
        for name in ("live_loans", "outstanding_principal", "par_1"):
            assert one[name] == other[name]
    groups = rows(cli, pair, "report", "concentration", "--by", "customer", *days[1])
    assert [(group["key"], group["outstanding_principal"]) for group in groups] == [("C-00001", "1000000.00")]
    known = rows(cli, pair, "customer", "list", "--as-of", "2026-11-21", "--known-at", "2026-11-21")
    assert [(row["code"], row["live_loans"]) for row in known] == [
        ("C-00001", 2),
        ("C-00002", 0),
        ("C-00003", 0),
    ]


@pytest.mark.parametrize(
    ("line", "exit_code", "code"),
    [
        ("customer merge C-00001 C-00001", 4, "invalid_input"),
        ("customer merge C-00001 C-00004", 3, "not_found"),
        ("customer merge C-00001 C-00099", 3, "not_found"),
        ("customer merge C-00001", 2, "missing"),
        ("customer merge C-00001 C-00002 --as-of 2026-11-20", 2, "usage"),
    ],
)
def test_what_cannot_be_merged_is_refused(cli: Run, pair: Path, line: str, exit_code: int, code: str) -> None:
    before = rows_of(pair)
    answer = cli("--store", pair, *line.split(), "--format", "json")
    assert (answer.code, answer.error["code"]) == (exit_code, code)
    assert rows_of(pair) == before


def test_kinds_must_agree(cli: Run, pair: Path) -> None:
    done(cli("--store", pair, "customer", "add", "--kind", "student", "--name", "王小明"))
    answer = cli("--store", pair, "customer", "merge", "C-00001", "C-00004", "--format", "json")
    assert (answer.code, answer.error["code"]) == (5, "wrong_kind")


def test_numbers_that_differ_are_refused_unless_forced(cli: Run, pair: Path) -> None:
    done(cli("--store", pair, "customer", "edit", "C-00002", "--uscc", "91310000MA1FL0BC4X"))
    before = holds(pair)
    refused = cli("--store", pair, *MERGE, "--format", "json")
    assert (refused.code, refused.error["code"]) == (5, "contradiction")
    assert "91310000MA1FL0BC4X" not in refused.err
    assert holds(pair) == before
    done(cli("--store", pair, *MERGE, "--force"))
    assert rows(cli, pair, "customer", "show", "C-00001")["uscc"] == "91110000600037341L"
    done(cli("--store", pair, "undo", "--yes"))
    assert holds(pair) == before


def test_a_dry_run_stores_nothing_and_a_retry_merges_once(cli: Run, pair: Path) -> None:
    before = rows_of(pair)
    rehearsed = done(cli("--store", pair, *MERGE, "--dry-run", "--format", "json"))
    assert rows_of(pair) == before
    first = done(cli("--store", pair, *MERGE, "--idempotency-key", "K", "--format", "json"))
    assert first.out == rehearsed.out
    after = rows_of(pair)
    assert done(cli("--store", pair, *MERGE, "--idempotency-key", "K", "--format", "json")).out == first.out
    assert rows_of(pair) == after


def test_a_merge_in_words(cli: Run, pair: Path) -> None:
    words = (*MERGE, "--format", "table", "--dry-run")
    assert done(cli("--store", pair, *words)).text.splitlines() == [
        "C-00002 is C-00001 now: rows that moved: 15",
        "void, since C-00001 has the same: 1",
        "taken over: employees, industry, phone",
    ]
    chinese = done(cli("--store", pair, *words, "--lang", "zh_CN")).text
    assert "C-00002 已并入 C-00001" in chinese


def test_an_import_by_the_old_code_reaches_the_one_that_stands(cli: Run, pair: Path, tmp_path: Path) -> None:
    done(cli("--store", pair, *MERGE))
    (tmp_path / "talks.csv").write_text(
        "code,day,channel,note\nC-00002,2026-11-10,phone,旧号\n", encoding="utf-8"
    )
    (tmp_path / "talks.yaml").write_text(PROFILE, encoding="utf-8")
    words = ("import", "contacts", "talks.csv", "--profile", "talks.yaml", "--apply")
    done(cli("--store", pair, *words))
    assert "旧号" in {row["note"] for row in rows(cli, pair, "contact", "list", "C-00001")}


PROFILE = """
kind: contacts
columns:
  customer.code: code
  contact.on: day
  contact.channel: channel
  contact.outcome: {constant: reached}
  contact.note: note
"""
