"""Remaining terms and the watch-list by hand, of loans whose figures are extracts."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.errors import InvalidInput, UsageFault
from loancrm.policy.policy import read_policy
from loancrm.reports.cash_flow import cash_flow
from loancrm.reports.grouping import Grouping
from loancrm.reports.maturity import Maturity, maturity, spans
from loancrm.reports.watch_list import WatchList, watch_list
from tests.support import EXAMPLE_TEXT, Book, changed


@pytest.fixture
def lent(book: Book) -> Book:
    """On 20 November: due on the day, past its maturity, within a month, a month to the day, later, open."""
    ends = (
        ("A", 100, "2026-11-20", "江苏"),  # due today: not late
        ("Z", 70, "2026-11-19", "浙江"),  # matured, and still owed
        ("B", 200, "2026-11-21", "江苏"),
        ("C", 300, "2026-12-20", "浙江"),  # one month to the day
        ("D", 400, "2026-12-21", "浙江"),
        ("E", 500, "2029-11-21", "浙江"),  # a day over 36 months
        ("F", 600, None, "浙江"),
    )
    for number, owed, matures, region in ends:
        book.owing(book.student(region=region), number, outstanding=owed, principal=1000, matures=matures)
    book.loan(book.student(region="江苏"), "G", principal=900, matures="2027-05-20")  # no position
    return book


def balances(found: Maturity, key: str | None = None) -> dict[str, tuple[int, int]]:
    return {
        line.bucket: (line.loans, line.outstanding_principal // 100)
        for line in found.lines
        if line.key == key and line.loans
    }


def test_balances_by_the_months_until_maturity(lent: Book) -> None:
    found = lent.ask_policy(maturity)
    assert balances(found) == {
        "past": (1, 70),
        "0_1": (3, 600),
        "1_3": (1, 400),
        "3_6": (1, 0),  # G, of which no balance is known
        "36_60": (1, 500),
        "unknown": (1, 600),
    }
    assert (found.loans, found.outstanding_principal, found.loans_without_position) == (8, 2170_00, 1)
    assert [line.share for line in found.lines if line.bucket == "0_1"] == [276_498]  # 600 ÷ 2,170
    assert [one["loan"] for one in found.largest] == ["Z", "A", "B", "C", "D", "E"]


def test_spans_meet_and_leave_no_day_out() -> None:
    found = spans(date(2026, 1, 31), (1, 3))
    assert found == {
        "past": (None, date(2026, 1, 30)),
        "0_1": (date(2026, 1, 31), date(2026, 2, 28)),
        "1_3": (date(2026, 3, 1), date(2026, 4, 30)),
        "3_plus": (date(2026, 5, 1), None),
        "unknown": (None, None),
    }


def test_groups_and_an_earlier_day_beside_it(lent: Book) -> None:
    lent.on("2026-11-30").snapshot("C", outstanding=50)
    found = lent.ask_policy(maturity, Grouping("region"), date(2026, 11, 20))
    assert balances(found, "江苏") == {"past": (2, 300), "3_6": (1, 0)}
    before = {line.bucket: line.balance_before for line in found.lines if line.key == "浙江"}
    assert before == {
        "past": 70_00,
        "0_1": 300_00,
        "1_3": 400_00,
        "12_36": 0,
        "36_60": 500_00,
        "unknown": 600_00,
    }
    with pytest.raises(UsageFault, match="--by"):
        lent.ask_policy(maturity, Grouping("status"))


def test_edges_that_do_not_rise_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"maturity\.months"):
        read_policy(changed(EXAMPLE_TEXT, ("months: [1, 3, 6,", "months: [3, 1, 6,")), "test.yaml")


def test_of_loans_kept_elsewhere_the_next_instalment_and_the_arrears_are_known(book: Book) -> None:
    owner = book.customer()
    book.loan(owner, "A", principal=1000)
    book.snapshot(
        "A", outstanding=1000, overdue=100, interest=5, dpd=20, next_due="2026-12-20", next_amount=210
    )
    book.loan(owner, "B", principal=1000)
    book.snapshot("B", outstanding=700, next_due="2027-02-01", next_amount=70)
    found = book.ask_policy(cash_flow, 2)  # until the end of January
    rows = {line.period: (line.loans, line.principal, line.interest, line.undivided) for line in found.lines}
    assert rows == {
        "overdue": (1, 100_00, 5_00, 0),
        "2026-12": (1, 0, 0, 210_00),
        "later": (1, 0, 0, 70_00),
    }
    assert (found.loans_without_schedule, found.without_schedule) == (2, 1700_00)
    assert [one["loan"] for one in found.largest] == ["A"]


def test_what_fell_due_since_the_extract_is_said_and_not_lost(book: Book) -> None:
    """A's extract of 31 October says 5 November: whether it was paid nobody knows on the 20th."""
    owner = book.customer()
    for number, day, due, amount in (
        ("A", "2026-10-31", "2026-11-05", 210),
        ("B", "2026-11-18", "2026-11-20", 50),  # due on the day: ahead
        ("C", "2026-11-18", "2026-11-10", 30),  # its extract calls it overdue already
    ):
        book.loan(owner, number, principal=1000, disbursed="2026-01-05")
        late = {"overdue": 30, "dpd": 8} if number == "C" else {}
        book.snapshot(number, on=day, outstanding=1000, next_due=due, next_amount=amount, **late)
    found = book.ask_policy(cash_flow, 2)
    assert {line.period: line.total for line in found.lines} == {
        "overdue": 30_00,
        "since_data": 210_00,
        "2026-11": 50_00,
    }
    assert (found.overdue, found.since_data, found.undivided) == (30_00, 210_00, 50_00)


def test_beside_what_is_expected_stands_what_was(book: Book) -> None:
    """On 20 November A's December was 210, and B's November 50, which came; C's May is later on both days."""
    owner = book.customer()
    for number, due, amount in (("A", "2026-12-20", 210), ("B", "2026-11-25", 50), ("C", "2027-05-01", 9)):
        book.loan(owner, number, principal=1000, disbursed="2026-01-05")
        book.snapshot(number, outstanding=1000, next_due=due, next_amount=amount)
    book.on("2026-11-30")
    book.snapshot("A", outstanding=1000, next_due="2026-12-20", next_amount=200)
    book.snapshot("B", outstanding=950, next_due="2026-12-25", next_amount=55)
    found = book.ask_policy(cash_flow, 2, since=date(2026, 11, 20))
    assert {line.period: (line.total, line.total_before) for line in found.lines} == {
        "2026-11": (0, 50_00),
        "2026-12": (255_00, 210_00),
        "later": (9_00, 9_00),
    }
    assert [line.period for line in found.lines] == ["2026-11", "2026-12", "later"]
    assert [line.total_before for line in book.ask_policy(cash_flow, 2).lines] == [None, None]


def on_list(found: WatchList) -> dict[str, tuple[str, ...]]:
    return {line.loan: line.reason_codes for line in found.lines}


@pytest.fixture
def watched(book: Book) -> Book:
    book.on("2026-10-31")
    for number, days in (("A", 0), ("B", 5), ("C", 40), ("D", 100)):
        book.owing(book.student(), number, outstanding=500, dpd=days, overdue=100 if days else 0)
    book.owing(book.student(), "E", outstanding=900, five_tier="special_mention")
    return book


def test_a_loan_is_on_the_list_with_every_reason_the_worst_class_first(watched: Book) -> None:
    """Special mention begins after a week; a loan 40 days late is in stage 2, one of 100 days in stage 3."""
    found = watched.ask_policy(watch_list, "en")
    assert list(on_list(found).items()) == [
        ("D", ("non_performing", "past_due", "stage_2")),
        ("E", ("special_mention",)),
        ("C", ("special_mention", "past_due", "stage_2")),
        ("B", ("past_due",)),
    ]
    assert found.by_reason == {"special_mention": 2, "non_performing": 1, "past_due": 3, "stage_2": 2}
    assert (found.customers, found.outstanding_principal) == (4, 2400_00)
    assert found.lines[3].reasons == ("past due",)
    assert list(on_list(watched.ask_policy(watch_list, "en", rule="stage_2"))) == ["D", "C"]


def test_what_is_new_on_it_and_what_left_it(watched: Book) -> None:
    watched.on("2026-11-20").snapshot("A", outstanding=500, dpd=3, overdue=100)
    watched.snapshot("B", outstanding=400)
    found = watched.ask_policy(watch_list, "zh_CN", since=date(2026, 10, 31))
    assert [(line.loan, line.is_new) for line in found.lines if line.is_new] == [("A", True)]
    assert found.gone == ("B",)
    assert found.lines[0].reasons == ("不良", "逾期", "第二或第三阶段")


def test_by_groups_the_one_with_the_largest_balance_comes_first(watched: Book) -> None:
    """The students' B, C, D, E and G owe 3 × 500 + 900 + 50, 3 × 100 + 10 of it late; F came in November."""
    watched.on("2026-10-31").owing(watched.student(), "G", outstanding=50, dpd=2, overdue=10)
    firm = watched.customer("enterprise", region="上海")
    watched.on("2026-11-20").owing(firm, "F", outstanding=400, dpd=8, overdue=80, five_tier="special_mention")
    watched.snapshot("E", outstanding=900, five_tier="special_mention")
    by_kind = Grouping("kind")
    found = watched.ask_policy(watch_list, "en", since=date(2026, 10, 31), grouping=by_kind)
    groups = [(g.key, g.loans, g.customers, g.outstanding_principal, g.overdue_principal, g.new)
              for g in found.groups]  # fmt: skip
    assert groups == [
        ("student", 5, 5, 2450_00, 310_00, 0),
        ("enterprise", 1, 1, 400_00, 80_00, 1),
    ]
    assert [(line.loan, line.key) for line in found.lines] == [
        ("D", "student"), ("E", "student"), ("C", "student"), ("B", "student"), ("G", "student"),
        ("F", "enterprise"),
    ]  # fmt: skip
    nobody_knows = watched.ask_policy(watch_list, "en", grouping=Grouping("region"))
    assert [(g.key, g.loans, g.new) for g in nobody_knows.groups] == [(None, 5, None), ("上海", 1, None)]
    with pytest.raises(UsageFault, match="--by: known are"):
        watched.ask_policy(watch_list, "en", grouping=Grouping("status"))
    assert watched.ask_policy(watch_list, "en").groups == ()


def test_the_rules_are_the_policys(watched: Book) -> None:
    rule = 'when: {days_past_due: ">= 1"}\n    text: {en: past due'
    text = changed(EXAMPLE_TEXT, (rule, rule.replace(">= 1", ">= 40")))
    watched.adopt(text, "2026-01-01")
    assert "B" not in on_list(watched.ask_policy(watch_list, "en"))
    with pytest.raises(InvalidInput, match=r"watch_list\.3\.when"):
        read_policy(changed(EXAMPLE_TEXT, ('{ifrs9_stage: ">= 2"}', '{rainfall: ">= 2"}')), "test.yaml")


def test_an_empty_book_has_none_of_it(book: Book) -> None:
    assert book.ask_policy(watch_list, "en").lines == ()
    assert book.ask_policy(maturity).lines == ()
    assert book.ask_policy(cash_flow, 12).lines == ()
