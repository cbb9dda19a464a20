"""Files of a customer's dated facts: every kind is taken, known again, changed by key, refused by row."""

# ruff: noqa: E501 - one file a line

from __future__ import annotations

import csv
import shlex
from decimal import Decimal
from pathlib import Path

import pytest

from loancrm.exchange.targets import FILES_OF_FACTS
from tests.commands.helpers import asked, rows_of
from tests.commands.test_undo import holds
from tests.conftest import REPO, Run

from .conftest import Take, codes, counts

BASE = """\
customer add --kind enterprise --name 华达机械有限公司 --bank-number 1001
customer add --kind student --name 王小明 --bank-number 1002
loan add C-00001 --number JJ-1 --product working_capital --principal 1000 --disbursed-on 2026-01-15
consent add C-00001 --person 陈刚 --purpose bureau_query --on 2026-01-05 --expires-on 2026-12-31
collateral add C-00001 --kind vehicle --description 货车
plan add C-00001 --offer 设备贷款 --on 2026-11-01
event add --title 开放日 --kind open_day --held-on 2026-11-05
""".splitlines()


@pytest.fixture
def filled(cli: Run, book: Path) -> Path:
    for line in BASE:
        made = cli("--store", book, *shlex.split(line))
        assert made.code == 0, made.err
    return book


# kind of file -> targets with one row of cells; a customer's file has the number first
FILES: dict[str, tuple[dict[str, str], str]] = {
    "statements": ({"statement.period_end": "2025-12-31", "statement.operating_cash_flow": "-12.34"}, "1001"),
    "turnovers": ({"turnover.period_end": "2026-10-31", "turnover.inflow": "120.5"}, "1001"),
    "holdings": ({"holding.product": "存款", "holding.opened_on": "2020-01-01"}, "1001"),
    "bureau_reports": ({"bureau.on": "2026-02-01", "bureau.consent": "CN-00001", "bureau.lenders": "3"}, "1001"),
    "academic_records": ({"academic.on": "2026-07-01", "academic.gpa": "3.25"}, "1002"),
    "incomes": ({"income.on": "2026-11-01", "income.monthly_amount": "3000", "income.basis": "实际"}, "1002"),
    "referrals": ({"referral.on": "2026-11-01", "referral.referrer": "C-00002"}, "1001"),
    "people": ({"person.name": "张敏", "person.role": "finance", "person.share": "12.5%"}, "1001"),
    "consents": ({"consent.person": "陈刚", "consent.purpose": "marketing", "consent.on": "2026-02-01"}, "1001"),
    "connections": ({"connection.kind": "集团客户", "connection.name": "华达集团"}, "1001"),
    "needs": ({"need.kind": "equipment", "need.amount": "8000"}, "1001"),
    "plan_steps": (
        {"plan_step.plan": "SP-1", "plan_step.step": "accepted", "plan_step.on": "2026-11-05", "plan_step.note": "同意"}, "1001",
    ),
    "plans": ({"plan.offer": "设备贷款", "plan.amount": "8000"}, "1001"),
    "collaterals": ({"collateral.kind": "other", "collateral.description": "设备", "collateral.loan": "JJ-1"}, "1001"),
    "appraisals": (
        {"appraisal.collateral": "CO-1", "appraisal.on": "2026-11-01", "appraisal.value": "5000"},
        "1001",
    ),
    "guarantors": ({"guarantor.name": "宏远担保", "guarantor.other": "C-00002"}, "1001"),
    "proceeds": (
        {
            "proceeds.loan": "JJ-1", "proceeds.reference": "ZF-1", "proceeds.on": "2026-01-16",
            "proceeds.method": "自主支付", "proceeds.amount": "800", "proceeds.deviation": "no_evidence",
        },
        "1001",
    ),
    "clocks": ({"clock.kind": "limitation", "clock.started_on": "2026-01-15", "clock.loan": "JJ-1"}, "1001"),
    "marks": ({"mark.kind": "擅自改变资金用途", "mark.loan": "JJ-1", "mark.on": "2026-11-01"}, "1001"),
    "checks": (
        {"check.on": "2026-11-02", "check.is_on_site": "是", "check.loan": "JJ-1", "check.result": "未发现异常"}, "1001",
    ),
    "ratings": ({"rating.criterion": "overall", "rating.value": "4", "rating.on": "2026-11-01"}, "1001"),
    "series": ({"series.name": "gdp", "series.on": "2026-09-30", "series.value": "-0.5"}, ""),
    "partners": ({"partner.name": "复旦大学", "partner.kind": "school"}, ""),
    "events": ({"event.title": "讲座", "event.kind": "客户讲座", "event.held_on": "2026-11-02"}, ""),
    "measures": (
        {"measure.title": "审批限时", "measure.cause": "slow_approval", "measure.on": "2026-11-01"}, "",
    ),
    "guests": ({"guest.event": "EV-1", "guest.step": "attended", "guest.on": "2026-11-05"}, "1001"),
    "warnings": (
        {"warning.kind": "法律风险", "warning.signal": "被列为被告", "warning.source": "法院", "warning.on": "2026-11-01"}, "1001",
    ),
    "recognitions": (
        {"officer.code": "li.wei", "recognition.what": "季度先进", "recognition.on": "2026-10-08"}, "",
    ),
    "trainings": ({"officer.code": "li.wei", "training.what": "反洗钱", "training.due_on": "2026-12-31"}, ""),
}  # fmt: skip


def made(kind: str) -> tuple[str, str]:
    """Return the text of a file of one row and its profile."""
    cells, number = FILES[kind]
    cells = {"customer.bank_number": number, **cells} if number else cells
    lines = [f"kind: {kind}", "columns:", *(f"  {target}: {target}" for target in cells)]
    return ",".join(cells) + "\n" + ",".join(cells.values()) + "\n", "\n".join(lines) + "\n"


def test_every_kind_of_fact_has_a_file_here() -> None:
    assert set(FILES) == set(FILES_OF_FACTS)


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_rehearsed_taken_known_again_and_undone_whole(
    cli: Run, filled: Path, take: Take, kind: str
) -> None:
    content, profile = made(kind)
    before, rows = holds(filled), rows_of(filled)
    assert counts(take(kind, content, profile)) == {"read": 1, "new": 1}
    assert rows_of(filled) == rows, "a dry run stored something"
    assert counts(take(kind, content, profile, "--apply")) == {"read": 1, "new": 1}
    table = FILES_OF_FACTS[kind].model
    assert holds(filled) != before, table
    assert counts(take(kind, content, profile, "--apply", name="again.csv")) == {"read": 1, "known": 1}
    noun = (
        FILES_OF_FACTS[kind]
        .name.replace("guest", "event guests EV-1")
        .replace("plan_step", "plan steps SP-1")
    )
    words = [*noun.split(), *(["list"] if " " not in noun else [])]
    assert len(cli("--store", filled, *words, "--format", "json").json) in (1, 2)
    for _n in range(2):
        assert cli("--store", filled, "undo", "--yes").code == 0
    assert holds(filled) == before
    assert counts(take(kind, content, profile, "--apply", name="anew.csv")) == {"read": 1, "new": 1}


STATEMENTS = """
kind: statements
columns:
  customer.bank_number: no
  statement.period_end: end
  statement.total_assets: {column: assets, unit: 万元}
  statement.total_liabilities: {column: debts, unit: 万元}
  statement.equity: {column: equity, unit: 万元}
"""
HEAD = "no,end,assets,debts,equity\n"


def test_another_value_voids_the_old_fact_and_what_a_file_does_not_say_stays(
    cli: Run, filled: Path, take: Take
) -> None:
    add = "statement add C-00001 --period-end 2025-12-31 --filed-on 2026-03-20 --total-assets 1000000 --revenue 77"
    assert cli("--store", filled, *add.split()).code == 0
    content = HEAD + "1001,2025-12-31,120,70,50\n"
    assert counts(take("statements", content, STATEMENTS, "--apply")) == {"read": 1, "changed": 1}
    (row,) = cli("--store", filled, "statement", "list", "--format", "json").json
    assert (row["total_assets"], row["revenue"]) == ("1200000.00", "77.00")
    (line,) = [
        line
        for line in cli("--store", filled, "history", "C-00001", "--format", "json").json
        if line["action"] == "void" and line["field"] == "total_assets"
    ]
    assert (line["before"], line["after"]) == ("1000000.00", "1200000.00")


def test_each_problem_has_its_row_column_and_reason(filled: Path, take: Take) -> None:
    content = (
        HEAD
        + "1001,2025-12-31,100,60,39\n"  # 2: does not balance
        + "1002,2025-12-31,100,60,40\n"  # 3: a student
        + "9999,2025-12-31,100,60,40\n"  # 4: nobody
        + "1001,2026-11-22,100,60,40\n"  # 5: tomorrow
        + "1001,2024-12-31,1e5,60,40\n"  # 6: no amount
        + "1001,2023-12-31,100,60,40\n"
        + "1001,2023-12-31,100,50,50\n"  # 8: another truth
    )
    answer = take("statements", content, STATEMENTS)
    assert codes(answer) == [
        (2, "assets", "does_not_balance"),
        (3, "end", "wrong_kind"),
        (4, "no", "unknown_customer"),
        (5, "end", "future_date"),
        (6, "assets", "invalid_input"),
        (8, None, "contradicts_row"),
    ]
    assert counts(answer) == {"read": 7, "new": 1, "rejected": 6}


def test_a_bureau_report_of_a_file_needs_its_consent_too(filled: Path, take: Take) -> None:
    profile = (
        "kind: bureau_reports\ncolumns:\n  customer.bank_number: no\n  bureau.on: day\n  bureau.consent: cn\n"
    )
    content = (
        "no,day,cn\n1001,2026-01-04,CN-1\n1001,2026-01-05,CN-1\n1002,2026-02-01,CN-1\n1001,2026-02-01,CN-9\n"
    )
    answer = take("bureau_reports", content, profile)
    assert codes(answer) == [
        (2, "cn", "no_consent"),
        (4, "cn", "other_customer"),
        (5, "cn", "unknown_reference"),
    ]
    assert counts(answer) == {"read": 4, "new": 1, "rejected": 3}


STEPS = """
kind: plan_steps
columns:
  customer.bank_number: no
  plan_step.plan: plan
  plan_step.step: step
  plan_step.on: day
"""


def test_steps_of_plans_follow_one_another_as_when_they_are_typed(cli: Run, filled: Path, take: Take) -> None:
    assert cli("--store", filled, "plan", "add", "C-00001", "--offer", "贷款", "--on", "2026-11-02").code == 0
    content = "no,plan,step,day\n" + "".join(
        f"1001,{row}\n"
        for row in (
            "SP-1,given,2026-11-09",  # 2: newest first, as our own list has them
            "SP-1,accepted,2026-11-09",
            "SP-1,presented,2026-11-03",
            "SP-1,accepted,2026-11-10",  # 5: it was given already
            "SP-2,given,2026-11-05",  # 6: nobody accepted it
            "SP-2,presented,2026-11-01",  # 7: before it was offered
            "SP-2,declined,2026-11-04",
            "SP-9,declined,2026-11-04",  # 9: there is none
        )
    )
    answer = take("plan_steps", content, STEPS)
    assert sorted(codes(answer)) == [
        (5, None, "wrong_state"),
        (6, None, "wrong_state"),
        (7, "day", "invalid_input"),
        (9, "plan", "unknown_reference"),
    ]
    assert counts(take("plan_steps", content, STEPS, "--apply", "--partial")) == {
        "read": 8, "new": 4, "rejected": 4,
    }  # fmt: skip
    rows = cli("--store", filled, "plan", "steps", "sp-1", "--format", "json").json
    assert [(row["plan"], row["step"], row["on"]) for row in rows] == [
        ("SP-00001", "given", "2026-11-09"),
        ("SP-00001", "accepted", "2026-11-09"),
        ("SP-00001", "presented", "2026-11-03"),
    ]
    states = cli("--store", filled, "plan", "list", "--format", "json").json
    assert {row["number"]: row["state"] for row in states} == {"SP-00001": "given", "SP-00002": "declined"}
    # the first steps again, though the plans stand elsewhere now; and a step that was typed is not taken twice
    again = "no,plan,step,day\n1001,SP-1,presented,2026-11-03\n1001,SP-1,accepted,2026-11-09\n"
    assert counts(take("plan_steps", again, STEPS, "--apply", name="b.csv")) == {"read": 2, "known": 2}
    twice = again + "1001,SP-1,accepted,2026-11-09\n"
    assert codes(take("plan_steps", twice, STEPS, name="c.csv")) == [(4, None, "wrong_state")]
    then = cli("--store", filled, "plan", "steps", "--as-of", "2026-11-04", "--format", "json").json
    assert [(row["plan"], row["step"]) for row in then] == [
        ("SP-00002", "declined"), ("SP-00001", "presented"),
    ]  # fmt: skip


def test_two_equal_needs_in_one_file_are_two(cli: Run, filled: Path, take: Take) -> None:
    profile = "kind: needs\ncolumns:\n  customer.bank_number: no\n  need.kind: kind\n  need.on: day\n"
    content = "no,kind,day\n1001,equipment,2026-11-01\n1001,equipment,2026-11-01\n"
    assert counts(take("needs", content, profile, "--apply")) == {"read": 2, "new": 2}
    assert counts(take("needs", content, profile, "--apply", name="b.csv")) == {"read": 2, "known": 2}
    assert len(cli("--store", filled, "need", "list", "--format", "json").json) == 2


def test_a_draft_knows_chinese_headers(cli: Run, filled: Path, tmp_path: Path) -> None:
    (tmp_path / "报表.csv").write_text(
        "客户号,期末,资产总计,负债合计,所有者权益,营业收入\n", encoding="utf-8"
    )
    drafted = cli("import", "profile", "报表.csv").text
    assert "kind: statements" in drafted
    for line in (
        "statement.period_end: 期末",
        "statement.total_assets: 资产总计",
        "statement.revenue: 营业收入",
    ):
        assert line in drafted


FIGURES = """
kind: indicators
columns:
  customer.bank_number: no
  figure.on: day
  figure.current_ratio: cr
  figure.margin: {column: margin, missing: ["?"]}
"""


def test_missing_figures_stay_missing_and_others_are_kept_to_the_millionth(
    cli: Run, filled: Path, take: Take
) -> None:
    content = "no,day,cr,margin\n1001,2025-12-31,1.23456789,?\n1002,2025-12-31,-0.5,0.0000005\n"
    answer = take("indicators", content, FIGURES, "--apply")
    assert counts(answer) == {"read": 2, "new": 2}
    assert answer.json["made"] == {"figures": 3}
    kept = asked(filled, "select customer_id, name, value from imported_figure order by customer_id, name")
    assert kept == [(1, "current_ratio", 1234568), (2, "current_ratio", -500000), (2, "margin", 0)]
    changed = content.replace("-0.5", "-0.6")
    assert counts(take("indicators", changed, FIGURES, "--apply")) == {"read": 2, "changed": 1, "known": 1}
    before = holds(filled)
    assert counts(take("indicators", changed, FIGURES, "--apply", name="x.csv")) == {"read": 2, "known": 2}
    for _n in range(2):
        assert cli("--store", filled, "undo", "--yes").code == 0
    assert holds(filled) != before
    again = asked(
        filled, "select value from imported_figure where voided_at is null order by customer_id, name"
    )
    assert again == [(1234568,), (-500000,), (0,)]


def test_a_figure_that_is_no_number_or_has_no_day_is_refused_by_row(filled: Path, take: Take) -> None:
    content = "no,day,cr,margin\n1001,2025-12-31,abc,1\n1001,,1,1\n9,2025-12-31,1,1\n1001,2026-11-22,1,1\n"
    assert codes(take("indicators", content, FIGURES)) == [
        (2, "cr", "not_a_number"),
        (3, "day", "required"),
        (4, "no", "unknown_customer"),
        (5, "day", "future_date"),
    ]


@pytest.mark.parametrize("name", ["figure.Ratio", "figure.1st", "figure.a-b", "figure."])
def test_a_name_that_no_policy_could_write_is_refused_in_the_profile(take: Take, name: str) -> None:
    answer = take(
        "indicators", "no\n1\n", f"kind: indicators\ncolumns:\n  customer.bank_number: no\n  {name}: no\n"
    )
    assert answer.code == 4
    assert "profile.yaml:4:" in answer.error["message"]


@pytest.mark.slow
def test_the_ratios_of_7027_firms_are_all_there_and_no_missing_one(cli: Run, book: Path, data: Path) -> None:
    """Counted apart: the file read by the csv module, its question marks, and the sums of its columns."""
    file = data / "datasets" / "polish_1year.data"
    with file.open(encoding="utf-8", newline="") as lines:
        table = [row for row in csv.reader(lines) if row]
    assert len(table) == 7027
    present = {n: [Decimal(row[n]) for row in table if row[n] != "?"] for n in range(64)}
    missing = sum(row[n] == "?" for row in table for n in range(64))
    assert missing == 5835  # as the description of the set counts them
    profiles = REPO / "examples" / "profiles"
    for kind, profile, more in (
        ("customers", "polish_firms.yaml", ()),
        ("indicators", "polish_ratios.yaml", ("--on", "2007-12-31")),
    ):
        words = ("import", kind, file, "--profile", profiles / profile, *more, "--apply", "--format", "json")
        answer = cli("--store", book, *words)
        assert answer.code == 0, answer.err
        assert counts(answer) == {"read": 7027, "new": 7027}
    assert answer.json["made"] == {"figures": 7027 * 64 - missing}
    stored = dict(asked(book, "select name, count(*) from imported_figure group by name"))
    assert stored == {f"attr{n + 1:02d}": len(values) for n, values in present.items()}
    sums = dict(asked(book, "select name, sum(value) from imported_figure group by name"))
    for n, values in present.items():
        assert abs(sums[f"attr{n + 1:02d}"] - sum(values) * 1_000_000) <= len(values) / 2
