"""Scores and screening through the command line: what is shown, kept, undone, and due again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from loancrm.policy.policy import EXAMPLE
from tests.conftest import Answer, Run
from tests.support import changed

from .helpers import asked
from .patterns import misfits
from .shapes_scores import ELSEWHERE, ON_PAGE
from .test_undo import holds

TEXT = EXAMPLE.read_text(encoding="utf-8")
CARD = """\
scorecards:
  enterprise_credit:
    title: {en: by hand, zh_CN: 手工}
    kind: points
    applies_to: [enterprise]
    items:
      - indicator: days_past_due
        bands: [{when: "<= 0", points: 20}, {when: "1..30", points: 8.5}, {when: "> 30", points: 0}]
      - indicator: line_utilisation
        bands: [{when: "<= 50%", points: 10}, {when: "> 50%", points: 4.25}]
      - {indicator: open_complaints, bands: [{when: "= 0", points: 5}, {when: ">= 1", points: 1}]}
    grades:
      - {grade: A, from: 25, review_days: 365, allows: {en: everything, zh_CN: 一切业务}}
      - {grade: B, from: 10, review_days: 10, allows: {en: little, zh_CN: 少量业务}}
    regrade_when: {open_complaints: ">= 1"}
"""


def with_cards(cards: str, screening: str = "screening: {}\n") -> str:
    return TEXT[: TEXT.index("\nscorecards:\n") + 1] + cards + screening


Store = tuple[Run, Path]


@pytest.fixture
def hand(cli: Run, book: Path, tmp_path: Path) -> Any:
    """A book with the card above and one company: 9 days past due, 60 % of its line drawn."""
    policy = tmp_path / "hand.yaml"
    policy.write_text(with_cards(CARD), encoding="utf-8")

    def do(line: str, **more: Any) -> Answer:
        answer = cli("--store", book, *line.split(), **more)
        assert answer.code == 0, (line, answer.err)
        return answer

    do(f"policy adopt {policy}")
    do("customer add --kind enterprise --name 华达机械有限公司 --officer li.wei")
    do("loan add C-00001 --number A --product working_capital --principal 1000000 --disbursed-on 2026-01-15")
    do("snapshot add A --on 2026-11-19 --outstanding 600000 --overdue-principal 1 --days-past-due 9")
    do.book = book  # type: ignore[attr-defined]
    return do


def at(day: str) -> dict[str, Any]:
    return {"env": {"LOANCRM_NOW": f"{day}T10:00+08:00"}}


# ── one score ───────────────────────────────────────────────────────────────────────────────────


def test_points_add_up_to_the_score_and_what_is_missing_opens_the_range(hand: Any) -> None:
    found = hand("score C-00001 --card enterprise_credit --format json").json
    assert [(item["indicator"], item["value"], item["points"]) for item in found["items"]] == [
        ("days_past_due", "9", "8.50"), ("line_utilisation", None, None), ("open_complaints", "0", "5.00"),
    ]  # fmt: skip
    assert (found["score"], found["grade"], found["missing"]) == ("13.50", "B", ["line_utilisation"])
    assert (found["range"], found["grade_range"], found["most"]) == (["17.75", "23.50"], ["B", "B"], "35.00")
    assert (found["allows"], found["policy_version"]) == ("little", 2)
    hand("facility add C-00001 --limit-amount 1000000")
    found = hand("score C-00001 --format json").json
    assert (found["score"], found["range"], found["missing"]) == ("17.75", ["17.75"] * 2, [])
    assert sum(Decimal(item["points"]) for item in found["items"]) == Decimal(found["score"])


def test_the_verb_need_not_be_typed_and_options_may_stand_before_the_customer(hand: Any) -> None:
    plain = hand("score show C-00001 --format json").out
    assert hand("score C-00001 --format json").out == plain
    assert hand("score --format json --card enterprise_credit C-00001").out == plain
    assert hand("score 华达 --format json").out == plain


def test_a_customer_named_like_a_verb_is_reached_by_its_code(hand: Any) -> None:
    hand("customer add --kind enterprise --name list")
    assert hand("score C-00002 --format json").json["name"] == "list"
    assert len(hand("score list --format json").json) == 2


def test_the_page_shows_every_figure_what_the_grade_allows_and_what_changed(hand: Any) -> None:
    hand("score run")
    hand("contact log C-00001 --channel phone", **at("2026-11-24"))
    hand("snapshot add A --on 2026-11-24 --outstanding 600000 --days-past-due 0", **at("2026-11-24"))
    page = hand("score C-00001 --format table", env={"COLUMNS": "80", **at("2026-11-24")["env"]}).text
    assert page.splitlines() == [
        "C-00001 华达机械有限公司 · by hand",
        "25.00 of 35.00 · grade A · could be 29.25 to 35.00: figures missing: 1",
        "  days_past_due           0  ██████████████  20.00 of 20.00",
        "  line_utilisation  missing  ░░░░░░░░░░░░░░      – of 10.00",
        "    no credit line in force, or no known position",
        "  open_complaints         0  ██████████████   5.00 of 5.00",
        "grade A allows: everything",
        "what changed since 2026-11-21: days_past_due +11.50",
        "",
        "as of 2026-11-24 · policy example 2026-11",
    ]
    chinese = hand("score C-00001 --format table --lang zh_CN", **at("2026-11-24")).text
    assert "25.00 分（满分 35.00） · 等级 A · 可能在 29.25 至 35.00 之间：缺 1 项数据" in chinese
    assert "等级 A 允许：一切业务" in chinese


def test_the_page_compares_with_the_newest_score_that_was_kept_before_the_day(hand: Any) -> None:
    """By hand: 9 days late earn 8.50 and 31 days 0; no complaint earns 5, an open one 1."""
    hand("score run")  # on the 21st: 8.50 + 5.00
    complaint = "feedback record C-00001 --kind complaint --channel phone --line corporate --text 审批太慢"
    hand(complaint, **at("2026-11-22"))
    hand("score run", **at("2026-11-22"))  # 8.50 + 1.00
    hand("snapshot add A --on 2026-11-23 --outstanding 600000 --days-past-due 31", **at("2026-11-23"))
    hand("score run", **at("2026-11-23"))  # 0.00 + 1.00

    def compared(day: str, now: str = "2026-11-24") -> tuple[str | None, dict[str, str]]:
        found = hand(f"score C-00001 --as-of {day} --format json", **at(now)).json
        return found["changed_since"], {one["indicator"]: one["difference"] for one in found["changes"]}

    assert compared("2026-11-21") == (None, {})
    assert compared("2026-11-22") == ("2026-11-21", {"open_complaints": "-4.00"})
    assert compared("2026-11-23") == ("2026-11-22", {"days_past_due": "-8.50"})
    assert compared("2026-11-24") == ("2026-11-23", {})
    page = hand("score C-00001 --as-of 2026-11-24 --format table", **at("2026-11-24")).text
    assert "what changed since 2026-11-23: nothing\n" in page
    page = hand("score C-00001 --as-of 2026-11-23 --format table", **at("2026-11-24")).text
    assert "what changed since 2026-11-22: days_past_due −8.50\n" in page


def test_what_was_known_of_a_day_scores_the_same_whatever_came_later(hand: Any) -> None:
    lines = [
        f"{line} --as-of 2026-11-20 --known-at 2026-11-21 --format json"
        for line in (
            "score C-00001",
            "score list",
            "screen C-00001 --policy 1",
            "score diff C-00001 --since 2026-11-01",
        )
    ]
    before = [hand(line).out for line in lines]
    hand("snapshot void A --on 2026-11-19", **at("2026-11-25"))
    hand("snapshot add A --on 2026-11-19 --outstanding 1 --days-past-due 40", **at("2026-11-25"))
    hand("facility add C-00001 --limit-amount 5", **at("2026-11-25"))
    hand("score run", **at("2026-11-25"))
    assert [hand(line, **at("2026-11-26")).out for line in lines] == before
    assert hand("score C-00001 --as-of 2026-11-20 --format json").out != before[0]


def test_a_score_is_compared_with_that_of_an_earlier_day_each_by_its_policy(
    hand: Any, tmp_path: Path
) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(
        changed(with_cards(CARD), ("points: 8.5", "points: 9")).replace("name: example", "name: newer")
    )
    hand(f"policy adopt {new}", **at("2026-11-23"))
    hand("facility add C-00001 --limit-amount 1000000", **at("2026-11-23"))
    found = hand("score diff C-00001 --since 2026-11-21 --format json", **at("2026-11-23")).json
    assert (found["score_before"], found["score"], found["difference"]) == ("13.50", "18.25", "4.75")
    assert (found["policy_version_before"], found["policy_version"]) == (2, 3)
    assert {item["indicator"]: (item["points_before"], item["points"], item["difference"])
            for item in found["items"]} == {
        "days_past_due": ("8.50", "9.00", "0.50"),
        "line_utilisation": (None, "4.25", "4.25"),
        "open_complaints": ("5.00", "5.00", "0.00"),
    }  # fmt: skip
    assert sum(Decimal(item["difference"]) for item in found["items"]) == Decimal(found["difference"])


def test_what_if_scores_other_figures_and_stores_nothing(hand: Any) -> None:
    before = holds(hand.book)
    line = "score what-if C-00001 days_past_due=31 line_utilisation=50% --format json"
    found = hand(line).json
    assert (found["score_before"], found["score"], found["grade_before"], found["grade"]) == (
        "13.50", "15.00", "B", "B",
    )  # fmt: skip
    assert found["assumed"] == {"days_past_due": "31", "line_utilisation": "0.500000"}
    missing = hand("score what-if C-00001 days_past_due=missing --format json").json
    assert (missing["score"], missing["range"]) == ("5.00", ["9.25", "35.00"])
    unread = hand("score what-if C-00001 employees=9 --format json")
    assert unread.json["difference"] == "0.00"
    assert "does not read employees" in unread.err
    assert holds(hand.book) == before


@pytest.mark.parametrize(
    ("line", "exit_code", "code"),
    [
        ("score C-00001 --card enterprize_credit", 3, "no_card"),
        ("score C-00002", 3, "no_card"),
        ("score C-00099", 3, "not_found"),
        ("score C-00001 --as-of 2020-01-01", 3, "not_found"),
        ("score list --card nothing", 3, "no_card"),
        ("score run --card nothing", 3, "no_card"),
        ("score run C-00002 --card enterprise_credit", 4, "invalid_input"),
        ("score diff C-00001 --since 2026-11-21", 4, "invalid_input"),
        ("score diff C-00001", 2, "missing"),
        ("score what-if C-00001", 2, "missing"),
        ("score what-if C-00001 days_past_due", 2, "usage"),
        ("score what-if C-00001 days_past_duo=1", 2, "unknown_indicator"),
        ("score what-if C-00001 days_past_due=many", 4, "invalid_input"),
        ("score run --as-of 2026-11-20", 2, "usage"),
        ("screen C-00001", 3, "no_screening"),
        ("screen C-00099 --policy 1", 3, "not_found"),
    ],
)
def test_what_cannot_be_scored_says_why(cli: Run, hand: Any, line: str, exit_code: int, code: str) -> None:
    hand("customer add --kind student --name 王小明")
    answer = cli("--store", hand.book, *line.split(), "--format", "json")
    assert (answer.code, answer.error["code"]) == (exit_code, code), answer.err


# ── kept scores ─────────────────────────────────────────────────────────────────────────────────


def test_running_keeps_a_score_with_its_figures_and_a_second_run_keeps_nothing_new(hand: Any) -> None:
    before = holds(hand.book)
    first = hand("score run --format json").json
    assert (first["scored"], first["kept"], first["unchanged"]) == (1, 1, 0)
    again = hand("score run --format json").json
    assert (again["scored"], again["kept"], again["unchanged"]) == (1, 0, 1)
    (kept,) = hand("score history C-00001 --format json").json
    assert misfits([kept], ELSEWHERE["score history"]) == []
    assert (kept["score"], kept["grade"], kept["cause"], kept["policy_version"]) == ("13.50", "B", "first", 2)
    assert kept["items"] == [
        {"indicator": "days_past_due", "value": "9", "points": "8.5"},
        {"indicator": "line_utilisation", "value": None, "points": None},
        {"indicator": "open_complaints", "value": "0", "points": "5"},
    ]
    (command,) = asked(hand.book, "select min(id) from command where name = 'score run'")[0]
    hand(f"undo {command} --yes")
    assert hand("score history C-00001 --format json").json == []
    assert holds(hand.book) == before


def test_the_customers_page_shows_the_last_kept_score_and_that_its_review_is_past(hand: Any) -> None:
    assert hand("customer show C-00001 --format json").json["scores"] == []
    hand("score run")
    hand("snapshot add A --on 2026-11-20 --outstanding 600000 --days-past-due 31")
    hand("score run")  # the newer one of the same day is shown: 0 points for being late, 5 for no complaint
    (shown,) = hand("customer show C-00001 --format json").json["scores"]
    assert misfits([shown], [ON_PAGE]) == []
    assert (shown["card"], shown["score"], shown["grade"], shown["on"]) == (
        "enterprise_credit", "5.00", None, "2026-11-21",
    )  # fmt: skip
    hand("facility add C-00001 --limit-amount 1200000")
    hand("score run")  # half of the line: 10 points more, grade B, which stands ten days
    page = hand("customer show C-00001 --format table", **at("2026-11-30")).text
    assert "by hand: 15.00 points · grade B · kept 2026-11-21 (example 2026-11)\n" in page
    page = hand("customer show C-00001 --format table --lang zh_CN", **at("2026-12-01")).text
    assert "手工：15.00 分 · 等级 B · 保存于 2026-11-21（example 2026-11）" in page
    assert "2026-12-01 起应重评" in page
    (shown,) = hand("customer show C-00001 --format json", **at("2026-12-01")).json["scores"]
    assert (shown["due_on"], shown["is_due"], shown["policy_version"]) == ("2026-12-01", True, 2)
    assert hand("customer show C-00001 --as-of 2026-11-20 --format json").json["scores"] == []


def test_a_kept_score_of_a_card_that_is_gone_is_shown_under_the_cards_name(hand: Any, tmp_path: Path) -> None:
    hand("score run")
    other = tmp_path / "other.yaml"
    other.write_text(with_cards(CARD).replace("  enterprise_credit:", "  another_card:"))
    line = f"customer show C-00001 --policy {other} --format"
    (shown,) = hand(f"{line} json", **at("2027-06-01")).json["scores"]
    assert (shown["title"], shown["score"], shown["due_on"], shown["is_due"]) == (
        "enterprise_credit", "13.50", None, False,
    )  # fmt: skip


def test_what_changed_the_same_day_is_kept_beside_it_and_the_move_is_told(hand: Any) -> None:
    hand("score run")
    hand("snapshot add A --on 2026-11-20 --outstanding 600000 --days-past-due 0")
    moved = hand("score run --format json").json["moved"]
    assert moved == [{"customer": "C-00001", "card": "enterprise_credit", "grade_before": "B", "grade": "A"}]
    scores = [kept["score"] for kept in hand("score history C-00001 --format json").json]
    assert scores == ["25.00", "13.50"]


def test_a_kept_score_is_due_again_after_its_grades_days(hand: Any) -> None:
    hand("score run")
    assert hand("score review-due --format json", **at("2026-11-30")).json == []
    (line,) = hand("score review-due --format json", **at("2026-12-01")).json
    assert misfits([line], ELSEWHERE["score review-due"]) == []
    assert (line["customer"], line["reason_code"], line["due_on"], line["days_late"]) == (
        "C-00001", "age", "2026-12-01", 0,
    )  # fmt: skip
    hand("score run", **at("2026-12-01"))
    assert hand("score review-due --format json", **at("2026-12-02")).json == []
    assert hand("score review-due --as-of 2026-11-30 --format json", **at("2026-12-02")).json == []


def test_an_event_that_was_not_there_asks_for_a_new_score_once(hand: Any) -> None:
    hand("score run")
    hand(
        "feedback record C-00001 --kind complaint --channel phone --line corporate --text 审批太慢",
        **at("2026-11-22"),
    )
    (line,) = hand("score review-due --format json", **at("2026-11-22")).json
    assert (line["reason_code"], line["days_late"]) == ("event", None)
    hand("score run", **at("2026-11-22"))
    assert hand("score review-due --format json", **at("2026-11-22")).json == []
    newest = hand("score history C-00001 --format json", **at("2026-11-22")).json[0]
    assert (newest["cause"], newest["score"]) == ("event", "9.50")
    assert hand("score review-due --officer li.wei --format json", **at("2026-11-22")).json == []


def test_who_was_never_scored_is_due_after_all_others_unless_archived(hand: Any) -> None:
    hand("customer add --kind enterprise --name 宏远贸易有限公司")
    hand("customer add --kind student --name 王小明")  # no card is for students
    hand("score run C-00001")
    (never,) = hand("score review-due --format json").json
    assert misfits([never], ELSEWHERE["score review-due"]) == []
    assert (never["customer"], never["card"], never["reason_code"]) == (
        "C-00002", "enterprise_credit", "never_scored",
    )  # fmt: skip
    assert [never[name] for name in ("score", "grade", "on", "due_on", "days_late")] == [None] * 5
    late = hand("score review-due --format json", **at("2026-12-05")).json
    assert [(one["customer"], one["reason_code"]) for one in late] == [
        ("C-00001", "age"), ("C-00002", "never_scored"),
    ]  # fmt: skip
    assert hand("score review-due --officer li.wei --format json").json == []
    page = hand("score review-due --format table --lang zh_CN").text
    assert "从未评分" in page
    hand("customer archive C-00002")
    assert hand("score review-due --format json").json == []
    assert hand("score review-due --as-of 2025-12-31 --format json").json == []  # nobody was there yet
    hand("score run C-00002")
    far = hand("score review-due --format json", **at("2027-12-05")).json
    assert [one["customer"] for one in far] == ["C-00001"]  # the archived one's kept score rests too


def test_the_book_is_listed_and_sorted_by_score(hand: Any) -> None:
    hand("customer add --kind enterprise --name 宏远贸易有限公司")
    rows = hand("score list --sort -score --format json").json
    assert [(row["customer"], row["score"], row["missing"]) for row in rows] == [
        ("C-00002", "25.00", 1), ("C-00001", "13.50", 1),
    ]  # fmt: skip
    assert [row["customer"] for row in hand("score list --officer li.wei --format json").json] == ["C-00001"]


# ── screening ───────────────────────────────────────────────────────────────────────────────────

SCREENING = """\
screening:
  student: []
  enterprise:
    - criterion: credit_record
      title: {en: credit record, zh_CN: 信用记录}
      decline: {written_off_loans: ">= 1"}
      pass: {days_past_due: "<= 10"}
    - criterion: contribution
      title: {en: contribution, zh_CN: 综合贡献}
      required: [employees]
      pass: {any: [{employees: ">= 10"}, {outstanding_principal: ">= 500000"}]}
"""


def test_a_missing_required_figure_is_referred_whatever_else_holds(hand: Any, tmp_path: Path) -> None:
    policy = tmp_path / "screen.yaml"
    policy.write_text(with_cards(CARD, SCREENING), encoding="utf-8")
    line = f"screen C-00001 --policy {policy} --format json"

    def decisions() -> tuple[str, list[str]]:
        found = hand(line).json
        return found["decision"], [one["decision"] for one in found["criteria"]]

    found = hand(line).json
    assert (found["decision"], found["missing"]) == ("refer", ["employees"])
    assert found["criteria"][1]["reason"] == "missing: employees"
    hand("customer edit C-00001 --employees 9")
    assert decisions() == ("pass", ["pass", "pass"])
    hand("snapshot add A --on 2026-11-20 --outstanding 100000 --days-past-due 11")
    assert decisions() == ("refer", ["refer", "refer"])
    assert hand(line).json["criteria"][0]["tests"] == [{"condition": "days_past_due <= 10", "outcome": "no"}]
    hand("loan close A --status written_off --amount 100000")
    assert decisions() == ("decline", ["decline", "refer"])
    hand("customer edit C-00001 --clear employees")
    assert decisions() == (
        "refer",
        ["decline", "refer"],
    )  # known to be bad, but not all that is asked is known
    page = hand(line.replace("json", "table") + " --lang zh_CN").text
    assert page.splitlines()[0] == "C-00001 华达机械有限公司 · 准入筛查 · 转人工"
    assert "缺数据：employees" in page


BY_CRITERION = """\
scorecards:
  six:
    title: {en: by criterion, zh_CN: 按标准}
    kind: points
    applies_to: [enterprise]
    items:
      - indicator: days_past_due
        criterion: credit_record
        bands: [{when: "<= 0", points: 20}, {when: "1..30", points: 8.5}, {when: "> 30", points: 0}]
      - indicator: employees
        criterion: contribution
        bands: [{when: ">= 10", points: 7}, {when: "< 10", points: 1}]
      - indicator: rating_credit_record
        criterion: credit_record
        bands: [{when: ">= 4", points: 5}, {when: "<= 3", points: 2}]
"""


def test_a_card_adds_up_by_criterion_and_the_screening_shows_it(hand: Any, tmp_path: Path) -> None:
    """By hand: 9 days late earn 8.50 of 20, the officer's 4 earns 5 of 5; employees are not known."""
    policy = tmp_path / "six.yaml"
    policy.write_text(with_cards(BY_CRITERION, SCREENING), encoding="utf-8")
    hand("rating add C-00001 --criterion credit_record --value 4 --on 2026-11-21")
    found = hand(f"score C-00001 --policy {policy} --format json").json
    assert found["criteria"] == [
        {"criterion": "credit_record", "title": "credit record", "points": "13.50", "least": "2.00",
         "most": "25.00"},
        {"criterion": "contribution", "title": "contribution", "points": "0.00", "least": "1.00",
         "most": "7.00"},
    ]  # fmt: skip
    page = hand(f"score C-00001 --policy {policy} --format table --lang zh_CN").text.splitlines()
    assert [line.split()[0] for line in page[2:7]] == [
        "信用记录：13.50", "days_past_due", "rating_credit_record", "综合贡献：0.00", "employees",
    ]  # fmt: skip
    screened = hand(f"screen C-00001 --policy {policy} --format json").json["criteria"]
    assert [(one["points"], one["most"]) for one in screened] == [("13.50", "25.00"), ("0.00", "7.00")]
    page = hand(f"screen C-00001 --policy {policy} --format table").text
    assert "  credit record  pass   13.50 of 25.00  days_past_due 9 ≤ 10\n" in page


def test_the_shipped_screening_has_six_criteria_for_companies_and_for_students(
    cli: Run, filled_book: Path
) -> None:
    names = [
        "industry_outlook",
        "business_stability",
        "credit_record",
        "ability_to_repay",
        "cooperation",
        "contribution",
    ]
    for customer in ("C-00001", "C-00002"):
        found = cli("--store", filled_book, "screen", customer, "--format", "json").json
        assert [one["criterion"] for one in found["criteria"]] == names


def test_a_card_at_fault_is_refused_before_anything_runs(cli: Run, hand: Any, tmp_path: Path) -> None:
    policy = tmp_path / "bad.yaml"
    policy.write_text(
        with_cards(changed(CARD, ("indicator: line_utilisation", "indicator: line_utilization")))
    )
    for line in (f"policy check {policy}", f"policy adopt {policy}", f"score C-00001 --policy {policy}"):
        answer = cli("--store", hand.book, *line.split())
        assert answer.code == 4
        before = with_cards(CARD)[: with_cards(CARD).index("indicator: line_utilisation")]
        assert f"{policy}:{before.count(chr(10)) + 1}:9:" in answer.err
        assert "did you mean 'line_utilisation'" in answer.err
