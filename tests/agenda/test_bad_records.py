"""Persons are told before a bad record of theirs is reported: who is asked for, from when on, until what.

Each figure is counted by hand. The day is 20 November 2026; the policy asks from three days past due on.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from loancrm.agenda.due import due
from loancrm.agenda.reasons import Reason
from loancrm.reports.contacts import contacts
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed

NOTICE = "bad_record_notice"


def asked_for(book: Book, **more: object) -> list[tuple[str, str | None, date, int, int]]:
    """Return of the day's list who is to be told: name, loan, due on, late by, what is overdue."""
    return [
        (line.name, one.ref, one.due_on, one.days_late, one.amount)
        for line in book.ask_policy(due, **more)
        for one in line.reasons
        if one.kind == "bad_record"
    ]


def reason(book: Book) -> Reason:
    (found,) = [one for line in book.ask_policy(due) for one in line.reasons if one.kind == "bad_record"]
    return found


def test_a_person_is_told_once_three_days_past_due_and_a_company_is_not_a_person(book: Book) -> None:
    with book.batch():
        student, early = book.student("甲"), book.student("乙")
        owner, firm = book.customer("sole_proprietor", "丙"), book.customer(name="丁")
        # the oldest instalment was due on 10 and 17 November: 3 days past due on 13 and 20
        book.owing(student, "A", overdue=100, interest="2.50", dpd=10)
        book.owing(owner, "C", overdue=300, dpd=3)
        book.owing(early, "B", overdue=100, dpd=2)
        book.owing(firm, "D", overdue=100, dpd=10)
    assert sorted(asked_for(book)) == [
        ("丙", "C", date(2026, 11, 20), 0, 300_00),
        ("甲", "A", date(2026, 11, 13), 7, 102_50),
    ]
    book.adopt(
        changed(EXAMPLE_TEXT, ("kinds: [sole_proprietor, student], told", "kinds: [enterprise], told"))
    )
    assert [name for name, *_ in asked_for(book)] == ["丁"]
    book.adopt(changed(EXAMPLE_TEXT, ("from_days: 3, kinds", "from_days: 2, kinds")))
    assert {name for name, *_ in asked_for(book)} == {"甲", "乙", "丙"}


@pytest.mark.parametrize("channel", ["phone", "sms", "letter"])
@pytest.mark.parametrize(
    ("days_ago", "purpose", "outcome", "is_told"),
    [
        (0, NOTICE, "reached", True),
        (9, NOTICE, "message_left", True),  # the day after it fell due
        (10, NOTICE, "reached", False),  # on the day on which it fell due nothing was late
        (40, NOTICE, "reached", False),  # that was about another time
        (1, NOTICE, "no_answer", False),
        (1, NOTICE, "wrong_number", False),
        (1, "collection", "reached", False),  # talked, but not of that
    ],
)
def test_what_counts_as_a_notice(
    book: Book, channel: str, days_ago: int, purpose: str, outcome: str, *, is_told: bool
) -> None:
    who = book.student("甲")
    book.owing(who, "A", overdue=100, dpd=10)
    book.contact(who, TODAY - timedelta(days=days_ago), outcome, purpose=purpose, channel=channel)
    assert bool(asked_for(book)) is not is_told


def test_one_notice_is_for_the_loans_of_its_day_and_the_next_arrears_ask_again(book: Book) -> None:
    with book.batch():
        who = book.student("甲")
        for loan, dpd in (("A", 30), ("B", 20), ("C", 4)):
            book.owing(who, loan, overdue=100, dpd=dpd)
        book.contact(who, TODAY - timedelta(days=10), "reached", purpose=NOTICE)
    assert asked_for(book) == [("甲", "C", date(2026, 11, 19), 1, 100_00)]  # due on 16, the notice was on 10


def test_a_notice_counts_from_its_day_on_and_not_when_it_is_void(book: Book) -> None:
    who = book.student("甲")
    book.loan(who, "A")
    for on, dpd in (("2026-11-17", 7), ("2026-11-19", 9), ("2026-11-20", 10)):
        book.snapshot("A", on, overdue=100, dpd=dpd)
    told = book.contact(who, "2026-11-19", "reached", purpose=NOTICE)
    assert asked_for(book) == []
    assert asked_for(book, as_of="2026-11-18") == [("甲", "A", date(2026, 11, 13), 5, 100_00)]
    (line,) = book.ask(contacts, purpose=NOTICE)
    assert (line.contact, line.purpose) == (told.contact, NOTICE)
    assert book.ask(contacts, purpose="care") == []
    book.void_contact(told.contact)
    assert asked_for(book) == [("甲", "A", date(2026, 11, 13), 7, 100_00)]


def test_the_line_says_what_to_log_and_a_policy_can_do_without(book: Book) -> None:
    who = book.student("甲")
    book.owing(who, "A", overdue=100, dpd=10)
    found = reason(book)
    assert found.reason == (
        "A is 10 d past due, 100.00 overdue: tell them before a bad record goes to the credit bureau"
    )
    log = f"loancrm contact log {who} --channel phone --purpose bad_record_notice --outcome reached"
    assert (found.command, found.band, found.rule) == (log, 2, "due.bad_record")
    begins = "  bad_record: {band: 2"
    off = changed(EXAMPLE_TEXT, (begins, "  bad_record: null\n  x_record: {band: 2"))
    book.adopt("\n".join(line for line in off.splitlines() if "x_record" not in line) + "\n")
    assert asked_for(book) == []
