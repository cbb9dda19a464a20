"""The committee's page by hand: what moved in the month, and where the balance stands."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.reports.committee import back, committee_page
from loancrm.reports.portfolio_flows import flows, largest
from tests.support import Book


@pytest.fixture
def bank(book: Book) -> Book:
    """On 31 October and on 20 November, in thousands; loans that matured in November are M1 to M4.

    A (C34) 600 → 350, never late · B (F51) 250 → 200, late on both days · C (F51) 150 → 150, newly late ·
    M1 100, settled · M2 80 → 20 · M3 40, written off · M4 30, matured in October, so not of this month.
    """
    with book.batch():
        one = book.customer(name="甲", industry="C34")
        two = book.customer(name="乙", industry="F51")
        for number, then, now, late_then, late_now in (
            ("A", 600_000, 350_000, 0, 0),
            ("B", 250_000, 200_000, 10, 30),
            ("C", 150_000, 150_000, 0, 3),
        ):
            book.loan(one if number == "A" else two, number, disbursed="2026-01-15", matures="2028-01-15")
            book.snapshot(number, on="2026-10-31", outstanding=then, dpd=late_then)
            book.snapshot(number, on="2026-11-20", outstanding=now, dpd=late_now)
        for number, owed, matures in (
            ("M1", 100_000, "2026-11-05"),
            ("M2", 80_000, "2026-11-20"),
            ("M3", 40_000, "2026-11-10"),
            ("M4", 30_000, "2026-10-20"),
        ):
            book.loan(one, number, disbursed="2026-01-15", matures=matures)
            book.snapshot(number, on="2026-10-31", outstanding=owed, dpd=0)
        book.snapshot("M2", on="2026-11-20", outstanding=20_000, dpd=0)
        book.snapshot("M4", on="2026-11-20", outstanding=30_000, dpd=31)
        book.close("M1", on="2026-11-05")
        book.close("M3", "written_off", "2026-11-12", amount=40_000)
    return book


def test_what_moved_in_the_month(bank: Book) -> None:
    found = bank.ask_policy(flows)
    # newly past due: C (150), and M4 (30), which was current at the end of October
    assert (found.new_overdue_loans, found.new_overdue) == (2, 180_000_00)
    # M1 100 + M2 80 + M3 40 fell due; paid: 100 + 60, and nothing of what was written off
    assert found.matured == 220_000_00
    assert found.collected_at_maturity == 727_273  # 160 ÷ 220
    assert found.interest_collected is None  # no loan is serviced here


def test_in_what_names_and_industries_the_balance_stands(bank: Book) -> None:
    found = bank.ask_policy(largest)
    # A 350 + M2 20 + M4 30 are of the first customer, 400 of 750; B 200 + C 150 of the second
    assert (found.top_customer, found.top_customer_name) == ("C-00001", "甲")
    assert (found.top_customer_share, found.top_10_share) == (533_333, 1_000_000)
    assert (found.top_industry, found.top_industry_share) == ("C34", 533_333)
    assert found.industry_hhi == 50_222  # 53.33² + 46.67² = 5022.2


def test_growth_is_against_the_day_before(bank: Book) -> None:
    found = bank.on("2026-11-30").ask_policy(committee_page)
    assert found.month_ago.portfolio.basis.as_of == date(2026, 10, 31)
    assert found.year_ago.portfolio.basis.as_of == date(2025, 11, 30)
    # 750 against 600 + 250 + 150 + 100 + 80 + 40 + 30 = 1250; five live loans against seven
    assert found.balance_growth_month == -400_000
    assert found.loans_growth_month == -285_714
    assert (found.balance_growth_year, found.loans_growth_year) == (None, None)


def test_an_officer_sees_the_page_of_their_customers(bank: Book) -> None:
    bank.officer("zhao.min", "赵敏")
    bank.edit("C-00002", officer="zhao.min")
    mine = bank.officer_id("zhao.min")
    found = bank.ask_policy(committee_page, officer_id=mine).now
    assert found.portfolio.outstanding_principal == 350_000_00
    assert (found.flows.new_overdue, found.flows.matured) == (150_000_00, 0)
    assert (found.largest.top_customer, found.largest.top_customer_share) == ("C-00002", 1_000_000)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 30), 1, date(2026, 10, 31)),
        (date(2026, 10, 31), 1, date(2026, 9, 30)),
        (date(2026, 11, 28), 1, date(2026, 10, 28)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2027, 2, 28), 12, date(2026, 2, 28)),
        (date(2026, 3, 30), 1, date(2026, 2, 28)),
    ],
)
def test_a_months_end_is_beside_a_months_end(day: date, months: int, then: date) -> None:
    assert back(day, months) == then


def test_what_no_data_tell_of_since_the_maturity_is_neither_collected_nor_missed(bank: Book) -> None:
    """M5 matured on 18 November, and the newest extract of it is of the 15th: nobody knows yet."""
    one = bank.customer(name="丙")
    bank.loan(one, "M5", disbursed="2026-01-15", matures="2026-11-18")
    for day in ("2026-10-31", "2026-11-15"):
        bank.snapshot("M5", on=day, outstanding=50_000, dpd=0)
    found = bank.ask_policy(flows)
    assert (found.matured, found.maturity_unknown) == (270_000_00, 50_000_00)
    assert found.collected_at_maturity == 727_273  # 160 of the 220 of which something is known
    bank.snapshot("M5", on="2026-11-20", outstanding=0, dpd=0)  # now somebody does: it was paid
    found = bank.ask_policy(flows)
    assert (found.matured, found.maturity_unknown) == (270_000_00, 0)
    assert found.collected_at_maturity == 777_778  # 210 ÷ 270


def test_a_balance_that_lacks_loans_does_not_grow(bank: Book) -> None:
    """What is lent after an extract is in no position: on 30 October N is not in the balance yet."""
    bank.loan(bank.customer(name="丙"), "N", disbursed="2026-10-10", matures="2028-01-15")
    bank.snapshot("N", on="2026-11-20", outstanding=900_000, dpd=0)
    found = bank.on("2026-11-30").ask_policy(committee_page)
    assert found.month_ago.portfolio.loans_without_position == 1
    assert found.balance_growth_month is None  # not 1,650 against 1,250
    assert found.loans_growth_month == -250_000  # six against eight
