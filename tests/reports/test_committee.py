"""The committee's page by hand: what moved in the month, and where the balance stands."""

from __future__ import annotations

from datetime import date

import pytest

from loancrm.errors import UsageFault
from loancrm.reports.committee import back, committee_page
from loancrm.reports.grouping import Grouping
from loancrm.reports.portfolio_flows import flows, largest
from loancrm.reports.portfolio_groups import portfolio_groups
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


def test_the_page_stands_beside_any_earlier_day(bank: Book) -> None:
    found = bank.ask_policy(committee_page, since=date(2026, 10, 31))
    assert found.since is not None
    assert found.since.portfolio.outstanding_principal == 1_250_000_00
    assert (found.balance_growth_since, found.loans_growth_since) == (-400_000, -285_714)  # 750, and 5 of 7
    assert bank.ask_policy(committee_page).since is None


def test_groups_say_of_each_what_the_page_says_of_the_book(bank: Book) -> None:
    """By hand, in thousands: C34 is A 350, M2 20, M4 30; F51 is B 200 (30 days late) and C 150 (3 days)."""
    found = bank.ask_policy(portfolio_groups, Grouping("industry"), since=date(2026, 10, 31))
    one, two = found.lines
    assert (one.key, one.borrowers, one.live_loans, one.outstanding_principal) == ("C34", 1, 3, 400_000_00)
    assert (one.share, one.average_balance) == (533_333, 133_333_33)
    # M4 is 31 days late: 30 of 400; special mention from the eighth day on, so nothing is non-performing
    assert (one.par_1, one.par_30, one.npl) == (75_000, 75_000, 0)
    assert (one.new_overdue_loans, one.new_overdue) == (1, 30_000_00)
    assert (one.matured, one.collected_at_maturity, one.written_off_in_month) == (
        220_000_00,
        727_273,
        40_000_00,
    )
    assert one.provision == 3_700_00 + 600_00  # 1 % of 370, 2 % of 30
    assert (one.balance_before, one.par_30_before) == (850_000_00, 0)  # 600 + 100 + 80 + 40 + 30
    assert (two.key, two.outstanding_principal, two.par_1, two.par_30) == ("F51", 350_000_00, 1_000_000, 0)
    assert (two.new_overdue, two.matured, two.collected_at_maturity) == (150_000_00, 0, None)
    assert (two.balance_before, two.npl_ratio_before) == (400_000_00, 0)
    assert (found.loans, found.outstanding_principal) == (5, 750_000_00)


@pytest.mark.parametrize("by", ["officer", "branch", "segment", "product", "industry"])
def test_the_groups_add_up_to_the_page(bank: Book, by: str) -> None:
    page, found = bank.ask_policy(committee_page).now, bank.ask_policy(portfolio_groups, Grouping(by))
    for name in ("live_loans", "outstanding_principal", "overdue_principal", "npl", "written_off_in_month"):
        assert sum(getattr(line, name) for line in found.lines) == getattr(page.portfolio, name), name
    for name in ("new_overdue_loans", "new_overdue", "matured", "maturity_unknown"):
        assert sum(getattr(line, name) for line in found.lines) == getattr(page.flows, name), name


def test_a_group_of_the_earlier_day_alone_has_a_line(bank: Book) -> None:
    bank.loan(bank.customer(industry="A01"), "X", disbursed="2026-01-15", matures="2027-01-15")
    bank.snapshot("X", on="2026-10-31", outstanding=70_000, dpd=0)
    bank.close("X", on="2026-11-01")
    found = bank.ask_policy(portfolio_groups, Grouping("industry"), since=date(2026, 10, 31))
    last = found.lines[-1]
    assert (last.key, last.live_loans, last.outstanding_principal) == ("A01", 0, 0)
    assert last.balance_before == 70_000_00
    with pytest.raises(UsageFault, match="--by"):
        bank.ask_policy(portfolio_groups, Grouping("five_tier"))
