"""Surveys in the book: whose turn it is by lot, who is left in peace, and answers that stand once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.reports.digest import content
from loancrm.reports.surveys import invitation_code, invitation_number, invitations, responses, survey
from loancrm.services.merging import MergeIn, merge
from loancrm.services.survey_answers import AnswersIn, record
from loancrm.services.surveys import DrawIn, SurveyIn, VoidIn, define, draw, void
from loancrm.services.undo import UndoIn, undo
from tests.indicators.case import fact
from tests.support import EXAMPLE_TEXT, Book, changed

TEXT = """\
code: {code}
title: Quick
opens: {opens}
closes: 2026-12-31
audience: {{kind: enterprise}}
sample: {{per_segment: {{quality: 2, potential: 1, mass_market: 0, risk: 0, none: 3}}, seed: {seed}}}
dimensions: [process, speed]
overall: true
nps: true
"""


def defined(book: Book, code: str = "S-1", opens: str = "2026-11-01", seed: int = 1) -> str:
    text = TEXT.format(code=code, opens=opens, seed=seed)
    return str(book.do(define, SurveyIn(text=text, source="survey.yaml")).survey)


def drawn(book: Book, code: str = "S-1", *customers: str) -> Any:
    return book.do(draw, DrawIn(survey=code, customers=customers))


def invited(book: Book, code: str = "S-1") -> list[str]:
    def ask(view: Any) -> list[str]:
        return [line.customer for line in invitations(view, survey(view, code).id)]

    return sorted(book.ask(ask))


def answered(book: Book, customer: str, code: str = "S-1", **more: Any) -> Any:
    values = {key: str(value) for key, value in more.pop("values", {"nps": 9}).items()}
    return book.do(record, AnswersIn(survey=code, customer=customer, values=values, **more))


def firms(book: Book, n: int) -> list[str]:
    with book.batch():
        return [book.customer() for _ in range(n)]


def holds(book: Book) -> Any:
    with book.view() as view:
        return content(view.connection)


# ── the lot ─────────────────────────────────────────────────────────────────────────────────────


def test_the_sample_is_drawn_by_lot_within_each_segment(book: Book) -> None:
    firms(book, 9)
    student = book.student()
    defined(book)
    receipt = drawn(book)
    assert (receipt.invited, receipt.by_segment) == (3, {"none": 3})
    assert receipt.missing == {"potential": 1, "quality": 2}
    assert student not in invited(book)


def test_the_same_seed_draws_the_same_and_another_one_others(book: Book) -> None:
    firms(book, 40)
    for number, seed in enumerate((1, 1, 2)):
        defined(book, f"S-{number}", seed=seed)
    book.adopt(changed(EXAMPLE_TEXT, ("  rest_days: 60\n", "  rest_days: null\n")))
    for number in range(3):
        drawn(book, f"S-{number}")
    one, same, other = (invited(book, f"S-{number}") for number in range(3))
    assert one == same
    assert one != other


def test_drawing_again_fills_up_only_what_the_sample_lacks(book: Book) -> None:
    codes = firms(book, 2)
    defined(book)
    assert drawn(book).invited == 2
    assert drawn(book).invited == 0
    codes += firms(book, 5)
    assert drawn(book).invited == 1
    assert len(invited(book)) == 3
    assert set(codes[:2]) <= set(invited(book))


def test_a_customer_is_invited_by_name_whatever_the_audience_says(book: Book) -> None:
    student = book.student()
    defined(book)
    assert drawn(book, "S-1", student).invited == 1
    assert drawn(book, "S-1", student).invited == 0


def test_who_took_back_consent_is_in_collection_or_was_asked_lately_is_left_in_peace(book: Book) -> None:
    back, owes, asked, free = firms(book, 4)
    fact(book, "consent", back, person="张敏", purpose="contact", on="2026-10-01", is_withdrawn="yes")
    book.owing(owes, "L-1", outstanding=100, overdue=100, dpd=31)
    defined(book, "S-0")
    drawn(book, "S-0", asked)
    defined(book)
    receipt = drawn(book)
    assert receipt.held_back_by == {"asked_lately": 1, "in_collection": 1, "withdrawn": 1}
    assert invited(book) == [free]
    with pytest.raises(NotFound):
        drawn(book, "S-1", "C-00099")


def test_a_survey_that_is_closed_invites_nobody(book: Book) -> None:
    firms(book, 1)
    defined(book)
    book.on("2027-01-01")
    with pytest.raises(Conflict) as found:
        drawn(book)
    assert found.value.code == "closed"


# ── codes ───────────────────────────────────────────────────────────────────────────────────────


def test_a_misread_digit_of_a_code_is_found() -> None:
    assert invitation_code(7992739871) == "IV-7992739871-3"  # the usual example of Luhn's digit
    assert invitation_number(invitation_code(42)) == 42
    assert invitation_number("iv42-" + invitation_code(42)[-1]) == 42
    assert invitation_number("C-00042") is None
    for number in (42, 1007, 99999):
        code = invitation_code(number)
        for place, char in enumerate(code):
            if char.isdigit():
                wrong = code[:place] + str((int(char) + 1) % 10) + code[place + 1 :]
                with pytest.raises(InvalidInput):
                    invitation_number(wrong)


def test_the_code_of_an_invitation_stands_for_the_customer_of_that_survey_only(book: Book) -> None:
    (firm,) = firms(book, 1)
    for code in ("S-1", "S-2"):
        defined(book, code)
    drawn(book, "S-1", firm)
    receipt = answered(book, invitation_code(1))
    assert (receipt.customer, receipt.survey) == (firm, "S-1")
    with pytest.raises(NotFound):
        answered(book, invitation_code(1), "S-2")


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_stands_once_and_another_one_replaces_it_when_that_is_said(book: Book) -> None:
    (firm,) = firms(book, 1)
    defined(book)
    answered(book, firm, values={"nps": 3, "speed": 2})
    with pytest.raises(Conflict) as found:
        answered(book, firm)
    assert (found.value.code, "SR-00001" in found.value.message) == ("answered", True)
    assert answered(book, firm, replaces=True).replaced == "SR-00001"
    (line,) = book.ask(lambda view: list(responses(view)))
    assert (line.response, line.nps, line.answers) == ("SR-00002", 9, {"nps": 9})


def test_before_it_opens_nothing_is_taken_and_after_it_closed_it_is_with_a_word(book: Book) -> None:
    (firm,) = firms(book, 1)
    defined(book)
    with pytest.raises(InvalidInput) as found:
        answered(book, firm, on=date(2026, 10, 31))
    assert found.value.code == "not_open"
    with pytest.raises(InvalidInput):
        answered(book, firm, values={})
    book.on("2027-01-04")
    assert answered(book, firm).warnings == ("S-1 closed on 2026-12-31; the answer counts",)


def test_a_survey_with_answers_is_not_void_before_they_are(book: Book) -> None:
    firms(book, 3)
    before = holds(book)
    defined(book)
    drawn(book)
    response = answered(book, "C-00001").response
    with pytest.raises(Conflict) as found:
        book.do(void, VoidIn(what="S-1"))
    assert found.value.code == "in_use"
    assert book.do(void, VoidIn(what=response)).rows == 2
    assert book.do(void, VoidIn(what="S-1")).rows == 4
    assert holds(book) == before
    defined(book)  # its code is free again


def test_the_same_file_again_changes_nothing_and_another_of_its_code_is_refused(book: Book) -> None:
    defined(book)
    before = holds(book)
    defined(book)
    assert holds(book) == before
    with pytest.raises(Conflict) as found:
        defined(book, seed=2)
    assert found.value.code == "taken"


def test_a_merge_moves_answers_and_of_two_the_first_ones_stand(book: Book) -> None:
    one, other, third = firms(book, 3)
    for code in ("S-1", "S-2"):
        defined(book, code)
    answered(book, one, values={"nps": 9})
    answered(book, other, values={"nps": 1})
    answered(book, other, "S-2", values={"nps": 5})
    before = holds(book)
    book.do(merge, MergeIn(customer=one, other=other))
    found = {(line.survey, line.customer): line.nps for line in book.ask(lambda view: list(responses(view)))}
    assert found == {("S-1", one): 9, ("S-2", one): 5}
    with pytest.raises(Conflict):
        answered(book, one, "S-2")
    book.do(undo, UndoIn())
    assert holds(book) == before
    answered(book, third)


def test_a_response_is_seen_from_its_day_on_and_as_it_was_known(book: Book) -> None:
    firm = book.customer()
    book.contact(firm, "2026-01-05")  # a customer since then
    defined(book)
    answered(book, firm, on=date(2026, 11, 10))

    def n(as_of: str, known_at: str | None = None) -> int:
        return len(book.ask(lambda view: list(responses(view)), as_of=as_of, known_at=known_at))

    assert (n("2026-11-09"), n("2026-11-10"), n("2026-11-10", "2026-11-19")) == (0, 1, 0)
