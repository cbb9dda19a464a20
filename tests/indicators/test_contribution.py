"""What a customer brings, by hand: balances, nights, rates; on 20 November 2026, of the 365 days before."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from loancrm.indicators.contribution import Parts
from loancrm.indicators.figures import Figures
from loancrm.lending.contribution import MILLION, expected_loss, interest, portion
from loancrm.lending.ledger import position
from loancrm.lending.lifetime import constant_margin
from loancrm.policy.policy import example
from loancrm.reports.ledger import kept
from loancrm.services.payments import PayIn, pay
from tests.indicators.case import fact
from tests.indicators.test_figures import thirty_nights_of_a_loan
from tests.indicators.test_past_payments import paid_out
from tests.support import Book

PARTS = ("interest", "funding", "expected_loss", "service", "deposits", "contribution", "lifetime_value",
         "average_balance", "basis")  # fmt: skip
YEAR = 365
A_MILLION = 100_000_000  # minor units


def parts(book: Book, customer: str, days: int = YEAR, **when: Any) -> dict[str, Any]:
    """Return the parts of a customer's contribution of so many days."""
    with book.view(**when) as view:
        figures = Figures(view, example().terms, (), attributes=("segment",))
        found = Parts(figures.sources, days)
        columns = [getattr(found, name).label(name) for name in PARTS]
        rows = view.rows(figures.select(figures.customers.c.number, *columns))
        return next(dict(row._mapping) for row in rows if f"C-{row.number:05}" == customer)


@pytest.fixture
def firm(book: Book) -> str:
    firm = book.customer()
    with book.batch():
        thirty_nights_of_a_loan(book, firm)
    return firm


def test_the_parts_are_those_worked_out_by_hand(book: Book, firm: str) -> None:
    found = parts(book, firm)
    # 1,000,000 · 4.35 % · 20/360 = 2,416.67 and 900,000 · 4.35 % · 10/360 = 1,087.50
    assert found["interest"] == 241_667 + 108_750
    # a year's money costs 1.80 %: 1,000.00 and 450.00
    assert found["funding"] == 100_000 + 45_000
    # stage 1: 2 % of the 20 % of 900,000 that are lost of a mortgage, for 30 of 365 nights: 295.89
    assert found["expected_loss"] == 29_589
    # a visit 260, a call 20, and 480 · 30/365 = 39.45
    assert found["service"] == 26_000 + 2_000 + 3_945
    assert found["deposits"] is None
    assert found["contribution"] == 350_417 - 145_000 - 29_589 - 31_945
    # (1,000,000 · 20 + 900,000 · 10) / 365
    assert found["average_balance"] == 7_945_205
    assert found["basis"] == "snapshot"


def test_lifetime_value_takes_what_winning_a_new_customer_cost(book: Book, firm: str) -> None:
    # no segment: r = 60 %, d = 10 %: 0.6/(1 + 0.1 − 0.6) = 1.2 times 1,438.83, less 1,500
    assert (
        parts(book, firm)["lifetime_value"] == constant_margin(143_883, 600_000, 100_000, 150_000) == 22_660
    )
    later = parts(book, firm, as_of="2027-10-23")
    assert later["lifetime_value"] is None  # its snapshots are too old by then
    assert later["interest"] is None


def test_the_python_and_the_sql_say_the_same(book: Book, firm: str) -> None:
    found = parts(book, firm)
    by_hand = interest(A_MILLION, 43_500, 20, 360) + interest(90_000_000, 43_500, 10, 360)
    assert found["interest"] == by_hand
    assert found["expected_loss"] == expected_loss(90_000_000, 20_000, 200_000, 30)


def test_deposits_count_where_a_turnover_says_them(book: Book, firm: str) -> None:
    before = parts(book, firm)["contribution"]
    fact(book, "turnover", firm, period_end="2026-10-31", months=3, average_deposits=200_000)
    fact(book, "turnover", firm, period_end="2026-07-31", months=1, average_deposits=400_000)
    found = parts(book, firm)
    # (3 · 200,000 + 400,000) / 4 = 250,000 on average, at 1.10 %
    assert found["deposits"] == 275_000
    assert found["contribution"] == before + 275_000


def test_a_loan_whose_balance_is_not_known_for_most_nights_gives_no_interest(book: Book) -> None:
    firm = book.customer()
    with book.batch():
        book.loan(firm, "A", disbursed="2026-08-12", matures="2027-08-12", annual_rate=43_500)  # 100 nights
        book.snapshot("A", "2026-09-01", outstanding=1_000_000)  # stands for 45 of them
        book.snapshot("A", "2026-11-01", outstanding=1_000_000)  # and 19 more: 64 of 100, less than 80 %
    found = parts(book, firm)
    assert (found["interest"], found["contribution"], found["average_balance"]) == (None, None, None)
    assert found["service"] == portion(48_000, 100, 365)
    with book.batch():
        book.snapshot("A", "2026-10-16", outstanding=1_000_000)  # 80 of 100
    assert parts(book, firm)["interest"] == interest(A_MILLION, 43_500, 45, 360) + interest(
        A_MILLION, 43_500, 16, 360
    ) + interest(A_MILLION, 43_500, 19, 360)


def test_a_loan_without_a_rate_gives_no_interest(book: Book) -> None:
    firm = book.customer()
    book.owing(firm, "A", disbursed="2026-11-20")
    book.on("2026-11-25")
    assert parts(book, firm)["interest"] is None


def test_who_borrows_nothing_costs_what_talking_costs(book: Book) -> None:
    firm = book.customer()
    book.contact(firm, "2026-11-02", channel="visit")
    found = parts(book, firm)
    assert (found["interest"], found["expected_loss"], found["contribution"]) == (0, 0, -26_000)
    assert found["basis"] is None
    assert found["lifetime_value"] is None  # never borrowed


def test_an_ended_loan_earns_until_its_end(book: Book) -> None:
    firm = book.customer()
    with book.batch():
        book.loan(firm, "A", disbursed="2026-10-01", matures="2027-10-01", annual_rate=36_000)
        book.snapshot("A", "2026-10-01", outstanding=1_000_000)
        book.close("A", "settled", "2026-10-11")
    found = parts(book, firm)
    assert found["interest"] == interest(A_MILLION, 36_000, 10, 360) == 100_000
    assert found["expected_loss"] == 0


def test_a_period_has_its_own_nights(book: Book, firm: str) -> None:
    # of the 15 nights before the 20th: 5 of 1,000,000 and 10 of 900,000
    assert parts(book, firm, 15)["interest"] == interest(A_MILLION, 43_500, 5, 360) + 108_750
    # on the 10th the last 15 nights were of 1,000,000
    assert parts(book, firm, 15, as_of="2026-11-10")["interest"] == interest(A_MILLION, 43_500, 15, 360)


def test_what_became_known_later_is_not_in_an_old_report(book: Book, firm: str) -> None:
    before = parts(book, firm)
    book.on("2026-11-24")
    with book.batch():
        book.snapshot(f"{firm}-1", "2026-11-15", outstanding=100_000)
    assert parts(book, firm, as_of="2026-11-20", known_at="2026-11-20") == before
    assert parts(book, firm, as_of="2026-11-20")["interest"] < before["interest"]


def test_ledgers_earn_as_every_night_says(book: Book) -> None:
    """Ten loans by chance against every night's balance and rate, one by one."""
    rng, start = random.Random(7), date(2025, 9, 1)
    book.on("2026-11-20")
    codes, terms = [book.customer() for _n in range(10)], list[dict[str, Any]]()
    with book.batch():
        for place, code in enumerate(codes):
            on = start + timedelta(days=rng.randrange(200))
            agreed = {"annual_rate": rng.randrange(20_000, 90_000), "instalments": 24}
            agreed["day_count"] = rng.choice(("30/360", "act/360", "act/365"))
            terms.append(agreed)
            paid_out(book._batch, code, f"L{place}", on, principal=rng.randrange(10**6, 10**7), **agreed)
            for _n in range(rng.randrange(4)):
                paid = on + timedelta(days=rng.randrange(1, 250))
                pay(book._batch, PayIn(loan=f"L{place}", amount=rng.randrange(10**4, 10**6), on=paid))
    first, last = date(2025, 11, 20), date(2026, 11, 20)
    for place, code in enumerate(codes):
        with book.view() as view:
            facts = kept(view, place + 1)
        by_hand, stretches, before = Fraction(0), 1, None
        for n in range((last - first).days):
            day = first + timedelta(days=n)
            if day < facts.versions[0].on:
                continue
            owed = position(facts.versions, facts.payments, day).outstanding_principal
            base = {"act/360": 360}.get(terms[place]["day_count"], 365)
            by_hand += Fraction(owed * terms[place]["annual_rate"], MILLION * base)
            stretches += owed != before
            before = owed
        found = parts(book, code)
        assert abs(found["interest"] - by_hand) <= stretches, (place, found, float(by_hand))
        assert found["basis"] == "ledger"
