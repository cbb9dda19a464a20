"""Further mornings of 20 November 2026, written by hand: deadlines, promises, papers, students and care.

A line is (customer, kind, reason code, band, days late), as in ``test_mornings``.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from loancrm.agenda.due import DueLine, due, held_back
from loancrm.agenda.filled import TABLES
from loancrm.agenda.registry import SOURCES
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.loans import LoanIn
from loancrm.services.pipeline import ApplyIn, RequirementIn, StageIn, apply, disburse, move, require
from loancrm.services.promises import PromiseIn
from loancrm.services.promises import add as promise
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed

Line = tuple[str, str, str, int, int]


def in_days(n: int) -> date:
    return TODAY + timedelta(days=n)


def lines(book: Book, **more: Any) -> list[DueLine]:
    return book.ask_policy(due, **more)  # type: ignore[no-any-return]


def morning(book: Book, *kinds: str, **more: Any) -> list[Line]:
    found = [
        (line.name, reason.kind, reason.reason_code, reason.band, reason.days_late)
        for line in lines(book, **more)
        for reason in line.reasons
    ]
    return [line for line in found if not kinds or line[1] in kinds]


def fact(book: Book, kind: str, owner: str, /, **values: Any) -> str:
    return book.do(add_fact, FactIn(kind=kind, owner=owner, on=None, values=values)).number  # type: ignore[no-any-return]


# ── deadlines ───────────────────────────────────────────────────────────────────────────────────


def test_a_right_that_runs_out_comes_before_everything_and_talking_does_not_stop_it(book: Book) -> None:
    with book.batch():
        owes, guaranteed, insured, far = (book.customer(name=name) for name in "甲乙丙丁")
        book.owing(owes, "A", outstanding=900_000, overdue=900_000, dpd=5)
        fact(book, "clock", guaranteed, kind="guarantee_period", started_on=date(2026, 6, 1),
             expires_on=in_days(11))  # fmt: skip
        book.contact(guaranteed, TODAY, "reached")
        fact(book, "clock", insured, kind="insurance", started_on=date(2025, 12, 1), expires_on=in_days(11))
        fact(book, "clock", far, kind="limitation", started_on=date(2024, 6, 1), expires_on=in_days(91))
    assert morning(book, "legal_clock", "past_due") == [
        ("乙", "legal_clock", "legal_clock", 1, 0),
        ("甲", "past_due", "newly_past_due", 2, 5),
        ("丙", "legal_clock", "clock_expires", 6, 0),
    ]


def test_a_notice_starts_a_clock_anew_and_one_that_ran_out_is_shown_for_a_month(book: Book) -> None:
    with book.batch():
        noticed, over, long_over = (book.customer(name=name) for name in "甲乙丙")
        old = fact(book, "clock", noticed, kind="limitation", started_on=date(2023, 11, 25),
                   expires_on=in_days(5))  # fmt: skip
        fact(book, "clock", noticed, restarts=old, started_on=in_days(-1))  # 36 months by the policy
        for who, days in ((over, -30), (long_over, -31)):
            fact(book, "clock", who, kind="seizure", started_on=date(2023, 1, 1), expires_on=in_days(days))
    assert morning(book, "legal_clock") == [("乙", "legal_clock", "legal_clock_over", 1, 30)]


# ── promises and short accounts ─────────────────────────────────────────────────────────────────


def test_promises_are_due_broken_or_kept_in_part_and_leave_when_kept_or_talked_about(book: Book) -> None:
    """Two days of grace and one per cent: 1,000.00 by the 16th is broken from the 19th on."""
    with book.batch():
        for name in "甲乙丙丁戊":
            book.loan(book.customer(name=name), name)
            book.snapshot(name, "2026-11-10", dpd=20, overdue=5_000)
    book.on("2026-11-11")
    with book.batch():
        for name, due_on in (("甲", "2026-11-16"), ("乙", "2026-11-16"), ("丙", "2026-11-16"), ("丁", TODAY),
                             ("戊", in_days(1))):  # fmt: skip
            book.contact(f"C-0000{'甲乙丙丁戊'.index(name) + 1}", "2026-11-11", "promised")
            on = date.fromisoformat(str(due_on))
            book.do(promise, PromiseIn(loan=name, amount=1_000_00, due_on=on))
    book.on(TODAY)
    with book.batch():
        book.snapshot("甲", "2026-11-18", dpd=28, overdue=5_000)  # nothing came
        book.snapshot("乙", "2026-11-18", dpd=28, overdue="4600")  # 400.00 came
        book.snapshot("丙", "2026-11-18", dpd=28, overdue="4009")  # 991.00: within one per cent
        book.snapshot("丁", "2026-11-18", dpd=28, overdue=5_000)
    found = lines(book)
    assert morning(book, "promise") == [
        ("甲", "promise", "promise_broken", 3, 2),
        ("乙", "promise", "promise_part_kept", 3, 2),
        ("丁", "promise", "promise_due", 3, 0),
    ]
    amounts = {line.name: one.amount for line in found for one in line.reasons if one.kind == "promise"}
    assert amounts == {"甲": 1_000_00, "乙": 600_00, "丁": 1_000_00}
    book.contact("C-00001", TODAY, "reached")
    assert [line[0] for line in morning(book, "promise")] == ["乙", "丁"]


def test_an_account_with_less_than_what_is_due_is_seen_before_the_settlement_day(book: Book) -> None:
    with book.batch():
        short, enough, unknown = (book.customer(name=name) for name in "甲乙丙")
        for who, number in ((short, "A"), (enough, "B"), (unknown, "C")):
            book.owing(who, number, outstanding=1_000_000, next_due=in_days(4), next_amount=50_000)
        for who, deposits in ((short, 20_000_00), (enough, 50_000_00)):
            fact(book, "turnover", who, period_end=date(2026, 10, 31), months=1, average_deposits=deposits)
    assert morning(book, "account_short") == [("甲", "account_short", "account_short", 4, 0)]
    (line,) = [line for line in lines(book) if line.kind == "account_short"]
    assert line.amount == 30_000_00


def test_arrears_whose_class_is_cut_at_the_months_end_come_first_and_say_so(book: Book) -> None:
    """Special mention from 8 days on: 3 days on the 20th are 13 on the 30th. 9 days are it already."""
    with book.batch():
        can_clear, cannot = book.customer(name="甲"), book.customer(name="乙")
        book.owing(can_clear, "A", overdue=100, dpd=3)
        book.owing(cannot, "B", outstanding=900_000, overdue=900_000, dpd=9)
    first, second = lines(book)
    assert (first.name, first.points, second.name, second.points) == ("甲", 50, "乙", 0)
    assert first.reasons[0].ranked_by == (("class_cut", 50),)


# ── papers ──────────────────────────────────────────────────────────────────────────────────────


def apply_for(book: Book, customer: str, number: str, on: str) -> None:
    loan = LoanIn(customer=customer, number=number, product="working_capital", principal=500_000_00,
                  annual_rate=43_500)  # fmt: skip
    terms = {"principal": 500_000_00, "annual_rate": 43_500, "instalments": 12, "repayment": "level",
             "start_on": date.fromisoformat(on)}  # fmt: skip
    book.do(apply, ApplyIn(loan=loan, terms=terms, frequency="month", on=date.fromisoformat(on)))


def test_a_stage_that_takes_too_long_and_an_approval_that_expires(book: Book) -> None:
    """Three days for an application; an approval holds 180 days: from 1 June until 28 November."""
    with book.batch():
        for name, on in (("甲", "2026-11-16"), ("乙", "2026-11-17"), ("丙", "2026-05-30")):
            apply_for(book, book.customer(name=name), name, on)
        book.do(move, StageIn(loan="丙", stage="approval", on=date(2026, 6, 1)))
    assert morning(book, "stage", "approval") == [
        ("丙", "approval", "approval", 6, 0),
        ("丙", "stage", "stage", 7, 166),  # five days for an approval: since the 7th of June
        ("甲", "stage", "stage", 7, 0),
    ]


def test_an_approval_that_expired_says_so_and_is_shown_for_a_month(book: Book) -> None:
    """From 1 June until 28 November: 30 days on it is 28 December."""
    apply_for(book, book.customer(name="甲"), "甲", "2026-05-30")
    book.do(move, StageIn(loan="甲", stage="approval", on=date(2026, 6, 1)))
    book.on("2026-11-28")
    assert morning(book, "approval") == [("甲", "approval", "approval", 6, 0)]
    book.on("2026-12-28")
    assert morning(book, "approval") == [("甲", "approval", "approval_over", 6, 30)]
    (reason,) = [one for line in lines(book) for one in line.reasons if one.kind == "approval"]
    assert (reason.reason, reason.step, reason.command) == (
        "甲: the approval of 500,000.00 expired 2026-11-28: have it renewed, or end the case",
        "over",
        "loancrm loan show 甲",
    )
    book.on("2026-12-29")
    assert morning(book, "approval") == []
    before = changed(EXAMPLE_TEXT, ("days_before: [30, 7], days_after: 30", "days_before: [30, 7]"))
    book.adopt(before)  # of a time when a policy could not say so
    assert morning(book, "approval") == [("甲", "approval", "approval_over", 6, 31)]


def test_a_loan_that_was_paid_out_stands_at_no_stage_too_long(book: Book) -> None:
    with book.batch():
        apply_for(book, book.customer(name="甲"), "甲", "2026-09-01")
        for step in ("approval", "contract"):
            book.do(move, StageIn(loan="甲", stage=step, on=date(2026, 9, 1)))
        book.do(disburse, StageIn(loan="甲", stage="disbursement", on=date(2026, 9, 2)))
    assert morning(book, "stage") == []
    assert morning(book, "stage", as_of="2026-09-01") == []


def test_two_documents_of_one_loan_and_two_people_are_reasons_of_their_own(book: Book) -> None:
    """None is told from another by a name: what an answer or a reminder keeps names nobody."""
    with book.batch():
        apply_for(book, book.customer(name="甲"), "甲", "2026-11-20")
        for name in ("contract_copy", "invoice"):
            asked = RequirementIn(loan="甲", name=name, kind="document", action="required", due_on=TODAY)
            book.do(require, asked)
        consent(book, "C-00001")
        for name in ("张敏", "李芳"):
            fact(book, "person", "C-00001", name=name, role="contact", birthday=date(1980, 11, 21),
                 calendar="solar")  # fmt: skip
        for _time in range(2):
            fact(book, "clock", "C-00001", kind="insurance", started_on=date(2026, 1, 1), expires_on=TODAY)
    reasons = [one for line in lines(book) for one in line.reasons]
    known = [(one.rule, one.ref, one.due_on) for one in reasons]
    assert len(known) == len(set(known))
    assert sorted(str(one.ref) for one in reasons if one.kind == "requirement") == [
        "甲/contract_copy", "甲/invoice",
    ]  # fmt: skip
    assert [one.ref for one in reasons if one.kind == "birthday"] == ["PE-00001", "PE-00002"]
    assert [one.ref for one in reasons if one.kind == "legal_clock"] == ["CK-00001", "CK-00002"]
    assert "loancrm loan meet-condition 甲 invoice" in [one.command for one in reasons]


def test_a_command_is_one_that_a_shell_takes_whatever_somebody_typed(book: Book) -> None:
    with book.batch():
        apply_for(book, book.customer(name="甲"), "甲", "2026-11-20")
        name = "营业执照 副本; echo hi"
        asked = RequirementIn(loan="甲", name=name, kind="document", action="required", due_on=TODAY)
        book.do(require, asked)
    (reason,) = [one for line in lines(book) for one in line.reasons if one.kind == "requirement"]
    assert reason.command == "loancrm loan meet-condition 甲 '营业执照 副本; echo hi'"


def test_what_lies_before_the_first_step_says_the_days_that_are_left(book: Book) -> None:
    book.owing(book.customer(name="甲"), "A", outstanding=5_000, matures=in_days(100))
    (line,) = lines(book, within=30)
    assert "(T-100)" in line.reason
    book.contact("C-00001", TODAY, "reached")  # no step has come: talking has answered nothing yet
    assert [one.kind for one in lines(book, within=30)] == ["maturity"]


def test_a_document_that_was_asked_for_is_missed_until_it_is_there(book: Book) -> None:
    with book.batch():
        for name in "甲乙丙":
            apply_for(book, book.customer(name=name), name, "2026-11-20")
        for loan, due_on in (("甲", date(2026, 11, 23)), ("乙", date(2026, 11, 24)), ("丙", TODAY)):
            asked = RequirementIn(loan=loan, name="contract_copy", kind="document", action="required",
                                  due_on=due_on)  # fmt: skip
            book.do(require, asked)
        book.do(require, RequirementIn(loan="丙", name="contract_copy", kind="document", action="met"))
    assert morning(book, "requirement") == [("甲", "requirement", "document_due", 6, 0)]


def test_a_statement_is_due_from_those_who_have_filed_before(book: Book) -> None:
    """Of the third quarter, 45 days after 30 September: 14 November."""
    filed = {"months": 12, "total_assets": 1_000_00, "total_liabilities": 600_00, "equity": 400_00}
    with book.batch():
        for name in "甲乙丙丁":
            book.customer(name=name)
        for name in "甲乙丙":
            book.owing(f"C-0000{'甲乙丙'.index(name) + 1}", name)
        fact(book, "statement", "C-00001", period_end=date(2026, 6, 30), **filed)
        fact(book, "statement", "C-00002", period_end=date(2026, 9, 30), **filed)
        fact(book, "statement", "C-00004", period_end=date(2025, 12, 31), **filed)  # has no loan
    assert morning(book, "statement") == [("甲", "statement", "statement", 6, 6)]


def test_a_statement_that_is_overdue_is_not_hidden_by_those_ahead(book: Book) -> None:
    """The fourth quarter is due on 14 February, 86 days ahead."""
    filed = {"months": 12, "total_assets": 1_000_00, "total_liabilities": 600_00, "equity": 400_00}
    with book.batch():
        for name, period_end in (("甲", date(2026, 6, 30)), ("乙", date(2026, 9, 30))):
            book.owing(book.customer(name=name), name)
            fact(book, "statement", f"C-0000{'甲乙'.index(name) + 1}", period_end=period_end, **filed)

    def found(within: int) -> list[tuple[str, str, str, int]]:
        return [
            (line.name, str(one.ref), one.due_on.isoformat(), one.days_late)
            for line in lines(book, within=within)
            for one in line.reasons
            if one.kind == "statement"
        ]

    overdue = ("甲", "2026-09-30", "2026-11-14", 6)
    assert found(0) == found(85) == [overdue]
    ahead = [(name, "2026-12-31", "2027-02-14", 0) for name in "甲乙"]
    assert found(86) == [overdue, *ahead]
    assert found(99_999) == found(86)  # the next one, and not one a quarter for ever


# ── students ────────────────────────────────────────────────────────────────────────────────────


def test_students_graduate_and_confirm_once_a_year(book: Book) -> None:
    """The confirmation by 20 December is asked for from 20 November on."""
    with book.batch():
        soon, later, without = (book.student(name=name, graduates_on=on) for name, on in (
            ("甲", in_days(60)), ("乙", in_days(61)), ("丙", in_days(30))))  # fmt: skip
        for who, number in ((soon, "A"), (later, "B")):
            book.owing(who, number)
        del without
    assert morning(book, "graduation", "confirmation") == [
        ("甲", "confirmation", "confirmation", 6, 0),
        ("甲", "graduation", "graduation", 6, 0),
        ("乙", "confirmation", "confirmation", 6, 0),
    ]
    book.contact("C-00001", TODAY, "reached")
    assert [line[0] for line in morning(book, "confirmation")] == ["乙"]
    assert morning(book, "confirmation", as_of="2026-11-19") == []


# ── care ────────────────────────────────────────────────────────────────────────────────────────


def consent(book: Book, who: str, **more: Any) -> None:
    fact(book, "consent", who, on=date(2026, 1, 5), person="张敏", purpose="contact", **more)


def test_birthdays_by_either_calendar_with_consent_only_and_not_too_often(book: Book) -> None:
    """21 November 2026 is the 13th of the 10th lunar month; 1984-12-05 was it too, in a leap month.

    Lunar 1984 had a leap 10th month; 2026 has none, so both are kept in the ordinary one.
    """
    with book.batch():
        for name in "甲乙丙丁":
            book.customer(name=name)
        solar = date(1980, 11, 21), "solar"
        people = (("C-00001", *solar), ("C-00002", date(1984, 12, 5), "lunar"), ("C-00003", *solar),
                  ("C-00004", *solar))  # fmt: skip
        for who, born, calendar in people:
            fact(book, "person", who, name="张敏", role="contact", birthday=born, calendar=calendar)
        for who in ("C-00001", "C-00002", "C-00004"):
            consent(book, who)
        for on in ("2026-11-01", "2026-11-05"):
            book.contact("C-00004", on, purpose="care")
    assert morning(book, "birthday") == [
        ("甲", "birthday", "birthday", 9, 0),
        ("乙", "birthday", "birthday", 9, 0),
    ]
    assert book.ask_policy(held_back) == {"cap": 1, "no_consent": 1}


def test_a_birthday_of_the_customer_itself_is_one(book: Book) -> None:
    """Born on 21 November 2003 by a resident ID; others of the same day, and one without an ID, stay."""
    born = date(2003, 11, 21)
    with book.batch():
        for name, resident_id in (("王小明", "11010120031121203X"), ("Li Wei", None)):
            who = book.student(name=name, resident_id=resident_id)
            consent(book, who)
            for person in (name if resident_id else "LI  WEI", "王小红"):
                fact(book, "person", who, name=person, role="contact", birthday=born, calendar="solar")
        fact(book, "person", "C-00001", name="王 小明", role="contact", birthday=born, calendar="solar")
    said = [(line.name, one.reason) for line in lines(book) for one in line.reasons]
    assert said == [
        ("王小明", "birthday 2026-11-21"),
        ("王小明", "birthday of 王小红: 2026-11-21"),
        ("Li Wei", "birthday of LI  WEI: 2026-11-21"),
        ("Li Wei", "birthday of 王小红: 2026-11-21"),
    ]


def test_a_consent_that_was_taken_back_holds_care_back_and_nothing_else(book: Book) -> None:
    with book.batch():
        who = book.customer(name="甲", founded_on=date(2016, 11, 21))
        consent(book, who)
        book.owing(who, "A", dpd=5, overdue=900)
    assert [line[1] for line in morning(book)] == ["past_due", "anniversary"]
    fact(book, "consent", "C-00001", on=TODAY, person="张敏", purpose="contact", is_withdrawn=True)
    assert [line[1] for line in morning(book)] == ["past_due"]


def test_a_festival_is_greeted_for_the_policys_tiers(book: Book) -> None:
    """The Mid-Autumn Festival of 2026 was on 25 September."""
    book.on("2026-01-06")
    with book.batch():
        for name, tier in (("甲", "key"), ("乙", "general")):
            consent(book, book.customer(name=name, service_tier=tier))
    book.on(TODAY)
    assert [line[:3] for line in morning(book, "festival", as_of="2026-09-22")] == [
        ("甲", "festival", "festival")
    ]
    assert morning(book, "festival", as_of="2026-09-21") == []


def test_who_owes_and_has_neither_cadence_nor_step_is_not_forgotten(book: Book) -> None:
    text = EXAMPLE_TEXT.replace(
        "when: always\n    target_days: 90", "when: {service_tier: key}\n    target_days: 90"
    )
    assert text != EXAMPLE_TEXT
    with book.batch():
        book.adopt(text, "2026-11-01")
        for name in "甲乙丙":
            book.customer(name=name)
        book.owing("C-00001", "A")
        book.owing("C-00002", "B")
        book.follow_up("C-00002", in_days(30))
    assert morning(book, "no_next_step") == [("甲", "no_next_step", "no_next_step", 8, 0)]


def test_who_was_declined_and_still_owes_is_not_forgotten(book: Book) -> None:
    """The policy as shipped: its rule of those whose case has ended has no target."""
    with book.batch():
        for name, stage in (("甲", "declined"), ("乙", "declined"), ("丙", "declined"), ("丁", "repayment")):
            book.owing(book.customer(name=name, pipeline_stage=stage), name)
        book.customer(name="戊", pipeline_stage="declined")  # owes nothing
        book.follow_up("C-00002", in_days(30))
        step = book.follow_up("C-00003", in_days(1))
    assert morning(book, "no_next_step") == [
        ("甲", "no_next_step", "no_next_step", 8, 0),
    ]
    book.done(step)
    assert [line[0] for line in morning(book, "no_next_step")] == ["甲", "丙"]
    asks = changed(
        EXAMPLE_TEXT, ("target_days: null\n    maximum_days: null", "target_days: 365\n    maximum_days: 400")
    )
    book.adopt(asks)
    assert morning(book, "no_next_step") == []


# ── the policy decides ──────────────────────────────────────────────────────────────────────────


def test_null_takes_a_source_off_the_list_and_points_are_the_policys(book: Book) -> None:
    off = changed(EXAMPLE_TEXT, ("  legal_clock: {band: 1", "  legal_clock: null\n  x_clock: {band: 1"))
    off = "\n".join(line for line in off.splitlines() if "x_clock" not in line) + "\n"
    ranked = changed(off, ("service_tier: {}", "service_tier: {key: 7}"), ("late_day: 0", "late_day: 2"))
    book.on("2026-11-19")
    with book.batch():
        book.adopt(ranked, "2026-11-01")
        who = book.customer(name="甲", service_tier="key")
        fact(book, "clock", who, kind="limitation", started_on=date(2024, 1, 1), expires_on=in_days(5))
        book.follow_up(who, in_days(-3))
        book.follow_up(book.customer(name="乙"), in_days(-4))
    book.on(TODAY)
    first, second = lines(book)
    assert morning(book, "legal_clock") == []
    assert [(line.name, line.points) for line in (first, second)] == [("甲", 13), ("乙", 8)]
    assert first.reasons[0].ranked_by == (("late_day", 6), ("service_tier", 7))


def test_points_in_words_sum_to_the_points_that_rank(book: Book) -> None:
    with book.batch():
        for n in range(6):
            who = book.customer(service_tier=("key", "general")[n % 2])
            book.owing(who, f"L{n}", dpd=(1, 3, 7, 8, 30, 91)[n], overdue=10**n)
            book.follow_up(who, in_days(-n))
    for line in lines(book):
        for reason in line.reasons:
            assert sum(points for _term, points in reason.ranked_by) == reason.points


def test_no_reason_stands_twice_on_a_list(book: Book) -> None:
    with book.batch():
        for name in "甲乙":
            who = book.student(name=name, graduates_on=in_days(20))
            book.owing(
                who, name, dpd=2, overdue=10, matures=in_days(20), next_due=in_days(2), next_amount=20_000
            )
            book.follow_up(who, TODAY)
            book.feedback(who, "enquiry", "2026-11-18")
    found = [
        (line.customer, r.rule, r.ref, r.due_on) for line in lines(book, within=90) for r in line.reasons
    ]
    assert len(found) == len(set(found))


def test_every_table_that_a_source_needs_is_looked_at() -> None:
    assert {name for source in SOURCES for name in source.tables} <= set(TABLES)
