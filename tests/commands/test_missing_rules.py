"""A rule whose figure is missing chooses as before, and says of how many it could not be judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loancrm.policy.policy import EXAMPLE
from tests.conftest import Run

TERM = "--disbursed-on 2026-01-15 --matures-on 2027-01-15"
SAID = "not judged, since a figure is missing: "
ALL = ("--where", "kind = enterprise")
SURVEY = """code: S-2026Q4
title: {en: How are we doing?, zh_CN: 年末客户回访}
opens: 2026-11-01
closes: 2026-12-31
audience: {kind: enterprise}
dimensions: [process]
overall: true
"""
FILES = """file:
  - {rule: everyone, when: always, need: [phone]}
  - {rule: late, when: {days_past_due: ">= 1"}, need: [region]}
  - {rule: studies, when: {days_to_graduation: "<= 365"}, need: [school]}
"""


@pytest.fixture
def book(cli: Run, tmp_path: Path) -> Path:
    """Three loans (without a snapshot, 9 days late, on time), and a company without one; all consented.

    Nobody has been talked with. Of the loan without a snapshot, and of who has none, nobody can say how late
    it is: ``days_past_due`` is missing for C-00001, and 0 where nothing is owed (C-00004).
    """
    store = tmp_path / "b.db"
    lines = ["init"]
    for n, days in ((1, None), (2, "9"), (3, "0"), (4, None)):
        lines.append(f"customer add --kind enterprise --name 客户{n}")
        lines += [
            f"consent add C-0000{n} --person 王芳 --purpose {purpose} --on 2026-11-01"
            for purpose in ("marketing", "contact")
        ]
        if n < 4:
            lines.append(f"loan add C-0000{n} --number L{n} --product working_capital --principal 100 {TERM}")
        if days is not None:
            lines.append(f"snapshot add L{n} --on 2026-11-19 --outstanding 50 --days-past-due {days}")
    lines.append("event add --title 讲座 --kind seminar --held-on 2026-11-30")
    for line in lines:
        answer = cli("--store", store, *line.split(" "))
        assert answer.code == 0, (line, answer.err)
    return store


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("words", "counts"),
    [
        (("event", "invite", "EV-1", *ALL), {"invited": 3, "held_back_by": {"in_arrears": 1}}),
        (("event", "invite", "EV-1", "C-00001"), {"invited": 1, "held_back_by": {}}),
        (("campaign", "add", "--title", "续贷", *ALL), {"members": 3, "held_back_by": {"in_arrears": 1}}),
    ],
)
def test_who_is_invited_though_a_rule_could_not_be_judged_is_counted(
    cli: Run, book: Path, words: tuple[str, ...], counts: dict[str, int], dry: tuple[str, ...]
) -> None:
    answer = cli("--store", book, *words, *dry, "--format", "json")
    assert answer.code == 0, answer.err
    assert {name: answer.json[name] for name in counts} == counts
    assert answer.json["undecided_rules"] == {"in_arrears": 1}
    assert answer.err.endswith(f"{SAID}in_arrears of 1 customer\n")


def test_a_rule_is_not_asked_of_who_is_held_back_anyway(cli: Run, book: Path) -> None:
    """C-00001 took the consent back, so that nothing is left open of anybody who is invited."""
    back = "consent add C-00001 --person 王芳 --purpose marketing --on 2026-11-15 --is-withdrawn yes"
    assert cli("--store", book, *back.split()).code == 0
    answer = cli("--store", book, "event", "invite", "EV-1", *ALL, "--format", "json")
    assert (answer.json["invited"], answer.json["undecided_rules"], answer.err) == (2, {}, "")


def test_a_retry_gives_the_same_in_the_same_order(cli: Run, book: Path, tmp_path: Path) -> None:
    """Names of rules from long to short: PostgreSQL gives the keys of JSON back from short to long."""
    adopt(
        cli,
        book,
        tmp_path,
        '    - {rule: in_arrears, when: {days_past_due: ">= 1"}}\n',
        '    - {rule: a_ratio_is_low, when: {current_ratio: "< 1"}}\n'
        '    - {rule: late, when: {days_past_due: ">= 1"}}\n',
    )
    words = ("event", "invite", "EV-1", *ALL, "--idempotency-key", "k1", "--format", "json")
    first, again = (cli("--store", book, *words) for _time in range(2))
    assert list(first.json["undecided_rules"].items()) == [("a_ratio_is_low", 3), ("late", 1)]
    assert first.out == again.out
    assert again.err.endswith(f"{SAID}a_ratio_is_low of 3 customers, late of 1 customer\n")


def test_a_survey_says_of_how_many_it_cannot_tell_whether_to_spare_them(
    cli: Run, book: Path, tmp_path: Path
) -> None:
    file = tmp_path / "survey.yaml"
    file.write_text(SURVEY, encoding="utf-8")
    assert cli("--store", book, "survey", "define", file).code == 0
    answer = cli("--store", book, "survey", "invite", "S-2026Q4", "--format", "json")
    assert (answer.json["invited"], answer.json["undecided_rules"]) == (4, {"in_collection": 1})
    assert answer.err == f"{SAID}in_collection of 1 customer\n"
    answer = cli("--store", book, "survey", "invite", "S-2026Q4", "--format", "json")
    assert (answer.json["undecided_rules"], answer.err) == ({}, "")  # all are invited by now


def test_an_offer_that_may_come_first_is_counted(cli: Run, book: Path) -> None:
    """Whether the first loan is far past due, nobody knows; it is offered what the others are."""
    for words in (
        ("concerned",),
        ("start-all", "--plan", "洪灾", "--dry-run"),
        ("start-all", "--plan", "洪灾"),
    ):
        answer = cli("--store", book, "playbook", *words, "--where", "live_loans = 1", "--format", "json")
        assert answer.err.endswith(f"{SAID}far_past_due of 1 customer\n")
    assert answer.json["offers"] == {"policy_deferral": 3}
    assert answer.json["undecided_offers"] == {"far_past_due": 1}
    answer = cli("--store", book, "playbook", "concerned", "--where", "days_past_due = 9", "--format", "json")
    assert (answer.json[0]["rule"], SAID in answer.err) == ("others", False)


def test_the_list_of_who_may_leave_says_which_signals_are_open(cli: Run, book: Path) -> None:
    """Nobody was talked with, so since when is missing; who has no loan is not at risk of ending one."""
    answer = cli("--store", book, "churn", "list", "--format", "json")
    assert [row["reasons"] for row in answer.json] == [["last_loan_ends"]] * 3
    assert answer.err == f"{SAID}not_talked_with of 3 customers\n"
    talk = "contact log C-00001 --channel phone --purpose service --outcome reached --on 2026-11-10"
    assert cli("--store", book, *talk.split()).code == 0
    assert cli("--store", book, "churn", "list").err == f"{SAID}not_talked_with of 2 customers\n"


def test_next_products_say_which_hints_are_open(cli: Run, book: Path) -> None:
    """Who has arrears is held back; of the others not everything is known that the hint reads."""
    answer = cli("--store", book, "report", "next-products", "--rule", "matures_soon", "--format", "json")
    assert [row["customer"] for row in answer.json] == ["C-00003"]
    # C-00001: whether it was paid in time is missing; C-00004: it has no loan that matures
    assert "matures_soon of 2 customers" in answer.err
    assert "held_back.past_due of 1 customer" in answer.err
    assert answer.err.startswith(SAID)


def test_a_file_may_have_to_hold_more_than_is_known(cli: Run, book: Path, tmp_path: Path) -> None:
    """A rule about students is no rule about companies: nothing is missing of them."""
    text = EXAMPLE.read_text(encoding="utf-8")
    start, end = text.index("\nfile:") + 1, text.index("\n# Scorecards:") + 1
    adopt(cli, book, tmp_path, text[start:end], FILES)
    answer = cli("--store", book, "customer", "incomplete", "--format", "json")
    found = {row["customer"]: (row["needed"], row["undecided"]) for row in answer.json}
    assert found == {"C-00001": (1, ["late"]), "C-00002": (2, []), "C-00003": (1, []), "C-00004": (1, [])}
    assert answer.err == f"{SAID}late of 1 customer\n"
    page: Any = cli("--store", book, "customer", "show", "C-00001", "--format", "json").json
    assert page["completeness"]["undecided"] == ["late"]
    screen = cli("--store", book, "customer", "show", "C-00001", "--format", "table").text
    assert f"{SAID}late" in screen


def test_a_cadence_says_of_one_customer_which_rules_it_passed_over(
    cli: Run, book: Path, tmp_path: Path
) -> None:
    first = "cadence:\n  - rule: ended\n"
    rules = """cadence:
  - {rule: thin, when: {current_ratio: "< 1"}, target_days: 7, maximum_days: 14}
  - {rule: firms, when: {kind: enterprise}, target_days: 90, maximum_days: 180}
  - rule: ended
"""
    adopt(cli, book, tmp_path, first, rules)
    sums = "--total-assets 1000 --current-assets 450 --total-liabilities 600 --equity 400"
    for n, owed in ((2, 500), (3, 300)):
        filed = f"statement add C-0000{n} --period-end 2025-12-31 --filed-on 2026-03-20 {sums}"
        assert cli("--store", book, *filed.split(), "--current-liabilities", str(owed)).code == 0
    pages = {
        n: cli("--store", book, "customer", "show", f"C-0000{n}", "--format", "json").json for n in (1, 2, 3)
    }
    found = {n: (page["next_contact_rule"], page["next_contact_undecided"]) for n, page in pages.items()}
    assert found == {1: ("firms", ["thin"]), 2: ("thin", []), 3: ("firms", [])}
    day: Any = cli("--store", book, "today", "--format", "json").json
    ranks = {row["customer"]: str(row["rank"]) for row in day}
    words = f"cadence: {SAID}thin"
    explained = cli("--store", book, "today", "--explain", ranks["C-00001"], "--format", "table")
    assert words in explained.text
    beside = cli("--store", book, "today", "--explain", ranks["C-00001"], "--format", "json")
    assert (words in beside.err, words in beside.text) == (True, False)
    other = cli("--store", book, "today", "--explain", ranks["C-00002"], "--format", "table")
    assert SAID not in other.text + other.err


def test_points_say_of_whom_a_rule_or_a_tier_is_open(cli: Run, book: Path, tmp_path: Path) -> None:
    """The first loan's history is unknown, so its year gives no points; C-00002 was late, and gets none."""
    text = EXAMPLE.read_text(encoding="utf-8")
    start, end = text.index("  rules:\n    - {rule: month_in_order"), text.index("  rewards: ")
    rules = """  rules:
    - {rule: loyal_year, fact: tenure_year, points: 50, when: {days_past_due: "<= 3"}}
  tiers:
    - {rule: gold, from_points: 50, when: {current_ratio: ">= 1"}, en: gold, zh_CN: 金卡客户}
    - {rule: silver, from_points: 10, en: silver, zh_CN: 银卡客户}
"""
    adopt(cli, book, tmp_path, text[start:end], rules)
    for n in (1, 2, 3):
        edit = f"loan add C-0000{n} --number M{n} --product working_capital --principal 100"
        days = "--disbursed-on 2025-06-01 --matures-on 2026-06-01"
        assert cli("--store", book, *edit.split(), *days.split()).code == 0
    answer = cli("--store", book, "loyalty", "accrue", "--format", "json")
    assert answer.json["rules"] == [{"rule": "loyal_year", "facts": 1, "points": 50, "undecided": 1}]
    assert answer.json["undecided_tiers"] == {"gold": 1}
    assert answer.err == f"{SAID}loyal_year of 1 customer\n{SAID}gold of 1 customer\n"
    page: Any = cli("--store", book, "loyalty", "show", "C-00003", "--format", "json").json
    assert (page["tier"], page["undecided"]) == ("silver", ["gold"])
    assert f"{SAID}gold" in cli("--store", book, "loyalty", "show", "C-00003", "--format", "table").text
    other: Any = cli("--store", book, "loyalty", "show", "C-00004", "--format", "json").json
    assert (other["tier"], other["undecided"]) == (None, [])


def adopt(cli: Run, book: Path, tmp_path: Path, old: str, new: str) -> None:
    """Adopt the example's policy with a part of it replaced."""
    policy, text = tmp_path / "policy.yaml", EXAMPLE.read_text(encoding="utf-8")
    assert text.count(old) == 1
    policy.write_text(text.replace(old, new), encoding="utf-8")
    answer = cli("--store", book, "policy", "adopt", policy)
    assert answer.code == 0, answer.err


def test_a_cadence_may_read_figures_of_loans(cli: Run, book: Path, tmp_path: Path) -> None:
    """The list asks for the loans too: one statement names them twice."""
    rules = """cadence:
  - {rule: late, when: {days_past_due: ">= 1", live_loans: ">= 1"}, target_days: 7, maximum_days: 14}
  - {rule: firms, when: {kind: enterprise}, target_days: 90, maximum_days: 180}
  - rule: ended
"""
    adopt(cli, book, tmp_path, "cadence:\n  - rule: ended\n", rules)
    pages = [
        cli("--store", book, "customer", "show", f"C-0000{n}", "--format", "json").json for n in (1, 2, 3, 4)
    ]
    found = [(page["next_contact_rule"], page["next_contact_undecided"]) for page in pages]
    assert found == [("firms", ["late"]), ("late", []), ("firms", []), ("firms", [])]
    assert cli("--store", book, "today", "--within", "400d", "--format", "json").code == 0
