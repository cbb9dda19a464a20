"""The words of a reason, the rule that made it, and the command that answers it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from loancrm import i18n
from loancrm.agenda.cadence import next_contact
from loancrm.agenda.due import due
from loancrm.agenda.reasons import Reason
from loancrm.agenda.registry import KINDS
from loancrm.vocabulary import VOCABULARIES
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.set_language("en")
    yield
    i18n.set_language(before)


def in_days(n: int) -> date:
    return TODAY + timedelta(days=n)


def reasons(book: Book, **more: object) -> dict[str, Reason]:
    return {r.reason_code: r for line in book.ask_policy(due, **more) for r in line.reasons}


def test_each_reason_says_what_and_names_its_rule_and_command(book: Book) -> None:
    book.on("2026-03-02")
    with book.batch():
        customer = book.customer(name="华达机械", service_tier="key")
        talked = book.customer(name="乙", service_tier="key")
        book.contact(talked)
    book.on(TODAY)
    with book.batch():
        book.owing(customer, "JJ-1", outstanding=1_250_000, overdue="104166.67", interest="12.33", dpd=9,
                   principal=2_000_000, matures=in_days(60))  # fmt: skip
        book.loan(customer, "JJ-2")
        book.snapshot("JJ-2", "2026-11-10", dpd=2, overdue=5)
        book.snapshot("JJ-2", dpd=12, overdue=5)
        book.owing(customer, "JJ-3", next_due=in_days(2), next_amount="10500.50")
        book.facility(customer, 5_000_000, in_days(30), number="CL-9")
        book.follow_up(customer, TODAY, "送授信方案")
        book.feedback(customer, "enquiry", "2026-11-19", text="利率是多少")
        complaint = book.feedback(customer, "complaint", "2026-11-08", text="审批太慢")
        book.step("answer", complaint, text="已说明")
    found = reasons(book)
    expected = {
        "newly_past_due": (
            "JJ-1 is 9 d past due, 104,179.00 overdue: new, nobody has talked with them", "due.past_due",
            "loancrm contact log C-00001 --channel phone --purpose collection --outcome reached",
        ),
        "past_due": (
            "JJ-2 is 12 d past due, 5.00 overdue: nobody has talked with them since", "due.past_due",
            "loancrm contact log C-00001 --channel phone --purpose collection --outcome reached",
        ),
        "maturity": (
            "JJ-1 matures 2027-01-19, 1,250,000.00 outstanding: source of repayment? (T-60)", "due.maturity",
            "loancrm contact log C-00001 --channel phone --purpose renewal --outcome reached",
        ),
        "instalment": (
            "JJ-3: 10,500.50 due 2026-11-22", "due.instalment",
            "loancrm contact log C-00001 --channel phone --purpose service --outcome reached",
        ),
        "facility": (
            "credit line CL-9 of 5,000,000.00 expires 2026-12-20 (T-30)", "due.facility",
            "loancrm contact log C-00001 --channel phone --purpose renewal --outcome reached",
        ),
        "follow_up": ("next step: 送授信方案", "due.follow_up", "loancrm followup done U-00001"),
        "answer_due": (
            "feedback F-00001 waits for a first answer: 利率是多少", "due.feedback",
            "loancrm feedback answer F-00001 --text …",
        ),
        "resolution_due": (
            "feedback F-00002 waits for its resolution: 审批太慢", "due.feedback",
            "loancrm feedback resolve F-00002 --text …",
        ),
        "escalation": (
            "feedback F-00002 is to be told to level 1 (team leader): 审批太慢", "due.escalation",
            "loancrm feedback escalate F-00002",
        ),
        "never_contacted": (
            "never talked with; cadence key_customers: every 30 d", "cadence.key_customers",
            "loancrm contact log C-00001 --channel phone --purpose introduction --outcome reached",
        ),
        "cadence": (
            "last talked 263 d ago; cadence key_customers: every 30 d", "cadence.key_customers",
            "loancrm contact log C-00002 --channel phone --purpose care --outcome reached",
        ),
    }  # fmt: skip
    assert {code: (r.reason, r.rule, r.command) for code, r in found.items()} == expected


def test_the_days_since_the_last_talk_are_right_when_looking_ahead(book: Book) -> None:
    book.on(in_days(-86)).contact(book.customer())
    found = reasons(book.on(TODAY), within=7)
    assert found["cadence"].reason == "last talked 86 d ago; cadence everyone_else: every 90 d"
    assert found["cadence"].due_on == in_days(4)


def test_a_figure_of_the_policy_changes_the_list(book: Book) -> None:
    book.contact(book.customer(), in_days(-20))
    assert reasons(book) == {}
    weekly = changed(
        EXAMPLE_TEXT, ("    when: always\n    target_days: 90", "    when: always\n    target_days: 20")
    )
    book.adopt(weekly)
    assert reasons(book)["cadence"].reason == "last talked 20 d ago; cadence everyone_else: every 20 d"
    assert reasons(book, as_of=in_days(-1)) == {}


def test_the_next_contact_is_the_last_real_one_and_the_cadence(book: Book) -> None:
    book.on(in_days(-100))
    with book.batch():
        key, closed = book.customer(service_tier="key"), book.customer(pipeline_stage="closed")
        book.contact(key)
    book.on(TODAY)
    book.contact(key, in_days(-3), "no_answer")
    found = {code: book.ask_policy(next_contact, n) for n, code in enumerate((key, closed), 1)}
    assert (found[key].due_on, found[key].rule, found[key].last_on) == (
        in_days(-70), "key_customers", in_days(-100),
    )  # fmt: skip
    assert (found[closed].due_on, found[closed].rule, found[closed].last_on) == (None, "ended", None)


def test_logging_a_talk_says_when_the_customer_is_due_next(book: Book) -> None:
    customer = book.customer(service_tier="key")
    receipt = book.contact(customer)
    assert (receipt.next_due_on, receipt.next_due_rule) == (in_days(30), "cadence.key_customers")
    receipt = book.contact(customer, next_on=in_days(11), next_what="送授信方案")
    assert (receipt.follow_up, receipt.next_due_on, receipt.next_due_rule) == (
        "U-00001", in_days(11), "follow_up",
    )  # fmt: skip
    book.done("U-00001")
    receipt = book.contact(customer, next_on=in_days(31), next_what="复盘")
    assert (receipt.next_due_on, receipt.next_due_rule) == (in_days(30), "cadence.key_customers")


def test_every_kind_of_reason_has_a_word_by_which_it_can_be_asked_for() -> None:
    assert set(KINDS) == set(VOCABULARIES["reason_kind"])


def test_an_amount_that_nobody_knows_is_not_said_to_be_nothing(book: Book) -> None:
    with book.batch():
        firm, person = book.customer(), book.student()
        book.loan(firm, "A", matures=in_days(60))
        book.loan(firm, "B", matures=in_days(300))
        book.loan(person, "C", matures=in_days(300))
        for number in "BC":
            book.snapshot(number, dpd=12, overdue=None)
    found = {line.reason_code: line.reason for one in book.ask_policy(due) for line in one.reasons}
    assert found["maturity"] == (
        f"A matures {in_days(60)}, nobody knows how much is outstanding: source of repayment? (T-60)"
    )
    said = [line.reason for one in book.ask_policy(due) for line in one.reasons if line.ref in ("B", "C")]
    assert sorted(said) == [
        "B is 12 d past due, nobody knows how much: new, nobody has talked with them",
        "C is 12 d past due, nobody knows how much: new, nobody has talked with them",
        "C is 12 d past due, nobody knows how much: tell them before a bad record goes to the credit bureau",
    ]
