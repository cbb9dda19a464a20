"""A customer's file through the commands: what a kind of fact refuses, replaces, hides and derives."""

# ruff: noqa: E501 - one command a line

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest

from loancrm.dossier import KINDS
from loancrm.vocabulary.fields import FIELD
from tests.conftest import Answer, Run

from .helpers import asked


def typed(cli: Run, store: Path, line: str) -> Answer:
    return cli("--store", store, *shlex.split(line), "--format", "json")


def done(cli: Run, store: Path, line: str) -> Answer:
    answer = typed(cli, store, line)
    assert answer.code == 0, (line, answer.err)
    return answer


def test_every_field_of_a_fact_has_a_label_in_the_history() -> None:
    names = {field.name for kind in KINDS.values() for field in kind.fields}
    assert names - set(FIELD) == set()


def test_a_balance_sheet_that_does_not_balance_is_refused_with_the_difference(
    cli: Run, untouched: Path
) -> None:
    line = "statement add C-00001 --period-end 2025-12-31 --total-assets 1000 --total-liabilities 600 --equity 399.5"
    answer = typed(cli, untouched, line)
    assert (answer.code, answer.error["code"]) == (4, "does_not_balance")
    assert answer.error["message"].endswith("the difference is 0.50")
    assert answer.error["field"] == "--total-assets"


def test_a_sheet_with_a_side_missing_is_taken(cli: Run, full: Path) -> None:
    done(cli, full, "statement add C-00001 --period-end 2025-12-31 --total-assets 1000 --equity 399.5")


REFUSED = (
    ("statement add C-00001 --period-end 2025-12-31 --months 13", "--months"),
    ("statement add C-00001 --period-end 2025-12-31 --months 0", "--months"),
    ("statement add C-00001 --period-end 2026-11-22", "--period-end"),
    ("statement add C-00001 --period-end 2025-12-31 --cash 1e5", "--cash"),
    ("statement add C-00001 --period-end 2025-12-31 --cash NaN", "--cash"),
    ("statement add C-00001 --period-end 2025-12-31 --revenue 12.345", "--revenue"),
    ("statement add C-00002 --period-end 2025-12-31", "CUSTOMER"),  # a student has none
    ("academic add C-00001 --on 2026-01-05", "CUSTOMER"),
    ("income add C-00001 --on 2026-01-05 --monthly-amount 5", "CUSTOMER"),
    ("income add C-00002 --on 2026-01-05 --monthly-amount -5", "--monthly-amount"),
    ("referral add C-00001 --on 2026-01-05", "--referrer"),
    ("referral add C-00001 --on 2026-01-05 --referrer C-00001", "--referrer"),
    ("referral add C-00001 --on 2026-01-05 --referrer C-00002 --partner PA-00001", "--referrer"),
    ("academic add C-00002 --on 2026-01-05 --gpa 4.01", "--gpa"),
    ("academic add C-00002 --on 20260105", "--on"),
    ("rating add C-00001 --criterion overall --value 0 --on 2026-01-05", "--value"),
    ("rating add C-00001 --criterion overall --value 6 --on 2026-01-05", "--value"),
    ("person add C-00001 --name 张三 --role shareholder --share 100.01%", "--share"),
    ("person add C-00001 --name 张三 --role finance --resident-id 110105194912310021", "--resident-id"),
    ("person add C-00001 --name 张三 --role finance --phone 123", "--phone"),
    ("person add C-00001 --name '张\t三' --role finance", "--name"),
    ("connection add C-00001 --kind group --name 集团 --share 101%", "--share"),
    ("appraisal add C-00001 --collateral CO-1 --on 2026-03-01 --value 1 --valid-until 2026-02-28", "--valid-until"),
    ("appraisal add C-00001 --collateral CO-1 --on 2026-03-01 --value -1", "--value"),
    ("consent add C-00001 --person 陈刚 --purpose contact --on 2026-03-01 --expires-on 2026-02-28", "--expires-on"),
    ("holding add C-00001 --product 存款 --opened-on 2026-03-01 --closed-on 2026-02-28", "--closed-on"),
    ("collateral add C-00001 --kind other --description 物 --on 2026-03-01 --released-on 2026-02-28", "--released-on"),
    ("bureau add C-00001 --on 2026-02-01 --consent CN-1 --repayment-string NNX", "--repayment-string"),
    ("training add li.wei --what 考试 --due-on 2026-12-31 --result 合格", "--result"),
    ("clock add C-00001 --kind registration --started-on 2026-11-01", "--expires-on"),  # the policy has no period
    ("clock add C-00001 --started-on 2026-11-01 --expires-on 2027-01-01", "--kind"),
    ("clock add C-00001 --kind insurance --started-on 2026-11-01 --restarts CK-2", "--kind"),
    ("need add C-00001 --kind equipment --on 2026-11-22", "--on"),
    ("mark add C-00001 --kind expected_loss", "--expected-loss"),
    ("mark add C-00001 --kind expected_loss --expected-loss 101%", "--expected-loss"),
    ("mark add C-00001 --kind bankruptcy --expected-loss 50%", "--expected-loss"),
    ("mark add C-00001 --kind unsolved --is-lifted yes", "--is-lifted"),
    ("mark add C-00001 --kind restructured", "--loan"),
)  # fmt: skip


@pytest.mark.parametrize(("line", "field"), REFUSED, ids=[line for line, _field in REFUSED])
def test_what_cannot_be_is_refused_and_named(cli: Run, untouched: Path, line: str, field: str) -> None:
    answer = typed(cli, untouched, line)
    assert (answer.code, answer.error["field"]) == (4, field), answer.err


@pytest.mark.parametrize(
    ("line", "exit_code"),
    [
        ("statement void FS-00099", 3),
        ("statement void 1", 3),
        ("bureau add C-00001 --on 2026-02-01 --consent CN-99", 3),
        ("bureau add C-00002 --on 2026-11-20 --consent CN-00001", 5),  # another customer's
        ("consent void CN-00001", 5),  # a bureau report rests on it
        ("statement add C-00001 --period-end 2024-12-31", 5),  # is there already
        ("plan given SP-00001", 5),  # nobody accepted it
        ("plan answer SP-00003 declined", 5),  # was accepted
        ("person add C-00001 --name 张三 --role chief", 2),
        ("rating add C-00001 --criterion overall --on 2026-01-05", 2),
    ],
)
def test_what_is_not_there_or_stands_against_it_has_its_exit_code(
    cli: Run, untouched: Path, line: str, exit_code: int
) -> None:
    assert typed(cli, untouched, line).code == exit_code


CONSENTS = {
    "for contact only": ("consent add C-00001 --person 陈刚 --purpose contact --on 2026-01-01", "2026-02-01"),
    "begins later": (
        "consent add C-00001 --person 陈刚 --purpose bureau_query --on 2026-03-01",
        "2026-02-28",
    ),
    "expired": (
        "consent add C-00001 --person 张敏 --purpose bureau_query --on 2025-01-01 --expires-on 2026-01-31",
        "2026-02-01",
    ),
    "a refusal": (
        "consent add C-00001 --person 张敏 --purpose bureau_query --on 2026-01-01 --is-withdrawn yes",
        "2026-02-01",
    ),
}


@pytest.mark.parametrize("why", CONSENTS)
def test_a_bureau_report_needs_a_consent_that_held_on_its_day(cli: Run, full: Path, why: str) -> None:
    line, on = CONSENTS[why]
    number = done(cli, full, line).json["number"]
    answer = typed(cli, full, f"bureau add C-00001 --on {on} --consent {number}")
    assert (answer.code, answer.error["code"]) == (4, "no_consent")


def test_a_consent_that_was_taken_back_covers_what_came_before_and_nothing_after(
    cli: Run, full: Path
) -> None:
    done(
        cli,
        full,
        "consent add C-00001 --person 陈刚 --purpose bureau_query --on 2026-06-01 --is-withdrawn yes",
    )
    done(cli, full, "bureau add C-00001 --on 2026-05-31 --consent CN-00001")
    answer = typed(cli, full, "bureau add C-00001 --on 2026-06-01 --consent CN-00001")
    assert answer.error["code"] == "no_consent"


def test_the_last_day_of_a_consent_still_counts(cli: Run, full: Path) -> None:
    line = "consent add C-00001 --person 张敏 --purpose bureau_query --on 2026-01-01 --expires-on 2026-02-01"
    number = done(cli, full, line).json["number"]
    done(cli, full, f"bureau add C-00001 --on 2026-02-01 --consent {number} --repayment-string '/*NN1234567'")


def test_a_clock_without_an_end_runs_as_long_as_the_policy_says(cli: Run, full: Path) -> None:
    # the example policy: limitation 36 months, guarantee period 6; 31 August + 6 months is 28 February
    done(cli, full, "clock add C-00001 --kind limitation --started-on 2026-03-15")
    done(cli, full, "clock add C-00001 --kind guarantee_period --started-on 2026-08-31")
    found = {row["started_on"]: row["expires_on"] for row in done(cli, full, "clock list C-00001").json}
    assert found["2026-03-15"] == "2029-03-15"
    assert found["2026-08-31"] == "2027-02-28"


def test_a_notice_starts_a_clock_anew_and_the_old_one_says_so(cli: Run, full: Path) -> None:
    done(cli, full, "clock add C-00001 --restarts CK-00002 --started-on 2026-11-05")
    rows = {row["number"]: row for row in done(cli, full, "clock list").json}
    new, old = rows["CK-00003"], rows["CK-00002"]
    assert (new["kind"], new["loan"], new["expires_on"]) == ("limitation", "JJ-0001", "2029-11-05")
    assert (old["restarted_by"], new["restarted_by"]) == ("CK-00003", None)
    before = {row["number"]: row for row in done(cli, full, "clock list --as-of 2026-11-04").json}
    assert (set(before), before["CK-00002"]["restarted_by"]) == ({"CK-00001", "CK-00002"}, None)


def test_a_plan_has_the_state_of_the_day_that_is_asked(cli: Run, full: Path) -> None:
    done(cli, full, "plan add C-00001 --offer 绿色贷款 --on 2026-11-01")
    done(cli, full, "plan present SP-00004 --on 2026-11-03")
    done(cli, full, "plan answer SP-00004 接受 --on 2026-11-05")
    done(cli, full, "plan given SP-00004 --on 2026-11-08")

    def state(day: str) -> tuple[str, str]:
        (row,) = [r for r in done(cli, full, f"plan list --as-of {day}").json if r["number"] == "SP-00004"]
        return row["state"], row["state_on"]

    assert [state(f"2026-11-0{n}") for n in (1, 3, 5, 8)] == [
        ("offered", "2026-11-01"),
        ("presented", "2026-11-03"),
        ("accepted", "2026-11-05"),
        ("given", "2026-11-08"),
    ]


def test_a_step_lies_on_or_after_the_one_before(cli: Run, full: Path) -> None:
    answer = typed(cli, full, "plan given SP-00003 --on 2026-11-08")
    assert (answer.code, answer.error["field"]) == (4, "--on")


def test_a_plan_is_void_with_its_steps_and_stands_again_with_them(cli: Run, full: Path) -> None:
    standing = "select count(*) from service_plan_step where voided_at is null"
    assert asked(full, standing) == [(1,)]
    done(cli, full, "plan void SP-00003")
    assert asked(full, standing) == [(0,)]
    done(cli, full, "undo --yes")
    assert asked(full, standing) == [(1,)]


def test_replace_voids_the_one_before_and_what_was_known_keeps_it(cli: Run, full: Path) -> None:
    line = "statement add C-00001 --period-end 2024-12-31 --filed-on 2026-11-21 --total-assets 950"
    answer = done(cli, full, f"{line} --replace")
    assert answer.json["replaced"] == "FS-00001"
    now = {row["period_end"]: row["total_assets"] for row in done(cli, full, "statement list").json}
    assert now["2024-12-31"] == "950.00"


def test_a_statement_is_known_from_the_day_the_bank_received_it(cli: Run, full: Path) -> None:
    def shown(known_at: str) -> set[str]:
        return {row["number"] for row in done(cli, full, f"statement list --known-at {known_at}").json}

    assert shown("2025-03-30") == set()
    assert shown("2025-03-31") == {"FS-00001"}


def test_people_are_masked_until_a_look_that_is_recorded(cli: Run, full: Path) -> None:
    masked = done(cli, full, "person list").text
    assert "13900139000" not in masked
    assert "11010519491231002X" not in masked
    assert "zhang.min@" not in masked
    assert asked(full, "select count(*) from audit where action = 'look'") == [(0,)]
    shown = done(cli, full, "person list C-00001 --unmask").text
    assert "13900139000" in shown
    assert "zhang.min@example.com" in shown
    assert asked(full, "select count(*) from audit where action = 'look'") == [(1,)]
    history = done(cli, full, "history C-00001").text
    assert "13900139000" not in history
    assert "zhang.min@" not in history


def test_the_history_says_a_fact_in_its_own_units(cli: Run, full: Path) -> None:
    lines = [
        (line["command"], line["field"], line["after"]) for line in done(cli, full, "history C-00001").json
    ]
    assert ("statement add", "revenue", "1100.50") in lines
    assert ("bureau add", "consent", "CN-00001") in lines
    assert ("person add", "share", "0.125000") in lines


def test_a_list_is_newest_first_and_of_one_customer_where_one_is_named(cli: Run, full: Path) -> None:
    ends = [date.fromisoformat(row["period_end"]) for row in done(cli, full, "statement list").json]
    assert ends == sorted(ends, reverse=True)
    assert len(ends) == 2
    assert {row["owner"] for row in done(cli, full, "need list C-00002").json} == {"C-00002"}
    assert done(cli, full, "statement list C-00001 --as-of 2024-12-30").json == []


def test_the_new_fields_are_read_kept_and_shown(cli: Run, full: Path) -> None:
    done(
        cli,
        full,
        "customer edit C-00001 --registration-number 110000012345 --development-stage 成长期 "
        "--policy-tags 绿色,inclusive,green --preferred-channel wechat",
    )
    done(cli, full, "customer edit C-00002 --family-income low --graduated-on 2026-06-30 --employment 升学")
    page = done(cli, full, "customer show C-00001").json
    assert page["registration_number"] == "110000012345"
    assert (page["development_stage"], page["preferred_channel"]) == ("growth", "wechat")
    assert page["policy_tags"] == "inclusive,green"
    student = done(cli, full, "customer show C-00002").json
    assert (student["family_income"], student["graduated_on"], student["employment"]) == (
        "low",
        "2026-06-30",
        "further_study",
    )
    assert typed(cli, full, "customer edit C-00001 --policy-tags green,blue").code == 2
    assert typed(cli, full, "customer edit C-00001 --family-income low").error["code"] == "wrong_kind"


def test_an_industry_of_unknown_form_is_said_and_taken(cli: Run, full: Path) -> None:
    assert "GB/T 4754-2017" in done(cli, full, "customer edit C-00001 --industry 机械").err
    for unknown in ("C9999", "C44", "F53", "A06", "T96", "U01", "C34110", "c34"):
        assert "GB/T 4754-2017" in done(cli, full, f"customer edit C-00001 --industry {unknown}").err, unknown
    for known in ("C3411", "C13", "C43", "C", "F5", "A01", "T97", "K7010"):
        assert done(cli, full, f"customer edit C-00001 --industry {known}").err == "", known


def test_a_code_is_shown_with_its_scheme_and_one_of_another_scheme_alone(cli: Run, full: Path) -> None:
    """A letter and digits are GB/T 4754-2017; digits alone, as a file with NAICS brings them, are not."""

    def page(*line: str) -> str:
        return " ".join(cli("--store", full, *line, "--format", "table").text.split())

    loan = done(cli, full, "loan list --customer C-00001").json[0]["number"]
    for code, scheme in (("C3411", "GB/T 4754-2017"), ("423130", None), ("机械", None), ("C9999", None)):
        done(cli, full, f"customer edit C-00001 --industry {code}")
        said = code if scheme is None else f"{code} ({scheme})"
        customer = done(cli, full, "customer show C-00001").json
        assert (customer["industry"], customer["industry_scheme"]) == (code, scheme)
        assert list(customer)[-1] == "industry_scheme"
        assert f" · {said} · " in page("customer", "show", "C-00001")
        found = done(cli, full, f"loan show {loan}").json
        assert (found["industry"], found["industry_scheme"]) == (code, scheme)
        assert f"industry lent to {said} region" in page("loan", "show", loan)
    assert done(cli, full, "customer show C-00002").json["industry_scheme"] is None
    html = cli("--store", full, "customer", "show", "C-00001", "--format", "html").text
    assert "C9999" in html
    assert "GB/T" not in html


def test_the_banks_size_class_wins_and_without_it_one_is_computed(cli: Run, full: Path) -> None:
    # C34, 120 employees, revenue 30 million: medium needs 300 people and 20 million, small 20 and 3 million
    done(cli, full, "statement add C-00001 --period-end 2025-12-31 --revenue 30000000")
    page = done(cli, full, "customer show C-00001").json
    assert (page["size_class"], page["size_computed"]) == ("medium", None)
    done(cli, full, "customer edit C-00001 --clear size_class")
    page = done(cli, full, "customer show C-00001").json
    assert (page["size_class"], page["size_computed"], page["size_computed_from"]) == (
        None,
        "small",
        "employees",
    )
    assert page["size_figures"] == {
        "industry": "C34",
        "employees": 120,
        "revenue": "30000000.00",
        "total_assets": None,  # does not count in industry
        "statement": "FS-00003",
        "period_end": "2025-12-31",
    }
    text = " ".join(cli("--store", full, "customer", "show", "C-00001", "--format", "table").text.split())
    words = "size small by employees, computed from industry C34, employees 120, revenue 30,000,000.00"
    assert f"{words} (FS-00003 2025-12-31)" in text


def test_the_figures_behind_a_size_class_are_told_with_their_values(cli: Run, full: Path) -> None:
    line = "customer indicators C-00001 --explain size_class"
    done(cli, full, "statement add C-00001 --period-end 2025-12-31 --revenue 30000000")
    (recorded,) = done(cli, full, line).json
    own = {"industry": "C34", "employees": "120"}
    assert (recorded["value"], recorded["facts"]) == (
        "medium",
        [{"fact": "customer", "number": "C-00001", "on": None, "values": {"size_class": "medium", **own}}],
    )
    done(cli, full, "customer edit C-00001 --clear size_class")
    (computed,) = done(cli, full, line).json
    customer, statement = computed["facts"]
    assert (computed["value"], customer["values"]) == ("small", own)
    assert (statement["fact"], statement["on"], statement["values"]["revenue"]) == (
        "statement", "2025-12-31", "30000000.00",
    )  # fmt: skip
    text = cli("--store", full, *line.split(), "--format", "table").text
    assert "industry C34 · employees 120" in text
    assert "revenue 30,000,000.00" in text


def test_who_brought_whom_is_on_the_page_and_can_be_asked_for(cli: Run, full: Path) -> None:
    page = done(cli, full, "customer show C-00002").json
    assert (page["referral"]["referrer"], page["referral"]["partner"]) == ("C-00001", None)
    assert page["income"] | {"number": "", "on": ""} == {
        "number": "", "on": "", "earner": "household", "basis": "actual", "monthly_amount": "8500.50",
    }  # fmt: skip
    shown = cli("--store", full, "customer", "show", "C-00002", "--format", "table").text
    assert re.search("brought by +C-00001 华达机械有限公司 · 2026-01-10\n", shown)
    assert "8,500.50 a month (the household, actual) · 2026-11-02\n" in shown
    rows = cli("--store", full, "customer", "list", "--where", "customers_brought >= 1", "--format", "json")
    assert [row["code"] for row in rows.json] == ["C-00001"]
    rows = cli("--store", full, "customer", "list", "--where", "referred_by = partner", "--format", "json")
    assert [row["code"] for row in rows.json] == ["C-00001"]


def test_the_page_has_the_file_in_a_few_lines(cli: Run, full: Path) -> None:
    page = done(cli, full, "customer show C-00001").json
    assert [one["name"] for one in page["people"]] == ["张敏"]
    assert page["next_clock"]["number"] == "CK-00002"  # limitation until 2029, registration until 2031
    assert page["statement"]["number"] == "FS-00002"
    # 1,200,000 less 200,000 that go first; the truck was not appraised
    assert page["collateral"] == {"pieces": 2, "appraised": 1, "value": "1000000.00"}
    assert [one["purpose"] for one in page["consents"]] == ["marketing", "bureau_query"]
    assert {one["number"]: one["state"] for one in page["plans"]} == {
        "SP-00001": "offered",
        "SP-00003": "accepted",
    }
    text = cli("--store", full, "customer", "show", "C-00001", "--format", "table").text
    assert "13900139000" not in text
    assert "张敏 finance 139****9000" in text


def test_a_consent_that_was_taken_back_or_ran_out_is_not_on_the_page(cli: Run, full: Path) -> None:
    def purposes(*more: str) -> list[str]:
        page = done(cli, full, " ".join(("customer show C-00001", *more))).json
        return [one["purpose"] for one in page["consents"]]

    assert purposes("--as-of 2027-01-06") == ["marketing"]
    done(
        cli,
        full,
        "consent add C-00001 --person 陈刚 --purpose bureau_query --on 2026-11-20 --is-withdrawn yes",
    )
    assert purposes() == ["marketing"]


def test_a_customer_is_there_from_its_first_dealing_and_not_from_what_its_file_says_of_before(
    cli: Run, book: Path
) -> None:
    done(cli, book, "customer add --kind enterprise --name 华达机械有限公司 --officer li.wei")
    done(cli, book, "statement add C-00001 --period-end 2023-12-31 --filed-on 2024-03-01 --revenue 100")
    line = "customer list --as-of 2024-06-30"
    assert done(cli, book, line).json == []
    done(cli, book, "contact log C-00001 --on 2024-05-01 --channel phone")
    assert [row["code"] for row in done(cli, book, line).json] == ["C-00001"]


def test_the_line_of_the_contract_is_taken_with_a_warning_that_one_officer_went(cli: Run, full: Path) -> None:
    answer = done(cli, full, 'check record C-00001 --on-site --finding "库存正常" --next 2027-02-28')
    assert answer.json["warnings"] == [
        "the policy asks for two officers on site; name the other with --second"
    ]
    assert answer.err.strip() == answer.json["warnings"][0]
    row = done(cli, full, "check list C-00001").json[0]
    assert (row["finding"], row["is_on_site"], row["next_on"]) == ("库存正常", True, "2027-02-28")
    assert (row["officer"], row["second_officer"], row["kind"]) == ("li.wei", None, "regular")


def test_a_check_from_the_desk_says_that_the_policy_asks_for_a_visit(cli: Run, full: Path) -> None:
    # JJ-0001 is nine days past due: special mention, whose rule asks for visits
    answer = done(cli, full, "check record C-00001 --loan JJ-0001 --kind special")
    assert answer.json["warnings"] == [
        "rule special_mention of the policy asks for a check at the customer's: --on-site"
    ]


def test_the_pages_of_a_customer_and_a_loan_have_the_last_check_and_the_next(cli: Run, full: Path) -> None:
    page = done(cli, full, "customer show C-00001").json
    assert page["last_check"]["number"] == "PC-00002"
    # JJ-0001: special mention, 60 days after 12 October is 11 December; the officer said 1 December
    assert page["next_check"] | {"loan": ""} == {
        "loan": "", "kind": "regular", "due_on": "2026-12-01", "days_late": 0, "rule": "next_on",
    }  # fmt: skip
    loan = done(cli, full, "loan show JJ-0001").json
    assert (loan["next_check_on"], loan["last_check_on"]) == ("2026-12-01", "2026-10-12")
