"""The verbs: what they write, what they answer, and what they refuse."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from loancrm.errors import Conflict, InvalidInput, LoanCrmError, NotFound
from loancrm.models import Audit, Contact, Contract, CustomerAttribute, table
from loancrm.reports.changes import changes
from loancrm.reports.customer_page import page
from loancrm.reports.feedback import feedback
from loancrm.reports.follow_ups import follow_ups
from loancrm.reports.history import history
from loancrm.reports.loans import facilities, loans
from loancrm.reports.ticket import ticket
from tests.support import TODAY, Book


def in_days(n: int) -> date:
    return TODAY + timedelta(days=n)


def refused(work: Any, *args: Any, **more: Any) -> LoanCrmError:
    with pytest.raises(LoanCrmError) as fault:
        work(*args, **more)
    return fault.value


def count(book: Book, model: Any) -> int:
    return int(book.ask(lambda view: view.connection.scalar(select(func.count()).select_from(table(model)))))


# ── customers ───────────────────────────────────────────────────────────────────────────────────


def test_a_change_keeps_the_value_before_from_the_beginning(book: Book) -> None:
    customer = book.on("2026-11-01").customer(region="北京", employees=10)
    book.on("2026-11-10").edit(customer, region="上海", on="2026-11-05")
    rows = book.ask(lambda view: view.rows(select(table(CustomerAttribute))))
    assert [(row.name, row.value, str(row.effective_on)) for row in rows] == [
        ("region", "北京", "1900-01-01"), ("region", "上海", "2026-11-05"),
    ]  # fmt: skip
    assert book.figure(customer, "region", as_of="2026-11-04") == "北京"
    assert book.figure(customer, "region", as_of="2026-11-05") == "上海"


def test_saying_what_is_already_so_changes_nothing(book: Book) -> None:
    customer = book.customer(region="北京")
    before = count(book, Audit)
    receipt = book.edit(customer, region="北京")
    assert (receipt.version, receipt.changed) == (1, ())
    assert count(book, Audit) == before


def test_the_second_of_two_officers_hears_who_was_faster(book: Book) -> None:
    customer = book.customer()
    assert book.edit(customer, region="上海", expect_version=1).version == 2
    fault = refused(book.edit, customer, region="广州", expect_version=1)
    assert isinstance(fault, Conflict)
    assert fault.code == "changed_meanwhile"
    assert "li.wei" in fault.message
    assert "2026-11-20 09:00" in fault.message


def test_a_change_is_not_dated_before_the_newest_of_its_field(book: Book) -> None:
    customer = book.on("2026-11-01").customer(region="北京")
    book.on(TODAY).edit(customer, region="上海", on="2026-11-10")
    assert refused(book.edit, customer, region="广州", on="2026-11-09").field == "--on"
    book.edit(customer, industry="C34", on="2026-11-05")  # another field may
    assert refused(book.edit, customer, region="广州", on=in_days(1)).code == "future_date"


def test_a_number_that_is_another_customers_is_refused_naming_the_code(book: Book) -> None:
    book.customer(name="华达", bank_number="0099")
    fault = refused(book.customer, name="新华", bank_number="0099")
    assert (fault.code, fault.names) == ("taken", (("C-00001", "华达"),))
    other = book.customer(name="新华")
    assert refused(book.edit, other, bank_number="0099").code == "taken"
    assert book.edit("C-00001", bank_number="0099").changed == ()


def test_a_customer_keeps_a_name(book: Book) -> None:
    assert refused(book.edit, book.customer(), clear=("name",)).field == "--clear"


def test_a_customer_is_moved_with_the_officers_code_in_the_history(book: Book) -> None:
    for code in ("li.wei", "zhao.min"):
        book.officer(code, code)
    customer = book.customer(officer="li.wei")
    book.edit(customer, officer="zhao.min")
    lines = book.ask(history, customer)
    (moved,) = [line for line in lines if line.field == "officer" and line.action == "change"]
    assert (moved.before, moved.after, moved.actor) == ("li.wei", "zhao.min", "li.wei")
    assert refused(book.edit, customer, officer="nobody").code == "not_found"


def test_the_version_is_what_was_known_then(book: Book) -> None:
    customer = book.on("2026-11-01").customer(region="北京")
    book.on("2026-11-05").edit(customer, region="上海", industry="C34")
    book.on("2026-11-09").edit(customer, region="广州", on="2026-11-05")
    versions = [
        book.ask_policy(page, customer, as_of=TODAY, known_at=day).version
        for day in ("2026-11-04", "2026-11-05", "2026-11-08", "2026-11-09")
    ]
    assert versions == [1, 2, 2, 3]
    assert book.ask_policy(page, customer).version == 3


# ── loans and snapshots ─────────────────────────────────────────────────────────────────────────


def test_a_contract_is_made_once_and_holds_several_draws(book: Book) -> None:
    customer = book.customer()
    line = book.facility(customer, 5_000_000)
    book.loan(customer, "JJ-1", contract="HT-1", facility=line)
    book.loan(customer, "JJ-2", contract="HT-1")
    assert count(book, Contract) == 1
    other = book.customer()
    assert refused(book.loan, other, "JJ-3", contract="HT-1").field == "--contract"
    assert refused(book.loan, other, "JJ-3", contract="HT-2", facility=line).field == "--facility"
    assert refused(book.loan, other, "JJ-3", facility=line).field == "--facility"
    assert count(book, Contract) == 1


def test_what_is_drawn_counts_against_the_line(book: Book) -> None:
    customer = book.customer()
    line = book.facility(customer, 1_000_000, in_days(40))
    for number, owed in (("A", 300_000), ("B", 150_000)):
        book.loan(customer, number, contract="HT-1", facility=line)
        book.snapshot(number, outstanding=owed)
    book.owing(customer, "not under it", outstanding=999)
    (found,) = book.ask_policy(facilities)
    assert (found.drawn, found.headroom, found.utilisation, found.days_left) == (
        450_000_00, 550_000_00, 450_000, 40,
    )  # fmt: skip


def test_numbers_of_loans_are_given_out_once(book: Book) -> None:
    customer = book.customer()
    assert [book.loan(customer), book.loan(customer, "JJ-1"), book.loan(customer)] == [
        "L-00001", "JJ-1", "L-00003",  # it counts every loan that was typed
    ]  # fmt: skip
    assert refused(book.loan, customer, "JJ-1").code == "taken"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"disbursed": in_days(1)}, "--disbursed-on"),
        ({"disbursed": "2026-01-15", "matures": "2026-01-15"}, "--matures-on"),
    ],
)
def test_the_dates_of_a_loan_do_not_run_backwards(book: Book, more: dict[str, Any], field: str) -> None:
    assert refused(book.loan, book.customer(), "A", **more).field == field


@pytest.mark.parametrize(
    ("status", "on", "amount", "field"),
    [
        ("settled", "2026-01-14", None, "--on"),
        ("settled", in_days(1), None, "--on"),
        ("settled", None, 5, "--amount"),
        ("written_off", None, None, "--amount"),
        ("written_off", None, "1000000.01", "--amount"),
    ],
)
def test_a_loan_ends_in_its_life_and_with_an_amount_only_when_written_off(
    book: Book, status: str, on: Any, amount: Any, field: str
) -> None:
    book.loan(book.customer(), "A")
    assert refused(book.close, "A", status, on, amount).field == field


def test_a_loan_ends_once(book: Book) -> None:
    book.loan(book.customer(), "A")
    book.close("A", "written_off", amount=1_000_000)
    assert refused(book.close, "A").code == "ended"


def test_a_day_has_one_snapshot_until_it_is_voided(book: Book) -> None:
    book.owing(book.customer(), "A", outstanding=100)
    assert refused(book.snapshot, "A", outstanding=200).code == "taken"
    book.void_snapshot("A", TODAY)
    book.snapshot("A", outstanding=200)
    (line,) = book.ask_policy(loans)
    assert line.outstanding_principal == 200_00
    assert refused(book.void_snapshot, "A", "2026-11-19").code == "not_found"


@pytest.mark.parametrize(
    ("on", "more", "field"),
    [
        ("2026-01-14", {}, "--on"),
        (in_days(1), {}, "--on"),
        (TODAY, {"outstanding": 10, "overdue": "10.01"}, "--overdue-principal"),
    ],
)
def test_a_snapshot_lies_in_the_life_of_its_loan(
    book: Book, on: Any, more: dict[str, Any], field: str
) -> None:
    book.loan(book.customer(), "A")
    assert refused(book.snapshot, "A", on, **more).field == field


def test_nothing_is_said_of_a_loan_after_its_end(book: Book) -> None:
    book.loan(book.customer(), "A")
    book.close("A", on="2026-11-10")
    assert refused(book.snapshot, "A", "2026-11-11").field == "--on"
    book.snapshot("A", "2026-11-10", outstanding=0)


# ── contacts and next steps ─────────────────────────────────────────────────────────────────────


def test_voiding_a_talk_takes_its_open_next_step_along(book: Book) -> None:
    customer = book.customer()
    talk = book.contact(customer, next_on=in_days(3), next_what="回访").contact
    assert [step.what for step in book.ask(follow_ups)] == ["回访"]
    book.void_contact(talk)
    assert book.ask(follow_ups, all_=True) == []
    assert refused(book.void_contact, talk).code == "not_found"


def test_a_talk_whose_next_step_was_done_is_not_voided(book: Book) -> None:
    talk = book.contact(book.customer(), next_on=TODAY, next_what="回访").contact
    book.done("U-00001")
    assert refused(book.void_contact, talk).code == "in_use"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"on": in_days(1)}, "--on"),
        ({"next_what": "回访"}, "--next"),
        ({"next_on": in_days(-1), "next_what": "回访"}, "--next"),
        ({"next_on": in_days(1)}, "--next-what"),
    ],
)
def test_a_talk_is_past_and_its_next_step_has_a_day_and_a_word(
    book: Book, more: dict[str, Any], field: str
) -> None:
    assert refused(book.contact, book.customer(), **more).field == field
    assert count(book, Contact) == 0


def test_a_step_is_done_once_and_not_put_off_after(book: Book) -> None:
    step = book.follow_up(book.customer(), TODAY)
    book.snooze(step, in_days(2))
    (line,) = book.ask(follow_ups)
    assert (line.due_on, line.status) == (in_days(2), "open")
    book.done(step)
    assert book.ask(follow_ups) == []
    assert [found.status for found in book.ask(follow_ups, all_=True)] == ["done"]
    assert refused(book.done, step).code == "done"
    assert refused(book.snooze, step, in_days(5)).code == "done"


def test_a_step_is_put_off_to_a_day_to_come(book: Book) -> None:
    step = book.follow_up(book.customer(), in_days(-1))
    assert refused(book.snooze, step, TODAY).field == "--until"


def test_a_step_put_off_to_an_earlier_day_than_it_was_due_is_not_lost(book: Book) -> None:
    """Due in December, wanted on Monday: it is on Monday's list."""
    from loancrm.agenda.due import due

    step = book.follow_up(book.customer(), in_days(30))
    book.snooze(step, in_days(3))
    book.on(in_days(3))
    assert [line.reason_code for line in book.ask_policy(due)] == ["follow_up"]


# ── feedback ────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_goes_from_open_to_answered_to_resolved(book: Book) -> None:
    book.officer()
    book.officer("qian.bo", "钱波")
    customer = book.customer(officer="li.wei")
    code = book.feedback(customer)
    states = []
    for step in ({}, {"assign": "qian.bo"}, {"answer": "已说明"}, {"resolve": "已办结"}):
        for action, word in step.items():
            book.step(action, code, **{"to" if action == "assign" else "text": word})
        (line,) = book.ask(feedback)
        states.append((line.status, line.officer, str(line.due_on)))
    assert states == [
        ("open", "li.wei", "2026-11-24"),
        ("open", "qian.bo", "2026-11-24"),
        ("answered", "qian.bo", "2026-11-26"),  # the next word: 35 working hours
        ("resolved", "qian.bo", "None"),
    ]
    steps = book.ask(ticket, code).steps
    assert [(step.action, step.officer, step.text) for step in steps] == [
        ("assigned", "qian.bo", None), ("answered", None, "已说明"), ("resolved", None, "已办结"),
    ]  # fmt: skip
    assert refused(book.step, "resolve", code).code == "resolved"
    assert refused(book.step, "assign", code, to="li.wei").code == "resolved"


def test_a_ticket_is_answered_once_and_never_before_it_came(book: Book) -> None:
    code = book.feedback(book.customer(), on="2026-11-10")
    assert refused(book.step, "answer", code, "2026-11-09").field == "--on"
    book.step("answer", code, "2026-11-10")
    assert refused(book.step, "answer", code).code == "answered"


def test_a_ticket_is_never_given_to_the_officer_it_is_about(book: Book) -> None:
    book.officer()
    code = book.feedback(book.customer(), about_officer="li.wei")
    assert refused(book.step, "assign", code, to="li.wei").code == "about_owner"


def test_late_tickets_say_how_late(book: Book) -> None:
    book.feedback(book.customer(), "complaint", "2026-11-10")  # answer by Thursday the 12th
    (line,) = book.ask(feedback)
    assert (line.due_on, line.days_late) == (date(2026, 11, 12), 8)


# ── officers, looking for things ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ["Li.Wei", "李伟", "", "a b", "-x", "x" * 41])
def test_an_officers_code_is_one_plain_word(book: Book, code: str) -> None:
    assert isinstance(refused(book.officer, code, "李伟"), InvalidInput)


def test_an_officers_code_is_taken_once(book: Book) -> None:
    book.officer()
    assert refused(book.officer).code == "taken"


def test_a_customer_is_meant_by_code_bank_number_or_an_unambiguous_part(book: Book) -> None:
    from loancrm.reports.lookup import customer

    book.customer(name="华达机械有限公司", bank_number="8001")
    book.customer(name="华达贸易有限公司")
    for named, number in (
        ("C-00001", 1),
        ("c-1", 1),
        ("C2", 2),
        ("8001", 1),
        ("机械", 1),
        ("华达贸易有限公司", 2),
    ):
        assert book.ask(customer, named).number == number, named
    fault = refused(book.ask, customer, "华达")
    assert (fault.code, fault.exit_code, [code for code, _name in fault.names]) == (
        "ambiguous", 5, ["C-00001", "C-00002"],
    )  # fmt: skip
    for nobody in ("C-00009", "%", "_", "", "没有"):
        assert isinstance(refused(book.ask, customer, nobody), NotFound), nobody


def test_the_history_masks_what_is_masked_and_shows_money_as_text(book: Book) -> None:
    customer = book.customer(phone="+8613800138000")
    book.loan(customer, "A", principal="1234.5", annual_rate=34_500)
    shown = {(line.subject, line.field): line.after for line in book.ask(history, customer)}
    assert shown["loan", "principal"] == "1234.50"
    assert shown["loan", "annual_rate"] == "0.034500"
    assert "13800138000" not in (shown["customer", "phone"] or "")
    full = {line.field: line.after for line in book.ask(history, customer, unmask=True)}
    assert full["phone"] == "+8613800138000"


def test_the_history_ends_with_the_day_and_with_what_was_known(book: Book) -> None:
    customer = book.on("2026-11-01").customer(region="北京")
    book.on("2026-11-10").edit(customer, region="上海")

    def regions(**when: Any) -> list[str | None]:
        return [line.after for line in book.ask(history, customer, **when) if line.field == "region"]

    assert regions() == ["北京", "上海"]
    assert regions(as_of="2026-11-09") == ["北京"]
    assert regions(as_of=TODAY, known_at="2026-11-09") == ["北京"]
    assert regions(as_of="2026-11-10", known_at=TODAY) == ["北京", "上海"]


def test_the_heading_says_what_the_newest_data_changed(book: Book) -> None:
    customer = book.on("2026-11-01").customer()
    for number, owed in (("A", 100), ("B", 200), ("C", 300)):
        book.loan(customer, number)
        book.snapshot(number, outstanding=owed, dpd=0, interest_dpd=0)
    book.on("2026-11-18").loan(customer, "D", disbursed="2026-11-18", principal=7_000)
    book.on(TODAY)
    book.snapshot("A", outstanding=100, overdue=30, interest=2, dpd=4)
    book.snapshot("B", outstanding=200, overdue=0, dpd=0, interest_dpd=3, interest=5)
    book.snapshot("D", outstanding=7_000, next_due=TODAY, next_amount=70)
    book.close("C")
    found = book.ask(changes)
    assert (str(found.data_on), str(found.since)) == ("2026-11-20", "2026-11-01")
    assert (found.newly_overdue, found.newly_overdue_amount) == (2, 37_00)
    assert (found.settled, found.disbursed, found.disbursed_amount) == (1, 1, 7_000_00)
    assert (found.due_today, found.due_today_amount) == (1, 70_00)
