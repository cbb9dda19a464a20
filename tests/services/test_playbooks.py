"""Playbooks: steps for whom they are, conversations that they need, branches, plans for many, figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.indicators.facts import loans_at
from loancrm.models import PlaybookRun, table
from loancrm.reports.period import Period
from loancrm.reports.playbooks import StatsLine, stats, steps
from loancrm.services.dossier import FactIn, add_fact
from loancrm.services.follow_ups import FollowUpDone, done
from loancrm.services.playbook_plans import begin_for_all
from loancrm.services.playbook_requests import BranchIn, EndIn, PlanIn, PlaybookIn, StepIn
from loancrm.services.playbooks import begin, do_step, end, take_branch
from loancrm.services.undo import UndoIn, undo
from tests.support import EXAMPLE_TEXT, TODAY, Book, changed, minor

YEAR = Period(date(2025, 11, 21), TODAY)


def start(book: Book, customer: str, playbook: str = "payment_trouble", **more: Any) -> Any:
    return book.do(begin, PlaybookIn(customer=customer, playbook=playbook, **more))


def finish(book: Book, number: str, outcome: str, **more: Any) -> Any:
    return book.do(end, EndIn(number=number, outcome=outcome, **more))


def a_stat(book: Book, **more: Any) -> StatsLine:
    (line,) = book.ask_policy(stats, YEAR, **more)
    return line


def a_stat_of(book: Book, period: Period) -> StatsLine:
    (line,) = book.ask_policy(stats, period)
    return line


@pytest.fixture
def customer(book: Book) -> str:
    with book.batch():
        book.officer("li.wei")
        book.officer("zhao.min", "赵敏")
        return book.customer(officer="li.wei", second_officer="zhao.min")


def test_steps_are_due_after_their_days_and_go_to_whom_the_policy_says(book: Book, customer: str) -> None:
    text = changed(EXAMPLE_TEXT, ("{role: team_lead, officer: null", "{role: team_lead, officer: zhao.min"))
    book.adopt(text)
    receipt = start(book, customer)
    assert [(one.step, one.due_on, one.officer, one.needs_contact) for one in receipt.steps] == [
        ("explain", TODAY, "li.wei", True),
        ("papers", date(2026, 11, 25), "li.wei", False),
        ("decide", date(2026, 11, 30), "zhao.min", False),
    ]
    early = start(book, customer, "early_signs")
    assert [one.officer for one in early.steps] == ["li.wei", "zhao.min"]  # the second officer looks again
    with pytest.raises(Conflict, match="PB-00001 is not over yet"):
        start(book, customer)
    with pytest.raises(NotFound, match="no playbook"):
        start(book, customer, "payment_troubel")


def test_what_caused_it_is_a_warning_of_the_customer(book: Book, customer: str) -> None:
    other = book.customer()
    values = {"kind": "legal", "severity": "high", "signal": "被列为被告", "source": "court"}
    for whose in (customer, other):
        book.do(add_fact, FactIn(kind="warning", owner=whose, on=None, values=values))
    with pytest.raises(NotFound, match="no warning with that number"):
        start(book, customer, warning="W-9")
    with pytest.raises(Conflict, match="another customer's"):
        start(book, customer, warning="W-2")
    start(book, customer, warning="w-1")
    with book.view() as view:
        runs = table(PlaybookRun)
        assert view.connection.scalars(select(runs.c.warning)).all() == ["W-00001"]


def test_a_role_that_nobody_has_is_named_in_the_step(book: Book, customer: str) -> None:
    start(book, customer)
    lines = book.ask(steps, "PB-1")
    assert lines[2].what.startswith("team lead: decide")
    assert lines[2].officer == "li.wei"


def test_what_must_be_explained_is_done_in_a_conversation_only(book: Book, customer: str) -> None:
    before = book.contact(customer, on="2026-11-19")
    explain, papers, _decide = start(book, customer, on=TODAY).steps
    with pytest.raises(Conflict, match="only in a conversation"):
        book.do(done, FollowUpDone(follow_up=explain.follow_up))
    with pytest.raises(InvalidInput, match="only in a conversation"):
        book.do(do_step, StepIn(follow_up=explain.follow_up))
    missed = book.contact(customer, outcome="no_answer")
    other = book.contact(book.customer())
    for contact, why in ((before, "before the playbook"), (missed, "nobody was reached"), (other, "another")):
        with pytest.raises(Conflict, match=why):
            book.do(do_step, StepIn(follow_up=explain.follow_up, contact=contact.contact))
    talk = book.contact(customer)
    receipt = book.do(do_step, StepIn(follow_up=explain.follow_up, contact=talk.contact))
    assert (receipt.contact, receipt.steps_open) == (talk.contact, 2)
    book.do(done, FollowUpDone(follow_up=papers.follow_up))  # no conversation is asked for
    found = {line.step: (line.state, line.contact) for line in book.ask(steps, "PB-1")}
    assert found == {"explain": ("done", talk.contact), "papers": ("done", None), "decide": ("open", None)}


def test_a_branch_drops_what_was_open_and_sets_its_own_steps(book: Book, customer: str) -> None:
    start(book, customer, on=date(2026, 11, 10))
    turned = book.do(take_branch, BranchIn(number="PB-1", branch="fraud"))
    assert (turned.leads_to, turned.steps_dropped) == ("legal", 3)
    assert [(one.step, one.due_on) for one in turned.steps] == [
        ("secure", TODAY),
        ("file", date(2026, 11, 23)),
    ]
    states = {line.step: line.state for line in book.ask(steps, "PB-1")}
    assert states == {
        **dict.fromkeys(("explain", "papers", "decide"), "dropped"),
        "secure": "open",
        "file": "open",
    }
    with pytest.raises(Conflict, match="taken already"):
        book.do(take_branch, BranchIn(number="PB-1", branch="fraud"))
    with pytest.raises(NotFound, match="no branch"):
        book.do(take_branch, BranchIn(number="PB-1", branch="fruad"))


def test_the_end_closes_what_is_open_and_cannot_lie_before_the_beginning(book: Book, customer: str) -> None:
    start(book, customer, on=date(2026, 11, 10))
    with pytest.raises(InvalidInput):
        finish(book, "PB-1", "cured", on=date(2026, 11, 9))
    assert finish(book, "PB-1", "cured").steps_closed == 3
    with pytest.raises(Conflict, match="over already"):
        finish(book, "PB-1", "legal")
    assert start(book, customer).number == "PB-00002"  # over: it can be begun again


def test_the_figures_count_what_ended_with_its_interval(book: Book) -> None:
    with book.batch():
        book.officer("li.wei")
        people = [book.customer(officer="li.wei") for _n in range(5)]
        for n, one in enumerate(people):
            start(book, one, on=date(2026, 1, 1))
            book.loan(one, f"L{n}", disbursed="2025-06-01", matures="2027-06-01")
        for number, outcome, day in (
            ("PB-1", "cured", "2026-01-11"),
            ("PB-2", "cured", "2026-01-31"),
            ("PB-3", "legal", "2026-03-01"),
            ("PB-4", "not_needed", "2026-01-02"),
        ):
            loss = minor(250) if outcome == "legal" else None
            finish(book, number, outcome, on=date.fromisoformat(day), loss=loss)
        book.close("L1", on="2026-03-01")  # the second has no loan half a year after its end
        book.close("L0", on="2026-08-01")  # the first had: its own day counts, not the third's
        book.feedback(people[2], on="2026-02-01")
        book.feedback(people[0], on="2026-02-11")  # a day after the thirty after its end
    line = a_stat(book)
    assert (line.begun, line.open, line.ended, line.not_needed, line.cured) == (5, 1, 4, 1, 2)
    # 2 of 3 by hand: (4 + z² ± z·√(z² + 8/3)) ÷ (2·(3 + z²)) with z = 1.959964, z² = 3.841459
    assert (line.cure_rate, line.low, line.high) == (666_667, 207_660, 938_508)
    assert line.days_to_cure == 10  # 10 and 30 days: the lower of the two in the middle
    assert (line.complained, line.loss) == (1, minor(250))
    assert (line.retained, line.retained_of, line.retention) == (3, 4, 750_000)
    assert a_stat(book, by="playbook").key == "payment_trouble"


def test_who_still_owes_after_the_loan_matured_has_a_loan_and_who_paid_it_back_has_none(book: Book) -> None:
    """Half a year after the end, on 30 June: as the list of loans says of that day."""
    with book.batch():
        people = [book.customer() for _n in range(6)]
        for n, one in enumerate(people):
            start(book, one, on=date(2025, 12, 1))
            finish(book, f"PB-{n + 1}", "restructured", on=date(2026, 1, 1))
            book.loan(one, f"L{n}", disbursed="2025-06-01", matures="2026-06-01")
        book.snapshot("L0", "2026-06-25", outstanding=800, dpd=24)  # not paid back
        book.snapshot("L1", "2026-06-25", outstanding=800, dpd=24)
        book.snapshot("L1", "2026-06-29", outstanding=0, dpd=0)  # paid back the day before
        book.snapshot("L2", "2026-04-30", outstanding=800, dpd=0)  # too long ago to say
        book.snapshot("L3", "2026-06-25", outstanding=800, dpd=24)
        book.close("L3", on="2026-06-26")
        book.snapshot("L4", "2026-06-25", outstanding=800, dpd=24)
        book.close("L4", on="2026-07-10")  # its end is later
    line = a_stat_of(book, Period(date(2025, 11, 1), TODAY))
    assert (line.retained, line.retained_of) == (2, 6)
    with book.view(date(2026, 6, 30)) as view:
        found = loans_at(view, stale_after_days=45).c
        live = view.rows(select(found.number).where(found.is_live == 1).order_by(found.number))
    assert [row.number for row in live] == ["L0", "L4"]


def test_figures_of_a_day_know_nothing_of_later_ends(book: Book, customer: str) -> None:
    book.contact(customer, on="2026-10-01")
    start(book, customer, on=date(2026, 11, 1))
    finish(book, "PB-1", "cured")
    with book.view(date(2026, 11, 19)) as view:
        (line,) = stats(view, book.policy(), Period(date(2026, 1, 1), date(2026, 11, 19)))
    assert (line.begun, line.open, line.cured) == (1, 1, 0)


def flooded(book: Book) -> tuple[str, str, str]:
    """Two borrowers and a student in the region of the flood; others elsewhere, or without a loan."""
    with book.batch():
        book.officer("li.wei")
        firm, late = (book.customer(officer="li.wei", region="郑州") for _n in range(2))
        student = book.student(officer="li.wei", region="郑州")
        book.customer(officer="li.wei", region="郑州")  # has no loan
        other = book.customer(officer="li.wei", region="洛阳")
        for n, one in enumerate((firm, late, student, other)):
            book.loan(one, f"L{n}")
            book.snapshot(f"L{n}", "2026-11-19", outstanding=1000, dpd=45 if one == late else 0)
    return firm, late, student


def plan(book: Book, condition: str = "region = 郑州", **order: Any) -> Any:
    return book.do(begin_for_all, PlanIn(playbook="emergency", condition=condition, plan="洪灾"), **order)


def test_an_emergency_begins_the_playbook_for_all_who_are_concerned_and_can_be_undone(book: Book) -> None:
    firm, late, student = flooded(book)
    start(book, firm, "emergency")
    receipt = plan(book)
    assert (receipt.concerned, receipt.begun, receipt.running_already, receipt.steps) == (3, 2, 1, 6)
    assert receipt.offers == {"deferral": 1, "restructuring": 1}  # the student; who is 45 days past due
    assert [(line.step, line.due_on) for line in book.ask(steps, "PB-2")] == [
        ("call", date(2026, 11, 21)),
        ("relief", date(2026, 11, 27)),
        ("look_again", date(2027, 1, 19)),
    ]
    first = book.ask(steps, "PB-3")[0]
    talk = book.contact(student)
    assert book.do(do_step, StepIn(follow_up=first.follow_up, contact=talk.contact)).steps_open == 2
    with pytest.raises(Conflict, match="not run already"):
        plan(book)
    assert late != student


def test_a_plan_for_many_is_taken_back_whole(book: Book) -> None:
    flooded(book)
    assert plan(book).begun == 3
    book.do(undo, UndoIn())
    assert book.ask_policy(stats, YEAR) == []
    assert plan(book).begun == 3
