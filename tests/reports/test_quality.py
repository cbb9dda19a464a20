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


def test_the_banks_class_is_compared_with_days_and_with_ours_while_the_loan_lives(book: Book) -> None:
    """91 days past due are substandard at best; a class that is worse than ours is no less a difference."""
    with book.batch():
        for number, dpd, five_tier in (
            ("A", 91, "special_mention"),
            ("B", 0, "special_mention"),
            ("C", 0, "normal"),
            ("D", 91, "normal"),
        ):
            book.owing(book.customer(), number, on="2026-09-30", dpd=dpd, five_tier=five_tier)
        book.close("D", on="2026-10-10")
    found = checks(book, as_of="2026-10-31")
    assert found["class_above_days"] == ("A",)
    assert found["class_differs"] == ("A", "B")
    assert checks(book, as_of="2026-10-01")["class_above_days"] == ("A", "D")


def checks(book: Book, **when: str) -> dict[str, tuple[str, ...]]:
    return {line.check: line.examples for line in book.ask_policy(quality, **when)}
