"""Ageing and portfolio at risk, by hand: every edge, and PAR(x) is more than x days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loancrm.errors import UsageFault
from loancrm.reports.committee import committee_page
from loancrm.reports.delinquency import Compared, delinquency
from loancrm.reports.grouping import Grouping
from loancrm.reports.portfolio import portfolio
from tests.support import EXAMPLE_TEXT, Book, changed

EDGES = (0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 270, 271, 360, 361)


def table(found: Any) -> dict[str, tuple[int, int | None]]:
    return {line.bucket: (line.loans, line.outstanding_principal) for line in found.lines}


def test_every_edge_falls_into_its_bucket(book: Book) -> None:
    """Fourteen loans of 100.00, one at each edge."""
    with book.batch():
        customer = book.customer()
        for days in EDGES:
            book.owing(customer, f"L{days}", outstanding=100, dpd=days, disbursed="2025-01-15")
    found = book.ask_policy(delinquency)
    assert table(found) == {
        "0": (1, 100_00),
        "1_30": (2, 200_00),
        "31_60": (2, 200_00),
        "61_90": (2, 200_00),
        "91_180": (2, 200_00),
        "181_270": (2, 200_00),
        "271_360": (2, 200_00),
        "361_plus": (1, 100_00),
    }
    assert {line.customers for line in found.lines} == {1}
    assert [(line.from_days, line.to_days) for line in found.lines][-2:] == [(271, 360), (361, None)]
    # More than 1, 30, 60, 90 days: 12, 11, 9 and 7 of 14; exactly 1 day is not more than 1.
    assert found.par == {1: 857_143, 30: 785_714, 60: 642_857, 90: 500_000}
    assert (found.loans, found.outstanding_principal) == (14, 1_400_00)
    assert [line.share for line in found.lines] == [71_429, *[142_857] * 6, 71_429]


def test_par_takes_the_whole_balance_not_the_arrears(book: Book) -> None:
    with book.batch():
        customer = book.customer()
        book.owing(customer, "A", outstanding=300, overdue=1, dpd=31)
        book.owing(customer, "B", outstanding=700, dpd=0)
    found = book.ask_policy(delinquency)
    assert found.par == {1: 300_000, 30: 300_000, 60: 0, 90: 0}


def test_a_loan_without_a_recent_position_is_unknown_and_in_no_share(book: Book) -> None:
    with book.batch():
        customer = book.customer()
        book.owing(customer, "A", outstanding=100, dpd=40)
        book.loan(customer, "no snapshot")
        book.loan(customer, "stale")
        book.snapshot("stale", "2026-10-05", outstanding=900, dpd=200)  # 46 days ago
        book.loan(customer, "ended")
        book.close("ended")
    found = book.ask_policy(delinquency)
    assert table(found)["unknown"] == (2, None)
    assert (found.loans, found.loans_without_position, found.outstanding_principal) == (3, 2, 100_00)
    assert found.lines[-1].share is None
    assert found.par[30] == 1_000_000


def test_a_balance_whose_days_are_not_known_is_counted_as_unknown(book: Book) -> None:
    with book.batch():
        customer = book.customer()
        book.owing(customer, "A", outstanding=100, dpd=0)
        book.owing(customer, "B", outstanding=300, dpd=None)
    found = book.ask_policy(delinquency)
    assert table(found) | {} == {**dict.fromkeys(
        ("1_30", "31_60", "61_90", "91_180", "181_270", "271_360", "361_plus"), (0, 0)),
        "0": (1, 100_00), "unknown": (1, 300_00)}  # fmt: skip
    amounts = [line.outstanding_principal or 0 for line in found.lines]
    assert sum(amounts) == found.outstanding_principal == 400_00


def test_the_banks_own_edges_make_the_buckets(book: Book) -> None:
    with book.batch():
        book.owing(book.customer(), "A", outstanding=100, dpd=12)
        book.adopt(changed(EXAMPLE_TEXT, ("[1, 31, 61, 91, 181, 271, 361]", "[1, 8, 15]")))
    assert table(book.ask_policy(delinquency)) == {
        "0": (0, 0), "1_7": (0, 0), "8_14": (1, 100_00), "15_plus": (0, 0),
    }  # fmt: skip


def test_one_officers_report_holds_that_officers_customers(book: Book) -> None:
    with book.batch():
        for code in ("li.wei", "zhao.min"):
            book.officer(code, code)
            book.owing(book.customer(officer=code), code, outstanding=100, dpd=5)
    found = book.ask_policy(delinquency, officer_id=book.officer_id("li.wei"))
    assert (found.loans, found.outstanding_principal) == (1, 100_00)


# ── the portfolio on one page ───────────────────────────────────────────────────────────────────


@pytest.fixture
def small_bank(book: Book) -> Book:
    """Five live loans, one of them without a position; ended: two settled, one written off.

    A 600,000 normal · B 250,000 overdue 50,000 and 1,234.56 interest for 35 days, special mention ·
    C 100,000 all overdue for 95 days, substandard · D 50,000, the bank says no class, 2 days, of the same
    debtor as C · E no snapshot.
    """
    with book.batch():
        one, two, three = (book.customer() for _ in range(3))
        book.customer()  # never borrowed
        terms = {"disbursed": "2025-10-15", "principal": 1_000_000}
        book.owing(one, "A", outstanding=600_000, five_tier="normal", dpd=0, **terms)
        book.owing(one, "B", outstanding=250_000, overdue=50_000, interest="1234.56", dpd=35,
                   five_tier="special_mention", **terms)  # fmt: skip
        book.owing(two, "C", outstanding=100_000, overdue=100_000, dpd=95, five_tier="substandard", **terms)
        book.owing(two, "D", outstanding=50_000, dpd=2, **terms)
        book.loan(three, "E", disbursed="2026-11-03", principal=200_000)
        book.loan(three, "F", disbursed="2026-03-01")
        book.close("F", on="2026-11-01")
        book.loan(three, "G", disbursed="2026-03-01")
        book.close("G", on="2026-10-31")
        book.loan(three, "H", disbursed="2026-03-01")
        book.close("H", "written_off", "2026-11-19", amount=333_333)
        book.loan(three, "not drawn", disbursed=None, principal=9_999_999)
    return book


def test_the_portfolio_is_what_a_hand_adds_up(small_bank: Book) -> None:
    found = small_bank.ask_policy(portfolio)
    assert {name: getattr(found, name) for name in type(found).__slots__ if name != "basis"} == {
        "customers": 4,
        "borrowers": 3,
        "live_loans": 5,
        "open_warnings": 0,
        "loans_without_position": 1,
        "live_disbursed": 4_200_000_00,
        "outstanding_principal": 1_000_000_00,
        "average_balance": 250_000_00,  # over the four that are known
        "overdue_principal": 150_000_00,
        "unpaid_interest": 1_234_56,
        "overdue_loans": 3,
        "arrears_rate": 150_000,
        "par_1": 400_000,
        "par_30": 350_000,
        "par_60": 100_000,
        "par_90": 100_000,
        "npl": 150_000_00,  # C, and D: the bank says no class of it, and C is most of what its debtor owes
        "npl_ratio": 150_000,
        "over_90_to_npl": 666_667,
        "provision": 52_500_00,  # 1 % of 600,000, 2 % of 250,000, 25 % of 150,000; 4,000 to 1 % of all
        "coverage": 350_000,
        "classified_loans": 3,
        "disbursed_in_month": 200_000_00,
        "disbursed_in_month_loans": 1,
        "settled_in_month_loans": 1,
        "written_off_in_month": 333_333_00,
        "settled": 2,
        "written_off": 1,
        "default_rate": 333_333,
    }
    basis = found.basis
    assert (str(basis.as_of), basis.known_at, str(basis.data_on)) == ("2026-11-20", None, "2026-11-20")
    assert (basis.stale_after_days, basis.policy, len(basis.policy_digest)) == (45, "example 2026-11", 12)


def test_the_portfolio_a_month_ago_is_that_of_the_day(small_bank: Book) -> None:
    found = small_bank.ask_policy(committee_page).month_ago.portfolio
    assert str(found.basis.as_of) == "2026-10-20"
    assert (found.live_loans, found.settled, found.loans_without_position) == (7, 0, 7)
    assert found.outstanding_principal is None  # no snapshot yet: missing, never zero
    assert found.par_30 is None


def test_stale_snapshots_are_missing_and_never_zero(small_bank: Book) -> None:
    found = small_bank.on("2027-01-05").ask_policy(portfolio)
    assert (found.live_loans, found.loans_without_position) == (5, 5)
    assert found.outstanding_principal is None
    assert found.average_balance is None
    assert found.npl is None
    assert (found.par_1, found.npl_ratio, found.arrears_rate) == (None, None, None)


def test_amounts_beyond_what_a_float_holds_are_added_exactly(book: Book) -> None:
    with book.batch():
        customer = book.customer()
        for place in range(3):
            book.owing(customer, f"L{place}", principal="9999999999999.99", outstanding="9999999999999.99")
    assert book.ask_policy(portfolio).outstanding_principal == 3 * 999_999_999_999_999


def test_groups_and_an_earlier_day_stand_beside_each_other(book: Book) -> None:
    """North: 300 in order, 200 fell 40 days behind, 150 came new. South: 500 in order, 100 of it repaid."""
    book.on("2026-10-31")
    north, south = book.customer(region="北京"), book.customer(region="上海")
    for number, owed, customer in (("A", 300, north), ("B", 200, north), ("C", 500, south)):
        book.owing(customer, number, outstanding=owed)
    book.on("2026-11-20")
    book.snapshot("A", outstanding=300)
    book.snapshot("B", outstanding=200, dpd=40)
    book.snapshot("C", outstanding=400)
    book.owing(north, "D", outstanding=150, disbursed="2026-11-10")
    asked = Compared(Grouping("region"), date(2026, 10, 31))
    found = book.ask_policy(delinquency, None, asked)
    assert [(e.key, e.bucket, e.loans, e.outstanding_principal, e.balance_before) for e in found.lines] == [
        ("北京", "0", 2, 450_00, 500_00),
        ("北京", "31_60", 1, 200_00, 0),
        ("上海", "0", 1, 400_00, 500_00),
    ]
    assert [line.share for line in found.lines] == [692_308, 307_692, 1_000_000]  # 450 and 200 of 650
    (current, *_rest) = book.ask_policy(delinquency, None, Compared(since=date(2026, 10, 31))).lines
    assert (current.key, current.outstanding_principal, current.balance_before) == (None, 850_00, 1000_00)
    with pytest.raises(UsageFault, match="--by"):
        book.ask_policy(delinquency, None, Compared(Grouping("colour")))
