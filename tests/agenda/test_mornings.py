"""Officers' mornings, written by hand: who is on the list on Friday 20 November 2026, in which order.

A line is (customer, kind, reason code, band, days late). Bands as in domain.md: 1 deadlines that cannot be
undone, 2 newly overdue by amount, 3 follow-ups, 4 maturities and instalments, 6 lines, 7 feedback, 8 cadence.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from loancrm.agenda.due import DueLine, counts, due, due_list
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed

Line = tuple[str, str, str, int, int]


def lines(book: Book, officer: str | None = None, **more: Any) -> list[DueLine]:
    key = None if officer is None else book.officer_id(officer)
    return book.ask_policy(due, officer_id=key, **more)  # type: ignore[no-any-return]


def morning(book: Book, officer: str | None = None, **more: Any) -> list[Line]:
    found = lines(book, officer, **more)
    assert [line.rank for line in found] == list(range(1, len(found) + 1))
    return [(line.name, line.kind, line.reason_code, line.band, line.days_late) for line in found]


def in_days(n: int) -> date:
    return TODAY + timedelta(days=n)


def test_a_complaint_near_its_limit_comes_before_fresh_arrears(book: Book) -> None:
    with book.batch():
        overdue = book.customer(name="甲")
        book.owing(overdue, "A", outstanding=900_000, overdue=900_000, dpd=5)
        # Both came on Sunday the 8th: answer by Tuesday the 10th, resolve by the 23rd, in three days.
        unanswered, answered, fresh = (book.customer(name=name) for name in "乙丙丁")
        book.feedback(unanswered, "complaint", "2026-11-08")
        ticket = book.feedback(answered, "complaint", "2026-11-08")
        book.step("answer", ticket, "2026-11-09", text="已说明")
        # Came yesterday: answer by Monday the 23rd, resolve by 4 December: not yet.
        book.feedback(fresh, "complaint", "2026-11-19")
    assert morning(book) == [
        ("乙", "feedback", "answer_due", 1, 10),
        ("丙", "feedback", "progress_due", 1, 4),  # 35 working hours from Monday evening: the 16th
        ("甲", "past_due", "newly_past_due", 2, 5),
    ]


def test_arrears_come_by_the_amount_overdue_interest_included(book: Book) -> None:
    with book.batch():
        small, large, old = (book.customer(name=name) for name in "甲乙丙")
        book.owing(small, "A", overdue=50_000, interest=1_000, dpd=3)
        book.owing(large, "B", overdue=200_000, dpd=1)
        book.loan(old, "C")
        book.snapshot("C", "2026-10-20", dpd=9, overdue=51_000)
        book.snapshot("C", dpd=40, overdue=51_000)  # as much as A: the older customer first
    assert morning(book) == [
        ("乙", "past_due", "newly_past_due", 2, 1),
        ("甲", "past_due", "newly_past_due", 2, 3),
        ("丙", "past_due", "past_due", 2, 40),
    ]


def test_arrears_leave_the_list_when_the_customer_was_really_reached(book: Book) -> None:
    """All fell due on 15 November."""
    with book.batch():
        for name in "甲乙丙丁戊己":
            book.owing(book.customer(name=name), name, dpd=5, overdue=1_000)
        book.contact("C-00001", "2026-11-16", "reached")
        book.contact("C-00002", "2026-11-16", "no_answer")
        book.contact("C-00003", "2026-11-14", "reached")  # before it fell due
        book.contact("C-00004", "2026-11-20", "promised")
        book.contact("C-00005", "2026-11-19", "refused")
        book.contact("C-00006", "2026-11-15", "reached")  # reminded on the day itself, and did not pay
    assert [line[0] for line in morning(book)] == ["乙", "丙", "戊", "己"]


def test_interest_that_was_overdue_before_is_nothing_new(book: Book) -> None:
    with book.batch():
        customer = book.customer(name="甲")
        book.loan(customer, "A")
        book.snapshot("A", "2026-11-10", dpd=0, interest_dpd=4, interest=30)
        book.snapshot("A", dpd=2, interest_dpd=14, overdue=500, interest=40)
    assert morning(book) == [("甲", "past_due", "past_due", 2, 14)]


def test_a_position_that_is_too_old_makes_nobody_run(book: Book) -> None:
    with book.batch():
        customer = book.customer(name="甲")
        book.loan(customer, "A")
        book.snapshot("A", "2026-10-05", dpd=9, overdue=500)  # 46 days ago
    assert morning(book) == []


def test_next_steps_come_by_day_and_go_when_done_or_put_off(book: Book) -> None:
    book.on("2026-11-10")
    with book.batch():
        codes = [book.customer(name=name) for name in "甲乙丙丁戊己"]
        book.follow_up(codes[0], TODAY)
        book.follow_up(codes[1], "2026-11-12")
        done = book.follow_up(codes[2], "2026-11-12")
        tomorrow = book.follow_up(codes[3], "2026-11-12")
        today = book.follow_up(codes[4], "2026-11-12")
        book.follow_up(codes[5], in_days(1))
    book.on("2026-11-13")
    with book.batch():
        book.done(done)
        book.snooze(tomorrow, in_days(1))
        book.snooze(today, TODAY)
    book.on(TODAY)
    assert morning(book) == [
        ("乙", "follow_up", "follow_up", 3, 8),
        ("甲", "follow_up", "follow_up", 3, 0),
        ("戊", "follow_up", "follow_up", 3, 0),
    ]


def test_maturities_speak_up_at_each_step_until_somebody_has_talked(book: Book) -> None:
    maturities = {
        "T-91": 91, "T-90": 90, "talked since": 75, "talked before T-60": 60, "talked a day too early": 45,
        "T-7 talked": 7, "T-1 talked at T-2": 1, "today": 0,
    }  # fmt: skip
    talked = {
        "talked since": 80,  # so many days before maturity
        "talked before T-60": 80,
        "talked a day too early": 61,
        "T-7 talked": 7,
        "T-1 talked at T-2": 2,
    }
    with book.batch():
        for name, ahead in maturities.items():
            code = book.customer(name=name)
            book.owing(code, name, matures=in_days(ahead))
            if name in talked:
                book.contact(code, in_days(ahead - talked[name]))
    assert morning(book) == [
        ("today", "maturity", "maturity", 4, 0),
        ("T-1 talked at T-2", "maturity", "maturity", 4, 0),
        ("talked a day too early", "maturity", "maturity", 4, 0),
        ("talked before T-60", "maturity", "maturity", 4, 0),
        ("T-90", "maturity", "maturity", 4, 0),
    ]
    steps = {line.name: line.reason for line in lines(book)}
    assert {name: text[-6:].strip("() ") for name, text in steps.items()} == {
        "today": "(T-1)".strip("()"),
        "T-1 talked at T-2": "T-1",
        "talked a day too early": "T-60",
        "talked before T-60": "T-60",
        "T-90": "T-90",
    }


def test_a_loan_that_matured_stays_until_data_say_what_became_of_it(book: Book) -> None:
    """Data of 8 December say 500,000 of each; all mature on the 10th, a Thursday."""
    book.on("2026-12-08")
    with book.batch():
        for name in "甲乙丙丁":
            book.owing(book.customer(name=name), name, outstanding=500_000, matures="2026-12-10")
        book.owing(book.customer(name="戊"), "戊", outstanding=0, matures="2026-12-10")

    def on(day: str) -> list[Line]:
        return morning(book.on(day))

    def all_of(*names: str, code: str = "matured", late: int) -> list[Line]:
        return [(name, "maturity", code, 4, late) for name in names]

    assert on("2026-12-10") == all_of(*"甲乙丙丁", code="maturity", late=0)
    assert on("2026-12-11") == all_of(*"甲乙丙丁", late=1)
    (first, *_others) = lines(book)
    assert first.reason == "甲 matured 2026-12-10, 500,000.00 outstanding by data of 2026-12-08: was it paid?"
    assert (first.amount, first.reasons[0].step) == (500_000_00, "over")
    book.snapshot("甲", "2026-12-11", outstanding=0)
    book.snapshot("乙", "2026-12-11", outstanding=500_000, overdue=500_000, dpd=1)
    book.close("丙", on="2026-12-10")
    assert on("2026-12-12") == [("乙", "past_due", "newly_past_due", 2, 2), *all_of("丁", late=2)]
    book.on("2026-12-20")
    book.snapshot("丁", "2026-12-13", outstanding=500_000)  # not past due there: nobody knows yet
    assert on("2026-12-20")[-1:] == all_of("丁", late=10)
    assert on("2027-01-27") == all_of("丁", late=48)
    assert on("2027-01-28") == []  # 46 days on: the data say nothing any more
    book.on("2026-12-20").contact("C-00004", "2026-12-10")  # on the day: before what is over
    assert on("2026-12-20")[-1:] == all_of("丁", late=10)
    book.contact("C-00004", "2026-12-11")
    assert [line[0] for line in on("2026-12-20")] == ["乙"]


def test_instalments_show_three_days_ahead_and_lines_at_ninety_and_thirty(book: Book) -> None:
    with book.batch():
        names = "甲乙丙丁戊己庚"
        codes = dict(zip(names, [book.customer(name=name) for name in names], strict=True))
        book.owing(codes["甲"], "A", next_due=in_days(3), next_amount=10_000)
        book.owing(codes["乙"], "B", next_due=in_days(4), next_amount=10_000)
        book.owing(codes["乙"], "b", next_due=in_days(1), next_amount="9999.99")  # too small to show
        book.owing(codes["丙"], "C", next_due=in_days(0), next_amount=90_000)
        book.owing(codes["丁"], "D", next_due=in_days(3), next_amount=10_000)
        book.contact(codes["丁"], in_days(0))  # reminded
        book.facility(codes["戊"], 5_000_000, in_days(91))
        book.facility(codes["己"], 5_000_000, in_days(90))
        book.facility(codes["庚"], 5_000_000, in_days(29))
        book.contact(codes["庚"], in_days(-2))  # 31 days before the line ends: before the step
        book.owing(codes["庚"], "G", next_due=in_days(3), next_amount=20_000)
    assert morning(book) == [
        ("丙", "instalment", "instalment", 4, 0),
        ("庚", "instalment", "instalment", 4, 0),  # 20,000 before 10,000 of the same day
        ("甲", "instalment", "instalment", 4, 0),
        ("己", "facility", "facility", 6, 0),
    ]
    assert [(reason.kind, reason.amount) for reason in lines(book)[1].reasons] == [
        ("instalment", 2_000_000), ("facility", 500_000_000),
    ]  # fmt: skip


def test_an_overdue_loan_is_not_reminded_of_its_next_instalment(book: Book) -> None:
    with book.batch():
        book.owing(book.customer(name="甲"), "A", dpd=2, overdue=5, next_due=in_days(1), next_amount=7)
    assert [reason.kind for reason in lines(book)[0].reasons] == ["past_due"]


def test_cadence_counts_from_the_last_real_contact(book: Book) -> None:
    """Key customers every 30 days, late after 60; prospects every 30; the others every 90."""
    book.on("2026-01-05")
    with book.batch():
        for name in "甲乙戊":
            book.customer(name=name, service_tier="key")
        closed = book.customer(name="丁", service_tier="key", pipeline_stage="closed")
    book.on("2026-10-01").customer(name="丙", pipeline_stage="prospect")
    book.on(TODAY)
    with book.batch():
        book.contact("C-00001", in_days(-30))
        book.contact("C-00001", in_days(-1), "no_answer")
        book.contact("C-00002", in_days(-70))
        book.contact("C-00003", in_days(-29))
        book.contact(closed, "2026-02-01")
    assert morning(book) == [
        ("乙", "cadence", "cadence", 8, 10),
        ("丙", "cadence", "never_contacted", 8, 0),
        ("甲", "cadence", "cadence", 8, 0),
    ]
    assert [line.due_on for line in lines(book)] == [date(2026, 10, 11), date(2026, 10, 31), TODAY]


def test_the_segment_of_the_last_classification_sets_the_cadence(book: Book) -> None:
    """Risk: every 14 days, late after 30. The student in no segment: every 180."""
    book.on("2026-09-01")
    with book.batch():
        risky = book.customer(name="甲")
        book.owing(risky, "A", dpd=9, overdue=10)
        student = book.student(name="乙")
        book.contact(risky)
        book.contact(student)
        book.classify()
    book.on("2026-09-15")
    assert morning(book) == [("甲", "cadence", "cadence", 8, 0)]
    assert lines(book)[0].reasons[0].rule == "cadence.risk"
    assert lines(book)[0].segment == "risk"
    assert morning(book.on("2026-10-05")) == [("甲", "cadence", "cadence", 8, 4)]
    book.on(TODAY)  # seen again as of the earlier days, after the fact
    assert morning(book, as_of="2026-09-14") == []
    assert morning(book, as_of="2026-09-15") == [("甲", "cadence", "cadence", 8, 0)]


def test_what_was_given_to_another_officer_is_on_that_officers_list(book: Book) -> None:
    with book.batch():
        for code in ("li.wei", "zhao.min"):
            book.officer(code, code)
        mine, hers = (
            book.customer(name=name, officer=officer)
            for name, officer in (("甲", "li.wei"), ("乙", "zhao.min"))
        )
        book.follow_up(mine, TODAY, "一起拜访", officer="zhao.min")
        book.follow_up(mine, in_days(-1), "我的")
        ticket = book.feedback(hers, "complaint", "2026-11-16")
        book.step("assign", ticket, to="li.wei")
        book.owing(hers, "B", dpd=3, overdue=10)
    assert morning(book, "li.wei") == [
        ("甲", "follow_up", "follow_up", 3, 1),
        ("乙", "feedback", "answer_due", 7, 2),  # answer by Wednesday the 18th
    ]
    assert morning(book, "zhao.min") == [
        ("乙", "past_due", "newly_past_due", 2, 3),
        ("甲", "follow_up", "follow_up", 3, 0),
    ]
    assert [(line.name, line.officer) for line in lines(book)] == [("乙", "zhao.min"), ("甲", "li.wei")]
    assert [line.officer for line in lines(book, "li.wei")] == ["li.wei", "li.wei"]
    assert [line.officer for line in lines(book, "zhao.min")] == ["zhao.min", "zhao.min"]


def test_within_seven_days_looks_seven_days_ahead(book: Book) -> None:
    book.on("2026-08-27")
    with book.batch():
        codes = dict(zip("甲乙丙丁戊", [book.customer(name=name) for name in "甲乙丙丁戊"], strict=True))
        book.contact(codes["丙"])  # every 90 days: next on 25 November
    book.on(TODAY)
    with book.batch():
        for name in "甲乙丁戊":
            book.contact(codes[name])
        book.follow_up(codes["甲"], in_days(7))
        book.follow_up(codes["乙"], in_days(8))
        book.owing(codes["丁"], "D", matures=in_days(97))
        book.owing(codes["戊"], "E", matures=in_days(98))
    assert morning(book) == []
    assert morning(book, within=7) == [
        ("甲", "follow_up", "follow_up", 3, 0),
        ("丁", "maturity", "maturity", 4, 0),
        ("丙", "cadence", "cadence", 8, 0),
    ]


def test_one_customer_is_one_line_with_all_reasons_below_it(book: Book) -> None:
    book.on("2026-03-02").customer(name="甲", service_tier="key")
    book.on(TODAY)
    with book.batch():
        book.owing("C-00001", "A", dpd=3, overdue=10, matures=in_days(50))
        book.owing("C-00001", "B", dpd=8, overdue=70)
        book.follow_up("C-00001", TODAY, "要报表")
        book.facility("C-00001", 100, in_days(20))
        book.feedback("C-00001", "enquiry", "2026-11-18")  # answer by Thursday the 19th
        other = book.customer(name="乙")
        book.follow_up(other, in_days(-1))
    assert morning(book) == [
        ("甲", "past_due", "newly_past_due", 2, 3),
        ("乙", "follow_up", "follow_up", 3, 1),
    ]
    reasons = lines(book)[0].reasons
    assert [(r.band, r.kind, r.days_late) for r in reasons] == [
        (2, "past_due", 3),  # special mention from 8 days on, at the month's end: before the 70.00
        (2, "past_due", 8),
        (3, "follow_up", 0),
        (4, "maturity", 0),
        (6, "facility", 0),
        (7, "feedback", 1),
        (7, "escalation", 0),  # seven working hours after the answer was due
        (8, "cadence", 203),  # never talked with since 2 March: late after 1 May
    ]


def test_feedback_waits_by_its_service_level_and_praise_never(book: Book) -> None:
    with book.batch():
        for name, kind, on in (
            ("甲", "enquiry", "2026-11-19"),  # answer today
            ("乙", "suggestion", "2026-11-13"),  # 5 working days: today
            ("丙", "suggestion", "2026-11-18"),  # 25 November: not within two days
            ("丁", "praise", "2026-11-01"),
            ("戊", "complaint", "2026-11-18"),  # urgent: 1 working day, the 19th
        ):
            urgency = "high" if name == "戊" else "low"
            book.feedback(book.customer(name=name), kind, on, urgency=urgency)
        resolved = book.feedback(book.customer(name="己"), "complaint", "2026-11-02")
        book.step("resolve", resolved, text="已办结")
    assert morning(book) == [
        ("戊", "feedback", "answer_due", 7, 1),
        ("甲", "feedback", "answer_due", 7, 0),
        ("乙", "feedback", "answer_due", 7, 0),
    ]


def test_feedback_without_a_first_answer_to_give_waits_for_its_resolution(book: Book) -> None:
    text = changed(
        EXAMPLE_TEXT,
        ("rule: complaint, kind: [complaint], importance: [], urgency: [], answer_working_days: 2",
         "rule: complaint, kind: [complaint], importance: [], urgency: [], answer_working_days: null"),
    )  # fmt: skip
    with book.batch():
        book.adopt(text, "2026-11-01")
        book.feedback(book.customer(name="甲"), "complaint", "2026-11-08")
    assert morning(book) == [("甲", "feedback", "resolution_due", 1, 0)]


@pytest.mark.parametrize("small", [0, 2_000], ids=["as of a large book", "as of a small one"])
def test_the_same_reasons_come_in_one_order_every_time(
    book: Book, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr("loancrm.agenda.due.SMALL", small)
    with book.batch():
        codes = [book.customer(name=f"客户{place}") for place in range(12)]
        for code in reversed(codes):
            book.follow_up(code, TODAY)
            book.owing(code, f"L{code}", dpd=1, overdue=100)
    expected = [f"客户{place}" for place in range(12)]
    assert [line[0] for line in morning(book)] == expected
    assert lines(book) == lines(book)
    for limit in (1, 5, 12, 50):
        assert lines(book, limit=limit) == lines(book)[:limit]
        listed = book.ask_policy(due_list, limit=limit)
        assert listed.lines == lines(book)[:limit]
        assert (listed.counts.to_do, listed.counts.late, dict(listed.held)) == (12, 12, {})


def test_the_list_of_one_officer_is_the_whole_books_lines_of_theirs(book: Book) -> None:
    with book.batch():
        book.officer("li.wei", "李伟")
        book.officer("zhao.min", "赵敏")
        for place in range(8):
            owner = ("li.wei", "zhao.min")[place % 2]
            code = book.customer(name=f"客户{place}", officer=owner)
            book.owing(code, f"L{place}", dpd=place % 4, overdue=100 * place)
            book.follow_up(code, in_days(-place))
    everyone = lines(book)
    for officer in ("li.wei", "zhao.min"):
        theirs = [line for line in everyone if line.officer == officer]
        mine = lines(book, officer)
        assert [(x.customer, x.reasons) for x in mine] == [(x.customer, x.reasons) for x in theirs]
        assert lines(book, officer, limit=2) == mine[:2]


def test_the_heading_counts_customers_and_the_late_ones(book: Book) -> None:
    with book.batch():
        for name, due_on in (("甲", in_days(-2)), ("乙", in_days(0)), ("丙", in_days(0))):
            code = book.customer(name=name)
            book.follow_up(code, due_on)
            book.follow_up(code, TODAY)
    found = book.ask_policy(counts)
    assert (found.to_do, found.late) == (3, 1)


def test_an_empty_book_has_an_empty_morning(book: Book) -> None:
    assert morning(book) == []
    found = book.ask_policy(counts)
    assert (found.to_do, found.late) == (0, 0)
    book.officer()
    assert morning(book, "li.wei", within=30) == []


def test_moving_a_customer_moves_the_line_to_the_new_officer(book: Book) -> None:
    book.on("2026-11-02")
    with book.batch():
        book.officer("li.wei", "李伟")
        book.officer("zhao.min", "赵敏")
        code = book.customer(name="甲", officer="li.wei")
        book.follow_up(code, "2026-11-05")
    book.on(TODAY).edit(code, officer="zhao.min", on="2026-11-10")
    assert morning(book, "li.wei") == []
    assert morning(book, "zhao.min") == [("甲", "follow_up", "follow_up", 3, 15)]
    assert morning(book, "li.wei", as_of="2026-11-09") == [("甲", "follow_up", "follow_up", 3, 4)]
    assert morning(book, "zhao.min", as_of="2026-11-09") == []


def test_voiding_the_talk_brings_the_arrears_back(book: Book) -> None:
    with book.batch():
        book.owing(book.customer(name="甲"), "A", dpd=5, overdue=1_000)
        talk = book.contact("C-00001").contact
    assert morning(book) == []
    book.on(in_days(1)).void_contact(talk)
    assert morning(book) == [("甲", "past_due", "newly_past_due", 2, 6)]
    assert morning(book, as_of=TODAY, known_at=TODAY) == []


def test_a_complaint_about_an_officer_never_falls_to_that_officer(book: Book) -> None:
    book.officer("li.wei")
    book.officer("wang.fang", "王芳")
    customer = book.customer(name="甲", officer="li.wei")
    ticket = book.feedback(customer, "complaint", "2026-11-08", about_officer="li.wei")
    assert morning(book, "li.wei") == []
    assert [(line.name, line.officer) for line in lines(book)] == [("甲", None)]
    book.step("assign", ticket, to="wang.fang")
    assert [line.officer for line in lines(book, "wang.fang")] == ["wang.fang"]


def test_a_loan_with_nothing_outstanding_is_not_asked_for_its_repayment(book: Book) -> None:
    owing, paid = book.customer(name="甲"), book.customer(name="乙")
    for customer, number, outstanding in ((owing, "A", 100_000), (paid, "B", 0)):
        book.loan(customer, number, matures=in_days(30))
        book.snapshot(number, outstanding=outstanding)
    assert morning(book) == [("甲", "maturity", "maturity", 4, 0)]
