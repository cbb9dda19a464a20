"""Every indicator of a loan, by hand: what is recorded, and the figure on 20 November 2026."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from loancrm.errors import UsageFault
from loancrm.indicators.loan_catalogue import LOAN_INDICATORS, find_of_loan
from loancrm.indicators.loan_figures import LoanFigures
from loancrm.models import Loan, LoanStatus, table
from loancrm.policy.parse import LOANS, from_text
from loancrm.policy.policy import example
from loancrm.view import BEGINNING
from tests.support import Book

Figures = dict[str, dict[str, Any]]


def figures_of_loans(book: Book, *names: str, **when: Any) -> Figures:
    """Return the figures of every loan by number."""
    with book.view(**when) as view:
        figures = LoanFigures(view, example().terms, names)
        columns = [figures.columns[name].label(f"f{place}") for place, name in enumerate(names)]
        rows = view.rows(figures.select(figures.loans.c.number, *columns))
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


@pytest.fixture
def loans(book: Book) -> Book:
    """A firm in Beijing with a live loan, one written off, one settled, one that ended some day."""
    firm = book.customer(region="北京", industry="C34")
    with book.batch():
        book.loan(
            firm, "LIVE", principal=2_000_000, disbursed="2026-01-31", matures="2027-02-28",
            annual_rate=43_500, security="mortgage", industry="F51", region="天津",
        )  # fmt: skip
        book.snapshot("LIVE", "2026-11-15", outstanding=1_500_000, overdue=20_000, interest="12.34", dpd=31,
                      five_tier="special_mention")  # fmt: skip
        book.loan(firm, "LOST", disbursed="2024-03-15", matures="2026-03-15", product="fixed_asset")
        book.close("LOST", "written_off", "2026-05-14", amount=300_000)
        book.loan(firm, "PAID", disbursed="2025-01-10", matures=None)
        book.close("PAID", "settled", "2026-01-09")
        book.loan(firm, "SOME", disbursed=None, matures="2026-12-20")
    with book.unit() as uow:
        loan = table(Loan)
        values = {"term_months": 24, "extra": {"lender": "A BANK"}}
        uow.connection.execute(update(loan).where(loan.c.number == "LOST").values(values))
    return book


EXPECTED: Figures = {
    "LIVE": {
        "loan_status": "live",
        "is_live": True,
        "loan_product": "working_capital",
        "loan_security": "mortgage",
        "loan_industry": "F51",
        "loan_region": "天津",
        "principal": 200_000_000,
        "annual_rate": 43_500,
        "term_months": 13,  # 31 January to 28 February of the next year
        "disbursed_on": date(2026, 1, 31),
        "matures_on": date(2027, 2, 28),
        "ended_on": None,
        "days_to_maturity": 100,
        "months_on_book": 9,
        "written_off_amount": None,
        "outstanding_principal": 150_000_000,
        "overdue_principal": 2_000_000,
        "unpaid_interest": 1_234,
        "days_past_due": 31,
        "five_tier": "special_mention",
        # By 31 days special mention; but LOST is 300,000 of the 1,800,000 that the debtor owed: above 10 %.
        "computed_five_tier": "substandard",
        "ifrs9_stage": 3,
        "kind": "enterprise",
        "segment": None,
        "region": "北京",
        "industry": "C34",
    },
    "LOST": {
        "loan_status": "written_off",
        "is_live": False,
        "loan_product": "fixed_asset",
        "loan_security": None,
        "loan_industry": "C34",  # the firm's own
        "loan_region": "北京",
        "term_months": 24,
        "ended_on": date(2026, 5, 14),
        "days_to_maturity": -250,
        "months_on_book": 25,  # until it was written off
        "written_off_amount": 30_000_000,
        "outstanding_principal": None,
        "days_past_due": None,
    },
    "PAID": {
        "loan_status": "settled",
        "term_months": None,
        "months_on_book": 11,  # a day short of twelve
        "days_to_maturity": None,
        "written_off_amount": None,
    },
    "SOME": {"disbursed_on": None, "months_on_book": None, "term_months": None, "days_to_maturity": 30},
}


def test_a_figure_of_a_loan_is_what_the_facts_say(loans: Book) -> None:
    found = figures_of_loans(loans, *LOAN_INDICATORS)
    assert {loan: {name: found[loan][name] for name in EXPECTED[loan]} for loan in EXPECTED} == EXPECTED


def test_every_indicator_of_loans_has_an_example_with_a_value() -> None:
    known = {name for figures in EXPECTED.values() for name, value in figures.items() if value is not None}
    assert set(LOAN_INDICATORS) - known == {"segment"}  # the same column as a customer's


def test_a_column_of_a_file_is_a_figure_by_its_name(loans: Book) -> None:
    found = figures_of_loans(loans, "extra.lender", "extra.none")
    assert found["LOST"] == {"extra.lender": "A BANK", "extra.none": None}
    assert found["LIVE"]["extra.lender"] is None


def test_figures_of_loans_are_as_of_the_day_and_as_known(loans: Book) -> None:
    loans.on("2026-11-25").snapshot("LIVE", "2026-11-20", outstanding=900_000, dpd=0)
    names = ("loan_status", "days_past_due", "months_on_book")
    early = figures_of_loans(loans, *names, as_of="2025-03-14")
    assert early["LOST"] == {"loan_status": "live", "days_past_due": None, "months_on_book": 11}
    assert "LIVE" not in early, "it was not granted yet"
    day = {"as_of": "2026-11-20"}
    assert figures_of_loans(loans, "days_past_due", **day)["LIVE"] == {"days_past_due": 0}
    assert figures_of_loans(loans, "days_past_due", **day, known_at="2026-11-20")["LIVE"] == {
        "days_past_due": 31
    }


def test_an_end_without_a_day_counts_and_months_on_book_are_missing(book: Book) -> None:
    firm = book.customer()
    book.loan(firm, "A", disbursed="2020-01-01", matures="2022-01-01")
    book.close("A", "settled", "2021-01-01")
    with book.unit() as uow:
        ends = table(LoanStatus)
        uow.connection.execute(update(ends).values(is_dated=False, effective_on=BEGINNING))
        uow.connection.execute(update(table(Loan)).values(closed_on=None))
    found = figures_of_loans(book, "loan_status", "ended_on", "months_on_book", as_of="2020-06-01")
    assert found["A"] == {"loan_status": "settled", "ended_on": None, "months_on_book": None}


def compiled(book: Book, *names: str) -> str:
    with book.view() as view:
        figures = LoanFigures(view, example().terms, names)
        return str(figures.select(*figures.columns.values()).compile(view.connection))


def test_only_what_is_asked_for_is_read(book: Book) -> None:
    asked = compiled(book, "term_months", "loan_product", "principal")
    assert "customer.region" not in asked
    assert "customer.extra" not in asked
    assert "customer.region" in compiled(book, "loan_region")


def test_a_name_that_is_no_figure_of_loans_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageFault) as fault:
        find_of_loan("loan_statu")
    assert fault.value.hint == "did you mean 'loan_status'?"
    with pytest.raises(UsageFault):
        find_of_loan("extra.Lender; drop table")
    with pytest.raises(UsageFault):
        from_text("contacts_90d > 1", LOANS)  # of customers only
