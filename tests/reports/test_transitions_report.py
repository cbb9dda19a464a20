"""Roll rates between two days, by hand: shares of a row sum to one, new loans are left out."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from loancrm.reports.transitions import Transitions, transitions
from tests.support import Book

SINCE = date(2026, 8, 31)


@pytest.fixture
def moved(book: Book) -> Book:
    """31 August: A to D current with 1,000 + 500 + 300 + 200, S 20 days late with 100, X not known.

    30 September: A current with 600, B 40 days late with 450, C settled, D written off, S current, N is new.
    """
    book.on("2026-08-31")
    for number, owed in (("A", 1000), ("B", 500), ("C", 300), ("D", 200)):
        book.owing(book.student(), number, outstanding=owed)
    book.owing(book.student(), "S", outstanding=100, dpd=20, overdue=1)
    book.owing(book.student(), "X", outstanding=77, dpd=None)
    book.on("2026-09-30")
    book.snapshot("A", outstanding=600, dpd=0)
    book.snapshot("B", outstanding=450, dpd=40, overdue=1)
    book.close("C")
    book.close("D", status="written_off", amount=150)
    book.snapshot("S", outstanding=100, dpd=0)
    book.snapshot("X", outstanding=77, dpd=0)
    book.owing(book.student(), "N", outstanding=900, disbursed="2026-09-10")
    return book


def lines(found: Transitions) -> dict[tuple[str, str], tuple[str, int, int | None, int | None, int | None]]:
    return {
        (one.before, one.after): (
            one.direction, one.loans, one.opening_balance, one.closing_balance, one.share,
        )
        for one in found.lines
    }  # fmt: skip


def test_balances_counts_and_shares_between_buckets(moved: Book) -> None:
    found = moved.ask_policy(transitions, SINCE, "bucket")
    assert lines(found) == {
        ("0", "0"): ("same", 1, 1000_00, 600_00, 500_000),
        ("0", "31_60"): ("worse", 1, 500_00, 450_00, 250_000),
        ("0", "settled"): ("ended", 1, 300_00, 0, 150_000),
        ("0", "written_off"): ("ended", 1, 200_00, 0, 100_000),
        ("1_30", "0"): ("better", 1, 100_00, 100_00, 1_000_000),
        ("unknown", "0"): ("unknown", 1, 77_00, 77_00, 1_000_000),
    }
    assert [(one.before, one.share_of_loans) for one in found.lines][:2] == [("0", 250_000), ("0", 250_000)]
    assert (found.loans, found.opening_balance) == (6, 2177_00)
    # of 2,177.00: 100, 1,000, 500 and 500
    assert found.shares == {"better": 45_935, "same": 459_348, "worse": 229_674, "ended": 229_674}


@pytest.mark.parametrize(
    ("of", "pairs"),
    [
        ("class", {("normal", "normal"), ("normal", "special_mention"), ("special_mention", "normal")}),
        ("stage", {("1", "1"), ("1", "2")}),
    ],
)
def test_classes_and_stages_move_too(moved: Book, of: str, pairs: set[tuple[str, str]]) -> None:
    ends = {("normal" if of == "class" else "1", end) for end in ("settled", "written_off")}
    known = ("normal" if of == "class" else "1", "unknown")
    found = {pair for pair in lines(moved.ask_policy(transitions, SINCE, of)) if "unknown" not in pair}
    assert found == pairs | ends
    assert known not in found


@pytest.mark.parametrize("of", ["bucket", "class", "stage"])
def test_shares_of_a_row_sum_to_one(moved: Book, of: str) -> None:
    sums: Counter[str] = Counter()
    for line in moved.ask_policy(transitions, SINCE, of).lines:
        sums[line.before] += line.share or 0
    assert set(sums.values()) == {1_000_000}


def test_nothing_moves_in_an_empty_book(book: Book) -> None:
    found = book.ask_policy(transitions, SINCE, "class")
    assert (found.lines, found.loans, found.shares["same"]) == ((), 0, None)
