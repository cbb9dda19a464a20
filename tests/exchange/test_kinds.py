"""What each kind of file does to the book: new, known, changed, and what is refused."""

from __future__ import annotations

import csv
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.commands.helpers import asked, rows_of
from tests.commands.test_undo import holds
from tests.conftest import Answer, Run

from .conftest import Take, codes, counts

USCC = "91110000600037341L"
CUSTOMERS = """
kind: customers
columns:
  customer.bank_number: no
  customer.kind: {column: kind, map: {企业: enterprise, 学生: student}}
  customer.name: name
  customer.uscc: uscc
  customer.region: region
  customer.officer: officer
"""
HEAD = "no,kind,name,uscc,region,officer\n"
HUADA = f"1001,企业,华达机械有限公司,{USCC},北京,li.wei\n"
WANG = "1002,学生,王小明,,上海,李伟\n"

LOANS = """
kind: loans
columns:
  customer.bank_number: no
  customer.name: name
  customer.kind: {constant: enterprise}
  loan.number: loan
  loan.contract: contract
  loan.principal: principal
  loan.disbursed_on: start
  loan.term_months: months
  loan.status: {column: status, map: {"": unknown}}
  loan.settled_on: settled
"""
LOAN_HEAD = "no,name,loan,contract,principal,start,months,status,settled\n"
LOAN = "1001,华达机械有限公司,JJ-1,HT-1,2000000,2026-01-31,13,live,\n"

SNAPSHOTS = """
kind: snapshots
extract: full
columns:
  loan.number: loan
  snapshot.on: day
  snapshot.outstanding_principal: owed
  snapshot.overdue_principal: late
  snapshot.days_past_due: dpd
  snapshot.class: class
"""
SNAP_HEAD = "loan,day,owed,late,dpd,class\n"

CONTACTS = """
kind: contacts
columns:
  customer.bank_number: no
  contact.on: day
  contact.channel: channel
  contact.outcome: outcome
  contact.note: note
  contact.next_on: next
  contact.next_what: what
"""
CONTACT_HEAD = "no,day,channel,outcome,note,next,what\n"
TALK = "1001,2026-11-18,电话,reached,谈续贷,,\n"

FEEDBACK = """
kind: feedback
columns:
  customer.bank_number: no
  feedback.on: day
  feedback.channel: {constant: phone}
  feedback.kind: kind
  feedback.importance: {constant: high}
  feedback.urgency: {constant: high}
  feedback.text: text
"""


RATES = "kind: rates\ncolumns: {rate.series: s, rate.on: d, rate.annual_rate: {column: r, rate: percent}}\n"


@pytest.fixture
def ask(cli: Run, book: Path) -> Any:
    def ask_(*words: str) -> Any:
        answer = cli("--store", book, *words, "--format", "json")
        assert answer.code == 0, answer.err
        return answer.json

    return ask_


def kept(take: Take, kind: str, content: str, profile: str, *words: str) -> dict[str, int]:
    answer = take(kind, content, profile, "--apply", *words)
    assert answer.code == 0, answer.err
    return counts(answer)


def rejected(take: Take, kind: str, content: str, profile: str) -> list[tuple[Any, Any, str]]:
    answer = take(kind, content, profile)
    assert answer.code == 4
    assert "Traceback" not in answer.err
    return [one for one in codes(answer) if not answer.json["warnings"].get(one[2])]


# ── customers ───────────────────────────────────────────────────────────────────────────────


def test_customers_are_made_with_their_officer_by_code_or_name(take: Take, ask: Any) -> None:
    assert kept(take, "customers", HEAD + HUADA + WANG, CUSTOMERS) == {"read": 2, "new": 2}
    rows = ask("customer", "list")
    assert [(row["name"], row["kind"], row["officer"]) for row in rows] == [
        ("华达机械有限公司", "enterprise", "li.wei"),
        ("王小明", "student", "li.wei"),
    ]


def test_the_same_file_re_sorted_under_another_name_adds_nothing(take: Take) -> None:
    kept(take, "customers", HEAD + HUADA + WANG, CUSTOMERS)
    again = take("customers", HEAD + WANG + HUADA, CUSTOMERS, "--apply", name="other.csv")
    assert counts(again) == {"read": 2, "known": 2}


def test_a_change_is_dated_and_shown_in_the_history(take: Take, ask: Any) -> None:
    kept(take, "customers", HEAD + HUADA, CUSTOMERS, "--on", "2026-11-01")
    moved = HUADA.replace("北京", "天津")
    assert kept(take, "customers", HEAD + moved, CUSTOMERS, "--on", "2026-11-10") == {"read": 1, "changed": 1}
    assert kept(take, "customers", HEAD + moved, CUSTOMERS, "--on", "2026-11-10") == {"read": 1, "known": 1}
    assert ask("customer", "show", "1001", "--as-of", "2026-11-09")["region"] == "北京"
    assert ask("customer", "show", "1001", "--as-of", "2026-11-10")["region"] == "天津"
    change = [line for line in ask("history", "C-00001") if line["action"] == "change"]
    assert [(line["field"], line["before"], line["after"]) for line in change] == [("region", "北京", "天津")]


def test_what_is_empty_says_nothing(take: Take, ask: Any) -> None:
    kept(take, "customers", HEAD + HUADA, CUSTOMERS)
    assert kept(take, "customers", HEAD + "1001,,,,,\n", CUSTOMERS) == {"read": 1, "known": 1}
    assert ask("customer", "show", "1001")["region"] == "北京"


def test_a_company_without_a_number_is_known_by_name_and_region(take: Take) -> None:
    line = ",企业,宏远贸易有限公司,,上海,\n"
    assert kept(take, "customers", HEAD + line + line, CUSTOMERS) == {"read": 2, "new": 1, "known": 1}
    same = ",企业,宏远贸易有限公司 ,,上海,\n,企业,宏远贸易有限公司,,杭州,\n"
    answer = take("customers", HEAD + same, CUSTOMERS, "--apply")
    assert counts(answer) == {"read": 2, "new": 1, "known": 1}
    assert answer.json["warnings"] == {"same_name_elsewhere": 1}


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (",学生,王小明,,上海,\n", "name", "no_identity"),
        ("1001,,华达机械有限公司,,,\n", "kind", "required"),
        ("1001,企业,,,,\n", "name", "required"),
        ("1001,企业,甲,91110000600037341X,,\n", "uscc", "invalid_input"),
        ("1001,企业,甲,,,nobody\n", "officer", "unknown_officer"),
        (f"1001,学生,甲,{USCC},,\n", "uscc", "wrong_kind"),
        ("1.23E+19,企业,甲,,,\n", "no", "damaged_number"),
        ("1001,工厂,甲,,,\n", "kind", "unknown_value"),
    ],
)
def test_a_customer_that_cannot_be_taken_is_rejected(take: Take, line: str, column: str, code: str) -> None:
    assert rejected(take, "customers", HEAD + line, CUSTOMERS) == [(2, column, code)]


def test_numbers_of_two_customers_in_one_row_are_rejected(take: Take) -> None:
    kept(take, "customers", HEAD + HUADA + "1003,企业,甲,,,\n", CUSTOMERS)
    assert rejected(take, "customers", HEAD + f"1003,企业,甲,{USCC},,\n", CUSTOMERS) == [
        (2, "no", "keys_disagree")
    ]


# ── loans ───────────────────────────────────────────────────────────────────────────────────


def test_a_loan_makes_its_customer_and_contract_and_matures_its_term_later(take: Take, ask: Any) -> None:
    answer = take("loans", LOAN_HEAD + LOAN, LOANS, "--apply")
    assert answer.json["made"] == {"contracts": 1, "customers": 1}
    loan = ask("loan", "show", "JJ-1")
    assert (loan["contract"], loan["principal"], loan["matures_on"]) == ("HT-1", "2000000.00", "2027-02-28")


def test_a_loan_that_settled_since_is_changed_once(take: Take, ask: Any) -> None:
    kept(take, "loans", LOAN_HEAD + LOAN, LOANS)
    ended = LOAN.replace("live,", "settled,2026-11-15")
    assert kept(take, "loans", LOAN_HEAD + ended, LOANS) == {"read": 1, "changed": 1}
    assert kept(take, "loans", LOAN_HEAD + ended, LOANS) == {"read": 1, "known": 1}
    assert ask("loan", "show", "JJ-1")["status"] == "settled"
    assert ask("loan", "show", "JJ-1", "--as-of", "2026-11-14")["status"] == "live"
    assert kept(take, "loans", LOAN_HEAD + LOAN, LOANS) == {"read": 1, "changed": 1}
    assert ask("loan", "show", "JJ-1")["status"] == "live"


def test_one_draw_by_each_of_its_collaterals_is_counted_once(take: Take, ask: Any) -> None:
    answer = take("loans", LOAN_HEAD + LOAN + LOAN, LOANS, "--apply")
    assert counts(answer) == {"read": 2, "new": 1, "known": 1}
    assert answer.json["warnings"] == {"repeated_in_file": 1}
    assert len(ask("loan", "list")) == 1


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (LOAN.replace("2000000", "1"), "loan", "contradicts_row"),
        (LOAN.replace("JJ-1", "JJ-2").replace("2000000", ""), "principal", "required"),
        (LOAN.replace("JJ-1", "JJ-2").replace("2000000", "-5"), "principal", "invalid_input"),
        (LOAN.replace("JJ-1", ""), "loan", "required"),
        (LOAN.replace("2026-01-31", "31/01/2026"), "start", "not_a_date"),
        (LOAN.replace("live", "gone"), "status", "unknown_value"),
    ],
)
def test_a_loan_that_cannot_be_taken_is_rejected(take: Take, line: str, column: str, code: str) -> None:
    assert rejected(take, "loans", LOAN_HEAD + LOAN + line, LOANS) == [(3, column, code)]


def test_a_loan_of_another_customer_is_rejected(take: Take) -> None:
    kept(take, "loans", LOAN_HEAD + LOAN, LOANS)
    kept(take, "customers", HEAD + "1009,企业,甲,,,\n", CUSTOMERS)
    other = LOAN.replace("1001,华达机械有限公司", "1009,甲")
    assert rejected(take, "loans", LOAN_HEAD + other, LOANS) == [(2, "loan", "other_customer")]


# ── snapshots ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def lent(take: Take) -> None:
    more = LOAN.replace("JJ-1", "JJ-2").replace("2000000", "500000")
    kept(take, "loans", LOAN_HEAD + LOAN + more, LOANS)
    first = "JJ-1,2026-11-18,1250000,0,0,正常\nJJ-2,2026-11-18,500000,1000,5,关注\n"
    assert kept(take, "snapshots", SNAP_HEAD + first, SNAPSHOTS) == {"read": 2, "new": 2}


@pytest.mark.usefixtures("lent")
def test_yesterday_against_the_day_before(take: Take, ask: Any) -> None:
    second = "JJ-1,2026-11-19,1250000,104166.67,9,次级\nJJ-2,2026-11-19,300000,0,0,正常\n"
    kept(take, "snapshots", SNAP_HEAD + second, SNAPSHOTS)
    found = ask("changes", "--since", "2026-11-18", "--as-of", "2026-11-20")
    assert [(one["kind"], one["loan"], one["before"], one["after"], one["amount"]) for one in found] == [
        ("newly_overdue", "JJ-1", "0", "9", "104166.67"),
        ("cured", "JJ-2", "5", "0", "1000.00"),
        ("class_moved", "JJ-1", "normal", "substandard", "1250000.00"),
        ("class_moved", "JJ-2", "special_mention", "normal", "300000.00"),
        ("balance_jumped", "JJ-2", "500000.00", "300000.00", "-200000.00"),
    ]
    assert ask("changes") == found, "without --since: since the data before the newest"
    assert {one["kind"] for one in ask("changes", "--kind", "cured")} == {"cured"}


@pytest.mark.usefixtures("lent")
def test_a_corrected_extract_replaces_what_it_said_and_is_known_from_today(take: Take, ask: Any) -> None:
    wrong = SNAP_HEAD + "JJ-1,2026-11-18,1200000,0,0,正常\nJJ-2,2026-11-18,500000,1000,5,关注\n"
    assert kept(take, "snapshots", wrong, SNAPSHOTS) == {"read": 2, "changed": 1, "known": 1}
    assert ask("loan", "show", "JJ-1")["outstanding_principal"] == "1200000.00"
    before = ask("loan", "show", "JJ-1", "--as-of", "2026-11-20", "--known-at", "2026-11-20")
    assert before["outstanding_principal"] == "1250000.00"


@pytest.mark.usefixtures("lent")
def test_a_loan_that_is_missing_from_a_full_extract_is_asked_about_or_settled(take: Take, ask: Any) -> None:
    one = SNAP_HEAD + "JJ-1,2026-11-19,1250000,0,0,正常\n"
    asked = take("snapshots", one, SNAPSHOTS)
    assert asked.json["warnings"] == {"missing_from_extract": 1}
    assert any("JJ-2" in problem["reason"] for problem in asked.json["problems"])
    assert kept(take, "snapshots", one, SNAPSHOTS + "missing: settle\n") == {"read": 1, "new": 1}
    assert ask("loan", "show", "JJ-2")["status"] == "settled"
    assert [line["loan"] for line in ask("changes", "--kind", "settled")] == ["JJ-2"]


@pytest.mark.usefixtures("lent")
def test_an_overdue_list_adds_to_the_balances_of_its_day(take: Take, ask: Any) -> None:
    profile = """
kind: snapshots
columns:
  loan.number: loan
  snapshot.on: {file_name: true}
  snapshot.interest_days_past_due: days
"""
    content = "loan,days\nJJ-1,12\n"
    answer = take("snapshots", content, profile, "--apply", name="欠息表20261118.csv")
    assert counts(answer) == {"read": 1, "changed": 1}
    assert ask("loan", "show", "JJ-1")["days_past_due"] == 12
    alone = take("snapshots", content, profile, name="欠息表20261119.csv")
    assert codes(alone) == [(2, "snapshot.outstanding_principal", "required")]


@pytest.mark.usefixtures("lent")
@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("JJ-9,2026-11-19,1,0,0,正常\n", "loan", "unknown_loan"),
        ("JJ-1,2026-11-19,1,2,0,正常\n", "late", "overdue_above_outstanding"),
        ("JJ-1,2026-01-30,1,0,0,正常\n", "day", "before_disbursement"),
        ("JJ-1,2026-11-22,1,0,0,正常\n", "day", "future_date"),
        ("JJ-1,,1,0,0,正常\n", "day", "required"),
        ("JJ-1,2026-11-19,1,0,-1,正常\n", "dpd", "invalid_input"),
    ],
)
def test_a_position_that_cannot_be_is_rejected(take: Take, line: str, column: str, code: str) -> None:
    assert rejected(take, "snapshots", SNAP_HEAD + line, SNAPSHOTS) == [(2, column, code)]


# ── conversations and feedback ──────────────────────────────────────────────────────────────


@pytest.fixture
def huada(take: Take) -> None:
    kept(take, "customers", HEAD + HUADA, CUSTOMERS)


@pytest.mark.usefixtures("huada")
def test_two_equal_conversations_of_one_file_are_two_and_again_adds_none(take: Take, ask: Any) -> None:
    assert kept(take, "contacts", CONTACT_HEAD + TALK + TALK, CONTACTS) == {"read": 2, "new": 2}
    assert kept(take, "contacts", CONTACT_HEAD + TALK + TALK, CONTACTS) == {"read": 2, "known": 2}
    assert kept(take, "contacts", CONTACT_HEAD + TALK * 3, CONTACTS) == {"read": 3, "new": 1, "known": 2}
    assert [row["contact"] for row in ask("contact", "list")] == ["K-00003", "K-00002", "K-00001"]


@pytest.mark.usefixtures("huada")
def test_a_next_step_comes_with_its_conversation_and_reaches_the_day(take: Take, ask: Any) -> None:
    talk = TALK.replace(",,\n", ",2026-12-01,送授信方案\n")
    answer = take("contacts", CONTACT_HEAD + talk, CONTACTS, "--apply")
    assert answer.json["made"] == {"follow_ups": 1}
    line = ask("due", "--as-of", "2026-12-01")[0]
    assert (line["kind"], line["officer"], "送授信方案" in line["reason"]) == ("follow_up", "li.wei", True)


@pytest.mark.usefixtures("huada")
@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (TALK.replace("1001", "1999"), "no", "unknown_customer"),
        (TALK.replace("11-18", "11-22"), "day", "future_date"),
        (TALK.replace("2026-11-18", ""), "day", "required"),
        (TALK.replace("电话", "信鸽"), "channel", "unknown_value"),
        (TALK.replace("reached", ""), "outcome", "required"),
        (TALK.replace("谈续贷,,", ",2026-12-01,"), "what", "required"),
    ],
)
def test_a_conversation_that_cannot_be_taken_is_rejected(
    take: Take, line: str, column: str, code: str
) -> None:
    assert rejected(take, "contacts", CONTACT_HEAD + line, CONTACTS) == [(2, column, code)]


TIMED = CONTACTS + "  contact.hour: time\n"
TIMED_HEAD = CONTACT_HEAD.replace("day,", "day,time,")


@pytest.mark.usefixtures("huada")
def test_the_hour_comes_in_as_files_write_it_and_reach_rates_use_it(take: Take, ask: Any) -> None:
    times = (
        "9",
        "09:15",
        "2026-11-18 09:59:59",
        "9时",
        "9点05分",
        "2026年11月18日 9:30",
        "14:00",
        "23",
        "0:00",
        "",
    )
    lines = [TALK.replace("11-18,", f"11-18,{time},") for time in times]
    lines[6] = lines[6].replace("reached", "no_answer")
    answer = kept(take, "contacts", TIMED_HEAD + "".join(lines), TIMED)
    assert answer == {"read": 10, "new": 10}
    found = {row["key"]: (row["attempts"], row["reached"]) for row in ask("contact", "reach", "--by", "hour")}
    assert found == {"0": (1, 1), "9": (6, 6), "14": (1, 0), "23": (1, 1), None: (1, 1)}


@pytest.mark.usefixtures("huada")
@pytest.mark.parametrize("time", ["24", "9:60", "-1", "2:30 PM", "上午", "2026-11-18", "0.5", "9:15+08:00"])
def test_what_is_no_hour_is_rejected(take: Take, time: str) -> None:
    line = TALK.replace("11-18,", f"11-18,{time},")
    assert rejected(take, "contacts", TIMED_HEAD + line, TIMED) == [(2, "time", "not_an_hour")]


@pytest.mark.usefixtures("huada")
def test_a_profile_that_names_the_hour_later_adds_no_conversation(take: Take) -> None:
    assert kept(take, "contacts", CONTACT_HEAD + TALK, CONTACTS) == {"read": 1, "new": 1}
    timed = TIMED_HEAD + TALK.replace("11-18,", "11-18,9:15,")
    assert kept(take, "contacts", timed, TIMED) == {"read": 1, "known": 1}


@pytest.mark.usefixtures("huada")
def test_feedback_gets_the_deadlines_of_its_day(take: Take, cli: Run, book: Path, ask: Any) -> None:
    content = "no,day,kind,text\n1001,2026-11-20,投诉,审批太慢\n"
    assert kept(take, "feedback", content, FEEDBACK) == {"read": 1, "new": 1}
    assert kept(take, "feedback", content, FEEDBACK) == {"read": 1, "known": 1}
    typed = ("--kind", "complaint", "--importance", "high", "--urgency", "high", "--text", "审批太慢")
    words = ("feedback", "record", "C-00001", "--on", "2026-11-20", "--channel", "phone", *typed)
    by_hand = cli("--store", book, *words, "--line", "corporate", "--format", "json").json
    imported = ask("feedback", "show", "F-00001")
    assert [imported[name] for name in ("answer_due_on", "resolve_due_on", "service_level")] == [
        by_hand[name] for name in ("answer_due_on", "resolve_due_on", "service_level")
    ]


WHOLE_FEEDBACK = """
kind: feedback
columns:
  customer.bank_number: no
  feedback.on: day
  feedback.time: time
  feedback.channel: {constant: phone}
  feedback.kind: kind
  feedback.cause: cause
  feedback.text: text
  feedback.about: about
  feedback.owner: owner
  feedback.answered_on: answered
  feedback.resolved_on: resolved
  feedback.rating: rating
"""
WHOLE_HEAD = "no,day,time,kind,cause,text,about,owner,answered,resolved,rating\n"


@pytest.mark.usefixtures("huada")
def test_feedback_comes_with_cause_owner_answer_resolution_and_rating(take: Take, ask: Any) -> None:
    content = (
        f"{WHOLE_HEAD}1001,2026-11-17,10:30,投诉,审批慢,太慢,,li.wei,2026-11-18,2026-11-19,4\n"
        "1001,2026-11-17,,投诉,网点等候,等得久,li.wei,,,,\n"
    )
    assert kept(take, "feedback", content, WHOLE_FEEDBACK) == {"read": 2, "new": 2}
    assert kept(take, "feedback", content, WHOLE_FEEDBACK) == {"read": 2, "known": 2}
    names = ("at", "cause", "officer", "status", "answered_on", "resolved_on", "rating")
    one, other = ([line[name] for name in names] for line in ask("feedback", "list"))
    assert one == ["10:30", "slow_approval", "li.wei", "resolved", "2026-11-18", "2026-11-19", 4]
    assert other == [None, "waiting_time", None, "open", None, None, None]
    then = ask("feedback", "list", "--as-of", "2026-11-18", "--known-at", "2026-11-18")
    assert [line["status"] for line in then] == ["answered", "open"]


@pytest.mark.usefixtures("huada")
@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("1001,2026-11-17,25:00,投诉,,慢,,,,,", "time", "invalid_input"),
        ("1001,2026-11-17,,投诉,乱写,慢,,,,,", "cause", "unknown_value"),
        ("1001,2026-11-17,,投诉,,慢,,,2026-11-16,,", "answered", "out_of_order"),
        ("1001,2026-11-17,,投诉,,慢,,,,2026-12-16,", "resolved", "future_date"),
        ("1001,2026-11-17,,投诉,,慢,,,,2026-11-18,6", "rating", "out_of_range"),
        ("1001,2026-11-17,,投诉,,慢,,,,,4", "rating", "not_resolved"),
        ("1001,2026-11-17,,投诉,,慢,li.wei,li.wei,,,", "owner", "about_owner"),
    ],
)
def test_feedback_that_cannot_be_is_rejected(take: Take, line: str, column: str, code: str) -> None:
    assert rejected(take, "feedback", f"{WHOLE_HEAD}{line}\n", WHOLE_FEEDBACK) == [(2, column, code)]


def test_officers_are_made_and_changed(take: Take, ask: Any) -> None:
    profile = "kind: officers\ncolumns: {officer.code: code, officer.name: name, officer.branch: branch}\n"
    content = "code,name,branch\nli.wei,李伟,朝阳支行\nsun.li,孙丽,\n"
    assert kept(take, "officers", content, profile) == {"read": 2, "new": 1, "changed": 1}
    assert kept(take, "officers", content, profile) == {"read": 2, "known": 2}
    assert [(row["code"], row["branch"]) for row in ask("officer", "list")] == [
        ("li.wei", "朝阳支行"),
        ("sun.li", None),
    ]


def test_a_corrected_rate_replaces_the_one_of_its_day(take: Take) -> None:
    assert kept(take, "rates", "s,d,r\nLPR,2026-10-20,3.1\n", RATES) == {"read": 1, "new": 1}
    assert kept(take, "rates", "s,d,r\nLPR,2026-10-20,3.0\n", RATES) == {"read": 1, "changed": 1}
    twice = "s,d,r\nLPR,2026-11-20,3.0\nLPR,2026-11-20,3.1\n"
    assert rejected(take, "rates", twice, RATES) == [(3, "r", "contradicts_row")]


# ── taken back ──────────────────────────────────────────────────────────────────────────────

FIRST = {
    "customers": (HEAD + HUADA + WANG, CUSTOMERS),
    "loans": (LOAN_HEAD + LOAN, LOANS),
    "snapshots": (SNAP_HEAD + "JJ-1,2026-11-18,1250000,0,0,正常\n", SNAPSHOTS),
    "contacts": (CONTACT_HEAD + TALK.replace(",,\n", ",2026-12-01,送授信方案\n"), CONTACTS),
    "feedback": ("no,day,kind,text\n1001,2026-11-20,投诉,审批太慢\n", FEEDBACK),
    "officers": (
        "code,name\nsun.li,孙丽\n",
        "kind: officers\ncolumns: {officer.code: code, officer.name: name}\n",
    ),
    "rates": ("s,d,r\nLPR,2026-10-20,3.1\n", RATES),
}
SECOND = {
    "customers": HEAD + HUADA.replace("北京", "天津") + WANG.replace("上海", "杭州"),
    "loans": LOAN_HEAD + LOAN.replace("live,", "settled,2026-11-20").replace("2000000", "2100000"),
    "snapshots": SNAP_HEAD + "JJ-1,2026-11-18,1200000,5,1,关注\n",
    "officers": "code,name\nsun.li,孙莉\n",
    "rates": "s,d,r\nLPR,2026-10-20,3.0\n",
}


@pytest.mark.parametrize("kind", FIRST)
def test_an_import_is_taken_back_whole_and_can_be_done_again(
    take: Take, cli: Run, book: Path, kind: str
) -> None:
    for one in FIRST:  # what the kind rests on
        if one == kind:
            break
        kept(take, one, *FIRST[one])
    contents = [FIRST[kind][0], *([SECOND[kind]] if kind in SECOND else [])]
    states = [holds(book)]
    for content in contents:
        taken = kept(take, kind, content, FIRST[kind][1])
        assert taken.get("new", 0) + taken.get("changed", 0) == taken["read"]
        states.append(holds(book))
    for state in reversed(states[:-1]):
        answer = cli("--store", book, "undo", "--yes")
        assert answer.code == 0, answer.err
        assert holds(book) == state
    for content, state in zip(contents, states[1:], strict=True):
        kept(take, kind, content, FIRST[kind][1])
        assert {name: rows.count for name, rows in holds(book).items()} == {
            name: rows.count for name, rows in state.items()
        }


# ── all or nothing ──────────────────────────────────────────────────────────────────────────


def test_nothing_is_stored_without_apply_nor_when_a_row_is_bad(take: Take, book: Path) -> None:
    before = rows_of(book)
    assert take("customers", HEAD + HUADA, CUSTOMERS).code == 0
    bad = take("customers", HEAD + HUADA + ",学生,无名氏,,,\n", CUSTOMERS, "--apply")
    assert (bad.code, bad.error["code"]) == (4, "rows_rejected")
    assert rows_of(book) == before


def test_rejected_rows_are_mended_and_fed_again(take: Take, cli: Run, book: Path, tmp_path: Path) -> None:
    content = ("客户清单\n" + HEAD + HUADA + ",学生,=无名氏,,,\n").encode("gb18030")
    profile = CUSTOMERS + "format: {header_row: 2}\n"
    partly = take("customers", content, profile, "--apply", "--partial")
    assert (partly.code, counts(partly)) == (9, {"read": 2, "new": 1, "rejected": 1})
    left = tmp_path / "file.rejects.csv"
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    text = left.read_text("gb18030")
    assert list(csv.reader(text.splitlines()))[1:] == [
        HEAD.strip().split(","),
        ["", "学生", "'=无名氏", "", "", ""],
    ]

    refused = take("customers", content, profile, "--apply", "--partial")
    assert (refused.code, refused.error["code"]) == (8, "exists")
    left.write_text(text.replace(",学生", "1007,学生"), encoding="gb18030")
    words = ("import", "customers", left, "--profile", "profile.yaml", "--apply", "--format", "json")
    mended = cli("--store", book, *words)
    assert counts(mended) == {"read": 1, "new": 1}
    assert cli("--store", book, "customer", "show", "1007", "--format", "json").json["name"] == "=无名氏"


def test_a_retry_with_the_same_key_takes_nothing_twice(take: Take) -> None:
    words = ("--apply", "--idempotency-key", "K1")
    first = take("customers", HEAD + HUADA, CUSTOMERS, *words)
    assert take("customers", HEAD + HUADA, CUSTOMERS, *words).out == first.out
    other = take("customers", HEAD + WANG, CUSTOMERS, *words)
    assert (other.code, other.error["code"]) == (5, "key_reused")


def test_an_import_is_one_command_and_one_entry_in_the_audit_trail(take: Take, book: Path) -> None:
    kept(take, "customers", HEAD + HUADA + WANG, CUSTOMERS)
    entries = asked(
        book,
        "select action, subject from audit join command on command.id = command_id where command.name = ?",
        "import customers",
    )
    assert entries == [("create", "import_batch")]


def test_personal_data_are_in_no_fault(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    content = HEAD + ",学生,秘密姓名,,,\n" + "1001,企业,秘密公司,911100006000373410,,nobody-secret\n"
    answer: Answer = take("customers", content, CUSTOMERS)
    assert not any(word in answer.err + answer.text for word in ("秘密", "secret", "911100006000373410"))


def test_a_file_that_is_not_there_or_is_a_folder(take: Take, tmp_path: Path) -> None:
    for path in (tmp_path / "gone.csv", tmp_path):
        answer = take("customers", path, CUSTOMERS)
        assert (answer.code, answer.error["code"]) == (3, "not_found")
    if os.geteuid() != 0:  # root reads everything
        (tmp_path / "locked.csv").write_text(HEAD)
        (tmp_path / "locked.csv").chmod(0)
        assert take("customers", tmp_path / "locked.csv", CUSTOMERS).code == 8
