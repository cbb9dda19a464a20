"""A figure that is missing: no rule and no condition falls silent on it without saying so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loancrm.policy.policy import EXAMPLE
from tests.conftest import Run

TERM = "--disbursed-on 2026-01-15 --matures-on 2027-01-15"
SEGMENTS = """segments:
  enterprise:
    - {rule: late, segment: risk, when: {days_past_due: ">= 7"}}
    - {rule: liquid, segment: quality, when: {current_ratio: ">= 1.5", live_loans: ">= 1"}}
    - {rule: idle, segment: potential, when: {current_ratio: ">= 9", live_loans: "= 0"}}
    - {rule: everyone_else, segment: mass_market, when: always}
  student:
    - {rule: everyone_else, segment: mass_market, when: always}
"""


@pytest.fixture
def book(cli: Run, tmp_path: Path) -> Path:
    """Three loans: without a snapshot, 9 days late, and on time; none of the customers filed a statement."""
    store = tmp_path / "b.db"
    lines = ["init"]
    for n, days in ((1, None), (2, "9"), (3, "0")):
        lines += [
            f"customer add --kind enterprise --name 客户{n}",
            f"loan add C-0000{n} --number L{n} --product working_capital --principal 100 {TERM}",
        ]
        if days is not None:
            lines.append(f"snapshot add L{n} --on 2026-11-19 --outstanding 50 --days-past-due {days}")
    for line in lines:
        assert cli("--store", store, *line.split(" ")).code == 0, line
    policy = tmp_path / "policy.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    start, end = text.index("\nsegments:") + 1, text.index("\ntreatments:") + 1
    policy.write_text(text[:start] + SEGMENTS + text[end:], encoding="utf-8")
    answer = cli("--store", store, "policy", "adopt", policy)
    assert answer.code == 0, answer.err
    return store


def reasons(cli: Run, book: Path, *words: str) -> dict[str, str]:
    rows: Any = cli("--store", book, *words, "--format", "json").json
    moved = rows["moved"] if isinstance(rows, dict) else [r for r in rows if r["scheme"] == "segment"]
    return {row["customer"]: row["reason"] for row in moved}


def test_a_move_says_which_rules_above_could_not_be_judged(cli: Run, book: Path) -> None:
    """``idle`` is no for all of them, whatever the ratio: they have a loan."""
    undecided = "no rule above holds; undecided above:"
    assert reasons(cli, book, "classify") == {
        "C-00001": f"{undecided} late, liquid (days_past_due, current_ratio missing)",
        "C-00002": "days_past_due 9 ≥ 7",
        "C-00003": f"{undecided} liquid (current_ratio missing)",
    }
    kept = reasons(cli, book, "segment", "moves", "--since", "2026-01-01")
    assert kept == {
        "C-00001": "always; rules above undecided: current_ratio, days_past_due missing",
        "C-00002": "days_past_due 9 ≥ 7",
        "C-00003": "always; rules above undecided: current_ratio missing",
    }


@pytest.mark.parametrize(
    ("where", "found", "left_out"),
    [
        ("days_past_due < 7", ["C-00003"], 1),
        ("days_past_due >= 7", ["C-00002"], 1),
        ("not days_past_due >= 7", ["C-00003"], 1),
        ("current_ratio > 1 or days_past_due >= 7", ["C-00002"], 2),  # true for want of a figure or not
        ("current_ratio > 1 and days_past_due >= 7", [], 2),  # false for the one on time, whatever it is
        ("days_past_due is missing", ["C-00001"], 0),
        ("live_loans = 1", ["C-00001", "C-00002", "C-00003"], 0),
    ],
)
def test_a_list_by_a_condition_says_how_many_it_cannot_judge(
    cli: Run, book: Path, where: str, found: list[str], left_out: int
) -> None:
    answer = cli("--store", book, "customer", "list", "--where", where, "--format", "json")
    assert [row["code"] for row in answer.json] == found
    customers = {1: "1 customer", 2: "2 customers"}.get(left_out)
    said = f"left out: {customers} of whom a figure that --where reads is missing\n" if left_out else ""
    assert answer.err == said
    assert cli("--store", book, "--quiet", "customer", "list", "--where", where).err == ""


def test_so_does_a_list_of_loans(cli: Run, book: Path) -> None:
    answer = cli("--store", book, "loan", "list", "--where", "days_past_due < 7", "--format", "json")
    assert [row["number"] for row in answer.json] == ["L3"]
    assert answer.err == "left out: 1 loan of which a figure that --where reads is missing\n"
    answer = cli("--store", book, "--lang", "zh_CN", "loan", "list", "--where", "days_past_due < 7")
    assert answer.err == "未列入 1 笔：--where 所用的指标缺数据，无法判断\n"


# ── whom a change or another list leaves out ────────────────────────────────────────────────────

LATE, ON_TIME = "days_past_due >= 7", "days_past_due < 7"
ONE = "left out: 1 customer of whom a figure that --where reads is missing\n"
SURVEY = """code: S-2026Q4
title: {en: How are we doing?, zh_CN: 年末客户回访}
opens: 2026-11-01
closes: 2026-12-31
audience: {days_past_due: "< 7"}
dimensions: [process]
overall: true
"""


@pytest.fixture
def served(cli: Run, book: Path) -> Path:
    """The same three customers, served by li.wei, an event, and an officer who may take over."""
    for line in (
        "officer add li.wei --name 李伟",
        "officer add zhao.min --name 赵敏",
        *(f"customer edit C-0000{n} --officer li.wei" for n in (1, 2, 3)),
        "event add --title 讲座 --kind seminar --held-on 2026-11-30",
    ):
        answer = cli("--store", book, *line.split(" "))
        assert answer.code == 0, answer.err
    return book


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("words", "counts"),
    [
        (("event", "invite", "EV-1", "--where", ON_TIME), {"held_back": 1}),
        (("campaign", "add", "--title", "续贷", "--where", ON_TIME), {"held_back": 1}),
        (("playbook", "start-all", "--plan", "洪灾", "--where", LATE), {"concerned": 1, "begun": 1}),
    ],
)
def test_what_is_done_to_many_says_of_how_many_it_could_not_be_judged(
    cli: Run, served: Path, words: tuple[str, ...], counts: dict[str, int], dry: tuple[str, ...]
) -> None:
    """A loan without a snapshot is neither on time nor late. Without consent, marketing is held back."""
    answer = cli("--store", served, *words, *dry, "--format", "json")
    assert {name: answer.json[name] for name in counts} == counts
    assert answer.json["undecided"] == 1
    assert list(answer.json)[-2] == "undecided"
    assert answer.err.endswith(ONE)


@pytest.mark.parametrize(
    "words",
    [
        ("event", "invite", "EV-1", "C-00003"),
        ("event", "invite", "EV-1", "--where", "live_loans = 1"),
        ("campaign", "add", "--title", "续贷", "--where", "days_past_due is missing"),
        ("playbook", "start-all", "--plan", "洪灾", "--where", "live_loans = 1"),
    ],
)
def test_where_everybody_can_be_judged_nothing_is_said(
    cli: Run, served: Path, words: tuple[str, ...]
) -> None:
    answer = cli("--store", served, *words, "--format", "json")
    assert (answer.code, answer.json["undecided"]) == (0, 0)
    assert "left out" not in answer.err


def test_a_retry_says_the_same_as_the_first_time(cli: Run, served: Path) -> None:
    words = ("event", "invite", "EV-1", "--where", ON_TIME, "--idempotency-key", "k1", "--format", "json")
    first, again = (cli("--store", served, *words) for _time in range(2))
    assert first.json == again.json
    assert ONE in again.err


def test_who_is_invited_by_name_is_asked_of_alone(cli: Run, served: Path) -> None:
    answer = cli("--store", served, "event", "invite", "EV-1", "C-00003", "--where", ON_TIME, "-f", "json")
    assert (answer.json["held_back"], answer.json["undecided"], answer.err) == (1, 0, "")


def test_a_hand_over_says_whom_it_left_where_they_are(cli: Run, served: Path) -> None:
    words = ("customer", "handover", "--from", "li.wei", "--to", "zhao.min", "--where")
    for dry in (("--dry-run",), ()):
        answer = cli("--store", served, *words, ON_TIME, *dry, "--format", "json")
        assert [row["customer"] for row in answer.json] == ["C-00003"]
        assert answer.err.endswith(ONE)
    answer = cli("--store", served, *words, "days_past_due > 900")
    assert answer.code == 5
    assert ONE.strip() in answer.err


def test_a_plan_for_nobody_says_who_could_not_be_judged(cli: Run, served: Path) -> None:
    words = ("playbook", "start-all", "--plan", "洪灾", "--where")
    answer = cli("--store", served, *words, "days_past_due > 900")
    assert answer.code == 5
    assert ONE.strip() in answer.err
    answer = cli("--store", served, *words, "live_loans > 9")
    assert "loancrm playbook concerned shows them" in answer.err


def test_the_other_lists_by_a_condition_say_it_too(cli: Run, served: Path) -> None:
    answer = cli("--store", served, "playbook", "concerned", "--where", LATE, "--format", "json")
    assert [row["customer"] for row in answer.json] == ["C-00002"]
    assert answer.err == ONE
    answer = cli("--store", served, "customer", "incomplete", "--where", LATE, "--format", "json")
    assert [row["customer"] for row in answer.json] == ["C-00002"]
    assert answer.err == ONE
    answer = cli("--store", served, "customer", "incomplete", "--officer", "zhao.min", "--where", LATE)
    assert (answer.out, answer.err) == (b"", "")


def test_a_survey_says_of_how_many_its_audience_could_not_be_judged(
    cli: Run, served: Path, tmp_path: Path
) -> None:
    file = tmp_path / "survey.yaml"
    file.write_text(SURVEY, encoding="utf-8")
    assert cli("--store", served, "survey", "define", file).code == 0
    answer = cli("--store", served, "survey", "invite", "S-2026Q4", "--format", "json")
    assert (answer.json["invited"], answer.json["undecided"]) == (1, 1)
    assert answer.err == ONE.replace("--where", "audience")
    answer = cli("--store", served, "survey", "invite", "S-2026Q4", "C-00002", "--format", "json")
    assert (answer.json["undecided"], answer.err) == (0, "")
