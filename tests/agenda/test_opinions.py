"""Low answers of surveys on the day's list, until somebody talks with the customer."""

from __future__ import annotations

from typing import Any

from loancrm.agenda.due import due
from loancrm.services.survey_answers import AnswersIn, record
from loancrm.services.surveys import SurveyIn, define
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed

TEXT = """\
code: S-1
title: Quick
opens: 2026-10-01
closes: 2026-12-31
dimensions: [speed]
overall: true
nps: true
"""
OURS = (
    "  low_answer: {band: 7, order: date, nps_at_most: 6, overall_at_most: 2, call_days: 3, days_after: 30}\n"
)


def answered(book: Book, name: str, on: Any = TODAY, **values: int) -> str:
    customer = book.customer(name=name)
    typed = {key: str(value) for key, value in values.items()}
    book.do(record, AnswersIn(survey="S-1", customer=customer, values=typed, on=on))
    return customer


def morning(book: Book, **more: Any) -> list[tuple[str, str, int, str | None, str]]:
    return [
        (line.name, reason.reason_code, reason.days_late, reason.ref, reason.reason)
        for line in book.ask_policy(due, **more)
        for reason in line.reasons
        if reason.kind == "low_answer"
    ]


def survey(book: Book) -> None:
    book.do(define, SurveyIn(text=TEXT, source="survey.yaml"))


def test_who_would_not_recommend_us_or_is_not_satisfied_is_called_back(book: Book) -> None:
    survey(book)
    answered(book, "甲", nps=6, overall=1)
    answered(book, "乙", nps=7, overall=3)
    answered(book, "丙", overall=2)
    answered(book, "丁", speed=1)
    assert morning(book) == [
        ("甲", "low_nps", 0, "SR-00001",
         "would not recommend us: 6 of 10 in S-1; call back by 2026-11-23"),
        ("丙", "low_satisfaction", 0, "SR-00003", "not satisfied: 2 of 5 in S-1; call back by 2026-11-23"),
    ]  # fmt: skip


def test_a_talk_since_then_takes_it_off_and_an_attempt_does_not(book: Book) -> None:
    survey(book)
    customer = answered(book, "甲", nps=0, on=TODAY.replace(day=12))
    book.contact(customer, "2026-11-11", "reached")
    book.contact(customer, "2026-11-13", "no_answer")
    assert [line[:3] for line in morning(book)] == [("甲", "low_nps", 5)]
    book.contact(customer, "2026-11-14", "reached")
    assert morning(book) == []
    assert [line[0] for line in morning(book, as_of="2026-11-13")] == ["甲"]


def test_it_stays_for_so_many_days_and_the_policy_says_what_is_low(book: Book) -> None:
    survey(book)
    answered(book, "甲", nps=0, on=TODAY.replace(month=10, day=20))
    answered(book, "乙", nps=0, on=TODAY.replace(month=10, day=21))
    assert [line[0] for line in morning(book)] == ["乙"]
    book.adopt(changed(EXAMPLE_TEXT, (OURS, OURS.replace("nps_at_most: 6", "nps_at_most: null"))))
    assert morning(book) == []
    book.adopt(changed(EXAMPLE_TEXT, (OURS, "  low_answer: null\n")))
    answered(book, "丙", overall=1)
    assert morning(book) == []
