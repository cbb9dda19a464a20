"""Tickets from the first word to the last, through the program: clocks, plans, levels, causes, measures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.support import EXAMPLE_TEXT

from .shapes_surveys import EXAMPLES

Do = Any


@pytest.fixture
def do(cli: Run, book: Path) -> Do:
    """Run a line at a moment and return what it answers as JSON."""

    def do_(line: str, now: str = "2026-11-20T10:00", code: int = 0) -> Any:
        words = ("--store", book, *line.split(), "--format", "json")
        answer = cli(*words, env={"LOANCRM_NOW": f"{now}:00+08:00"})
        assert answer.code == code, answer
        return answer.error if code else answer.json

    do_("officer add zhao.min --name 赵敏")
    do_("customer add --kind enterprise --name 华达机械有限公司 --officer li.wei")
    return do_


COMPLAINT = (
    "feedback add C-00001 --kind complaint --text 审批太慢 --importance high --urgency high --channel phone"
)


def clocks(do: Do, now: str, code: str = "F-00001") -> dict[str, tuple[Any, ...]]:
    page = do(f"feedback show {code}", now)
    return {
        one["clock"]: (one["state"], one["minutes"], one["due_on"], one["due_at"]) for one in page["clocks"]
    }


def test_a_complaint_runs_in_working_hours_stands_still_and_is_taken_up_again(do: Do) -> None:
    receipt = do(COMPLAINT)
    names = ("priority", "answer_due_on", "target_on", "resolve_due_on")
    assert [receipt[name] for name in names] == ["critical", "2026-11-20", "2026-11-27", "2026-12-05"]
    assert clocks(do, "2026-11-20T10:00") == {
        "answer": ("running", None, "2026-11-20", "15:30"),
        "resolution": ("running", None, "2026-11-27", "10:00"),
        "limit": ("running", None, "2026-12-05", None),
    }
    do("feedback answer F-1 --text 已联系", "2026-11-20T15:00")
    do("feedback wait F-1 --text 等材料", "2026-11-23T10:00")
    waiting = do("feedback show F-1", "2026-11-24T10:00")
    assert (waiting["status"], waiting["due_on"], waiting["days_late"]) == ("waiting", "2026-12-05", 0)
    twice = do("feedback wait F-1 --text 等材料", "2026-11-24T10:00", code=5)
    assert twice["code"] == "waiting"
    do("feedback resume F-1", "2026-11-24T10:00")
    assert clocks(do, "2026-11-24T10:00") == {
        "answer": ("kept", 210, None, None),
        "progress": ("running", None, "2026-11-25", "15:00"),  # 210 used; 630 left from ten o'clock
        "resolution": ("running", None, "2026-11-30", "10:00"),  # one day later, over a weekend
        "limit": ("running", None, "2026-12-05", None),
    }
    do("feedback resolve F-1 --text 已批复 --rating 2", "2026-11-24T11:00")
    assert clocks(do, "2026-11-24T11:00")["resolution"] == ("kept", 360 + 60 + 60, None, None)
    do("feedback reopen F-1 --text 客户不认可", "2026-11-25T09:00")
    again = do("feedback show F-1", "2026-11-25T09:00")
    assert (again["status"], again["reopened"], again["resolved_on"]) == ("answered", 1, None)
    do("feedback resolve F-1 --text 已放款", "2026-11-25T10:00")
    closed = do("feedback close F-1 --rating 5", "2026-11-26T10:00")
    assert closed["status"] == "closed"
    page = do("feedback show F-1", "2026-11-26T10:00")
    assert (page["rating"], page["due_on"]) == (5, None)
    assert [step["action"] for step in page["steps"]] == [
        "answered", "waiting", "resumed", "resolved", "reopened", "resolved", "closed",
    ]  # fmt: skip
    # As of an earlier day it stands as it stood; what was not known yet is not seen.
    old = do("feedback show F-1 --as-of 2026-11-23", "2026-11-26T10:00")
    assert (old["status"], old["rating"], len(old["steps"])) == ("waiting", None, 2)
    assert do("feedback show F-1 --known-at 2026-11-23", "2026-11-26T10:00")["status"] == "waiting"


def test_a_step_of_an_earlier_day_changes_what_followed_and_what_was_thought_then_is_still_seen(
    do: Do,
) -> None:
    do(COMPLAINT)
    do("feedback answer F-1 --text 已联系", "2026-11-23T10:00")
    assert clocks(do, "2026-11-24T10:00")["answer"][0] == "missed"
    do("feedback wait F-1 --text 等材料 --on 2026-11-20 --at 11:00", "2026-11-24T10:00")
    found = clocks(do, "2026-11-24T10:00")
    assert found["answer"] == ("kept", 60, None, None)
    then = do("feedback show F-1 --known-at 2026-11-23", "2026-11-24T10:00")
    assert [one["state"] for one in then["clocks"] if one["clock"] == "answer"] == ["missed"]
    do("undo --yes", "2026-11-24T11:00")
    assert clocks(do, "2026-11-24T12:00")["answer"] == ("missed", 360 + 60, None, None)


def test_triage_gives_the_priority_and_says_who_and_when(do: Do) -> None:
    do("feedback add C-00001 --kind complaint --text 太慢 --importance low --urgency low")
    receipt = do(
        "feedback triage F-1 --importance high --urgency high --cause 审批慢 --department 审批部 --me li.wei",
        "2026-11-23T09:00",
    )
    assert (receipt["priority"], receipt["service_level"]) == ("critical", "critical_complaint")
    before = do("feedback list --as-of 2026-11-20", "2026-11-23T09:00")[0]
    after = do("feedback list", "2026-11-23T09:00")[0]
    assert [(one["priority"], one["cause"], one["department"]) for one in (before, after)] == [
        ("low", None, None), ("critical", "slow_approval", "审批部"),
    ]  # fmt: skip
    [step] = do("feedback show F-1", "2026-11-23T09:00")["steps"]
    assert (step["by"], step["on"], step["filed"]["importance"]) == ("li.wei", "2026-11-23", "high")
    assert do("feedback triage F-1", "2026-11-23T09:00", code=4)["field"] == "--importance"


@pytest.mark.parametrize(
    "line",
    [
        "feedback assign F-1 --to zhao.min",
        "feedback escalate F-1 --to zhao.min",
        "feedback plan-add F-1 --what 核对 --until 3d --officer zhao.min",
    ],
)
def test_nothing_of_a_ticket_is_given_to_the_officer_it_is_about(do: Do, line: str) -> None:
    do(f"{COMPLAINT} --about zhao.min")
    assert do(line, code=4)["code"] == "about_owner"


def test_a_plan_has_steps_with_an_owner_and_a_day_and_they_are_on_the_list(do: Do) -> None:
    do(COMPLAINT)
    do("feedback assign F-1 --to zhao.min")
    do("feedback plan-add F-1 --what 核对流程 --until 2026-11-24")
    do("feedback plan-add F-1 --what 书面答复 --until 2026-11-26 --officer li.wei")
    reasons = do("agenda C-00001", "2026-11-25T09:00")
    steps = [one for one in reasons if one["kind"] == "plan_step"]
    assert [(one["ref"], one["due_on"]) for one in steps] == [
        ("F-1/1", "2026-11-24"), ("F-1/2", "2026-11-26"),
    ]  # fmt: skip
    assert steps[0]["command"] == "loancrm feedback plan-done F-1 1"
    do("feedback plan-done F-1 1", "2026-11-25T09:00")
    do("feedback plan-done F-1 2 --dropped", "2026-11-25T09:00")
    assert do("feedback plan-list", "2026-11-25T09:00") == []
    found = do("feedback plan-list F-1", "2026-11-25T09:00")
    assert [(one["officer"], one["status"], one["done_on"]) for one in found] == [
        ("zhao.min", "done", "2026-11-25"), ("li.wei", "dropped", None),
    ]  # fmt: skip
    assert do("feedback plan-done F-1 1", "2026-11-25T09:00", code=5)["code"] == "step_over"
    assert do("feedback plan-done F-1 7", "2026-11-25T09:00", code=3)["field"] == "STEP"


def test_levels_fall_due_by_the_policy_and_the_next_one_is_taken(do: Do) -> None:
    do(COMPLAINT)

    def due(now: str) -> list[str]:
        lines = do("due --all", now)
        return [one["reason"] for line in lines for one in line["reasons"] if one["kind"] == "escalation"]

    assert due("2026-11-20T16:00") == []
    assert due("2026-11-23T16:00") == ["feedback F-00001 is to be told to level 1 (team leader): 审批太慢"]
    do("feedback escalate F-1 --to zhao.min", "2026-11-23T16:00")
    assert due("2026-11-24T09:00") == []  # the next level: 21 hours after the answer was due
    assert due("2026-11-25T16:00") == ["feedback F-00001 is to be told to level 2 (branch manager): 审批太慢"]
    do("feedback escalate F-1 --level 3", "2026-11-25T16:00")
    assert do("feedback show F-1", "2026-11-25T16:00")["level"] == 3
    assert do("feedback escalate F-1", "2026-11-25T16:00", code=5)["code"] == "level_not_higher"
    assert do("feedback escalate F-1 --level 8", "2026-11-25T16:00", code=4)["field"] == "--level"


def test_a_complaint_near_its_limit_comes_first_and_a_limit_can_be_put_off(do: Do) -> None:
    do(COMPLAINT)
    do("feedback answer F-1 --text 已联系")

    def bands(now: str) -> list[tuple[int, str, str]]:
        found = do("agenda C-00001", now)
        return [
            (one["band"], one["reason_code"], one["due_on"]) for one in found if one["kind"] == "feedback"
        ]

    assert bands("2026-12-01T09:00") == [(7, "progress_due", "2026-11-24")]
    assert bands("2026-12-02T09:00") == [(1, "progress_due", "2026-11-24")]  # three days before the limit
    do("feedback extend F-1 --days 30 --text 情况复杂，主管批准", "2026-12-02T09:00")
    assert bands("2026-12-02T09:00") == [(7, "progress_due", "2026-11-24")]
    assert do("feedback show F-1", "2026-12-02T09:00")["resolve_due_on"] == "2026-12-20"
    assert do("feedback extend F-1 --days 45 --text 再延", "2026-12-02T09:00", code=4)["field"] == "--days"
    assert (
        do("feedback extend F-1 --days 30 --text 再延", "2026-12-02T09:00", code=5)["code"]
        == "limit_not_later"
    )


def test_what_is_repeated_is_counted_once_and_links_are_taken_back(do: Do) -> None:
    for _one in range(2):
        do(f"{COMPLAINT} --cause slow_approval")
    do("feedback link F-2 F-1 --as duplicate")
    [line] = do("feedback causes")
    assert (line["key"], line["tickets"], line["customers"], line["share"]) == (
        "slow_approval",
        1,
        1,
        "1.000000",
    )
    assert do("feedback show F-1")["links"] == [{"feedback": "F-00002", "relation": "repeated_by"}]
    assert do("feedback link F-1 F-2", code=5)["code"] == "linked"
    assert do("feedback link F-1 F-1", code=4)["field"] == "OTHER"
    do("feedback unlink F-1 F-2")
    assert do("feedback causes")[0]["tickets"] == 2
    assert do("feedback unlink F-1 F-2", code=3)["field"] == "OTHER"


def test_causes_are_compared_with_the_period_before_and_nothing_is_claimed_from_few(do: Do) -> None:
    """Nine before and one now: 1/9 with the odds of 0.0025 to 0.4450 (Clopper-Pearson of 1 in 10)."""
    for day in range(1, 10):
        do(f"{COMPLAINT} --cause slow_approval --service-stage approval --on 2026-08-{day:02d}")
    do(f"{COMPLAINT} --cause slow_approval --service-stage approval --on 2026-11-02")
    do(f"{COMPLAINT} --cause waiting_time --on 2026-11-03")
    slow, waiting = do("feedback causes --from 2026-09-01 --to 2026-11-21")
    assert [slow[name] for name in ("tickets", "before", "share", "trend")] == [1, 9, "0.500000", "fell"]
    assert (float(slow["low"]), float(slow["high"])) == (
        pytest.approx(0.002535, abs=1e-5),
        pytest.approx(0.4450 / 0.5550, abs=2e-4),
    )
    assert [waiting[name] for name in ("tickets", "before", "ratio", "trend")] == [
        1,
        0,
        None,
        "no_change_shown",
    ]
    by_stage = do("feedback causes --by stage --from 2026-09-01 --to 2026-11-21")
    assert [(one["key"], one["tickets"]) for one in by_stage] == [("approval", 1), (None, 1)]
    assert do("feedback causes --from 2026-11-21 --to 2026-11-21", code=4)["field"] == "--from"
    assert do("feedback causes --to 2026-11-30", code=4)["field"] == "--to"


def test_a_measure_did_something_only_where_the_interval_says_so(do: Do) -> None:
    for day in range(1, 10):
        do(f"{COMPLAINT} --cause slow_approval --on 2026-10-{day:02d}", "2026-11-20T10:00")
        do(f"feedback resolve F-{day} --text 已办结 --rating 2 --on 2026-10-{day + 9:02d}")
    do("measure add --title 增派人手 --cause slow_approval --on 2026-10-20 --officer li.wei")
    for day in range(1, 10):
        do(f"feedback close F-{day} --rating 5 --on 2026-11-{day:02d}")
    do(f"survey define {EXAMPLES}/short.yaml")
    for code, on, overall in (("C-00001", "2026-11-05", 4), ("C-00002", "2026-11-06", 1)):
        if code == "C-00002":  # who never spoke of the cause does not count
            do("customer add --kind student --name 李四")
        do(f"survey record S-2026Q4 {code} overall={overall} --on {on}", "2026-11-20T10:00")
    frequency, satisfaction, surveyed = do("feedback effect ME-1")
    assert (frequency["before_from"], frequency["after_from"], frequency["after_to"]) == (
        "2026-09-18", "2026-10-20", "2026-11-21",
    )  # fmt: skip
    counts = ("hits_before", "n_before", "hits_after", "n_after")
    assert [frequency[name] for name in ("hits_before", "hits_after", "verdict")] == [9, 0, "fell"]
    assert [satisfaction[name] for name in counts] == [0, 9, 9, 9]
    assert [surveyed[name] for name in (*counts, "verdict")] == [0, 0, 1, 1, "nothing_to_compare"]
    assert (satisfaction["change"], satisfaction["verdict"]) == ("1.000000", "rose")
    # A day after it began nobody can say anything.
    early = do("feedback effect ME-1 --as-of 2026-10-20")
    assert [line["verdict"] for line in early] == ["nothing_to_compare"] * 3
    assert do("feedback effect ME-9", code=3)["code"] == "not_found"


def test_the_report_counts_kinds_clocks_ages_officers_and_channels(do: Do) -> None:
    do(COMPLAINT)  # answered in time, open
    do("feedback answer F-1 --text 已联系", "2026-11-20T11:00")
    do(f"{COMPLAINT} --on 2026-10-01")  # never answered: every clock and the limit are past
    do("feedback add C-00001 --kind praise --text 很快 --channel wechat --on 2026-11-10")
    do("feedback add C-00001 --kind enquiry --text 利率 --channel app --on 2026-11-12")
    do("feedback resolve F-4 --text 已说明 --rating 4 --on 2026-11-13")
    rows = do("report feedback", "2026-11-20T12:00")
    found = {(one["section"], one["key"]): one for one in rows}

    def figures(section: str, key: str | None, *names: str) -> list[Any]:
        return [found[section, key][name] for name in names]

    assert figures("kind", "complaint", "tickets", "open", "late", "judged", "kept") == [2, 2, 1, 1, 0]
    assert figures("kind", "praise", "tickets", "open", "late") == [1, 0, 0]
    assert figures("kind", "enquiry", "tickets", "rated", "mean_rating", "satisfied") == [1, 1, "4.000000", 1]
    assert figures("clock", "answer", "judged", "kept", "kept_share", "tickets") == [3, 2, "0.666666", None]
    assert figures("clock", "resolution", "judged", "kept") == [2, 1]
    assert figures("clock", "limit", "judged", "kept") == [2, 1]
    assert figures("age", "31_60", "open", "late") == [1, 1]
    assert figures("age", "0_7", "open", "late") == [1, 0]
    assert figures("officer", "li.wei", "tickets") == [4]
    assert [figures("channel", key, "tickets") for key in ("phone", "wechat", "app")] == [[2], [1], [1]]
    old = {(one["section"], one["key"]): one for one in do("report feedback --as-of 2026-10-12")}
    assert [old["kind", "complaint"][name] for name in ("tickets", "open", "late")] == [1, 1, 1]
    assert do("report feedback --officer zhao.min") == []


def test_the_list_is_narrowed_by_how_tickets_are_filed(do: Do) -> None:
    do(
        f"{COMPLAINT} --cause slow_approval --line corporate --service-stage approval"
        " --product working_capital"
    )
    do("feedback add C-00001 --kind praise --text 很快 --channel wechat --on 2026-11-10")
    for line, codes in (
        ("--cause slow_approval", ["F-00001"]),
        (
            "--priority critical --line corporate --service-stage approval --product working_capital",
            ["F-00001"],
        ),
        ("--channel wechat", ["F-00002"]),
        ("--from 2026-11-11", ["F-00001"]),
        ("--to 2026-11-11", ["F-00002"]),
        ("--late", []),
        ("--department 审批中心", []),
    ):
        assert [one["feedback"] for one in do(f"feedback list {line}")] == codes, line
    assert [one["feedback"] for one in do("feedback list --late", "2026-11-24T09:00")] == ["F-00001"]


def test_a_policy_from_a_past_day_on_sets_the_deadlines_of_what_came_since(do: Do, tmp_path: Path) -> None:
    """The working hours for a first answer are halved, two days back; undone, they are as they were."""
    do(COMPLAINT, "2026-11-18T10:00")
    before = clocks(do, "2026-11-20T10:00")["answer"]
    text = EXAMPLE_TEXT.replace("answer_hours: 4", "answer_hours: 2")
    assert text != EXAMPLE_TEXT
    (tmp_path / "stricter.yaml").write_text(text, encoding="utf-8")
    do(f"policy adopt {tmp_path}/stricter.yaml --on 2026-11-18")
    after = clocks(do, "2026-11-20T10:00")["answer"]
    assert (before[2:], after[2:]) == (("2026-11-18", "15:30"), ("2026-11-18", "12:00"))
    do("undo --yes")
    assert clocks(do, "2026-11-20T10:00")["answer"] == before


def test_the_day_says_until_when_an_answer_is_expected_unless_that_has_passed(do: Do) -> None:
    do(COMPLAINT)  # at ten: four working hours with a rest at noon
    (line,) = do("today --kind feedback")
    assert line["reason"].endswith("waits for a first answer: 审批太慢 (by 15:30)")
    (late,) = do("today --kind feedback", "2026-11-23T10:00")
    assert late["reason"].endswith("waits for a first answer: 审批太慢")
