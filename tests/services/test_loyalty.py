"""Points: each fact earns once, caps hold, no balance is ever below zero; offers; merging and undoing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from loancrm.errors import Conflict, InvalidInput, NotFound
from loancrm.lending.points import Entry, standing
from loancrm.models import LoyaltyEntry, table
from loancrm.reports.loyalty import customer_points, loyalty_cost
from loancrm.reports.offers import offers
from loancrm.services import offers as offering
from loancrm.services.loyalty import AccrueIn, accrue
from loancrm.services.merging import MergeIn, merge
from loancrm.services.payments import PayIn, pay
from loancrm.services.points import AdjustIn, RedeemIn, adjust, adjust_in, redeem
from loancrm.services.survey_answers import AnswersIn, record
from loancrm.services.surveys import SurveyIn, define
from loancrm.services.undo import UndoIn, undo
from tests.indicators.case import fact
from tests.indicators.test_past_payments import paid_out
from tests.support import EXAMPLE_TEXT, Book, changed


def accrued(book: Book) -> dict[str, int]:
    """Run accruals, and return how many facts each rule found."""
    return {one.rule: one.facts for one in book.do(accrue, AccrueIn()).rules if one.facts}


def points(book: Book, customer: str, **when: Any) -> int:
    return int(book.figure(customer, "loyalty_points", **when))


def entries(book: Book, customer: str) -> list[tuple[str, str | None, int]]:
    found = book.ask_policy(customer_points, customer).entries
    return [(one.on.isoformat(), one.rule or one.reward, one.points) for one in reversed(found)]


@pytest.fixture
def firm(book: Book) -> str:
    """A borrower since 20 June 2025, in order in August and October, late in September."""
    firm = book.customer()
    with book.batch():
        book.loan(firm, "A", disbursed="2025-06-20", matures="2027-06-20")
        for on, days in (("2026-08-31", 0), ("2026-09-15", 0), ("2026-09-30", 3), ("2026-10-31", 0),
                         ("2026-11-15", 0)):  # fmt: skip
            book.snapshot("A", on, dpd=days)
    return firm


def test_each_fact_earns_once_however_often_accruals_run(book: Book, firm: str) -> None:
    assert accrued(book) == {"month_in_order": 2, "loyal_year": 1}
    expected = [("2026-06-20", "loyal_year", 50), ("2026-08-31", "month_in_order", 10),
                ("2026-10-31", "month_in_order", 10)]  # fmt: skip
    assert entries(book, firm) == expected
    assert accrued(book) == {}
    book.on("2026-12-02")
    assert accrued(book) == {"month_in_order": 1}  # November is over
    assert points(book, firm) == 80
    assert points(book, firm, as_of="2026-09-01") == 60  # earned on the fact's own day
    assert book.figures("loyalty_tier")[firm] == ("basic",)


def test_instalments_on_time_and_loans_settled_early_earn(book: Book) -> None:
    firm = book.customer()
    with book.unit() as uow:
        paid_out(uow, firm, "H", date(2026, 6, 10), principal=300_000, annual_rate=0, instalments=3)
        for on in ("2026-07-10", "2026-08-12", "2026-08-20"):  # in time, two days late, early
            pay(uow, PayIn(loan="H", amount=100_000, on=date.fromisoformat(on)))
    assert accrued(book) == {"instalment_on_time": 1, "settled_early": 1}
    assert points(book, firm) == 40


def test_referrals_count_from_the_first_loan_of_who_was_brought(book: Book) -> None:
    old, new, not_yet = (book.customer() for _n in range(3))
    for one in (new, not_yet):
        fact(book, "referral", one, on="2026-02-01", referrer=old)
    book.loan(new, "N", disbursed="2026-03-05")
    assert accrued(book) == {"referral": 1}
    assert entries(book, old) == [("2026-03-05", "referral", 200)]


def test_caps_hold_over_several_runs(book: Book) -> None:
    text = changed(
        EXAMPLE_TEXT,
        ("fact: month_in_order, points: 10, cap: 120", "fact: month_in_order, points: 10, cap: 25"),
    )
    book.adopt(text)
    firm = book.customer()
    book.loan(firm, "A", disbursed="2026-01-15")
    book.snapshot("A", "2026-08-31")
    assert accrued(book) == {"month_in_order": 1}
    with book.batch():
        for on in ("2026-03-31", "2026-04-30", "2026-05-31"):
            book.snapshot("A", on)
    assert accrued(book) == {"month_in_order": 1}  # 20 of 25; a third would be 30
    assert accrued(book) == {}
    assert points(book, firm) == 20


def test_a_rule_with_a_condition_gives_nothing_to_others(book: Book) -> None:
    good, late = book.customer(), book.customer()
    with book.batch():
        for code, days in ((good, 0), (late, 40)):
            book.loan(code, f"{code}-1", disbursed="2026-01-15", matures="2027-01-15")
            book.snapshot(f"{code}-1", "2026-03-15", dpd=days)
            book.close(f"{code}-1", "settled", "2026-05-01")
    accrued(book)
    assert ("2026-05-01", "settled_early", 30) in entries(book, good)
    assert "settled_early" not in {rule for _on, rule, _points in entries(book, late)}


def test_points_buy_rewards_and_no_more_than_there_are(book: Book, firm: str) -> None:
    accrued(book)
    receipt = book.do(redeem, RedeemIn(customer=firm, reward="fee_voucher"))
    assert (receipt.points, receipt.balance, receipt.cost) == (-50, 20, "20.00")
    with pytest.raises(Conflict, match="takes 50 points, and the customer has 20"):
        book.do(redeem, RedeemIn(customer=firm, reward="fee_voucher"))
    with pytest.raises(Conflict):
        book.do(adjust, AdjustIn(customer=firm, points=-21, why="错"))
    assert book.do(adjust, AdjustIn(customer=firm, points=-20, why="错")).balance == 0
    with pytest.raises(NotFound):
        book.do(redeem, RedeemIn(customer=firm, reward="voucher"))
    with pytest.raises(InvalidInput):
        adjust_in(firm, "+5", None)
    with pytest.raises(InvalidInput):
        adjust_in(firm, "0", "why")


def test_points_expire_as_the_policy_says(book: Book) -> None:
    book.on("2026-01-10")
    firm = book.customer()
    book.do(adjust, AdjustIn(customer=firm, points=100, why="x"))
    book.on("2026-07-10")
    book.do(redeem, RedeemIn(customer=firm, reward="fee_voucher"))
    book.do(adjust, AdjustIn(customer=firm, points=30, why="x"))
    # 24 months are 730.5 days, so 731: on 11 January 2028 fifty of the first hundred are left, and lost
    page = book.ask_policy(customer_points, firm, as_of="2027-12-20")
    assert (page.balance, page.expiring, page.expired) == (80, 50, 0)
    page = book.ask_policy(customer_points, firm, as_of="2028-01-11")
    assert (page.balance, page.expiring, page.expired) == (30, 0, 50)


@pytest.fixture
def short_lived(book: Book) -> Book:
    """A book in which points last two months, 61 days, from 10 January 2026 on."""
    book.on("2026-01-10").adopt(changed(EXAMPLE_TEXT, ("valid_months: 24", "valid_months: 2")))
    return book


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 250), st.integers(-60, 60).filter(bool)), max_size=9))
def test_no_balance_is_ever_below_zero_and_sql_says_what_python_says(
    short_lived: Book, moves: list[tuple[int, int]]
) -> None:
    book, start, done = short_lived, date(2026, 1, 10), list[Entry]()
    firm = book.on(start).customer()
    for after, number in sorted(moves, key=lambda move: move[0]):
        book.on(start + timedelta(days=after))
        try:
            book.do(adjust, AdjustIn(customer=firm, points=number, why="x"))
        except Conflict:
            assert standing(done, book.today).balance < -number
            continue
        ends = book.today + timedelta(days=61) if number > 0 else None
        done.append(Entry(book.today, number, ends))
        assert points(book, firm) == standing(done, book.today).balance >= 0
    for after in range(0, 400, 30):
        day = start + timedelta(days=after)
        assert points(book, firm, as_of=day) == standing(done, day).balance


def test_an_undo_gives_back_and_is_refused_when_the_points_were_spent(book: Book, firm: str) -> None:
    accrued(book)
    book.do(redeem, RedeemIn(customer=firm, reward="fee_voucher"))
    rows = table(LoyaltyEntry).c
    gave = book.ask(lambda view: view.connection.scalar(select(func.min(rows.command_id))))
    with pytest.raises(Conflict, match="spent since"):
        book.do(undo, UndoIn(command_id=gave))
    book.do(undo, UndoIn())
    assert points(book, firm) == 70
    book.do(undo, UndoIn(command_id=gave))
    assert points(book, firm) == 0
    assert accrued(book) == {"month_in_order": 2, "loyal_year": 1}  # what was undone may be earned again


def test_a_merge_moves_points_and_counts_what_both_earned_once(book: Book, firm: str) -> None:
    other = book.customer()
    book.loan(other, "B", disbursed="2025-05-20")
    book.snapshot("B", "2026-08-31")
    accrued(book)
    assert (points(book, firm), points(book, other)) == (70, 60)
    for one in (firm, other):
        book.do(redeem, RedeemIn(customer=one, reward="fee_voucher"))
    book.do(merge, MergeIn(customer=firm, other=other))
    # August and the first year counted twice: 70 are left of 130, and 100 were spent; the bank bears 30
    assert points(book, firm) == 0
    book.do(undo, UndoIn())
    assert (points(book, firm), points(book, other)) == (20, 10)


def test_an_offer_is_approved_then_used_within_its_days(book: Book, firm: str) -> None:
    until = date(2026, 11, 25)
    made = offering.OfferIn(customer=firm, what="利率优惠", cost=50_000, valid_until=until)
    one, two, three = (book.do(offering.add, made).offer for _n in range(3))
    step = offering.OfferStep
    with pytest.raises(Conflict, match="not approved"):
        book.do(offering.use, step(offer=one))
    assert book.do(offering.approve, step(offer=one)).approved_by is not None
    with pytest.raises(Conflict, match="approved already"):
        book.do(offering.approve, step(offer=one))
    assert book.do(offering.use, step(offer=one)).used_on == book.today
    with pytest.raises(Conflict, match="used already"):
        book.do(offering.void, step(offer=one))
    book.do(offering.approve, step(offer=two))
    book.do(offering.void, step(offer=three))
    book.on("2026-11-26")
    with pytest.raises(Conflict, match="has expired"):
        book.do(offering.use, step(offer=two))
    states = {line.offer: line.state for line in book.ask(offers, all_=True)}
    assert states == {one: "used", two: "expired"}
    assert book.ask(offers) == []
    lines = {line.code: line for line in book.ask_policy(loyalty_cost, 365).lines}
    assert (lines["used"].cost, lines["expired"].cost) == (50_000, None)


def test_the_report_says_what_was_earned_spent_and_is_owed(book: Book, firm: str) -> None:
    accrued(book)
    book.do(redeem, RedeemIn(customer=firm, reward="fee_voucher"))
    found = book.ask_policy(loyalty_cost, 365)
    said = [(line.kind, line.code, line.count, line.points, line.cost) for line in found.lines]
    assert said == [("accrual", "loyal_year", 1, 50, None), ("accrual", "month_in_order", 2, 20, None),
                    ("redemption", "fee_voucher", 1, -50, 2_000)]  # fmt: skip
    assert (found.balance, found.expired) == (20, 0)


SURVEY = "code: {}\ntitle: 满意度\nopens: 2026-03-01\ncloses: 2026-12-31\ndimensions: [speed]\nnps: true\n"


def test_an_answered_survey_earns_once_however_often_it_is_answered_and_accrued(book: Book) -> None:
    rule = "- {rule: event, fact: event_attended, points: 20, cap: 60, per: year}"
    book.adopt(
        changed(
            EXAMPLE_TEXT, (rule, rule + "\n    - {rule: survey, fact: survey_answered, points: 10, cap: 20}")
        )
    )
    answered, silent = book.customer(), book.customer()
    book.loan(answered, "A", disbursed="2026-01-15")
    for code in ("S-1", "S-2", "S-3"):
        book.do(define, SurveyIn(text=SURVEY.format(code), source="S"))

    def answer(code: str, on: str, **more: Any) -> None:
        values = {"speed": "4", "nps": "9"}
        day = date.fromisoformat(on)
        book.do(record, AnswersIn(survey=code, customer=answered, values=values, on=day, **more))

    answer("S-1", "2026-05-04")
    assert accrued(book) == {"survey": 1}
    assert accrued(book) == {}
    answer("S-1", "2026-05-11", replaces=True)
    assert accrued(book) == {}
    answer("S-2", "2026-06-01")
    answer("S-3", "2026-07-01")
    assert accrued(book) == {"survey": 1}  # 20 points a year at most
    assert entries(book, answered) == [("2026-05-04", "survey", 10), ("2026-06-01", "survey", 10)]
    assert (points(book, answered), points(book, silent)) == (20, 0)
    assert points(book, answered, as_of="2026-05-31") == 10
