"""Who is lost, when, and what came of winning back: a book whose figures are counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.reports.churn import churn
from loancrm.reports.churn_list import churn_list
from loancrm.reports.period import Period
from loancrm.reports.win_backs import win_backs
from loancrm.services.pipeline import StageIn, move
from loancrm.services.undo import UndoIn, undo
from loancrm.services.win_backs import WinBackEnd, WinBackIn, begin, end
from tests.agenda.test_more_mornings import apply_for
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed, minor

YEAR = Period(date(2025, 11, 21), TODAY)
OWED = {"A": 100, "B": 100, "C": 300, "D": 400, "E": 100, "F": 500, "G": 7, "H": 200}


def lend(book: Book, customer: str, number: str, **more: Any) -> None:
    book.loan(customer, number, disbursed="2025-01-01", matures="2027-06-30", **more)
    book.snapshot(number, "2025-11-20", outstanding=OWED[number])


def ended(book: Book) -> dict[str, str]:
    """Eight borrowers of a year ago: how each went on is told by the letter."""
    with book.batch():
        book.officer("li.wei")
        found = {name: book.customer(name=name, officer="li.wei", region="郑州") for name in "ABCDEFH"}
        found["G"] = book.student("G", officer="li.wei", graduates_on=date(2026, 6, 30))
        for name, code in found.items():
            lend(book, code, name)
        for name in "ABCH":
            book.close(name, on="2026-03-01")
        book.loan(found["B"], "B2", disbursed="2026-05-30")  # on the 90th day: goes on
        book.loan(found["C"], "C2", disbursed="2026-05-31")  # a day later: lost, and came back
        book.close("E", on="2026-10-01")
        book.close("F", "written_off", on="2026-05-01", amount=500)
        book.close("G", on="2026-07-15")
        for name in ("D", "B2", "C2"):
            book.snapshot(name, "2026-11-19", outstanding=50)
    return found


def approve(book: Book, customer: str, number: str, on: str) -> None:
    apply_for(book, customer, number, on)
    book.do(move, StageIn(loan=number, stage="approval", on=date.fromisoformat(on)))


def test_lost_is_who_has_nothing_within_ninety_days_of_the_last_loan(book: Book) -> None:
    found = ended(book)
    with book.batch():
        approve(book, found["H"], "H2", "2026-05-30")  # approved in time, not yet paid out: goes on
    line = book.ask_policy(churn, YEAR).whole
    # of A to H less F (written off) and G (graduated): A and C were lost, E may still come back
    assert (line.active, line.lost, line.waiting, line.came_back, line.not_counted) == (6, 2, 1, 1, 2)
    assert (line.balance, line.lost_balance) == (minor(1200), minor(400))
    assert (line.rate, line.balance_rate) == (333_333, 333_333)
    assert (line.low, line.high) == (96_771, 700_007)  # Wilson 1927: 2 of 6


def test_an_approval_after_the_window_comes_too_late(book: Book) -> None:
    found = ended(book)
    with book.batch():
        approve(book, found["H"], "H2", "2026-05-31")
    line = book.ask_policy(churn, YEAR).whole
    assert (line.active, line.lost, line.came_back) == (6, 3, 2)


def test_whom_the_policy_counts_is_counted(book: Book) -> None:
    ended(book)
    book.adopt(changed(EXAMPLE_TEXT, ("not_counted: [graduated, written_off]", "not_counted: []")))
    line = book.ask_policy(churn, YEAR).whole
    assert (line.active, line.lost, line.not_counted) == (8, 5, 0)  # F, G and H too


def test_groups_are_those_of_the_day_on_which_the_year_began_and_add_up(book: Book) -> None:
    found = ended(book)
    with book.batch():
        book.edit(found["A"], region="洛阳", on="2025-06-01")
        book.edit(found["C"], region="开封", on="2026-01-01")
    report = book.ask_policy(churn, YEAR, by="region")
    assert {line.key: (line.active, line.lost) for line in report.lines} == {
        "郑州": (5, 2), "洛阳": (1, 1), None: (0, 0),
    }  # fmt: skip
    assert (report.whole.active, report.whole.lost) == (6, 3)


def test_an_earlier_day_sees_what_had_happened_by_then(book: Book) -> None:
    ended(book)
    may = Period(date(2025, 11, 21), date(2026, 5, 29))
    line = book.ask_policy(churn, may).whole
    assert (line.lost, line.waiting) == (0, 4)  # A, B, C and H: the 90th day is the 30th


def test_the_indicators_say_the_same_of_each_customer(book: Book) -> None:
    found = ended(book)
    lost = {name: book.figure(code, "is_churned") for name, code in found.items()}
    assert {name for name, value in lost.items() if value} == {"A", "F", "G", "H"}
    assert book.figure(found["A"], "days_since_maturity") == (TODAY - date(2026, 3, 1)).days
    assert book.figure(found["D"], "days_since_maturity") is None
    assert book.figure(found["D"], "days_to_last_maturity") == (date(2027, 6, 30) - TODAY).days
    assert book.figure(book.customer(), "is_churned") is None


def test_the_list_names_who_may_leave_is_leaving_or_was_just_lost_with_reasons(book: Book) -> None:
    found = ended(book)
    with book.batch():
        book.loan(book.customer(name="J", officer="li.wei"), "J", matures="2026-12-20")
        book.snapshot("J", "2026-11-19", outstanding=1000)
    listed = {line.name: line for line in book.ask_policy(churn_list)}
    states = {name: line.state for name, line in listed.items()}
    # B, C and D live and nothing speaks for leaving; F and G are left out; A and H were lost 174 days ago
    assert states == {"A": "lost", "E": "leaving", "H": "lost", "J": "at_risk"}
    assert listed["J"].reasons == ("last_loan_ends",)
    assert listed["E"].reasons == ("no_live_loan",)
    assert (listed["E"].since_on, listed["E"].days) == (date(2026, 10, 1), 50)
    values = [line.value_at_stake for line in book.ask_policy(churn_list)]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True)
    assert found["A"] == listed["A"].customer


def back(book: Book, customer: str, **more: Any) -> Any:
    return book.do(begin, WinBackIn(customer=customer, **more))


def test_winning_back_sets_the_playbooks_steps_for_whom_they_are(book: Book) -> None:
    found = ended(book)
    with book.batch():
        book.officer("zhao.min", "赵敏")
        book.edit(found["A"], second_officer="zhao.min")
    receipt = back(book, found["A"], reason="利率高")
    assert receipt.playbook == "firm"
    assert [(one.step, one.due_on, one.officer) for one in receipt.steps] == [
        ("call", TODAY, "li.wei"),
        ("offer", date(2026, 11, 27), "li.wei"),
        ("visit", date(2026, 12, 11), "zhao.min"),
    ]
    assert back(book, found["G"]).playbook == "student"
    with pytest.raises(Conflict, match="WB-00001 is not over yet"):
        back(book, found["A"])
    with pytest.raises(NotFound):
        back(book, found["C"], playbook="unheard_of")


def test_a_result_ends_the_steps_that_are_left_and_cannot_lie_before_the_beginning(book: Book) -> None:
    found = ended(book)
    receipt = back(book, found["A"])
    book.done(receipt.steps[0].follow_up)
    with pytest.raises(InvalidInput):
        book.do(end, WinBackEnd(win_back="WB-1", outcome="lost", on=date(2026, 11, 19)))
    ended_ = book.do(end, WinBackEnd(win_back="WB-1", outcome="won_back", means="rate", cost=minor(300)))
    assert ended_.steps_closed == 2
    with pytest.raises(Conflict):
        book.do(end, WinBackEnd(win_back="WB-1", outcome="lost"))
    assert back(book, found["A"]).win_back == "WB-00002"  # over: it can be tried again


def test_results_count_what_was_tried_won_and_lost_with_cost_and_who_drew_again(book: Book) -> None:
    found = ended(book)
    book.on("2026-06-10")
    for name in "AH":
        back(book, found[name])
    book.on("2026-07-20")
    book.do(end, WinBackEnd(win_back="WB-1", outcome="won_back", means="rate", cost=minor(300)))
    book.do(end, WinBackEnd(win_back="WB-2", outcome="lost", means="competitor", cost=minor(100)))
    book.loan(found["A"], "A2", disbursed="2026-07-15")
    book.on(TODAY)
    back(book, found["E"])
    (line,) = book.ask_policy(win_backs, YEAR)
    assert (line.tried, line.open, line.won_back, line.lost, line.drew) == (3, 1, 1, 1, 1)
    assert (line.rate, line.cost, line.cost_per_won) == (500_000, minor(400), minor(400))
    by_means = {one.key: one.won_back for one in book.ask_policy(win_backs, YEAR, by="means")}
    assert by_means == {"rate": 1, "competitor": 0, None: 0}
    earlier = Period(date(2026, 1, 1), date(2026, 7, 1))
    (then,) = book.ask_policy(win_backs, earlier)
    assert (then.tried, then.open, then.drew) == (2, 2, 0)


def test_an_attempt_and_its_steps_are_undone_as_one(book: Book) -> None:
    found = ended(book)
    back(book, found["A"])
    book.do(undo, UndoIn())
    assert book.ask_policy(win_backs, YEAR) == []
    assert back(book, found["A"]).win_back == "WB-00002"


def test_nobody_makes_an_empty_report(book: Book) -> None:
    assert book.ask_policy(churn, YEAR).whole.active == 0
    assert book.ask_policy(churn, YEAR).whole.rate is None
    assert book.ask_policy(churn_list) == []
    assert book.ask_policy(win_backs, YEAR) == []
