"""What is contradictory in the book: each loan by its own facts."""

from __future__ import annotations

from loancrm.reports.quality import quality
from tests.support import Book


def test_a_loan_is_owed_after_its_end_by_its_own_extracts(book: Book) -> None:
    with book.batch():
        customer = book.customer()
        for number in ("A", "B"):
            book.owing(customer, number, on="2026-09-30", outstanding=100)
        book.snapshot("A", "2026-10-31", outstanding=80)
        for number in ("A", "B"):
            book.close(number, on="2026-10-10")
    found = {line.check: line.examples for line in book.ask_policy(quality)}
    assert found["owed_after_end"] == ("A",)
