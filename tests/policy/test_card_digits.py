"""A term of a logistic card that reads the first digits of a code: for the book as for one customer."""

from __future__ import annotations

import math

from loancrm.policy.policy import read_policy
from loancrm.reports.scores import book as scores_of_book
from loancrm.reports.scores import score
from tests.support import EXAMPLE_TEXT, Book

CARD = """
scorecards:
  sector:
    kind: logistic
    applies_to: [enterprise]
    title: {en: sectors, zh_CN: 行业}
    intercept: 0
    items:
      - {indicator: industry, digits: 2, categories: {C34: 1.5, "45": -0.5}, other: 0.25}
    fitted: {target: "loan_status = written_off", on: industry}
"""


def test_a_category_is_the_first_digits_and_the_letter_before_them(book: Book) -> None:
    text = EXAMPLE_TEXT[: EXAMPLE_TEXT.index("\nscorecards:")] + CARD
    policy = read_policy(text, "digits.yaml")
    expected = {"C34": 1.5, "C3411": 1.5, "C35": 0.25, "451120": -0.5, "45": -0.5, "4": 0.25, "C": 0.25}
    codes = {book.customer(industry=industry): weight for industry, weight in expected.items()}
    chances = {code: round(1_000_000 / (1 + math.exp(-weight))) for code, weight in codes.items()}
    with book.view() as view:
        of_book = {line.customer: line.result.probability for line in scores_of_book(view, policy, "sector")}
        one_by_one = {code: score(view, policy, code, "sector").result.probability for code in codes}
    assert of_book == one_by_one == chances
