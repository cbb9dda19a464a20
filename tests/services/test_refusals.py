"""What the verbs refuse of what cannot be meant, and when a customer is due next after a conversation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loancrm.errors import LoanCrmError
from loancrm.reports.customer_page import page
from loancrm.reports.lookup import customer as row_of
from loancrm.services import customers, loans, officers
from loancrm.services.customers import CustomerEdit
from loancrm.services.loans import LoanEnd, LoanIn
from loancrm.services.officers import OfficerIn
from tests.support import TODAY, Book


def refused(work: Any, *args: Any, **more: Any) -> LoanCrmError:
    with pytest.raises(LoanCrmError) as fault:
        work(*args, **more)
    return fault.value


@pytest.fixture
def left(book: Book) -> Book:
    """A book with an officer who does not work there any more."""
    book.officer("zhao.min", "赵敏")
    book.do(officers.edit, OfficerIn(code="zhao.min", is_active=False))
    return book


def test_nobody_who_left_is_given_work(left: Book) -> None:
    customer = left.customer()
    ticket = left.feedback(customer, "complaint", TODAY)
    for work, args, more, field in (
        (left.customer, (), {"officer": "zhao.min"}, "--officer"),
        (left.edit, (customer,), {"officer": "zhao.min"}, "--officer"),
        (left.edit, (customer,), {"second_officer": "zhao.min"}, "--second-officer"),
        (left.follow_up, (customer, TODAY), {"officer": "zhao.min"}, "--officer"),
        (left.step, ("assign", ticket), {"to": "zhao.min"}, "--to"),
    ):
        fault = refused(work, *args, **more)
        assert (fault.exit_code, fault.code, fault.field) == (5, "inactive", field)
        assert fault.hint == "if they are back: loancrm officer edit zhao.min --active"
    left.do(officers.edit, OfficerIn(code="zhao.min", is_active=True))
    left.edit(customer, officer="zhao.min")


def test_what_was_done_by_who_left_is_still_recorded(left: Book) -> None:
    assert left.contact(left.customer(), "2026-11-10", officer="zhao.min").contact == "K-00001"


def test_a_field_is_not_cleared_and_given_at_once(book: Book) -> None:
    book.officer()
    customer = book.customer(region="北京")
    for clear, more in (
        ("region", {"fields": {"region": "上海"}}),
        ("officer_id", {"fields": {}, "officer": "li.wei"}),
    ):
        request = CustomerEdit(customer=customer, clear=(clear,), **more)
        fault = refused(book.do, customers.edit, request)
        assert (fault.exit_code, fault.field) == (4, "--clear")
    assert book.ask(row_of, customer).region == "北京"


def test_studies_do_not_end_before_they_began(book: Book) -> None:
    day = date(2024, 9, 1)
    for name, end in (("graduates_on", day), ("graduated_on", date(2024, 8, 31))):
        option = "--" + name.replace("_", "-")
        assert refused(book.student, enrolled_on=day, **{name: end}).field == option
    student = book.student(graduates_on=date(2024, 6, 30))  # when they began nobody knows
    assert refused(book.edit, student, enrolled_on=day).field == "--graduates-on"
    book.edit(student, enrolled_on=day, graduates_on=date(2028, 6, 30))
    assert refused(book.edit, student, graduates_on=day).field == "--graduates-on"


def test_a_loan_without_a_day_of_disbursement_says_so(book: Book) -> None:
    loan = LoanIn(customer=book.customer(), number="A", product="working_capital", principal=100_00)
    book.do(loans.add_loan, loan)
    fault = refused(book.snapshot, "A", outstanding=100)
    assert (fault.exit_code, fault.field) == (4, "LOAN")
    assert fault.message == "loan A has no day of disbursement, and counts nowhere"


def test_the_end_of_a_loan_names_its_contract(book: Book) -> None:
    book.loan(book.customer(), "A", contract="HT-1")
    assert book.do(loans.close, LoanEnd(loan="A", status="settled")).contract == "HT-1"


def test_a_conversation_says_the_first_day_on_which_the_customer_is_due(book: Book) -> None:
    """Everyone else is talked with every 90 days: by 2027-02-18."""
    customer = book.customer()

    def due(**more: Any) -> tuple[str, str]:
        receipt = book.contact(customer, **more)
        return str(receipt.next_due_on), receipt.next_due_rule

    assert due() == ("2027-02-18", "cadence.everyone_else")
    book.follow_up(customer, TODAY)  # what this is about, as likely as not
    far = book.follow_up(customer, "2027-03-01")
    assert due() == ("2027-02-18", "cadence.everyone_else")
    near = book.follow_up(customer, "2026-12-05")
    assert due() == ("2026-12-05", "follow_up")
    assert due(next_on="2026-12-10", next_what="回访") == ("2026-12-05", "follow_up")  # the sooner one
    book.snooze(near, "2026-12-20")
    assert due() == ("2026-12-10", "follow_up")
    book.void_contact("K-00004")  # its step goes with it
    assert due() == ("2026-12-20", "follow_up")
    for step in (near, far):
        book.done(step)
    assert due(outcome="no_answer") == ("2027-02-18", "cadence.everyone_else")


def test_a_page_of_a_day_before_the_customer_is_none(book: Book) -> None:
    """Today's class and officer are not those of a day on which nobody knew the customer."""
    customer = book.customer(since="2026-11-10")
    assert book.ask_policy(page, customer, as_of="2026-11-10").code == customer
    fault = refused(book.ask_policy, page, customer, as_of="2026-11-09")
    assert (fault.exit_code, fault.code, fault.message) == (
        3, "not_yet", "C-00001 was no customer yet on 2026-11-09",
    )  # fmt: skip
    book.loan(customer, "A", disbursed="2026-10-01")  # whoever borrowed was one
    assert book.ask_policy(page, customer, as_of="2026-10-01").code == customer
    assert refused(book.ask_policy, page, customer, as_of="2026-09-30").code == "not_yet"
