"""Cards of loans: the worst loan decides, what cannot be scored is counted, and the book is scored alike."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from loancrm.calendars import add_months
from loancrm.errors import Conflict, InvalidInput
from loancrm.policy.policy import read_policy
from loancrm.reports.assessments import review_due
from loancrm.reports.score_changes import what_if
from loancrm.reports.scores import book as scores_of_book
from loancrm.reports.scores import score
from tests.support import EXAMPLE_TEXT, Book

HEAD = EXAMPLE_TEXT[: EXAMPLE_TEXT.index("\nscorecards:")]
LOGISTIC = """
scorecards:
  default:
    kind: logistic
    level: loan
    applies_to: [enterprise]
    title: {en: default, zh_CN: 违约}
    intercept: -2
    items:
      - {indicator: term_months, coefficient: 0.05}
      - {indicator: loan_industry, digits: 2, categories: {C34: 1.0}, other: 0}
"""
PAID_OUT = date(2026, 1, 15)
POINTS = """
scorecards:
  loans:
    kind: points
    level: loan
    applies_to: [enterprise]
    title: {en: loans, zh_CN: 贷款}
    items:
      - indicator: days_past_due
        bands: [{when: "<= 0", points: 10}, {when: always, points: 2}]
      - indicator: term_months
        bands: [{when: "<= 12", points: 5}, {when: always, points: 1}]
    grades: [{grade: A, from: 11}, {grade: B, from: 0}]
"""


def policy(cards: str) -> Any:
    return read_policy(HEAD + cards, "loans.yaml")


def lend(
    book: Book, customer: str, number: str, months: int | None, industry: str = "F51", **more: Any
) -> str:
    matures = None if months is None else add_months(PAID_OUT, months)
    return book.loan(customer, number, disbursed=PAID_OUT, matures=matures, industry=industry, **more)


def chance(x: float) -> int:
    return round(1_000_000 / (1 + math.exp(-x)))


def test_a_customer_is_scored_by_the_worst_loan_in_sql_and_in_words(book: Book) -> None:
    one, two, none = book.customer(), book.customer(), book.customer()
    lend(book, one, "A", 12)
    lend(book, one, "B", 36)  # −2 + 36 · 0.05 = −0.2
    lend(book, one, "C", 20, "C3411")  # −2 + 1 + 1 = 0: the worst
    book.close(lend(book, one, "D", 240), "settled")  # has ended
    lend(book, two, "E", 12)
    with book.view() as view:
        found = {line.customer: line for line in scores_of_book(view, policy(LOGISTIC), "default")}
        assert list(found) == [one, two]
        told = score(view, policy(LOGISTIC), one, "default")
        assert (told.loan, told.loans, told.loans_scored) == ("C", 3, 3)
        assert told.result == found[one].result
        assert told.result.probability == 500_000
        assert (found[two].loan, found[two].result.probability) == ("E", chance(-1.4))
        with pytest.raises(Conflict, match="no live loan and none applied for"):
            score(view, policy(LOGISTIC), none, "default")
        assumed = what_if(view, policy(LOGISTIC), one, {"term_months": 40}, "default")
        assert (assumed.before.result.probability, assumed.after.result.probability) == (500_000, chance(1))


def test_a_loan_that_cannot_be_scored_decides_only_where_none_can(book: Book) -> None:
    one, two = book.customer(), book.customer()
    lend(book, one, "A", 12)
    lend(book, one, "X", None)
    lend(book, two, "Y", None)
    with book.view() as view:
        found = score(view, policy(LOGISTIC), one, "default")
        assert (found.loan, found.loans, found.loans_scored) == ("A", 2, 1)
        unknown = score(view, policy(LOGISTIC), two, "default")
        assert (unknown.loan, unknown.result.probability, unknown.result.missing) == (
            "Y", None, ("term_months",),
        )  # fmt: skip


def test_points_of_a_loan_the_fewest_decide(book: Book) -> None:
    one = book.customer()
    lend(book, one, "A", 12)
    book.snapshot("A", dpd=0)
    lend(book, one, "B", 24)
    book.snapshot("B", dpd=5, overdue=1)
    with book.view() as view:
        (found,) = scores_of_book(view, policy(POINTS), "loans")
        assert (found.loan, found.result.score, found.result.grade.grade) == ("B", 3_000_000, "B")
        assert score(view, policy(POINTS), one, "loans").result.score == 3_000_000
        (due,) = review_due(view, policy(POINTS), card="loans")
        assert (due.customer, due.reason_code) == (one, "never_scored")


def test_who_has_no_loan_is_never_due_for_a_score_of_loans(book: Book) -> None:
    book.customer()
    with book.view() as view:
        assert review_due(view, policy(POINTS), card="loans") == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("indicator: term_months", "indicator: current_ratio", "there is no indicator"),
        ("level: loan", "level: loans", "level"),
        ("    grades:", '    regrade_when: {days_past_due: ">= 1"}\n    grades:', "a card of loans has none"),
        ('when: "<= 12"', 'when: "<= many"', "term_months"),
    ],
)
def test_a_card_of_loans_reads_figures_of_loans(old: str, new: str, words: str) -> None:
    assert POINTS.count(old) == 1
    with pytest.raises(InvalidInput, match=words):
        read_policy(HEAD + POINTS.replace(old, new), "loans.yaml")
