"""A policy beside the one in force: how they differ in words, and what the other would do to the book."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from loancrm import i18n
from loancrm.policy.difference import differences
from loancrm.policy.policy import example
from loancrm.reports.policies import versions
from loancrm.reports.trial import trial
from tests.conftest import Run
from tests.support import EXAMPLE_TEXT, Book, changed, policy_of


def told(*replacements: tuple[str, str]) -> list[tuple[str, str, str]]:
    found = differences(example().data, policy_of(*replacements).data)
    return [(one.section, one.change, one.text) for one in found]


# ── in words ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('{worst_days_past_due_6m: ">= 31"}', '{worst_days_past_due_6m: ">= 61"}',
         ("segments", "changed",
          "segments › enterprise › often_late › when › worst_days_past_due_6m: >= 31 → >= 61")),
        ("stale_after_days: 45", "stale_after_days: 30",
         ("data", "changed", "data › stale_after_days: 45 → 30")),
        ("{segment: quality}\n    target_days: 60", "{segment: quality}\n    target_days: 45",
         ("cadence", "changed", "cadence › quality › target_days: 60 → 45")),
        ("    en: learn the next need, offer a second product", "    en: call every month",
         ("treatments", "changed",
          "treatment › potential › en: learn the next need, offer a second product → call every month")),
        ("review_by: 2027-05-31", "review_by: 2027-06-30",
         ("review_by", "changed", "review: 2027-05-31 → 2027-06-30")),
        ("      - {rule: recognised, value: in_hardship, when: {is_hardship: true}}\n", "",
         ("classes", "removed",
          ("classes › student_means › student › recognised: removed, it was rule recognised,"
           " value in_hardship, when is_hardship true"))),
        ('{when: "1..7", points: 8}', '{when: "1..7", points: 6.5}',
         ("scorecards", "changed",
          "scorecards › enterprise_credit › items › days_past_due › bands › 1..7 › points: 8 → 6.5")),
        ('{when: "<= 5%", points: 4}, ', "",
         ("scorecards", "removed",
          ("scorecards › enterprise_credit › items › overdue_ratio › bands › <= 5%: removed,"
           " it was when <= 5%, points 4"))),
        ('pass: {days_in_business: ">= 1095"}', 'pass: {days_in_business: ">= 730"}',
         ("screening", "changed",
          "screening › enterprise › business_stability › pass › days_in_business: >= 1095 → >= 730")),
        ("limitation: {months: 36}", "limitation: {months: 24}",
         ("legal_clocks", "changed", "legal clocks › limitation › months: 36 → 24")),
    ],
)  # fmt: skip
def test_a_difference_is_said_with_its_place_and_both_values(
    old: str, new: str, expected: tuple[str, str, str]
) -> None:
    assert told((old, new)) == [expected]


def test_a_rule_that_is_added_and_one_that_moved_are_said_so() -> None:
    data = deepcopy(example().data)
    rules = data["cadence"]
    rules.append({"rule": "extra", "when": "always", "target_days": 5, "maximum_days": None})
    rules[0], rules[1] = rules[1], rules[0]
    found = list(differences(example().data, data))
    assert [(one.place, one.change) for one in found] == [
        ("cadence.extra", "added"), ("cadence", "reordered"),
    ]  # fmt: skip
    assert found[1].text.startswith("cadence: in another order, risk, ended, key_customers")


def test_a_figure_that_is_new_on_a_card_and_bands_in_another_order_are_said_so() -> None:
    data = deepcopy(example().data)
    items = data["scorecards"]["enterprise_credit"]["items"]
    items[0]["bands"].reverse()
    items.append({"indicator": "live_loans", "bands": [{"when": ">= 1", "points": 2}]})
    found = [(one.section, one.place, one.change) for one in differences(example().data, data)]
    card = "scorecards.enterprise_credit.items"
    assert found == [
        ("scorecards", f"{card}.days_past_due.bands", "reordered"),
        ("scorecards", f"{card}.live_loans", "added"),
    ]


def test_bands_that_are_not_told_apart_by_their_conditions_are_compared_as_they_stand() -> None:
    old = {"scorecards": {"x": {"bands": [{"when": "a", "points": 1}, {"when": "a", "points": 2}]}}}
    new = {"scorecards": {"x": {"bands": [{"when": "a", "points": 1}, {"when": "a", "points": 3}]}}}
    (one,) = differences(old, new)
    assert (one.place, one.change) == ("scorecards.x.bands", "changed")


def test_equal_policies_differ_in_nothing() -> None:
    assert told() == []


def test_a_difference_is_said_in_chinese_too() -> None:
    before = i18n.language()
    try:
        i18n.set_language("zh_CN")
        ((_section, _change, text),) = told(("stale_after_days: 45", "stale_after_days: 30"))
    finally:
        i18n.set_language(before)
    assert text == "数据 › stale_after_days\uff1a45 → 30"


# ── tried on the book ───────────────────────────────────────────────────────────────────────────

STRICTER = ('when: {worst_days_past_due_6m: ">= 31"}', 'when: {worst_days_past_due_6m: ">= 3"}')


def bank(book: Book) -> None:
    """Company 1 is 3 days late, company 2 is not; nobody ever talked with either."""
    with book.batch():
        for number, dpd in (("A", 3), ("B", 0)):
            book.owing(book.customer(since="2026-11-01"), number, dpd=dpd, overdue=dpd, outstanding=1000)


def test_a_tried_policy_names_who_would_move_and_why_and_stores_nothing(book: Book) -> None:
    bank(book)
    found = book.ask_policy(trial, policy_of(STRICTER))
    assert [(m.scheme, m.customer, m.previous, m.value, m.rule, m.reason) for m in found.moves] == [
        ("segment", "C-00001", "mass_market", "risk", "often_late", "worst_days_past_due_6m 3 ≥ 3")
    ]
    assert (found.customers, found.scores) == (2, {})
    assert book.figures("segment") == {"C-00001": (None,), "C-00002": (None,)}


def test_a_tried_policy_says_which_scores_and_grades_change(book: Book) -> None:
    """Three days late earn 8 points by the example, 6 by the other; company 2 keeps its score."""
    bank(book)
    assert book.ask_policy(trial, example()).scores == {}
    harsher = policy_of(('{when: "1..7", points: 8}', '{when: "1..7", points: 6}'))
    found = book.ask_policy(trial, harsher).scores
    assert list(found) == ["enterprise_credit"]
    told = found["enterprise_credit"]
    assert (told["change"], told["customers"], told["changed"]) == ("changed", 2, 1)
    assert told["mean_difference"] == "-1.000000"  # two points less of one of two
    start, end = EXAMPLE_TEXT.index("  student_credit:"), EXAMPLE_TEXT.index("  cooperation_potential:")
    book.student()
    gone = book.ask_policy(trial, policy_of((EXAMPLE_TEXT[start:end], ""))).scores
    assert gone == {"student_credit": {"change": "removed", "customers": 1}}


def test_a_card_that_is_for_other_customers_is_compared_customer_by_customer(book: Book) -> None:
    """Both companies lose their score, the sole proprietor between them in number gains one."""
    with book.batch():
        book.customer()
        book.customer(kind="sole_proprietor")
        book.customer()
    start = EXAMPLE_TEXT.index("  enterprise_credit:")
    before = EXAMPLE_TEXT[start : EXAMPLE_TEXT.index("    items:", start)]
    with_only = {
        kind: policy_of((before, before.replace("[enterprise, sole_proprietor]", f"[{kind}]")))
        for kind in ("enterprise", "sole_proprietor")
    }
    old, new = with_only["enterprise"], with_only["sole_proprietor"]
    told = book.ask(lambda view: trial(view, old, new)).scores["enterprise_credit"]
    assert (told["customers"], told["changed"], told["mean_difference"]) == (3, 3, None)


def test_a_tried_policy_counts_the_lines_of_the_list_by_kind(book: Book) -> None:
    """After 19 days nobody is due within 90; within 14 both are."""
    bank(book)
    everyone = "    when: always\n    target_days: 90\n    maximum_days: 180"
    quicker = policy_of((everyone, everyone.replace("90", "14")))
    found = book.ask_policy(trial, quicker).follow_ups
    assert found["by_kind"]["cadence"] == {"before": 0, "after": 2}
    assert found["by_kind"]["past_due"] == {"before": 1, "after": 1}
    assert found["customers"] == {"before": 1, "after": 2}


def test_only_an_officers_customers_are_tried(book: Book) -> None:
    bank(book)
    book.officer()
    book.edit("C-00002", officer="li.wei")
    found = book.ask_policy(trial, policy_of(STRICTER), officer_id=book.officer_id("li.wei"))
    assert (found.customers, found.moves) == (1, ())


def test_the_policy_in_force_changes_nothing(book: Book) -> None:
    bank(book)
    found = book.ask_policy(trial, example())
    assert found.moves == ()
    assert all(one["before"] == one["after"] for one in found.follow_ups["by_kind"].values())


# ── its review ──────────────────────────────────────────────────────────────────────────────────


def test_a_review_is_due_the_day_after_its_day(book: Book) -> None:
    def due(as_of: str) -> Any:
        (line,) = book.ask(versions, as_of=as_of)
        return str(line.review_by), line.review_due

    assert due("2027-05-31") == ("2027-05-31", False)
    assert due("2027-06-01") == ("2027-05-31", True)


def test_a_policy_that_was_replaced_needs_no_review(book: Book) -> None:
    book.adopt(changed(EXAMPLE_TEXT, ("review_by: 2027-05-31             #", "review_by: 2030-01-01  #")))
    assert [line.review_due for line in book.ask(versions, as_of="2028-01-01")] == [False, False]


def test_the_commands_answer_as_the_issue_writes_them(cli: Run, tmp_path: Path) -> None:
    store, file = tmp_path / "B.db", tmp_path / "policy.yaml"
    file.write_text(changed(EXAMPLE_TEXT, STRICTER), "utf-8")
    assert cli("--store", store, "init").code == 0
    assert cli("--store", store, "policy", "check", "policy.yaml").code == 0
    tried = cli("--store", store, "policy", "try", "policy.yaml", "--as-of", "2026-11-20", "--format", "json")
    assert tried.json["moved"] == []
    assert set(tried.json) >= {"moved", "scores", "follow_ups"}
    shown = cli("--store", store, "policy", "diff", "1", "policy.yaml", "--format", "table")
    assert ">= 31 → >= 3" in " ".join(shown.text.split())
